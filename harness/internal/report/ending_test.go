package report_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// endedAs reports a run that ended in a certain way, and returns the document, or what was printed and
// the summary of the job. Without a plan it did not begin.
func endedAs(t *testing.T, name string, plan *report.Plan, sum report.Summary) string {
	t.Helper()
	var out bytes.Buffer
	file := &memory{check: func(b []byte) { valid(t, name, b) }}
	o := documentOptions(t)
	o.Out, o.Err, o.File = &out, &out, file
	r, err := report.New(name, o)
	require.NoError(t, err)
	if plan != nil {
		r.Begin(*plan)
	}
	require.NoError(t, r.End(sum))
	if name == "junit" || name == "xunit" {
		if tool, err := exec.LookPath("xmllint"); err == nil {
			lint := exec.CommandContext(t.Context(), tool, "--noout", "--schema", "testdata/schemas/junit.xsd", "-")
			lint.Stdin = bytes.NewReader(file.data)
			said, err := lint.CombinedOutput()
			require.NoError(t, err, "%s", said)
		}
	}
	return out.String() + string(file.data)
}

// TestEndings looks at what reports say of runs that did not do all that they were to do.
func TestEndings(t *testing.T) {
	t.Parallel()
	plan := &report.Plan{Transactions: 3}
	died := "the handler died: Authorization: Bearer very-secret-token-1\nwith <status> 2"
	bad := []transaction.Annotation{{
		Severity: transaction.SeverityError, Message: "no Authorization: Bearer very-secret-token-1",
		At: transaction.Position{File: "api.apib", Line: 7},
	}}
	for _, tc := range []struct {
		name     string
		plan     *report.Plan
		sum      report.Summary
		reporter string
		want     []string
		not      []string
	}{
		{"no beginning", nil, report.Summary{Error: died}, "junit", []string{`<testsuite name="bailiff" timestamp="2026-11-23T13:22:01Z" hostname="build-7" tests="1" failures="0" errors="1"`, `<error type="run-error" message="the handler died:`, "with &lt;status&gt; 2</error>"}, []string{"did not come to its end"}},
		{"no beginning", nil, report.Summary{Error: died}, "xunit", []string{`tests="1" failures="0" errors="1"`, `classname="Dredd Tests" name="the whole run"`}, nil},
		{"no beginning", nil, report.Summary{Error: died}, "json", []string{`"plan":null`, `"complete":true,"ok":false,"interrupted":false,"error":"the handler died`, `\nwith <status> 2"`}, nil},
		{"no beginning", nil, report.Summary{Error: died}, "jsonl", []string{`{"event":"begin","version":1,`, `"plan":null}`, `{"event":"end","summary":{"complete":true,"ok":false,"interrupted":false,"error":"the handler died`}, nil},
		{"no beginning", nil, report.Summary{Error: died}, "sarif", []string{`"executionSuccessful":false,"exitCode":1,`, `"level":"error","message":{"text":"the handler died`}, nil},
		{"no beginning", nil, report.Summary{Error: died}, "github", []string{"::error title=the run ended with an error::the handler died", "%0Awith <status> 2\n", ", ended with an error\n", "### API contract", "```\nthe handler died"}, nil},
		{"no beginning", nil, report.Summary{Error: died}, "markdown", []string{"This run ended with an error.", "### Error\n\n```\nthe handler died", "with <status> 2"}, []string{"did not begin"}},
		{"no beginning", nil, report.Summary{Error: died}, "html", []string{"This run ended with an error.", "<pre>the handler died", "with &lt;status&gt; 2"}, []string{"did not begin"}},
		{"no beginning", nil, report.Summary{Error: died}, "cli", nil, []string{"complete", "died"}},
		{"no beginning", nil, report.Summary{Error: died}, "dot", nil, []string{"complete", "died", "\n"}},
		{"no beginning", nil, report.Summary{Error: died}, "nyan", nil, []string{"complete", "died", "\n"}},
		{"bad description", nil, report.Summary{Error: died, Annotations: bad}, "json", []string{`"annotations":[{"severity":"error","message":"no Authorization: Bearer [masked]"`}, nil},
		{"bad description", nil, report.Summary{Error: died, Annotations: bad}, "jsonl", []string{`"annotations":[{"severity":"error"`}, nil},
		{"bad description", nil, report.Summary{Error: died, Annotations: bad}, "sarif", []string{`"ruleId":"description-annotation"`, `"startLine":7`, `"level":"error","message":{"text":"the handler died`}, nil},
		{"bad description", nil, report.Summary{Error: died, Annotations: bad}, "github", []string{"::error title=the run ended with an error::", "::error file=api/api.apib,line=7,title=API description::no "}, nil},
		{"half way", plan, report.Summary{Stats: transaction.Stats{Passes: 1}, Error: died, NotRun: 2}, "junit", []string{`errors="1"`, `type="run-error"`, "2 transactions did not run</system-err>"}, nil},
		{"half way", plan, report.Summary{Stats: transaction.Stats{Passes: 1}, Error: died, NotRun: 2}, "json", []string{`"ok":false`, `"error":"the handler died`, `"notRun":2`}, nil},
		{"half way", plan, report.Summary{Stats: transaction.Stats{Passes: 1}, Error: died, NotRun: 2}, "sarif", []string{`"executionSuccessful":false,"exitCode":1`}, nil},
		{"half way", plan, report.Summary{Stats: transaction.Stats{Passes: 1}, Error: died}, "cli", []string{"complete: 1 passing"}, []string{"died"}},
		{"interrupted", plan, report.Summary{Stats: transaction.Stats{Passes: 1}, Interrupted: true, ExitCode: 143, NotRun: 2}, "junit", []string{`errors="1"`, `<error type="run-interrupted" message="the run was interrupted; 2 transactions did not run">`}, []string{"run-unfinished"}},
		{"interrupted", plan, report.Summary{Interrupted: true, ExitCode: 143}, "sarif", []string{`"executionSuccessful":false,"exitCode":143,`}, nil},
		{"interrupted, exit code unknown", plan, report.Summary{Interrupted: true}, "sarif", []string{`"executionSuccessful":false,"startTimeUtc"`}, []string{"exitCode"}},
		{"interrupted and died", nil, report.Summary{Interrupted: true, Error: died}, "junit", []string{`tests="2" failures="0" errors="2"`, `name="the whole run" `, `name="the whole run #2" `}, nil},
		{"all is well", plan, report.Summary{Stats: transaction.Stats{Passes: 3}, Duration: time.Second}, "junit", []string{`errors="0"`}, []string{"whole run", "system-err"}},
		{"all is well", plan, report.Summary{Stats: transaction.Stats{Passes: 3}}, "json", []string{`"ok":true`}, []string{`"error"`}},
		{"all is well", plan, report.Summary{Stats: transaction.Stats{Passes: 3}}, "sarif", []string{`"executionSuccessful":true,"exitCode":0`}, nil},
	} {
		t.Run(strings.Join([]string{tc.name, tc.reporter}, ", "), func(t *testing.T) {
			t.Parallel()
			got := endedAs(t, tc.reporter, tc.plan, tc.sum)
			for _, want := range tc.want {
				assert.Contains(t, got, want)
			}
			for _, not := range append(tc.not, "very-secret-token-1") {
				assert.NotContains(t, got, not)
			}
		})
	}
}

// TestCrashIsNoSuccess looks at a document that nobody ended.
func TestCrashIsNoSuccess(t *testing.T) {
	t.Parallel()
	file := &memory{}
	o := documentOptions(t)
	o.File = file
	r, err := report.New("junit", o)
	require.NoError(t, err)
	r.Begin(report.Plan{Transactions: 2})
	_, outcomes, _ := sample()
	r.Report(outcomes[0])
	require.Contains(t, string(file.data), `tests="2" failures="0" errors="1"`)
	require.Contains(t, string(file.data), `<error type="run-unfinished" message="the run did not come to its end">`)
}
