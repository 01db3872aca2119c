package server_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

func TestSitesBeginOnce(t *testing.T) {
	t.Parallel()
	setup(t) // opens databases
	pool, drop, err := databases.server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	admin := server.Administrator{Email: "Warden@example.com", Password: "long enough", Cost: password.Cheapest()}
	var begun, made atomic.Int32
	var group errgroup.Group
	for range 4 {
		group.Go(func() error {
			first, err := server.Begin(t.Context(), pool)
			if first {
				begun.Add(1)
			}
			if err != nil {
				return err
			}
			first, err = server.FirstAdministrator(t.Context(), pool, admin)
			if first {
				made.Add(1)
			}
			return err
		})
	}
	require.NoError(t, group.Wait())
	assert.EqualValues(t, 1, begun.Load())
	assert.EqualValues(t, 1, made.Load())

	count := func(sql string) (n int) {
		t.Helper()
		require.NoError(t, pool.QueryRow(context.WithoutCancel(t.Context()), sql).Scan(&n))
		return n
	}
	assert.Equal(t, 1, count("SELECT count(*) FROM users WHERE is_super_admin AND is_admin AND is_verified"))
	roles := count("SELECT count(*) FROM roles")
	assert.Positive(t, roles)
	_, err = pool.Exec(t.Context(), "DELETE FROM permissions; DELETE FROM roles WHERE name = 'registrar'")
	require.NoError(t, err)
	_, err = server.Begin(t.Context(), pool)
	require.NoError(t, err)
	assert.Equal(t, roles-1, count("SELECT count(*) FROM roles"), "what was taken away stays away")

	_, err = pool.Exec(t.Context(), "UPDATE users SET is_super_admin = false")
	require.NoError(t, err)
	_, err = server.FirstAdministrator(t.Context(), pool, admin)
	require.EqualError(t, err, "make the administrator Warden@example.com: somebody who is no administrator has this address already: name another one")
	assert.Zero(t, count("SELECT count(*) FROM users WHERE is_super_admin"))
}

func TestBadAdministrators(t *testing.T) {
	t.Parallel()
	require.EqualError(t, server.Administrator{Email: "warden", Password: "long enough"}.Check(), `"warden" is no e-mail address`)
	require.EqualError(t, server.Administrator{Email: "warden@example.com", Password: "short"}.Check(), "the password of an administrator has at least 8 characters")
}
