package drift

import (
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	topic = `{"data":{"type":"event-topic","id":"1","attributes":{"name":"Travel"},` +
		`"relationships":{"events":{}},"links":{"self":"/v1/event-topics/1"}},"links":{"self":"/v1/event-topics/1"}}`
	topics  = `{"data":[{"type":"event-topic","id":"1","attributes":{"system-image-url":null}}],"meta":{"count":1}}`
	event   = `{"data":{"attributes":{"latitude":1.5}}}`
	failure = `{"errors":[{"status":"404","detail":"Object Not Found"}]}`
	deleted = `{"meta":{"message":"Object successfully deleted"}}`
)

// TestSeededFaults holds what each of them does to a response; every fault has a row that it changes and
// leaves alone what has nothing for it to change.
func TestSeededFaults(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fault, body, want string // want "" is: nothing to change
	}{
		{"renamed", "renamed-attribute", topic, with(topic, "attributes", `{"name-text":"Travel"}`)},
		{"renamed in a list", "renamed-attribute", topics, `{"data":[{"type":"event-topic","id":"1","attributes":{"system_image_url":null}}],"meta":{"count":1}}`},
		{"nothing to rename", "renamed-attribute", failure, ""},
		{"dropped", "dropped-attribute", topic, with(topic, "attributes", `{}`)},
		{"nothing to drop", "dropped-attribute", deleted, ""},
		{"extra", "extra-attribute", topic, with(topic, "attributes", `{"name":"Travel","internal-note":"added last week"}`)},
		{"no room for an extra", "extra-attribute", failure, ""},
		{"changed name", "changed-value", topic, with(topic, "attributes", `{"name":"The Travel"}`)},
		{"changed detail", "changed-value", failure, `{"errors":[{"status":"404","detail":"The Object Not Found"}]}`},
		{"changed message", "changed-value", deleted, `{"meta":{"message":"The Object successfully deleted"}}`},
		{"nothing to reword", "changed-value", topics, ""},
		{"attribute as string", "number-as-string", event, `{"data":{"attributes":{"latitude":"1.5"}}}`},
		{"count as string", "number-as-string", topics, `{"data":[{"type":"event-topic","id":"1","attributes":{"system-image-url":null}}],"meta":{"count":"1"}}`},
		{"no number", "number-as-string", topic, ""},
		{"emptied", "emptied-list", topics, `{"data":[],"meta":{"count":1}}`},
		{"no list", "emptied-list", topic, ""},
		{"list is empty already", "emptied-list", `{"data":[]}`, ""},
		{"link", "changed-link", topic, with(topic, "links", `{"self":"/v2/event-topics/1/"}`)},
		{"no link", "changed-link", failure, ""},
		{"relationship", "dropped-relationship", topic, with(topic, "relationships", `{}`)},
		{"no relationship", "dropped-relationship", topics, ""},
		{"type", "other-type", topic, with(topic, "type", `"event-topics"`)},
		{"no type", "other-type", deleted, ""},
		{"status", "wrong-status", topic, topic},
		{"content type", "wrong-content-type", topic, topic},
	}
	seen := map[string]bool{}
	for _, tt := range tests {
		seen[tt.fault] = true
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := answer{status: 200, header: http.Header{}, body: decoded(t, tt.body)}
			changed := named(t, tt.fault).apply(&a, rand.New(rand.NewPCG(1, 1)))
			assert.Equal(t, tt.want != "", changed)
			want := tt.want
			if want == "" {
				want = tt.body
			}
			assert.Empty(t, cmp.Diff(decoded(t, want), a.body))
		})
	}
	for _, f := range seededFaults() {
		assert.True(t, seen[f.name], "no row for %s", f.name)
		assert.NotEmpty(t, f.does)
	}
}

func TestStatusFault(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]int{200: 202, 201: 200, 404: 500, 422: 500} {
		a := answer{status: status}
		assert.True(t, named(t, "wrong-status").apply(&a, nil))
		assert.Equal(t, want, a.status)
	}
}

func TestContentTypeFault(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string]string{"application/vnd.api+json": "application/json", "application/json": "text/json"} {
		a := answer{header: http.Header{"Content-Type": {kind}}}
		assert.True(t, named(t, "wrong-content-type").apply(&a, nil))
		assert.Equal(t, want, a.header.Get("Content-Type"))
	}
}

func named(t *testing.T, name string) seeded {
	t.Helper()
	for _, f := range seededFaults() {
		if f.name == name {
			return f
		}
	}
	t.Fatalf("no fault %s", name)
	return seeded{}
}

func decoded(t *testing.T, s string) any {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	require.NoError(t, d.Decode(&v))
	return v
}

// with is a document with another member of its resource.
func with(document, member, value string) string {
	var d, v map[string]any
	if json.Unmarshal([]byte(document), &d) != nil || json.Unmarshal([]byte(`{"v":`+value+`}`), &v) != nil {
		panic("bad fixture")
	}
	d["data"].(map[string]any)[member] = v["v"]
	b, _ := json.Marshal(d)
	return string(b)
}
