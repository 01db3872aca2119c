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

func TestColumnsAreAligned(t *testing.T) {
	t.Parallel()
	text := rapid.OneOf(rapid.StringMatching(`[a-c ]{0,12}`), rapid.SampledFrom([]string{"日本語", "é", "e\u0301", "😀", "\x1b[2J", strings.Repeat("日本 ", 60), strings.Repeat("x", 300)}))
	object := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "日本", "long key of the object"}), text, 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.SampledFrom([]int{0, 100, 101, 140, 200}).Draw(t, "width")
		a, b := object.Draw(t, "doc"), object.Draw(t, "real")
		doc, value := string(nodeOf(toAny(a))), string(nodeOf(toAny(b)))
		if kind := rapid.SampledFrom([]string{"json", "text"}).Draw(t, "kind"); kind == "text" {
			doc, value = strings.Join(values(a), "\n")+"!", strings.Join(values(b), "\n")+"?"
		}
		var fs []transaction.Finding
		for _, key := range []string{"a", "b", "日本", "long key of the object"} {
			x, inDoc := a[key]
			y, inReal := b[key]
			if inDoc || inReal {
				fs = append(fs, transaction.Finding{ID: "body-value-mismatch", Field: "body", Pointer: "/" + key, Expected: x, Real: y, HasExpected: inDoc, HasReal: inReal, Message: "is another one"})
			}
		}
		if len(fs) == 0 {
			t.Skip("nothing differs")
		}
		o := transaction.Outcome{Status: transaction.Fail, Findings: fs, Transaction: &transaction.Transaction{
			Expected: transaction.Response{StatusCode: 200, Body: doc}, Real: &transaction.Response{StatusCode: 200, Body: value},
		}}
		page := width
		if page == 0 {
			page = defaultWidth
		}
		at := 2 + 2 + columnWidth(page) + 1
		seen := 0
		for line := range strings.Lines(Detail(o, Options{Width: width, Diff: DiffSideBySide})) {
			line = strings.TrimSuffix(line, "\n")
			left, _, ok := strings.Cut(line, "│")
			if !ok {
				continue
			}
			seen++
			require.Equal(t, at, columns(left), "%q", line)
			require.LessOrEqual(t, columns(line), page, "%q", line)
		}
		require.Greater(t, seen, 2)
	})
}

func toAny(m map[string]string) any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func values(m map[string]string) []string {
	var out []string
	for _, key := range []string{"a", "b", "日本", "long key of the object"} {
		if v, ok := m[key]; ok {
			out = append(out, v)
		}
	}
	return out
}

// TestFoldedLosesNothing puts the lines together again.
func TestFoldedLosesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		width := rapid.IntRange(20, 60).Draw(t, "width")
		indent := rapid.IntRange(0, 10).Draw(t, "indent")
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"a", "日本", "word", "loooooooooooong"}), 1, 3*width/4/4).Draw(t, "words")
		text := strings.Repeat(" ", indent) + strings.Join(words, " ")
		from := rapid.IntRange(0, len(text)).Draw(t, "from")
		r := row{sign: minus, text: text, from: from, to: rapid.IntRange(from, len(text)).Draw(t, "to")}
		var whole, marked string
		for i, line := range folded([]row{r}, width) {
			require.LessOrEqual(t, columns(line.text), width)
			part := line.text
			if i > 0 {
				part = part[min(indent+foldIndent, width/2):]
			}
			whole += part
			marked += line.text[line.from:line.to]
		}
		require.Equal(t, text, whole)
		require.Equal(t, text[r.from:r.to], marked)
	})
}

func TestPartnerOfASet(t *testing.T) {
	t.Parallel()
	doc, value := node(`[{"id":"1","a":1},{"id":"2","a":2}]`), node(`[{"id":"2","a":3},{"id":"1","a":"x"}]`)
	tests := map[string]struct {
		findings []transaction.Finding
		want     [2]int
	}{
		"other items agree": {
			[]transaction.Finding{{Pointer: "/0/a", Real: "x", HasReal: true}, {Pointer: "/1/a", Real: json.Number("3"), HasReal: true}},
			[2]int{2, 1},
		},
		"the item itself agrees": {[]transaction.Finding{{Pointer: "/1/a", Real: "x", HasReal: true}}, [2]int{}},
		"none agrees":            {[]transaction.Finding{{Pointer: "/0/a", Real: "y", HasReal: true}}, [2]int{}},
		"a missing key":          {[]transaction.Finding{{ID: "body-missing-key", Pointer: "/0/b", HasExpected: true}}, [2]int{}},
		"a key that is there":    {[]transaction.Finding{{ID: "body-missing-key", Pointer: "/0/a", HasExpected: true}}, [2]int{}},
		"null and true": {
			[]transaction.Finding{{Pointer: "/0/a", HasReal: true}, {Pointer: "/1/a", Real: true, HasReal: true}}, [2]int{},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			entries := layout(doc, value, markAll(test.findings), 0)
			assert.Equal(t, test.want, [2]int{entries[0].moved, entries[1].moved})
		})
	}
}

func FuzzLayouts(f *testing.F) {
	for _, s := range []string{
		`<a b="c"><d/>x<!-- y --><![CDATA[z]]></a>`, `<p>a<br>b</p></div>`, `<a`, `<a></b>`, `a=b&a=%zz&=`, "--x\r\nA: b\r\n\r\nc\r\n--x--", `{"a":[1,{"b`, "]]}}",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, contentType := range []string{"text/xml", "text/html", "application/x-www-form-urlencoded", "multipart/form-data", "multipart/mixed; boundary=x"} {
			ls, _ := bodyLines(contentType, s)
			d := &detail{p: newPrinter(Options{}), o: Options{Diff: DiffSideBySide}}
			d.lineDiff(ls, jsonLines(s), []transaction.Finding{{Pointer: "/a/0/@b"}, {Pointer: "/x"}})
		}
		hexDiff(s, s+"x", 40)
	})
}

// TestPairsKnowBothIndexes has findings of one pointer that are about two items: what the documentation
// has there, and what the response has.
func TestPairsKnowBothIndexes(t *testing.T) {
	t.Parallel()
	missing := func(pointer string) transaction.Finding {
		return transaction.Finding{ID: missingItem, Pointer: pointer, HasExpected: true}
	}
	tooMany := func(pointer string) transaction.Finding {
		return transaction.Finding{ID: undocumentedItem, Pointer: pointer, HasReal: true}
	}
	length := transaction.Finding{ID: "body-list-length", HasExpected: true, HasReal: true}
	tests := map[string]struct {
		doc, real string
		findings  []transaction.Finding
		want      string // index of the documentation : index of the response, with ! for what is marked
	}{
		"a schema speaks of the real index": {
			`[1,2]`, `[9,1,2]`,
			[]transaction.Finding{length, tooMany("/0"), {ID: "body-schema-maximum", Pointer: "/1", HasReal: true}},
			"-:0! 0:1! 1:2",
		},
		"two items of a set at one index": {`[1,2,3]`, `[3,9,8,2]`, []transaction.Finding{
			{ID: "body-value-mismatch", Pointer: "/0", Real: json.Number("8"), HasReal: true}, tooMany("/1"),
		}, "0:2! 1:3 2:0 -:1!"},
		"missing and too many at one index": {`[1,2]`, `[3,2]`, []transaction.Finding{missing("/0"), tooMany("/0")}, "0:-! 1:1 -:0!"},
		"not all are told of":               {`[1,2]`, `[1,7,8,9,2]`, []transaction.Finding{length, tooMany("/1")}, "0:0 -:1! -:2 -:3 1:4"},
		"not all missing are told of":       {`[1,7,8,9,2]`, `[1,2]`, []transaction.Finding{length, missing("/1")}, "0:0 1:-! 4:1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := pair(node(test.doc), node(test.real), markAll(test.findings))
			require.NotNil(t, p)
			index := func(i int) string {
				if i == none {
					return "-"
				}
				return count(i)
			}
			var got []string
			for s := range p.slots {
				text := index(s.doc) + ":" + index(s.real)
				if p.at(s) != nil {
					text += "!"
				}
				got = append(got, text)
			}
			assert.Equal(t, test.want, strings.Join(got, " "))
		})
	}
}
