package migrations

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/pressly/goose/v3"
)

// DB is a database that is only read here: what pgx.Tx, *pgx.Conn and *pgxpool.Pool have in common.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Migration is one of those that this program has, or that a database has.
type Migration struct {
	Version int64
	// Name is that of the file, or of the migration of River. Empty: this program does not have it.
	Name string
	// River says that it is one of River's, whose versions are numbers of their own.
	River bool
	// Applied is when it was. Zero: it is not applied.
	Applied time.Time
}

// String names it.
func (m Migration) String() string {
	switch {
	case m.Name != "":
		return m.Name
	case m.River:
		return fmt.Sprintf("river %03d", m.Version)
	}
	return fmt.Sprintf("%05d", m.Version)
}

// Status is what of the migrations is applied to a database.
type Status struct {
	// Migrations are in the order in which they are applied; those that this program does not have come after the
	// others of their kind.
	Migrations []Migration
}

// Pending are those that are not applied.
func (s *Status) Pending() []Migration {
	return s.where(func(m Migration) bool { return m.Applied.IsZero() })
}

// Unknown are those that are applied, and that this program does not have: a newer one has applied them.
func (s *Status) Unknown() []Migration {
	return s.where(func(m Migration) bool { return m.Name == "" })
}

// Applied are the files whose migrations are applied.
func (s *Status) Applied() []Migration {
	return s.where(func(m Migration) bool { return !m.River && !m.Applied.IsZero() })
}

func (s *Status) where(holds func(Migration) bool) (found []Migration) {
	for _, m := range s.Migrations {
		if holds(m) {
			found = append(found, m)
		}
	}
	return found
}

// outOfOrder is a file that is not applied although one with a higher number is, "" for none.
func (s *Status) outOfOrder() string {
	pending := ""
	for _, m := range s.Migrations {
		switch {
		case m.River || m.Name == "":
		case m.Applied.IsZero() && pending == "":
			pending = m.Name
		case !m.Applied.IsZero() && pending != "":
			return pending
		}
	}
	return ""
}

// canGoDown refuses a version that cannot be gone down to.
func (s *Status) canGoDown(to int64) error {
	for _, m := range s.Unknown() {
		if !m.River {
			return fmt.Errorf("the database has migration %s, which this program does not have: go down with the one that applied it", m)
		}
	}
	if to == 0 {
		return nil
	}
	var applied []string
	for _, m := range s.Applied() {
		if m.Version == to {
			return nil
		}
		applied = append(applied, fmt.Sprint(m.Version))
	}
	if len(applied) == 0 {
		return fmt.Errorf("cannot go down to %d: no migration is applied", to)
	}
	return fmt.Errorf("cannot go down to %d: it is not applied; name 0 for none, or one of %s to %s",
		to, applied[0], applied[len(applied)-1])
}

// readStatus holds the files against what a database says. It changes nothing.
func readStatus(ctx context.Context, db DB, files fs.FS) (*Status, error) {
	all, err := embedded(files)
	if err != nil {
		return nil, err
	}
	river, err := riverVersions()
	if err != nil {
		return nil, err
	}
	applied, err := readVersions(ctx, db, "goose_db_version",
		"SELECT DISTINCT ON (version_id) version_id, tstamp::timestamptz, is_applied FROM goose_db_version WHERE version_id > 0 ORDER BY version_id, id DESC")
	if err != nil {
		return nil, err
	}
	queue, err := readVersions(ctx, db, "river_migration", "SELECT version, created_at, true FROM river_migration WHERE line = 'main' ORDER BY version")
	if err != nil {
		return nil, err
	}
	var tables []Migration
	for _, m := range river {
		tables = append(tables, Migration{Version: int64(m.Version), Name: riverName(m.Version, m.Name), River: true})
	}
	return &Status{Migrations: slices.Concat(merge(all, applied, false), merge(tables, queue, true))}, nil
}

// merge notes which migrations are applied, and adds those that are not among them.
func merge(all []Migration, applied map[int64]time.Time, river bool) []Migration {
	for i, m := range all {
		all[i].Applied = applied[m.Version]
		delete(applied, m.Version)
	}
	known := len(all)
	for version, at := range applied {
		all = append(all, Migration{Version: version, River: river, Applied: at})
	}
	slices.SortFunc(all[known:], func(a, b Migration) int { return int(a.Version - b.Version) })
	return all
}

// readVersions reads which versions a database says it has. Without the table it has none.
func readVersions(ctx context.Context, db DB, table, query string) (map[int64]time.Time, error) {
	there := false
	if err := db.QueryRow(ctx, "SELECT to_regclass($1) IS NOT NULL", table).Scan(&there); err != nil {
		return nil, fmt.Errorf("look for %s: %w", table, err)
	}
	versions := map[int64]time.Time{}
	if !there {
		return versions, nil
	}
	rows, err := db.Query(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	defer rows.Close()
	for rows.Next() {
		var version int64
		var at time.Time
		var applied bool
		if err := rows.Scan(&version, &at, &applied); err != nil {
			return nil, fmt.Errorf("read %s: %w", table, err)
		}
		if applied {
			versions[version] = at
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read %s: %w", table, err)
	}
	return versions, nil
}

// embedded are the files, in the order of their numbers.
func embedded(files fs.FS) ([]Migration, error) {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	all := make([]Migration, 0, len(names))
	for _, name := range names {
		version, err := goose.NumericComponent(name)
		if err != nil {
			return nil, fmt.Errorf("migration %s: its name must begin with a number, as in 00001_%s", name, strings.TrimLeft(name, "_"))
		}
		all = append(all, Migration{Version: version, Name: name})
	}
	slices.SortFunc(all, func(a, b Migration) int { return int(a.Version - b.Version) })
	return all, nil
}
