package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// failed is a transaction with findings of these ids.
func failed(uri string, line int, ids ...string) transaction.Outcome {
	o := transaction.Outcome{
		Status:      transaction.Fail,
		Transaction: &transaction.Transaction{Name: transaction.Name(uri), Request: transaction.Request{Method: "GET", URI: uri}, Expected: transaction.Response{StatusCode: 200}},
	}
	for i, id := range ids {
		o.Findings = append(o.Findings, transaction.Finding{
			ID: id, Field: "body", Pointer: "/" + id, Message: "is wrong: " + id,
			At: transaction.Position{File: "api.apib", Line: line + i},
		})
	}
	return o
}

func reported(t *testing.T, name string, o report.Options, outcomes ...transaction.Outcome) string {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	write(t, name, o, report.Plan{Transactions: len(outcomes)}, outcomes, report.Summary{Stats: transaction.Stats{Failures: len(outcomes)}})
	return out.String()
}

// TestGitHubTellsEachCauseFirst has more failures than GitHub shows, most of them alike.
func TestGitHubTellsEachCauseFirst(t *testing.T) {
	t.Parallel()
	var outcomes []transaction.Outcome
	for i := range 30 {
		outcomes = append(outcomes, failed(fmt.Sprintf("/alike/%d", i), 10*i+10, "body-missing-key", "body-value-mismatch"))
	}
	outcomes = append(outcomes, failed("/other", 900, "body-not-json"))
	out := reported(t, "github", documentOptions(t), outcomes...)

	var places []string
	for line := range strings.Lines(out) {
		if rest, ok := strings.CutPrefix(line, "::error file=api/api.apib,"); ok {
			at, _, _ := strings.Cut(rest, ",")
			places = append(places, at)
		}
	}
	require.Len(t, places, 10)
	assert.Equal(t, []string{"line=900"}, places[1:2], "another cause comes before those like the first: %s", out)
	assert.Contains(t, out, "%0A51 more annotations than GitHub shows")
}

func TestFilesAreNamedFromTheCheckout(t *testing.T) {
	t.Parallel()
	env := func(values map[string]string) func(string) string {
		return func(name string) string { return values[name] }
	}
	tests := map[string]struct {
		dir, file string
		env       map[string]string
		github    string // in the annotation
		sarif     string // the URI
	}{
		"folder of the checkout": {"/src/api", "docs/a b.apib", map[string]string{"GITHUB_WORKSPACE": "/src"}, "file=api/docs/a b.apib,", "api/docs/a%20b.apib"},
		"GitLab":                 {"/src/api", "a.apib", map[string]string{"CI_PROJECT_DIR": "/src"}, "file=api/a.apib,", "api/a.apib"},
		"another checkout":       {"/home/me", "a.apib", map[string]string{"GITHUB_WORKSPACE": "/src"}, "file=a.apib,", "a.apib"},
		"no checkout":            {"/home/me", "./x/../a.apib", nil, "file=a.apib,", "a.apib"},
		"absolute and inside":    {"/home/me", "/home/me/b/a.apib", nil, "file=b/a.apib,", "b/a.apib"},
		"outside":                {"/home/me", "../a.apib", nil, "(../a.apib%3A7)", "../a.apib"},
		"absolute and outside":   {"/home/me", "/etc/a.apib", nil, "(/etc/a.apib%3A7)", "file:///etc/a.apib"},
		"URL":                    {"/home/me", "https://example.com/a.apib", nil, "(https%3A//example.com/a.apib%3A7)", "https://example.com/a.apib"},
		"unknown folder":         {"", "a.apib", nil, "(a.apib%3A7)", "a.apib"},
		"like a scheme":          {"/home/me", "a:b.apib", nil, "file=a%3Ab.apib,", "./a:b.apib"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			outcome := failed("/a", 7, "body-missing-key")
			outcome.Findings[0].At.File = test.file
			o := documentOptions(t)
			o.Dir, o.Getenv = test.dir, env(test.env)
			assert.Contains(t, reported(t, "github", o, outcome), test.github)
			assert.Contains(t, reported(t, "sarif", o, outcome), `"uri":"`+test.sarif+`"`)
		})
	}
}

func TestFingerprintsStayAndDiffer(t *testing.T) {
	t.Parallel()
	prints := func(outcomes ...transaction.Outcome) []string {
		var log struct {
			Runs []struct {
				Results []struct{ PartialFingerprints map[string]string }
			}
		}
		require.NoError(t, json.Unmarshal([]byte(reported(t, "sarif", documentOptions(t), outcomes...)), &log))
		var all []string
		for _, r := range log.Runs[0].Results {
			all = append(all, r.PartialFingerprints["bailiffFinding/v1"])
		}
		return all
	}
	twice := prints(failed("/a", 7, "body-missing-key"), failed("/a", 7, "body-missing-key"), failed("/a", 7, "body-not-json"), failed("/b", 7, "body-missing-key"))
	distinct := map[string]bool{}
	for _, p := range twice {
		distinct[p] = true
	}
	assert.Len(t, distinct, 4, "two of one name have a fingerprint each")
	assert.Equal(t, twice[:1], prints(failed("/a", 99, "body-missing-key")), "lines move")
}

func TestSARIFTellsHowTheRunEnded(t *testing.T) {
	t.Parallel()
	for want, sum := range map[string]report.Summary{
		`"executionSuccessful":true,"exitCode":0,`:  {Stats: transaction.Stats{Passes: 1}},
		`"executionSuccessful":true,"exitCode":1,`:  {Stats: transaction.Stats{Failures: 1}},
		`"executionSuccessful":false,"exitCode":1,`: {Stats: transaction.Stats{Errors: 1}, HookErrors: []string{"x"}},
		`"executionSuccessful":false,"startTime`:    {Interrupted: true},
	} {
		var out bytes.Buffer
		o := documentOptions(t)
		o.Out = &out
		write(t, "sarif", o, report.Plan{}, nil, sum)
		assert.Contains(t, out.String(), want)
	}
}

func BenchmarkDocuments(b *testing.B) {
	for _, name := range []string{"junit", "json", "sarif"} {
		b.Run(name, func(b *testing.B) {
			file := &memory{}
			o := documentOptions(b)
			o.File = file
			r, err := report.New(name, o)
			require.NoError(b, err)
			r.Begin(report.Plan{})
			_, outcomes, _ := sample()
			for b.Loop() {
				r.Report(outcomes[1])
			}
		})
	}
}
