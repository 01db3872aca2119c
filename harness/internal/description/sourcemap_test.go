package description_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"testing/fstest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// byteAt returns the text of a file from a place on, cut out the way an editor would count: lines
// by line feeds, columns by characters, the byte order mark invisible.
func byteAt(t require.TestingT, fsys fstest.MapFS, p transaction.Position) []byte {
	file, ok := fsys[p.File]
	require.True(t, ok, "there is no file %q", p.File)
	lines := bytes.SplitAfter(bytes.TrimPrefix(file.Data, []byte("\uFEFF")), []byte("\n"))
	require.LessOrEqual(t, p.Line, len(lines), "%s", p)
	line := lines[p.Line-1]
	for range p.Column - 1 {
		require.NotEmpty(t, line, "%s", p)
		_, size := utf8.DecodeRune(line)
		line = line[size:]
	}
	return line
}

// checkMap holds that every byte of the text is the byte at the place that it is said to come from.
func checkMap(t require.TestingT, fsys fstest.MapFS, d *description.Document) {
	for i := range d.Text {
		start := i
		for !utf8.RuneStart(d.Text[start]) {
			start--
		}
		p := d.At(i)
		rest := byteAt(t, fsys, p)
		require.Greater(t, len(rest), i-start, "%s for byte %d", p, i)
		require.Equal(t, d.Text[i], rest[i-start], "%s for byte %d of %q", p, i, d.Text)
	}
}

func TestEveryByteKeepsItsPlace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"# A", "text", "č", "日本", "😀", "\r", " ", "    ", "\n", "\r\n", "\n\n", "  <!-- include(b) -->", "<!-- include(b) -->", "<!-- include(c) -->", "\n    <!-- include(c) -->\n"})
		leaf := rapid.SampledFrom([]string{"x", "ü", "\n", "\r\n", " ", "{\n  1\n}\n", "\uFEFFy\n"})
		text := func(name string, g *rapid.Generator[string], less string) *fstest.MapFile {
			s := strings.Join(rapid.SliceOfN(g, 0, 12).Draw(t, name), "")
			s = strings.ReplaceAll(s, less, "")
			if rapid.Bool().Draw(t, name+" has a byte order mark") {
				s = "\uFEFF" + s
			}
			return &fstest.MapFile{Data: []byte(s)}
		}
		fsys := fstest.MapFS{
			"a": text("a", word, "\x00"),
			"b": text("b", word, "<!-- include(b) -->"),
			"c": text("c", leaf, "\x00"),
		}
		fsys["a"].Data = append(fsys["a"].Data, "."...) // never empty
		docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"a"}})
		require.NoError(t, err)
		checkMap(t, fsys, docs[0])
	})
}

func TestAt(t *testing.T) {
	t.Parallel()
	d, err := description.New("x.apib", []byte("\uFEFFab\r\nčd\n\n"))
	require.NoError(t, err)
	assert.Equal(t, "ab\nčd\n\n", string(d.Text))
	want := []string{"x.apib:1:1", "x.apib:1:2", "x.apib:1:4", "x.apib:2:1", "x.apib:2:1", "x.apib:2:2", "x.apib:2:3", "x.apib:3:1", "x.apib:4:1"}
	for i, w := range want {
		assert.Equal(t, w, d.At(i).String(), "byte %d", i)
	}
	assert.Equal(t, d.At(0), d.At(-5))
	assert.Equal(t, d.At(len(d.Text)), d.At(1000))
}

func TestOffset(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("ač日😀", 2000)
	d, err := description.New("x.apib", []byte(text))
	require.NoError(t, err)
	n := 0
	for i := range text {
		require.Equal(t, i, d.Offset(n), "character %d", n)
		n++
	}
	assert.Equal(t, len(text), d.Offset(n))
	assert.Equal(t, len(text), d.Offset(n+5000))
	assert.Equal(t, 0, d.Offset(-1))
}

// TestManyIncludes looks places up in a text of many small files.
func TestManyIncludes(t *testing.T) {
	t.Parallel()
	fsys := fstest.MapFS{}
	var top strings.Builder
	top.WriteString("FORMAT: 1A\n")
	for i := range 3000 {
		name := fmt.Sprintf("f%d", i)
		fsys[name] = &fstest.MapFile{Data: fmt.Appendf(nil, "one\n%s\n", name)}
		fmt.Fprintf(&top, "<!-- include(%s) -->\n", name)
	}
	fsys["a"] = &fstest.MapFile{Data: []byte(top.String())}
	docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"a"}})
	require.NoError(t, err)
	for _, i := range []int{0, 1, 1500, 2999} {
		name := fmt.Sprintf("f%d", i)
		at := bytes.Index(docs[0].Text, []byte("\n"+name+"\n")) + 1
		assert.Equal(t, transaction.Position{File: name, Line: 2, Column: 1}, docs[0].At(at))
	}
}

func FuzzInclude(f *testing.F) {
	f.Add("FORMAT: 1A\n<!-- include(b) -->\n", "  <!-- include(c) -->", "x\ny\n")
	f.Add("<!-- include(b) -->", "<!-- include(a) -->", "")
	f.Add("\uFEFF<!--include( b )-->\r\n", "\uFEFFx\r\n", "\xFF")
	f.Add(" <!-- include(../b) --><!-- include(/c) --><!-- include(c\x00) -->", "<!-- include(b/..) -->", "\r\r\n")
	f.Add("<!-- include() --> ) -->", "<!-- include(.)", "<!-- INCLUDE(c) -->")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		fsys := fstest.MapFS{"a": {Data: []byte(a)}, "b": {Data: []byte(b)}, "c": {Data: []byte(c)}}
		docs, err := description.Load(t.Context(), description.Options{
			FS: fsys, Patterns: []string{"a"}, Limits: description.Limits{Size: 1 << 16, Includes: 100},
		})
		if err != nil {
			require.Nil(t, docs)
			return
		}
		require.True(t, utf8.Valid(docs[0].Text))
		require.NotContains(t, string(docs[0].Text), "\x00")
		if len(docs[0].Text) < 400 {
			checkMap(t, fsys, docs[0])
		}
	})
}

func BenchmarkAt(b *testing.B) {
	d, err := description.New("x.apib", bytes.Repeat([]byte("some text of a line\r\n"), 50000))
	require.NoError(b, err)
	i := 0
	for b.Loop() {
		i = (i + 7919) % len(d.Text)
		d.At(i)
	}
}

// TestLongLines reads lines with thousands of directives, whole and broken, which must cost no more
// than their length.
func TestLongLines(t *testing.T) {
	t.Parallel()
	for _, line := range []string{"<!-- include(", "<!-- include(b", "<!--      ", " <!-- include(b) --> ", "   \r"} {
		text := "FORMAT: 1A\n" + strings.Repeat(line, 9000) + "\n    <!-- include(c) -->\n"
		fsys := fstest.MapFS{"a": {Data: []byte(text)}, "b": {Data: []byte("x")}, "c": {Data: []byte("\n" + strings.Repeat(line, 900))}}
		start := time.Now()
		_, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"a"}})
		require.NoError(t, err)
		assert.Less(t, time.Since(start), 8*time.Second, "%q", line) // quadratic takes twice that
	}
}
