package drift

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEditJSON(t *testing.T) {
	t.Parallel()
	const document = `{"a":{"b/c":[1,2.50,"<x>"]},"d":null}`
	tests := []struct {
		name      string
		edit      Edit
		want, err string
	}{
		{"add a key", Edit{Op: "add", Path: "/a/e", Value: `"f"`}, `{"a":{"b/c":[1,2.50,"<x>"],"e":"f"},"d":null}`, ""},
		{"add over a key", Edit{Op: "add", Path: "/d", Value: "{}"}, `{"a":{"b/c":[1,2.50,"<x>"]},"d":{}}`, ""},
		{"add in a list", Edit{Op: "add", Path: "/a/b~1c/1", Value: "9"}, `{"a":{"b/c":[1,9,2.50,"<x>"]},"d":null}`, ""},
		{"add to a list", Edit{Op: "add", Path: "/a/b~1c/-", Value: "9"}, `{"a":{"b/c":[1,2.50,"<x>",9]},"d":null}`, ""},
		{"remove a key", Edit{Op: "remove", Path: "/a"}, `{"d":null}`, ""},
		{"remove an item", Edit{Op: "remove", Path: "/a/b~1c/0"}, `{"a":{"b/c":[2.50,"<x>"]},"d":null}`, ""},
		{"replace", Edit{Op: "replace", Path: "/a/b~1c/2", Value: "true"}, `{"a":{"b/c":[1,2.50,true]},"d":null}`, ""},
		{"replace all", Edit{Op: "replace", Path: "", Value: "[]"}, `[]`, ""},
		{"copy", Edit{Op: "copy", From: "/a/b~1c/0", Path: "/a/b~1c/-"}, `{"a":{"b/c":[1,2.50,"<x>",1]},"d":null}`, ""},
		{"no such key", Edit{Op: "replace", Path: "/e", Value: "1"}, "", `replace /e: there is no "e"`},
		{"no such key to remove", Edit{Op: "remove", Path: "/a/e"}, "", `remove /a/e: there is no "e"`},
		{"no such parent", Edit{Op: "add", Path: "/e/f", Value: "1"}, "", `add /e/f: there is no "e"`},
		{"below a scalar", Edit{Op: "add", Path: "/d/f", Value: "1"}, "", `add /d/f: there is no "f"`},
		{"no such item", Edit{Op: "remove", Path: "/a/b~1c/3"}, "", `remove /a/b~1c/3: there is no "3"`},
		{"no item", Edit{Op: "replace", Path: "/a/b~1c/-", Value: "1"}, "", `replace /a/b~1c/-: there is no "-"`},
		{"nothing to copy", Edit{Op: "copy", From: "/d/x", Path: "/d"}, "", `copy /d: there is no "x"`},
		{"no JSON", Edit{Op: "add", Path: "/e", Value: "{"}, "", "add /e: read JSON: unexpected EOF"},
		{"no such operation", Edit{Op: "test", Path: "/d"}, "", "test /d: no such operation"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := editJSON(document, []Edit{tt.edit})
			if tt.err != "" {
				require.EqualError(t, err, tt.err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, tt.want, got)
		})
	}
	_, err := editJSON("", nil)
	require.Error(t, err)
}

// TestCopySharesNothing changes a copy after it was made.
func TestCopySharesNothing(t *testing.T) {
	t.Parallel()
	got, err := editJSON(`{"a":[{"b":1}]}`, []Edit{
		{Op: "copy", From: "/a/0", Path: "/a/-"}, {Op: "replace", Path: "/a/1/b", Value: "2"},
	})
	require.NoError(t, err)
	assert.Equal(t, `{"a":[{"b":1},{"b":2}]}`, got)
}
