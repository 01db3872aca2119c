package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/internal/engine"
)

// TestWrongTypes sends what no attribute and no relationship is, to every field of every resource, as
// somebody who may do everything. Each answer is a document, and none is an error of the server.
func TestWrongTypes(t *testing.T) {
	t.Parallel()
	values := []string{
		`1`, `-1`, `1e999`, `9223372036854775808`, `0.5`, `true`, `null`, `""`, `"x"`, `"\u0000"`, `"1e400"`, `[]`, `{}`, `[{}]`, `[null]`,
		`{"a": {"b": 1}}`, `{"a": "\u0000"}`, `"0001-01-01T00:00:00Z"`, `"9999-12-31T23:59:59+14:00"`, `"http://["`, `"'; DROP TABLE users; --"`,
		`"` + strings.Repeat("long ", 2000) + `"`, `[{"name": 1, "language-code": {}}]`, `[{"name": "\u0000", "language-code": "\u0000"}]`,
	}
	for _, r := range server.New(server.Config{}).Resources() {
		t.Run(r.Type, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			f.place()
			sample := sampleOf(t, r)
			id := f.id(sample.row)
			token := f.admin()
			send := func(member, name, value string) {
				for _, c := range []call{
					{method: http.MethodPatch, path: fmt.Sprintf("/v1/%s/%d", r.Path, id)},
					{method: http.MethodPost, path: "/v1/" + r.Path},
				} {
					c.token = token
					c.body = fmt.Sprintf(`{"data": {"type": %q, "id": "%d", "attributes": {%s}, "relationships": {%s}}}`, r.Type, id,
						with(sample.attributes, member == "attributes", name, value), with(sample.relationships, member == "relationships", name, value))
					a := f.do(c)
					assert.Less(t, a.Code, 500, "%s %s %s=%.60s: %s", c.method, c.path, name, value, a.Body)
					if a.Code >= 400 && a.Code != http.StatusMethodNotAllowed {
						assert.NotEmpty(t, a.json, "%s %s", c.method, name)
					}
				}
			}
			for n, value := range values {
				for _, a := range oneOfEach(r.Attributes) {
					send("attributes", a.Name, value)
				}
				for i, rel := range r.Relationships {
					if (i+n)%4 > 0 { // all values come to some, all relationships to some values
						continue
					}
					send("relationships", rel.Name, value)
					send("relationships", rel.Name, fmt.Sprintf(`{"data": %s}`, value))
					send("relationships", rel.Name, fmt.Sprintf(`{"data": {"type": %q, "id": %s}}`, rel.Type, value))
				}
				send("attributes", "no-such-field", value)
			}
		})
	}
}

// oneOfEach is one attribute of each way to be read.
func oneOfEach(attributes []engine.Attribute) []engine.Attribute {
	seen := map[string]bool{}
	return slices.DeleteFunc(slices.Clone(attributes), func(a engine.Attribute) bool {
		way := fmt.Sprint(a.Kind, a.Nullable, a.ReadOnly, a.Virtual, a.Required, a.Always, a.OneOf, a.Check == nil, a.Writer)
		before := seen[way]
		seen[way] = true
		return before || slices.Contains([]string{"password", "is-blocked", "deleted-at"}, a.Name) // which would end the test
	})
}

// with is the members of an object in which one has another value.
func with(members string, here bool, name, value string) string {
	if !here {
		return members
	}
	one := fmt.Sprintf("%q: %s", name, value)
	if members == "" {
		return one
	}
	return members + ", " + one // the last of two counts
}

// TestQueriesOfAllResources filters and sorts by every field of every resource, with sense and without.
func TestQueriesOfAllResources(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	for _, typ := range []string{"track", "microlocation", "session-type", "sponsor", "session", "speakers-call", "custom-form", "role-invite", "users-events-roles"} {
		f.id(samples()[typ].row)
	}
	token := f.admin()
	for _, r := range f.server.Resources() {
		for _, path := range listsOf(f.server, r) {
			fields := []string{"id"}
			for _, a := range r.Attributes {
				fields = append(fields, a.Name)
			}
			for _, rel := range r.Relationships {
				fields = append(fields, rel.Name)
			}
			for _, field := range fields {
				for _, query := range []string{
					"sort=" + field, "sort=-" + strings.ReplaceAll(field, "-", "_"), "include=" + field, "fields[" + r.Type + "]=" + field,
					"filter=" + url.QueryEscape(fmt.Sprintf(`[{"name": %q, "op": "eq", "val": "1"}]`, field)),
					"filter=" + url.QueryEscape(fmt.Sprintf(`[{"name": %q, "op": "has", "val": {"name": "id", "op": "gt", "val": 0}}]`, field)),
					"filter=" + url.QueryEscape(fmt.Sprintf(`[{"not": {"name": %q, "op": "is_", "val": null}}]`, field)),
				} {
					a := f.get(path+"?"+query, token)
					assert.Less(t, a.Code, 500, "%s?%s: %s", path, query, a.Body)
				}
			}
		}
	}
}

// listsOf are paths with lists of a resource's objects.
func listsOf(s *server.Server, r engine.Resource) []string {
	var paths []string
	for _, pattern := range []string{"/v1/" + r.Path, "/v1/events/{id}/" + r.Path} {
		if slices.Contains(s.Routes(), server.Route{Method: http.MethodGet, Pattern: pattern}) {
			paths = append(paths, strings.ReplaceAll(pattern, "{id}", "1"))
		}
	}
	return paths
}
