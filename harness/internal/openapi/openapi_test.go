package openapi_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestCompile compiles the first file of each archive in testdata/v3, the others beside it, and holds
// transactions, places and annotations against the file want, and against the file all what comes of it
// when all examples are wanted.
func TestCompile(t *testing.T) {
	t.Parallel()
	archives, err := filepath.Glob("testdata/v3/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, archives, "no archives in testdata/v3")
	for _, name := range archives {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(name)
			require.NoError(t, err)
			fsys, wants := fstest.MapFS{}, map[string]int{}
			for i, f := range a.Files {
				if f.Name == "want" || f.Name == "all" {
					wants[f.Name] = i
					continue
				}
				fsys[f.Name] = &fstest.MapFile{Data: f.Data}
			}
			require.NotEmpty(t, wants, "the archive has neither a file want nor a file all")
			for file, i := range wants {
				docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{a.Files[0].Name}})
				require.NoError(t, err)
				got := compileAndDump(t, docs[0], openapi.Options{AllExamples: file == "all"})
				if *update {
					a.Files[i].Data = []byte(got)
					continue
				}
				if diff := cmp.Diff(string(a.Files[i].Data), got); diff != "" {
					t.Errorf("%s (-want +got; -update rewrites)\n%s", file, diff)
				}
			}
			if *update {
				require.NoError(t, os.WriteFile(name, txtar.Format(a), 0o644))
			}
		})
	}
}

func compileAndDump(t testing.TB, doc *description.Document, o openapi.Options) string {
	t.Helper()
	r, err := openapi.Compile(t.Context(), doc, o)
	if err != nil {
		return err.Error() + "\n"
	}
	return dump2(t, r)
}

// document returns an OpenAPI 3.1 document of the paths alone.
func document(t testing.TB, paths string) *description.Document {
	t.Helper()
	doc, err := description.New("api.yaml", []byte("openapi: 3.1.0\ninfo: {title: Beehive, version: '1'}\npaths:\n"+paths))
	require.NoError(t, err)
	require.Equal(t, description.OpenAPI3, doc.Format)
	return doc
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := openapi.Compile(ctx, document(t, "  /a: {get: {responses: {'200': {description: ok}}}}\n"), openapi.Options{})
	require.ErrorIs(t, err, context.Canceled)
}

// TestSyntaxError names the place of what is no YAML.
func TestSyntaxError(t *testing.T) {
	t.Parallel()
	_, err := openapi.Compile(t.Context(), document(t, "  /a: {get: [}\n"), openapi.Options{})
	var located *description.Error
	require.ErrorAs(t, err, &located)
	assert.Equal(t, "api.yaml", located.At.File)
	assert.Equal(t, 4, located.At.Line)
}

// TestTransactionsShareNothing lets a hook change one transaction of an operation and looks at the
// others.
func TestTransactionsShareNothing(t *testing.T) {
	t.Parallel()
	media := "{description: ok, content: {application/json: {example: {}}, text/plain: {example: x}}}"
	r, err := openapi.Compile(t.Context(), document(t,
		"  /a: {get: {parameters: [{name: X-A, in: header, example: a, schema: {}}], responses: {'200': "+media+"}}}\n"), openapi.Options{})
	require.NoError(t, err)
	require.Len(t, r.Transactions, 2)
	r.Transactions[0].Expected.Headers[0].Value = "changed"
	r.Transactions[0].Request.Headers.Set("X-A", "changed")
	got, _ := r.Transactions[1].Request.Headers.Get("X-A")
	assert.Equal(t, "a", got)
	got, _ = r.Transactions[1].Expected.Headers.Get("Content-Type")
	assert.Equal(t, "text/plain", got)
}

// TestSmallDocumentOfManyTransactions refuses what stands for more than a machine can hold.
func TestSmallDocumentOfManyTransactions(t *testing.T) {
	t.Parallel()
	var media, responses strings.Builder
	for i := range 2000 {
		fmt.Fprintf(&media, "text/x%d: {example: x},", i)
	}
	for i := range 400 {
		fmt.Fprintf(&responses, "'%d': {description: ok},", 200+i)
	}
	doc := document(t, "  /a: {get: {requestBody: {content: {"+media.String()+"}}, responses: {"+responses.String()+"}}}\n")
	start := time.Now()
	_, err := openapi.Compile(t.Context(), doc, openapi.Options{})
	var located *description.Error
	require.ErrorAs(t, err, &located)
	assert.Equal(t, "api.yaml:4:8", located.At.String())
	assert.Contains(t, located.Msg, "split it")
	assert.Less(t, time.Since(start), 20*time.Second)
}

// TestCircles compiles documents whose references come back to where they are.
func TestCircles(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, paths, wanted string }{
		{"a path item", "  /a: {$ref: '#/paths/~1a'}\n", "leads back to itself"},
		{"two path items", "  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}\n", "leads back to itself"},
		{"a response", "  /a: {get: {responses: {'200': {$ref: '#/paths/~1a/get/responses/200'}}}}\n", "leads back to itself"},
		{"a parameter", "  /a: {get: {parameters: [{$ref: '#/paths/~1a/get/parameters/0'}], responses: {'200': {description: ok}}}}\n", "leads back to itself"},
		{"a schema in itself", "  /a: {post: {requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}, responses: {'200': {description: ok}}}}\n" +
			"components: {schemas: {A: {type: object, properties: {a: {$ref: '#/components/schemas/A'}, b: {type: integer}}}}}\n", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			r, err := openapi.Compile(t.Context(), document(t, tt.paths), openapi.Options{})
			require.NoError(t, err)
			if tt.wanted == "" {
				assert.Empty(t, r.Annotations)
				assert.Len(t, r.Transactions, 1)
				return
			}
			require.NotEmpty(t, r.Annotations)
			assert.Equal(t, transaction.SeverityError, r.Annotations[0].Severity)
			assert.Contains(t, r.Annotations[0].Message, tt.wanted)
			assert.NotZero(t, r.Annotations[0].At.Line)
		})
	}
}

// TestLongTextsAreFewRuns looks at how the places of a text of many lines are kept.
func TestLongTextsAreFewRuns(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("            a line\n", 100)
	r, err := openapi.Compile(t.Context(), document(t,
		"  /a: {get: {responses: {'200': {$ref: '#/x-text'}}}}\nx-text:\n  description: ok\n  content:\n    text/plain:\n      example: |\n"+text), openapi.Options{})
	require.NoError(t, err)
	sources, err := r.Locate()
	require.NoError(t, err)
	require.Len(t, sources, 1)
	assert.Len(t, sources[0].Body, 2, "the lines, and what is behind the last line end")
	assert.Equal(t, "api.yaml:109:13", sources[0].Body.At(100).String())
}
