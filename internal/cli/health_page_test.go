//go:build unix

package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/jackc/pgx/v5"
	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// healthPage is the page whose transcripts are made here.
const healthPage = "../../docs/health.md"

// transcriptMark is the line of the page after which it is made.
const transcriptMark = "<!-- transcripts -->\n"

// TestHealthPage breaks each service of a running server in turn, and holds what it says against the page. With -update
// it writes the page.
func TestHealthPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(healthPage)
	require.NoError(t, err)
	before, documented, found := strings.Cut(string(page), transcriptMark)
	require.True(t, found, "%s has no line %s", healthPage, transcriptMark)

	s := newSite(t)
	var b strings.Builder
	for _, scene := range s.scenes() {
		fmt.Fprintf(&b, "\n### %s\n\n%s\n", scene.title, scene.about)
		scene.breakIt()
		s.await(scene.wants)
		b.WriteString("\n```console\n" + s.transcript() + "```\n")
		if scene.mend != nil {
			scene.mend()
			s.await(200)
		}
	}
	if *update && timeless(documented) != timeless(b.String()) {
		require.NoError(t, os.WriteFile(healthPage, []byte(before+transcriptMark+b.String()), 0o644)) //nolint:gosec // a page of the documentation
		return
	}
	assert.Equal(t, timeless(documented), timeless(b.String()), "%s is not true any more: run make health", healthPage)
}

// timeless has no times.
func timeless(text string) string {
	return regexp.MustCompile(`\b\d{10}\.\d{6}\b`).ReplaceAllString(text, "TIME")
}

// site is a server with a worker, and what they stand on.
type site struct {
	t        *testing.T
	database string
	admin    *pgx.Conn // to another database of the same server
	redis    *redisServer
	web      *server
	worker   *server
}

func newSite(t *testing.T) *site {
	t.Helper()
	s := &site{t: t, database: lasting(t), redis: startRedis(t)}
	config, err := pgx.ParseConfig(s.database)
	require.NoError(t, err)
	config.Database = "postgres"
	s.admin, err = pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.admin.Close(context.Background())) })
	s.web = s.serve("--migrate", "--api", "--address=127.0.0.1:0")
	t.Cleanup(func() { s.web.end(os.Interrupt) })
	s.startWorker()
	t.Cleanup(func() { s.worker.end(os.Interrupt) })
	s.await(200)
	return s
}

// serve starts bailiff serve on what is there.
func (s *site) serve(options ...string) *server {
	return serveIt(s.t, "stays", append([]string{
		"BAILIFF_SECRET=" + testSecret, "BAILIFF_DATABASE_URL=" + s.database, "BAILIFF_REDIS_URL=redis://" + s.redis.address,
	}, options...)...)
}

func (s *site) startWorker() { s.worker = s.serve("--worker") }

// scene is one thing that is amiss.
type scene struct {
	title, about string
	breakIt      func()
	// wants is the status of /health-check.
	wants int
	mend  func()
}

func (s *site) scenes() []scene {
	name := regexp.MustCompile(`[a-z0-9_]+`).FindString(s.name())
	return []scene{
		{title: "Everything is up", about: "All is well.", breakIt: func() {}, wants: 200},
		{
			title: "The database is away", about: "It takes no connections. The process itself lives.", wants: 500,
			breakIt: func() {
				s.sql(s.admin, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS false")
				s.sql(s.admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"+name+"'")
			},
			mend: func() { s.sql(s.admin, "ALTER DATABASE "+name+" ALLOW_CONNECTIONS true") },
		},
		{
			title: "Redis is away", about: "Its process was stopped.", wants: 500,
			breakIt: s.redis.stop, mend: s.redis.start,
		},
		{
			title: "No worker works", about: "The worker was stopped. Requests can be served, so the server is ready.", wants: 500,
			breakIt: func() { s.worker.end(os.Interrupt) }, mend: s.startWorker,
		},
		{
			title: "A migration is not applied", about: "The last one: `UPDATE goose_db_version SET is_applied = false` for its version.", wants: 500,
			breakIt: func() { s.revision(false) }, mend: func() { s.revision(true) },
		},
		{
			title: "A column is missing", about: "`ALTER TABLE events RENAME COLUMN logo_url TO logo`, by hand: the revision is as before.", wants: 500,
			breakIt: func() { s.here("ALTER TABLE events RENAME COLUMN logo_url TO logo") },
			mend:    func() { s.here("ALTER TABLE events RENAME COLUMN logo TO logo_url") },
		},
	}
}

// name is that of the database.
func (s *site) name() string {
	config, err := pgx.ParseConfig(s.database)
	require.NoError(s.t, err)
	return config.Database
}

func (s *site) sql(conn *pgx.Conn, sql string) {
	s.t.Helper()
	_, err := conn.Exec(s.t.Context(), sql)
	require.NoError(s.t, err)
}

// here runs a statement in the database of the server.
func (s *site) here(sql string) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.database)
	require.NoError(s.t, err)
	s.sql(conn, sql)
	require.NoError(s.t, conn.Close(s.t.Context()))
}

func (s *site) revision(applied bool) {
	s.here(fmt.Sprintf("UPDATE goose_db_version SET is_applied = %t WHERE version_id = (SELECT max(version_id) FROM goose_db_version)", applied))
}

// await waits until the server says that it is well (200), or that it is not.
func (s *site) await(status int) {
	s.t.Helper()
	said := ""
	require.Eventually(s.t, func() bool {
		res, body := s.web.get("/health-check", "Cache-Control", "no-cache")
		said = body
		return res.StatusCode == status
	}, 60*time.Second, 20*time.Millisecond, "%s\n%s\n%s", &said, s.web.log, s.worker.log)
}

// transcript asks all three addresses.
func (s *site) transcript() string {
	s.t.Helper()
	host, err := os.Hostname()
	require.NoError(s.t, err)
	var b strings.Builder
	for _, path := range []string{"/health-check", "/readyz", "/healthz"} {
		res, body := s.web.get(path, "Cache-Control", "no-cache")
		fmt.Fprintf(&b, "$ curl -iH 'Cache-Control: no-cache' http://harbour-1:8080%s\nHTTP/1.1 %s\nContent-Type: %s\nCache-Control: %s\n\n",
			path, res.Status, res.Header.Get("Content-Type"), res.Header.Get("Cache-Control"))
		var indented bytes.Buffer
		if json.Indent(&indented, []byte(body), "", "  ") == nil {
			body = strings.ReplaceAll(indented.String(), fmt.Sprintf("%q", host), `"harbour-1"`) + "\n"
		}
		b.WriteString(body)
	}
	return b.String()
}

// redisServer is a redis-server at a port of its own. Where the machine has none, and nothing has to be there,
// it is miniredis.
type redisServer struct {
	t       *testing.T
	path    string
	dir     string
	address string
	cmd     *exec.Cmd
	mini    *miniredis.Miniredis
}

func startRedis(t *testing.T) *redisServer {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	r := &redisServer{t: t, address: l.Addr().String(), dir: t.TempDir()}
	require.NoError(t, l.Close())
	if r.path, err = exec.LookPath("redis-server"); err != nil {
		require.Empty(t, os.Getenv("CI")+os.Getenv("BAILIFF_REQUIRE_DB"), err)
		r.mini = miniredis.NewMiniRedis()
	}
	r.start()
	t.Cleanup(func() {
		if r.cmd != nil || r.mini != nil {
			r.stop()
		}
	})
	return r
}

func (r *redisServer) start() {
	if r.mini != nil {
		require.NoError(r.t, r.mini.StartAddr(r.address))
		return
	}
	_, port, err := net.SplitHostPort(r.address)
	require.NoError(r.t, err)
	r.cmd = exec.CommandContext(r.t.Context(), r.path, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", r.dir)
	require.NoError(r.t, r.cmd.Start())
	client := goredis.NewClient(&goredis.Options{Addr: r.address})
	defer func() { assert.NoError(r.t, client.Close()) }()
	require.Eventually(r.t, func() bool { return client.Ping(r.t.Context()).Err() == nil }, 20*time.Second, 10*time.Millisecond)
}

func (r *redisServer) stop() {
	if r.mini != nil {
		r.mini.Close()
		return
	}
	err := r.cmd.Process.Signal(syscall.SIGTERM)
	if !errors.Is(err, os.ErrProcessDone) {
		require.NoError(r.t, err)
	}
	_ = r.cmd.Wait() // ended by a signal, or by the end of the test's context
	r.cmd = nil
}
