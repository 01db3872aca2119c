package description_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestFolder takes the descriptions that are directly in a folder, and not their parts.
func TestFolder(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"api/api.apib":        "FORMAT: 1A\n\n<!-- include(part.apib) -->\n",
		"api/part.apib":       "# GET /\n\n+ Response 200\n",
		"api/b.yaml":          "openapi: 3.0.3\n",
		"api/other.yaml":      "a: 1\n",
		"api/readme.md":       "# GET /\n\n+ Response 200\n",
		"api/deeper/c.apib":   "FORMAT: 1A\n# C\n",
		"circle/a.apib":       "FORMAT: 1A\n<!-- include(b.apib) -->\n",
		"circle/b.apib":       "FORMAT: 1A\n<!-- include(a.apib) -->\n",
		"unreadable/bad.apib": "FORMAT: 1A\n\xff\n",
	})
	docs, err := description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "api")}})
	require.NoError(t, err)
	assert.Equal(t, []string{filepath.Join(dir, "api", "api.apib"), filepath.Join(dir, "api", "b.yaml")}, filenames(docs))

	docs, err = description.Load(t.Context(), description.Options{FS: os.DirFS(dir), Dir: "x", Patterns: []string{"api"}})
	require.NoError(t, err)
	assert.Equal(t, []string{"x/api/api.apib", "x/api/b.yaml"}, filenames(docs))

	_, err = description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "circle")}})
	require.ErrorContains(t, err, "the file includes itself")

	_, err = description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "unreadable")}})
	require.ErrorContains(t, err, "bad.apib:2:1")
}

func filenames(docs []*description.Document) []string {
	var out []string
	for _, d := range docs {
		out = append(out, d.Filename)
	}
	return out
}

func TestStdin(t *testing.T) {
	t.Parallel()
	load := func(text string, limit int) ([]*description.Document, error) {
		return description.Load(t.Context(), description.Options{
			Patterns: []string{"-", "-"}, Stdin: strings.NewReader(text), Limits: description.Limits{Size: limit},
		})
	}
	docs, err := load("FORMAT: 1A\n# A\n", 0)
	require.NoError(t, err)
	require.Equal(t, []string{"-"}, filenames(docs), "it is read once")
	assert.Equal(t, "-:2:1", docs[0].At(11).String())
	_, err = docs[0].Refer("x.yaml")
	require.ErrorContains(t, err, "not a file itself")

	_, err = load("FORMAT: 1A\n<!-- include(x) -->\n", 0)
	require.ErrorContains(t, err, "-:2:1: include")
	_, err = load("FORMAT: 1A\n# A\n", 3)
	require.ErrorContains(t, err, "larger than 3 bytes")
	_, err = description.Load(t.Context(), description.Options{Patterns: []string{"-"}})
	require.ErrorContains(t, err, `could not find any files on path: '-'`)
}

// TestLoadEach reads what can be read.
func TestLoadEach(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"a.apib": {Data: []byte("FORMAT: 1A\n# A\n")}, "b.apib": {Data: []byte("\xff")}, "c.apib": {Data: []byte("FORMAT: 1A\n# C\n")}}
	loaded, err := description.LoadEach(t.Context(), description.Options{FS: files, Patterns: []string{"*.apib"}})
	require.NoError(t, err)
	require.Len(t, loaded, 3)
	assert.NotNil(t, loaded[0].Document)
	assert.Nil(t, loaded[1].Document)
	require.ErrorContains(t, loaded[1].Err, "b.apib:1:1")
	assert.Equal(t, "b.apib", loaded[1].Filename)
	assert.NotNil(t, loaded[2].Document)

	_, err = description.LoadEach(t.Context(), description.Options{FS: files, Patterns: []string{"no.apib"}})
	require.Error(t, err)
}

// TestFilesAndReferences knows all that a document was made of.
func TestFilesAndReferences(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"api.apib":  "FORMAT: 1A\n<!-- include(part.apib) -->\n",
		"part.apib": "\ufeffone\r\ntwo\r\n",
		"x.yaml":    "a: 1\n",
	})
	docs, err := description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "api.apib")}})
	require.NoError(t, err)
	d := docs[0]
	var names []string
	for _, f := range d.Files() {
		names = append(names, f.Path+" "+string(f.Text))
	}
	assert.Equal(t, []string{"api.apib FORMAT: 1A\n<!-- include(part.apib) -->\n", "part.apib \ufeffone\r\ntwo\r\n"}, names)

	for want, at := range map[string]transaction.Position{
		"two": {File: filepath.Join(dir, "part.apib"), Line: 2}, "one": {File: filepath.Join(dir, "part.apib"), Line: 1},
	} {
		line, ok := d.Line(at)
		assert.True(t, ok)
		assert.Equal(t, want, line)
	}
	for _, at := range []transaction.Position{{}, {File: "x", Line: 1}, {File: filepath.Join(dir, "part.apib"), Line: 3}} {
		_, ok := d.Line(at)
		assert.False(t, ok)
	}

	refs, complete := d.References()
	assert.Empty(t, refs)
	assert.True(t, complete)
	for range 2 {
		_, err = d.Refer("x.yaml")
		require.NoError(t, err)
	}
	refs, complete = d.References()
	require.Len(t, refs, 1)
	assert.True(t, complete)
	assert.True(t, d.Holds(refs[0]))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "x.yaml"), []byte("a: 2\n"), 0o600))
	assert.False(t, d.Holds(refs[0]))
	require.NoError(t, os.Remove(filepath.Join(dir, "x.yaml")))
	assert.False(t, d.Holds(refs[0]))
	_, err = d.Refer("x.yaml")
	require.Error(t, err)
	_, complete = d.References()
	assert.False(t, complete)
}
