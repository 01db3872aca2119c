package harness_test

import (
	"errors"
	"net/http"
	"os"
	"testing"
	"testing/fstest"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// withDatabase is a run of config whose transactions write a row.
func withDatabase(t *testing.T, name string, c postgres.Config) harness.Config {
	t.Helper()
	cfg := config(name)
	cfg.Database, cfg.Hooks = &c, hook.New()
	cfg.Hooks.BeforeEach(func(c *hook.Case) error {
		_, err := c.DB.Exec(c.Context(), "CREATE TABLE seeded (name text); INSERT INTO seeded VALUES ('x')")
		return err
	})
	return cfg
}

func runOrSkip(t *testing.T, cfg harness.Config) *harness.Result {
	t.Helper()
	s, err := postgres.Open(t.Context(), *cfg.Database)
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("CI") == "" && os.Getenv("BAILIFF_REQUIRE_DB") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	return result
}

func TestFailedDatabaseIsKept(t *testing.T) {
	t.Parallel()
	for _, mode := range []postgres.Isolation{postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			cfg := withDatabase(t, "another name", postgres.Config{KeepFailed: true, Isolation: mode})
			result := runOrSkip(t, cfg)
			require.Equal(t, []string{"Machine > View fail", "Machine > Remove pass"}, names(result.Outcomes))
			kept := result.Outcomes[0].Database
			assert.Regexp(t, "^bailiff_kept_machine_view_", kept)
			assert.Empty(t, result.Outcomes[1].Database)
			d, err := postgres.OpenDatabases(t.Context(), *cfg.Database)
			require.NoError(t, err)
			defer func() { require.NoError(t, d.Close()) }()
			url, err := d.URL(t.Context(), kept)
			require.NoError(t, err)
			conn, err := pgx.Connect(t.Context(), url)
			require.NoError(t, err)
			var name string
			require.NoError(t, conn.QueryRow(t.Context(), "SELECT name FROM seeded").Scan(&name))
			require.NoError(t, conn.Close(t.Context()))
			require.NoError(t, d.Drop(t.Context(), kept))
		})
	}
}

func TestLeakyHookIsNamed(t *testing.T) {
	t.Parallel()
	cfg := withDatabase(t, "press", postgres.Config{DetectLeaks: true})
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error {
		tx, err := c.DB.Begin(c.Context())
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(c.Context()) }()
		past, err := pgx.ConnectConfig(c.Context(), tx.Conn().Config())
		if err != nil {
			return err
		}
		defer func() { _ = past.Close(c.Context()) }()
		_, err = past.Exec(c.Context(), "INSERT INTO leaks VALUES ('past')")
		return err
	})
	cfg.Database.Migrator = postgres.Goose(fstest.MapFS{"00001_leaks.sql": {Data: []byte("-- +goose Up\nCREATE TABLE leaks (name text);\n")}})

	result := runOrSkip(t, cfg)

	require.Equal(t, []string{"Machine > View error", "Machine > Remove pass"}, names(result.Outcomes))
	assert.Equal(t, `clean the database: a row was written to leaks past the case: {"name": "past"}`, result.Outcomes[0].Reason)
	assert.Equal(t, transaction.Stats{Passes: 1, Errors: 1}, result.Stats)
}

func TestHandlerGetsAPool(t *testing.T) {
	t.Parallel()
	cfg := withDatabase(t, "press", postgres.Config{Isolation: postgres.IsolationDelete})
	inner := cfg.Handler
	cfg.Handler = func(db postgres.DB) http.Handler {
		assert.IsType(t, &pgxpool.Pool{}, db)
		return inner(db)
	}
	assert.True(t, runOrSkip(t, cfg).OK())
}

func TestOneDatabaseIsForOneTransactionAtATime(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Database, cfg.Workers = &postgres.Config{Database: "postgres://127.0.0.1:1/x"}, 2
	_, err := harness.Run(t.Context(), cfg)
	require.ErrorContains(t, err, "run one at a time")
}
