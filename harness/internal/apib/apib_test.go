package apib_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib"
	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var update = flag.Bool("update", false, "rewrite what the files in testdata want")

// mustCompile compiles a document, or skips the test where there is no Drafter.
func mustCompile(t testing.TB, doc *description.Document) *compile.Result {
	t.Helper()
	result, err := apib.Compile(t.Context(), doc, apib.Options{})
	if errors.Is(err, drafter.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return result
}

func newDocument(text string) (*description.Document, error) {
	return description.New("x.apib", []byte(text))
}

func mustDocument(t testing.TB, text string) *description.Document {
	t.Helper()
	doc, err := newDocument(text)
	require.NoError(t, err)
	return doc
}

// TestCompile compiles api.apib of each archive in testdata and holds transactions, places and
// annotations against the file want.
func TestCompile(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives, "no archives in testdata")
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			fsys, want := fstest.MapFS{}, -1
			for i, f := range a.Files {
				if f.Name == "want" {
					want = i
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			require.GreaterOrEqual(t, want, 0, "the archive has no file want")
			docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"api.apib"}})
			require.NoError(t, err)
			got := dump(t, mustCompile(t, docs[0]))
			if *update {
				a.Files[want].Data = []byte(got)
				require.NoError(t, os.WriteFile(name, txtar.Format(a), 0o644))
				return
			}
			if diff := cmp.Diff(string(a.Files[want].Data), got); diff != "" {
				t.Errorf("(-want +got; -update rewrites)\n%s", diff)
			}
		})
	}
}

// dump writes a result for people: each transaction with the places of its parts.
func dump(t testing.TB, r *compile.Result) string {
	t.Helper()
	sources, err := r.Locate()
	require.NoError(t, err)
	require.Len(t, sources, len(r.Transactions))
	var out strings.Builder
	for i, tr := range r.Transactions {
		fmt.Fprintf(&out, "%s\n", tr.Name)
		fmt.Fprintf(&out, "  action %s\n", sources[i].Action)
		fmt.Fprintf(&out, "  %s %s\n", tr.Request.Method, tr.Request.URI)
		dumpHeaders(&out, tr.Request.Headers, nil)
		dumpText(&out, "body", tr.Request.Body, nil)
		fmt.Fprintf(&out, "  response %s\n  %d\n", sources[i].Response, tr.Expected.StatusCode)
		dumpHeaders(&out, tr.Expected.Headers, sources[i].Headers)
		dumpText(&out, "body", tr.Expected.Body, sources[i].Body)
		dumpText(&out, "schema", tr.Expected.Schema, sources[i].Schema)
	}
	for _, a := range r.Annotations {
		fmt.Fprintf(&out, "%s [%s]\n", strings.ReplaceAll(a.String(), "\n", " / "), a.Component)
		if !a.End.IsZero() {
			fmt.Fprintf(&out, "  to %s\n", a.End)
		}
	}
	for _, o := range r.Omissions {
		fmt.Fprintf(&out, "%s\n", o)
	}
	fmt.Fprintf(&out, "%d actions, %d transactions\n", r.Actions, len(r.Transactions))
	return out.String()
}

func dumpHeaders(out *strings.Builder, headers transaction.Headers, places map[string]transaction.Position) {
	for _, h := range headers {
		at := ""
		if p := places[strings.ToLower(h.Name)]; !p.IsZero() {
			at = p.String() + " "
		}
		fmt.Fprintf(out, "    %s%s: %s\n", at, h.Name, h.Value)
	}
}

// dumpText writes a text quoted, line by line, each behind its place if it has one.
func dumpText(out *strings.Builder, name, text string, lines transaction.Lines) {
	if text == "" {
		return
	}
	fmt.Fprintf(out, "  %s\n", name)
	n := 0
	for line := range strings.Lines(text) {
		n++
		at := ""
		if p := lines.At(n); !p.IsZero() {
			at = p.String() + " "
		}
		fmt.Fprintf(out, "    %s%q\n", at, line)
	}
}

func TestLocateIsSafeForParallelUse(t *testing.T) {
	t.Parallel()
	r := mustCompile(t, mustDocument(t, "# GET /\n+ Response 204\n"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			sources, err := r.Locate()
			assert.NoError(t, err)
			if assert.Len(t, sources, 1) {
				assert.Equal(t, "x.apib:1:1", sources[0].Action.String())
			}
		})
	}
	wg.Wait()
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := apib.Compile(ctx, mustDocument(t, "# GET /\n+ Response 204\n"), apib.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// TestRefused names the line of a text that must not reach Drafter.
func TestRefused(t *testing.T) {
	t.Parallel()
	mustCompile(t, mustDocument(t, "# A\n"))
	_, err := apib.Compile(t.Context(), mustDocument(t, "# A\n\n"+strings.Repeat("[", drafter.MaxBrackets+1)+"\n"), apib.Options{})
	var located *description.Error
	require.ErrorAs(t, err, &located)
	assert.Equal(t, "x.apib", located.At.File)
	assert.Equal(t, 3, located.At.Line)
}

// TestTransactionsShareNothing lets a hook change one transaction of an action and looks at the
// others.
func TestTransactionsShareNothing(t *testing.T) {
	t.Parallel()
	text := "# Item [/x]\n\n+ Model (text/plain)\n\n        x\n\n## One [GET]\n\n+ Response 200\n\n    [Item][]\n\n## Two [PUT]\n\n+ Response 200\n\n    [Item][]\n"
	r := mustCompile(t, mustDocument(t, text))
	require.Len(t, r.Transactions, 2)
	r.Transactions[0].Expected.Headers[0].Value = "changed"
	got, _ := r.Transactions[1].Expected.Headers.Get("Content-Type")
	assert.Equal(t, "text/plain", got)
}

// TestPlainExamples numbers examples, where it can be told without places and where it cannot.
func TestPlainExamples(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"+ Response 200\n":                {""},
		"+ Request A\n\n+ Response 200\n": {""},
		"+ Request A\n\n+ Response 200\n\n+ Request B\n\n+ Response 400\n":                                                    {"Example 1", "Example 2"},
		"+ Response 200\n\n+ Request B\n\n+ Response 400\n":                                                                   {"Example 1", "Example 2"},
		"+ Response 200\n\n+ Response 400\n":                                                                                  {""},
		"+ Request A\n\n+ Response 200\n\n+ Response 400\n":                                                                   {""},
		"+ Request A\n\n+ Request B\n\n+ Response 200\n\n+ Response 201\n":                                                    {""},
		"+ Request\n\n+ Response 200\n\n+ Request\n\n+ Response 200\n":                                                        {"Example 1", "Example 2"},
		"+ Request A\n\n+ Response 200\n\n+ Request A\n\n+ Response 200\n\n+ Response 201\n\n+ Request C\n\n+ Response 202\n": {"Example 1", "Example 2", "Example 3"},
		"+ Request A\n\n+ Request B\n":                                                                                        {""},
		"+ Request A\n":                                                                                                       {""},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			r := mustCompile(t, mustDocument(t, "# A\n\n## X [/x]\n\n### Y [GET]\n\n"+text))
			var got []string
			for _, tr := range r.Transactions {
				got = append(got, tr.Origin.ExampleName)
			}
			assert.Equal(t, want, got)
			assert.Equal(t, 1, r.Actions)
		})
	}
}

// TestAllExamples names the pairs that Dredd ignores, and none of the others otherwise.
func TestAllExamples(t *testing.T) {
	t.Parallel()
	tests := map[string][]string{
		"+ Response 200\n": {""},
		"+ Response 200\n\n+ Response 400\n\n+ Response 404\n":             {"", "Response 400", "Response 404"},
		"+ Request A\n\n+ Response 200\n\n+ Response 400\n":                {"", "Request A, Response 400"},
		"+ Request A\n\n+ Request B\n\n+ Response 200\n\n+ Response 201\n": {"", "Request A, Response 201", "Request B, Response 200", "Request B, Response 201"},
		"+ Request\n\n+ Request\n\n+ Response 200\n":                       {"", "Response 200"},
		"+ Response 200\n\n+ Response 400\n\n+ Response 400\n":             {"", "Response 400", "Response 400 (2)"},
		"+ Request A\n\n+ Response 200\n\n+ Request B\n\n+ Response 400\n": {"Example 1", "Example 2"},
		"+ Request A\n\n+ Request B\n":                                     {"", "Request B, Response 200"},
		"+ Request A\n\n+ Response 200\n\n+ Response 404\n\n+ Request B\n\n+ Response 200\n\n+ Response 404\n": {
			"Example 1", "Example 1 > Request A, Response 404", "Example 2", "Example 2 > Request B, Response 404",
		},
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			doc := mustDocument(t, "# A\n\n## X [/x]\n\n### Y [GET]\n\n"+text)
			plain := mustCompile(t, doc)
			r, err := apib.Compile(t.Context(), doc, apib.Options{AllExamples: true})
			require.NoError(t, err)
			var got []string
			for _, tr := range r.Transactions {
				got = append(got, tr.Origin.ExampleName)
				assert.True(t, strings.HasSuffix(string(tr.Name), tr.Origin.ExampleName), tr.Name)
			}
			assert.Equal(t, want, got)
			assert.Equal(t, 1, r.Actions)
			assert.Empty(t, r.Omissions)
			sources, err := r.Locate()
			require.NoError(t, err)
			assert.Len(t, sources, len(want))
			for _, p := range plain.Transactions { // those that Dredd takes are as without
				i := slices.IndexFunc(r.Transactions, func(tr *transaction.Transaction) bool { return tr.Name == p.Name })
				require.GreaterOrEqual(t, i, 0, p.Name)
				assert.Equal(t, p, r.Transactions[i])
			}
		})
	}
}

func TestInterruptDoesNotWaitForDrafter(t *testing.T) {
	t.Parallel()
	doc := mustDocument(t, large(8<<20)) // Drafter takes a second for it
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()

	_, err := apib.Compile(ctx, doc, apib.Options{})

	if !errors.Is(err, drafter.ErrUnavailable) {
		require.ErrorIs(t, err, context.DeadlineExceeded)
	}
}
