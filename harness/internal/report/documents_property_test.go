package report_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// hostile is an outcome with text wherever a server or a description can put some.
func hostile(text string, status transaction.Status) transaction.Outcome {
	headers := transaction.Headers{{Name: text, Value: text}, {Name: "Content-Type", Value: text}}
	response := transaction.Response{StatusCode: 200, Headers: headers, Body: text, Schema: text}
	real := response
	at := transaction.Position{File: text, Line: len(text), Column: -1}
	return transaction.Outcome{
		Status: status, Reason: text, Duration: time.Duration(len(text)) * time.Second,
		Source: transaction.Source{Action: at, Response: at},
		Transaction: &transaction.Transaction{
			Name:     transaction.Name(text),
			Origin:   transaction.Origin{Filename: text, APIName: text, ResourceGroupName: text, ResourceName: text, ActionName: text, ExampleName: text},
			Request:  transaction.Request{Method: text, URI: text, Headers: headers, Body: text},
			FullPath: text, Expected: response, Real: &real,
		},
		Findings: []transaction.Finding{
			{ID: "body-missing-key", Field: "body", Pointer: text, SchemaPointer: text, Message: text, Expected: text, Real: map[string]any{text: []any{text, json.Number("1e400"), nil}}, HasExpected: true, HasReal: true, At: at},
			{ID: "header-missing", Severity: transaction.SeverityWarning, Field: "headers", Message: text},
		},
		Excused: []transaction.Excused{{Field: "body", Pointer: text, By: transaction.Volatile{Kind: transaction.KindAny, From: text}}},
	}
}

// hold writes hostile runs with every reporter of programs and checks what comes.
func hold(t testing.TB, text string, status transaction.Status) {
	t.Helper()
	plan := report.Plan{
		Transactions: 1, Descriptions: []string{text}, Server: text, Database: text, Warnings: []string{text},
		Annotations: []transaction.Annotation{{Severity: transaction.SeverityWarning, Component: text, Message: text, At: transaction.Position{File: text, Line: 1}}},
	}
	sum := report.Summary{HookErrors: []string{text}, Notes: []string{text}, NotRun: 1}
	for _, name := range programs {
		var out bytes.Buffer
		o := documentOptions(t)
		o.Out, o.Hostname, o.Details = &out, text, true
		o.Rerun = func(transaction.Outcome) string { return text }
		if name == "github" {
			o.File = &memory{}
		}
		write(t, name, o, plan, []transaction.Outcome{hostile(text, status), {Status: status}}, sum)
		require.True(t, utf8.Valid(out.Bytes()), name)
		valid(t, name, out.Bytes())
		if name == "github" {
			for line := range strings.Lines(out.String()) {
				require.Regexp(t, `^::(error|warning|notice) ((file|line|col|title)=[^\r\n:,]*,?)+::[^\r\n]*\n$`, line)
			}
		}
	}
}

// bytesAnd draws bytes, and pieces that mean something in one of the formats.
func bytesAnd() *rapid.Generator[string] {
	piece := rapid.OneOf(
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }),
		rapid.String(),
		rapid.SampledFrom([]string{"]]>", "<![CDATA[", "<!--", "</testcase>", "&#0;", "\x00", "\ufffe", "\u2028", "::error::", "%0A", "\r\n", `\u0000`, "\"", "|", "`"}),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 4), func(ps []string) string { return strings.Join(ps, "") })
}

func TestDocumentsTakeAnyBytes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		text := bytesAnd().Draw(r, "text")
		status := rapid.SampledFrom([]transaction.Status{transaction.Pass, transaction.Fail, transaction.Error, transaction.Skip}).Draw(r, "status")
		hold(t, text, status)
	})
}

func FuzzDocuments(f *testing.F) {
	f.Add("]]><a>&\x00\xff\r\n::error::%0A,:")
	f.Fuzz(func(t *testing.T, text string) { hold(t, text, transaction.Fail) })
}

// childFolder names the folder that the process which is to be killed writes to.
const childFolder = "BAILIFF_TEST_REPORTS"

// TestDocumentsOfAKilledRun kills a process that reports, in the middle of its run.
func TestDocumentsOfAKilledRun(t *testing.T) {
	t.Parallel()
	if folder := os.Getenv(childFolder); folder != "" {
		reportAndWait(t, folder)
		return
	}
	folder := t.TempDir()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestDocumentsOfAKilledRun$")
	child.Env = append(os.Environ(), childFolder+"="+folder)
	_, err := child.StdinPipe() // nothing comes, so that the child waits
	require.NoError(t, err)
	stdout, err := child.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, child.Start())
	ready := make([]byte, len("ready"))
	_, err = stdout.Read(ready)
	require.NoError(t, err)
	require.Equal(t, "ready", string(ready))
	require.NoError(t, child.Process.Kill())
	require.Error(t, child.Wait())

	for _, name := range []string{"junit", "json", "jsonl", "sarif"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		require.NoError(t, err)
		valid(t, name, text)
		for i := range 3 {
			require.Contains(t, string(text), fmt.Sprintf("/killed/%s/%d", name, i), "what was done is there")
		}
	}
	text, err := os.ReadFile(filepath.Join(folder, "json"))
	require.NoError(t, err)
	require.Contains(t, string(text), `"complete":false`)
}

// reportAndWait is the process that is killed.
func reportAndWait(t *testing.T, folder string) {
	t.Helper()
	for _, name := range []string{"junit", "json", "jsonl", "sarif"} {
		file, err := os.Create(filepath.Join(folder, name))
		require.NoError(t, err)
		r, err := report.New(name, report.Options{File: file})
		require.NoError(t, err)
		r.Begin(report.Plan{Transactions: 10})
		for i := range 3 {
			r.Report(transaction.Outcome{
				Status: transaction.Fail, Findings: []transaction.Finding{{ID: "body-missing", Field: "body", Message: "none"}},
				Transaction: &transaction.Transaction{Request: transaction.Request{Method: "GET", URI: fmt.Sprintf("/killed/%s/%d", name, i)}},
			})
		}
	}
	_, err := os.Stdout.WriteString("ready")
	require.NoError(t, err)
	_, _ = os.Stdin.Read(make([]byte, 1)) // until killed
}
