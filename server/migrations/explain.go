package migrations

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

// inspect finds files that were not written for goose, whose own message about them is hard to understand, and
// those that would not run in a transaction.
func (d *Database) inspect() error {
	names, err := fs.Glob(d.config.Files, "*.sql")
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	for _, name := range names {
		content, err := fs.ReadFile(d.config.Files, name)
		if err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
		switch text := string(content); {
		case !strings.Contains(text, "+goose Up"):
			return fmt.Errorf(`migration %s: it has no line "-- +goose Up", which must come before its statements`, name)
		case strings.Contains(text, "+goose NO TRANSACTION"):
			return fmt.Errorf("migration %s: it asks for no transaction, so that it could fail half way: take that line out", name)
		}
	}
	return nil
}

// partial are the steps that were done before one that failed, and what is wrong with that one. done says what was
// being done.
func (d *Database) partial(err error, done string) ([]Step, error) {
	partial, ok := errors.AsType[*goose.PartialError](err)
	if !ok || partial.Failed == nil || partial.Failed.Source == nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	steps := fileSteps(partial.Applied)
	kept := "the database is as it was"
	if len(steps) > 0 {
		kept = steps[len(steps)-1].Name + " was the last that was " + done
	}
	return steps, fmt.Errorf("migration %w; nothing of it was kept, and %s: mend the file or what it says, and run the command again",
		d.explain(partial), kept)
}

// explain says which file an error is about, and the line where that can be found; goose itself tells the type and
// the number of a migration.
func (d *Database) explain(partial *goose.PartialError) error {
	file := partial.Failed.Source.Path
	pg, ok := errors.AsType[*pgconn.PgError](partial.Err)
	if !ok {
		return fmt.Errorf("%s: %w", path.Base(file), partial.Err)
	}
	place := path.Base(file)
	if content, err := fs.ReadFile(d.config.Files, file); err == nil {
		if line := lineOf(string(content), d.failed.sql, int(pg.Position)); line > 0 {
			place = fmt.Sprintf("%s:%d", place, line)
		}
	}
	text := ""
	for _, more := range []string{pg.Detail, pg.Hint} {
		if more != "" {
			text += "; " + more
		}
	}
	return fmt.Errorf("%s: %w%s", place, pg, text)
}

// lineOf finds the line of a file on which a character of a statement stands, counted from 1 as Postgres does. It is
// 0 when the statement is not in the file as it was sent.
func lineOf(file, statement string, position int) int {
	at := strings.Index(file, strings.TrimSpace(statement))
	if at < 0 || strings.TrimSpace(statement) == "" {
		return 0
	}
	characters := []rune(statement)
	before := string(characters[:min(max(position-1, 0), len(characters))])
	before = strings.TrimLeft(before, " \t\r\n")
	return 1 + strings.Count(file[:at], "\n") + strings.Count(before, "\n")
}

func hasCode(err error, codes ...string) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return false
	}
	for _, code := range codes {
		if pg.Code == code {
			return true
		}
	}
	return false
}
