package postgres_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

func TestManyGoroutines(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	g, ctx := errgroup.WithContext(t.Context())
	for range 20 {
		g.Go(func() error {
			rows, err := c.DB().Query(ctx, "SELECT n, n::text FROM generate_series(1, 50) n")
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var n, m int
				var text string
				if err := rows.Scan(&n, &text); err != nil {
					return err
				}
				if err := c.DB().QueryRow(ctx, "SELECT $1::int", n).Scan(&m); err != nil || m != n {
					return errors.Join(err, errors.New("another's row"))
				}
			}
			return rows.Err()
		})
	}
	require.NoError(t, g.Wait())
}

// A transaction has one connection in production too, so there the rows must be closed first.
func TestTransactionIsBusyWhileRowsAreOpen(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	rows, err := tx.Query(t.Context(), "SELECT generate_series(1, 2)")
	require.NoError(t, err)
	require.True(t, rows.Next())
	_, err = tx.Exec(t.Context(), "SELECT 1")
	require.ErrorContains(t, err, "conn busy")
	require.ErrorContains(t, tx.Commit(t.Context()), "conn busy")
	assert.Equal(t, 1, value[int](t, c.DB(), "SELECT 1"), "the database itself is not")
	rows.Close()
	run(t, tx, "SELECT 1")
	require.NoError(t, tx.Commit(t.Context()))
}

type topic struct {
	ID   int32
	Name string
}

// ScanRow shows that whole rows are scanned as pgx does.
func (s *topic) ScanRow(rows pgx.Rows) error { return rows.Scan(&s.ID, &s.Name) }

func TestRowsBehaveAsThoseOfPgx(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	b := &pgx.Batch{}
	b.Queue(addTopic, "travel")
	b.Queue(addTopic, "music")
	require.NoError(t, c.DB().SendBatch(t.Context(), b).Close())
	const all = "SELECT id, name FROM topics ORDER BY id"
	wanted := []topic{{1, "travel"}, {2, "music"}}

	rows, err := c.DB().Query(t.Context(), all)
	require.NoError(t, err)
	topics, err := pgx.CollectRows(rows, pgx.RowToStructByName[topic])
	require.NoError(t, err)
	assert.Equal(t, wanted, topics)
	assert.Equal(t, "SELECT 2", rows.CommandTag().String())

	rows, err = c.DB().Query(t.Context(), all)
	require.NoError(t, err)
	maps, err := pgx.CollectRows(rows, pgx.RowToMap)
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{"id": int32(1), "name": "travel"}, {"id": int32(2), "name": "music"}}, maps)

	var one topic
	require.NoError(t, c.DB().QueryRow(t.Context(), all+" DESC").Scan(&one))
	assert.Equal(t, wanted[1], one)
	require.ErrorIs(t, c.DB().QueryRow(t.Context(), all+" OFFSET 2").Scan(&one), pgx.ErrNoRows)
	require.ErrorContains(t, c.DB().QueryRow(t.Context(), all).Scan(new(int)), "number of field descriptions")
	var null *string
	require.NoError(t, c.DB().QueryRow(t.Context(), "SELECT NULL::text").Scan(&null))
	assert.Nil(t, null)
	require.NoError(t, c.DB().QueryRow(t.Context(), "SELECT @a::int", pgx.NamedArgs{"a": 7}).Scan(&one.ID))
	assert.EqualValues(t, 7, one.ID)
	require.NoError(t, c.DB().QueryRow(t.Context(), "SELECT $1::int", pgx.QueryExecModeSimpleProtocol, 8).Scan(&one.ID))
	assert.EqualValues(t, 8, one.ID)

	rows, err = c.DB().Query(t.Context(), "SELECT name FROM topics WHERE false")
	require.NoError(t, err)
	assert.Len(t, rows.FieldDescriptions(), 1)
	assert.False(t, rows.Next())
	require.NoError(t, rows.Err())
}

// Code tells a violated constraint from a broken query by where the error shows.
func TestErrorsShowWhereThoseOfPgxDo(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	run(t, c.DB(), addTopic, "travel")

	rows, err := c.DB().Query(t.Context(), addTopic, "travel")
	require.NoError(t, err)
	assert.False(t, rows.Next())
	requireCode(t, rows.Err(), "23505")

	rows, err = c.DB().Query(t.Context(), "SELECT 6 / n FROM unnest(ARRAY[1, 2, 0]) n")
	require.NoError(t, err)
	read := 0
	for rows.Next() {
		read++
	}
	assert.Equal(t, 2, read)
	requireCode(t, rows.Err(), "22012")

	_, err = c.DB().Query(t.Context(), "SELECT nothing")
	requireCode(t, err, "42703")
}

func TestBatch(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	for _, db := range []postgres.DB{c.DB(), tx} {
		var id, count int
		var affected int64
		b := &pgx.Batch{}
		b.Queue("DELETE FROM topics")
		b.Queue(addTopic, "travel").QueryRow(func(row pgx.Row) error { return row.Scan(&id) })
		b.Queue("UPDATE topics SET name = 'music'").Exec(func(tag pgconn.CommandTag) error {
			affected = tag.RowsAffected()
			return nil
		})
		b.Queue(countTopics).Query(func(rows pgx.Rows) error {
			count, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int])
			return err
		})
		results := db.SendBatch(t.Context(), b)
		_, err := results.Exec()
		require.NoError(t, err)
		require.NoError(t, results.Close())
		require.NoError(t, results.Close())
		assert.Positive(t, id)
		assert.EqualValues(t, 1, affected)
		assert.Equal(t, 1, count)
		assert.Nil(t, results.Tx())
	}

	b := &pgx.Batch{}
	b.Queue("SELECT 1")
	b.Queue("SELECT 1/0")
	ran := false
	b.Queue("SELECT 2").QueryRow(func(pgx.Row) error { ran = true; return nil })
	results := tx.SendBatch(t.Context(), b)
	require.NoError(t, results.QueryRow().Scan(new(int)))
	requireCode(t, results.Close(), "22012")
	assert.False(t, ran, "not after an error")

	b = &pgx.Batch{}
	b.BeginTx(pgx.TxOptions{})
	require.ErrorContains(t, c.DB().SendBatch(t.Context(), b).Close(), "cannot begin a transaction")
}

func TestRestOfTransaction(t *testing.T) {
	t.Parallel()
	c := newCase(t)
	tx, err := c.DB().Begin(t.Context())
	require.NoError(t, err)
	run(t, tx, addTopic, "travel")
	from, err := c.DB().Query(t.Context(), "SELECT id, 'sub' || id FROM topics")
	require.NoError(t, err)
	n, err := tx.CopyFrom(t.Context(), pgx.Identifier{"subtopics"}, []string{"topic", "name"},
		pgx.CopyFromFunc(func() ([]any, error) {
			if !from.Next() {
				return nil, from.Err()
			}
			return from.Values()
		}))
	require.NoError(t, err)
	assert.EqualValues(t, 1, n)

	_, err = tx.Prepare(t.Context(), "double", "SELECT 2 * $1::int")
	require.NoError(t, err)
	assert.Equal(t, 14, value[int](t, tx, "double", 7))

	objects := tx.LargeObjects()
	id, err := objects.Create(t.Context(), 0)
	require.NoError(t, err)
	require.NoError(t, objects.Unlink(t.Context(), id))
	require.NoError(t, tx.Conn().Ping(t.Context()))
	require.NoError(t, tx.Commit(t.Context()))
}
