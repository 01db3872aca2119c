package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime/debug"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
)

// Migrator makes the schema of the databases. Its Hash must change with everything that Migrate
// depends on: a template is made once for each hash and then used by every run on that server.
type Migrator interface {
	// Hash names the result of Migrate. It costs little.
	Hash() (string, error)
	// Migrate applies everything to the empty database at the URL.
	Migrate(ctx context.Context, url string) error
}

// Goose returns a Migrator for the goose migrations (SQL files) in the root of a file system, as
// github.com/pressly/goose reads them. Migrations written in Go have no content to hash and are left
// out.
func Goose(fsys fs.FS) Migrator { return gooseMigrator{fsys} }

type gooseMigrator struct{ fsys fs.FS }

// Hash covers the names and contents of all files, and the version of goose.
func (m gooseMigrator) Hash() (string, error) {
	sum := sha256.New()
	fmt.Fprintf(sum, "goose %s\n", gooseVersion())
	err := fs.WalkDir(m.fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(m.fsys, name)
		if err != nil {
			return err
		}
		fmt.Fprintf(sum, "%q %d\n", name, len(content))
		_, err = sum.Write(content)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("read migrations: %w", err)
	}
	return hex.EncodeToString(sum.Sum(nil))[:32], nil
}

func gooseVersion() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, m := range info.Deps {
			if m.Path == "github.com/pressly/goose/v3" {
				return m.Version
			}
		}
	}
	return "v3"
}

// Migrate applies all migrations. Its error names the file, and the line of it where goose and the
// server tell enough to find that.
func (m gooseMigrator) Migrate(ctx context.Context, url string) error {
	config, err := address(url).config()
	if err != nil {
		return err
	}
	failed := &failedStatement{}
	config.Tracer = failed
	db := stdlib.OpenDB(*config)
	defer func() { _ = db.Close() }()
	db.SetMaxOpenConns(1)
	provider, err := goose.NewProvider(goose.DialectPostgres, db, m.fsys, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("read migrations: %w", err)
	}
	if err := m.inspect(provider.ListSources()); err != nil {
		return err
	}
	if _, err := provider.Up(ctx); err != nil {
		return m.explain(err, failed.sql)
	}
	return nil
}

// inspect finds files that were not written for goose, which itself is hard to understand about them.
func (m gooseMigrator) inspect(sources []*goose.Source) error {
	for _, source := range sources {
		content, err := fs.ReadFile(m.fsys, source.Path)
		if err != nil {
			return fmt.Errorf("read migrations: %w", err)
		}
		if !strings.Contains(string(content), "+goose Up") {
			return fmt.Errorf(`migration %s: it has no line "-- +goose Up", which must come before its statements`, source.Path)
		}
	}
	return nil
}

// explain says which file an error is about; goose itself tells the type and number of a migration.
func (m gooseMigrator) explain(err error, sql string) error {
	var partial *goose.PartialError
	if !errors.As(err, &partial) || partial.Failed == nil || partial.Failed.Source == nil {
		return fmt.Errorf("migrate: %w", err)
	}
	name := path.Base(partial.Failed.Source.Path)
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return fmt.Errorf("migration %s: %w", name, partial.Err)
	}
	place := name
	if line := m.line(partial.Failed.Source.Path, sql, int(pg.Position)); line > 0 {
		place = fmt.Sprintf("%s:%d", name, line)
	}
	text := ""
	if pg.Detail != "" {
		text += "; " + pg.Detail
	}
	if pg.Hint != "" {
		text += "; " + pg.Hint
	}
	return fmt.Errorf("migration %s: %w%s", place, partial.Err, text)
}

// line finds a place in a migration: the character (from 1, as Postgres counts) of one of its
// statements. It is 0 when the text cannot be found, since goose may have changed it.
func (m gooseMigrator) line(file, sql string, position int) int {
	content, err := fs.ReadFile(m.fsys, file)
	if err != nil || sql == "" {
		return 0
	}
	before, _, found := strings.Cut(string(content), strings.TrimSpace(sql))
	if !found {
		return 0
	}
	runes := []rune(strings.TrimLeft(sql, " \t\r\n"))
	position -= len([]rune(sql)) - len(runes) // of white space that was cut off
	inside := string(runes[:min(max(position-1, 0), len(runes))])
	return 1 + strings.Count(before, "\n") + strings.Count(inside, "\n")
}

// failedStatement remembers the statement that failed last: goose does not tell it.
type failedStatement struct{ sql string }

type statementKey struct{}

// TraceQueryStart keeps the statement until its end.
func (f *failedStatement) TraceQueryStart(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryStartData) context.Context {
	return context.WithValue(ctx, statementKey{}, d.SQL)
}

// TraceQueryEnd remembers the statement if it failed.
func (f *failedStatement) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, d pgx.TraceQueryEndData) {
	if sql, ok := ctx.Value(statementKey{}).(string); ok && d.Err != nil {
		f.sql = sql
	}
}

// Migrators returns a Migrator that runs several, one after the other.
func Migrators(all ...Migrator) Migrator { return chain(all) }

type chain []Migrator

// Hash is made of those of all.
func (c chain) Hash() (string, error) {
	sum := sha256.New()
	for _, m := range c {
		hash, err := m.Hash()
		if err != nil {
			return "", err
		}
		fmt.Fprintln(sum, hash)
	}
	return hex.EncodeToString(sum.Sum(nil))[:32], nil
}

// Migrate ends with the first error.
func (c chain) Migrate(ctx context.Context, url string) error {
	for _, m := range c {
		if err := m.Migrate(ctx, url); err != nil {
			return err
		}
	}
	return nil
}
