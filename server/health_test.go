package server_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5/pgxpool"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// states are what the checks of a report say, by their names.
func states(t *testing.T, a *httptest.ResponseRecorder) map[string]string {
	t.Helper()
	var report struct {
		Status              string
		Timestamp, Hostname any
		Results             []struct {
			Output, Checker    string
			Passed             bool
			Expires, Timestamp float64
		}
	}
	require.NoError(t, json.Unmarshal(a.Body.Bytes(), &report), "%s", a.Body)
	assert.Equal(t, "application/json", a.Header().Get("Content-Type"))
	assert.Equal(t, "no-store", a.Header().Get("Cache-Control"))
	said := map[string]string{"": report.Status}
	for _, r := range report.Results {
		said[r.Checker] = r.Output
		if !r.Passed {
			said[r.Checker] = "failed: " + r.Output
		}
	}
	return said
}

// well is what all checks say when all is well and nothing is configured.
func well() map[string]string {
	return map[string]string{
		"":                        "success",
		"health_check_workers":    "workers not needed",
		"health_check_db":         "database ok",
		"health_check_migrations": "database up to date with migrations",
		"health_check_redis":      "redis not configured",
	}
}

// but is well with a failure.
func but(checker, output string) map[string]string {
	said := well()
	said[""], said[checker] = "failure", "failed: "+output
	return said
}

// ask makes a request of a handler.
func ask(h http.Handler, method, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, nil))
	return w
}

func TestHealthCheck(t *testing.T) {
	t.Parallel()
	f := setupWith(t, server.Config{Hostname: "harbour"})
	a := ask(f.handler, "GET", "/health-check")
	assert.Equal(t, http.StatusOK, a.Code)
	for _, want := range []string{
		`{"status":"success","timestamp":1905249600.000000,"hostname":"harbour","results":[{"output":`,
		`{"output":"database ok","checker":"health_check_db","expires":1905249627.000000,"passed":true,"timestamp":1905249600.000000}`,
	} {
		assert.Contains(t, a.Body.String(), want)
	}
	assert.Equal(t, well(), states(t, a))

	head := ask(f.handler, "HEAD", "/health-check")
	assert.Equal(t, http.StatusOK, head.Code)
	assert.Empty(t, head.Body.String())
	assert.Equal(t, a.Header().Get("Content-Length"), head.Header().Get("Content-Length"))
	for _, path := range []string{"/health-check", "/healthz", "/readyz"} {
		options := ask(f.handler, "OPTIONS", path)
		assert.Equal(t, http.StatusNoContent, options.Code)
		assert.Equal(t, "GET, HEAD, OPTIONS", options.Header().Get("Allow"))
		assert.Equal(t, http.StatusMethodNotAllowed, ask(f.handler, "POST", path).Code)
	}
}

func TestHealthCheckOfABrokenDatabase(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, sql string
		want      map[string]string
		// ready says that requests can be served all the same.
		ready bool
	}{
		{
			name: "a column dropped", sql: "ALTER TABLE events DROP COLUMN logo_url",
			want: but("health_check_migrations", "Event model out of date with migrations"),
		},
		{
			name: "a table dropped", sql: "DROP TABLE rate_limit_hits",
			want: but("health_check_migrations", "RateLimitHit model out of date with migrations"),
		},
		{
			name: "the revision set back", sql: "DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)",
			want: but("health_check_migrations", "database out of date with migrations"),
		},
		{
			name: "no revision at all", sql: "DROP TABLE goose_db_version",
			want: but("health_check_migrations", "database out of date with migrations"),
		},
		{
			name: "a revision of the future", sql: "INSERT INTO goose_db_version (version_id, is_applied) VALUES (9000, true)",
			want: but("health_check_migrations", "database out of date with migrations"), ready: true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			f.exec(test.sql)
			a := ask(f.handler, "GET", "/health-check")
			assert.Equal(t, http.StatusInternalServerError, a.Code)
			assert.Equal(t, test.want, states(t, a))
			ready := ask(f.handler, "GET", "/readyz")
			assert.Equal(t, test.ready, ready.Code == http.StatusOK, "%s", ready.Body)
			assert.Equal(t, http.StatusOK, ask(f.handler, "GET", "/healthz").Code)
			// The transaction goes on.
			f.exec("SELECT 1")
		})
	}
}

// TestHealthCheckOfWorkers has workers that are seen, that were, and none.
func TestHealthCheckOfWorkers(t *testing.T) {
	t.Parallel()
	f := setupWith(t, server.Config{Jobs: server.JobsQueued})
	check := func() string {
		return states(t, ask(f.server.With(f.db), "GET", "/health-check"))["health_check_workers"]
	}
	assert.Equal(t, "failed: No running workers were found.", check())
	f.exec("INSERT INTO worker_heartbeats (id, hostname, started_at, seen_at, expires_at) VALUES ('one', 'harbour', $1, $1, $2)", today, today.Add(time.Second))
	assert.Equal(t, "workers ok", check())
	f.exec("UPDATE worker_heartbeats SET expires_at = $1", today)
	assert.Equal(t, "failed: No running workers were found.", check())
	assert.Equal(t, http.StatusOK, ask(f.handler, "GET", "/readyz").Code, "requests can be served")
	f.exec("DROP TABLE worker_heartbeats")
	assert.Equal(t, "failed: workers not ok", check())
}

func TestHealthCheckOfRedis(t *testing.T) {
	t.Parallel()
	redis := miniredis.RunT(t)
	client := goredis.NewClient(&goredis.Options{Addr: redis.Addr(), MaxRetries: -1})
	t.Cleanup(func() { assert.NoError(t, client.Close()) })
	f := setupWith(t, server.Config{Redis: client})
	check := func(path string) (int, string) {
		a := ask(f.server.With(f.db), "GET", path)
		return a.Code, states(t, a)["health_check_redis"]
	}
	for _, path := range []string{"/health-check", "/readyz"} {
		code, said := check(path)
		assert.Equal(t, http.StatusOK, code)
		assert.Equal(t, "redis ok", said)
	}
	redis.Close()
	code, said := check("/health-check")
	assert.Equal(t, http.StatusInternalServerError, code)
	assert.Equal(t, "failed: cannot connect to redis server", said)
	code, said = check("/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, code)
	assert.Equal(t, "failed: cannot connect to redis server", said)
}

// lost is a pool whose server is not there, or says nothing.
func lost(t *testing.T, address string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig("postgres://warden:rosebud@" + address + "/harbour?sslmode=disable")
	require.NoError(t, err)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func TestHealthCheckWithoutADatabase(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	var log strings.Builder
	s := server.New(server.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	h := s.With(lost(t, l.Addr().String()))
	want := but("health_check_db", "Error connecting to database")
	want["health_check_migrations"] = "failed: Error connecting to database"
	a := ask(h, "GET", "/health-check")
	assert.Equal(t, http.StatusInternalServerError, a.Code)
	assert.Equal(t, want, states(t, a))
	for _, secret := range []string{"rosebud", "warden", "127.0.0.1", "refused", "dial"} {
		assert.NotContains(t, a.Body.String(), secret)
	}
	assert.Contains(t, log.String(), "connection refused", "for who runs it")
	assert.NotContains(t, log.String(), "rosebud")
	assert.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/readyz").Code)
	alive := ask(h, "GET", "/healthz")
	assert.Equal(t, http.StatusOK, alive.Code)
	assert.Equal(t, "ok\n", alive.Body.String())
	assert.Equal(t, "no-store", alive.Header().Get("Cache-Control"))
	assert.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/v1/event-topics").Code, "all else fails")
}

// TestHealthCheckOfAHangingDatabase has a server that accepts connections and says nothing, and asks many times at
// once: all are answered in the time of one check.
func TestHealthCheckOfAHangingDatabase(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var accepted []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			accepted = append(accepted, c)
		}
	}()
	t.Cleanup(func() {
		assert.NoError(t, l.Close())
		<-done
		for _, c := range accepted {
			_ = c.Close()
		}
	})
	h := server.New(server.Config{Jobs: server.JobsQueued}).With(lost(t, l.Addr().String()))
	start := time.Now()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			a := ask(h, "GET", "/health-check")
			assert.Equal(t, http.StatusInternalServerError, a.Code)
			said := states(t, a)
			assert.Equal(t, "failed: Error connecting to database", said["health_check_db"])
			assert.Equal(t, "failed: Error connecting to database", said["health_check_migrations"])
			assert.Equal(t, "failed: workers not ok", said["health_check_workers"])
		})
	}
	all.Wait()
	assert.Less(t, time.Since(start), 5*time.Second, "a check may take three seconds")
	assert.Equal(t, http.StatusOK, ask(h, "GET", "/healthz").Code)
}

// TestHealthCheckOnAPool asks a database as production has it, from many sides at once, and keeps results for
// their time.
func TestHealthCheckOnAPool(t *testing.T) {
	t.Parallel()
	setup(t) // opens databases
	pool, drop, err := databases.server.Database(context.Background())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	var mu sync.Mutex
	now := today
	s := server.New(server.Config{Now: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	h := s.With(pool)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			assert.Equal(t, well(), states(t, ask(h, "GET", "/health-check")))
			assert.Equal(t, http.StatusOK, ask(h, "GET", "/readyz").Code)
		})
	}
	all.Wait()
	_, err = pool.Exec(t.Context(), "ALTER TABLE mails RENAME COLUMN subject TO about")
	require.NoError(t, err)
	forward := func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		now = now.Add(d)
	}
	forward(time.Second)
	assert.Equal(t, http.StatusServiceUnavailable, ask(h, "GET", "/readyz").Code, "readiness is a second old at most")
	forward(25*time.Second + 999*time.Millisecond)
	assert.Equal(t, well(), states(t, ask(h, "GET", "/health-check")), "27 seconds have not passed")
	forward(time.Millisecond)
	broken := but("health_check_migrations", "Mail model out of date with migrations")
	assert.Equal(t, broken, states(t, ask(h, "GET", "/health-check")))
	_, err = pool.Exec(t.Context(), "ALTER TABLE mails RENAME COLUMN about TO subject")
	require.NoError(t, err)
	forward(9*time.Second - time.Millisecond)
	assert.Equal(t, broken, states(t, ask(h, "GET", "/health-check")), "9 seconds have not passed")
	forward(time.Millisecond)
	assert.Equal(t, well(), states(t, ask(h, "GET", "/health-check")))
}

func TestReadyUntilDrained(t *testing.T) {
	t.Parallel()
	f := setup(t)
	a := ask(f.handler, "GET", "/readyz")
	assert.Equal(t, http.StatusOK, a.Code)
	want := well()
	delete(want, "health_check_workers")
	assert.Equal(t, want, states(t, a))
	f.server.Drain()
	a = ask(f.handler, "GET", "/readyz")
	assert.Equal(t, http.StatusServiceUnavailable, a.Code)
	assert.Equal(t, map[string]string{"": "failure", "health_check_shutdown": "failed: the server is shutting down"}, states(t, a))
	assert.Equal(t, http.StatusOK, ask(f.handler, "GET", "/healthz").Code)
	assert.Equal(t, http.StatusOK, ask(f.handler, "GET", "/v1/event-topics").Code, "requests are answered to the end")
}
