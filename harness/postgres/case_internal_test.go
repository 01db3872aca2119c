package postgres

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
)

// It is within the package because from outside only chance shows which of two that are ready a
// statement goes by: its turn, or the end of the run.
func TestRunThatIsOverTakesNoStatements(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := &nested{ctx: ctx}
	require.NoError(t, c.refusal())

	cancel()

	require.ErrorIs(t, c.refusal(), ErrEnded)
	require.ErrorIs(t, c.refusal(), context.Canceled)
}
