package migrations

import (
	"context"
	"fmt"
	"io/fs"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

// Table is what a program needs of a table.
type Table struct {
	// Model is what the program calls a row of it, for messages: "Event".
	Model string
	Name  string
	// Columns are those that the program names.
	Columns []string
}

// Problem is a way in which a database is not as the program needs it.
type Problem struct {
	// Model and Table are those that a column is missing from, or that cannot be read. Empty: it is about a migration.
	Model, Table string
	// Column is the one that is missing. Empty: it is about the table, or about a migration.
	Column string
	// Migration is the one that is not applied, that the program does not have, or that makes the column. Empty: none
	// makes it.
	Migration string
	// Unknown says that the program does not have Migration.
	Unknown bool
	// Text says what is wrong, and what to do.
	Text string
}

// String is Text.
func (p Problem) String() string { return p.Text }

// Check holds a database against this program in two ways, neither of which sees all that the other does: the
// revision of the database against the highest migration, and a SELECT of the columns of all tables. Problems of
// the revision come first. It leaves a transaction that it runs in usable, also when something fails.
func Check(ctx context.Context, db DB, tables []Table) ([]Problem, error) {
	return check(ctx, db, FS, tables)
}

func check(ctx context.Context, db DB, files fs.FS, tables []Table) ([]Problem, error) {
	status, err := readStatus(ctx, db, files)
	if err != nil {
		return nil, err
	}
	var problems []Problem
	for _, m := range status.Pending() {
		problems = append(problems, Problem{
			Migration: m.String(),
			Text:      fmt.Sprintf("migration %s is not applied: run bailiff migrations up", m),
		})
	}
	for _, m := range status.Unknown() {
		problems = append(problems, Problem{
			Migration: m.String(), Unknown: true,
			Text: fmt.Sprintf("migration %s is applied, and this program does not have it: run the program that applied it", m),
		})
	}
	missing, err := (&columnCheck{db: db, files: files, status: status}).run(ctx, tables)
	return append(problems, missing...), err
}

// columnCheck selects the columns of tables.
type columnCheck struct {
	db     DB
	files  fs.FS
	status *Status
}

// run selects from all tables in one round trip, and looks closer where that fails.
func (c *columnCheck) run(ctx context.Context, tables []Table) ([]Problem, error) {
	statements := make([]string, len(tables))
	for i, t := range tables {
		statements[i] = t.query()
	}
	err := c.attempt(ctx, strings.Join(statements, ";\n"))
	if err == nil || !isSchemaError(err) {
		return nil, err
	}
	var problems []Problem
	for i, t := range tables {
		err := c.attempt(ctx, statements[i])
		switch {
		case err == nil:
		case !isSchemaError(err):
			return problems, err
		default:
			found, err := c.explain(ctx, t, err)
			problems = append(problems, found...)
			if err != nil {
				return problems, err
			}
		}
	}
	return problems, nil
}

// query is a SELECT of the columns.
func (t Table) query() string {
	quoted := make([]string, len(t.Columns))
	for i, column := range t.Columns {
		quoted[i] = pgx.Identifier{column}.Sanitize()
	}
	return "SELECT " + strings.Join(quoted, ", ") + " FROM " + pgx.Identifier{t.Name}.Sanitize() + " LIMIT 1"
}

// attempt runs statements so that what they fail with stays with them. In a transaction that is a savepoint.
func (c *columnCheck) attempt(ctx context.Context, sql string) error {
	tx, err := c.db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written, and a connection that is gone has told it
	_, err = tx.Exec(ctx, sql)
	return err
}

// isSchemaError reports whether a statement failed for what the tables are: something in it is not there, or may
// not be read.
func isSchemaError(err error) bool {
	return hasCode(err, "42703", "42P01", "42501", "42809", "3F000")
}

// explain says what a table lacks that cannot be selected from.
func (c *columnCheck) explain(ctx context.Context, t Table, failed error) ([]Problem, error) {
	rows, err := c.db.Query(ctx, `SELECT attname::text FROM pg_attribute
		WHERE attrelid = to_regclass(quote_ident($1::text)) AND attnum > 0 AND NOT attisdropped`, t.Name)
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", t.Name, err)
	}
	there, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look at %s: %w", t.Name, err)
	}
	problem := Problem{Model: t.Model, Table: t.Name}
	if hasCode(failed, "42501") {
		problem.Text = fmt.Sprintf("%s: table %s may not be read by this user of the database: GRANT it to them", t.Model, t.Name)
		return []Problem{problem}, nil
	}
	if len(there) == 0 {
		return []Problem{c.lacks(problem, "table "+t.Name, fmt.Sprintf("CREATE TABLE %s", t.Name))}, nil
	}
	var problems []Problem
	for _, column := range t.Columns {
		if !slices.Contains(there, column) {
			problem.Column = column
			problems = append(problems, c.lacks(problem, "column "+t.Name+"."+column, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s", t.Name, column)))
		}
	}
	if len(problems) == 0 {
		problem.Text = fmt.Sprintf("%s: table %s cannot be read: %v", t.Model, t.Name, failed)
		return []Problem{problem}, nil
	}
	return problems, nil
}

// lacks says which migration makes what is missing, or would have to.
func (c *columnCheck) lacks(p Problem, what, statement string) Problem {
	p.Migration = definition(c.files, p.Table, p.Column)
	p.Text = fmt.Sprintf("%s: %s is missing: ", p.Model, what)
	pending := c.status.Pending()
	switch {
	case p.Migration == "":
		p.Text += fmt.Sprintf("no migration makes it; write %05d_%s.sql with %s", c.next(), p.Table, statement)
	case slices.ContainsFunc(pending, func(m Migration) bool { return m.Name == p.Migration }):
		p.Text += fmt.Sprintf("%s makes it, and is not applied; run bailiff migrations up", p.Migration)
	default:
		p.Text += fmt.Sprintf("%s has made it, and something else than a migration took it away; restore it, with %s", p.Migration, statement)
	}
	return p
}

// next is the number of the next migration that somebody writes.
func (c *columnCheck) next() int64 {
	var highest int64
	for _, m := range c.status.Migrations {
		if !m.River {
			highest = max(highest, m.Version)
		}
	}
	return highest + 1
}

// definition finds the last migration that makes a column, or with an empty name a table: "" when there is none.
// It reads SQL as it is written in this project, a column on a line.
func definition(files fs.FS, table, column string) string {
	quoted := regexp.QuoteMeta(table)
	create := regexp.MustCompile(`(?is)CREATE\s+TABLE\s+(?:IF\s+NOT\s+EXISTS\s+)?"?` + quoted + `"?\s*\((.*?)\)\s*;`)
	line := regexp.MustCompile(`(?im)(?:^|,)\s*"?` + regexp.QuoteMeta(column) + `"?\s+[a-z]`)
	add := regexp.MustCompile(`(?is)ALTER\s+TABLE\s+(?:IF\s+EXISTS\s+)?(?:ONLY\s+)?"?` + quoted + `"?\s[^;]*?\bADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?"?` +
		regexp.QuoteMeta(column) + `"?\s`)
	all, err := embedded(files)
	if err != nil {
		return ""
	}
	found := ""
	for _, m := range all {
		content, err := fs.ReadFile(files, m.Name)
		if err != nil {
			continue
		}
		up, _, _ := strings.Cut(string(content), "+goose Down")
		up = regexp.MustCompile(`--[^\n]*`).ReplaceAllString(up, "")
		body := create.FindStringSubmatch(up)
		if body != nil && (column == "" || line.MatchString(body[1])) || column != "" && add.MatchString(up) {
			found = m.Name
		}
	}
	return found
}
