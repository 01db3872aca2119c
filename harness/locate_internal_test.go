package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// indented is a document of lines that are indented by four spaces, and begin in its line 11.
func indented(text string) (transaction.Lines, func(transaction.Position) (string, bool)) {
	rows := strings.Split(text, "\n")
	var lines transaction.Lines
	for i, row := range rows {
		column := 5 + len(row) - len(strings.TrimLeft(row, " "))
		lines = append(lines, transaction.Run{From: i + 1, At: transaction.Position{File: "a", Line: 11 + i, Column: column}})
	}
	return lines, func(at transaction.Position) (string, bool) {
		if at.File != "a" || at.Line < 11 || at.Line-11 >= len(rows) {
			return "", false
		}
		return "    " + rows[at.Line-11], true
	}
}

func TestPlace(t *testing.T) {
	t.Parallel()
	const (
		body   = "{\n  \"a\": {\"b\": 1, \"č\": [1, {\"x\": 2}]}\n}"
		schema = "{\n  \"type\": \"object\", \"required\": [\"a\"]\n}"
		text   = "first\nsecond žlutá line\n  third"
		xml    = "<a>\n  <b><c>1</c><d>2</d></b>\n</a>"
	)
	tests := []struct {
		name, contentType, text string
		finding                 transaction.Finding
		want                    string
	}{
		{"status code", "", "", transaction.Finding{ID: "status-code-mismatch", Field: "statusCode"}, "a:2"},
		{"header", "", "", transaction.Finding{ID: "header-missing", Field: "headers", Pointer: "X-Own"}, "a:4:13"},
		{"header with a pointer", "", "", transaction.Finding{ID: "header-missing", Field: "headers", Pointer: "/x-~0own"}, "a:5:13"},
		{"a header that is not documented", "", "", transaction.Finding{ID: "header-missing", Field: "headers", Pointer: "/x-other"}, "a:2"},
		{"the whole body", "application/json", body, transaction.Finding{ID: "body-type-mismatch", Field: "body"}, "a:11:5"},
		{"a key that begins its line", "application/json", body, transaction.Finding{ID: "body-missing-key", Field: "body", Pointer: "/a"}, "a:12:7"},
		{"a key in its line", "application/json", body, transaction.Finding{ID: "body-missing-key", Field: "body", Pointer: "/a/b"}, "a:12:13"},
		{"an item in its line", "application/json", body, transaction.Finding{ID: "body-missing-key", Field: "body", Pointer: "/a/č/1"}, "a:12:30"},
		{"an item that the documentation has", "application/json", body, transaction.Finding{ID: "body-missing-item", Field: "body", Pointer: "/a/č/1"}, "a:12:30"},
		{"an item that the documentation lacks", "application/json", body, transaction.Finding{ID: "body-undocumented-item", Field: "body", Pointer: "/a/č/1"}, "a:12:21"},
		{"JSON with such an item that is called text", "text/plain", body, transaction.Finding{ID: "body-undocumented-item", Field: "body", Pointer: "/a/č/0"}, "a:12:21"},
		{"an item that a list lacks that is the body", "application/json", "[\n  1\n]", transaction.Finding{ID: "body-undocumented-item", Field: "body", Pointer: "/0"}, "a:11:5"},
		{"JSON that is called text", "text/plain", body, transaction.Finding{ID: "body-missing-key", Field: "body", Pointer: "/a/b"}, "a:12:13"},
		{"a key that the documentation lacks", "application/json", body, transaction.Finding{ID: "body-extra-key", Field: "body", Pointer: "/a/none"}, "a:12:7"},
		{"text", "text/plain", text, transaction.Finding{ID: "body-text-mismatch", Field: "body", Real: "first\nsecond žlutý line\n", HasReal: true}, "a:12:16"},
		{"text that is shorter", "text/plain", text, transaction.Finding{ID: "body-text-mismatch", Field: "body", Real: "first\nsecond", HasReal: true}, "a:12:11"},
		{"text that begins otherwise", "text/plain", text, transaction.Finding{ID: "body-text-mismatch", Field: "body", Real: "", HasReal: true}, "a:11:5"},
		{"text in the middle of a character", "text/plain", "\xc5\xbe", transaction.Finding{ID: "body-text-mismatch", Field: "body", Real: "\xc5\xbd", HasReal: true}, "a:11:5"},
		{"no real text", "text/plain", text, transaction.Finding{ID: "body-missing", Field: "body"}, "a:11:5"},
		{"XML", "application/xml", xml, transaction.Finding{ID: "body-value-mismatch", Field: "body", Pointer: "/a/b/0/d/0"}, "a:12:18"},
		{"a keyword", "application/json", body, transaction.Finding{ID: "body-schema-type", Field: "body", SchemaPointer: "/type"}, "a:22:7"},
		{"a keyword in its line", "application/json", body, transaction.Finding{ID: "body-schema-required", Field: "body", SchemaPointer: "/required"}, "a:22:25"},
		{"a schema that is wrong", "application/json", body, transaction.Finding{ID: "schema-invalid", Field: "body"}, "a:21:5"},
		{"a place that is known", "application/json", body, transaction.Finding{ID: "body-schema-type", Field: "body", SchemaPointer: "/type", At: transaction.Position{File: "types.json", Line: 3}}, "types.json:3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines, line := indented(tt.text)
			schemaLines, schemaLine := indented(strings.Repeat("\n", 10) + schema)
			schemaRuns := make(transaction.Lines, 0, 3)
			for i := range 3 {
				schemaRuns = append(schemaRuns, transaction.Run{From: i + 1, At: schemaLines.At(i + 11)})
			}
			doc := documented{
				Transaction: &transaction.Transaction{Expected: transaction.Response{Body: tt.text, Schema: schema}},
				locate: func() (transaction.Source, error) {
					return transaction.Source{
						Action: transaction.Position{File: "a", Line: 1}, Response: transaction.Position{File: "a", Line: 2},
						Headers: map[string]transaction.Position{"x-own": {File: "a", Line: 4, Column: 13}, "x-~own": {File: "a", Line: 5, Column: 13}},
						Body:    lines, Schema: schemaRuns,
					}, nil
				},
				line: func(at transaction.Position) (string, bool) {
					if at.Line > 20 {
						return schemaLine(at)
					}
					return line(at)
				},
			}
			doc.Expected.Headers.Set("Content-Type", tt.contentType)
			o := &transaction.Outcome{Status: transaction.Fail, Findings: []transaction.Finding{tt.finding}}
			(&Session{}).locate(t.Context(), doc, o)
			assert.Equal(t, tt.want, o.Findings[0].At.String())
			assert.Equal(t, "a:2", o.Source.Response.String())
		})
	}
}

// TestColumnIsNotGuessed asks for the second key of a line that the documentation does not have so.
func TestColumnIsNotGuessed(t *testing.T) {
	t.Parallel()
	const body = `{"a": 1, "b": 2}`
	at := transaction.Position{File: "a", Line: 3, Column: 9}
	tests := []struct {
		name, written string
		known         bool
		want          string
	}{
		{"as it is", `        {"a": 1, "b": 2} `, true, "a:3:18"},
		{"another spelling", `        {'a': 1, 'b': 2}`, true, "a:3"},
		{"elsewhere", `  {"a": 1, "b": 2}`, true, "a:3"},
		{"a short line", `  {`, true, "a:3"},
		{"a file that is not at hand", "", false, "a:3"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			f := &finder{
				source:   transaction.Source{Body: transaction.Lines{{From: 1, At: at}}},
				line:     func(transaction.Position) (string, bool) { return tt.written, tt.known },
				expected: transaction.Response{Body: body, Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}}},
			}
			assert.Equal(t, tt.want, f.place(transaction.Finding{Field: "body", Pointer: "/b"}).String())
			assert.Equal(t, "a:3:9", f.place(transaction.Finding{Field: "body", Pointer: ""}).String())
		})
	}
}

// TestBrokenSchemaHasTheLineOfItsFault looks for a finding about a schema that is not JSON.
func TestBrokenSchemaHasTheLineOfItsFault(t *testing.T) {
	t.Parallel()
	f := &finder{
		source:   transaction.Source{Schema: transaction.Lines{{From: 1, At: transaction.Position{File: "a", Line: 30, Column: 9}}}},
		line:     func(transaction.Position) (string, bool) { return "", false },
		expected: transaction.Response{Schema: "{\n\"type\":\n \"object\",}\n"},
	}
	assert.Equal(t, "a:32", f.place(transaction.Finding{ID: "schema-invalid", Field: "body"}).String())
}

// TestNothingIsLookedForWithoutNeed counts how often places are asked for.
func TestNothingIsLookedForWithoutNeed(t *testing.T) {
	t.Parallel()
	warning := transaction.Finding{ID: "documented-duplicate-key", Severity: transaction.SeverityWarning, Field: "body"}
	tests := []struct {
		name     string
		status   transaction.Status
		findings []transaction.Finding
		want     int
	}{
		{"passed", transaction.Pass, nil, 0},
		{"skipped", transaction.Skip, nil, 0},
		{"passed with a warning", transaction.Pass, []transaction.Finding{warning}, 1},
		{"failed by a hook", transaction.Fail, nil, 1},
		{"could not be carried out", transaction.Error, nil, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			asked := 0
			doc := documented{Transaction: &transaction.Transaction{}, locate: func() (transaction.Source, error) {
				asked++
				return transaction.Source{Action: transaction.Position{File: "a", Line: 7}}, nil
			}}
			o := &transaction.Outcome{Status: tt.status, Findings: tt.findings}
			(&Session{}).locate(t.Context(), doc, o)
			assert.Equal(t, tt.want, asked)
			for _, f := range o.Findings {
				assert.Equal(t, "a:7", f.At.String())
			}
		})
	}
}

// TestManyFindingsInALargeBody places as many findings as a response can have, in bodies of some
// megabytes: of many lines, and of one.
func TestManyFindingsInALargeBody(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]string{"many lines": "\n", "one line": " "} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const keys = 30_000
			var body strings.Builder
			for i := range keys {
				fmt.Fprintf(&body, ",%s\"key%d\": \"%s\"", end, i, strings.Repeat("ž", 50))
			}
			text := "{" + body.String()[1:] + "}"
			rows := strings.Split(text, "\n")
			lines := make(transaction.Lines, len(rows))
			for i := range lines { // every other line, so that each is a run
				lines[i] = transaction.Run{From: i + 1, At: transaction.Position{File: "a", Line: 2*i + 1, Column: 1}}
			}
			f := &finder{
				source:   transaction.Source{Body: lines},
				line:     func(at transaction.Position) (string, bool) { return rows[at.Line/2], true },
				expected: transaction.Response{Body: text, Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}}},
			}
			start := time.Now()
			for i := range 1000 {
				at := f.place(transaction.Finding{Field: "body", Pointer: fmt.Sprintf("/key%d", i*keys/1000)})
				require.NotZero(t, at.Column)
			}
			assert.Less(t, time.Since(start), 10*time.Second) // far less when nothing else runs
		})
	}
}

func TestPlacesThatCannotBeFound(t *testing.T) {
	t.Parallel()
	doc := documented{Transaction: &transaction.Transaction{}, locate: func() (transaction.Source, error) {
		return transaction.Source{}, errors.New("it has changed")
	}}
	o := &transaction.Outcome{Status: transaction.Fail, Findings: []transaction.Finding{{Field: "body"}}}
	(&Session{}).locate(t.Context(), doc, o)
	assert.Equal(t, "find the lines of the documentation: it has changed", o.Reason)

	o = &transaction.Outcome{Status: transaction.Error, Reason: "no connection"}
	(&Session{}).locate(t.Context(), doc, o)
	assert.Equal(t, "no connection\nfind the lines of the documentation: it has changed", o.Reason)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	hang := make(chan struct{})
	doc.locate = func() (transaction.Source, error) { <-hang; return transaction.Source{}, nil }
	o = &transaction.Outcome{Status: transaction.Error, Reason: "no connection"}
	(&Session{}).locate(ctx, doc, o)
	close(hang)
	require.Contains(t, o.Reason, "context canceled")
}
