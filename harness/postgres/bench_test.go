package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

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

// BenchmarkModes is a whole case in each mode, on the tables of the reference server.
func BenchmarkModes(b *testing.B) {
	for _, mode := range []postgres.Isolation{postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone} {
		b.Run(string(mode), func(b *testing.B) {
			w := newWorkerIn(b, mode, sixtyTables())
			for b.Loop() {
				c, err := w.Begin(b.Context())
				require.NoError(b, err)
				for n := range 6 {
					_, err := c.DB().Exec(b.Context(), fmt.Sprintf("INSERT INTO t%d (name) VALUES ('x')", n*7))
					require.NoError(b, err)
				}
				for n := range 3 {
					var name string
					require.NoError(b, c.DB().QueryRow(b.Context(), fmt.Sprintf("SELECT name FROM t%d", n*7)).Scan(&name))
				}
				require.NoError(b, c.End())
			}
		})
	}
}

// sixtyTables is a schema of about the size of the reference server's, a few rows included.
func sixtyTables() fstest.MapFS {
	var sql strings.Builder
	sql.WriteString("-- +goose Up\n")
	for n := range 60 {
		fmt.Fprintf(&sql, "CREATE TABLE t%d (id serial PRIMARY KEY, name text, a int, b text, c timestamptz DEFAULT now(), d text, e text, f boolean);\n", n)
		if n > 55 {
			fmt.Fprintf(&sql, "INSERT INTO t%d (name) SELECT 'x' FROM generate_series(1, 50);\n", n)
		}
		fmt.Fprintf(&sql, "ALTER TABLE t%d ADD parent int REFERENCES t%d;\n", n, n/2)
	}
	return fstest.MapFS{"00001_tables.sql": {Data: []byte(sql.String())}}
}
