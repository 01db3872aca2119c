//go:build cgo

package drafter_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
)

const greeting = `FORMAT: 1A

# Greetings

## Greeting [/greetings/{id}]

+ Parameters
    + id: 1 (number)

### Read [GET]

+ Response 200 (text/plain)

        Hej, världen
`

// element is as much of API Elements as these tests look at.
type element struct {
	Element string `json:"element"`
	Meta    struct {
		Classes struct {
			Content []struct {
				Content string `json:"content"`
			} `json:"content"`
		} `json:"classes"`
	} `json:"meta"`
	Attributes map[string]json.RawMessage `json:"attributes"`
	Content    json.RawMessage            `json:"content"`
}

// has tells whether the element is of the given class.
func (e element) has(class string) bool {
	for _, c := range e.Meta.Classes.Content {
		if c.Content == class {
			return true
		}
	}
	return false
}

// text is the content of an element that is a string.
func (e element) text(t *testing.T) string {
	t.Helper()
	var text string
	require.NoError(t, json.Unmarshal(e.Content, &text))
	return text
}

// mustParse returns the elements of the parse result, at its top level.
func mustParse(t *testing.T, source string, o drafter.Options) []element {
	t.Helper()
	out, err := drafter.Parse([]byte(source), o)
	require.NoError(t, err)
	var result element
	require.NoError(t, json.Unmarshal(out, &result))
	require.Equal(t, "parseResult", result.Element)
	var content []element
	require.NoError(t, json.Unmarshal(result.Content, &content))
	return content
}

func TestVersion(t *testing.T) {
	t.Parallel()
	assert.Regexp(t, `^5\.\d+\.\d+$`, drafter.Version(), `run "make native" before the tests`)
}

func TestParse(t *testing.T) {
	t.Parallel()
	content := mustParse(t, greeting, drafter.Options{})
	require.Len(t, content, 1, "no annotations")
	assert.Equal(t, "category", content[0].Element)
	assert.True(t, content[0].has("api"))
	assert.Contains(t, string(content[0].Content), `"Hej, världen\n"`)
	assert.Contains(t, string(content[0].Content), `"/greetings/{id}"`)
}

func TestParseWithMistakes(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, source, class, says string
	}{
		{"warning", "# A\n\n# GET /\n\n+ Response\n\n        ok\n", "warning", "missing response HTTP status code"},
		{"unknown type", "# A\n\n# GET /\n\n+ Response 200\n    + Attributes (Nobody)\n", "error", "'Nobody' is not defined"},
		{"tab", "# A\n\n\tx\n", "error", "tab(s)"},
		{"carriage return", "# A\r\n\r\nx\r\n", "error", "carriage return(s)"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var found []string
			for _, e := range mustParse(t, c.source, drafter.Options{}) {
				if e.Element == "annotation" && e.has(c.class) {
					assert.Contains(t, e.Attributes, "sourceMap", "annotations always tell their place")
					found = append(found, e.text(t))
				}
			}
			require.NotEmpty(t, found)
			assert.Contains(t, strings.Join(found, "\n"), c.says)
		})
	}
}

// ranges returns the ranges in all source maps of a compact JSON text.
func ranges(t *testing.T, source string, o drafter.Options) []string {
	t.Helper()
	out, err := drafter.Parse([]byte(source), o)
	require.NoError(t, err)
	var compact bytes.Buffer
	require.NoError(t, json.Compact(&compact, out))
	text := regexp.MustCompile(`"attributes":{"line":{[^}]*},"column":{[^}]*}},`).ReplaceAllString(compact.String(), "")
	number := `{"element":"number","content":(\d+)}`
	var found []string
	for _, m := range regexp.MustCompile(number+","+number).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1]+"+"+m[2])
	}
	return found
}

func TestSourceMaps(t *testing.T) {
	t.Parallel()
	const source = "É: ü\n\n# Ä\n"
	assert.Empty(t, ranges(t, source, drafter.Options{}))

	maps := drafter.Options{SourceMaps: true}
	assert.Equal(t, []string{"8+5", "0+8"}, ranges(t, source, maps), "the title, and what stands before it, in bytes")
	assert.Equal(t, []string{"8+5", "0+8"}, ranges(t, "\ufeff"+source, maps), "from behind the byte order mark")

	const warned = "# Ä\n\n# GET /ä\n\n+ Response\n"
	assert.Equal(t, []string{"17+9"}, ranges(t, warned, drafter.Options{}), "an annotation, in characters")
}

// Drafter's own words are not always UTF-8.
func TestResultIsUTF8(t *testing.T) {
	t.Parallel()
	out, err := drafter.Parse([]byte("# A\n\n# GET /\n\n+ Response 200\n    + Headers\n\n            X-Ä: b\n"), drafter.Options{})
	require.NoError(t, err)
	assert.True(t, utf8.Valid(out))
	assert.Contains(t, string(out), "illegal character '\ufffd'")
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"", "\ufeff", "\n\n"} {
		assert.Len(t, mustParse(t, source, drafter.Options{}), 1, "an API of no name and nothing else")
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name   string
		source string
		offset int
		says   string
	}{
		{"NUL", "# A\n\n\x00", 5, "NUL"},
		{"NUL alone", "\x00", 0, "NUL"},
		{"NUL after a byte order mark", "\ufeff# A\x00", 6, "NUL"},
		{"lone continuation byte", "# A\n\x80", 4, "not UTF-8"},
		{"cut off", "# Ä\n\xc3", 5, "not UTF-8"},
		{"surrogate", "# \xed\xa0\x80", 2, "not UTF-8"},
		{"overlong", "# \xc0\xaf", 2, "not UTF-8"},
		{"latin 1", "# Stra\xdfe\n", 6, "not UTF-8"},
		{"UTF-16", "\xff\xfe#\x00", 3, "NUL"},
		{"too large", strings.Repeat("\n", drafter.MaxSize+1), drafter.MaxSize, "16 MiB"},
		{"too deep", "# A\n" + strings.Repeat("[(", drafter.MaxBrackets/2) + "[\n", 4, "100000 opening brackets"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			out, err := drafter.Parse([]byte(c.source), drafter.Options{})
			assert.Nil(t, out)
			var input *drafter.InputError
			require.ErrorAs(t, err, &input)
			assert.Equal(t, c.offset, input.Offset)
			assert.Contains(t, input.Msg, c.says)
			assert.Contains(t, err.Error(), fmt.Sprintf("byte %d: ", c.offset))
		})
	}
}

// What recurses in Drafter, as deep as Parse lets it. Without the stack that
// Parse gives it, this ends the process.
func TestDepth(t *testing.T) {
	t.Parallel()
	const response = "# A\n\n# GET /\n+ Response 200 (application/json)\n    + Attributes"
	var list, types strings.Builder
	for i := range 400 {
		fmt.Fprintf(&list, "%s+ a (object)\n", strings.Repeat(" ", 8+4*i))
	}
	for i := range 100 {
		fmt.Fprintf(&types, "## T%d\n+ a (T%d)\n\n", i, i+1)
	}
	cases := []struct {
		name, source string
	}{
		{"brackets of a type", response + " (" + strings.Repeat("[", drafter.MaxBrackets-1) + ")\n"},
		{"brackets of a member", response + "\n        + a " + strings.Repeat("(", drafter.MaxBrackets) + "\n"},
		{"lists", response + "\n" + list.String()},
		{"quotes", "# A\n\n" + strings.Repeat("> ", 100_000) + "x\n"},
		{"emphasis and links", "# A\n\n" + strings.Repeat("*a **b [c", 50_000) + "\n"},
		{"types", response + " (T0)\n\n# Data Structures\n\n" + types.String() + "## T100\n+ a\n"},
		{"self reference", response + " (T)\n\n# Data Structures\n\n## T (T)\n"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.NotEmpty(t, mustParse(t, c.source, drafter.Options{}))
		})
	}
}

// The patterns that Drafter compiles are shared by all threads.
func TestParseInParallel(t *testing.T) {
	t.Parallel()
	documents := []string{greeting, document(1), document(2), "# A\n\n\tx\n"}
	var want [4][]byte
	for i, d := range documents {
		out, err := drafter.Parse([]byte(d), drafter.Options{SourceMaps: true})
		require.NoError(t, err)
		want[i] = out
	}
	var group errgroup.Group
	for worker := range 32 {
		group.Go(func() error {
			for round := range 4 {
				i := (worker + round) % len(documents)
				out, err := drafter.Parse([]byte(documents[i]), drafter.Options{SourceMaps: true})
				if err != nil {
					return err
				}
				if !bytes.Equal(want[i], out) {
					return fmt.Errorf("document %d came out differently", i)
				}
			}
			return nil
		})
	}
	require.NoError(t, group.Wait())
}

func TestSourceIsLeftAlone(t *testing.T) {
	t.Parallel()
	source := append(make([]byte, 0, 2*len(greeting)), greeting...)
	_, err := drafter.Parse(source, drafter.Options{})
	require.NoError(t, err)
	assert.Equal(t, greeting, string(source))
	assert.Equal(t, make([]byte, len(greeting)), source[len(source):cap(source)], "nor what lies behind it")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", greeting, "\ufeff# A\n", "# A\r\n", "# A\n\n\t", "\x00", "\xff", "# A\n[](",
		"# A\n\n# Data Structures\n\n## T (enum[string])\n+ Default: a\n+ Members\n    + a - b\n+ Include U\n\n## U (T)\n",
		"A: b\n\n# Group C\n\n## D [/e{?f,g*}]\n\n+ Model (a/b; c=\"d\")\n\n        h\n\n### I [POST /j/{+k}]\n\n" +
			"+ Relation: l\n+ Request M (n/o)\n    + Headers\n\n            P: q\n\n    + Schema\n\n            {}\n\n+ Response 201\n\n    [D][]\n",
		"# A\n\n# GET /{a}\n\n+ Parameters\n    + a: b (enum[number], required) - c\n        + Default: d\n        + Members\n            + `e`\n" +
			"\n+ Response 204\n    + Attributes (array[object], fixed-type)\n        + One Of\n            + f: 1, 2 (array[number], nullable)\n            + g: `h` (boolean, sample)\n",
	} {
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, source []byte, maps bool) {
		if len(source) > 2000 {
			t.Skip("time grows fast with size where types refer to each other")
		}
		out, err := drafter.Parse(source, drafter.Options{SourceMaps: maps})
		if err != nil {
			var input *drafter.InputError
			require.ErrorAs(t, err, &input)
			require.GreaterOrEqual(t, input.Offset, 0)
			require.Less(t, input.Offset, len(source))
			return
		}
		require.True(t, json.Valid(out), "%s", out)
		require.True(t, utf8.Valid(out))
	})
}

func BenchmarkParse(b *testing.B) {
	source := []byte(document(40))
	for _, maps := range []bool{false, true} {
		b.Run(fmt.Sprintf("source maps %t", maps), func(b *testing.B) {
			b.SetBytes(int64(len(source)))
			for b.Loop() {
				_, err := drafter.Parse(source, drafter.Options{SourceMaps: maps})
				require.NoError(b, err)
			}
		})
	}
}

// document makes a document of the given number of groups, about 25 kB each.
func document(groups int) string {
	var b strings.Builder
	b.WriteString("FORMAT: 1A\nHOST: http://localhost/v1\n\n# Archive\n\nA made-up API.\n\n")
	for g := range groups {
		fmt.Fprintf(&b, "# Group Shelf %d\n\nThings on shelf *%d*, each with a `label`.\n\n", g, g)
		for r := range 8 {
			resource(&b, g, r)
		}
	}
	return b.String()
}

func resource(b *strings.Builder, group, number int) {
	path := fmt.Sprintf("/shelves/%d/boxes/%d/items", group, number)
	fmt.Fprintf(b, "## Items of box %d [%s{?page,size,sort}]\n\n+ Parameters\n", number, path)
	b.WriteString("    + page: 1 (number, optional) - which page\n        + Default: `1`\n    + size: 20 (number, optional)\n    + sort: `name` (string, optional)\n\n")
	exchange(b, "List", "GET", "", 200, number)
	exchange(b, "Create", "POST", path, 201, number)
	exchange(b, "Change", "PATCH", path+"/{id}", 200, number)
}

func exchange(b *strings.Builder, name, method, path string, status, items int) {
	fmt.Fprintf(b, "### %s [%s]\n\n", name, strings.TrimSpace(method+" "+path))
	if strings.Contains(path, "{id}") {
		b.WriteString("+ Parameters\n    + id: 7 (number, required) - of the item\n\n")
	}
	if method != "GET" {
		b.WriteString("+ Request (application/json)\n    + Headers\n\n            Authorization: Bearer abc\n\n    + Body\n\n            {\"label\": \"a\", \"tags\": [\"b\", \"c\"]}\n\n")
	}
	fmt.Fprintf(b, "+ Response %d (application/json)\n\n        [\n", status)
	for i := range items {
		fmt.Fprintf(b, "          {\n            \"id\": %d,\n            \"label\": \"Item %d (old)\",\n            \"size\": [%d, %d],\n            \"seen\": null\n          },\n", i, i, i, i*2)
	}
	b.WriteString("          {}\n        ]\n\n")
}

// The benchmark speaks of about 1 MB.
func TestDocumentIsLarge(t *testing.T) {
	t.Parallel()
	assert.InDelta(t, 1e6, len(document(40)), 3e5)
}
