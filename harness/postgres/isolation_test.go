package postgres_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// wide is a schema with everything that a mode has to set back.
var wide = fstest.MapFS{
	"00001_wide.sql": {Data: []byte(`-- +goose Up
CREATE TABLE makers (id serial PRIMARY KEY, parent int REFERENCES makers, name text);
CREATE TABLE machines (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, maker int NOT NULL REFERENCES makers ON DELETE RESTRICT,
	price int, twice int GENERATED ALWAYS AS (price * 2) STORED);
ALTER TABLE makers ADD machine int REFERENCES machines;
CREATE TABLE "Odd ""table"", 'of' -- names; DROP" ("Id" bigserial, "select" text);
CREATE TABLE visits (id bigserial, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE visits_2025 PARTITION OF visits FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE visits_rest PARTITION OF visits DEFAULT;
CREATE TABLE children (more int) INHERITS (makers);
CREATE UNLOGGED TABLE scratch (id int);
CREATE SCHEMA other;
CREATE TABLE other.things (id serial, maker int);
CREATE TABLE nothing ();
CREATE SEQUENCE lonely START 5;
SELECT setval('lonely', 42, false);
CREATE TABLE kinds (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, size numeric, upper text GENERATED ALWAYS AS (upper(name)) STORED);
INSERT INTO kinds (name, size) VALUES ('small', 1), (E'tab\tand\\backslash', NULL), ('', 2);
CREATE TABLE models (id serial PRIMARY KEY, kind int NOT NULL REFERENCES kinds ON DELETE CASCADE);
INSERT INTO models (kind) VALUES (1), (3);
CREATE MATERIALIZED VIEW sizes AS SELECT sum(size) AS total FROM kinds;
CREATE MATERIALIZED VIEW later AS SELECT count(*) AS n FROM makers WITH NO DATA;
-- +goose StatementBegin
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not to be deleted'; END $$;
-- +goose StatementEnd
CREATE TRIGGER refuse BEFORE DELETE ON machines FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE watched (id int);
CREATE TABLE seen (by name);
-- +goose StatementBegin
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO seen VALUES (current_user); RETURN OLD; END $$;
-- +goose StatementEnd
CREATE TRIGGER see AFTER DELETE ON watched FOR EACH ROW EXECUTE FUNCTION see();
ALTER TABLE watched ENABLE ALWAYS TRIGGER see;
CREATE TABLE goose_like (id int);
INSERT INTO goose_like VALUES (1);
`)},
}

// everything touches all that there is.
const everything = `
	INSERT INTO makers (name) VALUES ('one'), ('two');
	INSERT INTO makers (parent) VALUES (1);
	INSERT INTO machines (maker, price) VALUES (1, 5), (2, 6);
	UPDATE makers SET machine = 2;
	INSERT INTO "Odd ""table"", 'of' -- names; DROP" DEFAULT VALUES;
	INSERT INTO visits (day) VALUES ('2025-06-01'), ('1999-01-01');
	INSERT INTO children (more) VALUES (1);
	INSERT INTO scratch VALUES (1);
	INSERT INTO watched VALUES (1);
	INSERT INTO other.things DEFAULT VALUES;
	INSERT INTO nothing DEFAULT VALUES;
	SELECT nextval('lonely');
	UPDATE kinds SET name = 'changed' WHERE id = 1;
	DELETE FROM kinds WHERE id = 3;
	INSERT INTO kinds (name) VALUES ('new');
	TRUNCATE goose_like;
	REFRESH MATERIALIZED VIEW sizes;
	REFRESH MATERIALIZED VIEW later;
	SELECT lo_from_bytea(0, '\x01')`

// state reads all that there is, as text.
func state(t testing.TB, db postgres.DB) []string {
	t.Helper()
	rows, err := db.Query(t.Context(), `SELECT format('SELECT %L || %I::text FROM ONLY %I.%I', c.oid::regclass || ' ', relname, nspname, relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
		WHERE (relkind = 'r' OR relkind = 'm' AND relispopulated) AND nspname NOT LIKE 'pg\_%' AND nspname <> 'information_schema'
		AND relname <> 'goose_db_version' AND relname <> 'nothing' ORDER BY 1`)
	require.NoError(t, err)
	selects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	var all []string
	selects = append(selects, "SELECT format('lonely %s %s', last_value, is_called) FROM lonely",
		"SELECT 'nothing' FROM nothing", "SELECT format('%s %s', relname, relispopulated) FROM pg_class WHERE relkind = 'm'",
		"SELECT 'object' FROM pg_largeobject_metadata")
	for _, sql := range selects {
		rows, err := db.Query(t.Context(), sql+" ORDER BY 1")
		require.NoError(t, err)
		texts, err := pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		all = append(all, texts...)
	}
	return all
}

func newWorkerIn(t testing.TB, mode postgres.Isolation, m fstest.MapFS) *postgres.Worker {
	t.Helper()
	w, err := newServer(t, postgres.Config{Migrator: postgres.Goose(m), Isolation: mode}).Worker(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return w
}

// modes runs a test in each mode.
func modes(t *testing.T, f func(t *testing.T, mode postgres.Isolation)) {
	t.Helper()
	for _, mode := range []postgres.Isolation{postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			f(t, mode)
		})
	}
}

func TestEachCaseFindsTheTemplate(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, mode postgres.Isolation) {
		w := newWorkerIn(t, mode, wide)
		c := begin(t, w)
		first := state(t, c.DB())
		database := value[string](t, c.DB(), "SELECT current_database()")
		run(t, c.DB(), everything)
		used := state(t, c.DB())
		require.NotEqual(t, first, used)
		end(t, c)
		for range 2 { // what was put back is put back again
			c := begin(t, w)
			assert.Equal(t, first, state(t, c.DB()))
			same := database == value[string](t, c.DB(), "SELECT current_database()")
			assert.Equal(t, mode != postgres.IsolationClone, same, "only a clone is another database")
			run(t, c.DB(), everything)
			assert.Equal(t, used, state(t, c.DB()), "identifiers begin anew")
			end(t, c)
		}
		c = begin(t, w)
		assert.Equal(t, first, state(t, c.DB()))
		end(t, c)
	})
}

func TestSchemaIsThatOfTheTemplate(t *testing.T) {
	t.Parallel()
	for name, sql := range map[string]string{
		"table":    "CREATE TABLE more (id int)",
		"dropped":  "DROP TABLE goose_like",
		"column":   "ALTER TABLE kinds ADD more int",
		"renamed":  "ALTER TABLE kinds RENAME COLUMN name TO title",
		"default":  "ALTER TABLE kinds ALTER name SET DEFAULT 'x'",
		"function": "CREATE FUNCTION more() RETURNS int LANGUAGE sql AS 'SELECT 1'",
		"replaced": "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
		"index":    "CREATE INDEX ON kinds (name)",
		"schema":   "CREATE SCHEMA more",
		"enum":     "CREATE TYPE mood AS ENUM ('good')",
		"unfilled": "REFRESH MATERIALIZED VIEW sizes WITH NO DATA",
		"view":     "CREATE VIEW more AS SELECT 1 AS one",
		"not null": "ALTER TABLE kinds ALTER size SET NOT NULL",
		"type":     "ALTER TABLE makers ALTER name TYPE varchar(5)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorkerIn(t, postgres.IsolationDelete, wide)
			c := begin(t, w)
			if name == "not null" {
				run(t, c.DB(), "DELETE FROM kinds WHERE size IS NULL")
			}
			before := catalog(t, c.DB())
			first := state(t, c.DB())
			run(t, c.DB(), sql)
			end(t, c)
			c = begin(t, w)
			assert.True(t, before == catalog(t, c.DB()), "the catalog")
			if name != "not null" {
				assert.Equal(t, first, state(t, c.DB()))
			}
			end(t, c)
		})
	}
}

// catalog reads what tables and the like there are.
func catalog(t testing.TB, db postgres.DB) string {
	t.Helper()
	return value[string](t, db, `SELECT concat(
		(SELECT string_agg(format('%s.%s %s %s', attrelid::regclass, attname, format_type(atttypid, atttypmod), attnotnull), ' ' ORDER BY attrelid, attnum) FROM pg_attribute WHERE attrelid >= 16384 AND attnum > 0),
		(SELECT string_agg(nspname, ' ' ORDER BY 1) FROM pg_namespace WHERE nspname NOT LIKE 'pg\_%'),
		(SELECT string_agg(proname || prosrc, ' ' ORDER BY 1) FROM pg_proc WHERE oid >= 16384),
		(SELECT string_agg(pg_get_expr(adbin, adrelid), ' ' ORDER BY oid) FROM pg_attrdef),
		(SELECT string_agg(typname, ' ' ORDER BY 1) FROM pg_type WHERE oid >= 16384))`)
}

func TestCommitsAreReal(t *testing.T) {
	t.Parallel()
	for _, mode := range []postgres.Isolation{postgres.IsolationDelete, postgres.IsolationClone} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			c := begin(t, newWorkerIn(t, mode, schema))
			pool, ok := c.DB().(*pgxpool.Pool)
			require.True(t, ok)
			listener, err := pool.Acquire(t.Context())
			require.NoError(t, err)
			_, err = listener.Exec(t.Context(), "LISTEN news")
			require.NoError(t, err)
			run(t, pool, addTopic, "travel")
			run(t, pool, "NOTIFY news, 'travel'")
			heard, err := listener.Conn().WaitForNotification(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "travel", heard.Payload)
			assert.Equal(t, 1, value[int](t, listener, countTopics), "another connection sees it")
			listener.Release()
			require.NoError(t, c.Check(t.Context()))
			end(t, c)
			end(t, c)
		})
	}
}

func TestCaseEndsWhateverIsLeftOpen(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, mode postgres.Isolation) {
		if mode == postgres.IsolationRollback {
			t.Skip("see TestEnd...")
		}
		w := newWorkerIn(t, mode, schema)
		c := begin(t, w)
		pool := c.DB().(*pgxpool.Pool)
		run(t, pool, addTopic, "one")
		forgotten, err := pool.Begin(t.Context())
		require.NoError(t, err)
		run(t, forgotten, "LOCK TABLE topics, roles")
		run(t, forgotten, addTopic, "two")
		foreign, err := pgx.ConnectConfig(t.Context(), pool.Config().ConnConfig)
		require.NoError(t, err)
		defer func() { _ = foreign.Close(context.Background()) }()
		run(t, foreign, "BEGIN; INSERT INTO subtopics (name) VALUES ('three')")
		busy := make(chan error, 1)
		go func() {
			_, err := pool.Exec(context.WithoutCancel(t.Context()), "SELECT pg_sleep(60)")
			busy <- err
		}()
		begun := time.Now()
		end(t, c)
		c = begin(t, w)
		assert.Less(t, time.Since(begun), 5*time.Second)
		assert.Zero(t, value[int](t, c.DB(), countTopics))
		assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "again"))
		require.Error(t, <-busy, "it was ended")
		require.Error(t, forgotten.Commit(t.Context()))
		end(t, c)
	})
}

func TestSessionIsAsNew(t *testing.T) {
	t.Parallel()
	w := newWorkerIn(t, postgres.IsolationDelete, schema)
	c := begin(t, w)
	was := value[string](t, c.DB(), "SHOW search_path")
	run(t, c.DB(), "SET search_path = pg_catalog; CREATE TEMP TABLE mine (id int); SELECT pg_advisory_lock(7)")
	end(t, c)
	c = begin(t, w)
	assert.Equal(t, was, value[string](t, c.DB(), "SHOW search_path"))
	assert.False(t, value[bool](t, c.DB(), "SELECT to_regclass('mine') IS NOT NULL"))
	assert.Zero(t, value[int](t, c.DB(), "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = 7"))
	end(t, c)
}

// TestPreparedStatementGoes: a statement that is prepared by SQL survives the transaction, and its name is taken.
func TestPreparedStatementGoes(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, mode postgres.Isolation) {
		w := newWorkerIn(t, mode, schema)
		for range 2 {
			c := begin(t, w)
			run(t, c.DB(), "PREPARE mine AS SELECT 1")
			end(t, c)
		}
	})
}

func TestWorkersBesideEachOther(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, mode postgres.Isolation) {
		s := newServer(t, postgres.Config{Migrator: postgres.Goose(schema), Isolation: mode})
		var all sync.WaitGroup
		for n := range 4 {
			w, err := s.Worker(t.Context())
			require.NoError(t, err)
			all.Go(func() {
				for i := range 5 {
					c, err := w.Begin(t.Context())
					if !assert.NoError(t, err) {
						return
					}
					var id int
					assert.NoError(t, c.DB().QueryRow(t.Context(), addTopic, fmt.Sprint(n, i)).Scan(&id))
					assert.Equal(t, 1, id)
					assert.NoError(t, c.End())
				}
				assert.NoError(t, w.Close())
			})
		}
		all.Wait()
	})
}

func TestLeaksAreTold(t *testing.T) {
	t.Parallel()
	for _, strict := range []bool{false, true} {
		t.Run(fmt.Sprint(strict), func(t *testing.T) {
			t.Parallel()
			var lines []string
			s := newServer(t, postgres.Config{Migrator: postgres.Goose(wide), DetectLeaks: strict, Log: func(line string) { lines = append(lines, line) }})
			w, err := s.Worker(t.Context())
			require.NoError(t, err)
			c := begin(t, w)
			run(t, c.DB(), everything)
			tx, err := c.DB().Begin(t.Context())
			require.NoError(t, err)
			config := tx.Conn().Config()
			require.NoError(t, tx.Rollback(t.Context()))
			end(t, c)
			found, err := w.Leaks(t.Context())
			require.NoError(t, err)
			require.Empty(t, found)

			leak := func() {
				past, err := pgx.ConnectConfig(t.Context(), config)
				require.NoError(t, err)
				run(t, past, "INSERT INTO scratch VALUES (7), (8)")
				if strict {
					run(t, past, "DELETE FROM kinds WHERE id = 3")
				}
				require.NoError(t, past.Close(t.Context()))
			}
			c = begin(t, w)
			leak()
			end(t, c)
			found, err = w.Leaks(t.Context())
			require.NoError(t, err)
			want := []postgres.Leak{{Table: "scratch", Rows: 2, Sample: `{"id": 7}`}}
			if strict {
				want = append(want, postgres.Leak{Table: "kinds", Changed: true}, postgres.Leak{Table: "models", Changed: true})
			}
			assert.Equal(t, want, found)
			c = begin(t, w)
			assert.Zero(t, value[int](t, c.DB(), "SELECT count(*) FROM scratch"), "the next one is clean")
			tx, err = c.DB().Begin(t.Context())
			require.NoError(t, err)
			config = tx.Conn().Config()
			require.NoError(t, tx.Rollback(t.Context()))
			leak()
			require.NoError(t, w.Close())
			assert.Contains(t, lines, "postgres: 2 rows were written to scratch past the case, such as {\"id\": 7}; "+
				"--detect-leaks (Config.DetectLeaks) tells which transaction it was")
		})
	}
}

func TestLateWritesAreTold(t *testing.T) {
	t.Parallel()
	s := newServer(t, postgres.Config{Migrator: postgres.Goose(wide), DetectLeaks: true, Isolation: postgres.IsolationDelete})
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	c := begin(t, w)
	pool := c.DB().(*pgxpool.Pool)
	run(t, pool, everything)
	end(t, c)
	found, err := w.Leaks(t.Context())
	require.NoError(t, err)
	require.Empty(t, found)
	run(t, pool, "INSERT INTO scratch VALUES (9)")
	found, err = w.Leaks(t.Context())
	require.NoError(t, err)
	assert.Equal(t, []postgres.Leak{{Table: "scratch", Rows: 1, Sample: `{"id": 9}`}}, found)
	assert.Equal(t, `a row was written to scratch past the case: {"id": 9}`, found[0].String())
	require.NoError(t, w.Close())
}

func TestKeep(t *testing.T) {
	t.Parallel()
	modes(t, func(t *testing.T, mode postgres.Isolation) {
		config := postgres.Config{Migrator: postgres.Goose(schema), Isolation: mode, Cache: newFolder(t)}
		s, err := postgres.Open(t.Context(), config)
		require.NoError(t, err)
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		c := begin(t, w)
		run(t, c.DB(), addTopic, "kept")
		_, err = c.DB().Exec(t.Context(), "INSERT INTO topics (id) VALUES (99)")
		require.Error(t, err)
		open, err := c.DB().Begin(t.Context())
		require.NoError(t, err)
		run(t, open, addTopic, "lost")
		name, err := c.Keep(t.Context(), "Topics > Add a topic > Example 2")
		require.NoError(t, err)
		assert.Regexp(t, `^bailiff_kept_topics_add_a_topic_example_2_\d{8}_\d{6}_\d{3}$`, name)
		require.NoError(t, c.End())
		require.Error(t, open.Rollback(context.WithoutCancel(t.Context())), "it is gone")

		c = begin(t, w)
		assert.Zero(t, value[int](t, c.DB(), countTopics), "the next one is clean")
		end(t, c)
		require.NoError(t, w.Close())
		require.NoError(t, s.Close()) // and the server stops

		d, err := postgres.OpenDatabases(t.Context(), config)
		require.NoError(t, err)
		defer func() { require.NoError(t, d.Close()) }()
		all, err := d.List(t.Context())
		require.NoError(t, err)
		require.Len(t, all, 1)
		assert.Equal(t, name, all[0].Name)
		assert.Equal(t, "Topics > Add a topic > Example 2", all[0].Label)
		assert.WithinDuration(t, time.Now(), all[0].At, time.Minute)
		url, err := d.URL(t.Context(), name)
		require.NoError(t, err)
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err)
		assert.Equal(t, []string{"kept"}, value[[]string](t, conn, "SELECT array_agg(name) FROM topics"))
		require.NoError(t, d.Drop(t.Context(), name))
		_, err = d.URL(t.Context(), name)
		require.ErrorIs(t, err, postgres.ErrNotKept)
		require.ErrorIs(t, d.Drop(t.Context(), "postgres"), postgres.ErrNotKept)
		_ = conn.Close(t.Context())
	})
}
