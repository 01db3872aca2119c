package postgres_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// Two projects may name different databases of one server in their URLs, and advisory locks are seen only from the
// same one. Neither drops what the other uses, also while nobody is connected to it.
func TestMaintenanceDatabasesAreApart(t *testing.T) {
	t.Parallel()
	server := newServer(t, postgres.Config{})
	home, drop, err := server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })

	other := newServer(t, postgres.Config{Provider: postgres.ProviderURL, URL: home.Config().ConnString()})
	pool, dropOther, err := other.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, dropOther()) })
	pool.Reset()
	newServer(t, postgres.Config{}) // sweeps
	assert.Equal(t, 1, value[int](t, pool, "SELECT 1"))
}
