package harness_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"os"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// exchange is what a transaction is about, whatever its format: without the name of the example,
// which formats have in their own ways, and with what has no order sorted.
type exchange struct {
	Resource, Action  string
	Method, URI       string
	Headers           transaction.Headers
	Body              any
	Status            int
	ExpectedHeaders   transaction.Headers
	ExpectedBody      any
	HasOperation      bool
	HasResponse       bool
	FirstLineHasPlace bool
}

// TestFormats compiles one API that is written in every format: the transactions are the same.
func TestFormats(t *testing.T) {
	t.Parallel()
	files := []string{"api.apib", "api2.yaml", "api30.yaml", "api3.yaml"}
	var want []exchange
	for _, file := range files {
		compiled, err := harness.Compile(t.Context(), harness.CompileConfig{
			FS: os.DirFS("internal/openapi/testdata/formats"), Descriptions: []string{file}, NoCache: true,
		})
		if errors.Is(err, drafter.ErrUnavailable) && os.Getenv("CI") == "" {
			t.Skip(err)
		}
		require.NoError(t, err, file)
		require.Len(t, compiled, 1)
		assert.Empty(t, compiled[0].Annotations, file)
		assert.Empty(t, compiled[0].Omissions, file)
		assert.Equal(t, 4, compiled[0].Actions, file)
		got := exchanges(t, compiled[0])
		if want == nil {
			want = got
			require.Len(t, want, 4)
			continue
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("(-%s +%s)\n%s", files[0], file, diff)
		}
	}
}

func exchanges(t *testing.T, c *harness.Compiled) []exchange {
	t.Helper()
	sources, err := c.Locate()
	require.NoError(t, err)
	var list []exchange
	for i, tr := range c.Transactions {
		assert.True(t, strings.HasPrefix(string(tr.Name), "Beehive > "+tr.Origin.ResourceName+" > "+tr.Origin.ActionName), "%s", tr.Name)
		list = append(list, exchange{
			Resource: tr.Origin.ResourceName, Action: tr.Origin.ActionName,
			Method: tr.Request.Method, URI: tr.Request.URI,
			Headers: sorted(tr.Request.Headers), Body: value(tr.Request.Body),
			Status:          tr.Expected.StatusCode,
			ExpectedHeaders: named(tr.Expected.Headers), ExpectedBody: value(tr.Expected.Body),
			HasOperation:      sources[i].Action.Line > 0,
			HasResponse:       sources[i].Response.Line > 0,
			FirstLineHasPlace: sources[i].Body.At(1).Line > 0,
		})
	}
	return list
}

func sorted(headers transaction.Headers) transaction.Headers {
	sorted := headers.Clone()
	slices.SortFunc(sorted, func(a, b transaction.Header) int { return cmp.Compare(a.Name, b.Name) })
	return sorted
}

// named is sorted, with the values of the headers that only have to be there taken out.
func named(headers transaction.Headers) transaction.Headers {
	headers = sorted(headers)
	for i, h := range headers {
		if h.Name != "Content-Type" {
			headers[i].Value = ""
		}
	}
	return headers
}

// value is a body as JSON, if it is.
func value(body string) any {
	var v any
	if json.Unmarshal([]byte(body), &v) != nil {
		return body
	}
	return v
}
