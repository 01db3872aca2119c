package isolation_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// hand does without bailiff what a case of the benchmark does: the statements that the hooks send, the
// request, and what is needed for the next case to find the database clean.
type hand struct {
	way    postgres.Isolation
	pool   *pgxpool.Pool // of the database; with clone, of one to send CREATE DATABASE from
	source string        // that is cloned
	name   string        // of the clone
	seeds  []statement
	api    *server.Server
	web    *web
	token  string
}

type statement struct {
	sql  string
	args []any
}

// recorder remembers the statements that pass through it.
type recorder struct {
	factories.DB
	seen []statement
}

func (r *recorder) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	r.seen = append(r.seen, statement{sql, args})
	return r.DB.QueryRow(ctx, sql, args...)
}

// pool is a database of its own with the tables of the reference API.
func pool(b *testing.B) *pgxpool.Pool {
	b.Helper()
	s := keep(b, postgres.Config{Provider: postgres.ProviderEmbedded, Migrator: migrator()})
	p, drop, err := s.Database(b.Context())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, drop()) })
	return p
}

// insert inserts what the hooks of the benchmarked case insert, and returns the statements.
func insert(b *testing.B, db factories.DB) []statement {
	b.Helper()
	r := &recorder{DB: db}
	admin := hooks.Admin()
	admin.ID = 1
	require.NoError(b, factories.Insert(b.Context(), r, gofakeit.New(1), &admin, &factories.EventTopic{ID: 1}))
	return r.seen
}

func newHand(b *testing.B, way postgres.Isolation) *hand {
	b.Helper()
	h := &hand{way: way, pool: pool(b), web: newWeb(b)}
	h.api = server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()})
	tx, err := h.pool.Begin(b.Context())
	require.NoError(b, err)
	h.seeds = insert(b, tx)
	h.token = login(b, h.api.With(tx))
	require.NoError(b, tx.Rollback(b.Context()))
	if way == postgres.IsolationClone {
		source := pool(b)
		h.source = source.Config().ConnConfig.Database
		source.Reset() // what is cloned may have no connection
		h.name = h.source + "_clone"
		b.Cleanup(func() { h.drop(b) })
	}
	return h
}

func (h *hand) drop(b *testing.B) {
	_, err := h.pool.Exec(context.WithoutCancel(b.Context()), fmt.Sprintf("DROP DATABASE IF EXISTS %s WITH (FORCE)", h.name))
	require.NoError(b, err)
}

// run does a case.
func (h *hand) run(ctx context.Context) error {
	switch h.way {
	case postgres.IsolationRollback:
		tx, err := h.pool.Begin(ctx)
		if err != nil {
			return err
		}
		return errors.Join(h.use(ctx, tx, h.api.With(tx)), tx.Rollback(ctx))
	case postgres.IsolationDelete:
		if err := h.use(ctx, h.pool, h.api.With(h.pool)); err != nil {
			return err
		}
		_, err := h.pool.Exec(ctx, strings.Join([]string{
			"DELETE FROM event_topics", "DELETE FROM users",
			"SELECT setval('event_topics_id_seq', 1, false), setval('users_id_seq', 1, false)",
		}, ";"), pgx.QueryExecModeSimpleProtocol)
		return err
	}
	for _, sql := range []string{
		"DROP DATABASE IF EXISTS %[1]s WITH (FORCE)",
		"CREATE DATABASE %[1]s TEMPLATE %[2]s STRATEGY file_copy TABLESPACE " + memory,
	} {
		if _, err := h.pool.Exec(ctx, fmt.Sprintf(sql, h.name, h.source)); err != nil {
			return err
		}
	}
	config := h.pool.Config()
	config.ConnConfig.Database = h.name
	clone, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return err
	}
	defer clone.Close()
	return h.use(ctx, clone, h.api.With(clone))
}

// memory is where the harness puts its clones.
const memory = "bailiff_memory"

// execer is a transaction or a pool.
type execer interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

func (h *hand) use(ctx context.Context, db execer, api http.Handler) error {
	for _, s := range h.seeds {
		if _, err := db.Exec(ctx, s.sql, s.args...); err != nil {
			return err
		}
	}
	return h.web.get(ctx, api, h.token)
}
