package apib_test

import (
	"encoding/json"
	"io/fs"
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

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// mustShared returns the folder of documents that are too many, or not ours, to be in the
// repository.
func mustShared(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("BAILIFF_SHARED")
	switch {
	case dir == "" && os.Getenv("BAILIFF_REQUIRE_SHARED") == "1":
		t.Fatal("BAILIFF_REQUIRE_SHARED is set, but BAILIFF_SHARED is not: it names the folder with corpus and open-event")
	case dir == "":
		t.Skip("set BAILIFF_SHARED to the folder with corpus and open-event to run this test")
	}
	return dir
}

// mustLoad reads a document of a folder, called by its path in there.
func mustLoad(t testing.TB, dir, name string) *description.Document {
	t.Helper()
	docs, err := description.Load(t.Context(), description.Options{FS: os.DirFS(dir), Patterns: []string{name}})
	require.NoError(t, err)
	require.Len(t, docs, 1)
	return docs[0]
}

// TestCorpusOpenEvent compiles a large document twice: assembled by somebody else, and from the files that
// it was assembled from.
func TestCorpusOpenEvent(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(mustShared(t), "open-event")
	whole := mustLoad(t, dir, "api_blueprint.apib")
	parts := mustLoad(t, filepath.Join(dir, "blueprint"), "api_blueprint_source.apib")
	assert.Equal(t, string(whole.Text), string(parts.Text))

	of := func(doc *description.Document) (*compile.Result, []transaction.Source) {
		r := mustCompile(t, doc)
		assert.Equal(t, 373, r.Actions)
		assert.Len(t, r.Transactions, 373)
		sources, err := r.Locate()
		require.NoError(t, err)
		require.Len(t, sources, len(r.Transactions))
		for _, tr := range r.Transactions {
			tr.Origin.Filename = ""
		}
		return r, sources
	}
	wholeResult, wholeSources := of(whole)
	partsResult, partsSources := of(parts)
	if diff := cmp.Diff(wholeResult.Transactions, partsResult.Transactions); diff != "" {
		t.Errorf("(-assembled +included)\n%s", diff)
	}
	lineOf := lineReader(t, dir)
	linePart := lineReader(t, filepath.Join(dir, "blueprint"))
	for i, w := range wholeSources {
		p, tr := partsSources[i], wholeResult.Transactions[i]
		require.Equal(t, lineOf(w.Action), linePart(p.Action), "%s", tr.Name)
		require.Contains(t, lineOf(w.Action), "#", "%s", tr.Name)
		require.Contains(t, lineOf(w.Response), "Response", "%s", tr.Name)
		require.Equal(t, lineOf(w.Response), linePart(p.Response), "%s", tr.Name)
		n := 0
		for line := range strings.Lines(tr.Expected.Body) {
			n++
			require.False(t, p.Body.At(n).IsZero(), "%s, line %d of the body", tr.Name, n)
			require.Equal(t, strings.TrimSpace(line), strings.TrimSpace(linePart(p.Body.At(n))), "%s, line %d of the body", tr.Name, n)
			require.Equal(t, strings.TrimSpace(line), strings.TrimSpace(lineOf(w.Body.At(n))), "%s, line %d of the body", tr.Name, n)
		}
	}
	for i, a := range wholeResult.Annotations {
		assert.Equal(t, lineOf(a.At), linePart(partsResult.Annotations[i].At), "%s", a.Message)
		assert.NotZero(t, a.At.Line, "%s", a.Message)
	}
}

// lineReader returns a function that reads the line at a position.
func lineReader(t testing.TB, dir string) func(transaction.Position) string {
	files := map[string][]string{}
	return func(p transaction.Position) string {
		t.Helper()
		lines, ok := files[p.File]
		if !ok {
			text, err := os.ReadFile(filepath.Join(dir, p.File))
			require.NoError(t, err)
			lines = strings.Split(string(text), "\n")
			files[p.File] = lines
		}
		require.True(t, p.Line > 0 && p.Line <= len(lines), "%s", p)
		return lines[p.Line-1]
	}
}

// The shape of what other tools made of the documents of the corpus.
type (
	wanted struct {
		Transactions []wantedTransaction `json:"transactions"`
	}
	wantedTransaction struct {
		Name    string        `json:"name"`
		Request wantedMessage `json:"request"`
		// Response has no method and no URI.
		Response wantedMessage `json:"response"`
	}
	wantedMessage struct {
		Method  string         `json:"method"`
		URI     string         `json:"uri"`
		Status  string         `json:"status"`
		Headers []wantedHeader `json:"headers"`
		Body    any            `json:"body"`
		Schema  any            `json:"schema"`
	}
	wantedHeader struct {
		Name  string `json:"name"`
		Value string `json:"value"`
	}
)

// normal makes equal what counts as equal: headers are a set, and what parses as JSON is compared as
// JSON.
func (m wantedMessage) normal() wantedMessage {
	headers := []wantedHeader{}
	for _, h := range m.Headers {
		headers = append(headers, wantedHeader{strings.ToLower(h.Name), h.Value})
	}
	slices.SortFunc(headers, func(a, b wantedHeader) int { return strings.Compare(a.Name+"\x00"+a.Value, b.Name+"\x00"+b.Value) })
	m.Headers = headers
	for _, field := range []*any{&m.Body, &m.Schema} {
		s, _ := (*field).(string)
		*field = s
		var v any
		if json.Unmarshal([]byte(s), &v) == nil {
			*field = v
		}
	}
	return m
}

func ours(tr *transaction.Transaction) wantedTransaction {
	headers := func(hs transaction.Headers) (out []wantedHeader) {
		for _, h := range hs {
			out = append(out, wantedHeader(h))
		}
		return out
	}
	return wantedTransaction{
		Name:     string(tr.Name),
		Request:  wantedMessage{Method: tr.Request.Method, URI: tr.Request.URI, Headers: headers(tr.Request.Headers), Body: tr.Request.Body}.normal(),
		Response: wantedMessage{Status: strconv.Itoa(tr.Expected.StatusCode), Headers: headers(tr.Expected.Headers), Body: tr.Expected.Body, Schema: tr.Expected.Schema}.normal(),
	}
}

// TestCorpus holds our transactions against what Dredd 14 makes of the same documents. A few of
// them have schemas for which our Drafter is newer than that of Dredd.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(mustShared(t), "corpus", "compile")
	exact, counted := 0, 0
	for _, name := range files(t, dir, ".transactions.json") {
		text, err := os.ReadFile(filepath.Join(dir, name))
		require.NoError(t, err)
		var want wanted
		if !strings.Contains(string(text), strconv.Quote(string(description.APIBlueprint))) {
			continue
		}
		require.NoError(t, json.Unmarshal(text, &want), name)
		folder, base := filepath.Split(strings.TrimSuffix(name, ".transactions.json"))
		doc := mustLoad(t, filepath.Join(dir, folder), base)
		assert.Equal(t, description.APIBlueprint, doc.Format, name)
		r := mustCompile(t, doc)
		if len(want.Transactions) == 0 {
			continue // Dredd compiles nothing of it
		}
		counted++
		got := make([]wantedTransaction, 0, len(r.Transactions))
		for _, tr := range r.Transactions {
			got = append(got, ours(tr))
		}
		for i, w := range want.Transactions {
			want.Transactions[i].Request, want.Transactions[i].Response = w.Request.normal(), w.Response.normal()
		}
		if diff := cmp.Diff(want.Transactions, got); diff != "" {
			t.Logf("%s (-Dredd +ours)\n%s", name, diff)
			continue
		}
		exact++
	}
	require.NotZero(t, counted, "no documents in %s", dir)
	share := 100 * float64(exact) / float64(counted)
	t.Logf("%d of %d exact, %.1f%%", exact, counted, share)
	assert.GreaterOrEqual(t, share, 97.5)
}

// TestCorpusOfWhatDreddFailsOn reads documents that crash or hang Dredd, as if they were API Blueprint.
func TestCorpusOfWhatDreddFailsOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(mustShared(t), "corpus", "dredd-fails")
	names := files(t, dir, "")
	require.NotEmpty(t, names)
	for _, name := range names {
		start := time.Now()
		r := mustCompile(t, mustLoad(t, dir, name))
		_, err := r.Locate()
		require.NoError(t, err, name)
		assert.Less(t, time.Since(start), 2*time.Second, name)
	}
}

// files lists the files under a folder whose names end in suffix.
func files(t testing.TB, dir, suffix string) []string {
	t.Helper()
	var names []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(p, suffix) {
			names = append(names, p)
		}
		return err
	})
	require.NoError(t, err)
	return names
}
