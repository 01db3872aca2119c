package migrations_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/migrations"
)

// shop is a schema in three migrations.
func shop() fstest.MapFS {
	return fstest.MapFS{
		"00001_items.sql": {Data: []byte("-- +goose Up\n-- of CREATE TABLE lost (\nCREATE TABLE items (\n    id bigint,\n    \"order\" text\n);\n-- +goose Down\nDROP TABLE items;\n")},
		"00002_price.sql": {Data: []byte("-- +goose Up\nALTER TABLE items\n    ADD COLUMN price int,\n    ADD COLUMN vat int;\n-- +goose Down\nALTER TABLE items DROP COLUMN price, DROP COLUMN vat;\n")},
		"00003_till.sql":  {Data: []byte("-- +goose Up\nCREATE TABLE till (id bigint);\n-- +goose Down\nDROP TABLE till;\n")},
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tables := []migrations.Table{
		{Model: "Item", Name: "items", Columns: []string{"id", "order", "price", "vat"}},
		{Model: "Till", Name: "till", Columns: []string{"id"}},
	}
	for _, test := range []struct {
		name   string
		sql    string
		tables []migrations.Table
		want   []string
	}{
		{name: "as it should be"},
		{
			name: "a column dropped", sql: "ALTER TABLE items DROP COLUMN vat",
			want: []string{"Item: column items.vat is missing: 00002_price.sql has made it, and something else than a migration took it away; " +
				"restore it, with ALTER TABLE items ADD COLUMN vat"},
		},
		{
			name: "columns of a name that is a keyword", sql: `ALTER TABLE items RENAME COLUMN "order" TO place; ALTER TABLE items DROP COLUMN id`,
			want: []string{
				"Item: column items.id is missing: 00001_items.sql has made it, and something else than a migration took it away; restore it, with ALTER TABLE items ADD COLUMN id",
				"Item: column items.order is missing: 00001_items.sql has made it, and something else than a migration took it away; restore it, with ALTER TABLE items ADD COLUMN order",
			},
		},
		{
			name: "a table dropped", sql: "DROP TABLE till",
			want: []string{"Till: table till is missing: 00003_till.sql has made it, and something else than a migration took it away; restore it, with CREATE TABLE till"},
		},
		{
			name:   "a migration forgotten",
			tables: []migrations.Table{{Model: "Item", Name: "items", Columns: []string{"id", "colour"}}, {Model: "Lost", Name: "lost", Columns: []string{"id"}}},
			want: []string{
				"Item: column items.colour is missing: no migration makes it; write 00004_items.sql with ALTER TABLE items ADD COLUMN colour",
				"Lost: table lost is missing: no migration makes it; write 00004_lost.sql with CREATE TABLE lost",
			},
		},
		{
			name: "the revision set back, and a column gone with it",
			sql:  "DELETE FROM goose_db_version WHERE version_id = 2; ALTER TABLE items DROP COLUMN price",
			want: []string{
				"migration 00002_price.sql is not applied: run bailiff migrations up",
				"Item: column items.price is missing: 00002_price.sql makes it, and is not applied; run bailiff migrations up",
			},
		},
		{
			name: "a revision of the future",
			sql:  "INSERT INTO goose_db_version (version_id, is_applied) VALUES (4, true)",
			want: []string{"migration 00004 is applied, and this program does not have it: run the program that applied it"},
		},
		{
			name: "the queue of a version before",
			sql:  "DELETE FROM river_migration WHERE version = (SELECT max(version) FROM river_migration)",
			want: []string{"migration river "},
		},
		{
			name: "a table that may not be read",
			sql:  "CREATE ROLE bailiff_check_test; SET ROLE bailiff_check_test",
			want: []string{"this user"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d, pool := setup(t, migrations.Config{Files: shop()})
			_, err := d.Up(t.Context())
			require.NoError(t, err)
			tx, err := pool.Begin(t.Context())
			require.NoError(t, err)
			defer func() { assert.NoError(t, tx.Rollback(t.Context())) }()
			_, err = tx.Exec(t.Context(), test.sql)
			require.NoError(t, err)
			if test.tables == nil {
				test.tables = tables
			}
			problems, err := migrations.CheckFiles(t.Context(), tx, shop(), test.tables)
			if len(test.want) == 1 && test.want[0] == "this user" {
				// The table of revisions is as closed as the others.
				require.ErrorContains(t, err, "read goose_db_version: ERROR: permission denied")
				return
			}
			require.NoError(t, err)
			require.Len(t, problems, len(test.want), "%v", problems)
			for i, p := range problems {
				assert.Contains(t, p.String(), test.want[i])
			}
			var one int
			require.NoError(t, tx.QueryRow(t.Context(), "SELECT 1").Scan(&one), "the transaction goes on")
		})
	}
}

func TestCheckTablesThatMayNotBeRead(t *testing.T) {
	t.Parallel()
	d, pool := setup(t, migrations.Config{Files: shop()})
	_, err := d.Up(t.Context())
	require.NoError(t, err)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer func() { assert.NoError(t, tx.Rollback(t.Context())) }()
	_, err = tx.Exec(t.Context(), "CREATE ROLE bailiff_reader_test; GRANT SELECT ON goose_db_version, river_migration, till TO bailiff_reader_test; SET ROLE bailiff_reader_test")
	require.NoError(t, err)
	problems, err := migrations.CheckFiles(t.Context(), tx, shop(), []migrations.Table{
		{Model: "Item", Name: "items", Columns: []string{"id"}}, {Model: "Till", Name: "till", Columns: []string{"id"}},
	})
	require.NoError(t, err)
	assert.Equal(t, "[Item: table items may not be read by this user of the database: GRANT it to them]", fmt.Sprint(problems))
	_, err = tx.Exec(t.Context(), "RESET ROLE")
	require.NoError(t, err)
}

func TestCheckWithoutADatabase(t *testing.T) {
	t.Parallel()
	_, pool := setup(t, migrations.Config{Files: shop()})
	problems, err := migrations.Check(t.Context(), pool, nil)
	require.NoError(t, err)
	require.NotEmpty(t, problems, "an empty one")
	assert.Equal(t, "migration 00001_users.sql is not applied: run bailiff migrations up", problems[0].Text)
	pool.Close()
	_, err = migrations.Check(t.Context(), pool, nil)
	assert.Error(t, err)
}

func TestDefinition(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ table, column, want string }{
		{"events", "name", "00005_events.sql"},
		{"events", "event_type_id", "00007_event_types.sql"},
		{"speaker", "order", "00012_speakers.sql"},
		{"users", "reset_password", "00001_users.sql"},
		{"users", "reset_password_expires_at", "00033_reset_password.sql"},
		{"mails", "", "00031_mails.sql"},
		{"mails", "lost", ""},
		{"lost", "", ""},
		{"event_types", "deleted_at", "00007_event_types.sql"},
	} {
		assert.Equal(t, test.want, migrations.Definition(migrations.FS, test.table, test.column), "%s.%s", test.table, test.column)
	}
}

func TestLineOf(t *testing.T) {
	t.Parallel()
	const file = "-- +goose Up\nCREATE TABLE a (id int);\n\nDROP TABLE\n    b;\n"
	assert.Equal(t, 5, migrations.LineOf(file, "DROP TABLE\n    b;", 16))
	assert.Equal(t, 4, migrations.LineOf(file, "\nDROP TABLE\n    b;\n", 0))
	assert.Equal(t, 2, migrations.LineOf(file, "CREATE TABLE a (id int);", 9000)-0)
	assert.Zero(t, migrations.LineOf(file, "DROP TABLE c", 3))
	assert.Zero(t, migrations.LineOf(file, "", 3))
}
