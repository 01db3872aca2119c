package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// excerpt is what is printed of a file around a place.
func excerpt(t *testing.T, o transaction.Outcome, at transaction.Position, lines ...string) string {
	t.Helper()
	s, err := sanitize.New(sanitize.Config{Pointers: []string{"/codes/*"}})
	require.NoError(t, err)
	o.Status, o.Source.Response = transaction.Fail, at
	return report.Detail(o, report.Options{Sanitize: s, Width: 80, Excerpt: func(transaction.Position) ([]string, bool) { return lines, true }})
}

func TestExcerptHidesWhatStandsBelowASecret(t *testing.T) {
	t.Parallel()
	got := excerpt(t, transaction.Outcome{}, transaction.Position{File: "a", Line: 5}, "    {", `      "client_secret": {`, `        "a": {`, `          "id": "HIDDEN",`, `          "b": "HIDDEN"`, "        }")
	assert.NotContains(t, got, "HIDDEN")
	assert.Contains(t, got, `>     5 |           "b": "[masked]"`)
	o := transaction.Outcome{Transaction: &transaction.Transaction{
		Expected: transaction.Response{Body: `{"codes":["CODEONE"]}`}, Real: &transaction.Response{Body: `{"codes":["CODETWO"]}`},
	}}
	got = excerpt(t, o, transaction.Position{File: "a", Line: 2}, `"codes": [`, `"CODEONE"`, "]")
	assert.Contains(t, got, `>     2 | "[masked]"`)
}

func TestExcerptShowsTheColumn(t *testing.T) {
	t.Parallel()
	line := `{"password": "HIDDEN HIDDEN HIDDEN", ` + strings.Repeat(`"a": "é", `, 1000) + `"here": "HERE", ` + strings.Repeat(`"b": 1, `, 1000) + `"c": 2}`
	column := len([]rune(line[:strings.Index(line, `"here"`)])) + 1
	got := excerpt(t, transaction.Outcome{}, transaction.Position{File: "a", Line: 1, Column: column}, line)
	assert.Contains(t, got, `"here": "HERE"`)
	assert.Contains(t, got, "characters]")
	for _, l := range strings.Split(got, "\n") {
		assert.LessOrEqual(t, len([]rune(l)), 80+15)
	}
	got = excerpt(t, transaction.Outcome{}, transaction.Position{File: "a", Line: 1, Column: 2}, line)
	assert.Contains(t, got, `{"password": "[masked]"`)
	huge := strings.Repeat(`"a": 1, `, 50_000) + `"here": "HERE", ` + strings.Repeat(`"a": 1, `, 50_000)
	got = excerpt(t, transaction.Outcome{}, transaction.Position{File: "a", Line: 1, Column: strings.Index(huge, `"here"`) + 1}, huge)
	assert.Contains(t, got, `"here": "HERE"`)
	for _, column := range []int{0, 1, len(huge), 10 * len(huge)} {
		assert.NotEmpty(t, excerpt(t, transaction.Outcome{}, transaction.Position{File: "a", Line: 1, Column: column}, huge))
	}
}

func TestAKeyThatIsDocumentedTwiceIsShownOnce(t *testing.T) {
	t.Parallel()
	o := transaction.Outcome{
		Status:      transaction.Fail,
		Transaction: &transaction.Transaction{Expected: transaction.Response{StatusCode: 200, Body: `{"dup":0,"dup":2}`}, Real: &transaction.Response{StatusCode: 200, Body: `{"dup":1}`}},
		Findings: []transaction.Finding{
			{ID: "body-value-mismatch", Field: "body", Pointer: "/dup", Message: "Expected 2, but got 1", HasExpected: true, HasReal: true},
			{ID: "documented-duplicate-key", Field: "body", Pointer: "/dup", Message: "the key comes twice", Severity: transaction.SeverityWarning},
		},
	}
	got := report.Detail(o, report.Options{})
	assert.Equal(t, 1, strings.Count(got, `+   "dup": 1`), got)
	assert.Equal(t, 1, strings.Count(got, `-   "dup": 2`), got)
	assert.NotContains(t, got, `"dup": 0`)
}
