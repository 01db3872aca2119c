package report_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// failure is an outcome of two bodies.
func failure(doc, real string, fs ...transaction.Finding) transaction.Outcome {
	return transaction.Outcome{
		Transaction: &transaction.Transaction{
			Name:     "Group > Resource > Action",
			Origin:   transaction.Origin{Filename: "api.apib"},
			Request:  transaction.Request{Method: "GET", URI: "/"},
			Expected: transaction.Response{StatusCode: 200, Body: doc},
			Real:     &transaction.Response{StatusCode: 200, Body: real},
		},
		Status:   transaction.Fail,
		Findings: fs,
	}
}

// signed returns the lines of a diff that are no context.
func signed(text string) []string {
	var out []string
	for l := range strings.Lines(text) {
		if len(l) > 3 && l[:2] == "  " && strings.ContainsRune("-+!", rune(l[2])) && l[3] == ' ' {
			out = append(out, strings.TrimSuffix(l, "\n"))
		}
	}
	return out
}

// anyJSON draws a value. Names and strings have characters that need care.
func anyJSON(depth int) *rapid.Generator[any] {
	text := rapid.OneOf(
		rapid.StringMatching(`[a-c]{1,2}`),
		rapid.SampledFrom([]string{"a/b", "m~n", "", "\x1b[2J", "\u202e", "é", "日本", `"`, `\`, "0", strings.Repeat("long ", 80)}),
	)
	scalar := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.IntRange(-9, 9), func(n int) any { return json.Number(strconv.Itoa(n)) }),
		rapid.SampledFrom([]any{nil, true, false}),
	)
	if depth == 0 {
		return scalar
	}
	below := anyJSON(depth - 1)
	return rapid.OneOf(
		scalar,
		rapid.Map(rapid.SliceOfN(below, 0, 7), func(v []any) any { return v }),
		rapid.Map(rapid.MapOfN(text, below, 0, 7), func(v map[string]any) any { return v }),
	)
}

// differences is a verdict by value, written apart from the one of the harness.
func differences(pointer string, doc, real any) []transaction.Finding {
	found := func(id string) []transaction.Finding {
		return []transaction.Finding{{
			ID: id, Field: "body", Pointer: pointer, Message: "it is another one",
			Expected: doc, Real: real, HasExpected: true, HasReal: true,
		}}
	}
	switch d := doc.(type) {
	case map[string]any:
		r, ok := real.(map[string]any)
		if !ok {
			return found("body-type-mismatch")
		}
		return objectDifferences(pointer, d, r)
	case []any:
		r, ok := real.([]any)
		if !ok {
			return found("body-type-mismatch")
		}
		return listDifferences(pointer, d, r)
	}
	if fmt.Sprintf("%T%v", doc, doc) != fmt.Sprintf("%T%v", real, real) {
		return found("body-value-mismatch")
	}
	return nil
}

func objectDifferences(pointer string, d, r map[string]any) []transaction.Finding {
	var fs []transaction.Finding
	keys := maps.Clone(d)
	maps.Copy(keys, r)
	for _, k := range slices.Sorted(maps.Keys(keys)) {
		at := pointer + "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(k)
		a, inDoc := d[k]
		b, inReal := r[k]
		fs = append(fs, memberDifferences(at, a, b, inDoc, inReal)...)
	}
	return fs
}

func listDifferences(pointer string, d, r []any) []transaction.Finding {
	var fs []transaction.Finding
	for i := range max(len(d), len(r)) {
		var a, b any
		if i < len(d) {
			a = d[i]
		}
		if i < len(r) {
			b = r[i]
		}
		fs = append(fs, memberDifferences(pointer+"/"+strconv.Itoa(i), a, b, i < len(d), i < len(r))...)
	}
	return fs
}

func memberDifferences(at string, a, b any, inDoc, inReal bool) []transaction.Finding {
	switch {
	case !inReal:
		return []transaction.Finding{{ID: "body-missing-key", Field: "body", Pointer: at, Message: "it is missing", Expected: a, HasExpected: true}}
	case !inDoc:
		return []transaction.Finding{{ID: "body-undocumented-key", Field: "body", Pointer: at, Message: "it is not documented", Real: b, HasReal: true}}
	}
	return differences(at, a, b)
}

func encode(t require.TestingT, v any, indent string) string {
	text, err := json.MarshalIndent(v, "", indent)
	require.NoError(t, err)
	return string(text)
}

// shown is a pointer as reports print it.
func shown(pointer string) string {
	return strings.NewReplacer("\x1b", `\u001b`, "\u202e", `\u202e`).Replace(pointer)
}

func TestDetailShowsEveryFindingAndNothingElse(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc, real := anyJSON(3).Draw(t, "doc"), anyJSON(3).Draw(t, "real")
		fs := differences("", doc, real)
		o := failure(encode(t, doc, "  "), encode(t, real, ""), fs...)
		text := report.Detail(o, report.Options{Width: 10_000})
		lines := signed(text)
		if len(fs) == 0 {
			require.Empty(t, lines, "nothing was found")
			return
		}
		require.NotEmpty(t, lines)
		for i, f := range fs {
			if i == 60 {
				break
			}
			if len(f.Pointer) < 300 && f.Pointer != "" {
				require.Contains(t, text, " at "+shown(f.Pointer)+"\n")
			}
		}
		wantSigns(t, lines, fs)
	})
}

// wantSigns checks that the lines have the signs of the findings: each value that is documented
// only begins one "-" line, and so on. Values that take several lines make more.
func wantSigns(t require.TestingT, lines []string, fs []transaction.Finding) {
	var wantMinus, wantPlus int
	for _, f := range fs {
		if f.HasExpected {
			wantMinus++
		}
		if f.HasReal {
			wantPlus++
		}
	}
	var minus, plus int
	for _, l := range lines {
		switch l[2] {
		case '-':
			minus++
		case '+':
			plus++
		}
	}
	if len(fs) < 20 {
		require.GreaterOrEqual(t, minus, wantMinus)
		require.GreaterOrEqual(t, plus, wantPlus)
		require.Equal(t, wantMinus > 0, minus > 0, "%v", lines)
		require.Equal(t, wantPlus > 0, plus > 0, "%v", lines)
	}
}

func TestDetailWithoutFindingsHasNoDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc := encode(t, anyJSON(3).Draw(t, "doc"), " ")
		real := doc
		if rapid.Bool().Draw(t, "another body") {
			real = encode(t, anyJSON(3).Draw(t, "real"), "")
		}
		require.Equal(t, "    200 OK\n\n  documented at api.apib\n", report.Detail(failure(doc, real), report.Options{}))
	})
}

func TestDetailMarksOnlyWhatWasFound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc, real := anyJSON(3).Draw(t, "doc"), anyJSON(3).Draw(t, "real")
		fs := differences("", doc, real)
		if len(fs) < 2 {
			t.Skip("nothing to choose from")
		}
		one := fs[rapid.IntRange(0, len(fs)-1).Draw(t, "which")]
		lines := signed(report.Detail(failure(encode(t, doc, ""), encode(t, real, ""), one), report.Options{Width: 10_000}))
		// On a wide page a value is one line: one for each side.
		want := 0
		if one.HasExpected {
			want++
		}
		if one.HasReal {
			want++
		}
		require.Len(t, lines, want)
	})
}

func TestOutputNeverHoldsControlCharacters(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) string { return rapid.String().Draw(t, name) }
		raw := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		o := failure(draw("doc"), raw, transaction.Finding{
			ID: draw("id"), Field: rapid.SampledFrom([]string{"body", "headers", "statusCode", draw("field")}).Draw(t, "of"),
			Pointer: draw("pointer"), Message: draw("message"), Expected: draw("expected"), Real: raw,
			HasExpected: rapid.Bool().Draw(t, "e"), HasReal: rapid.Bool().Draw(t, "r"),
			At: transaction.Position{File: draw("file"), Line: 1},
		})
		o.Reason = rapid.SampledFrom([]string{"", draw("reason")}).Draw(t, "why")
		o.Status = rapid.SampledFrom([]transaction.Status{"pass", "fail", "skip", "error"}).Draw(t, "status")
		o.Transaction.Name = transaction.Name(draw("name"))
		o.Transaction.Request = transaction.Request{Method: draw("method"), URI: raw, Body: draw("request")}
		var out bytes.Buffer
		r := report.NewCLI(report.Options{
			Out: &out, Width: rapid.IntRange(0, 150).Draw(t, "width"), Details: rapid.Bool().Draw(t, "details"),
			Rerun:   func(transaction.Outcome) string { return raw },
			Excerpt: func(transaction.Position) ([]string, bool) { return []string{raw, raw}, true },
		})
		r.Begin(report.Plan{
			Descriptions: []string{raw}, Server: raw, Warnings: []string{raw}, Match: transaction.Match(raw),
			Annotations: []transaction.Annotation{{Message: raw, At: transaction.Position{File: raw}}},
		})
		r.Report(o)
		require.NoError(t, r.End(report.Summary{Notes: []string{raw}}))
		for _, c := range out.String() {
			require.True(t, c == '\n' || unicode.IsPrint(c), "%q in %q", c, out.String())
		}
	})
}

// items is a JSON body of n items, 73 bytes each.
func items(n int) string {
	var b strings.Builder
	b.WriteString(`{"data":[`)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"id":"%07d","attributes":{"name":"name %07d","text":"some text"}}`, i, i)
	}
	b.WriteString(`]}`)
	return b.String()
}

// TestHugeBodies bounds the report by size and, so that nothing in it can be worse than linear, by a
// time that only the square of 5 MB can take. BenchmarkDetail measures.
func TestHugeBodies(t *testing.T) {
	t.Parallel()
	huge, big := items(70_000), items(7_000)
	finding := transaction.Finding{ID: "body-value-mismatch", Field: "body", Message: "another one", HasExpected: true, HasReal: true}
	at := func(pointer string, expected any) transaction.Finding {
		f := finding
		f.Pointer, f.Expected, f.Real = pointer, expected, "x"
		return f
	}
	cut := strings.ReplaceAll(big, "},", "},\n")
	tests := map[string]struct {
		o    transaction.Outcome
		want string
	}{
		"one value of a list": {
			failure(huge, strings.Replace(huge, "name 0035000", "other 0035000", 1), at("/data/35000/attributes/name", "x")), "other 0035000",
		},
		"the whole of it": {failure(`{"data":{}}`, huge, at("/data", nil)), "69,994 more items"},
		"not closed":      {failure(big, big[:len(big)-1], at("", nil)), "bytes long"},
		"lines":           {failure(cut+"!", strings.Replace(cut, "name 0003500", "other 0003500", 1)+"?", at("", cut)), "other 0003500"},
		"one line of text": {
			failure("x"+big+"!", "x"+big+"?", at("", "x")), "characters]",
		},
		"all lines differ": {failure(cut+"!", strings.ReplaceAll(cut, "name", "eman")+"?", at("", cut)), "more documented lines"},
		"one string":       {failure(`"`+strings.Repeat("y", len(big))+`"`, `"`+strings.Repeat("y", len(big)-1)+`"`, at("", "y")), "characters]"},
		"one number":       {failure(strings.Repeat("1", len(big)), "1", at("", nil)), "characters]"},
		"deep": {
			failure(nested(9_000, "1"), nested(9_000, "2"), at(strings.Repeat("/a", 9_000), 1)), "another one",
		},
		"too deep for JSON": {failure(nested(1<<20, "1"), "[]", at(strings.Repeat("/a", 1<<20), 1)), "characters]"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			text := report.Detail(test.o, report.Options{Width: 100})
			assert.Less(t, time.Since(start), time.Minute)
			assert.Less(t, len(text), 20_000)
			assert.Contains(t, text, test.want)
		})
	}
}

// TestHugeLayouts is the same for bodies that are laid out by what they are.
func TestHugeLayouts(t *testing.T) {
	t.Parallel()
	const size = 1 << 20
	fill := func(part string) string { return strings.Repeat(part, size/len(part)) }
	tests := map[string]struct{ contentType, doc, real string }{
		"elements":   {"text/xml", "<a>" + fill("<b>c</b>") + "</a>", "<a>" + fill("<b>d</b>") + "</a>"},
		"comments":   {"text/xml", "<a>" + fill("b<!---->") + "</a>", "<a>" + fill("c<!---->") + "</a>"},
		"attributes": {"text/xml", "<a" + fill(" b='c'") + "/>", "<a" + fill(" b='d'") + "/>"},
		"open tags":  {"text/html", fill("<p>"), fill("<div>")},
		"end tags":   {"text/html", "<p>" + fill("</b>"), "<p>" + fill("</c>")},
		"quotes":     {"text/html", fill("<a b='"), fill("<a b=\"")},
		"form":       {"application/x-www-form-urlencoded", fill("a=b&"), fill("a=c&")},
		"names":      {"application/x-www-form-urlencoded", fill("a&"), fill("%41&")},
		"parts":      {"multipart/mixed; boundary=x", fill("--x\n\na\n"), fill("--x\n\nb\n")},
		"deep parts": {"multipart/mixed; boundary=x", fill("--x\nContent-Type: multipart/mixed\n\n"), fill("--x\nContent-Type: multipart/mixed\n\n ")},
		"broken":     {"application/json", fill("[") + "]", fill("[{")},
		"bytes":      {"image/png", fill("\x00\x01"), fill("\x00\x02")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			o := failure(test.doc, test.real, transaction.Finding{ID: "body-text-mismatch", Field: "body", Expected: "x", Real: "y", HasExpected: true, HasReal: true})
			o.Transaction.Expected.Headers.Set("Content-Type", test.contentType)
			o.Transaction.Real.Headers.Set("Content-Type", test.contentType)
			for _, diff := range []string{report.DiffUnified, report.DiffSideBySide} {
				text := report.Detail(o, report.Options{Width: 100, Diff: diff})
				assert.Less(t, len(text), 50_000)
				assert.Contains(t, text, "bytes long")
			}
			assert.Less(t, time.Since(start), time.Minute)
		})
	}
}

func BenchmarkDetail(b *testing.B) {
	huge := items(700_000) // 51 MB
	o := failure(huge, strings.Replace(huge, "name 0350000", "other 0350000", 1), transaction.Finding{
		ID: "body-value-mismatch", Field: "body", Pointer: "/data/350000/attributes/name",
		Expected: "name 0350000", Real: "other 0350000", HasExpected: true, HasReal: true,
	})
	b.SetBytes(int64(len(huge)))
	b.ReportAllocs()
	for b.Loop() {
		report.Detail(o, report.Options{})
	}
}

// nested is an object in an object, and so on.
func nested(depth int, inner string) string {
	return strings.Repeat(`{"a":`, depth) + inner + strings.Repeat("}", depth)
}

func TestManyFindingsAreBounded(t *testing.T) {
	t.Parallel()
	var doc, real []any
	for i := range 5000 {
		doc, real = append(doc, map[string]any{"a": i}), append(real, map[string]any{"a": i + 1})
	}
	fs := listDifferences("", doc, real)
	text := report.Detail(failure(encode(t, doc, ""), encode(t, real, ""), fs...), report.Options{})
	assert.Less(t, strings.Count(text, "\n"), 500)
	assert.Contains(t, text, "more findings in the body")
	assert.Contains(t, text, "and 4,900 more findings")
}

// brokenPipe fails at the n-th write.
type brokenPipe struct{ left, calls int }

var errPipe = errors.New("broken pipe")

func (b *brokenPipe) Write(p []byte) (int, error) {
	b.calls++
	if b.left--; b.left < 0 {
		return 0, errPipe
	}
	return len(p), nil
}

func TestWriteErrors(t *testing.T) {
	t.Parallel()
	for n := range 4 {
		out := &brokenPipe{left: n}
		r := report.NewCLI(report.Options{Out: out})
		r.Begin(report.Plan{Transactions: 2})
		r.Report(failure("", ""))
		r.Report(failure("", ""))
		err := r.End(report.Summary{})
		require.ErrorIs(t, err, errPipe)
		assert.Equal(t, n+1, out.calls, "nothing is written after an error")
	}
	r := report.NewCLI(report.Options{Out: shortWriter{}})
	r.Begin(report.Plan{})
	require.ErrorIs(t, r.End(report.Summary{}), io.ErrShortWrite)
}

type shortWriter struct{}

func (shortWriter) Write(p []byte) (int, error) { return len(p) / 2, nil }

func TestMultiTellsAll(t *testing.T) {
	t.Parallel()
	var a, b bytes.Buffer
	pipe := &brokenPipe{}
	r := report.Multi(report.NewCLI(report.Options{Out: &a}), report.NewCLI(report.Options{Out: pipe}), report.NewCLI(report.Options{Out: &b}))
	r.Begin(report.Plan{Transactions: 1})
	r.Report(failure("", ""))
	require.ErrorIs(t, r.End(report.Summary{Stats: transaction.Stats{Failures: 1}}), errPipe)
	assert.Contains(t, a.String(), "complete: 0 passing, 1 failing, 0 errors, 0 skipped, 1 total\n")
	assert.Equal(t, a.String(), b.String())
}

func TestNewNamesTheReportersThereAre(t *testing.T) {
	t.Parallel()
	for _, e := range report.Table() {
		r, err := report.New(e.Name, report.Options{})
		require.NoError(t, err)
		assert.NotEmpty(t, e.About)
		r.Begin(report.Plan{})
		require.NoError(t, r.End(report.Summary{}))
	}
	_, err := report.New("junk", report.Options{})
	require.EqualError(t, err, `no reporter is called "junk": use cli, dot, nyan, xunit, junit, markdown, html, apiary, json, jsonl, github, sarif`)
}

func TestExcerptsReadsEachFileOnce(t *testing.T) {
	t.Parallel()
	reads := 0
	excerpt := report.Excerpts(func(name string) ([]byte, error) {
		if reads++; name != "a.apib" {
			return nil, errors.New("no such file")
		}
		return []byte("one\ntwo\nthree\n"), nil
	})
	tests := []struct {
		line int
		want []string
	}{
		{1, []string{"one", "two", "three"}},
		{3, []string{"one", "two", "three"}},
		{0, nil},
		{4, nil},
	}
	for _, test := range tests {
		got, ok := excerpt(transaction.Position{File: "a.apib", Line: test.line})
		assert.Equal(t, test.want, got)
		assert.Equal(t, test.want != nil, ok)
	}
	_, ok := excerpt(transaction.Position{File: "b.apib", Line: 1})
	assert.False(t, ok)
	_, ok = excerpt(transaction.Position{File: "b.apib", Line: 1})
	assert.False(t, ok)
	assert.Equal(t, 2, reads)
}
