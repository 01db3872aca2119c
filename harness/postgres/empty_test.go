package postgres_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// newDatabase is a database of its own, with the schema of the tests.
func newDatabase(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool, drop, err := newServer(t, postgres.Config{Migrator: postgres.Goose(schema)}).Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	return pool
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	run(t, db, `
		CREATE TABLE makers (id serial PRIMARY KEY, parent int REFERENCES makers);
		CREATE TABLE machines (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, maker int NOT NULL REFERENCES makers);
		ALTER TABLE makers ADD machine int REFERENCES machines;
		CREATE TABLE "Odd ""table"", 'of' -- names; DROP" ("Id" bigserial, "select" text);
		CREATE TABLE "select" (id serial);
		CREATE TABLE visits (id bigserial, day date NOT NULL) PARTITION BY RANGE (day);
		CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
		CREATE TABLE visits_rest PARTITION OF visits DEFAULT;
		CREATE TABLE children (more int) INHERITS (makers);
		CREATE VIEW counted AS SELECT count(*) FROM makers;
		CREATE MATERIALIZED VIEW kept AS SELECT 1 AS one;
		CREATE SCHEMA other;
		CREATE TABLE other.things (id serial, maker int);
		CREATE SEQUENCE lonely;
		CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not to be deleted'; END $$;
		CREATE TRIGGER refuse BEFORE DELETE ON machines FOR EACH ROW EXECUTE FUNCTION refuse()`)
	fill := func() []int {
		run(t, db, `INSERT INTO makers DEFAULT VALUES; INSERT INTO makers (parent) VALUES (1)`)
		run(t, db, `INSERT INTO machines (maker) VALUES (1), (2); UPDATE makers SET machine = 2`)
		run(t, db, `INSERT INTO visits (day) VALUES ('2025-06-01'), ('1999-01-01')`)
		run(t, db, `INSERT INTO "select" DEFAULT VALUES`)
		run(t, db, `INSERT INTO children (more) VALUES (1)`)
		return []int{
			value[int](t, db, `INSERT INTO "Odd ""table"", 'of' -- names; DROP" DEFAULT VALUES RETURNING "Id"`),
			value[int](t, db, "SELECT max(id) FROM visits"),
			value[int](t, db, "SELECT max(id) FROM machines"),
			value[int](t, db, "SELECT max(id) FROM makers"),
			value[int](t, db, `INSERT INTO topics (name) VALUES ('x') RETURNING id`),
		}
	}
	run(t, db, "INSERT INTO other.things DEFAULT VALUES")
	first := fill()
	noted := value[int](t, db, "SELECT count(*) FROM goose_db_version")
	require.Positive(t, noted)

	require.NoError(t, postgres.Empty(t.Context(), db))

	for _, table := range []string{"makers", "machines", `"select"`, `"Odd ""table"", 'of' -- names; DROP"`, "visits", "visits_2025", "children", "topics"} {
		assert.Zero(t, value[int](t, db, "SELECT count(*) FROM "+table), table)
	}
	assert.Equal(t, noted, value[int](t, db, "SELECT count(*) FROM goose_db_version"), "the migrations are not run again")
	assert.Equal(t, 1, value[int](t, db, "SELECT count(*) FROM other.things"), "another schema")
	assert.Equal(t, first, fill(), "identifiers begin anew")

	require.NoError(t, postgres.Empty(t.Context(), db))
	require.NoError(t, postgres.Empty(t.Context(), db), "what is empty already")
}

func TestEmptyLeavesAllWhenItCannot(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	run(t, db, "INSERT INTO topics (name) VALUES ('x')")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()

	require.ErrorIs(t, postgres.Empty(ctx, db), context.Canceled)
	assert.Equal(t, 1, value[int](t, db, "SELECT count(*) FROM topics"))

	run(t, db, "CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.notes (topic int REFERENCES topics); INSERT INTO elsewhere.notes SELECT id FROM topics")
	require.NoError(t, postgres.Empty(t.Context(), db))
	assert.Zero(t, value[int](t, db, "SELECT count(*) FROM elsewhere.notes"), "rows that refer to what is gone go too")
}

// TestEmptyKeepsNotes is about the notes of migrations of other tools, and tables that only look like them.
func TestEmptyKeepsNotes(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	notes := []string{"river_migration", "schema_migrations", "flyway_schema_history", "alembic_version", "_prisma_migrations", `"SequelizeMeta"`}
	others := []string{"schema_migrations_of_ours", "sequelizemeta"}
	for _, table := range append(others, notes...) {
		run(t, db, "CREATE TABLE "+table+" (version text PRIMARY KEY); INSERT INTO "+table+" VALUES ('7')")
	}

	require.NoError(t, postgres.Empty(t.Context(), db))

	for _, table := range notes {
		assert.Equal(t, 1, value[int](t, db, "SELECT count(*) FROM "+table), table)
	}
	for _, table := range others {
		assert.Zero(t, value[int](t, db, "SELECT count(*) FROM "+table), table)
	}
}

func TestEmptyOfNoTables(t *testing.T) {
	t.Parallel()
	db := newDatabase(t)
	run(t, db, "DROP SCHEMA public CASCADE")
	require.NoError(t, postgres.Empty(t.Context(), db))
}
