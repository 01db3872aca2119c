package source_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// TestPlaces writes trees as JSON and as YAML, in many styles, and notes where each value begins; the
// tree that is read has to have the same values, in the same order, at the same places.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, style := range []string{"json", "yaml"} {
		t.Run(style, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				w := &writer{t: t, yaml: style == "yaml", line: 1, column: 1}
				var want []string
				if w.yaml {
					want = w.block(0, 3, false)
				} else {
					want = w.flow(3)
				}
				n, err := source.Parse("x", []byte(w.out.String()), source.Limits{})
				require.NoError(t, err, w.out.String())
				require.Equal(t, want, dump(n), w.out.String())
				again, err := source.Parse("x", []byte(n.JSON(" ")), source.Limits{})
				require.NoError(t, err)
				require.Equal(t, n.Value(), again.Value())
				require.Equal(t, n.JSON(""), again.JSON(""))
			})
		})
	}
}

// dump lists a tree: the place, kind and text of each key and value.
func dump(n *source.Node) []string {
	out := []string{line(n.At().Line, n.At().Column, n.Kind(), n.Text())}
	for _, e := range n.Entries() {
		out = append(out, line(e.Key.At().Line, e.Key.At().Column, e.Key.Kind(), e.Key.Text()))
		out = append(out, dump(e.Value)...)
	}
	for _, item := range n.Items() {
		out = append(out, dump(item)...)
	}
	return out
}

func line(line, column int, k source.Kind, text string) string {
	return fmt.Sprintf("%d:%d %s %q", line, column, k, text)
}

// writer writes a tree and keeps where it is.
type writer struct {
	t            *rapid.T
	yaml         bool
	out          strings.Builder
	line, column int
}

func (w *writer) put(s string) {
	w.out.WriteString(s)
	if i := strings.LastIndexByte(s, '\n'); i >= 0 {
		w.line += strings.Count(s, "\n")
		w.column, s = 1, s[i+1:]
	}
	w.column += utf8.RuneCountInString(s)
}

func (w *writer) pick(name string, n int) int { return rapid.IntRange(0, n-1).Draw(w.t, name) }

func (w *writer) space() {
	deep := strings.Repeat(" ", 16) // deeper than any block
	w.put(rapid.SampledFrom([]string{"", " ", "\n" + deep, "  \n\n" + deep}).Draw(w.t, "space"))
}

// scalars are what they are written as, in JSON and in YAML alike.
var scalars = []struct {
	written string
	kind    source.Kind
	text    string
}{
	{"null", source.Null, "null"},
	{"true", source.Bool, "true"},
	{"-12.50e3", source.Number, "-12.50e3"},
	{"0", source.Number, "0"},
	{`"čau 💥"`, source.String, "čau 💥"},
	{`"a\"b\\ \u00e1\n"`, source.String, "a\"b\\ á\n"},
	{`""`, source.String, ""},
	{`"200"`, source.String, "200"},
}

// plain are scalars of YAML only.
var plain = []struct {
	written string
	kind    source.Kind
	text    string
}{
	{"~", source.Null, "null"},
	{"yes", source.String, "yes"},
	{"2020-01-01", source.String, "2020-01-01"},
	{"0o17", source.Number, "15"},
	{"1_000", source.String, "1_000"},
	{"'it''s'", source.String, "it's"},
	{"a b", source.String, "a b"},
	{"!!str 12", source.String, "12"},
	{".inf", source.String, ".inf"},
	{"č", source.String, "č"},
}

func (w *writer) scalar() string {
	i := w.pick("scalar", len(scalars)+len(plain))
	s := scalars[i%len(scalars)]
	if i >= len(scalars) && w.yaml {
		s = plain[i-len(scalars)]
	}
	l, c := w.line, w.column
	w.put(s.written)
	return line(l, c, s.kind, s.text)
}

func (w *writer) flow(depth int) []string {
	l, c := w.line, w.column
	kind := w.pick("kind", 3)
	if depth == 0 || kind == 0 {
		return []string{w.scalar()}
	}
	open, end, k := "[", "]", source.List
	if kind == 2 {
		open, end, k = "{", "}", source.Object
	}
	out := []string{line(l, c, k, "")}
	w.put(open)
	for i := range w.pick("members", 4) {
		if i > 0 {
			w.put(",")
		}
		w.space()
		if k == source.Object {
			key := fmt.Sprintf("ký%d", i)
			out = append(out, line(w.line, w.column, source.String, key))
			w.put(`"` + key + `"`)
			if !w.yaml { // which has a key and its colon in one line
				w.space()
			}
			w.put(": ")
		}
		out = append(out, w.flow(depth-1)...)
		w.space()
	}
	w.put(end)
	return out
}

// block writes a block collection, each line indented; a value that follows a key or dash in its line
// is within.
func (w *writer) block(indent, depth int, within bool) []string {
	kind := w.pick("block", 4)
	if depth == 0 || kind == 0 {
		if within {
			w.put(" ")
		}
		return w.flow(depth)
	}
	if within {
		w.put("  # comment: here\n" + strings.Repeat(" ", indent))
	}
	list := kind == 1
	k := source.Object
	if list {
		k = source.List
	}
	out := []string{line(w.line, w.column, k, "")}
	for i := range 1 + w.pick("members", 3) {
		if i > 0 {
			w.put("\n\n" + strings.Repeat(" ", indent))
		}
		if list {
			w.put("-")
		} else {
			key := fmt.Sprintf("%d", 200+i)
			out = append(out, line(w.line, w.column, source.String, key))
			w.put(key + ":")
		}
		out = append(out, w.block(indent+1+w.pick("indent", 3), depth-1, true)...)
	}
	return out
}
