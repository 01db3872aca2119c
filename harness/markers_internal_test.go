package harness

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// variants are ways to write the files of an archive, which change no place but that of the last.
var variants = []struct {
	name   string
	write  func(t *testing.T, top bool, text []byte) []byte
	wanted func(archive string) bool
}{
	{"as it is", func(_ *testing.T, _ bool, text []byte) []byte { return text }, nil},
	{"carriage returns", func(_ *testing.T, _ bool, text []byte) []byte {
		return bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
	}, nil},
	{"a byte order mark", func(_ *testing.T, top bool, text []byte) []byte {
		if top {
			return append([]byte("\uFEFF"), text...)
		}
		return text
	}, nil},
	{"one line", func(t *testing.T, _ bool, text []byte) []byte {
		var line bytes.Buffer
		require.NoError(t, json.Compact(&line, text))
		return line.Bytes()
	}, func(archive string) bool { return strings.HasSuffix(archive, "json.txtar") }},
}

// TestMarkedPlaces checks documents in which each key and header is written once, so that there is one
// place that is right, to the character. Where a key has to be there several times, the right line says
// "here".
func TestMarkedPlaces(t *testing.T) {
	t.Parallel()
	requireDrafter(t)
	archives, err := filepath.Glob("testdata/places/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives)
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		require.NoError(t, err)
		for _, v := range variants {
			if v.wanted != nil && !v.wanted(name) {
				continue
			}
			t.Run(filepath.Base(name)+", "+v.name, func(t *testing.T) {
				t.Parallel()
				fsys := fstest.MapFS{}
				for i, f := range a.Files {
					fsys[f.Name] = &fstest.MapFile{Data: v.write(t, i == 0, f.Data)}
				}
				check := &placeCheck{fsys: fsys}
				m := &markers{t: t, fsys: fsys, met: map[string]bool{}}
				check.seen = m.seen
				check.document(t, a.Files[0].Name, true)
				for kind, c := range check.tallies() {
					assert.Empty(t, c.wrong, kind)
				}
				assert.Greater(t, len(m.met), 5)
				m.all(a)
			})
		}
	}
}

// markers finds keys in the files of an archive.
type markers struct {
	t    *testing.T
	fsys fs.FS
	met  map[string]bool
}

// seen holds the place of a key, or of a header, against the only place where it is written.
func (m *markers) seen(key string, at transaction.Position) {
	m.met[key] = true
	places := m.find(key)
	if inQuotes[key] {
		places[0].Column = 0
		assert.Equal(m.t, places[0], at, key)
		return
	}
	assert.Contains(m.t, places, at, key)
}

// inQuotes are keys whose line is known, but not the column: the second ones of a line of JSON that is
// itself within a string, with escapes in it.
var inQuotes = map[string]bool{
	"escaped-three": true, "single-one": true, "single-two": true, "text-three": true,
}

// find returns where a key is written: with and without the quote in front of it.
func (m *markers) find(key string) []transaction.Position {
	var places, here []transaction.Position
	err := fs.WalkDir(m.fsys, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := fs.ReadFile(m.fsys, name)
		for i, line := range strings.Split(strings.TrimPrefix(string(text), "\uFEFF"), "\n") {
			for _, column := range columns(line, key) {
				at := transaction.Position{File: name, Line: i + 1, Column: column}
				places = append(places, at)
				if strings.Contains(line, "here") {
					here = append(here, at)
				}
			}
		}
		return err
	})
	require.NoError(m.t, err)
	if len(places) > 1 {
		places = here
	}
	require.Len(m.t, places, 1, key)
	quote := places[0]
	quote.Column--
	escaped := places[0]
	escaped.Column -= 2
	return append(places, quote, escaped)
}

// columns returns where a key stands in a line as a word.
func columns(line, key string) []int {
	isLetter := func(b byte) bool {
		return b == '-' || b == '_' || b >= utf8.RuneSelf || b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z'
	}
	var out []int
	for _, s := range slices.Compact(spellings(key)) {
		for from := 0; ; {
			i := strings.Index(line[from:], s)
			if i < 0 {
				break
			}
			begin, end := from+i, from+i+len(s)
			from = end
			if (begin == 0 || !isLetter(line[begin-1])) && (end == len(line) || !isLetter(line[end])) {
				out = append(out, utf8.RuneCountInString(line[:begin])+1)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// all checks that the markers were met: what is not asked for proves nothing.
func (m *markers) all(a *txtar.Archive) {
	for _, f := range a.Files {
		for _, word := range strings.FieldsFunc(string(f.Data), func(r rune) bool {
			return r != '-' && r != '_' && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
		}) {
			i := strings.LastIndexAny(word, "-_")
			if i > 0 && slices.Contains([]string{"one", "two", "three", "four", "five", "six", "seven"}, word[i+1:]) {
				assert.True(m.t, m.met[word], "%s was never looked at", word)
			}
		}
	}
}
