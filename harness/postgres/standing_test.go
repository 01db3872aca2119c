package postgres_test

import (
	"context"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// newSite is a database as the one of a server that runs elsewhere.
func newSite(t testing.TB) (db postgres.DB, address string) {
	t.Helper()
	pool, drop, err := newServer(t, postgres.Config{Migrator: postgres.Goose(wide)}).Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	run(t, pool, "INSERT INTO makers (name) VALUES ('before')")
	return pool, pool.Config().ConnString()
}

// as is the address for another user.
func as(t testing.TB, address, user string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	u.User = url.User(user)
	return u.String()
}

func standOn(t testing.TB, c postgres.Config) (*postgres.Server, *postgres.Worker) {
	t.Helper()
	s, err := postgres.Open(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	w, err := s.Worker(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	return s, w
}

func TestStandingDatabaseIsSetBack(t *testing.T) {
	t.Parallel()
	site, url := newSite(t)
	s, w := standOn(t, postgres.Config{Database: url})
	_, err := s.Worker(t.Context())
	require.ErrorContains(t, err, "one transaction at a time")
	first := state(t, site)
	c := begin(t, w)
	assert.Equal(t, first, state(t, c.DB()))
	run(t, c.DB(), everything)
	run(t, site, "INSERT INTO scratch VALUES (5); SELECT nextval('makers_id_seq')")
	end(t, c)
	c = begin(t, w)
	assert.Equal(t, first, state(t, site))
	assert.Equal(t, 2, value[int](t, site, "INSERT INTO makers (name) VALUES ('x') RETURNING id"), "the other server's connections work still")
	_, err = c.Keep(t.Context(), "x")
	require.ErrorContains(t, err, "leave out --keep-failed")
	require.NoError(t, w.Close())
	assert.Equal(t, first, state(t, site), "also at the end")
}

func TestStandingDatabaseIsSetBackAfterAnInterruption(t *testing.T) {
	t.Parallel()
	site, url := newSite(t)
	first := state(t, site)
	ctx, interrupt := context.WithCancel(t.Context())
	s, err := postgres.Open(ctx, postgres.Config{Database: url})
	require.NoError(t, err)
	w, err := s.Worker(ctx)
	require.NoError(t, err)
	c, err := w.Begin(ctx)
	require.NoError(t, err)
	run(t, c.DB(), everything)
	open, err := site.Begin(t.Context()) // that of a request that is under way
	require.NoError(t, err)
	run(t, open, "INSERT INTO scratch VALUES (5)")
	interrupt()
	begun := time.Now()
	require.NoError(t, w.Close())
	require.NoError(t, s.Close())
	assert.Less(t, time.Since(begun), 3*time.Second)
	require.Error(t, open.Commit(t.Context()))
	assert.Equal(t, first, state(t, site))
}

func TestStandingDatabaseThatMigrates(t *testing.T) {
	t.Parallel()
	site, url := newSite(t)
	_, w := standOn(t, postgres.Config{Database: url})
	c := begin(t, w)
	run(t, site, "CREATE TABLE later_on (id serial, topic text); INSERT INTO later_on (topic) VALUES ('x'); UPDATE kinds SET name = 'y'; ALTER TABLE goose_like ADD more int")
	end(t, c)
	c = begin(t, w)
	assert.Zero(t, value[int](t, site, "SELECT count(*) FROM later_on"))
	assert.Zero(t, value[int](t, site, "SELECT count(*) FROM kinds WHERE name = 'y'"))
	run(t, site, "INSERT INTO later_on (topic) VALUES ('x')")
	end(t, c)
	end(t, begin(t, w))
	assert.Zero(t, value[int](t, site, "SELECT count(*) FROM later_on"))

	c = begin(t, w) // and again
	run(t, site, "CREATE TABLE latest (id serial); INSERT INTO latest DEFAULT VALUES")
	end(t, c)
	end(t, begin(t, w))
	assert.Zero(t, value[int](t, site, "SELECT count(*) FROM latest"))
}

func TestRunsOnOneDatabaseWaitForEachOther(t *testing.T) {
	t.Parallel()
	_, url := newSite(t)
	s, err := postgres.Open(t.Context(), postgres.Config{Database: url})
	require.NoError(t, err)
	told := make(chan string, 1)
	opened := make(chan error, 1)
	var second atomic.Pointer[postgres.Server]
	go func() {
		s, err := postgres.Open(t.Context(), postgres.Config{Database: url, Log: func(line string) { told <- line }})
		second.Store(s)
		opened <- err
	}()
	assert.Contains(t, <-told, "another run uses")
	select {
	case err := <-opened:
		t.Fatal("it did not wait", err)
	default:
	}
	require.NoError(t, s.Close())
	require.NoError(t, <-opened)
	require.NoError(t, second.Load().Close())
}

func TestStandingDatabaseThatCannotBeSetBack(t *testing.T) {
	t.Parallel()
	site, url := newSite(t)
	role := "bailiff_other_" + strings.ToLower(t.Name()[:8])
	run(t, site, "CREATE ROLE "+role+" LOGIN; GRANT SELECT ON ALL TABLES IN SCHEMA public TO "+role)
	t.Cleanup(func() {
		_, err := site.Exec(context.Background(), "DROP OWNED BY "+role+"; DROP ROLE "+role)
		require.NoError(t, err)
	})
	for _, test := range []struct {
		name, prepare string
		config        postgres.Config
		want          string
	}{
		{"mode", "", postgres.Config{Isolation: postgres.IsolationClone}, "use delete or auto"},
		{"kept", "", postgres.Config{KeepFailed: true}, "cannot be put aside"},
		{"nobody", "", postgres.Config{Database: "postgres://127.0.0.1:1/x"}, "connect to postgres://127.0.0.1:1/x (from the database of the server under test)"},
		{"rows", "INSERT INTO scratch SELECT generate_series(1, 100001)", postgres.Config{}, "has more than 100000 rows"},
		{"rights", "TRUNCATE scratch", postgres.Config{Database: as(t, url, role)}, "may not"},
	} {
		if test.prepare != "" {
			run(t, site, test.prepare)
		}
		if test.config.Database == "" {
			test.config.Database = url
		}
		_, err := postgres.Open(t.Context(), test.config)
		assert.ErrorContains(t, err, test.want, test.name)
	}
}

// TestOrdinaryUser sets a database back without the right to turn triggers and foreign keys off.
func TestOrdinaryUser(t *testing.T) {
	t.Parallel()
	admin, url := newSite(t)
	const role = "bailiff_ordinary"
	run(t, admin, "DROP TRIGGER refuse ON machines; CREATE ROLE "+role+" LOGIN")
	run(t, admin, `DO $$ DECLARE r record; BEGIN
		FOR r IN SELECT c.oid::regclass AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
			WHERE nspname IN ('public', 'other') AND relkind IN ('r', 'p', 'm') LOOP
			EXECUTE format('ALTER TABLE %s OWNER TO bailiff_ordinary', r.name);
		END LOOP;
		ALTER SEQUENCE lonely OWNER TO bailiff_ordinary;
		ALTER SCHEMA other OWNER TO bailiff_ordinary;
		GRANT ALL ON SCHEMA public TO bailiff_ordinary; END $$`)
	t.Cleanup(func() {
		_, err := admin.Exec(context.Background(), "DROP OWNED BY "+role+" CASCADE; DROP ROLE "+role)
		require.NoError(t, err)
	})
	_, w := standOn(t, postgres.Config{Database: as(t, url, role)})
	c := begin(t, w)
	assert.Equal(t, role, value[string](t, c.DB(), "SELECT current_user"))
	first := state(t, c.DB())
	for range 2 {
		run(t, c.DB(), everything)
		end(t, c)
		c = begin(t, w)
		assert.Equal(t, first, state(t, c.DB()))
	}
}
