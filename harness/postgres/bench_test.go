package postgres_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// seedAndRead is what the cases of the benchmarks do: three inserts and three selects.
func seedAndRead(b *testing.B, db postgres.DB) {
	for _, name := range []string{"travel", "music", "film"} {
		var id int
		require.NoError(b, db.QueryRow(b.Context(), addTopic, name).Scan(&id))
	}
	for id := range 3 {
		var name string
		require.NoError(b, db.QueryRow(b.Context(), "SELECT name FROM topics WHERE id = $1", id+1).Scan(&name))
	}
}

// BenchmarkCase is to be held against BenchmarkBareTransaction: the difference is what isolation
// costs.
func BenchmarkCase(b *testing.B) {
	w := newWorker(b)
	b.Run("statements", func(b *testing.B) {
		for b.Loop() {
			c, err := w.Begin(b.Context())
			require.NoError(b, err)
			seedAndRead(b, c.DB())
			require.NoError(b, c.End())
		}
	})
	b.Run("transaction", func(b *testing.B) {
		for b.Loop() {
			c, err := w.Begin(b.Context())
			require.NoError(b, err)
			tx, err := c.DB().Begin(b.Context())
			require.NoError(b, err)
			seedAndRead(b, tx)
			require.NoError(b, tx.Commit(b.Context()))
			require.NoError(b, c.End())
		}
	})
	b.Run("empty", func(b *testing.B) {
		for b.Loop() {
			c, err := w.Begin(b.Context())
			require.NoError(b, err)
			require.NoError(b, c.End())
		}
	})
}

func BenchmarkBareTransaction(b *testing.B) {
	s := newServer(b, postgres.Config{Migrator: postgres.Goose(schema)})
	pool, drop, err := s.Database(b.Context())
	require.NoError(b, err)
	defer func() { require.NoError(b, drop()) }()
	conn, err := pool.Acquire(b.Context())
	require.NoError(b, err)
	defer conn.Release()
	for b.Loop() {
		_, err := conn.Exec(b.Context(), "SELECT setval('topics_id_seq', 1, false)")
		require.NoError(b, err)
		tx, err := conn.Begin(b.Context())
		require.NoError(b, err)
		seedAndRead(b, tx)
		require.NoError(b, tx.Rollback(b.Context()))
	}
}

// BenchmarkWorker is what a worker costs before its first case: clone, connect, drop.
func BenchmarkWorker(b *testing.B) {
	s := newServer(b, postgres.Config{Migrator: postgres.Goose(schema)})
	for b.Loop() {
		w, err := s.Worker(b.Context())
		require.NoError(b, err)
		require.NoError(b, w.Close())
	}
}

// BenchmarkJoin is Open and Close where a server runs and the template exists.
func BenchmarkJoin(b *testing.B) {
	newServer(b, postgres.Config{Migrator: postgres.Goose(schema)})
	for b.Loop() {
		s, err := postgres.Open(b.Context(), postgres.Config{Migrator: postgres.Goose(schema)})
		require.NoError(b, err)
		require.NoError(b, s.Close())
	}
}

var _ postgres.DB = pgx.Tx(nil)
