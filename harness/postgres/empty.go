package postgres

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"
)

// gooseTable is where goose notes the migrations that were applied.
const gooseTable = "goose_db_version"

// Empty deletes the rows of every table of the schema public and sets the sequences back, so that
// identifiers begin at 1. It is for a database that a server of another process stands on, where a
// transaction cannot be rolled back. What the migrations inserted is deleted too; the note of the
// migrations themselves stays.
func Empty(ctx context.Context, db DB) error {
	rows, err := db.Query(ctx, `SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> $1`, gooseTable)
	if err != nil {
		return fmt.Errorf("postgres: list the tables: %w", err)
	}
	tables, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("postgres: list the tables: %w", err)
	}
	if len(tables) == 0 {
		return nil
	}
	for i, t := range tables {
		tables[i] = pgx.Identifier{"public", t}.Sanitize()
	}
	if _, err := db.Exec(ctx, "TRUNCATE "+strings.Join(tables, ", ")+" RESTART IDENTITY CASCADE"); err != nil {
		return fmt.Errorf("postgres: empty the tables: %w", err)
	}
	return nil
}
