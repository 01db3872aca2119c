package migrations_test

import (
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// schema is all columns and indexes of the tables that migrations make, as one text.
const schema = `SELECT coalesce(string_agg(line, E'\n' ORDER BY line), '') FROM (
	SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default) AS line
	FROM information_schema.columns WHERE table_schema = 'public' AND table_name <> 'goose_db_version'
	UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'goose_db_version'
) lines`

// TestThereAndBack applies all migrations, takes all of them back, and applies them again.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	server, err := postgres.Open(t.Context(), postgres.Config{})
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("BAILIFF_REQUIRE_DB") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	pool, drop, err := server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	db := stdlib.OpenDBFromPool(pool)
	t.Cleanup(func() { assert.NoError(t, db.Close()) })
	provider, err := goose.NewProvider(goose.DialectPostgres, db, migrations.FS)
	require.NoError(t, err)
	look := func() (s string) {
		t.Helper()
		require.NoError(t, pool.QueryRow(t.Context(), schema).Scan(&s))
		return s
	}

	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	first := look()
	assert.Contains(t, first, "events identifier text NO")
	_, err = provider.DownTo(t.Context(), 0)
	require.NoError(t, err)
	assert.Empty(t, look(), "left over after the way back")
	_, err = provider.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, first, look())
}
