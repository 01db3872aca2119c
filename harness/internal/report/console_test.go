package report_test

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// texts are the reporters whose output people read.
var texts = []string{"cli", "dot", "nyan", "markdown", "html"}

func TestAClosedPipeIsReported(t *testing.T) {
	t.Parallel()
	for _, name := range texts {
		out, calls := &brokenPipe{}, 1
		if name == "cli" || name == "dot" {
			out.left, calls = 2, 3
		}
		r := reporter(t, name, report.Options{Out: out, Terminal: true, Width: 80})
		r.Begin(report.Plan{Transactions: 3})
		for range 3 {
			r.Report(failure("{}", "[]"))
		}
		require.ErrorIs(t, r.End(report.Summary{}), errPipe, name)
		require.Equal(t, calls, out.calls, "%s writes nothing after an error", name)
	}
}

func TestAClosedErrorStreamCostsNoReport(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := report.NewCLI(report.Options{Out: &out, Err: &brokenPipe{}})
	r.Begin(report.Plan{Transactions: 1})
	r.Report(transaction.Outcome{Status: transaction.Error, Reason: "no connection"})
	require.ErrorIs(t, r.End(report.Summary{Stats: transaction.Stats{Errors: 1}}), errPipe)
	require.Contains(t, out.String(), "complete: 0 passing, 0 failing, 1 errors, 0 skipped, 1 total\n")
}

// TestInlineErrorsNameTheFirstOfTheirKind has a server that is not there: it is told of once.
func TestInlineErrorsNameTheFirstOfTheirKind(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	r := report.NewCLI(report.Options{Out: &out, InlineErrors: true})
	r.Begin(report.Plan{Transactions: 2})
	for _, uri := range []string{"/a", "/b"} {
		r.Report(transaction.Outcome{Status: transaction.Error, Reason: "no connection", Transaction: &transaction.Transaction{
			Name: transaction.Name("Show " + uri), Request: transaction.Request{Method: "GET", URI: uri}, Expected: transaction.Response{StatusCode: 200},
		}})
	}
	require.NoError(t, r.End(report.Summary{}))
	require.Equal(t, 1, strings.Count(out.String(), "no connection"))
	require.Contains(t, out.String(), "\n  the same as: error: GET (200) /a  Show /a\n")
	require.NotContains(t, out.String(), "Displaying")
}

// breaking is a text that wants to be more than a text.
func breaking() *rapid.Generator[string] {
	return rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"```", "````\n```", "~~~", "</pre>", "</li></ol><script>x</script>", "<!--", "-->", "]]>", "# Pass: all", "\n## Pass: x\n",
		"&lt;", "&#60;", "\x1b[31m", "\x1b]0;t\x07", "\r\x1b[K", "\u202e", "\u2028", "\x00", "\xff\xfe", "{{.}}", "${x}", "| a |\n| - |",
		"\n\n---\n", "    code", "- list", "<b id='t1'>", "' onload='x", `\`, "`a``b", "[x](y)", "![x](y)", "*a* _b_ __c__", "日本語", "\t",
	}))
}

// breakingOutcome draws an outcome that is made of such texts.
func breakingOutcome(t *rapid.T) transaction.Outcome {
	text := func(name string) string {
		return strings.Join(rapid.SliceOfN(breaking(), 0, 4).Draw(t, name), rapid.SampledFrom([]string{"", "\n", " "}).Draw(t, "between"))
	}
	o := failure(text("documented"), text("real"))
	o.Status = rapid.SampledFrom([]transaction.Status{transaction.Pass, transaction.Fail, transaction.Skip, transaction.Error}).Draw(t, "status")
	o.Unselected = o.Status == transaction.Skip && rapid.Bool().Draw(t, "unselected")
	o.Reason = text("reason")
	o.Duration = time.Duration(rapid.Int64Range(0, int64(time.Hour)).Draw(t, "took"))
	tr := o.Transaction
	tr.Name = transaction.Name(text("name"))
	tr.Request = transaction.Request{Method: text("method"), URI: text("uri"), Body: text("body"), Headers: transaction.Headers{{Name: text("header"), Value: text("value")}}}
	tr.Expected.Schema = text("schema")
	if rapid.Bool().Draw(t, "no answer") {
		tr.Real = nil
	}
	if o.Status == transaction.Fail || o.Status == transaction.Pass && rapid.Bool().Draw(t, "warning") {
		f := transaction.Finding{ID: "body-x", Field: "body", Pointer: "/" + text("pointer"), Message: text("message"), At: transaction.Position{File: text("file"), Line: 1}}
		if o.Status == transaction.Pass {
			f.Severity = transaction.SeverityWarning
		}
		o.Findings = append(o.Findings, f)
	}
	return o
}

// breakingRun reports such outcomes, and returns them.
func breakingRun(t *rapid.T, name string, o report.Options) []transaction.Outcome {
	outcomes := rapid.SliceOfN(rapid.Custom(breakingOutcome), 0, 4).Draw(t, "outcomes")
	o.Rerun = func(o transaction.Outcome) string { return "bailiff --only " + string(o.Transaction.Name) }
	o.Excerpt = report.Excerpts(func(file string) ([]byte, error) { return []byte(file + "\n```\n</pre>\n"), nil })
	o.Details = rapid.Bool().Draw(t, "details")
	o.InlineErrors = rapid.Bool().Draw(t, "inline")
	word := func(name string) string { return breaking().Draw(t, name) }
	r := reporter(t, name, o)
	plan := report.Plan{
		Transactions: len(outcomes) + rapid.IntRange(0, 1).Draw(t, "more"), Names: rapid.IntRange(0, 9).Draw(t, "names") == 0,
		Descriptions: []string{word("description")}, Server: word("server"), Warnings: []string{word("warning")},
		Annotations: []transaction.Annotation{{Severity: transaction.SeverityWarning, Message: word("annotation"), At: transaction.Position{File: word("file")}}},
	}
	r.Begin(plan)
	s := report.Summary{HookErrors: []string{word("hook error")}, Notes: []string{word("note")}, Interrupted: rapid.Bool().Draw(t, "interrupted")}
	for _, o := range outcomes {
		r.Report(o)
		s.Stats.Add(o.Status)
	}
	require.NoError(t, r.End(s))
	return outcomes
}

// TestNothingDrivesTheTerminal draws texts that want to: what is not ours is written as an escape.
func TestNothingDrivesTheTerminal(t *testing.T) {
	t.Parallel()
	for _, name := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				var out bytes.Buffer
				breakingRun(t, name, report.Options{Out: &out})
				text := out.String()
				require.True(t, utf8.ValidString(text))
				for i, r := range text {
					if r != '\n' && (r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e) {
						t.Fatalf("%q in %q", r, text[max(i-20, 0):min(i+20, len(text))])
					}
				}
			})
		})
	}
}

// sequence is what the console reporters may send to a terminal.
var sequence = regexp.MustCompile(`\x1b\[(\d+(;\d+)*)?[mKA]|\x1b\[\?25[lh]|\x1bD|\r`)

// marks join the character before them, and take no column.
var marks = regexp.MustCompile(`[\p{Mn}\p{Me}]`)

// TestStatusFitsTheTerminal holds that what is rewritten in place never wraps: it could not be taken back.
func TestStatusFitsTheTerminal(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cli", "dot", "nyan"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				width := rapid.IntRange(8, 200).Draw(t, "width")
				var out bytes.Buffer
				breakingRun(t, name, report.Options{Out: &out, Terminal: true, Width: width, Color: rapid.Bool().Draw(t, "color")})
				text := out.String()
				require.NotContains(t, sequence.ReplaceAllString(text, ""), "\x1b")
				require.Equal(t, strings.Count(text, "\x1b[?25l"), strings.Count(text, "\x1b[?25h"), "the cursor comes back")
				parts := strings.Split(text, "\r\x1b[K")
				for _, part := range parts[:len(parts)-1] {
					for row := range strings.SplitSeq(part[strings.LastIndexByte(part, '\n')+1:], "\x1bD") {
						plain := marks.ReplaceAllString(sequence.ReplaceAllString(row, ""), "")
						require.Less(t, utf8.RuneCountInString(plain), width, "%q", row)
					}
				}
			})
		})
	}
}

// TestProgressTellsOfTheSlowest is about the line that is rewritten in place.
func TestProgressTellsOfTheSlowest(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"cli", "dot"} {
		for _, terminal := range []bool{true, false} {
			var out bytes.Buffer
			r := reporter(t, name, report.Options{Out: &out, Terminal: terminal, Width: 66})
			r.Begin(report.Plan{Transactions: 4})
			for i, took := range []time.Duration{20, 1500, 30} {
				o := failure("1", "2")
				o.Transaction.Name = transaction.Name(fmt.Sprintf("A group with a name that is rather long > Number %d", i))
				o.Duration = took * time.Millisecond
				r.Report(o)
			}
			require.Equal(t, terminal, strings.Contains(out.String(), "3/4  3 failing  slowest 1.5s  … > Number 1"), "%s: %q", name, out.String())
			require.NoError(t, r.End(report.Summary{Interrupted: true, NotRun: 1}))
			_, last, _ := strings.Cut(out.String(), "3/4")
			require.Equal(t, terminal, strings.Contains(last, "\r\x1b[K"), "it is gone at the end")
		}
	}
}

// TestManyOutcomesStayQuick holds that the work is linear: what is written for 10,000 outcomes is ten times
// what is written for 1,000, also where it is written in place.
func TestManyOutcomesStayQuick(t *testing.T) {
	t.Parallel()
	for _, name := range texts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			few, many := writtenFor(t, name, 1000), writtenFor(t, name, 10_000)
			assert.Less(t, many, 12*few, "%d bytes, and %d", few, many)
		})
	}
}

// counter counts the bytes that are written to it, in whatever way.
type counter struct{ n int }

func (c *counter) Write(b []byte) (int, error)            { c.n += len(b); return len(b), nil }
func (c *counter) WriteAt(b []byte, _ int64) (int, error) { return c.Write(b) }
func (c *counter) Truncate(int64) error                   { return nil }

var _ io.Writer = (*counter)(nil)

func writtenFor(t *testing.T, name string, n int) int {
	t.Helper()
	c := &counter{}
	r := reporter(t, name, report.Options{Out: c, File: c, Terminal: true, Width: 100, Color: true})
	r.Begin(report.Plan{Transactions: n})
	var s report.Summary
	for i := range n {
		o := failure(`{"id": 1}`, `{"id": 2}`, transaction.Finding{ID: "body-value-mismatch", Field: "body", Pointer: "/id", Message: "m"})
		o.Transaction.Name = transaction.Name(fmt.Sprintf("Number %06d", i))
		if i%3 > 0 {
			o.Status, o.Findings = transaction.Pass, nil
		}
		r.Report(o)
		s.Stats.Add(o.Status)
	}
	began := time.Now()
	require.NoError(t, r.End(s))
	require.Less(t, time.Since(began), 20*time.Second)
	return c.n
}
