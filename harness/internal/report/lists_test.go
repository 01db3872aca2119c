package report_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestLists shows what value finds in lists, in both layouts. A case of testdata/lists is a documented
// and a real body; its comment declares volatile parts, such as "/s set".
func TestLists(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/lists/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			require.NoError(t, err)
			var volatile []transaction.Volatile
			for line := range strings.Lines(string(a.Comment)) {
				words := strings.Fields(line)
				volatile = append(volatile, transaction.Volatile{Pointer: words[0], Kind: transaction.Kind(words[1])})
			}
			doc, err := find(a, "documented")
			require.NoError(t, err)
			real, err := find(a, "real")
			require.NoError(t, err)
			o := compared(string(doc), string(real), volatile...)
			for _, layout := range []string{report.DiffUnified, report.DiffSideBySide} {
				got := report.Detail(o, report.Options{Width: 110, Diff: layout})
				if *update {
					set(a, layout, got)
					continue
				}
				want, _ := find(a, layout)
				assert.Empty(t, cmp.Diff(string(want), got), "%s (-want +got)", layout)
			}
			if *update {
				require.NoError(t, os.WriteFile(file, txtar.Format(a), 0o644))
			}
		})
	}
}

func set(a *txtar.Archive, name, text string) {
	for i := range a.Files {
		if a.Files[i].Name == name {
			a.Files[i].Data = []byte(text)
			return
		}
	}
	a.Files = append(a.Files, txtar.File{Name: name, Data: []byte(text)})
}

// compared is the outcome of a comparison by value.
func compared(doc, real string, volatile ...transaction.Volatile) transaction.Outcome {
	o := failure(doc, real)
	o.Findings = gavel.New().Check(o.Transaction.Expected, *o.Transaction.Real, gavel.Options{Match: transaction.MatchValue, Volatile: volatile}).Findings
	return o
}

// numbered is a list of objects that are numbered.
func numbered(ids ...int) string {
	items := make([]string, len(ids))
	for i, id := range ids {
		items[i] = fmt.Sprintf(`{"id": %d, "name": "n%d"}`, id, id)
	}
	return "[" + strings.Join(items, ",") + "]"
}

func upTo(n int) []int {
	ids := make([]int, n)
	for i := range ids {
		ids[i] = i
	}
	return ids
}

// TestLongLists inserts and removes a row of a thousand: one line is marked, whatever comes behind it.
func TestLongLists(t *testing.T) {
	t.Parallel()
	whole := upTo(1000)
	for _, at := range []int{0, 1, 500, 998, 999} {
		less := append(append([]int(nil), whole[:at]...), whole[at+1:]...)
		tests := map[string]struct{ doc, real, want string }{
			"missing":   {numbered(whole...), numbered(less...), fmt.Sprintf(`-   {"id": %d, `, at)},
			"inserted":  {numbered(less...), numbered(whole...), fmt.Sprintf(`+   {"id": %d, `, at)},
			"in a list": {"[" + numbered(less...) + "]", "[" + numbered(whole...) + "]", fmt.Sprintf(`+     {"id": %d, `, at)},
		}
		for name, test := range tests {
			o := compared(test.doc, test.real)
			require.Len(t, o.Findings, 2, "%s at %d", name, at)
			lines := signed(report.Detail(o, report.Options{Width: 100}))
			require.Len(t, lines, 1, "%s at %d", name, at)
			assert.Contains(t, lines[0], test.want, name)
		}
	}
}

// TestManyItemsTooMany has more of them than are told of one by one: they are no change of those behind.
func TestManyItemsTooMany(t *testing.T) {
	t.Parallel()
	whole := upTo(1000)
	less := append(append([]int(nil), whole[:10]...), whole[900:]...)
	text := report.Detail(compared(numbered(less...), numbered(whole...)), report.Options{Width: 100})
	assert.NotContains(t, text, "\n  - ")
	assert.Contains(t, text, `+   {"id": 10, `)
	assert.NotContains(t, text, `+   {"id": 900, `)
	text = report.Detail(compared(numbered(whole...), numbered(less...)), report.Options{Width: 100})
	assert.NotContains(t, text, "\n  + ")
	assert.Contains(t, text, `-   {"id": 10, `)
	assert.Contains(t, text, "Expected 1000 items, but got 110.")
}

// TestListsOfElements are lists of XML, which the diff shows line by line.
func TestListsOfElements(t *testing.T) {
	t.Parallel()
	less, more := "<a>\n <b>1</b>\n <b>2</b>\n</a>", "<a>\n <b>9</b>\n <b>1</b>\n <b>2</b>\n</a>"
	for name, test := range map[string]struct{ doc, real, line, says string }{
		"inserted": {less, more, "  +   <b>9</b>", "^ Undocumented item\n"},
		"missing":  {more, less, "  -   <b>9</b>", "^ Missing item\n"},
	} {
		o := failure(test.doc, test.real)
		o.Transaction.Expected.Headers.Set("Content-Type", "application/xml")
		o.Transaction.Real.Headers.Set("Content-Type", "application/xml")
		o.Findings = gavel.New().Check(o.Transaction.Expected, *o.Transaction.Real, gavel.Options{Match: transaction.MatchValue}).Findings
		text := report.Detail(o, report.Options{Width: 100})
		assert.Equal(t, []string{test.line}, signed(text), name)
		assert.Contains(t, text, test.says, name)
	}
}
