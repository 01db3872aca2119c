package source_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// load reads api.yaml of some files.
func load(t *testing.T, files map[string]string, limits source.Limits) (*source.Resolver, error) {
	t.Helper()
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	docs, err := description.Load(t.Context(), description.Options{FS: fsys, Dir: "docs", Patterns: []string{"api.yaml"}})
	require.NoError(t, err)
	return source.Open(docs[0], limits)
}

const header = "openapi: 3.0.0\n"

func TestDeref(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"a b.yaml":       "x: space\n",
		"sub/one.yaml":   "up: {$ref: '../api.yaml#/target'}\nback: {$ref: two.json#/y/0}\nown: {$ref: '#/z'}\nz: own\n",
		"sub/two.json":   `{"y": [{"$ref": "one.yaml#/z"}]}`,
		"broken.yaml":    "a: 1\n b: @\n",
		"empty.yaml":     " \n",
		"whole.yaml":     "whole",
		"sub/latin.yaml": "\xE9",
	}
	tests := []struct{ name, ref, want string }{
		{"within the document", "#/target", `docs/api.yaml:3:9 "here"`},
		{"the document", "#", `docs/api.yaml:1:1 {`},
		{"escapes", "#/esc~1a~0b%20c/~01", `docs/api.yaml:4:17 "tilde"`},
		{"an empty key", "#/empty/", `docs/api.yaml:5:13 1`},
		{"an item", "#/list/1", `docs/api.yaml:6:11 "b"`},
		{"another file", "whole.yaml", `docs/whole.yaml:1:1 "whole"`},
		{"its root", "whole.yaml#", `docs/whole.yaml:1:1 "whole"`},
		{"its root, with a pointer", "./whole.yaml#", `docs/whole.yaml:1:1 "whole"`},
		{"with dots", "sub/../sub/./one.yaml#/z", `docs/sub/one.yaml:4:4 "own"`},
		{"back to the document", "sub/one.yaml#/up", `docs/api.yaml:3:9 "here"`},
		{"between files, and an item", "sub/one.yaml#/back", `docs/sub/one.yaml:4:4 "own"`},
		{"within another file", "sub/one.yaml#/own", `docs/sub/one.yaml:4:4 "own"`},
		{"a name with a space", "a%20b.yaml#/x", `docs/a b.yaml:1:4 "space"`},
		{"through a reference", "#/chain/x", `docs/api.yaml:8:13 1`},
		{"an anchor", "#named", `docs/api.yaml:9:6 {`},
		{"a key that is a number", "#/responses/200", `docs/api.yaml:10:18 "ok"`},

		{"nowhere", "#/none", `docs/api.yaml:2:13: $ref "#/none": leads nowhere: there is no "none" in the object at docs/api.yaml:1:1`},
		{"below a scalar", "#/target/x", `leads nowhere: there is no "x" in the string at docs/api.yaml:3:9`},
		{"no item", "#/list/01", `leads nowhere: there is no "01" in the array at docs/api.yaml:6:7`},
		{"behind the last item", "#/list/2", `there is no "2" in the array`},
		{"no anchor", "#nobody", `leads nowhere: there is no such "$anchor"; a pointer within a document begins with "#/"`},
		{"itself", "#/self", `$ref "#/self": leads back to itself, so that it means nothing`},
		{"a circle", "#/circle1", `leads back to itself`},
		{"a circle on the way", "#/circle1/x", `leads through too many other references`},
		{"URL", "https://example.com/a.yaml#/x", `$ref "https://example.com/a.yaml#/x": is a URL, and nothing is fetched because of a description`},
		{"file URL", "file:///etc/passwd", `is a URL`},
		{"no scheme", "//example.com/a.yaml", `is a URL`},
		{"hidden URL", "%68ttp://example.com", `is a URL`},
		{"absolute", "/etc/passwd", `is an absolute path; write it relative to the file that it is in`},
		{"outside", "../secret.yaml", `$ref "../secret.yaml": ../secret.yaml is outside the folder of the description`},
		{"outside, hidden", "sub/%2E%2E/../../secret.yaml", `is outside the folder of the description`},
		{"missing", "none.yaml#/x", `docs/api.yaml:2:13: $ref "none.yaml#/x": there is no file docs/none.yaml; correct the path, which is relative to this file`},
		{"a folder", "sub", `$ref "sub": docs/sub is a folder`},
		{"NUL", "a%00b", `names a file with characters that no name of a file here has`},
		{"percent", "#/%zz", `has a % that no two hexadecimal digits follow; write it as %25`},
		{"percent in a name", "%zz", `has a % that no two hexadecimal digits follow; write it as %25`},
		{"a syntax error", "broken.yaml#/a", "docs/broken.yaml:2:3: a key"},
		{"an empty file", "empty.yaml", "docs/empty.yaml: the file is empty"},
		{"not UTF-8", "sub/latin.yaml", "docs/sub/latin.yaml:1:1: the byte 0xE9 is not UTF-8; save the file as UTF-8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			files := map[string]string{
				"api.yaml": header + fmt.Sprintf("it: {$ref:  %q}\n", tt.ref) + `target: here
esc/a~b c: {~1: tilde}
empty: {"": 1}
list: [a, b]
chain: {$ref: '#/chain2'}
chain2: {x: 1}
nam: {$anchor: named}
responses: {200: ok}
self: {$ref: '#/self'}
circle1: {$ref: '#/circle2'}
circle2: {$ref: '#/circle1'}
`, "a b.yaml": files["a b.yaml"], "sub/one.yaml": files["sub/one.yaml"], "sub/two.json": files["sub/two.json"], "broken.yaml": files["broken.yaml"],
				"empty.yaml": files["empty.yaml"], "whole.yaml": files["whole.yaml"], "sub/latin.yaml": files["sub/latin.yaml"],
			}
			r, err := load(t, files, source.Limits{})
			require.NoError(t, err)
			n, err := r.Deref(r.Root().Get("it"))
			if !strings.HasPrefix(tt.want, "docs/") || strings.Contains(tt.want, ": ") {
				require.ErrorContains(t, err, tt.want)
				assert.Nil(t, n)
				var located *source.Error
				require.ErrorAs(t, err, &located)
				assert.NotEmpty(t, located.At.File)
				return
			}
			require.NoError(t, err)
			got := fmt.Sprintf("%s %s", n.At(), n.JSON(""))
			assert.Equal(t, tt.want, got[:min(len(got), len(tt.want))])
			again, err := r.Deref(r.Root().Get("it"))
			require.NoError(t, err)
			assert.Same(t, n, again)
		})
	}
}

func TestDocuments(t *testing.T) {
	t.Parallel()
	files := map[string]string{"api.yaml": header + "a: {$ref: f0.yaml}\n"}
	for i := range 10 {
		files[fmt.Sprintf("f%d.yaml", i)] = fmt.Sprintf("$ref: f%d.yaml", i+1)
	}
	files["f10.yaml"] = "end"
	r, err := load(t, files, source.Limits{})
	require.NoError(t, err)
	n, err := r.Deref(r.Root().Get("a"))
	require.NoError(t, err)
	assert.Equal(t, "end", n.Text())
	docs := r.Documents()
	assert.Len(t, docs, 12)
	assert.Equal(t, "docs/f10.yaml", docs[11].Filename)

	r, err = load(t, files, source.Limits{Files: 5})
	require.NoError(t, err)
	_, err = r.Deref(r.Root().Get("a"))
	require.ErrorContains(t, err, `docs/f4.yaml:1:7: $ref "f5.yaml": leads to one file more than the 5 that are read; join some`)

	files["f3.yaml"] += strings.Repeat(" ", 1000)
	r, err = load(t, files, source.Limits{Size: 1000})
	require.NoError(t, err)
	_, err = r.Deref(r.Root().Get("a"))
	require.ErrorContains(t, err, "makes all files together larger than 1000 bytes")
}

// TestOutside follows references through links of the file system.
func TestOutside(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		p := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(p), 0o755))
		require.NoError(t, os.WriteFile(p, []byte(text), 0o644))
	}
	write("secret.yaml", "secret")
	write("docs/api.yaml", header+"link: {$ref: link.yaml}\ninside: {$ref: inside.yaml}\naway: {$ref: away/secret.yaml}\n")
	write("docs/sub/x.yaml", "x")
	for name, target := range map[string]string{"link.yaml": "../secret.yaml", "inside.yaml": "sub/x.yaml", "away": ".."} {
		if err := os.Symlink(target, filepath.Join(dir, "docs", name)); err != nil {
			t.Skipf("no symbolic links here: %v", err)
		}
	}
	docs, err := description.Load(t.Context(), description.Options{Patterns: []string{filepath.Join(dir, "docs", "api.yaml")}})
	require.NoError(t, err)
	r, err := source.Open(docs[0], source.Limits{})
	require.NoError(t, err)
	for _, name := range []string{"link", "away"} {
		_, err = r.Deref(r.Root().Get(name))
		require.ErrorContains(t, err, "is a link that leads outside the folder of the description")
	}
	n, err := r.Deref(r.Root().Get("inside"))
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(dir, "docs", "inside.yaml")+":1:1", n.At().String())
}

func TestNoFile(t *testing.T) {
	t.Parallel()
	doc, err := description.New("(stdin)", []byte("\uFEFF"+header+"a: {$ref: b.yaml}\nb: {$ref: '#/c'}\r\nc: 1\r\n"))
	require.NoError(t, err)
	r, err := source.Open(doc, source.Limits{})
	require.NoError(t, err)
	_, err = r.Deref(r.Root().Get("a"))
	require.ErrorContains(t, err, `(stdin):2:11: $ref "b.yaml": other files cannot be read for a description that is not a file itself; put the text into it`)
	n, err := r.Deref(r.Root().Get("b"))
	require.NoError(t, err)
	assert.Equal(t, "(stdin):4:4", n.At().String(), "marks of byte order and carriage returns do not count")
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"a: 1\nb: [x, 'y', \"z\"]\n", `{"a": [1, null, "\ud83d\udca5"]}`, "a: &x {b: *x}\n<<: *x\n", "? [a]\n: |+\n  x\n", "%YAML 1.2\n---\n!!str 1\n...\n---\n",
		"a:\n\t- b", "{a: 1, <<: [{b: 2}, {c: 3}]}", "$ref: '#/$ref'\n", "a: {$ref: '#/b/c'}\nb: {$ref: '#/a'}\n", "x: {$ref: '#%41~0'}", "\"\\x", "- - - - a: >\n", "[1e999, .inf, 0x_, 0o8, +.5]",
		"a: !<tag:yaml.org,2002:int> 3\n&k k: *k", "{\"a\"\n:1}", "--- |\n a\n--- b", "*a: 1", "&a [*a]", "# c\n\n  \n", "a: 'x\n\n  y'\n", "\u2028: \u0085", "...", "---\n---", "?", "- ? -", "<<: x", "k: \"\\N\\_\\L\\P\\ud800\"",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		doc, err := description.New("x", text)
		if err != nil {
			return
		}
		r, err := source.Open(doc, source.Limits{Depth: 50, Nodes: 5000})
		if err != nil {
			var located *source.Error
			require.ErrorAs(t, err, &located)
			require.NotEmpty(t, located.At.File)
			require.Positive(t, located.At.Line)
			require.Positive(t, located.At.Column)
			require.LessOrEqual(t, located.At.Line, strings.Count(string(doc.Text), "\n")+strings.Count(string(doc.Text), "\r")+1)
			require.Less(t, len(located.Error()), 4000)
			return
		}
		again, err := source.Parse("x", []byte(r.Root().JSON(" ")), source.Limits{Depth: 50, Nodes: 5000})
		require.NoError(t, err)
		require.Equal(t, r.Root().JSON(""), again.JSON(""), "what is written reads as the same")
		follow(t, r, r.Root())
	})
}

// follow tries every reference of a tree.
func follow(t *testing.T, r *source.Resolver, n *source.Node) {
	if n.At().Line < 1 || n.At().Column < 1 {
		t.Errorf("no place for %s", n.JSON(""))
	}
	if _, ok := source.Ref(n); ok {
		_, _ = r.Deref(n)
	}
	for _, e := range n.Entries() {
		follow(t, r, e.Value)
	}
	for _, item := range n.Items() {
		follow(t, r, item)
	}
}
