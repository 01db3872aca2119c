package harness

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// tally counts what leads to a place, and keeps what does not.
type tally struct {
	right, all int
	wrong      []string
}

func (c *tally) add(ok bool, format string, args ...any) {
	c.all++
	if ok {
		c.right++
		return
	}
	c.wrong = append(c.wrong, fmt.Sprintf(format, args...))
}

func (c *tally) share() float64 {
	if c.all == 0 {
		return 100
	}
	return 100 * float64(c.right) / float64(c.all)
}

// placeCheck holds the places of the transactions of documents against what stands there.
type placeCheck struct {
	fsys fs.FS
	// found and wrong are what was looked at, by what it is.
	keys, items, properties, headers, values tally
	// columns are the keys that have a column, which has to be that of the key itself.
	columns tally
	files   map[string][]string
	// seen is told about each key and header, with its place; nil tells nobody.
	seen func(key string, at transaction.Position)
}

// document checks a document of fsys; one that is refused has nothing to check.
func (p *placeCheck) document(t testing.TB, name string, all bool) {
	t.Helper()
	compiled, err := Compile(t.Context(), CompileConfig{
		FS: p.fsys, Descriptions: []string{name}, NoCache: true, AllExamples: all,
	})
	require.NoError(t, err, name)
	for _, c := range compiled {
		sources, err := c.Locate()
		require.NoError(t, err, name)
		require.Len(t, sources, len(c.Transactions), name)
		for i, tr := range c.Transactions {
			p.transaction(name+": "+string(tr.Name), &finder{source: sources[i], line: c.Line, expected: tr.Expected})
		}
	}
}

func (p *placeCheck) transaction(name string, f *finder) {
	for _, h := range f.expected.Headers {
		at := f.place(transaction.Finding{ID: "header-missing", Field: "headers", Pointer: "/" + toStep.Replace(strings.ToLower(h.Name))})
		line := strings.ToLower(p.line(at))
		ok := strings.Contains(line, strings.ToLower(h.Name)) || strings.EqualFold(h.Name, "Content-Type") && strings.Contains(line, strings.ToLower(h.Value))
		if p.seen != nil && !strings.EqualFold(h.Name, "Content-Type") {
			p.seen(h.Name, at)
		}
		p.headers.add(ok, "%s: header %s: %s at %s", name, h.Name, line, at)
	}
	if n := tree(f.expected.Body); n != nil {
		p.body(name, n, "", func(pointer string) transaction.Position {
			return f.place(transaction.Finding{ID: "body-missing-key", Field: "body", Pointer: pointer})
		})
	}
	if n := tree(f.expected.Schema); n != nil {
		p.schema(name, n, "", func(pointer string) transaction.Position {
			return f.place(transaction.Finding{ID: "body-schema-x", Field: "body", SchemaPointer: pointer})
		})
	}
}

// tree reads a JSON text, the last of several keys of one name alone; nil when it is not JSON.
func tree(text string) *source.Node {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return nil
	}
	once, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	n, err := source.Parse("text", once, source.Limits{})
	if err != nil {
		return nil
	}
	return n
}

var toStep = strings.NewReplacer("~", "~0", "/", "~1")

// body checks a value and what is in it.
func (p *placeCheck) body(name string, n *source.Node, pointer string, at func(string) transaction.Position) {
	for i, item := range n.Items() {
		to := fmt.Sprintf("%s/%d", pointer, i)
		p.items.add(strings.TrimSpace(p.line(at(to))) != "", "%s: %s at %s", name, to, at(to))
		if item.Is(source.String) && item.Text() != "" {
			p.values.add(slices.ContainsFunc(spellings(item.Text()), func(s string) bool { return strings.Contains(p.line(at(to)), s) }), "%s: %s %q at %s: %s", name, to, item.Text(), at(to), p.line(at(to)))
		}
		p.body(name, item, to, at)
	}
	for _, e := range n.Entries() {
		to := pointer + "/" + toStep.Replace(e.Key.Text())
		p.key(&p.keys, name+": "+to, e.Key.Text(), at(to))
		p.body(name, e.Value, to, at)
	}
}

// schema checks the properties that a schema describes, and those within.
func (p *placeCheck) schema(name string, n *source.Node, pointer string, at func(string) transaction.Position) {
	for i, item := range n.Items() {
		p.schema(name, item, fmt.Sprintf("%s/%d", pointer, i), at)
	}
	for _, e := range n.Entries() {
		to := pointer + "/" + toStep.Replace(e.Key.Text())
		switch e.Key.Text() {
		case "properties":
			for _, property := range e.Value.Entries() {
				inner := to + "/" + toStep.Replace(property.Key.Text())
				p.key(&p.properties, name+": "+inner, property.Key.Text(), at(inner))
				p.schema(name, property.Value, inner, at)
			}
		case "definitions", "$defs", "patternProperties", "dependentSchemas":
			for _, d := range e.Value.Entries() {
				p.schema(name, d.Value, to+"/"+toStep.Replace(d.Key.Text()), at)
			}
		case "enum", "const", "default", "examples", "required", "type":
		default:
			p.schema(name, e.Value, to, at)
		}
	}
}

// key checks that a key stands in the line that it is said to be in, and at the column if there is one.
func (p *placeCheck) key(count *tally, name, key string, at transaction.Position) {
	line := p.line(at)
	if p.seen != nil {
		p.seen(key, at)
	}
	count.add(slices.ContainsFunc(spellings(key), func(s string) bool { return strings.Contains(line, s) }), "%s at %s: %s", name, at, line)
	if at.Column == 0 || line == "" {
		return
	}
	rest := string([]rune(line)[min(at.Column-1, utf8.RuneCountInString(line)):])
	p.columns.add(slices.ContainsFunc(spellings(key), func(s string) bool {
		return slices.ContainsFunc([]string{"", `"`, "'", `\"`, "`", "*"}, func(quote string) bool { return strings.HasPrefix(rest, quote+s) })
	}), "%s at %s: %s", name, at, line)
}

// spellings are the ways to write a key.
func spellings(key string) []string {
	escaped, _ := json.Marshal(key)
	inner := strings.Trim(string(escaped), `"`)
	return []string{key, inner, strings.ReplaceAll(key, "'", "''"), strings.ReplaceAll(inner, `\`, `\\`)}
}

// line reads a line of a file, "" where there is none.
func (p *placeCheck) line(at transaction.Position) string {
	lines, known := p.files[at.File]
	if !known {
		text, err := fs.ReadFile(p.fsys, at.File)
		if err == nil {
			lines = strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n")
		}
		if p.files == nil {
			p.files = map[string][]string{}
		}
		p.files[at.File] = lines
	}
	if at.Line < 1 || at.Line > len(lines) {
		return ""
	}
	return lines[at.Line-1]
}

func (p *placeCheck) tallies() map[string]*tally {
	return map[string]*tally{"keys": &p.keys, "items": &p.items, "properties": &p.properties, "headers": &p.headers, "values": &p.values, "columns": &p.columns}
}

// report logs the shares, and some of what is wrong.
func (p *placeCheck) report(t testing.TB) {
	t.Helper()
	all := p.tallies()
	for _, kind := range slices.Sorted(maps.Keys(all)) {
		c := all[kind]
		t.Logf("%s: %d of %d, %.2f%%", kind, c.right, c.all, c.share())
		for _, w := range c.wrong[:min(len(c.wrong), 30)] {
			t.Log("  " + w)
		}
	}
}

// archiveFS writes the files of an archive into a folder.
func archiveFS(t testing.TB, a *txtar.Archive) fs.FS {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		name := filepath.Join(dir, filepath.FromSlash(f.Name))
		require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
		require.NoError(t, os.WriteFile(name, f.Data, 0o644))
	}
	return os.DirFS(dir)
}

// requireDrafter skips the test where there is no Drafter.
func requireDrafter(t testing.TB) {
	t.Helper()
	if _, err := drafter.Parse([]byte("# A\n"), drafter.Options{}); errors.Is(err, drafter.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
}

// TestPlaces checks the documents in the testdata of the compilers, and those of the reference API.
func TestPlaces(t *testing.T) {
	t.Parallel()
	requireDrafter(t)
	whole := &placeCheck{}
	archives, err := filepath.Glob("internal/apib/testdata/*.txtar")
	require.NoError(t, err)
	deeper, err := filepath.Glob("internal/openapi/testdata/*/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	require.NotEmpty(t, deeper)
	for _, name := range append(archives, deeper...) {
		a, err := txtar.ParseFile(name)
		require.NoError(t, err)
		whole.fsys, whole.files = archiveFS(t, a), nil
		before := len(whole.keys.wrong)
		whole.document(t, a.Files[0].Name, true)
		for i := before; i < len(whole.keys.wrong); i++ {
			whole.keys.wrong[i] = name + ": " + whole.keys.wrong[i]
		}
	}
	whole.fsys, whole.files = os.DirFS("../blueprints"), nil
	whole.document(t, "api.apib", true)
	whole.report(t)
	for kind, c := range whole.tallies() {
		assert.Empty(t, c.wrong, kind)
		assert.NotZero(t, c.all, kind)
	}
}

// nowhere are documents of the corpus in which something has no place, each with the reason.
var nowhere = map[string]string{
	"mson__variable-property-name.apib": "a property is called by a sample of its type, which stands in a section of its own that the parser gives no place for",
	"render__issue-312.apib":            "an item is the sample of its type, which stands in such a section",
}

// TestCorpusPlaces checks documents that others have written: each key of each body, each property of
// each schema, each header, and each text in a list leads to the very line and column.
func TestCorpusPlaces(t *testing.T) {
	t.Parallel()
	requireDrafter(t)
	dir := os.Getenv("BAILIFF_SHARED")
	switch {
	case dir == "" && os.Getenv("BAILIFF_REQUIRE_SHARED") == "1":
		t.Fatal("BAILIFF_REQUIRE_SHARED is set, but BAILIFF_SHARED is not: it names the folder with corpus and open-event")
	case dir == "":
		t.Skip("set BAILIFF_SHARED to the folder with corpus and open-event to run this test")
	}
	names, err := filepath.Glob(filepath.Join(dir, "corpus", "compile", "*", "*.transactions.json"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	whole := &placeCheck{}
	for _, name := range names {
		folder, base := filepath.Split(strings.TrimSuffix(name, ".transactions.json"))
		whole.fsys, whole.files = os.DirFS(folder), nil
		whole.document(t, base, true)
	}
	whole.report(t)
	met := map[string]bool{}
	for kind, c := range whole.tallies() {
		assert.NotZero(t, c.all, kind)
		assert.Empty(t, slices.DeleteFunc(c.wrong, func(w string) bool {
			name, _, _ := strings.Cut(w, ":")
			met[name] = nowhere[name] != ""
			return met[name]
		}), kind)
	}
	for name, reason := range nowhere {
		assert.True(t, met[name], "%s is no exception any more: %s", name, reason)
	}
	assert.Greater(t, whole.keys.all, 15_000)
	assert.Greater(t, whole.properties.all, 5_000)
}
