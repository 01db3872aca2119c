package server_test

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// gate is a pool whose server can be made to go away, and to come back.
type gate struct {
	pool *pgxpool.Pool
	down atomic.Bool
}

// gated is another pool on the database of one.
func gated(t *testing.T, pool *pgxpool.Pool) *gate {
	t.Helper()
	g := &gate{}
	config := pool.Config().Copy()
	config.MaxConns = 8
	dial := config.ConnConfig.DialFunc
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if g.down.Load() {
			return nil, errors.New("connection refused")
		}
		return dial(ctx, network, address)
	}
	var err error
	g.pool, err = pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(g.pool.Close)
	return g
}

// shut ends all connections of the gate's pool, as a server that stops does. They are those that pool has not.
func (g *gate) shut(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	g.down.Store(true)
	_, err := pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
		WHERE datname = current_database() AND pid <> pg_backend_pid()`)
	require.NoError(t, err)
}

func (g *gate) open() { g.down.Store(false) }

// TestDatabaseComesBack stops Postgres under a running server, and starts it again.
func TestDatabaseComesBack(t *testing.T) {
	t.Parallel()
	_, pool, _ := queued(t)
	g := gated(t, pool)
	var log strings.Builder
	h := server.New(server.Config{Log: slog.New(slog.NewTextHandler(&log, nil))}).With(g.pool)
	var all sync.WaitGroup
	for range 8 { // several connections, none of which is good afterwards
		all.Go(func() { assert.Equal(t, http.StatusOK, ask(h, "GET", "/v1/event-topics").Code) })
	}
	all.Wait()
	g.shut(t, pool)
	for range 10 {
		for method, path := range map[string]string{"GET": "/v1/event-topics", "POST": "/v1/auth/logout", "PATCH": "/v1/events/1"} {
			a := ask(h, method, path)
			assert.Equal(t, http.StatusServiceUnavailable, a.Code, "%s", a.Body)
			assert.Equal(t, "1", a.Header().Get("Retry-After"))
			assert.JSONEq(t, `{"errors": [{"status": "503", "title": "Service Unavailable", "source": {"pointer": ""},
				"detail": "The database does not answer at the moment. Try again soon."}], "jsonapi": {"version": "1.0"}}`, a.Body.String())
		}
	}
	assert.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/readyz").Code)
	assert.Contains(t, log.String(), "connection refused", "for who runs it")
	g.open()
	require.Eventually(t, func() bool { return ask(h, "GET", "/v1/event-topics").Code == http.StatusOK }, 5*time.Second, 10*time.Millisecond)
	require.Eventually(t, func() bool { return ask(h, "GET", "/readyz").Code == http.StatusOK }, 5*time.Second, 50*time.Millisecond)
	for range 10 {
		assert.Equal(t, http.StatusOK, ask(h, "GET", "/v1/event-topics").Code)
	}
}

// TestErrorsOfOurOwnStay500 holds that what the database says no to is no reason to come back.
func TestErrorsOfOurOwnStay500(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.exec("ALTER TABLE event_topics DROP COLUMN slug")
	f.get("/v1/event-topics").wants(500)
}

// TestRefusedBodyHasItsRoute holds that a log line tells the route of a request whose body is not read.
func TestRefusedBodyHasItsRoute(t *testing.T) {
	t.Parallel()
	f := setupWith(t, server.Config{MaxBody: 4})
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/v1/users", strings.NewReader("too long"))
	require.NoError(t, err)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	assert.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	assert.Equal(t, "POST /v1/users", r.Pattern)
}
