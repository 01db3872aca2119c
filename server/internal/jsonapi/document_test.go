package jsonapi_test

import (
	"encoding/json"
	"math"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

func TestAppend(t *testing.T) {
	t.Parallel()
	object := &jsonapi.Object{
		Identifier: jsonapi.Identifier{Type: "event", ID: "1"},
		Attributes: []jsonapi.Member{{"name", "Q & A"}, {"online", false}, {"note", nil}},
		Relationships: []jsonapi.Relationship{
			{Name: "topic", Path: "topic"},
			{Name: "owner", Path: "boss", Data: jsonapi.Null{}},
			{Name: "tags", Path: "tags", Data: []jsonapi.Identifier{{"tag", "1"}, {"tag", "2"}}},
		},
		Self: "/v1/events/1",
	}
	bare := &jsonapi.Object{Identifier: jsonapi.Identifier{Type: "tag", ID: "1"}, Self: "/v1/tags/1"}
	for _, c := range []struct {
		name     string
		document jsonapi.Document
		want     string
	}{
		{
			"object",
			jsonapi.Document{Data: object, Links: []jsonapi.Link{{"self", "/v1/events/1"}}},
			`{"data":{"type":"event","id":"1","attributes":{"name":"Q & A","online":false,"note":null},` +
				`"relationships":{"topic":{"links":{"self":"/v1/events/1/relationships/topic","related":"/v1/events/1/topic"}},` +
				`"owner":{"links":{"self":"/v1/events/1/relationships/owner","related":"/v1/events/1/boss"},"data":null},` +
				`"tags":{"links":{"self":"/v1/events/1/relationships/tags","related":"/v1/events/1/tags"},"data":[{"type":"tag","id":"1"},{"type":"tag","id":"2"}]}},` +
				`"links":{"self":"/v1/events/1"}},"links":{"self":"/v1/events/1"},"jsonapi":{"version":"1.0"}}`,
		},
		{
			"list",
			jsonapi.Document{
				Data: []*jsonapi.Object{bare, bare}, Included: []*jsonapi.Object{bare},
				Links: []jsonapi.Link{{"self", "/a"}, {"next", "/b"}}, Meta: []jsonapi.Member{{"count", 2}},
			},
			`{"data":[{"type":"tag","id":"1","links":{"self":"/v1/tags/1"}},{"type":"tag","id":"1","links":{"self":"/v1/tags/1"}}],` +
				`"included":[{"type":"tag","id":"1","links":{"self":"/v1/tags/1"}}],` +
				`"links":{"self":"/a","next":"/b"},"meta":{"count":2},"jsonapi":{"version":"1.0"}}`,
		},
		{"empty list", jsonapi.Document{Data: []*jsonapi.Object{}}, `{"data":[],"jsonapi":{"version":"1.0"}}`},
		{"identifier", jsonapi.Document{Data: jsonapi.Identifier{Type: "x", ID: "1"}}, `{"data":{"type":"x","id":"1"},"jsonapi":{"version":"1.0"}}`},
		{"identifiers", jsonapi.Document{Data: []jsonapi.Identifier{}}, `{"data":[],"jsonapi":{"version":"1.0"}}`},
		{"null", jsonapi.Document{Data: jsonapi.Null{}}, `{"data":null,"jsonapi":{"version":"1.0"}}`},
		{"meta only", jsonapi.Document{Meta: []jsonapi.Member{{"message", "gone"}}}, `{"meta":{"message":"gone"},"jsonapi":{"version":"1.0"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, string(c.document.Append(nil)))
		})
	}
}

func TestAppendErrors(t *testing.T) {
	t.Parallel()
	errs := jsonapi.Errors{jsonapi.Invalid("/data/attributes/name", "Not a valid string."), jsonapi.BadParameter("sort", "no")}
	assert.Equal(t, `{"errors":[{"status":"422","source":{"pointer":"/data/attributes/name"},"title":"Validation error","detail":"Not a valid string."},`+
		`{"status":"400","source":{"parameter":"sort"},"title":"Invalid sort querystring parameter.","detail":"no"}],"jsonapi":{"version":"1.0"}}`,
		string(errs.Append(nil)))
	assert.Equal(t, "422 Validation error: Not a valid string.\n400 Invalid sort querystring parameter.: no", errs.Error())
	assert.NoError(t, jsonapi.Errors(nil).OrNil())
}

// member is the JSON of one value.
func member(v any) string {
	d := jsonapi.Document{Meta: []jsonapi.Member{{"v", v}}}
	var out struct{ Meta map[string]json.RawMessage }
	if err := json.Unmarshal(d.Append(nil), &out); err != nil {
		return err.Error()
	}
	return string(out.Meta["v"])
}

func TestValues(t *testing.T) {
	t.Parallel()
	berlin := time.FixedZone("", 2*60*60)
	for _, c := range []struct {
		name  string
		value any
		want  string
	}{
		{"null", nil, "null"},
		{"int", 3, "3"},
		{"int32", int32(-3), "-3"},
		{"int64", int64(math.MaxInt64), "9223372036854775807"},
		{"float", 1.23456789, "1.23456789"},
		{"whole float", 2.0, "2"},
		{"tiny float", 1e-7, "1e-07"},
		{"huge float", 1e21, "1e+21"},
		{"no number", math.NaN(), "null"},
		{"infinity", math.Inf(1), "null"},
		{"time", time.Date(2017, 6, 21, 22, 33, 33, 186358000, berlin), `"2017-06-21T20:33:33.186358+00:00"`},
		{"whole second", time.Date(2017, 6, 21, 20, 33, 33, 0, time.UTC), `"2017-06-21T20:33:33+00:00"`},
		{"short fraction", time.Date(2017, 6, 21, 20, 33, 33, 500000000, time.UTC), `"2017-06-21T20:33:33.500000+00:00"`},
		{"raw", json.RawMessage(`{"a": 1}`), `{"a": 1}`},
		{"raw nothing", json.RawMessage(nil), "null"},
		{"list", []string{"a"}, `["a"]`},
		{"no JSON", func() {}, "null"},
		{"markup", `<a href="x">&`, `"<a href=\"x\">&"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, member(c.value))
		})
	}
}

func TestStringsReadBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.OneOf(rapid.String(), rapid.StringOfN(rapid.RuneFrom([]rune{0, 1, 31, '"', '\\', '\n', '\t', '\r', 127, 0x2028, 'é', '😀'}), 0, 9, -1)).Draw(t, "s")
		var got string
		if err := json.Unmarshal([]byte(member(want)), &got); err != nil || got != want {
			t.Fatalf("%q came back as %q (%v)", want, got, err)
		}
	})
	assert.Equal(t, `"a\ufffdb"`, member("a\xffb"), "what is no UTF-8")
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, accept string
		ok           bool
	}{
		{"exact", "application/vnd.api+json", true},
		{"anything", "*/*", true},
		{"any application", "application/*;q=0.5", true},
		{"empty", "", true},
		{"among others", "text/html, application/vnd.api+json;q=0.1", true},
		{"with and without parameters", `application/vnd.api+json; ext="x", application/vnd.api+json`, true},
		{"only with parameters", `application/vnd.api+json; charset=utf-8`, false},
		{"JSON", "application/json", false},
		{"refused", "application/vnd.api+json;q=0", false},
		{"nonsense", ";;;", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := jsonapi.CheckAccept(http.Header{"Accept": {c.accept}})
			assert.Equal(t, c.ok, err == nil, "%v", err)
		})
	}
	require.NoError(t, jsonapi.CheckAccept(http.Header{}))
	require.NoError(t, jsonapi.CheckContentType(http.Header{"Content-Type": {jsonapi.MediaType}}))
	for _, other := range []string{"", "application/json", jsonapi.MediaType + "; charset=utf-8"} {
		require.Error(t, jsonapi.CheckContentType(http.Header{"Content-Type": {other}}), other)
	}
}

func TestMatches(t *testing.T) {
	t.Parallel()
	tag := jsonapi.ETag([]byte("body"))
	assert.Equal(t, `W/"02083f4579e08a612425c0c1a17ee47add783b94"`, tag)
	assert.True(t, jsonapi.Matches(tag, tag))
	assert.True(t, jsonapi.Matches(`"x", `+tag, tag))
	assert.True(t, jsonapi.Matches(tag[2:], tag), "compared weakly")
	assert.True(t, jsonapi.Matches("*", tag))
	assert.False(t, jsonapi.Matches(`W/"x"`, tag))
}
