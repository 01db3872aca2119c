package postgres_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

func TestCaseIsClean(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	for range 3 {
		c := begin(t, w)
		db := c.DB()
		assert.Equal(t, 0, value[int](t, db, countTopics))
		assert.Equal(t, 1, value[int](t, db, addTopic, "travel"))
		assert.Equal(t, 2, value[int](t, db, addTopic, "music"))
		assert.Equal(t, 1, value[int](t, db, "INSERT INTO subtopics (topic, name) VALUES (1, 'x') RETURNING id"))
		assert.Equal(t, 3, value[int](t, db, "INSERT INTO roles (name) VALUES ('moderator') RETURNING id"), "two came with the schema")
		assert.Equal(t, 42, value[int](t, db, "SELECT nextval('tickets')"), "was set and not called")
		end(t, c)
	}
}

// What is done to the session of a case must not show in the next one either.
func TestCaseLeavesNoSession(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	c := begin(t, w)
	run(t, c.DB(), "CREATE TEMP TABLE scratch (x int)")
	run(t, c.DB(), "SET search_path = pg_catalog")
	run(t, c.DB(), "SELECT pg_advisory_lock(7)")
	run(t, c.DB(), "LISTEN news")
	run(t, c.DB(), "ALTER TABLE public.topics ADD COLUMN extra int")
	run(t, c.DB(), "CREATE SEQUENCE public.more")
	end(t, c)

	db := begin(t, w).DB()
	assert.Equal(t, 0, value[int](t, db, "SELECT count(*) FROM pg_class WHERE relname IN ('scratch', 'more')"))
	assert.Equal(t, `"$user", public`, value[string](t, db, "SHOW search_path"))
	assert.Equal(t, 0, value[int](t, db, "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"))
	assert.Equal(t, 0, value[int](t, db, "SELECT count(*) FROM pg_listening_channels()"))
	assert.Equal(t, 0, value[int](t, db, "SELECT count(*) FROM pg_attribute WHERE attname = 'extra'"))
}

// A statement that was prepared while a table looked otherwise fails once it looks as before.
func TestAlteredTable(t *testing.T) {
	t.Parallel()
	const sql = "SELECT * FROM topics WHERE id = $1"
	w := newWorker(t)
	c := begin(t, w)
	run(t, c.DB(), addTopic, "travel")
	run(t, c.DB(), "ALTER TABLE topics ADD COLUMN extra int")
	rows, err := c.DB().Query(t.Context(), sql, 1)
	require.NoError(t, err)
	assert.Len(t, rows.FieldDescriptions(), 3)
	rows.Close()
	end(t, c)

	c = begin(t, w)
	run(t, c.DB(), addTopic, "travel")
	var got topic
	require.NoError(t, c.DB().QueryRow(t.Context(), sql, 1).Scan(&got))
	assert.Equal(t, topic{1, "travel"}, got)
}

func TestStatementsFailAlone(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, sql string
		args      []any
		code      string
	}{
		{name: "unique", sql: addTopic, args: []any{"travel"}, code: "23505"},
		{name: "unknown table", sql: "SELECT * FROM nowhere WHERE x = $1", args: []any{1}, code: "42P01"},
		{name: "syntax", sql: "SELEKT", code: "42601"},
		{name: "second of two", sql: "INSERT INTO topics (name) VALUES ('lost'); SELECT 1/0", code: "22012"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			c := newCase(t)
			run(t, c.DB(), addTopic, "travel")
			for range 2 {
				_, err := c.DB().Exec(t.Context(), tc.sql, tc.args...)
				var pg *pgconn.PgError
				require.ErrorAs(t, err, &pg)
				assert.Equal(t, tc.code, pg.Code)
				assert.Equal(t, 1, value[int](t, c.DB(), countTopics), "what went before stays")
			}
			run(t, c.DB(), addTopic, "music")
			assert.Equal(t, 2, value[int](t, c.DB(), countTopics))

			b := &pgx.Batch{}
			b.Queue(addTopic, "film")
			b.Queue(addTopic, "film")
			require.Error(t, c.DB().SendBatch(t.Context(), b).Close())
			assert.Equal(t, 2, value[int](t, c.DB(), countTopics), "a batch fails as a whole")
		})
	}
}

func TestTransactionsNest(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	ctx := t.Context()

	kept, err := c.DB().Begin(ctx)
	require.NoError(t, err)
	run(t, kept, addTopic, "kept")
	inner, err := kept.Begin(ctx)
	require.NoError(t, err)
	run(t, inner, addTopic, "lost")
	_, err = inner.Exec(ctx, addTopic, "kept")
	require.Error(t, err)
	_, err = inner.Exec(ctx, "SELECT 1")
	require.ErrorContains(t, err, "current transaction is aborted", "as in production")
	require.NoError(t, inner.Rollback(ctx))
	require.ErrorIs(t, inner.Rollback(ctx), pgx.ErrTxClosed)
	assert.Equal(t, 1, value[int](t, kept, countTopics))
	require.NoError(t, kept.Commit(ctx))
	require.ErrorIs(t, kept.Commit(ctx), pgx.ErrTxClosed)

	lost, err := c.DB().Begin(ctx)
	require.NoError(t, err)
	inner, err = lost.Begin(ctx)
	require.NoError(t, err)
	run(t, inner, addTopic, "committed in vain")
	require.NoError(t, inner.Commit(ctx))
	require.NoError(t, lost.Rollback(ctx))
	_, err = lost.Exec(ctx, "SELECT 1")
	require.ErrorIs(t, err, pgx.ErrTxClosed)

	assert.Equal(t, 1, value[int](t, c.DB(), countTopics))
}

func TestCommitOfAbortedTransaction(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	run(t, c.DB(), addTopic, "before")
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	run(t, tx, addTopic, "lost")
	_, err = tx.Exec(t.Context(), "SELECT 1/0")
	require.Error(t, err)
	require.ErrorIs(t, tx.Commit(t.Context()), pgx.ErrTxCommitRollback)
	assert.Equal(t, 1, value[int](t, c.DB(), countTopics))
}

func TestForgottenTransactionsEndWithTheirParent(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	outer, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	forgotten, err := outer.Begin(t.Context())
	require.NoError(t, err)
	run(t, forgotten, addTopic, "travel")
	require.NoError(t, outer.Commit(t.Context()))
	require.ErrorIs(t, forgotten.Commit(t.Context()), pgx.ErrTxClosed)
	assert.Equal(t, 1, value[int](t, c.DB(), countTopics))
}

func TestOverlappingTransactions(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	first, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	second, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	require.ErrorIs(t, first.Commit(t.Context()), postgres.ErrOverlap)
	_, err = first.Begin(t.Context())
	require.ErrorIs(t, err, postgres.ErrOverlap)
	require.NoError(t, second.Commit(t.Context()))
	require.NoError(t, first.Commit(t.Context()))
}

func TestDeferredConstraints(t *testing.T) {
	t.Parallel()
	const orphan = "INSERT INTO subtopics (topic, name) VALUES (7, 'orphan')"
	w := newWorker(t)

	c := begin(t, w)
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	run(t, tx, orphan)
	requireCode(t, tx.Commit(t.Context()), "23503")
	assert.Equal(t, 0, value[int](t, c.DB(), "SELECT count(*) FROM subtopics"))
	require.NoError(t, c.Check(t.Context()))

	tx, err = c.DB().Begin(t.Context())
	require.NoError(t, err)
	run(t, tx, orphan)
	run(t, tx, "INSERT INTO topics (id, name) VALUES (7, 'late')")
	require.NoError(t, tx.Commit(t.Context()))
	end(t, c)

	c = begin(t, w)
	run(t, c.DB(), orphan)
	requireCode(t, c.Check(t.Context()), "23503")
	requireCode(t, c.Check(t.Context()), "23503")
	run(t, c.DB(), "INSERT INTO topics (id, name) VALUES (7, 'late')")
	require.NoError(t, c.Check(t.Context()))
	run(t, c.DB(), "INSERT INTO subtopics (topic, name) VALUES (8, 'still deferred')")
	end(t, c)
}

func requireCode(t testing.TB, err error, code string) {
	t.Helper()
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, code, pg.Code)
}

func TestCommitAsText(t *testing.T) {
	t.Parallel()
	for _, sql := range []string{"COMMIT", "ROLLBACK", "INSERT INTO topics (name) VALUES ('leak'); COMMIT"} {
		t.Run(sql, func(t *testing.T) {
			t.Parallel()
			w := newWorker(t)
			c := begin(t, w)
			run(t, c.DB(), addTopic, "leak too")
			run(t, c.DB(), sql)
			_, err := c.DB().Exec(t.Context(), "SELECT 1")
			require.ErrorContains(t, err, "COMMIT or ROLLBACK was sent as SQL")
			require.ErrorContains(t, c.End(), "COMMIT or ROLLBACK was sent as SQL")

			c = begin(t, w)
			assert.Equal(t, 0, value[int](t, c.DB(), countTopics))
			assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "travel"))
			end(t, c)
		})
	}
}

func TestBrokenConnection(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	c := begin(t, w)
	run(t, c.DB(), addTopic, "travel")
	_, err := c.DB().Exec(t.Context(), "SELECT pg_terminate_backend(pg_backend_pid())")
	require.Error(t, err)
	_, err = c.DB().Exec(t.Context(), "SELECT 1")
	require.Error(t, err)
	require.ErrorContains(t, c.End(), "the server was lost in the middle of it")

	c = begin(t, w)
	assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "travel"))
	pid := value[int](t, c.DB(), "SELECT pg_backend_pid()")
	end(t, c)

	// While nobody uses it.
	other := newCase(t)
	require.True(t, value[bool](t, other.DB(), "SELECT pg_terminate_backend($1, 5000)", pid))
	c = begin(t, w)
	assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "travel"))
	run(t, c.DB(), "DEALLOCATE ALL")
	end(t, c)

	c = begin(t, w)
	assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "travel"))
	end(t, c)
}

func TestCanceledRequest(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	c := begin(t, w)
	run(t, c.DB(), addTopic, "travel")
	before := value[int](t, c.DB(), "SELECT pg_backend_pid()")

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	tx, err := c.DB().Begin(ctx)
	require.NoError(t, err)
	_, err = tx.Exec(ctx, "SELECT pg_sleep(30)")
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.NoError(t, tx.Rollback(ctx), "deferred rollbacks come with a context that is done")
	_, err = c.DB().Exec(ctx, "SELECT 1")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	committed, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	run(t, committed, addTopic, "lost")
	require.ErrorIs(t, committed.Commit(ctx), context.DeadlineExceeded)
	require.ErrorIs(t, committed.Rollback(ctx), pgx.ErrTxClosed)

	assert.Equal(t, before, value[int](t, c.DB(), "SELECT pg_backend_pid()"), "the connection lives")
	assert.Equal(t, 1, value[int](t, c.DB(), countTopics))
	end(t, c)
}

func TestEndStopsWhatRuns(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	c := begin(t, w)
	running := make(chan struct{})
	failed := make(chan error, 1)
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	go func() {
		close(running)
		_, err := tx.Exec(context.Background(), "SELECT pg_sleep(30)")
		failed <- err
	}()
	<-running
	begun := time.Now()
	end(t, c)
	require.Less(t, time.Since(begun), 2*time.Second)
	require.Error(t, <-failed)
	_, err = c.DB().Exec(t.Context(), "SELECT 1")
	require.ErrorIs(t, err, postgres.ErrEnded)
	end(t, c)

	assert.Equal(t, 0, value[int](t, begin(t, w).DB(), countTopics))
}

func TestBeginTwice(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	begin(t, w)
	_, err := w.Begin(t.Context())
	require.ErrorContains(t, err, "the last one of this worker has not ended")
}

func TestContextOfTheRun(t *testing.T) {
	t.Parallel()
	w := newWorker(t)
	ctx, cancel := context.WithCancel(t.Context())
	c, err := w.Begin(ctx)
	require.NoError(t, err)
	run(t, c.DB(), addTopic, "travel")
	cancel()
	_, err = c.DB().Exec(context.Background(), "SELECT 1")
	require.Error(t, err)
	end(t, c)
	_, err = w.Begin(ctx)
	require.ErrorIs(t, err, context.Canceled)

	assert.Equal(t, 0, value[int](t, begin(t, w).DB(), countTopics))
}
