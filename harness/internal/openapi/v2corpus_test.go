package openapi_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// shared2 is the folder of the corpora, which are no part of the repository.
func shared2(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("BAILIFF_SHARED")
	if dir == "" {
		t.Skip("BAILIFF_SHARED does not name the folder of the corpora")
	}
	return dir
}

// The shape of what Dredd made of the documents of the corpus, as far as it is compared: bodies are
// generated, so only what they consist of counts.
type (
	wanted2 struct {
		MediaType    description.Format `json:"mediaType"`
		Transactions []struct {
			Name     string   `json:"name"`
			Request  message2 `json:"request"`
			Response message2 `json:"response"`
		} `json:"transactions"`
	}
	message2 struct {
		Method  string            `json:"method"`
		URI     string            `json:"uri"`
		Status  string            `json:"status"`
		Headers []json.RawMessage `json:"headers"`
		Body    string            `json:"body"`
		Schema  string            `json:"schema"`
	}
	line2 struct {
		Name, Method, URI, Status       string
		RequestHeaders, ResponseHeaders []string
		RequestBody, ResponseBody       any
		HasSchema                       bool
	}
)

func (w wanted2) lines(t testing.TB) []line2 {
	t.Helper()
	headers := func(raw []json.RawMessage) []string {
		list := []string{}
		for _, r := range raw {
			var h struct {
				Name  string
				Value any
			}
			require.NoError(t, json.Unmarshal(r, &h))
			value, ok := h.Value.(string)
			if !ok {
				text, err := json.Marshal(h.Value)
				require.NoError(t, err)
				value = string(text)
			}
			list = append(list, strings.ToLower(h.Name)+": "+value)
		}
		slices.Sort(list)
		return list
	}
	lines := []line2{}
	for _, x := range w.Transactions {
		lines = append(lines, line2{
			Name: x.Name, Method: x.Request.Method, URI: x.Request.URI, Status: x.Response.Status,
			RequestHeaders: headers(x.Request.Headers), ResponseHeaders: headers(x.Response.Headers),
			RequestBody: outline2(x.Request.Body), ResponseBody: outline2(x.Response.Body), HasSchema: x.Response.Schema != "",
		})
	}
	return lines
}

func lines2(list []*transaction.Transaction, want []line2) []line2 {
	headers := func(hs transaction.Headers) []string {
		list := []string{}
		for _, h := range hs {
			list = append(list, strings.ToLower(h.Name)+": "+h.Value)
		}
		slices.Sort(list)
		return list
	}
	lines := []line2{}
	for i, x := range list {
		l := line2{
			Name: string(x.Name), Method: x.Request.Method, URI: x.Request.URI, Status: strconv.Itoa(x.Expected.StatusCode),
			RequestHeaders: headers(x.Request.Headers), ResponseHeaders: headers(x.Expected.Headers),
			RequestBody: outline2(x.Request.Body), ResponseBody: outline2(x.Expected.Body), HasSchema: x.Expected.Schema != "",
		}
		if i < len(want) {
			if l.ResponseBody == nil || want[i].ResponseBody == nil {
				l.ResponseBody = want[i].ResponseBody // it is compared where both have one
			}
			l.HasSchema = l.HasSchema && want[i].HasSchema
		}
		lines = append(lines, l)
	}
	return lines
}

// outline2 is what a body consists of: its keys, and the first item of its lists; nil for no body.
func outline2(body string) any {
	if body == "" {
		return nil
	}
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		return "a scalar"
	}
	var outline func(v any) any
	outline = func(v any) any {
		switch v := v.(type) {
		case map[string]any:
			m := map[string]any{}
			for k, item := range v {
				m[k] = outline(item)
			}
			return m
		case []any:
			l := []any{}
			for _, item := range v[:min(1, len(v))] {
				l = append(l, outline(item))
			}
			return l
		}
		return "a scalar"
	}
	return outline(v)
}

// TestCorpus2 holds our transactions against what Dredd 14 makes of the same documents. What differs
// are bodies that refer to themselves, of which ours say more.
func TestCorpus2(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(shared2(t), "corpus", "compile")
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.transactions.json"))
	require.NoError(t, err)
	exact, counted := 0, 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var want wanted2
		require.NoError(t, json.Unmarshal(text, &want), name)
		if want.MediaType != description.OpenAPI2 {
			continue
		}
		folder, base := filepath.Split(strings.TrimSuffix(name, ".transactions.json"))
		docs, err := description.Load(t.Context(), description.Options{FS: os.DirFS(folder), Patterns: []string{base}})
		require.NoError(t, err)
		r, err := openapi.Compile(t.Context(), docs[0], openapi.Options{})
		if len(want.Transactions) == 0 {
			continue // Dredd compiles nothing of it
		}
		require.NoError(t, err, name)
		counted++
		wantLines := want.lines(t)
		if diff := cmp.Diff(wantLines, lines2(r.Transactions, wantLines)); diff != "" {
			t.Logf("%s (-Dredd +ours)\n%s", base, diff)
			continue
		}
		exact++
	}
	require.NotZero(t, counted, "no documents in %s", dir)
	share := 100 * float64(exact) / float64(counted)
	t.Logf("%d of %d exact, %.1f%%", exact, counted, share)
	assert.GreaterOrEqual(t, share, 97.0)
}

// TestCorpusOfWhatDreddFailsOn2 compiles documents that hang Dredd.
func TestCorpusOfWhatDreddFailsOn2(t *testing.T) {
	t.Parallel()
	names, err := filepath.Glob(filepath.Join(shared2(t), "corpus", "dredd-fails", "*", "openapi2*.yaml"))
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		folder, base := filepath.Split(name)
		docs, err := description.Load(t.Context(), description.Options{FS: os.DirFS(folder), Patterns: []string{base}})
		require.NoError(t, err)
		start := time.Now()
		r, err := openapi.Compile(t.Context(), docs[0], openapi.Options{})
		require.NoError(t, err)
		assert.NotEmpty(t, r.Transactions)
		assert.Less(t, time.Since(start), 2*time.Second, name)
	}
}
