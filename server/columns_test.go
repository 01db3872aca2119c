package server_test

import (
	"context"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// TestColumnsAreMigrated selects all columns that the server names from the database that the migrations make.
func TestColumnsAreMigrated(t *testing.T) {
	t.Parallel()
	f := setup(t)
	problems, err := migrations.Check(t.Context(), f.db, f.server.Columns())
	require.NoError(t, err)
	assert.Empty(t, problems)
}

// TestColumnsOfAllTables holds what the server says it needs against the tables that there are.
func TestColumnsOfAllTables(t *testing.T) {
	t.Parallel()
	f := setup(t)
	rows, err := f.db.Query(t.Context(), `SELECT relname::text FROM pg_class
		WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname !~ '^(river_|goose_)'`)
	require.NoError(t, err)
	var there []string
	for rows.Next() {
		var name string
		require.NoError(t, rows.Scan(&name))
		there = append(there, name)
	}
	require.NoError(t, rows.Err())
	var named []string
	for _, table := range f.server.Columns() {
		assert.NotContains(t, named, table.Name, "twice")
		assert.NotEmpty(t, table.Columns, table.Name)
		assert.NotEmpty(t, table.Model, table.Name)
		named = append(named, table.Name)
	}
	assert.ElementsMatch(t, there, named)
}

// TestColumnsOfResources names some of the less obvious ways to need a column.
func TestColumnsOfResources(t *testing.T) {
	t.Parallel()
	columns := map[string][]string{}
	models := map[string]string{}
	for _, table := range server.New(server.Config{}).Columns() {
		columns[table.Name], models[table.Name] = table.Columns, table.Model
		assert.True(t, slices.IsSorted(table.Columns))
	}
	for _, test := range []struct{ reason, table, column string }{
		{"an attribute", "events", "name"},
		{"of which only an expression is shown", "users", "rocket_chat_token"},
		{"an attribute that is never shown", "users", "password"},
		{"soft deletion", "tracks", "deleted_at"},
		{"the key of URLs", "events", "identifier"},
		{"a relationship to one", "events", "event_topic_id"},
		{"the other side of a relationship", "role_invites", "event_id"},
		{"a table of pairs", "roles_panels", "panel_permission_id"},
		{"what both sides of a pair share", "speaker", "event_id"},
		{"SQL by hand", "revoked_tokens", "expires_at"},
		{"a table without a resource", "tasks", "state"},
	} {
		assert.Contains(t, columns[test.table], test.column, test.reason)
	}
	assert.Equal(t, "EventTopic", models["event_topics"])
	assert.Equal(t, "speakers_sessions", models["speakers_sessions"])
}

// TestColumnsOfHandWrittenSQL finds the tables that SQL in the code names, so that none is forgotten.
func TestColumnsOfHandWrittenSQL(t *testing.T) {
	t.Parallel()
	named := map[string]bool{}
	for _, table := range server.New(server.Config{}).Columns() {
		named[table.Name] = true
	}
	statement := regexp.MustCompile(`\b(?:FROM|INTO|JOIN|UPDATE) ([a-z_]{3,})\b`)
	seen := 0
	for _, pattern := range []string{"*.go", "internal/*/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			content, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range statement.FindAllStringSubmatch(string(content), -1) {
				// What is no table: a function, a name of a WITH.
				if slices.Contains([]string{"unnest", "asked", "panels"}, match[1]) {
					continue
				}
				seen++
				assert.True(t, named[match[1]] || strings.HasPrefix(match[1], "river_"), "%s: table %s is not among Columns: add it to plainTables", file, match[1])
			}
		}
	}
	assert.Greater(t, seen, 40)
}

// TestColumnThatIsMissing drops columns, one in each place that a declaration has them in.
func TestColumnThatIsMissing(t *testing.T) {
	t.Parallel()
	f := setup(t)
	for _, test := range []struct{ table, column, want string }{
		{"events", "logo_url", "Event: column events.logo_url is missing: 00005_events.sql has made it"},
		{"speakers_sessions", "speaker_id", "speakers_sessions: column speakers_sessions.speaker_id is missing: 00012_speakers.sql has made it"},
		{"users", "reset_password_expires_at", "User: column users.reset_password_expires_at is missing: 00033_reset_password.sql has made it"},
		{"mails", "subject", "Mail: column mails.subject is missing: 00031_mails.sql has made it"},
	} {
		tx, err := f.db.Begin(context.Background())
		require.NoError(t, err)
		_, err = tx.Exec(t.Context(), "ALTER TABLE "+test.table+" DROP COLUMN "+test.column+" CASCADE")
		require.NoError(t, err)
		problems, err := migrations.Check(t.Context(), tx, f.server.Columns())
		require.NoError(t, err)
		require.Len(t, problems, 1)
		assert.Contains(t, problems[0].Text, test.want)
		require.NoError(t, tx.Rollback(context.Background()))
	}
}
