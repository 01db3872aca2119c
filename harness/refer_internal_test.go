package harness

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestReferTellsTransactionsApart has transactions of one origin in two folders, as those that differ
// only in their response are, and one whose schema a hook has made up.
func TestReferTellsTransactionsApart(t *testing.T) {
	t.Parallel()
	c := &contract{}
	origin := transaction.Origin{Filename: "api.apib", ActionName: "View"}
	for _, folder := range []string{"a", "b"} {
		docs, err := description.Load(t.Context(), description.Options{
			FS: fstest.MapFS{
				folder + "/api.apib": {Data: []byte("FORMAT: 1A\n")},
				folder + "/x.json":   {Data: []byte(folder)},
			},
			Patterns: []string{folder + "/api.apib"},
		})
		require.NoError(t, err)
		d := documented{Transaction: &transaction.Transaction{Origin: origin}, schemas: newSchemaFolder(docs[0], CompileConfig{})}
		d.Expected.Schema = folder
		c.transactions = append(c.transactions, d)
	}
	read := func(schema, filename string) (string, error) {
		copied := &transaction.Transaction{Origin: origin, Expected: transaction.Response{Schema: schema}}
		copied.Origin.Filename = filename
		text, _, err := c.refer(copied)("x.json")
		return text, err
	}

	for _, folder := range []string{"a", "b"} {
		text, err := read(folder, origin.Filename)
		require.NoError(t, err)
		assert.Equal(t, folder, text)
	}
	text, err := read("made up", origin.Filename)
	require.NoError(t, err)
	assert.NotEmpty(t, text)
	_, err = read("made up", "another.apib")
	assert.ErrorContains(t, err, "nobody knows")
}
