package openapi_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// FuzzCompile2 compiles any text as OpenAPI 2.0: it does not panic, comes to an end, says where an
// error is, and means the same each time.
func FuzzCompile2(f *testing.F) {
	archives, err := filepath.Glob("testdata/v2/*.txtar")
	require.NoError(f, err)
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		require.NoError(f, err)
		f.Add(string(a.Files[0].Data))
	}
	f.Add("swagger: '2.0'\npaths: {/{a}{b-c}{: {get: {parameters: [{in: path, name: b-c, x-example: '%'}], responses: {1: {}, 200: {$ref: '#/paths'}}}}}\n")
	f.Add("swagger: '2.0'\nconsumes: [multipart/form-data; boundary=\"a\\nb\"]\npaths: {/: {post: {parameters: [{in: formData, name: \"a\\nb\", type: array, items: {}}], responses: {default: {}}}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 64<<10 {
			return
		}
		doc, err := description.New("api.yaml", []byte(text))
		if err != nil {
			return
		}
		doc.Format = description.OpenAPI2
		start := time.Now()
		r, err := openapi.Compile(t.Context(), doc, openapi.Options{})
		if took := time.Since(start); took > 2*time.Second {
			t.Errorf("took %s", took)
		}
		if err != nil {
			var syntax *source.Error
			var located *description.Error
			if !errors.As(err, &syntax) && !errors.As(err, &located) {
				t.Errorf("an error without a place: %v", err)
			}
			return
		}
		sources, err := r.Locate()
		require.NoError(t, err)
		require.Len(t, sources, len(r.Transactions))
		for i, tr := range r.Transactions {
			require.NotZero(t, sources[i].Action.Line)
			require.NotZero(t, sources[i].Response.Line)
			require.Equal(t, tr.Skip, tr.Expected.StatusCode < 200 || tr.Expected.StatusCode > 299)
			require.True(t, strings.HasPrefix(string(tr.Name), tr.Origin.APIName+" > "))
			for _, h := range append(tr.Request.Headers, tr.Expected.Headers...) {
				require.NotContains(t, h.Value, "\n")
			}
		}
		for _, a := range r.Annotations {
			require.NotEmpty(t, a.At.File)
			require.Contains(t, []transaction.Severity{transaction.SeverityError, transaction.SeverityWarning}, a.Severity)
		}
		require.LessOrEqual(t, len(r.Omissions), r.Actions)
	})
}
