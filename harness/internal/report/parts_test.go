package report

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The tests of this file look at parts whose faults the printed page would show only by chance.

func TestHunksTurnOneTextIntoTheOther(t *testing.T) {
	t.Parallel()
	line := rapid.SampledFrom([]string{"a", "b", "c", "d"})
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.SliceOfN(line, 0, 24).Draw(t, "a")
		b := rapid.SliceOfN(line, 0, 24).Draw(t, "b")
		var got []string
		end, edits := 0, 0
		for _, h := range hunks(a, b) {
			require.GreaterOrEqual(t, h.a0, end)
			got = append(got, a[end:h.a0]...)
			got = append(got, b[h.b0:h.b1]...)
			end = h.a1
			edits += h.a1 - h.a0 + h.b1 - h.b0
		}
		got = append(got, a[end:]...)
		require.Equal(t, strings.Join(b, ""), strings.Join(got, ""))
		require.Equal(t, len(a)+len(b)-2*common(a, b), edits, "as few edits as can be")
	})
}

// common is the length of the longest common subsequence, by its definition.
func common(a, b []string) int {
	row := make([]int, len(b)+1)
	for i := range a {
		diagonal := 0
		for j := range b {
			up := row[j+1]
			if a[i] == b[j] {
				row[j+1] = diagonal + 1
			} else {
				row[j+1] = max(up, row[j])
			}
			diagonal = up
		}
	}
	return row[len(b)]
}

func TestHunksGiveUpOnTextsThatDifferTooMuch(t *testing.T) {
	t.Parallel()
	a := append([]string{"first"}, strings.Split(strings.Repeat("a ", 5000), " ")...)
	b := append([]string{"first"}, strings.Split(strings.Repeat("b ", 5000), " ")...)
	require.Equal(t, []hunk{{1, 5001, 1, 5001}}, hunks(a, b))
}

func TestNodeReadsAsTheDecoderDoes(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{`\`, `"`, `\"`, `{}[],:`, `\\`}))
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.MapOf(text, rapid.SliceOf(text)).Draw(t, "value")
		indent := rapid.SampledFrom([]string{"", " ", "\t"}).Draw(t, "indent")
		body, err := json.MarshalIndent(want, indent, indent)
		require.NoError(t, err)
		n, ok := parse(" \r\n" + string(body) + "\n")
		require.True(t, ok)
		got := map[string][]string{}
		n.each(func(key string, v node) bool {
			items := []string{}
			v.each(func(_ string, item node) bool {
				items = append(items, item.unquote())
				return true
			})
			got[key] = items
			return true
		})
		for k, v := range want {
			if v == nil {
				want[k] = []string{}
			}
		}
		require.Equal(t, want, got)
		require.Equal(t, len(want), n.size())
	})
}

func FuzzNode(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\""}]}`, `{"a"`, `["`, `{,}`, `[[[`, `{"a" 1}`, `[1 2]`, `{"\u00`, "[\x00]"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n := node(strings.Trim(s, blanks))
		_ = n.inline(40)
		_ = n.pretty(40, 20)
		_ = n.outline(40, 3)
		d := &treeDiff{width: 60}
		d.render(n, n, []transaction.Finding{{Pointer: "/a/1/b", HasExpected: true, HasReal: true}})
	})
}

func TestCut(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "short", cut("short", 5))
	assert.Equal(t, "ééééé", cut("ééééé", 5), "characters are counted, not bytes")
	assert.Equal(t, "aaaaaaaaaa…[1,234 characters]…aaaaaa", cut(strings.Repeat("a", 1234), 36))
	assert.Less(t, len(cut("a"+strings.Repeat("\u0301", 5000), 40)), 1000, "marks that take no room are counted too")
	assert.Equal(t, "日本…", cutEnd("日本語日本語", 6), "wide characters take two columns")
	assert.Equal(t, "A > B > C", cutName("A > B > C", 9))
	assert.Equal(t, "… > B > Cc", cutName("Aaaa > B > Cc", 10))
	assert.Equal(t, "Update…", cutName("Aaaa > B > Update it", 7))
	assert.Equal(t, []string{"one two", "three", "looooooong"}, wrap("one  two three looooooong", 8))
	assert.Equal(t, "1 key", plural(1, "key"))
	assert.Equal(t, "1,000,000 keys", plural(1_000_000, "key"))
}

func TestCutPairKeepsTheDifferenceInSight(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.SampledFrom([]rune("aé日"))
		head := rapid.StringOfN(r, 0, 300, -1).Draw(t, "head")
		tail := rapid.StringOfN(r, 0, 300, -1).Draw(t, "tail")
		limit := rapid.IntRange(40, 120).Draw(t, "limit")
		x, y := cutPair(head+"X"+tail, head+"Y"+tail, limit)
		require.Equal(t, "X", x.text[x.from:x.to])
		require.Equal(t, "Y", y.text[y.from:y.to])
		require.LessOrEqual(t, len([]rune(x.text)), limit+40)
		require.Equal(t, strings.Replace(x.text, "X", "Y", 1), y.text)
	})
}

func TestLayoutKeepsNeighboursAndCountsTheRest(t *testing.T) {
	t.Parallel()
	doc, real := node(`{"a":1,"b":1,"c":1,"d":1,"e":1,"f":1,"g":1,"gone":1}`), node(`{"g":2,"f":2,"e":2,"d":2,"c":2,"b":2,"a":2,"new":2}`)
	tests := map[string]struct {
		pointers []string
		want     string
	}{
		"in the middle":             {[]string{"/d"}, "a b c d! e f 2"},
		"one left out is shown":     {[]string{"/e"}, "2 c d e! f g new"},
		"first and last":            {[]string{"/a", "/g"}, "a! b c d e f g! new"},
		"missing in the response":   {[]string{"/gone"}, "5 f g gone! new"},
		"not documented":            {[]string{"/new"}, "6 g new!"},
		"neither of the two has it": {[]string{"/none"}, "6 g new none!"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var fs []transaction.Finding
			for _, p := range test.pointers {
				fs = append(fs, transaction.Finding{Pointer: p})
			}
			var got []string
			for _, e := range layout(doc, real, markAll(fs), 0) {
				word := e.key
				if e.left > 0 {
					word = count(e.left)
				}
				if e.mark != nil {
					word += "!"
				} else if e.left == 0 {
					assert.Equal(t, node("2"), e.real, "context is what the response has")
				}
				got = append(got, word)
			}
			assert.Equal(t, test.want, strings.Join(got, " "))
		})
	}
}

func TestSteps(t *testing.T) {
	t.Parallel()
	assert.Empty(t, steps(""))
	assert.Equal(t, []string{""}, steps("/"))
	assert.Equal(t, []string{"a/b", "m~n", "~1"}, steps("/a~1b/m~0n/~01"))
}
