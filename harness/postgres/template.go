package postgres

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
	"github.com/jackc/pgx/v5/pgconn"
)

// templatePrefix begins the names of databases that others are cloned from.
const templatePrefix = "bailiff_template_"

// keepTemplates is how many templates stay on a server: enough for a few branches of work.
const keepTemplates = 5

// template makes sure that the migrated database exists, and returns its name. It is made once for
// each hash: whoever makes it holds its advisory lock exclusively, and whoever clones it holds it
// shared for as long as the process uses it, so that no other process takes it for an old one.
//
// Only a finished template has the marks of one: it is a template to Postgres and takes no
// connections. Anything else under its name was left half-made and is dropped.
func (d *admin) template(ctx context.Context, c Config, at address) (name string, err error) {
	name, err = templateName(c.Migrator)
	if err != nil {
		return "", err
	}
	name += d.belonging()
	err = d.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
		if err := lockDatabase(ctx, conn, name, true); err != nil {
			return err
		}
		ready, err := finished(ctx, conn, name)
		if err == nil && !ready {
			// The shared lock must go first: two that both wait to be alone would wait for ever.
			err = unlockDatabase(ctx, conn, name, true)
			if err == nil {
				err = d.build(ctx, conn, building{name: name, config: c, at: at, major: d.major})
			}
		}
		if err != nil {
			return err
		}
		d.shared[name] = true
		if err := touch(ctx, conn, name); err != nil {
			return err
		}
		return d.prune(ctx, conn)
	})
	return name, err
}

var plainHash = regexp.MustCompile(`^[0-9a-zA-Z]{1,40}$`)

// templateName is the hash of the migrations as part of a name of at most 63 bytes.
func templateName(m Migrator) (string, error) {
	if m == nil {
		return templatePrefix + "empty", nil
	}
	hash, err := m.Hash()
	if err != nil {
		return "", err
	}
	if !plainHash.MatchString(hash) {
		hash = fmt.Sprintf("%x", sha256.Sum256([]byte(hash)))[:32]
	}
	return templatePrefix + hash, nil
}

// belonging ends the name of a template, since what the migrations made belongs to the user who ran
// them, and others may not read it, and since its lock is seen from one maintenance database only. The embedded
// server has one user, and needs no such ending.
func (d *admin) belonging() string {
	if d.user == embedded.Superuser {
		return d.home
	}
	return fmt.Sprintf("_%x", sha256.Sum256([]byte(d.user)))[:9] + d.home
}

func finished(ctx context.Context, conn *pgx.Conn, name string) (bool, error) {
	var ready bool
	err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate AND NOT datallowconn)",
		name).Scan(&ready)
	return ready, err
}

type building struct {
	name   string
	config Config
	at     address
	major  int
}

// build makes the template while it holds its lock exclusively, and returns with the lock held
// shared.
func (d *admin) build(ctx context.Context, conn *pgx.Conn, b building) (err error) {
	if err := lockDatabase(ctx, conn, b.name, false); err != nil {
		return err
	}
	defer func() {
		if conn.IsClosed() {
			return // the lock went with it
		}
		if err == nil {
			err = lockDatabase(ctx, conn, b.name, true)
		}
		clean, cancel := closing()
		defer cancel()
		err = errors.Join(err, unlockDatabase(clean, conn, b.name, false))
	}()
	ready, err := finished(ctx, conn, b.name)
	if err != nil || ready {
		return err // another process was faster
	}
	begin := time.Now()
	if err := makeTemplate(ctx, conn, b); err != nil {
		if conn.IsClosed() {
			return err // the next run finds it unfinished
		}
		clean, cancel := closing()
		defer cancel()
		return errors.Join(err, dropDatabase(clean, conn, b.name))
	}
	b.config.log(fmt.Sprintf("postgres: made the template %s in %s", b.name, time.Since(begin).Round(time.Millisecond)))
	return nil
}

func makeTemplate(ctx context.Context, conn *pgx.Conn, b building) error {
	if err := dropDatabase(ctx, conn, b.name); err != nil {
		return err
	}
	// The same order of text on every server: template0 and locale C, whatever the server's own is.
	sql := "CREATE DATABASE " + quote(b.name) + " TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
	if b.major >= 15 {
		sql += " LOCALE_PROVIDER libc" // also where the server's own is ICU
	}
	if _, err := conn.Exec(ctx, sql); err != nil {
		return fmt.Errorf("create the template database: %w", err)
	}
	if b.config.Migrator != nil {
		at, err := b.at.database(b.name)
		if err != nil {
			return err
		}
		if err := b.config.Migrator.Migrate(ctx, string(at)); err != nil {
			return err
		}
	}
	_, err := conn.Exec(ctx, "ALTER DATABASE "+quote(b.name)+" IS_TEMPLATE true ALLOW_CONNECTIONS false")
	return err
}

// usedFormat is how the comment on a template tells when it was last used.
const usedFormat = time.RFC3339

// touch notes that the template is in use now, if it is this user's. Two processes that do so at once
// can get in each other's way; then one of them has noted it.
func touch(ctx context.Context, conn *pgx.Conn, name string) error {
	const comment = "Template of bailiff, last used "
	var noted string
	err := conn.QueryRow(ctx, "SELECT coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database "+
		"WHERE datname = $1 AND pg_get_userbyid(datdba) = current_user", name).Scan(&noted)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	now := time.Now().UTC()
	if used, err := time.Parse(comment+usedFormat, noted); err == nil && now.Sub(used).Abs() < time.Minute {
		return nil
	}
	_, err = conn.Exec(ctx, "COMMENT ON DATABASE "+quote(name)+" IS '"+comment+now.Format(usedFormat)+"'")
	var pg *pgconn.PgError
	if errors.As(err, &pg) && (pg.Code == "XX000" || pg.Code == "23505") {
		return nil // "tuple concurrently updated", or its first insert twice
	}
	return err
}

// prune drops the templates that were not used for the longest time, if nobody uses them now.
func (d *admin) prune(ctx context.Context, conn *pgx.Conn) error {
	rows, err := conn.Query(ctx, `SELECT datname FROM pg_database WHERE datname ~ $1
		AND pg_get_userbyid(datdba) = current_user
		ORDER BY shobj_description(oid, 'pg_database') DESC NULLS LAST, oid DESC OFFSET $2`,
		"^"+templatePrefix+"[0-9a-zA-Z]+"+d.belonging()+"$", keepTemplates)
	if err != nil {
		return err
	}
	old, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	for _, name := range old {
		if _, mine := d.shared[name]; mine {
			continue
		}
		if _, err := tryDrop(ctx, conn, name); err != nil {
			return fmt.Errorf("drop an old template: %w", err)
		}
	}
	return nil
}
