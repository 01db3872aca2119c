package export

import (
	"bufio"
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestPlain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ markup, want string }{
		"text":             {" a \n b ", "a \n b"},
		"paragraphs":       {"<p>One &amp; two</p><p>three</p>", "One & two\nthree"},
		"lists":            {"<ul><li>a<li>b</ul>c", "a\nb\nc"},
		"within a line":    {"a <b>b</b><br/>c", "a b\nc"},
		"what looks so":    {"1 < 2 & 3", "1 < 2 & 3"},
		"escaped markup":   {"&lt;p&gt;", "<p>"},
		"control":          {"a\x00b\x1bc", "abc"},
		"escaped controls": {"a&#x1b;b", "ab"},
		"not UTF-8":        {"a\xffb", "a\uFFFDb"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.want, plain(c.markup))
		})
	}
}

func TestCell(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": "", "a": "a", "a=1": "a=1", "=1": "'=1", "+1": "'+1", "-1": "'-1", "@a": "'@a", " =1": "' =1", "\ta": "'\ta", "\r=1": "'=1", "é": "é",
	} {
		assert.Equal(t, want, cell(value), "%q", value)
	}
}

// TestFolding holds that lines are short, whole characters, and the same when they are unfolded.
func TestFolding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		line := rapid.StringN(0, 200, -1).Filter(func(s string) bool { return !strings.ContainsAny(s, "\r\n") && utf8.ValidString(s) }).Draw(t, "line")
		var b bytes.Buffer
		w := bufio.NewWriter(&b)
		writeLine(w, line)
		require.NoError(t, w.Flush())
		folded, ended := strings.CutSuffix(b.String(), "\r\n")
		require.True(t, ended)
		for part := range strings.SplitSeq(folded, "\r\n") {
			require.LessOrEqual(t, len(part), maxLine)
			require.True(t, utf8.ValidString(part))
		}
		require.Equal(t, line, strings.ReplaceAll(folded, "\r\n ", ""))
	})
}
