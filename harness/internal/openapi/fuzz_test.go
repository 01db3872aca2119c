package openapi_test

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
)

// FuzzCompile feeds two files, of which the first may refer to the second. Whatever they say, there is
// an answer, soon, and it is about one of them.
func FuzzCompile(f *testing.F) {
	archives, err := filepath.Glob("testdata/v3/*.txtar")
	require.NoError(f, err)
	for _, name := range archives {
		a, err := txtar.ParseFile(name)
		require.NoError(f, err)
		f.Add(string(a.Files[0].Data), string(a.Files[1].Data), true)
	}
	head := "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n"
	f.Add(head+"  /{a}:\n    $ref: other.yaml\n", "$ref: api.yaml#/paths/~1{a}\n", false)
	f.Add(head+"  /a: &a\n    get: {responses: &r {'200': {content: {application/json: {schema: {allOf: [*r]}}}}}}\n", "", false)
	f.Add(head+"  /a{b: {get: {parameters: [{name: 'b}', in: path, style: matrix, example: {a: [1]}}], responses: {default: }}}\n", "", true)
	f.Fuzz(func(t *testing.T, api, other string, all bool) {
		if len(api)+len(other) > 1<<16 {
			return
		}
		fsys := fstest.MapFS{"api.yaml": {Data: []byte(api)}, "other.yaml": {Data: []byte(other)}}
		docs, err := description.Load(t.Context(), description.Options{FS: fsys, Patterns: []string{"api.yaml"}})
		if err != nil || docs[0].Format != description.OpenAPI3 {
			return
		}
		start := time.Now()
		r, err := openapi.Compile(t.Context(), docs[0], openapi.Options{AllExamples: all})
		require.Less(t, time.Since(start), 10*time.Second)
		if err != nil {
			var located *description.Error
			require.True(t, errors.As(err, &located), "%v", err)
			require.NotEmpty(t, located.At.File)
			return
		}
		sources, err := r.Locate()
		require.NoError(t, err)
		require.Len(t, sources, len(r.Transactions))
		require.GreaterOrEqual(t, r.Actions, len(r.Omissions))
		for i, tr := range r.Transactions {
			require.NotZero(t, sources[i].Action.Line)
			require.NotEmpty(t, tr.Request.URI)
			require.NotZero(t, tr.Expected.StatusCode)
			for _, h := range append(tr.Request.Headers, tr.Expected.Headers...) {
				require.False(t, strings.ContainsAny(h.Name+h.Value, "\r\n"), "%q: %q", h.Name, h.Value)
			}
		}
		for _, a := range r.Annotations {
			require.NotEmpty(t, a.At.File, "%s", a)
			require.NotEmpty(t, a.Message)
		}
	})
}
