package source_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

func TestLines(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"one line", "a: text\n", "1:4"},
		{"literal", "a: |\n  one\n    two\n\n  three\nb: 1\n", "2:3 3:5 4:0 5:3 5:0"},
		{"literal that begins blank", "a: |\n\n  one\n", "2:0 3:3 3:0"},
		{"literal that keeps its end", "a: |+\n  one\n\n\n", "2:3 3:0 4:0 4:0"},
		{"literal with properties", "a: &x !!str |2- # why\n    one\n    two\n", "2:5 3:5"},
		{"literal below its key", "a:\n  |\n  one\n", "3:3 3:0"},
		{"folded", "a: >\n  one\n  two\n\n  three\n    four\n", "2:3 5:3 6:5 6:0"},
		{"plain on several lines", "a: one\n  two\n\n  three\n", "1:4 4:3"},
		{"single quotes", "a: 'it''s\n\n  ''two'''\n", "1:5 3:3"},
		{"double quotes", `a: "one\n  two\n\n\"three\""`, "1:5 1:12 1:0 1:19"},
		{"double quotes on several lines", "a: \"one\\n\\\n  \\  two\\n\n  three\"\n", "1:5 2:6 3:3"},
		{"escapes", `a: "\x41\u017e\U0001F41D\n\N\_\L\P\e\0\/\\\uFF21z"`, "1:5 1:27"},
		{"JSON", "{\"a\":\n\t\"ž\\r\\n\\t\\\"\\u0041\\ud83d\\udc1d\\\"\\nz\"}", "2:3 2:10 2:34"},
		{"half a surrogate pair", `{"a": "x\ny\ud83d"}`, "1:0 1:0"},
		{"an alias", "b: &b |\n  one\n  two\na: *b\n", "2:3 3:3 3:0"},
		{"characters that YAML 1.1 took for line ends", "a: |\n  one\u2028 \u0085\n  two\n", "2:3 3:3 3:0"},
		{"carriage returns", "a: |\r  one\r  two\r", "2:3 3:3 3:0"},
		{"a list", "a: []\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, err := source.Parse("x", []byte(tt.text), source.Limits{})
			require.NoError(t, err)
			assert.Equal(t, tt.want, placesOf(n.Get("a")), n.Get("a").Text())
		})
	}
	n, err := source.Parse("x", []byte("a: text\n"), source.Limits{})
	require.NoError(t, err)
	assert.Equal(t, "1:4", placesOf(source.Make{At: n.Get("a")}.String("made up")))
	assert.Equal(t, "1:0 1:0", placesOf(source.Make{At: n.Get("a")}.String("made\nup")))
	assert.Equal(t, "0:0", placesOf(source.Make{}.String("nowhere")))
	assert.Nil(t, (*source.Node)(nil).Lines())
}

func placesOf(n *source.Node) string {
	var out []string
	for _, at := range n.Lines() {
		out = append(out, fmt.Sprintf("%d:%d", at.Line, at.Column))
	}
	return strings.Join(out, " ")
}

var ends = regexp.MustCompile("\n+")

// folded writes a text so that folding gives it back: one line end more where there are some.
func folded(text string) string { return ends.ReplaceAllString(text, "$0\n  ") }

// TestLinesOfAnyText writes texts in every way and looks each line up in what was written.
func TestLinesOfAnyText(t *testing.T) {
	t.Parallel()
	word := rapid.SampledFrom([]string{"a", "žlutá", "🐝", `"x"`, "it's", "b c", "{", "#no", "d"})
	rapid.Check(t, func(t *rapid.T) {
		var lines []string
		for i := range rapid.IntRange(1, 6).Draw(t, "lines") {
			if rapid.Bool().Draw(t, "blank") {
				lines = append(lines, "")
			}
			lines = append(lines, fmt.Sprintf("<%d>%s", i, word.Draw(t, "word"))) // so that each is there once
		}
		text := strings.Join(lines, "\n")
		body := strings.TrimLeft(text, "\n") // a block may begin with blank lines, and folds none of them
		quoted := source.Make{}.String(text).JSON("")
		long := strings.Repeat("x", rapid.IntRange(0, 3000).Draw(t, "long"))
		written := rapid.SampledFrom([]string{
			"- " + long + "\n- |-\n  " + strings.ReplaceAll(text, "\n", "\n  "),
			"- " + long + "\n- >-\n" + strings.Repeat("  \n", len(text)-len(body)) + "  " + folded(body),
			"- " + long + "\n- '" + folded(strings.ReplaceAll(text, "'", "''")) + "'",
			"['" + long + "', " + quoted + "]",
			"[\"" + long + "\",\n" + quoted + "]",
		}).Draw(t, "style")
		n, err := source.Parse("x", []byte(written), source.Limits{})
		require.NoError(t, err, written)
		require.Equal(t, text, n.Items()[1].Text(), written)
		rows := strings.Split(written, "\n")
		for i, at := range n.Items()[1].Lines() {
			if lines[i] == "" {
				require.Zero(t, at.Column)
				continue
			}
			begin := lines[i][:strings.Index(lines[i], ">")+1]
			require.True(t, strings.HasPrefix(string([]rune(rows[at.Line-1])[at.Column-1:]), begin), "%d:%d is not %s in\n%s", at.Line, at.Column, begin, written)
		}
	})
}
