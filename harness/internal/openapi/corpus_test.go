package openapi_test

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
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

// mustLoad reads a file, called by its name alone.
func mustLoad(t testing.TB, path string) *description.Document {
	t.Helper()
	folder, base := filepath.Split(path)
	docs, err := description.Load(t.Context(), description.Options{FS: os.DirFS(folder), Patterns: []string{base}})
	require.NoError(t, err)
	require.Len(t, docs, 1)
	return docs[0]
}

// TestCorpus holds our transactions against what Dredd 14 makes of the same documents. What differs is
// listed in the documentation: parameters that are written as OpenAPI has it and Dredd does not,
// bodies that Dredd leaves out or gets wrong, and one name that belongs to another response.
func TestCorpus(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(mustShared(t), "corpus", "compile")
	names, err := filepath.Glob(filepath.Join(dir, "*", "*.transactions.json"))
	require.NoError(t, err)
	exact, counted := 0, 0
	for _, name := range names {
		text, err := os.ReadFile(name)
		require.NoError(t, err)
		var want wanted2
		require.NoError(t, json.Unmarshal(text, &want), name)
		if want.MediaType != description.OpenAPI3 {
			continue
		}
		r, err := openapi.Compile(t.Context(), mustLoad(t, strings.TrimSuffix(name, ".transactions.json")), openapi.Options{})
		if len(want.Transactions) == 0 {
			continue // Dredd compiles nothing of it
		}
		require.NoError(t, err, name)
		sources, err := r.Locate()
		require.NoError(t, err)
		for i, s := range sources {
			assert.NotZero(t, s.Action.Line, "%s: %s", name, r.Transactions[i].Name)
			assert.NotZero(t, s.Response.Line, "%s: %s", name, r.Transactions[i].Name)
		}
		counted++
		wantLines := want.lines(t)
		for i := range wantLines {
			wantLines[i].HasSchema = false // Dredd has none
		}
		if diff := cmp.Diff(wantLines, lines2(r.Transactions, wantLines)); diff != "" {
			t.Logf("%s (-Dredd +ours)\n%s", name, diff)
			continue
		}
		exact++
	}
	require.NotZero(t, counted, "no documents in %s", dir)
	share := 100 * float64(exact) / float64(counted)
	t.Logf("%d of %d exact, %.1f%%", exact, counted, share)
	assert.GreaterOrEqual(t, share, 94.0)
}

// TestCorpusOfWhatDreddFailsOn compiles the documents of OpenAPI 3 that hang Dredd, or are refused.
func TestCorpusOfWhatDreddFailsOn(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(mustShared(t), "corpus", "dredd-fails")
	seen := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".transactions.json") {
			return err
		}
		doc := mustLoad(t, path)
		if doc.Format != description.OpenAPI3 {
			return nil
		}
		seen++
		best := time.Hour
		for range 3 { // other tests run at the same time
			start := time.Now()
			r, err := openapi.Compile(t.Context(), doc, openapi.Options{AllExamples: true})
			require.NoError(t, err, path)
			assert.NotEmpty(t, r.Transactions, path)
			best = min(best, time.Since(start))
		}
		assert.Less(t, best, 2*time.Second, path)
		return nil
	})
	require.NoError(t, err)
	require.NotZero(t, seen)
}
