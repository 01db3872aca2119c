package apib_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// sought counts the transactions that were looked for one by one, and those that all of a document had to
// be looked at for.
type sought struct{ all, whole int }

// each looks for each transaction of a document anew, and holds its place against that of the whole.
func (s *sought) each(t *testing.T, name string, doc *description.Document, o apib.Options) {
	t.Helper()
	r, err := apib.Compile(t.Context(), doc, o)
	require.NoError(t, err, name)
	want, err := r.Locate()
	require.NoError(t, err, name)
	for n := range r.Transactions {
		s.all++
		places := apib.NewPlaces(doc, o, r.Transactions, func() ([]transaction.Source, error) {
			s.whole++
			return want, nil
		})
		got, err := places.Find(n)
		require.NoError(t, err, name)
		if diff := cmp.Diff(want[n], got); diff != "" {
			t.Errorf("%s: %s (-whole +alone)\n%s", name, r.Transactions[n].Name, diff)
		}
	}
}

const lamps = "FORMAT: 1A\n\n# Lamps\n\n" +
	"# Group Šop\n\nAll of it.\n\n" +
	"## Lamp [/lamps/{id}]\n\n+ Parameters\n    + id: 7\n\n" +
	"### View [GET]\n\n+ Response 200 (application/json)\n\n    + Attributes (Light)\n\n" +
	"### Dim [POST /lamps/{id}/dim]\n\n+ Request (application/json)\n\n        {\"by\": 1}\n\n+ Response 204\n    + Headers\n\n            X-Žár: on\n\n" +
	"# Group Other\n\n" +
	"## Socket [/sockets]\n\n### List [GET]\n\n+ Response 200 (application/json)\n\n        [\n          \"ö\"\n        ]\n\n" +
	"# Data Structures\n\n## Light\n+ watts: 7 (number)\n"

// filler makes a document large enough for parts of it to be worth a look.
var filler = strings.Repeat("\nFive words of no use.\n", 500)

func TestPlaces(t *testing.T) {
	t.Parallel()
	mustCompile(t, mustDocument(t, lamps)) // or skip
	spare := "\n# Spare [/spare]\n" + filler
	tests := map[string]struct {
		text  string
		whole int // how often all of it has to be looked at
	}{
		"a part of it is enough":         {lamps[:strings.Index(lamps, "# Data")] + spare + lamps[strings.Index(lamps, "# Data"):], 0},
		"a short one":                    {lamps, 3},
		"a resource that is there twice": {lamps + "\n## Lamp [/lamps/{id}]\n\n+ Parameters\n    + id: 7\n\n### View [GET]\n\n+ Response 200\n\n" + "# Group Twice\n\n## A [/a]\n\n### B [GET]\n\n+ Response 200\n\n# Group Twice\n\n## A [/a]\n\n### B [GET]\n\n+ Response 200\n" + spare, 2},
		"a type that a resource defines": {"FORMAT: 1A\n\n# A\n\n## One [/one]\n\n+ Attributes\n    + a: 1\n\n### See [GET]\n\n+ Response 200 (application/json)\n    + Attributes (One)\n\n## Two [/two]\n\n### See [GET]\n\n+ Response 200 (application/json)\n    + Attributes (One)\n" + spare, 1},
		"a model of another resource":    {"FORMAT: 1A\n\n# A\n\n## One [/one]\n\n+ Model (text/plain)\n\n        x\n\n### See [GET]\n\n+ Response 200\n\n    [One][]\n\n## Two [/two]\n\n### See [GET]\n\n+ Response 200\n\n    [One][]\n" + spare, 1},
		"a heading in a body":            {"FORMAT: 1A\n\n# A\n\n## One [/one]\n\n### See [GET]\n\n+ Response 200 (text/plain)\n\n    ```\n# Two [/two]\n    ```\n" + spare, 0},
		"actions without resources":      {"FORMAT: 1A\n\n# GET /one\n\n+ Response 200 (text/plain)\n\n        a\n\n# Two [POST /two]\n\n+ Response 201\n" + spare, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &sought{}
			s.each(t, name, mustDocument(t, tt.text), apib.Options{})
			assert.NotZero(t, s.all)
			assert.Equal(t, tt.whole, s.whole)
		})
	}
}

// TestPlacesOfMany looks for all transactions of a document in a row: at some point it takes all of them
// together.
func TestPlacesOfMany(t *testing.T) {
	t.Parallel()
	doc := mustDocument(t, large(1<<18))
	r := mustCompile(t, doc)
	whole := 0
	places := apib.NewPlaces(doc, apib.Options{}, r.Transactions, func() ([]transaction.Source, error) {
		whole++
		return r.Locate()
	})
	want, err := r.Locate()
	require.NoError(t, err)
	first := 0
	for n := range r.Transactions {
		got, err := places.Find(n)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(want[n], got))
		if whole == 0 {
			first++
		}
	}
	assert.Positive(t, first, "some are found in a part")
	assert.Less(t, first, len(want)/2, "at some point all are")
}

// TestCorpusPlacesAlone looks for each transaction of documents that others have written.
func TestCorpusPlacesAlone(t *testing.T) {
	t.Parallel()
	dir := mustShared(t)
	mustCompile(t, mustDocument(t, lamps)) // or skip
	s := &sought{}
	for _, name := range files(t, filepath.Join(dir, "corpus", "compile"), ".transactions.json") {
		doc := mustLoad(t, filepath.Join(dir, "corpus", "compile"), strings.TrimSuffix(name, ".transactions.json"))
		if doc.Format != description.APIBlueprint {
			continue
		}
		s.each(t, name, doc, apib.Options{})
		s.each(t, name, doc, apib.Options{AllExamples: true})
	}
	t.Logf("corpus: %d transactions, %d of them by the whole document", s.all, s.whole)
	for _, name := range []string{"api_blueprint.apib", "blueprint/api_blueprint_source.apib"} {
		event := &sought{}
		event.each(t, name, mustLoad(t, filepath.Join(dir, "open-event"), name), apib.Options{})
		t.Logf("%s: %d transactions, %d of them by the whole document", name, event.all, event.whole)
		assert.Less(t, event.whole, event.all/20)
	}
}
