package isolation_test

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// Two transactions of which the second lists what the first leaks.
const (
	leaky   = "Event Topics > Event Topic Details > Event Topic Details"
	listing = "Event Topics > Event Topics Collection > List All Event Topics"
)

// TestALeakIsCaughtAndNamed lets a hook write a row by a connection of its own, which no rollback takes back.
func TestALeakIsCaughtAndNamed(t *testing.T) {
	t.Parallel()
	database := cell{provider: postgres.ProviderEmbedded, way: postgres.IsolationRollback}.database(t)
	database.DetectLeaks = true
	s := open(t, database, 1, faithful, leaking(given(t)))
	outcomes := s.outcomes(t, s.find(t, leaky), s.find(t, listing))
	assert.Equal(t, transaction.Error, outcomes[0].Status, "the row was written while %s ran", leaky)
	assert.Contains(t, outcomes[0].Reason, "event_topics")
	assert.Contains(t, outcomes[0].Reason, "Leaked", "the row is shown")
	assert.Equal(t, transaction.Pass, outcomes[1].Status, "the next one has a clean database: %s %v", outcomes[1].Reason, outcomes[1].Findings)
}

// TestALeakIsTakenBack holds that the row is gone with all else that its transaction did, where that was
// really committed.
func TestALeakIsTakenBack(t *testing.T) {
	t.Parallel()
	for _, way := range []postgres.Isolation{postgres.IsolationDelete, postgres.IsolationClone} {
		t.Run(string(way), func(t *testing.T) {
			t.Parallel()
			s := open(t, cell{provider: postgres.ProviderEmbedded, way: way}.database(t), 1, faithful, leaking(given(t)))
			for _, o := range s.outcomes(t, s.find(t, leaky), s.find(t, listing)) {
				assert.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
			}
		})
	}
}

// leaking adds a hook that writes a row into the database of its transaction, and commits it.
func leaking(address string) func(*harness.Config) {
	return func(cfg *harness.Config) {
		cfg.Hooks.After(leaky, func(c *hook.Case) error {
			ctx := c.Context()
			config, err := pgx.ParseConfig(address)
			if err != nil {
				return err
			}
			if err := c.DB.QueryRow(ctx, "SELECT current_database()").Scan(&config.Database); err != nil {
				return err
			}
			conn, err := pgx.ConnectConfig(ctx, config)
			if err != nil {
				return err
			}
			defer func() { _ = conn.Close(ctx) }() // what it wrote is committed
			_, err = conn.Exec(ctx, "INSERT INTO event_topics (id, name, slug) VALUES (999, 'Leaked', 'leaked')")
			return err
		})
	}
}

// faithful makes the server answer as documented.
func faithful(cfg *harness.Config) {
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()})
	cfg.Handler = func(db postgres.DB) http.Handler { return api.With(db) }
}

// TestRedisCannotLeak holds that each transaction finds an empty Redis, though all share one: no key is
// written without the prefix of its transaction, and no two transactions have the same one.
func TestRedisCannotLeak(t *testing.T) {
	t.Parallel()
	kept, err := redis.Open(context.WithoutCancel(t.Context()), redis.Config{Provider: redis.ProviderMiniredis})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, kept.Close()) })
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest(), Redis: kept.Client()})
	given := map[string]bool{}
	c := cell{provider: postgres.ProviderEmbedded, way: postgres.IsolationRollback}
	s := open(t, c.database(t), 1, func(cfg *harness.Config) {
		cfg.Handler = func(db postgres.DB) http.Handler {
			prefix := kept.Prefix()
			assert.False(t, given[prefix], "%s was given before", prefix)
			given[prefix] = true
			keys, err := kept.Client().Keys(t.Context(), prefix+"*").Result()
			assert.NoError(t, err)
			assert.Empty(t, keys)
			return api.With(db, server.KeyPrefix(prefix))
		}
	})
	var order []int
	for i, tr := range s.transactions {
		if strings.HasPrefix(string(tr.Name), "Authentication > ") {
			order = append(order, i, i) // the second time it would find what the first one left
		}
	}
	require.NotEmpty(t, order)
	for _, o := range s.outcomes(t, order...) {
		assert.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
	}
	keys, err := kept.Client().Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.NotEmpty(t, keys, "these transactions write nothing into Redis, so that nothing is shown")
	for _, key := range keys {
		belongs := slices.ContainsFunc(slices.Collect(maps.Keys(given)), func(prefix string) bool { return strings.HasPrefix(key, prefix) })
		assert.True(t, belongs, "%s has no prefix of a transaction", key)
	}
}
