package migrations_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// databases is the Postgres of all tests of this package, without any migration.
var databases struct {
	sync.Once
	server *postgres.Server
	err    error
}

func TestMain(m *testing.M) {
	code := m.Run()
	if databases.server != nil {
		if err := databases.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err) // on a busy machine; the next run drops what is left
		}
	}
	if err := goleak.Find(); err != nil && code == 0 {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// setup gives a test an empty database, and migrates it with the configuration's files.
func setup(t *testing.T, c migrations.Config) (*migrations.Database, *pgxpool.Pool) {
	t.Helper()
	databases.Do(func() { databases.server, databases.err = postgres.Open(context.Background(), postgres.Config{}) })
	if databases.err != nil {
		if os.Getenv("BAILIFF_REQUIRE_DB") == "1" || os.Getenv("CI") != "" {
			t.Fatal(databases.err)
		}
		t.Skipf("no Postgres to test with: set BAILIFF_POSTGRES_URL, or run make native (%v)", databases.err)
	}
	pool, drop, err := databases.server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	c.URL = pool.Config().ConnString()
	d, err := migrations.Open(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, d.Close()) })
	return d, pool
}

// catalog is all that migrations make, a line each, apart from what goose itself keeps.
func catalog(t *testing.T, pool *pgxpool.Pool) []string {
	t.Helper()
	var lines []string
	require.NoError(t, pool.QueryRow(t.Context(), `SELECT coalesce(array_agg(line ORDER BY line), '{}') FROM (
		SELECT concat_ws(' ', 'column', c.oid::regclass, a.attname, format_type(a.atttypid, a.atttypmod),
			a.attnotnull, a.attidentity, pg_get_expr(d.adbin, d.adrelid)) AS line
			FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
			LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
			WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'v', 'm', 'p')
		UNION ALL SELECT concat_ws(' ', 'relation', relkind, relname, reloptions) FROM pg_class WHERE relnamespace = 'public'::regnamespace
		UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname = 'public'
		UNION ALL SELECT concat_ws(' ', 'constraint', conrelid::regclass, conname, pg_get_constraintdef(oid))
			FROM pg_constraint WHERE connamespace = 'public'::regnamespace
		UNION ALL SELECT concat_ws(' ', 'sequence', sequencename, data_type, start_value, increment_by, last_value)
			FROM pg_sequences WHERE schemaname = 'public'
		UNION ALL SELECT 'function ' || pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind IN ('f', 'p')
		UNION ALL SELECT 'trigger ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal
		UNION ALL SELECT concat_ws(' ', 'type', typname, typtype) FROM pg_type WHERE typnamespace = 'public'::regnamespace
		UNION ALL SELECT concat_ws(' ', 'enum', enumtypid::regtype, enumlabel, enumsortorder) FROM pg_enum
		UNION ALL SELECT concat_ws(' ', 'extension', extname) FROM pg_extension
		UNION ALL SELECT concat_ws(' ', 'schema', nspname) FROM pg_namespace WHERE nspname !~ '^pg_'
	) lines WHERE line !~ 'goose_db_version'`).Scan(&lines))
	return lines
}

func names(steps []migrations.Step) (list []string) {
	for _, s := range steps {
		list = append(list, s.Name)
	}
	return list
}

// TestThereAndBack applies all migrations, takes all of them back, and applies them again.
func TestThereAndBack(t *testing.T) {
	t.Parallel()
	d, pool := setup(t, migrations.Config{})
	before := catalog(t, pool)

	steps, err := d.Up(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "00001_users.sql", steps[0].Name)
	assert.True(t, strings.HasPrefix(steps[len(steps)-1].Name, "river "), "the queue comes last: %v", names(steps))
	first := catalog(t, pool)
	assert.Contains(t, strings.Join(first, "\n"), "column events identifier text t")
	again, err := d.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, again, "nothing is left to do")

	back, err := d.Down(t.Context(), 0)
	require.NoError(t, err)
	reversed := names(back)
	slices.Reverse(reversed)
	assert.ElementsMatch(t, names(steps), reversed)
	assert.Empty(t, cmp.Diff(before, catalog(t, pool)), "left over after the way back (-before +after)")
	_, err = d.Up(t.Context())
	require.NoError(t, err)
	assert.Empty(t, cmp.Diff(first, catalog(t, pool)), "another schema after the second way (-first +second)")
}

// TestEachStepThereAndBack takes each migration back and applies it again, on its own.
func TestEachStepThereAndBack(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{}
	d, pool := setup(t, migrations.Config{Files: files})
	_, err := d.Up(t.Context()) // the queue alone, which stays
	require.NoError(t, err)
	all, err := migrations.FS.ReadDir(".")
	require.NoError(t, err)
	before, version := catalog(t, pool), int64(0)
	for _, file := range all {
		content, err := migrations.FS.ReadFile(file.Name())
		require.NoError(t, err)
		files[file.Name()] = &fstest.MapFile{Data: content}
		steps, err := d.Up(t.Context())
		require.NoError(t, err)
		require.Equal(t, []string{file.Name()}, names(steps))
		after := catalog(t, pool)
		assert.NotEqual(t, before, after, file.Name())
		if version > 0 { // 0 would take the queue back too
			_, err = d.Down(t.Context(), version)
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(before, catalog(t, pool)), "%s does not undo what it does (-before +after)", file.Name())
			_, err = d.Up(t.Context())
			require.NoError(t, err)
			assert.Empty(t, cmp.Diff(after, catalog(t, pool)), "%s does something else the second time (-first +second)", file.Name())
		}
		before, version = after, version+1
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	d, pool := setup(t, migrations.Config{})
	status, err := d.Status(t.Context())
	require.NoError(t, err)
	assert.Empty(t, status.Applied())
	assert.Equal(t, len(status.Migrations), len(status.Pending()))
	assert.Equal(t, "00001_users.sql", status.Migrations[0].String())
	var there bool
	require.NoError(t, pool.QueryRow(t.Context(), "SELECT to_regclass('goose_db_version') IS NOT NULL").Scan(&there))
	assert.False(t, there, "looking changes nothing")

	_, err = d.Up(t.Context())
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), "INSERT INTO goose_db_version (version_id, is_applied) VALUES (777, true); INSERT INTO river_migration (line, version) VALUES ('main', 888)")
	require.NoError(t, err)
	status, err = d.Status(t.Context())
	require.NoError(t, err)
	assert.Empty(t, status.Pending())
	assert.Equal(t, "[00777 river 888]", fmt.Sprint(status.Unknown()))
	assert.WithinDuration(t, time.Now(), status.Migrations[0].Applied, time.Hour)

	_, err = d.Down(t.Context(), 3)
	assert.EqualError(t, err, "the database has migration 00777, which this program does not have: go down with the one that applied it")
}

func TestDownWantsAVersionThatIsThere(t *testing.T) {
	t.Parallel()
	d, pool := setup(t, migrations.Config{})
	_, err := d.Down(t.Context(), 4)
	assert.EqualError(t, err, "cannot go down to 4: no migration is applied")
	_, err = d.Up(t.Context())
	require.NoError(t, err)
	_, err = d.Down(t.Context(), 4000)
	assert.ErrorContains(t, err, "cannot go down to 4000: it is not applied; name 0 for none, or one of 1 to ")
	steps, err := d.Down(t.Context(), 30)
	require.NoError(t, err)
	assert.Equal(t, "00031_mails.sql", steps[len(steps)-1].Name)
	assert.NotContains(t, strings.Join(catalog(t, pool), "\n"), "relation r mails")
	assert.Contains(t, strings.Join(catalog(t, pool), "\n"), "relation r river_job", "the queue stays")
}

const good = "-- +goose Up\nCREATE TABLE a (id bigint);\n-- +goose Down\nDROP TABLE a;\n"

func TestMigrationThatFails(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, want string }{
		"syntax": {
			file: "-- +goose Up\nCREATE TABLE b (id bigint);\n\nCREATE TABLE c (\n    id bigint,\n    name test\n);\n-- +goose Down\n",
			want: `migration 00002_b.sql:6: ERROR: type "test" does not exist (SQLSTATE 42704); nothing of it was kept, and ` +
				"00001_a.sql was the last that was applied: mend the file or what it says, and run the command again",
		},
		"data": {
			file: "-- +goose Up\nCREATE TABLE b (id bigint);\nINSERT INTO b VALUES (1), (1);\nCREATE UNIQUE INDEX ON b (id);\n",
			want: "migration 00002_b.sql:4: ERROR: could not create unique index",
		},
		"without a mark":        {file: "CREATE TABLE b (id bigint);\n", want: `migration 00002_b.sql: it has no line "-- +goose Up"`},
		"without a transaction": {file: "-- +goose NO TRANSACTION\n-- +goose Up\nSELECT 1;\n", want: "migration 00002_b.sql: it asks for no transaction"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := fstest.MapFS{"00001_a.sql": {Data: []byte(good)}, "00002_b.sql": {Data: []byte(test.file)}}
			d, pool := setup(t, migrations.Config{Files: files})
			steps, err := d.Up(t.Context())
			require.ErrorContains(t, err, test.want)
			if strings.Contains(test.want, "SQLSTATE") || name == "data" {
				assert.Equal(t, []string{"00001_a.sql"}, names(steps))
				assert.Contains(t, catalog(t, pool), "relation r a")
			}
			assert.NotContains(t, catalog(t, pool), "relation r b", "nothing of it was kept")

			files["00002_b.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nCREATE TABLE b (id bigint);\n-- +goose Down\nDROP TABLE lost;\n")}
			_, err = d.Up(t.Context())
			require.NoError(t, err, "the next run works")
			_, err = d.Down(t.Context(), 1)
			assert.ErrorContains(t, err, `migration 00002_b.sql:4: ERROR: table "lost" does not exist`)
			assert.ErrorContains(t, err, "the database is as it was")
			assert.Contains(t, catalog(t, pool), "relation r b")
		})
	}
}

func TestMigrationOutOfOrder(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"00002_a.sql": {Data: []byte(good)}}
	d, _ := setup(t, migrations.Config{Files: files})
	_, err := d.Up(t.Context())
	require.NoError(t, err)
	files["00001_late.sql"] = &fstest.MapFile{Data: []byte("-- +goose Up\nSELECT 1;\n")}
	_, err = d.Up(t.Context())
	assert.ErrorContains(t, err, "migration 00001_late.sql is not applied, but later ones are: give it a number after theirs")
	files["late.sql"] = &fstest.MapFile{}
	_, err = d.Status(t.Context())
	assert.EqualError(t, err, "migration late.sql: its name must begin with a number, as in 00001_late.sql")
}

// TestProcessesMigrateOneByOne has several at once: one of them applies a migration, and the others find it applied.
func TestProcessesMigrateOneByOne(t *testing.T) {
	t.Parallel()
	_, pool := setup(t, migrations.Config{})
	var all sync.WaitGroup
	applied := make([]int, 4)
	for i := range applied {
		all.Go(func() {
			d, err := migrations.Open(t.Context(), migrations.Config{URL: pool.Config().ConnString()})
			if !assert.NoError(t, err) {
				return
			}
			defer func() { assert.NoError(t, d.Close()) }()
			steps, err := d.Up(t.Context())
			assert.NoError(t, err)
			applied[i] = len(steps)
		})
	}
	all.Wait()
	slices.Sort(applied)
	assert.Equal(t, []int{0, 0, 0}, applied[:3])
	assert.Positive(t, applied[3])
}

func TestWaitingForAnotherProcessEnds(t *testing.T) {
	t.Parallel()
	d, pool := setup(t, migrations.Config{Wait: 50 * time.Millisecond})
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	_, err = conn.Exec(t.Context(), "SELECT pg_advisory_lock(x'6261696c69666631'::bigint)")
	require.NoError(t, err)
	_, err = d.Up(t.Context())
	assert.EqualError(t, err, fmt.Sprintf("another process migrates this database since more than 50ms (process %d of the server): wait for it, or end it, and run the command again",
		conn.Conn().PgConn().PID()))
	_, err = conn.Exec(t.Context(), "SELECT pg_advisory_unlock_all()")
	require.NoError(t, err)
	conn.Release()
	_, err = d.Up(t.Context())
	assert.NoError(t, err)
}

// TestQueueAlone migrates the queue's tables as the harness does.
func TestQueueAlone(t *testing.T) {
	t.Parallel()
	_, pool := setup(t, migrations.Config{})
	q, url := migrations.River(), pool.Config().ConnString()
	hash, err := q.Hash()
	require.NoError(t, err)
	assert.Regexp(t, "^[0-9a-f]{32}$", hash)
	wanted, err := q.Wanted()
	require.NoError(t, err)
	require.ErrorIs(t, q.Check(t.Context(), pool), migrations.ErrRiver)

	require.NoError(t, q.Migrate(t.Context(), url))
	first := catalog(t, pool)
	assert.Contains(t, first, "relation r river_job")
	version, err := q.Version(t.Context(), pool)
	require.NoError(t, err)
	assert.Equal(t, wanted, version)
	require.NoError(t, q.Check(t.Context(), pool))
	require.NoError(t, q.Migrate(t.Context(), url))
	assert.Empty(t, cmp.Diff(first, catalog(t, pool)), "the second time does nothing (-first +second)")

	// One that fails half way keeps what was complete, and goes on from there.
	_, err = pool.Exec(t.Context(), "DROP TABLE river_job CASCADE; DELETE FROM river_migration WHERE version > 2")
	require.NoError(t, err)
	require.ErrorContains(t, q.Migrate(t.Context(), url), "migrate the queue: ")
	require.ErrorContains(t, q.Check(t.Context(), pool), "they are at ")

	for _, bad := range []string{"postgres://a:secret@:b/c", "postgres://a:secret@127.0.0.1:1/c"} {
		err := q.Migrate(t.Context(), bad)
		require.ErrorContains(t, err, "migrate the queue: ")
		assert.NotContains(t, err.Error(), "secret")
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	_, err := migrations.Open(t.Context(), migrations.Config{URL: "postgres://a:secret@:b/c"})
	require.Error(t, err)
	assert.NotContains(t, err.Error(), "secret")
	_, err = migrations.Open(t.Context(), migrations.Config{URL: "postgres://a:secret@127.0.0.1:1/c"})
	require.ErrorContains(t, err, "connect to the database")
	assert.NotContains(t, err.Error(), "secret")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errors.New("enough"))
	_, err = migrations.Open(ctx, migrations.Config{URL: "postgres://127.0.0.1:1/c"})
	assert.Error(t, err)
}
