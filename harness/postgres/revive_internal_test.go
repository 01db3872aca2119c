//go:build linux || darwin

package postgres

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// front is a server at a TCP port that can be stopped and started again, with all its data: it passes on
// what it gets to the socket of the embedded one.
type front struct {
	t      *testing.T
	socket string
	at     string

	mu       sync.Mutex
	listener net.Listener
	conns    []net.Conn
	serving  sync.WaitGroup
}

func newFront(t *testing.T) *front {
	t.Helper()
	s := open(t, Config{Provider: ProviderEmbedded})
	u, err := url.Parse(s.source.URL())
	require.NoError(t, err)
	f := &front{t: t, socket: filepath.Join(u.Query().Get("host"), ".s.PGSQL.5432"), at: "127.0.0.1:0"}
	f.start()
	t.Cleanup(f.stop)
	return f
}

func (f *front) url() string {
	return "postgres://bailiff@" + f.at + "/postgres?sslmode=disable"
}

func (f *front) start() {
	l, err := net.Listen("tcp", f.at)
	require.NoError(f.t, err)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.listener, f.at = l, l.Addr().String()
	f.serving.Go(func() {
		for {
			from, err := l.Accept()
			if err != nil {
				return
			}
			to, err := net.Dial("unix", f.socket)
			if err != nil {
				_ = from.Close()
				continue
			}
			f.mu.Lock()
			if f.listener != l { // it was stopped in between
				_, _ = from.Close(), to.Close()
			}
			f.conns = append(f.conns, from, to)
			f.mu.Unlock()
			for a, b := range map[net.Conn]net.Conn{from: to, to: from} {
				f.serving.Go(func() {
					_, _ = io.Copy(a, b)
					_, _ = a.Close(), b.Close()
				})
			}
		}
	})
}

// stop ends it in the middle of everything.
func (f *front) stop() {
	f.mu.Lock()
	if f.listener != nil {
		_ = f.listener.Close()
	}
	f.listener = nil
	for _, c := range f.conns {
		_ = c.Close()
	}
	f.conns = nil
	f.mu.Unlock()
	f.serving.Wait()
}

func open(t *testing.T, c Config) *Server {
	t.Helper()
	s, err := Open(t.Context(), c)
	if err != nil && !required() && errors.Is(err, ErrUnavailable) {
		t.Skip("no Postgres: run `make native`")
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// table is a migrator of one table.
type table struct{ hash string }

func (m table) Hash() (string, error) { return m.hash, nil }

func (m table) Migrate(ctx context.Context, at string) error {
	conn, err := pgx.Connect(ctx, at)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	_, err = conn.Exec(ctx, "CREATE TABLE t (id serial, name text)")
	return err
}

// insert does what a case does, and returns the identifier that it got.
func insert(t *testing.T, c *Case) (id int, err error) {
	t.Helper()
	err = c.DB().QueryRow(t.Context(), "INSERT INTO t (name) VALUES ('x') RETURNING id").Scan(&id)
	return id, err
}

// TestServerThatIsRestarted is about one that others run: it is away for a moment, in the middle of a case.
func TestServerThatIsRestarted(t *testing.T) {
	t.Parallel()
	for _, mode := range []Isolation{IsolationRollback, IsolationDelete, IsolationClone} {
		t.Run(string(mode), func(t *testing.T) {
			t.Parallel()
			f := newFront(t)
			s := open(t, Config{URL: f.url(), Isolation: mode, Migrator: table{"restarted"}})
			w, err := s.Worker(t.Context())
			require.NoError(t, err)
			defer func() { require.NoError(t, w.Close()) }()
			for range 2 {
				c, err := w.Begin(t.Context())
				require.NoError(t, err)
				id, err := insert(t, c)
				require.NoError(t, err)
				assert.Equal(t, 1, id)
				f.stop()
				_, err = insert(t, c)
				require.Error(t, err)
				require.ErrorIs(t, c.End(), ErrLost)
				time.AfterFunc(50*time.Millisecond, f.start)
				c, err = w.Begin(t.Context())
				require.NoError(t, err, "it is waited for")
				id, err = insert(t, c)
				require.NoError(t, err)
				assert.Equal(t, 1, id)
				require.NoError(t, c.End())
			}
		})
	}
}

// TestServerThatStaysAway ends the wait, and each transaction after that at once.
func TestServerThatStaysAway(t *testing.T) {
	t.Parallel()
	f := newFront(t)
	s, err := Open(t.Context(), Config{URL: f.url(), Migrator: table{"away"}})
	require.NoError(t, err)
	s.outage.patience = 100 * time.Millisecond
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	f.stop()
	_, err = w.Begin(t.Context())
	require.ErrorContains(t, err, "the server was lost")
	require.ErrorContains(t, err, "does not come back")
	begun := time.Now()
	for range 5 {
		_, err = w.Begin(t.Context())
		require.ErrorContains(t, err, "does not come back")
	}
	assert.Less(t, time.Since(begun), 400*time.Millisecond)
	f.start()
	s.outage.until = time.Time{}
	c, err := w.Begin(t.Context())
	require.NoError(t, err, "later ones work again")
	require.NoError(t, c.End())
	f.stop()
	require.NoError(t, w.Close())
	require.Error(t, s.Close(), "a database is left that the next run drops")
	f.start()
}

// TestLostAdmin is about the connection that keeps the locks: another process may drop what they kept.
func TestLostAdmin(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Provider: ProviderEmbedded, Migrator: table{"lostadmin"}})
	other := open(t, Config{Provider: ProviderEmbedded})
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	pool, drop, err := other.Database(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, drop()) }()
	_, err = pool.Exec(t.Context(), "SELECT pg_terminate_backend($1, 5000)", s.admin.conn.PgConn().PID())
	require.NoError(t, err)
	for _, sql := range []string{"ALTER DATABASE " + s.template + " IS_TEMPLATE false", "DROP DATABASE " + s.template} {
		_, err = pool.Exec(t.Context(), sql)
		require.NoError(t, err)
	}
	require.Eventually(t, s.admin.hungUp, 5*time.Second, time.Millisecond)
	v, err := s.Worker(t.Context())
	require.NoError(t, err, "the template is made again")
	defer func() { require.NoError(t, v.Close()) }()
	for _, w := range []*Worker{w, v} {
		c, err := w.Begin(t.Context())
		require.NoError(t, err)
		id, err := insert(t, c)
		require.NoError(t, err)
		assert.Equal(t, 1, id)
		require.NoError(t, c.End())
	}
}

// TestLostClone is about a database that somebody dropped.
func TestLostClone(t *testing.T) {
	t.Parallel()
	s := open(t, Config{Provider: ProviderEmbedded, Migrator: table{"lostclone"}})
	for _, mode := range []Isolation{IsolationRollback, IsolationDelete} {
		s.config.Isolation = mode
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		c, err := w.Begin(t.Context())
		require.NoError(t, err)
		var name string
		require.NoError(t, c.DB().QueryRow(t.Context(), "SELECT current_database()").Scan(&name))
		require.NoError(t, c.End())
		require.NoError(t, s.admin.do(t.Context(), func(ctx context.Context, conn *pgx.Conn) error { return dropDatabase(ctx, conn, name) }))
		c, err = w.Begin(t.Context())
		require.NoError(t, err)
		id, err := insert(t, c)
		require.NoError(t, err)
		assert.Equal(t, 1, id)
		require.NoError(t, c.End())
		require.NoError(t, w.Close())
	}
}
