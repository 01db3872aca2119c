package jsonapi_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

func TestParseResource(t *testing.T) {
	t.Parallel()
	r, err := jsonapi.ParseResource([]byte(`{"data": {"type": "event", "id": 7,
		"attributes": {"avatar_url": "a", "first-name": "b", "first_name": "c"},
		"relationships": {"event_topic": {"data": {"type": "event-topic", "id": "1"}}, "owner": {"data": null}, "tags": {"data": [{"type": "tag", "id": 3}]}}
	}}`), "event")
	require.NoError(t, err)
	assert.Equal(t, &jsonapi.Resource{
		ID:         "7",
		Attributes: map[string]any{"avatar-url": "a", "first-name": "b"},
		Relationships: map[string]jsonapi.Linkage{
			"event-topic": {Items: []jsonapi.Identifier{{Type: "event-topic", ID: "1"}}},
			"owner":       {},
			"tags":        {Many: true, Items: []jsonapi.Identifier{{Type: "tag", ID: "3"}}},
		},
	}, r)
}

func TestParseResourceErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body, pointer, detail string
		status                      int
	}{
		{"no JSON", `{`, "", "The request body is no JSON document: unexpected EOF", 400},
		{"nothing", ``, "", "The request body is no JSON document: EOF", 400},
		{"two values", `{"data":{}} {}`, "", "The request body is no JSON document: there is more after its end", 400},
		{"a list", `[]`, "/data", "Invalid input type: want a document.", 422},
		{"no data", `{}`, "/data", "Missing data for required field.", 422},
		{"data is a list", `{"data": []}`, "/data", "Invalid input type: want an object.", 422},
		{"no type", `{"data": {}}`, "/data", "`data` object must include `type` key.", 422},
		{"wrong type", `{"data": {"type": "speakers"}}`, "/data/type", `Invalid type. Expected "speaker".`, 409},
		{"type is a number", `{"data": {"type": 1}}`, "/data/type", `Invalid type. Expected "speaker".`, 409},
		{"attributes", `{"data": {"type": "speaker", "attributes": 1}}`, "/data/attributes", "Invalid input type: want an object.", 422},
		{"relationships", `{"data": {"type": "speaker", "relationships": []}}`, "/data/relationships", "Invalid input type: want an object.", 422},
		{"relationship", `{"data": {"type": "speaker", "relationships": {"event": 1}}}`, "/data/relationships/event", "Invalid input type: want an object.", 422},
		{"no linkage", `{"data": {"type": "speaker", "relationships": {"event": {}}}}`, "/data/relationships/event", "Must include a `data` key", 422},
		{"no linked type", `{"data": {"type": "speaker", "relationships": {"event": {"data": {"id": "1"}}}}}`, "/data/relationships/event", "Must have a `type` field", 422},
		{"no linked id", `{"data": {"type": "speaker", "relationships": {"event": {"data": [{"type": "event"}]}}}}`, "/data/relationships/event", "Must have an `id` field", 422},
		{"fractional id", `{"data": {"type": "speaker", "relationships": {"event": {"data": {"type": "event", "id": 1.5}}}}}`, "/data/relationships/event", "Must have an `id` field", 422},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := jsonapi.ParseResource([]byte(c.body), "speaker")
			list, ok := jsonapi.AsErrors(err)
			require.True(t, ok, "%v", err)
			require.Len(t, list, 1)
			assert.Equal(t, c.status, list[0].Status)
			assert.Equal(t, c.pointer, list[0].Pointer)
			assert.Equal(t, c.detail, list[0].Detail)
		})
	}
}

func TestParseResourceTellsAll(t *testing.T) {
	t.Parallel()
	_, err := jsonapi.ParseResource([]byte(`{"data": {"type": "x", "relationships": {"b": 1, "a": {}}}}`), "x")
	list, _ := jsonapi.AsErrors(err)
	require.Len(t, list, 2)
	assert.Equal(t, "/data/relationships/a", list[0].Pointer)
	assert.Equal(t, "/data/relationships/b", list[1].Pointer)
}

func TestParseLinkage(t *testing.T) {
	t.Parallel()
	one, err := jsonapi.ParseLinkage([]byte(`{"data": {"type": "x", "id": "1"}}`), "x", false)
	require.NoError(t, err)
	assert.Equal(t, jsonapi.Linkage{Items: []jsonapi.Identifier{{Type: "x", ID: "1"}}}, one)
	none, err := jsonapi.ParseLinkage([]byte(`{"data": null}`), "x", false)
	require.NoError(t, err)
	assert.Equal(t, jsonapi.Linkage{}, none)
	many, err := jsonapi.ParseLinkage([]byte(`{"data": []}`), "x", true)
	require.NoError(t, err)
	assert.Equal(t, jsonapi.Linkage{Many: true}, many)
}

func TestParseLinkageErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, body, pointer, detail string
		many                        bool
		status                      int
	}{
		{"no JSON", `x`, "", "The request body is no JSON document: invalid character 'x' looking for beginning of value", true, 400},
		{"no data", `{}`, "/data", `You must provide data with a "data" route node`, true, 400},
		{"no document", `3`, "/data", `You must provide data with a "data" route node`, true, 400},
		{"one for many", `{"data": {"type": "x", "id": "1"}}`, "/data", "You must provide a list for a relationship to many", true, 400},
		{"many for one", `{"data": []}`, "/data", "You must provide one object or null for a relationship to one", false, 400},
		{"no type", `{"data": [{"id": "1"}]}`, "/data/type", `Missing type in "data" node`, true, 400},
		{"no object", `{"data": 1}`, "/data/type", `Missing type in "data" node`, false, 400},
		{"wrong type", `{"data": {"type": "y", "id": "1"}}`, "/data/type", "The type field does not match the resource type", false, 409},
		{"no id", `{"data": {"type": "x"}}`, "/data/id", `Missing id in "data" node`, false, 400},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := jsonapi.ParseLinkage([]byte(c.body), "x", c.many)
			list, ok := jsonapi.AsErrors(err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, c.status, list[0].Status)
			assert.Equal(t, c.pointer, list[0].Pointer)
			assert.Equal(t, c.detail, list[0].Detail)
		})
	}
}

func FuzzParseResource(f *testing.F) {
	for _, seed := range []string{
		`{"data":{"type":"x","attributes":{"a_b":1},"relationships":{"c":{"data":[{"type":"t","id":"1"}]}}}}`,
		`{"data":{"type":"x","id":1e400}}`, `{"data":null}`, `{"data":[{"type":"x","id":"1"}]}`, `[[[[`, `"\ud800"`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		_, err := jsonapi.ParseResource(body, "x")
		requireDocument(t, err)
		for _, many := range []bool{true, false} {
			linkage, err := jsonapi.ParseLinkage(body, "x", many)
			requireDocument(t, err)
			if err == nil {
				require.Equal(t, many, linkage.Many)
			}
		}
	})
}

func requireDocument(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		list, ok := jsonapi.AsErrors(err)
		require.True(t, ok, "an error without a document: %v", err)
		require.GreaterOrEqual(t, list[0].Status, 400)
	}
}
