package report_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// programs are the reporters whose documents are for other programs.
var programs = []string{"xunit", "junit", "json", "jsonl", "sarif", "github"}

// documentOptions are those of a run on a known machine at a known time.
func documentOptions(t testing.TB) report.Options {
	t.Helper()
	return report.Options{
		Version: "1.2.3", Hostname: "build-7", Dir: "/src/api",
		Now:    func() time.Time { return time.Date(2026, 11, 23, 13, 22, 1, 0, time.UTC) },
		Getenv: func(name string) string { return map[string]string{"GITHUB_WORKSPACE": "/src"}[name] },
		Rules: []report.Rule{
			{ID: "body-missing-key", Group: "Body", Means: "A key is missing.", Remedy: "Send it.", Example: `documented  {"a": 1}`},
			{ID: "status-code-mismatch", Group: "Status code", Means: "Another status code came.", Remedy: "Look at the body."},
		},
		Rerun: func(o transaction.Outcome) string {
			return "bailiff run --only '" + string(o.Transaction.Name) + "'"
		},
	}
}

// sample is a run with one of everything.
func sample() (report.Plan, []transaction.Outcome, report.Summary) {
	plan := report.Plan{
		Transactions: 8, Descriptions: []string{"api.apib"}, Server: "http://127.0.0.1:3000", Match: transaction.MatchValue,
		Annotations: []transaction.Annotation{{
			Severity: transaction.SeverityWarning, Component: "apiDescriptionParser", Message: "no headers specified",
			At: transaction.Position{File: "api.apib", Line: 3, Column: 1},
		}},
		Warnings: []string{"a hook matches nothing"},
	}
	at := func(line int) transaction.Position {
		return transaction.Position{File: "api.apib", Line: line, Column: 9}
	}
	topic := func(method, uri string, status int) *transaction.Transaction {
		return &transaction.Transaction{
			Name:   transaction.Name("Topics > Topic > " + method),
			Origin: transaction.Origin{Filename: "api.apib", APIName: "API", ResourceGroupName: "Topics", ResourceName: "Topic", ActionName: method},
			Request: transaction.Request{Method: method, URI: uri, Headers: transaction.Headers{
				{Name: "Authorization", Value: "Bearer very-secret-token-1"},
			}},
			FullPath: "/v1" + uri,
			Expected: transaction.Response{StatusCode: status, Body: `{"id": "1", "name": null}`},
		}
	}
	answered := func(t *transaction.Transaction, status int, body string) *transaction.Transaction {
		t.Real = &transaction.Response{StatusCode: status, Body: body, Headers: transaction.Headers{{Name: "Content-Type", Value: "application/json"}}}
		return t
	}
	started := time.Date(2026, 11, 23, 13, 22, 2, 0, time.UTC)
	outcomes := []transaction.Outcome{
		{Transaction: answered(topic("GET", "/topics/1", 200), 200, `{"id": "1", "name": null}`), Status: transaction.Pass, Started: started, Duration: 12345 * time.Microsecond},
		{
			Transaction: answered(topic("PATCH", "/topics/1", 200), 500, `{"id": "1"} <![CDATA[ ]]> & "x"`), Status: transaction.Fail, Duration: 2 * time.Millisecond,
			Source: transaction.Source{Action: at(10), Response: at(14)},
			Findings: []transaction.Finding{
				{ID: "status-code-mismatch", Field: "statusCode", Message: "Expected status code '200', but got '500'.", Expected: "200", Real: "500", HasExpected: true, HasReal: true, At: at(14)},
				{ID: "body-missing-key", Field: "body", Pointer: "/name", Message: "At '/name' Missing required property: name", Expected: nil, HasExpected: true, At: at(18)},
				{ID: "body-value-mismatch", Severity: transaction.SeverityWarning, Field: "body", Pointer: "/n", Message: "is not the documented value", Expected: json.Number("1"), Real: map[string]any{"a": []any{nil, true}}, HasExpected: true, HasReal: true},
			},
		},
		{
			Transaction: answered(topic("GET", "/topics/1", 200), 200, "{}"), Status: transaction.Pass, Duration: time.Millisecond,
			Findings: []transaction.Finding{{ID: "documented-body-not-json", Severity: transaction.SeverityWarning, Field: "body", Message: "the documented body is not JSON", At: at(30)}},
		},
		{Transaction: answered(topic("PUT", "/topics/1", 200), 200, "\xff\xfe\x00binary"), Status: transaction.Fail, Reason: "said the hook: 50%\nwith more, and: colons", Duration: time.Millisecond, Source: transaction.Source{Action: at(40)}},
		{Transaction: topic("DELETE", "/topics/1", 204), Status: transaction.Error, Reason: "connect: connection refused", Source: transaction.Source{Action: transaction.Position{File: "/elsewhere/api.apib", Line: 50}}},
		{Transaction: topic("POST", "/topics", 201), Status: transaction.Skip, Reason: "a hook skipped it"},
		{Transaction: topic("HEAD", "/topics", 200), Status: transaction.Skip, Unselected: true, Reason: "not selected by --method"},
	}
	stats := transaction.Stats{Errors: 1}
	for _, o := range outcomes {
		stats.Add(o.Status)
	}
	return plan, outcomes, report.Summary{
		Stats: stats, Duration: 113 * time.Millisecond, NotRun: 1, Interrupted: true,
		HookErrors: []string{"afterAll: cannot clean up\n  at hooks.js:3"}, Notes: []string{"a note"},
	}
}

// write reports a run to nothing but o.
func write(t testing.TB, name string, o report.Options, plan report.Plan, outcomes []transaction.Outcome, sum report.Summary) {
	t.Helper()
	r, err := report.New(name, o)
	require.NoError(t, err)
	r.Begin(plan)
	for _, outcome := range outcomes {
		r.Report(outcome)
	}
	require.NoError(t, r.End(sum))
}

func TestDocumentsGolden(t *testing.T) {
	t.Parallel()
	for _, name := range programs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, outcomes, sum := sample()
			var out bytes.Buffer
			o := documentOptions(t)
			o.Out = &out
			summary := &memory{}
			if name == "github" {
				o.File = summary
			}
			write(t, name, o, plan, outcomes, sum)
			valid(t, name, out.Bytes())
			if len(summary.data) > 0 {
				fmt.Fprintf(&out, "-- summary --\n%s", summary.data)
			}
			require.NotContains(t, out.String(), "very-secret-token-1")

			golden := filepath.Join("testdata", "documents", name)
			if *update {
				require.NoError(t, os.WriteFile(golden, out.Bytes(), 0o644))
			}
			want, err := os.ReadFile(golden)
			require.NoError(t, err)
			if diff := cmp.Diff(string(want), out.String()); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		})
	}
}

// memory is a file.
type memory struct {
	data  []byte
	check func([]byte)
}

func (m *memory) WriteAt(b []byte, at int64) (int, error) {
	if need := int(at) + len(b); need > len(m.data) {
		m.data = append(m.data, make([]byte, need-len(m.data))...)
	}
	copy(m.data[at:], b)
	if m.check != nil {
		m.check(m.data)
	}
	return len(b), nil
}

func (m *memory) Truncate(size int64) error {
	m.data = m.data[:size]
	return nil
}

// TestDocumentsAreValidAfterEachWrite looks at the file as a crash after any write would leave it, and
// at its end, which must be what comes without a file.
func TestDocumentsAreValidAfterEachWrite(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"junit", "json", "jsonl", "sarif"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			writes := 0
			file := &memory{check: func(b []byte) {
				writes++
				valid(t, name, b)
			}}
			plan, outcomes, sum := sample()
			o := documentOptions(t)
			o.File = file
			write(t, name, o, plan, outcomes, sum)
			require.Greater(t, writes, len(outcomes))

			var out bytes.Buffer
			o.File, o.Out = nil, &out
			write(t, name, o, plan, outcomes, sum)
			require.Equal(t, out.String(), string(file.data))
		})
	}
}

// TestDocumentsOfNothing are those of runs that end before they begin.
func TestDocumentsOfNothing(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"junit", "json", "sarif"} {
		file := &memory{}
		o := documentOptions(t)
		o.File = file
		_, err := report.New(name, o)
		require.NoError(t, err)
		valid(t, name, file.data)
	}
}

// TestDocumentsDoNotGrowMemory has a file take what a buffer would.
func TestDocumentsDoNotGrowMemory(t *testing.T) {
	t.Parallel()
	plan, outcomes, _ := sample()
	outcomes[1].Transaction.Real.Body = strings.Repeat("x", 1<<16)
	for _, name := range []string{"junit", "json", "jsonl", "sarif"} {
		file, err := os.Create(filepath.Join(t.TempDir(), name))
		require.NoError(t, err)
		o := documentOptions(t)
		o.File = file
		r, err := report.New(name, o)
		require.NoError(t, err)
		r.Begin(plan)
		for range 12 {
			r.Report(outcomes[1])
		}
		require.Less(t, held(t, r), 1<<16, name)
		require.NoError(t, file.Close())
	}
}

// valid checks a document against its schema.
func valid(t testing.TB, name string, document []byte) {
	t.Helper()
	switch name {
	case "xunit", "junit":
		wellFormed(t, document)
	case "json":
		ours(t, "", document)
	case "jsonl":
		for line := range bytes.Lines(document) {
			ours(t, "#/$defs/event", line)
		}
	case "sarif":
		var log map[string]any
		require.NoError(t, json.Unmarshal(document, &log), "%s", document)
	}
}

// wellFormed reads XML to its end. encoding/xml refuses what XML 1.0 forbids.
func wellFormed(t testing.TB, document []byte) {
	t.Helper()
	d := xml.NewDecoder(bytes.NewReader(document))
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			require.Zero(t, depth)
			return
		}
		require.NoError(t, err, "%s", document)
		switch token.(type) {
		case xml.StartElement:
			depth++
		case xml.EndElement:
			depth--
		}
	}
}

// ours checks against a part of docs/report.schema.json.
func ours(t testing.TB, part string, document []byte) {
	t.Helper()
	schemas, err := ourSchemas()
	require.NoError(t, err)
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(document))
	require.NoError(t, err, "%s", document)
	require.NoError(t, schemas[part].Validate(value), "%s", document)
}

// ourSchemas are the parts that documents are checked against.
var ourSchemas = sync.OnceValues(func() (map[string]*jsonschema.Schema, error) {
	all := map[string]*jsonschema.Schema{}
	for _, part := range []string{"", "#/$defs/event"} {
		schema, err := compiled(filepath.Join("..", "..", "..", "docs", "report.schema.json"), part)
		if err != nil {
			return nil, err
		}
		all[part] = schema
	}
	return all, nil
})

func compiled(file, part string) (*jsonschema.Schema, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("urn:schema", value); err != nil {
		return nil, err
	}
	return c.Compile("urn:schema" + part)
}

// lacks ends a test that needs something of the machine: it is skipped, but not in CI.
func lacks(t testing.TB, how string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(how)
	}
	t.Skip(how)
}

func TestJUnitSchema(t *testing.T) {
	t.Parallel()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		lacks(t, "to check JUnit documents: install xmllint (Debian: libxml2-utils)")
	}
	check := func(document []byte) (string, error) {
		lint := exec.CommandContext(t.Context(), tool, "--noout", "--schema", "testdata/schemas/junit.xsd", "-")
		lint.Stdin = bytes.NewReader(document)
		out, err := lint.CombinedOutput()
		return string(out), err
	}
	plan, outcomes, sum := sample()
	for _, name := range []string{"xunit", "junit"} {
		file := &memory{check: func(b []byte) {
			out, err := check(b)
			require.NoError(t, err, "%s\n%s", out, b)
		}}
		o := documentOptions(t)
		o.File = file
		o.Details = name == "xunit"
		write(t, name, o, plan, outcomes, sum)
		_, err := check(bytes.Replace(file.data, []byte("skipped="), []byte("skip="), 1))
		require.Error(t, err, "the schema refuses what Dredd writes")
	}
}

// sarifModule has the schema of OASIS among its test data.
const sarifModule = "github.com/securego/gosec/v2"

func TestSARIFSchema(t *testing.T) {
	t.Parallel()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-modfile=tools/go.mod", "-f", "{{.Dir}}", sarifModule)
	list.Dir = filepath.Join("..", "..", "..")
	dir, err := list.Output()
	file := filepath.Join(strings.TrimSpace(string(dir)), "report", "sarif", "testdata", "sarif-schema-2.1.0.json")
	if _, stat := os.Stat(file); err != nil || stat != nil {
		lacks(t, "to have the schema of SARIF: go mod download -modfile=tools/go.mod "+sarifModule)
	}
	schema, err := compiled(file, "")
	require.NoError(t, err)
	check := func(b []byte) error {
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(b))
		require.NoError(t, err)
		return schema.Validate(value)
	}
	plan, outcomes, sum := sample()
	out := &memory{check: func(b []byte) { require.NoError(t, check(b), "%s", b) }}
	o := documentOptions(t)
	o.File = out
	write(t, "sarif", o, plan, outcomes, sum)
	require.Error(t, check(bytes.Replace(out.data, []byte("startLine"), []byte("line"), 1)))
}
