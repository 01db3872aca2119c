package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// counted is a migrator that counts how often it is needed.
type counted struct {
	hash string
	runs atomic.Int32
	do   func(ctx context.Context, conn *pgx.Conn) error
}

func (c *counted) Hash() (string, error) { return c.hash, nil }

func (c *counted) Migrate(ctx context.Context, url string) error {
	c.runs.Add(1)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close(ctx) }()
	if c.do != nil {
		return c.do(ctx, conn)
	}
	_, err = conn.Exec(ctx, "CREATE TABLE t (id serial)")
	return err
}

// databases lists those of the server whose name begins so.
func databases(t *testing.T, s *postgres.Server, prefix string) []string {
	t.Helper()
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	rows, err := begin(t, w).DB().Query(t.Context(),
		"SELECT datname FROM pg_database WHERE starts_with(datname, $1) AND datname <> current_database() ORDER BY 1", prefix)
	require.NoError(t, err)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return names
}

func TestTemplateIsMadeOnce(t *testing.T) {
	t.Parallel()
	m := &counted{hash: hashed("once"), do: func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "SELECT pg_sleep(0.2); CREATE TABLE t (id serial)")
		return err
	}}
	var g errgroup.Group
	for range 5 {
		g.Go(func() error {
			s, err := postgres.Open(t.Context(), postgres.Config{Migrator: m})
			if err != nil {
				return err
			}
			w, err := s.Worker(t.Context())
			return errors.Join(err, w.Close(), s.Close())
		})
	}
	require.NoError(t, g.Wait())
	assert.EqualValues(t, 1, m.runs.Load())

	other := &counted{hash: hashed("with / signs that are none of a name, and longer than a name may be, by far")}
	newServer(t, postgres.Config{Migrator: other})
	newServer(t, postgres.Config{Migrator: other})
	assert.EqualValues(t, 1, other.runs.Load())
}

func TestFailedMigration(t *testing.T) {
	t.Parallel()
	fail := true
	m := &counted{hash: "fails", do: func(ctx context.Context, conn *pgx.Conn) error {
		_, err := conn.Exec(ctx, "CREATE TABLE t (id serial)")
		if fail {
			return errors.New("half way")
		}
		return err
	}}
	_, err := postgres.Open(t.Context(), postgres.Config{Migrator: m})
	require.ErrorContains(t, err, "half way")
	assert.Empty(t, databases(t, newServer(t, postgres.Config{}), "bailiff_template_fails"))

	fail = false
	s := newServer(t, postgres.Config{Migrator: m})
	assert.EqualValues(t, 2, m.runs.Load())
	assert.Equal(t, []string{"bailiff_template_fails"}, databases(t, s, "bailiff_template_fails"))
}

// A process that was killed while it migrated leaves a database under the template's name.
func TestHalfMadeTemplate(t *testing.T) {
	t.Parallel()
	pool, drop, err := newServer(t, postgres.Config{}).Database(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, drop()) }()
	run(t, pool, "CREATE DATABASE bailiff_template_half")
	m := &counted{hash: "half"}
	w, err := newServer(t, postgres.Config{Migrator: m}).Worker(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, w.Close()) }()
	assert.EqualValues(t, 1, m.runs.Load())
	assert.Equal(t, 0, value[int](t, begin(t, w).DB(), "SELECT count(*) FROM t"))
}

// In a cache of its own, since other tests count templates too.
func TestOldTemplatesAreDropped(t *testing.T) {
	t.Parallel()
	cache := newFolder(t)
	keep := newServer(t, postgres.Config{Cache: cache})
	used := newServer(t, postgres.Config{Cache: cache, Migrator: &counted{hash: "used"}})
	for i := range 7 {
		s, err := postgres.Open(t.Context(), postgres.Config{Cache: cache, Migrator: &counted{hash: fmt.Sprintf("old%d", i)}})
		require.NoError(t, err)
		require.NoError(t, s.Close())
	}
	names := databases(t, keep, "bailiff_template_")
	assert.Contains(t, names, "bailiff_template_used", "others use it")
	assert.Contains(t, names, "bailiff_template_empty")
	assert.Contains(t, names, "bailiff_template_old6")
	assert.NotContains(t, names, "bailiff_template_old0")
	assert.LessOrEqual(t, len(names), 7)
	w, err := used.Worker(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close())
}

func TestGooseHash(t *testing.T) {
	t.Parallel()
	hash := func(fs fstest.MapFS) string {
		h, err := postgres.Goose(fs).Hash()
		require.NoError(t, err)
		return h
	}
	changed, renamed := maps.Clone(schema), maps.Clone(schema)
	changed["00002_roles.sql"] = &fstest.MapFile{Data: append([]byte("-- other\n"), schema["00002_roles.sql"].Data...)}
	renamed["00003_roles.sql"] = renamed["00002_roles.sql"]
	delete(renamed, "00002_roles.sql")
	assert.Equal(t, hash(schema), hash(maps.Clone(schema)))
	assert.NotEqual(t, hash(schema), hash(changed))
	assert.NotEqual(t, hash(schema), hash(renamed))
	assert.Regexp(t, "^[0-9a-f]{32}$", hash(schema))
}

func TestFailingGooseMigrations(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, sql string
		wanted    []string
	}{
		{
			name:   "position",
			sql:    "-- +goose Up\nCREATE TABLE a (x int);\n\nCREATE TABLE b (\n\tx int,\n\ty nonsense\n);\n",
			wanted: []string{"migration 00007_late.sql:6: ", `type "nonsense" does not exist`, "SQLSTATE 42704"},
		},
		{
			name:   "no position",
			sql:    "-- +goose Up\nCREATE TABLE a (x int UNIQUE);\nINSERT INTO a\nVALUES (1), (1);\n",
			wanted: []string{"migration 00007_late.sql:3: ", "duplicate key", "Key (x)=(1) already exists"},
		},
		{
			name:   "not goose",
			sql:    "CREATE TABLE a (x int);\n",
			wanted: []string{"00007_late.sql", `no line "-- +goose Up"`},
		},
		{
			name:   "cut off",
			sql:    "-- +goose Up\nCREATE TABLE a (x int)\n",
			wanted: []string{"00007_late.sql", "missing semicolon"},
		},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			fs := maps.Clone(schema)
			fs["00007_late.sql"] = &fstest.MapFile{Data: []byte(tc.sql)}
			m := postgres.Goose(fs)
			_, err := postgres.Open(t.Context(), postgres.Config{Migrator: m})
			t.Log(err)
			for _, text := range tc.wanted {
				require.ErrorContains(t, err, text)
			}
			hash, err := m.Hash()
			require.NoError(t, err)
			assert.Empty(t, databases(t, newServer(t, postgres.Config{}), "bailiff_template_"+hash))
		})
	}
	_, err := postgres.Open(t.Context(), postgres.Config{Migrator: postgres.Goose(fstest.MapFS{})})
	require.ErrorContains(t, err, "no migrations")
}

func TestDatabaseIsCommitted(t *testing.T) {
	t.Parallel()
	s := newServer(t, postgres.Config{Migrator: postgres.Goose(schema)})
	pool, drop, err := s.Database(t.Context())
	require.NoError(t, err)
	run(t, pool, addTopic, "travel")
	second, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 1, value[int](t, second.Conn(), countTopics))
	name := value[string](t, pool, "SELECT current_database()")
	assert.Contains(t, databases(t, s, "bailiff_worker_"), name)
	begun := time.Now()
	require.NoError(t, drop(), "although a connection is not released")
	require.Less(t, time.Since(begun), time.Second)
	require.NoError(t, drop())
	assert.NotContains(t, databases(t, s, "bailiff_worker_"), name)
	second.Release()
}

func TestCloseDropsEverything(t *testing.T) {
	t.Parallel()
	s := newServer(t, postgres.Config{Migrator: postgres.Goose(schema)})
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	c := begin(t, w)
	name := value[string](t, c.DB(), "SELECT current_database()")
	pool, drop, err := s.Database(t.Context())
	require.NoError(t, err)
	second := value[string](t, pool, "SELECT current_database()")
	require.NoError(t, s.Close())
	require.NoError(t, s.Close())
	left := databases(t, newServer(t, postgres.Config{}), "bailiff_worker_")
	assert.NotContains(t, left, name)
	assert.NotContains(t, left, second)
	_, err = s.Worker(t.Context())
	require.ErrorContains(t, err, "the server is closed")
	require.NoError(t, w.Close())
	require.NoError(t, drop())
}

// address makes the address of the tests' own server to be given as somebody else's.
func given(t *testing.T, change func(u *url.URL)) string {
	t.Helper()
	w := newWorker(t)
	c := begin(t, w)
	run := value[string](t, c.DB(), "SHOW unix_socket_directories")
	u := &url.URL{Scheme: "postgres", User: url.User("bailiff"), Path: "/postgres"}
	u.RawQuery = url.Values{"host": {run}, "sslmode": {"disable"}}.Encode()
	if change != nil {
		change(u)
	}
	return u.String()
}

func TestGivenURL(t *testing.T) {
	t.Parallel()
	at := given(t, nil)
	u, err := url.Parse(at)
	require.NoError(t, err)
	for _, form := range []string{at, "user=bailiff dbname=postgres sslmode=disable host=" + u.Query().Get("host")} {
		s := newServer(t, postgres.Config{URL: form, Migrator: postgres.Goose(schema)})
		assert.Contains(t, s.String(), "from the configured URL")
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 1, value[int](t, begin(t, w).DB(), addTopic, "travel"))
		require.NoError(t, w.Close())
	}
}

// A user without more rights than CREATEDB is enough.
func TestGivenUserWithoutRights(t *testing.T) {
	t.Parallel()
	pool, drop, err := newServer(t, postgres.Config{}).Database(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, drop()) }()
	run(t, pool, "CREATE ROLE plain LOGIN")
	defer run(t, pool, "DROP ROLE plain")
	at := given(t, func(u *url.URL) { u.User = url.User("plain") })
	_, err = postgres.Open(t.Context(), postgres.Config{URL: at})
	require.ErrorContains(t, err, `the user plain may not create databases: run ALTER ROLE "plain" CREATEDB`)

	run(t, pool, "ALTER ROLE plain CREATEDB")
	m := &counted{hash: "plain"}
	s, err := postgres.Open(t.Context(), postgres.Config{URL: at, Migrator: m})
	require.NoError(t, err)
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	c := begin(t, w)
	run(t, c.DB(), "INSERT INTO t DEFAULT VALUES")
	require.NoError(t, c.End())
	require.NoError(t, w.Close())
	require.NoError(t, s.Close())
	for _, name := range databases(t, newServer(t, postgres.Config{}), "bailiff_template_plain") {
		assert.NotEqual(t, "bailiff_template_plain", name, "others could not read what this user made")
		run(t, pool, "ALTER DATABASE "+name+" IS_TEMPLATE false")
		run(t, pool, "DROP DATABASE "+name)
	}
}

func TestBadURL(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := listener.Addr().String()
	require.NoError(t, listener.Close())
	for _, tc := range []struct {
		name, url string
		wanted    []string
	}{
		{"nobody there", "postgres://me:hunter2@" + closed + "/db", []string{"connection refused", closed, "start that server", "xxxxx"}},
		{"as keywords", "user=me password='hunter2 x' host=127.0.0.1 port=" + closed[strings.LastIndex(closed, ":")+1:], []string{"refused", "xxxxx"}},
		{"escaped in keywords", `user=me password=x\ hunter2 host=127.0.0.1 port=` + closed[strings.LastIndex(closed, ":")+1:], []string{"refused", "xxxxx"}},
		{"open quote", "host=127.0.0.1 password='x hunter2", []string{"not an address", "quote"}},
		{"a number sign in the password", "postgres://me:12#hunter2@" + closed + "/db", []string{"special characters percent-encoded"}},
		{"a slash in the password", "postgres://me:12/hunter2@" + closed + "/db", []string{"special characters percent-encoded"}},
		{"an at and a slash in the password", "postgres://me:1@2/hunter2@" + closed + "/db", []string{"special characters percent-encoded"}},
		{"a question mark in the password", "postgres://me:1?hunter2@" + closed + "/db", []string{"special characters percent-encoded"}},
		{"not a URL", "postgres://me:hunter2%zz@host/db", []string{"not an address of a Postgres server"}},
		{"bad port", "postgres://me:hunter2@host:x/db", []string{"not an address of a Postgres server"}},
		{"bad parameter", "postgres://me:hunter2@host/db?sslmode=perhaps", []string{"not an address", "sslmode"}},
		{"nonsense", "hunter2", []string{"not an address of a Postgres server"}},
		{"no database", given(t, func(u *url.URL) { u.Path = "/nothing"; u.User = url.UserPassword("bailiff", "hunter2") }), []string{"name a database that exists"}},
		{"no user", given(t, func(u *url.URL) { u.User = url.UserPassword("stranger", "hunter2") }), []string{"correct the user or the password in the configured URL"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := postgres.Open(t.Context(), postgres.Config{URL: tc.url})
			require.Error(t, err)
			t.Log(err)
			for _, text := range tc.wanted {
				require.ErrorContains(t, err, text)
			}
			assert.NotContains(t, err.Error(), "hunter2")
		})
	}
}

func TestNoBinaries(t *testing.T) {
	t.Parallel()
	_, err := postgres.Open(t.Context(), postgres.Config{Binaries: t.TempDir()})
	require.ErrorIs(t, err, postgres.ErrUnavailable)
}

func TestCanceledOpen(t *testing.T) {
	t.Parallel()
	newServer(t, postgres.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	begun := make(chan struct{})
	m := &counted{hash: "canceled", do: func(ctx context.Context, conn *pgx.Conn) error {
		close(begun)
		_, err := conn.Exec(ctx, "SELECT pg_sleep(30)")
		return err
	}}
	go func() {
		<-begun
		cancel()
	}()
	_, err := postgres.Open(ctx, postgres.Config{Migrator: m})
	require.Error(t, err)
	assert.Empty(t, databases(t, newServer(t, postgres.Config{}), "bailiff_template_canceled"))
}
