package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

const (
	// keptPrefix begins the names of databases that are kept for a look.
	keptPrefix = "bailiff_kept_"
	// keptMost and keptTime are how many are kept, and for how long.
	keptMost = 20
	keptTime = 7 * 24 * time.Hour
	// keptFormat is the time at the end of such a name, in UTC.
	keptFormat = "20060102_150405.000"
	// keptComment begins the comment on such a database, which tells of what it is.
	keptComment = "Kept by bailiff: "
)

// keptName is short enough for Postgres: 63 bytes.
func keptName(label string, at time.Time) string {
	var slug strings.Builder
	for _, r := range strings.ToLower(label) {
		switch {
		case r >= 'a' && r <= 'z' || r >= '0' && r <= '9':
			slug.WriteRune(r)
		case slug.Len() > 0 && !strings.HasSuffix(slug.String(), "_"):
			slug.WriteByte('_')
		}
	}
	short := slug.String()
	if most := 63 - len(keptPrefix) - len(keptFormat) - 1; len(short) > most {
		short = short[len(short)-most:] // the end of a name tells most about a transaction
		if _, whole, found := strings.Cut(short, "_"); found {
			short = whole
		}
	}
	return keptPrefix + strings.Trim(short, "_") + "_" + strings.Replace(at.UTC().Format(keptFormat), ".", "_", 1)
}

// keptAt reads the time from such a name.
func keptAt(name string) (at time.Time, ok bool) {
	if len(name) <= len(keptFormat) {
		return at, false
	}
	text := []byte(name[len(name)-len(keptFormat):])
	text[len(text)-4] = '.'
	at, err := time.Parse(keptFormat, string(text))
	return at, err == nil && strings.HasPrefix(name, keptPrefix)
}

// keep makes a database of this process one that stays.
func (s *Server) keep(ctx context.Context, name, label string) (kept string, err error) {
	kept = keptName(label, time.Now())
	err = s.admin.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := moveAway(ctx, conn, name, kept); err != nil {
			return err
		}
		delete(s.admin.shared, name)
		comment := keptComment + strings.ToValidUTF8(strings.ReplaceAll(label, "\x00", ""), "")
		if _, err := conn.Exec(ctx, "COMMENT ON DATABASE "+quote(kept)+" IS "+literal(comment)); err != nil {
			return err
		}
		if s.source.current().provider == ProviderDocker {
			// The container stays up for as long as somebody may look.
			if _, err := conn.Exec(ctx, "COPY (SELECT 1) TO "+literal(container.KeepFile)); err != nil {
				return err
			}
		}
		return errors.Join(unlockDatabase(ctx, conn, name, false), pruneKept(ctx, conn, time.Now()))
	})
	return kept, err
}

// moveAway renames a database, and takes it out of memory, which does not outlive the server.
func moveAway(ctx context.Context, conn *pgx.Conn, name, kept string) error {
	const patience = 2 * time.Second
	alone := func(sql string) error {
		for begun := time.Now(); ; {
			_, err := conn.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ANY ($1) AND pid <> pg_backend_pid()", []string{name, kept})
			if err == nil {
				_, err = conn.Exec(ctx, sql)
			}
			var pg *pgconn.PgError
			if err == nil || !errors.As(err, &pg) || pg.Code != "55006" || time.Since(begun) > patience {
				return err
			}
			if err := pause(ctx, 5*time.Millisecond); err != nil {
				return err
			}
		}
	}
	if err := alone("ALTER DATABASE " + quote(name) + " RENAME TO " + quote(kept)); err != nil {
		return err
	}
	var inMemory bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database d JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = $1 AND spcname = $2)",
		kept, embedded.MemoryTablespace).Scan(&inMemory)
	if err != nil || !inMemory {
		return err
	}
	return alone("ALTER DATABASE " + quote(kept) + " SET TABLESPACE pg_default")
}

// Kept is a database that was kept for a look.
type Kept struct {
	// Name is that of the database.
	Name string
	// Label is what it was kept for: the name of a transaction.
	Label string
	// At is when.
	At time.Time
}

// listKept lists them, the newest first.
func listKept(ctx context.Context, conn *pgx.Conn) ([]Kept, error) {
	rows, err := conn.Query(ctx, `SELECT datname, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database
		WHERE starts_with(datname, $1) AND pg_get_userbyid(datdba) = current_user ORDER BY right(datname, $2) DESC, datname`, keptPrefix, len(keptFormat))
	if err != nil {
		return nil, err
	}
	var all []Kept
	var k Kept
	_, err = pgx.ForEachRow(rows, []any{&k.Name, &k.Label}, func() error {
		var ok bool
		k.Label = strings.TrimPrefix(k.Label, keptComment)
		if k.At, ok = keptAt(k.Name); ok {
			all = append(all, k)
		}
		return nil
	})
	return all, err
}

// pruneKept drops those that are too many, or too old. What somebody is connected to stays.
func pruneKept(ctx context.Context, conn *pgx.Conn, now time.Time) error {
	all, err := listKept(ctx, conn)
	if err != nil {
		return err
	}
	for i, k := range all {
		if i < keptMost && now.Sub(k.At) < keptTime {
			continue
		}
		_, err := conn.Exec(ctx, "DROP DATABASE IF EXISTS "+quote(k.Name))
		var pg *pgconn.PgError
		if err != nil && (!errors.As(err, &pg) || pg.Code != "55006") {
			return fmt.Errorf("drop what was kept: %w", err)
		}
	}
	return nil
}

// sweepKept drops what was kept too long ago.
func (s *Server) sweepKept(ctx context.Context) {
	err := s.admin.do(ctx, func(ctx context.Context, conn *pgx.Conn) error { return pruneKept(ctx, conn, time.Now()) })
	if err != nil && ctx.Err() == nil {
		s.config.log("postgres: " + err.Error())
	}
}

// Databases is a server, with an eye to the databases that were kept in it.
type Databases struct{ server *Server }

// OpenDatabases makes the server of a Config answer, as Open does, and changes nothing in it.
func OpenDatabases(ctx context.Context, c Config) (*Databases, error) {
	c.Database, c.Migrator, c.look = "", nil, true
	s, err := Open(ctx, c)
	if err != nil {
		return nil, err
	}
	return &Databases{s}, nil
}

// List lists what was kept, the newest first.
func (d *Databases) List(ctx context.Context) (all []Kept, err error) {
	err = d.server.admin.do(ctx, func(ctx context.Context, conn *pgx.Conn) (err error) {
		all, err = listKept(ctx, conn)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("postgres: list the databases that were kept: %w", err)
	}
	return all, nil
}

// ErrNotKept tells that no database of such a name was kept.
var ErrNotKept = errors.New("no such database was kept")

// URL is the address of one of them. It may hold a password. The error wraps ErrNotKept.
func (d *Databases) URL(ctx context.Context, name string) (string, error) {
	all, err := d.List(ctx)
	if err != nil {
		return "", err
	}
	for _, k := range all {
		if k.Name == name {
			at, err := address(d.server.source.URL()).database(name)
			return string(at), err
		}
	}
	return "", fmt.Errorf("%w: %s", ErrNotKept, name)
}

// Drop drops one of them, also when somebody is connected to it. The error wraps ErrNotKept.
func (d *Databases) Drop(ctx context.Context, name string) error {
	if _, err := d.URL(ctx, name); err != nil {
		return err
	}
	err := d.server.admin.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := dropDatabase(ctx, conn, name); err != nil {
			return err
		}
		left, err := listKept(ctx, conn)
		if err == nil && len(left) == 0 && d.server.source.current().provider == ProviderDocker {
			_, err = conn.Exec(ctx, "COPY (SELECT 1) TO PROGRAM "+literal("rm -f "+container.KeepFile)) // it may end as others do
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("postgres: drop %s: %w", name, err)
	}
	return nil
}

// String says which server it is, for people; it holds no password.
func (d *Databases) String() string { return d.server.String() }

// Close lets go of the server.
func (d *Databases) Close() error { return d.server.Close() }
