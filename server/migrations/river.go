package migrations

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
)

// ErrRiver is the error of a database whose tables of the queue are not those that this program works
// with.
var ErrRiver = errors.New("the tables of the queue are of another version")

// Queue is the schema of the queue, github.com/riverqueue/river. Its migrations come with river itself,
// and are applied after those in FS. It is a postgres.Migrator of the harness.
type Queue struct{}

// River returns the migrations of the queue.
func River() Queue { return Queue{} }

// Hash changes with every migration that river has.
func (Queue) Hash() (string, error) {
	m, err := migrator(nil)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, v := range m.AllVersions() {
		fmt.Fprintf(sum, "%d %q\n", v.Version, v.SQLUp)
	}
	return hex.EncodeToString(sum.Sum(nil))[:32], nil
}

// Migrate applies what is missing to the database at the URL.
func (Queue) Migrate(ctx context.Context, url string) error {
	config, err := pgxpool.ParseConfig(url)
	if err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	config.MaxConns = 2
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	defer pool.Close()
	m, err := migrator(pool)
	if err != nil {
		return err
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("migrate the queue: %w", err)
	}
	return nil
}

// Wanted is the version of the queue's tables that this program works with.
func (Queue) Wanted() (int, error) {
	m, err := migrator(nil)
	if err != nil {
		return 0, err
	}
	all := m.AllVersions()
	return all[len(all)-1].Version, nil
}

// querier is what pgx.Tx, *pgx.Conn and *pgxpool.Pool have in common, as far as it is needed here.
type querier interface {
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Version is the version of the queue's tables in a database, 0 where there are none.
func (Queue) Version(ctx context.Context, db querier) (int, error) {
	var version int
	err := db.QueryRow(ctx, "SELECT coalesce(max(version), 0)::int FROM river_migration").Scan(&version)
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok && pg.Code == "42P01" { // undefined_table
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the version of the queue: %w", err)
	}
	return version, nil
}

// Check tells whether the queue's tables in a database are those that this program works with. The error
// wraps ErrRiver when they are not, and else it is that of the database.
func (q Queue) Check(ctx context.Context, db querier) error {
	wanted, err := q.Wanted()
	if err != nil {
		return err
	}
	version, err := q.Version(ctx, db)
	if err != nil {
		return err
	}
	if version != wanted {
		return fmt.Errorf("%w: they are at %d and must be at %d", ErrRiver, version, wanted)
	}
	return nil
}

func migrator(pool *pgxpool.Pool) (*rivermigrate.Migrator[pgx.Tx], error) {
	m, err := rivermigrate.New(riverpgxv5.New(pool), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return nil, fmt.Errorf("read the migrations of the queue: %w", err)
	}
	return m, nil
}
