package server_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// names are members that some endpoint looks at, so that random documents get further than the first
// check.
func names() []string {
	return []string{
		"data", "attributes", "relationships", "type", "id", "email", "username", "password", "remember-me", "include-in-response",
		"old-password", "new-password", "token", "status", "name", "first-name", "is-admin", "deleted-at", "event", "x",
	}
}

// anyJSON draws a value, which is nested no deeper than depth.
func anyJSON(depth int) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		kinds := 6
		if depth == 0 {
			kinds = 4
		}
		switch rapid.IntRange(0, kinds-1).Draw(t, "kind") {
		case 0:
			return nil
		case 1:
			return rapid.Bool().Draw(t, "bool")
		case 2:
			return rapid.OneOf(rapid.Just(1.0), rapid.Float64()).Draw(t, "number")
		case 3:
			return rapid.OneOf(
				rapid.SampledFrom([]string{"", "1", "user", "event", "john@example.com", known, "\x00", "2030-01-01T00:00:00Z", "true", "'"}),
				rapid.String(),
			).Draw(t, "text")
		case 4:
			return rapid.SliceOfN(anyJSON(depth-1), 0, 3).Draw(t, "list")
		}
		return rapid.MapOfN(rapid.SampledFrom(names()), anyJSON(depth-1), 0, 4).Draw(t, "object")
	})
}

// document draws a value that is shaped like a request of JSON:API, or of a plain endpoint.
func document(types []string) *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		object := rapid.MapOfN(rapid.SampledFrom(names()), anyJSON(2), 0, 4).Draw(t, "data")
		object["type"], object["id"] = rapid.SampledFrom(types).Draw(t, "type"), "1"
		switch rapid.IntRange(0, 2).Draw(t, "shape") {
		case 0:
			return anyJSON(3).Draw(t, "any")
		case 1:
			return object
		}
		return map[string]any{"data": object}
	})
}

// TestNoServerErrors sends random JSON to every endpoint, as an admin, as a user and as nobody. No
// answer is an error of the server.
func TestNoServerErrors(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	tokens := []string{f.admin(), "", "x"}
	f.user("john@example.com")
	tokens = append(tokens, f.login("john@example.com"))
	var endpoints []call
	for _, r := range f.server.Routes() {
		path := r.Pattern
		for i := strings.IndexByte(path, '{'); i >= 0; i = strings.IndexByte(path, '{') {
			path = path[:i] + "1" + path[strings.IndexByte(path, '}')+1:]
		}
		endpoint := call{method: r.Method, path: path}
		endpoints = append(endpoints, endpoint)
		if strings.HasPrefix(path, "/v1/auth/") || strings.HasPrefix(path, "/v1/users/") {
			endpoints = append(endpoints, endpoint, endpoint, endpoint) // what this test is most about
		}
	}
	types := map[string]bool{}
	for _, r := range f.server.Resources() {
		types[r.Type] = true
	}
	bodies := document(slices.Sorted(maps.Keys(types)))
	rapid.Check(t, func(rt *rapid.T) {
		for range 20 {
			c := rapid.SampledFrom(endpoints).Draw(rt, "endpoint")
			text, err := json.Marshal(bodies.Draw(rt, "body"))
			if err != nil {
				continue // a number that JSON does not have
			}
			c.body, c.token = string(text), rapid.SampledFrom(tokens).Draw(rt, "token")
			a := f.do(c)
			require.Less(rt, a.Code, 500, "%s %s %s: %s", c.method, c.path, c.body, a.Body)
			if a.Code >= 400 && a.Code != 304 {
				require.NotEmpty(rt, a.json, "%s %s", c.method, c.path)
			}
		}
	})
}
