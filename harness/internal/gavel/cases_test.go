package gavel_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var update = flag.Bool("update", false, "rewrite the findings in testdata")

// A case is a txtar file: options in its comment, the documented and the real response as on the
// wire, perhaps a schema and, under "refer/", files that it may refer to, and the findings.
//
//	match value
//	volatile /data/**/created-at date-time
//	volatile-header Location regexp /things/\d+
//	explain
//	problem body-cut-off The body ended after 1 of 2 bytes.
//	base64
//	-- expected --
//	200
//	Content-Type: application/json
//
//	{"a": 1}
//	-- real --
//	...
//	-- findings --
func TestCases(t *testing.T) {
	t.Parallel()
	files := caseFiles(t)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.ToSlash(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			c := readCase(t, file)
			r := c.check()
			got, excused := writeFindings(t, r.Findings), writeExcused(r.Excused)
			if *update {
				c.write(t, got, excused)
				return
			}
			require.Empty(t, cmp.Diff(c.want, got), "(-want +got); go test -update rewrites the file")
			require.Empty(t, cmp.Diff(c.excused, excused), "excused (-want +got); go test -update rewrites the file")
		})
	}
}

func caseFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/*/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	return files
}

type testCase struct {
	file           string
	archive        *txtar.Archive
	options        gavel.Options
	expected, real transaction.Response
	want           string
	excused        string
}

func (c testCase) check() gavel.Result { return gavel.New().Check(c.expected, c.real, c.options) }

func readCase(t *testing.T, file string) testCase {
	t.Helper()
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	c := testCase{file: file, archive: a}
	packed := false
	for line := range strings.Lines(string(a.Comment)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case words[0] == "match":
			c.options.Match, err = transaction.ParseMatch(words[1])
			require.NoError(t, err)
		case words[0] == "volatile", words[0] == "volatile-header":
			v := transaction.Volatile{Pointer: words[1], Kind: transaction.Kind(words[2])}
			if words[0] == "volatile-header" {
				v.Header, v.Pointer = words[1], ""
			}
			if len(words) > 3 {
				v.Pattern = words[3]
			}
			c.options.Volatile = append(c.options.Volatile, v)
		case words[0] == "from": // of the declaration before
			c.options.Volatile[len(c.options.Volatile)-1].From = words[1]
		case words[0] == "explain":
			c.options.Explain = true
		case words[0] == "no-defaults":
			c.options.NoDefaults = true
		case words[0] == "problem": // of the real body
			c.real.Problem = &transaction.Problem{ID: words[1], Message: strings.Join(words[2:], " ")}
		case words[0] == "base64": // are both bodies, without line breaks
			packed = true
		default:
			t.Fatalf("%s: unknown option %q", file, line)
		}
	}
	for _, f := range a.Files {
		text := strings.TrimSuffix(string(f.Data), "\n")
		switch f.Name {
		case "expected":
			c.expected = readResponse(t, text, packed)
		case "real":
			problem := c.real.Problem
			c.real = readResponse(t, text, packed)
			c.real.Problem = problem
		case "findings":
			c.want = string(f.Data)
		case "excused":
			c.excused = string(f.Data)
		}
	}
	files := map[string]string{}
	for _, f := range a.Files {
		if f.Name == "schema" {
			c.expected.Schema = string(f.Data)
		}
		if name, ok := strings.CutPrefix(f.Name, "refer/"); ok {
			files[name] = string(f.Data)
		}
	}
	if len(files) > 0 {
		c.options.Refer = referTo(files)
	}
	return c
}

// referTo reads files out of a map, which are shown as in the folder "docs".
func referTo(files map[string]string) func(string) (string, string, error) {
	return func(ref string) (string, string, error) {
		text, ok := files[ref]
		if !ok {
			return "", "", fmt.Errorf("there is no file docs/%s", ref)
		}
		return text, "docs/" + ref, nil
	}
}

func readResponse(t *testing.T, text string, packed bool) transaction.Response {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
	if packed {
		bytes, err := base64.StdEncoding.DecodeString(strings.TrimSpace(body))
		require.NoError(t, err)
		body = string(bytes)
	}
	lines := strings.Split(head, "\n")
	status, err := strconv.Atoi(lines[0])
	require.NoError(t, err)
	r := transaction.Response{StatusCode: status, Body: body}
	for _, line := range lines[1:] {
		name, value, ok := strings.Cut(line, ": ")
		require.True(t, ok, line)
		r.Headers = append(r.Headers, transaction.Header{Name: name, Value: value})
	}
	return r
}

func writeFindings(t *testing.T, findings []transaction.Finding) string {
	t.Helper()
	var b strings.Builder
	for _, f := range findings {
		fmt.Fprintf(&b, "%s %s %q\n", f.ID, f.Field, f.Pointer)
		if f.HasExpected {
			fmt.Fprintf(&b, "  expected %s\n", asJSON(t, f.Expected))
		}
		if f.HasReal {
			fmt.Fprintf(&b, "  real     %s\n", asJSON(t, f.Real))
		}
		fmt.Fprintf(&b, "  says     %s\n", strings.ReplaceAll(f.Message, "\n", "\\n"))
		if f.SchemaPointer != "" {
			fmt.Fprintf(&b, "  schema   %q\n", f.SchemaPointer)
		}
		if !f.At.IsZero() {
			fmt.Fprintf(&b, "  at       %s\n", f.At)
		}
		if f.Severity == transaction.SeverityWarning {
			fmt.Fprintf(&b, "  warns\n")
		}
	}
	return b.String()
}

func writeExcused(list []transaction.Excused) string {
	var b strings.Builder
	for _, e := range list {
		fmt.Fprintf(&b, "%s %q by %s%s %s", e.Field, e.Pointer, e.By.Pointer, e.By.Header, e.By.Kind)
		if e.By.From != "" {
			fmt.Fprintf(&b, " (%s)", e.By.From)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func asJSON(t *testing.T, v any) string {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	require.NoError(t, e.Encode(v))
	return strings.TrimSpace(b.String())
}

func (c testCase) write(t *testing.T, findings, excused string) {
	t.Helper()
	files := c.archive.Files[:0]
	for _, f := range c.archive.Files {
		if f.Name != "findings" && f.Name != "excused" {
			files = append(files, f)
		}
	}
	c.archive.Files = append(files, txtar.File{Name: "findings", Data: []byte(findings)})
	if excused != "" {
		c.archive.Files = append(c.archive.Files, txtar.File{Name: "excused", Data: []byte(excused)})
	}
	require.NoError(t, os.WriteFile(c.file, txtar.Format(c.archive), 0o644))
}
