package openapi_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

var update = flag.Bool("update", false, "rewrite what the files in testdata want")

// TestCompile2 compiles the first file of each archive in testdata/v2, the others beside it, and holds
// transactions, places and annotations against the file want.
func TestCompile2(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/v2/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives, "no archives in testdata/v2")
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
			docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{a.Files[0].Name}})
			require.NoError(t, err)
			got := compileAndDump2(t, docs[0])
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

func compileAndDump2(t testing.TB, doc *description.Document) string {
	t.Helper()
	r, err := openapi.Compile(t.Context(), doc, openapi.Options{})
	if err != nil {
		return err.Error() + "\n"
	}
	return dump2(t, r)
}

// dump2 writes a result for people: each transaction with the places of its parts.
func dump2(t testing.TB, r *compile.Result) string {
	t.Helper()
	sources, err := r.Locate()
	require.NoError(t, err)
	require.Len(t, sources, len(r.Transactions))
	var out strings.Builder
	for i, tr := range r.Transactions {
		skip := ""
		if tr.Skip {
			skip = " (skipped)"
		}
		fmt.Fprintf(&out, "%s%s\n", tr.Name, skip)
		fmt.Fprintf(&out, "  operation %s\n", sources[i].Action)
		fmt.Fprintf(&out, "  %s %s\n", tr.Request.Method, tr.Request.URI)
		dumpHeaders2(&out, tr.Request.Headers, nil)
		dumpText2(&out, "body", tr.Request.Body, nil)
		fmt.Fprintf(&out, "  response %s\n  %d\n", sources[i].Response, tr.Expected.StatusCode)
		dumpHeaders2(&out, tr.Expected.Headers, sources[i].Headers)
		dumpText2(&out, "body", tr.Expected.Body, sources[i].Body)
		dumpText2(&out, "schema", tr.Expected.Schema, sources[i].Schema)
	}
	for _, o := range r.Omissions {
		fmt.Fprintf(&out, "omitted: %s\n", o)
	}
	for _, a := range r.Annotations {
		fmt.Fprintf(&out, "%s [%s]\n", a, a.Component)
	}
	fmt.Fprintf(&out, "%d actions, %d transactions\n", r.Actions, len(r.Transactions))
	return out.String()
}

func dumpHeaders2(out *strings.Builder, headers transaction.Headers, places map[string]transaction.Position) {
	for _, h := range headers {
		at := ""
		if p := places[strings.ToLower(h.Name)]; !p.IsZero() {
			at = p.String() + " "
		}
		fmt.Fprintf(out, "    %s%s: %s\n", at, h.Name, h.Value)
	}
}

// dumpText2 writes a text quoted, line by line, each behind its place if it has one.
func dumpText2(out *strings.Builder, name, text string, lines transaction.Lines) {
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

// document2 returns an OpenAPI 2.0 document of the paths alone.
func document2(t testing.TB, paths string) *description.Document {
	t.Helper()
	doc, err := description.New("api.yaml", []byte("swagger: '2.0'\ninfo: {title: Beehive, version: '1'}\npaths:\n"+paths))
	require.NoError(t, err)
	require.Equal(t, description.OpenAPI2, doc.Format)
	return doc
}

func mustCompile2(t testing.TB, doc *description.Document) *compile.Result {
	t.Helper()
	r, err := openapi.Compile(t.Context(), doc, openapi.Options{})
	require.NoError(t, err)
	return r
}

func TestCancelled2(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := openapi.Compile(ctx, document2(t, "  /a: {get: {responses: {200: {description: ok}}}}\n"), openapi.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

func TestLocateIsSafeForParallelUse2(t *testing.T) {
	t.Parallel()
	r := mustCompile2(t, document2(t, "  /a: {get: {responses: {200: {description: ok, examples: {text/plain: x}}}}}\n"))
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			sources, err := r.Locate()
			assert.NoError(t, err)
			if assert.Len(t, sources, 1) {
				assert.Equal(t, "api.yaml:4:8", sources[0].Action.String())
			}
		})
	}
	wg.Wait()
}

// TestTransactionsShareNothing2 lets a hook change one transaction of an operation and looks at the
// others.
func TestTransactionsShareNothing2(t *testing.T) {
	t.Parallel()
	r := mustCompile2(t, document2(t, "  /a: {get: {consumes: [text/plain, text/csv], produces: [application/json], responses: {200: {description: ok}}}}\n"))
	require.Len(t, r.Transactions, 2)
	r.Transactions[0].Expected.Headers[0].Value = "changed"
	r.Transactions[0].Request.Headers[0].Value = "changed"
	got, _ := r.Transactions[1].Expected.Headers.Get("Content-Type")
	assert.Equal(t, "application/json", got)
	got, _ = r.Transactions[1].Request.Headers.Get("Content-Type")
	assert.Equal(t, "text/csv", got)
}

// TestDocumentOfTooManyTransactions2 refuses what stands for more than a machine should hold.
func TestDocumentOfTooManyTransactions2(t *testing.T) {
	t.Parallel()
	var responses strings.Builder
	for i := range 400 {
		fmt.Fprintf(&responses, "%d: {description: ok},", 100+i)
	}
	example := strings.Repeat("x", 2<<20)
	doc := document2(t, "  /a: {get: {consumes: [text/plain], parameters: [{name: b, in: body, schema: {type: string, example: "+
		example+"}}], responses: {"+responses.String()+"}}}\n")
	_, err := openapi.Compile(t.Context(), doc, openapi.Options{})
	var located *description.Error
	require.ErrorAs(t, err, &located)
	assert.Equal(t, "api.yaml:4:8", located.At.String())
	assert.Contains(t, located.Msg, "split it")
}
