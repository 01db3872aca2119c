package gavel_test

import (
	"bytes"
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
// wire, perhaps a schema, and the findings.
//
//	match value
//	volatile /data/**/created-at date-time
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
			got := writeFindings(t, c.check().Findings)
			if *update {
				c.write(t, got)
				return
			}
			require.Empty(t, cmp.Diff(c.want, got), "(-want +got); go test -update rewrites the file")
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
}

func (c testCase) check() gavel.Result { return gavel.New().Check(c.expected, c.real, c.options) }

func readCase(t *testing.T, file string) testCase {
	t.Helper()
	a, err := txtar.ParseFile(file)
	require.NoError(t, err)
	c := testCase{file: file, archive: a}
	for line := range strings.Lines(string(a.Comment)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0 || strings.HasPrefix(line, "#"):
		case words[0] == "match":
			c.options.Match, err = transaction.ParseMatch(words[1])
			require.NoError(t, err)
		case words[0] == "volatile":
			v := transaction.Volatile{Pointer: words[1], Kind: transaction.Kind(words[2])}
			if len(words) > 3 {
				v.Pattern = words[3]
			}
			c.options.Volatile = append(c.options.Volatile, v)
		default:
			t.Fatalf("%s: unknown option %q", file, line)
		}
	}
	for _, f := range a.Files {
		text := strings.TrimSuffix(string(f.Data), "\n")
		switch f.Name {
		case "expected":
			c.expected = readResponse(t, text)
		case "real":
			c.real = readResponse(t, text)
		case "findings":
			c.want = string(f.Data)
		}
	}
	for _, f := range a.Files {
		if f.Name == "schema" {
			c.expected.Schema = string(f.Data)
		}
	}
	return c
}

func readResponse(t *testing.T, text string) transaction.Response {
	t.Helper()
	head, body, _ := strings.Cut(text, "\n\n")
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
		require.Zero(t, f.At)
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

func (c testCase) write(t *testing.T, findings string) {
	t.Helper()
	files := c.archive.Files[:0]
	for _, f := range c.archive.Files {
		if f.Name != "findings" {
			files = append(files, f)
		}
	}
	c.archive.Files = append(files, txtar.File{Name: "findings", Data: []byte(findings)})
	require.NoError(t, os.WriteFile(c.file, txtar.Format(c.archive), 0o644))
}
