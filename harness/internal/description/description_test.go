package description_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var update = flag.Bool("update", false, "rewrite what the files in testdata want")

// TestInclude assembles api.apib of each archive in testdata. "want" holds each assembled line
// behind the place that it came from, or the error.
func TestInclude(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives, "no archives in testdata")
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			fsys, want := fstest.MapFS{}, -1
			for i, f := range a.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			require.GreaterOrEqual(t, want, 0, "the archive has no file want")
			docs, err := description.Load(t.Context(), description.Options{FS: fsys, Dir: "docs", Patterns: []string{"api.apib"}})
			got := ""
			if err != nil {
				got = err.Error() + "\n"
			} else {
				got = withPlaces(docs[0])
			}
			if *update {
				a.Files[want].Data = []byte(got)
				require.NoError(t, os.WriteFile(name, txtar.Format(a), 0o644))
				return
			}
			if diff := cmp.Diff(string(a.Files[want].Data), got); diff != "" {
				t.Errorf("(-want +got; -update rewrites)\n%s", diff)
			}
		})
	}
}

// withPlaces writes each line of a document behind the place of its first character that is not a
// space.
func withPlaces(d *description.Document) string {
	var out strings.Builder
	offset := 0
	for line := range bytes.Lines(d.Text) {
		at := offset + len(line) - len(bytes.TrimLeft(line, " "))
		fmt.Fprintf(&out, "%s| %s\n", d.At(at), bytes.TrimSuffix(line, []byte("\n")))
		offset += len(line)
	}
	return out.String()
}

// tree writes files into a new folder and returns it.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		p := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
	}
	return dir
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	const text = "FORMAT: 1A\n"
	files := map[string]string{
		"b.apib": text, "a.apib": text, "z/0.apib": text, "z/y/1.apib": text, ".hidden.apib": text,
		"z/.git/2.apib": text, "a[1].apib": text, "notes.txt": text,
	}
	dir := tree(t, files)
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	tests := []struct {
		name     string
		patterns []string
		want     []string
		reason   string
	}{
		{"one file", []string{"a.apib"}, []string{"a.apib"}, ""},
		{"patterns keep their order", []string{"b.apib", "a.apib"}, []string{"b.apib", "a.apib"}, ""},
		{"a glob is sorted by base name", []string{"*/*.apib", "*.apib"}, []string{"z/0.apib", "a.apib", "a[1].apib", "b.apib"}, "patterns keep their order all the same"},
		{"any depth", []string{"**/*.apib"}, []string{"z/0.apib", "z/y/1.apib", "a.apib", "a[1].apib", "b.apib"}, "sorted by base name, hidden files and folders left out"},
		{"everything under a folder", []string{"z/**"}, []string{"z/0.apib", "z/y/1.apib"}, ""},
		{"alternatives", []string{"{b,a}.{apib,txt}"}, []string{"a.apib", "b.apib"}, ""},
		{"nested alternatives", []string{"{z/{0,y/1},b}.apib"}, []string{"z/0.apib", "z/y/1.apib", "b.apib"}, ""},
		{"each once", []string{"a.apib", "*.apib", "./a.apib", "z/../a.apib"}, []string{"a.apib", "a[1].apib", "b.apib"}, ""},
		{"a name that looks like a glob", []string{"a[1].apib"}, []string{"a[1].apib"}, "the file is there, so it is meant"},
		{"a class", []string{"[ab].apib"}, []string{"a.apib", "b.apib"}, ""},
		{"hidden files when asked for", []string{".*.apib"}, []string{".hidden.apib"}, ""},
		{"folders are not matched", []string{"{z,a.apib}*"}, []string{"a.apib"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: tt.patterns})
			require.NoError(t, err)
			for _, d := range docs {
				got = append(got, d.Filename)
			}
			assert.Equal(t, tt.want, got, "within an fs.FS; %s", tt.reason)

			var patterns []string
			for _, p := range tt.patterns {
				patterns = append(patterns, filepath.Join(dir, p))
			}
			got = nil
			docs, err = description.Load(t.Context(), description.Options{Patterns: patterns})
			require.NoError(t, err)
			for _, d := range docs {
				rel, err := filepath.Rel(dir, d.Filename)
				require.NoError(t, err)
				got = append(got, filepath.ToSlash(rel))
			}
			assert.Equal(t, tt.want, got, "among the machine's files; %s", tt.reason)
		})
	}
}

// locked is a file system in which nothing may be read.
type locked struct{ fs.FS }

func (locked) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
}

func TestUnreadable(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{"docs/api.apib": "x", "empty.apib": "", "blank.apib": " \n\n", "large.apib": strings.Repeat("x", 100)})
	mapped := fstest.MapFS{"a.apib": {Data: []byte("FORMAT: 1A\n")}, "sub/b.apib": {Data: []byte("x")}}
	tests := []struct {
		name    string
		options description.Options
		want    string
	}{
		{"missing", description.Options{Patterns: []string{"no.apib"}}, `could not find any files on path: 'no.apib' (file does not exist); correct the path, which is relative to the current folder`},
		{"no match", description.Options{Patterns: []string{"no-*.apib"}}, `could not find any files on path: 'no-*.apib'; correct the pattern, which is relative to the current folder`},
		{"open bracket", description.Options{Patterns: []string{"no-[a.apib"}}, `description "no-[a.apib": syntax error in pattern: a bracket is not closed`},
		{"too many braces", description.Options{Patterns: []string{strings.Repeat("{a,b}", 12)}}, "stand for more than 1000 patterns"},
		{"folder", description.Options{Patterns: []string{filepath.Join(dir, "docs")}}, "docs: this is a folder without an API description directly in it"},
		{"empty", description.Options{Patterns: []string{filepath.Join(dir, "empty.apib")}}, "empty.apib: the document is empty; write an API description into it"},
		{"blank", description.Options{Patterns: []string{filepath.Join(dir, "blank.apib")}}, "blank.apib: the document is empty"},
		{"too large", description.Options{Patterns: []string{filepath.Join(dir, "large.apib")}, Limits: description.Limits{Size: 99}}, "large.apib: larger than 99 bytes"},
		{"missing in a folder", description.Options{FS: mapped, Dir: "docs", Patterns: []string{"c.apib"}}, `could not find any files on path: 'c.apib' (file does not exist); correct the path, which is relative to docs`},
		{"outside an fs.FS", description.Options{FS: mapped, Patterns: []string{"../a.apib"}}, `could not find any files on path: '../a.apib' (file does not exist); correct the path, which is relative to the folder that is embedded`},
		{"folder of an fs.FS", description.Options{FS: mapped, Patterns: []string{"sub"}}, "sub: this is a folder without"},
		{"no permission", description.Options{FS: locked{mapped}, Patterns: []string{"a.apib"}}, `description "a.apib": permission denied; change the permissions of the file or its folder`},
		{"URL in an fs.FS", description.Options{FS: mapped, Patterns: []string{"http://localhost/x"}}, "a URL is not a name within a folder"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			docs, err := description.Load(t.Context(), tt.options)
			require.ErrorContains(t, err, tt.want)
			assert.Nil(t, docs)
		})
	}
}

func TestCause(t *testing.T) {
	t.Parallel()
	_, err := description.Load(t.Context(), description.Options{Patterns: []string{"no.apib"}})
	require.ErrorIs(t, err, fs.ErrNotExist)

	_, err = description.New("x.apib", []byte("# A\nb\xC4\n"))
	var located *description.Error
	require.ErrorAs(t, err, &located)
	assert.Equal(t, transaction.Position{File: "x.apib", Line: 2, Column: 2}, located.At)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = description.Load(ctx, description.Options{FS: fstest.MapFS{"a": {Data: []byte("x")}}, Patterns: []string{"a"}})
	assert.ErrorIs(t, err, context.Canceled)
}

func TestNotText(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"not UTF-8", "# A\n\nCaf\xE9 au lait\n", "x.apib:3:4: the byte 0xE9 is not UTF-8; save the file as UTF-8"},
		{"not UTF-8 behind other letters", "čaj \xFF", "x.apib:1:5: the byte 0xFF is not UTF-8"},
		{"cut off", "# A \xC4", "x.apib:1:5: the byte 0xC4 is not UTF-8"},
		{"the middle of a character alone on a line", "# A\n\x80", "x.apib:2:1: the byte 0x80 is not UTF-8"},
		{"a surrogate", "\xED\xA0\x80", "x.apib:1:1: the byte 0xED is not UTF-8"},
		{"NUL", "# A\n\x00", "x.apib:2:1: a NUL byte; is this a text file?"},
		{"UTF-16 little", "\xFF\xFE#\x00", "x.apib: this is UTF-16; save the file as UTF-8"},
		{"UTF-16 big", "\xFE\xFF\x00#", "x.apib: this is UTF-16; save the file as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := description.New("x.apib", []byte(tt.text))
			require.ErrorContains(t, err, tt.want)

			fsys := fstest.MapFS{"api.apib": {Data: []byte("FORMAT: 1A\n<!-- include(x.apib) -->\n")}, "x.apib": {Data: []byte(tt.text)}}
			_, err = description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"api.apib"}})
			assert.ErrorContains(t, err, tt.want, "also when it is included")
		})
	}
}

func TestOutside(t *testing.T) {
	t.Parallel()
	dir := tree(t, map[string]string{
		"secret.txt":          "secret\n",
		"docs/link.apib":      "FORMAT: 1A\n<!-- include(secret.txt) -->\n",
		"docs/inside.apib":    "FORMAT: 1A\n<!-- include(sub/alias.apib) -->\n",
		"docs/sub/x.apib":     "inside\n",
		"docs/climb.apib":     "FORMAT: 1A\n<!-- include(sub/up.apib) -->\n",
		"docs/sub/up.apib":    "<!-- include(../../secret.txt) -->\n",
		"docs/folder.apib":    "FORMAT: 1A\n\n  <!-- include(sub) -->\n",
		"docs/away.apib":      "FORMAT: 1A\n<!-- include(away/secret.txt) -->\n",
		"docs/dangling.apib":  "FORMAT: 1A\n<!-- include(nowhere) -->\n",
		"docs/undotted.apib":  "FORMAT: 1A\n<!-- include(sub/../sub/x.apib) -->\n",
		"docs/sub/back.apib":  "<!-- include(../sub/x.apib) -->\n",
		"docs/backwards.apib": "FORMAT: 1A\n<!-- include(sub/back.apib) -->\n",
	})
	link := func(target, name string) {
		if err := os.Symlink(target, filepath.Join(dir, name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	link("../secret.txt", "docs/secret.txt")
	link("x.apib", "docs/sub/alias.apib")
	link("..", "docs/away")
	link("gone", "docs/nowhere")
	tests := []struct{ name, file, want string }{
		{"a link that leads outside", "link.apib", `link.apib:2:1: include "secret.txt": ` + filepath.Join(dir, "docs", "secret.txt") + " is a link that leads outside"},
		{"through a link to a folder outside", "away.apib", "is a link that leads outside the folder of the description"},
		{"a path that leads outside", "climb.apib", `up.apib:1:1: include "../../secret.txt": this is outside the folder of the description`},
		{"a folder", "folder.apib", `folder.apib:3:3: include "sub": ` + filepath.Join(dir, "docs", "sub") + " is a folder; include a file"},
		{"a link to nothing", "dangling.apib", "there is no file"},
		{"a link that stays inside", "inside.apib", ""},
		{"a path with dots that stays inside", "undotted.apib", ""},
		{"a path back up that stays inside", "backwards.apib", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			docs, err := description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "docs", tt.file)}})
			if tt.want == "" {
				require.NoError(t, err)
				assert.Contains(t, string(docs[0].Text), "inside")
				return
			}
			require.ErrorContains(t, err, tt.want)
			assert.NotContains(t, err.Error(), "secret\n")
		})
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"twice.apib": {Data: []byte("FORMAT: 1A\n<!-- include(d0) --><!-- include(d0) -->")},
		"big.apib":   {Data: []byte("FORMAT: 1A\n<!-- include(long) --><!-- include(long) -->")},
		"long":       {Data: bytes.Repeat([]byte("x"), 600)},
	}
	for i := range 20 {
		fsys[fmt.Sprintf("d%d", i)] = &fstest.MapFile{Data: fmt.Appendf(nil, "<!-- include(d%d) --><!-- include(d%[1]d) -->", i+1)}
	}
	fsys["d20"] = &fstest.MapFile{Data: []byte(" ")}
	tests := []struct {
		name, file string
		limits     description.Limits
		want       string
	}{
		{"two to the twentieth includes", "twice.apib", description.Limits{}, "this is more than 10000 includes"},
		{"depth", "twice.apib", description.Limits{Depth: 5}, `d4:1:1: include "d5": nested deeper than 5 files`},
		{"size of the whole", "big.apib", description.Limits{Size: 1000}, "big.apib: larger than 1000 bytes"},
		{"size of a part", "big.apib", description.Limits{Size: 500}, `big.apib:2:1: include "long": long: larger than 500 bytes`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{tt.file}, Limits: tt.limits})
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func TestFormat(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       description.Format
		known      bool
	}{
		{"header", "FORMAT: 1A\n\n# A", description.APIBlueprint, true},
		{"header behind a byte order mark", "\uFEFFFORMAT: 1A", description.APIBlueprint, true},
		{"experimental header", "format: X-1A\r\nHOST: http://x", description.APIBlueprint, true},
		{"old header", "VERSION: 2\n", description.APIBlueprint, true},
		{"header wins over a body", "FORMAT: 1A\n\n+ Response 200\n\n        {\"swagger\": \"2.0\"}\n", description.APIBlueprint, true},
		{"response", "# GET /\n+ Response 204\n", description.APIBlueprint, true},
		{"attributes", "# A\n\n- Attributes (object)\n", description.APIBlueprint, true},
		{"data structures", "# Data Structures\n", description.APIBlueprint, true},
		{"oldest", "--- My API ---\n", description.APIBlueprint, true},
		{"a list of other things", "# A\n\n+ Requested things\n-response\n", description.APIBlueprint, true},
		{"prose", "# Hello\n\nThis is an answer.\n", description.APIBlueprint, false},
		{"OpenAPI 2 in YAML", "info:\n  title: x\nswagger: '2.0'\n", description.OpenAPI2, true},
		{"OpenAPI 2 in JSON", `{"info": {}, "swagger": "2.0"}`, description.OpenAPI2, true},
		{"OpenAPI 2 that mentions a response", "swagger: \"2.0\"\ninfo:\n  description: |\n    + Response 200\n", description.OpenAPI2, true},
		{"OpenAPI 2 with a number for a version", "swagger: 2.0\n", description.OpenAPI2, true},
		{"a number within a line is no version", "info:\n  x: {swagger: 2.0}\n", description.APIBlueprint, false},
		{"OpenAPI 3 in YAML", "openapi: 3.0.3\n", description.OpenAPI3, true},
		{"OpenAPI 3.1 in JSON", `{ "openapi": "3.1.0" }`, description.OpenAPI3, true},
		{"quoted OpenAPI 3", "# a comment\n\"openapi\": '3.0.0'\n", description.OpenAPI3, true},
		{"API Elements", `{"element": "parseResult", "x": "+ Response"}`, description.APIBlueprint, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d, err := description.New("x", []byte(tt.text))
			require.NoError(t, err)
			assert.Equal(t, tt.want, d.Format)
			if tt.known {
				assert.Empty(t, d.Annotations)
				return
			}
			require.Len(t, d.Annotations, 1)
			assert.Equal(t, transaction.SeverityWarning, d.Annotations[0].Severity)
			assert.Equal(t, "x:1:1", d.Annotations[0].At.String())
		})
	}
}

func TestFormatNames(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "API Blueprint, OpenAPI 2, OpenAPI 3, x",
		fmt.Sprintf("%s, %s, %s, %s", description.APIBlueprint, description.OpenAPI2, description.OpenAPI3, description.Format("x")))
}

// TestOpenAPIHasNoIncludes keeps a comment in an OpenAPI document what it is.
func TestOpenAPIHasNoIncludes(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"x.yml": {Data: []byte("openapi: 3.0.0\n# <!-- include(no) -->\n")}}
	docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"x.yml"}})
	require.NoError(t, err)
	assert.Equal(t, description.OpenAPI3, docs[0].Format)
}

// TestFormatOfAssembled takes the format from the top file, and from the whole only when the top
// file does not show one.
func TestFormatOfAssembled(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{
		"only.apib":  {Data: []byte("<!-- include(part) -->\n")},
		"part":       {Data: []byte("# GET /\n+ Response 204\n")},
		"plain.apib": {Data: []byte("# A\n<!-- include(body) -->\n\n+ Response 200\n")},
		"body":       {Data: []byte(`{"swagger": "2.0"}`)},
	}
	for _, name := range []string{"only.apib", "plain.apib"} {
		docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{name}})
		require.NoError(t, err, name)
		assert.Equal(t, description.APIBlueprint, docs[0].Format, name)
		assert.Empty(t, docs[0].Annotations, name)
	}
}

func TestErrorsAreValues(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{"a.apib": {Data: []byte("FORMAT: 1A\n<!-- include(b) -->\n")}}
	_, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"a.apib"}})
	require.ErrorIs(t, err, fs.ErrNotExist)
	var located *description.Error
	require.True(t, errors.As(err, &located))
	assert.Equal(t, transaction.Position{File: "a.apib", Line: 2, Column: 1}, located.At)
}
