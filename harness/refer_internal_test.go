package harness

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestReferReadsBesideItsOwnDescription has the same transaction in two folders.
func TestReferReadsBesideItsOwnDescription(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"a", "b"} {
		docs, err := description.Load(t.Context(), description.Options{
			FS: fstest.MapFS{
				folder + "/api.apib": {Data: []byte("FORMAT: 1A\n")},
				folder + "/x.json":   {Data: []byte(folder)},
			},
			Patterns: []string{folder + "/api.apib"},
		})
		require.NoError(t, err)
		d := documented{Transaction: &transaction.Transaction{}, schemas: newSchemaFolder(docs[0], CompileConfig{})}

		text, _, err := d.refer()("x.json")

		require.NoError(t, err)
		assert.Equal(t, folder, text)
	}
}

func TestReferOfATransactionThatAHookMade(t *testing.T) {
	t.Parallel()
	_, _, err := madeUp(&transaction.Transaction{}).refer()("x.json")
	require.ErrorContains(t, err, "a hook made up this transaction")
}
