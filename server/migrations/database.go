package migrations

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river/rivermigrate"
)

const (
	// connectTime is how long a server may take to answer.
	connectTime = 10 * time.Second
	// defaultWait is longer than migrations of a large database take that were tested before.
	defaultWait = time.Minute
)

// Config says which database to migrate. Only URL is needed.
type Config struct {
	// URL is the address of the database, as a URL or as keywords and values.
	URL string
	// Files are the migrations. nil: FS.
	Files fs.FS
	// Wait is how long another process that migrates the same database is waited for. Zero: a minute.
	Wait time.Duration
}

// Database is a database that is migrated, or looked at.
type Database struct {
	config Config
	pool   *pgxpool.Pool
	db     *sql.DB
	failed *failedStatement
}

// Step is a migration that was applied, or taken back.
type Step struct {
	Name string
	Took time.Duration
}

// Open connects to a database. Close must be called.
func Open(ctx context.Context, c Config) (*Database, error) {
	if c.Files == nil {
		c.Files = FS
	}
	if c.Wait <= 0 {
		c.Wait = defaultWait
	}
	config, err := pgxpool.ParseConfig(c.URL)
	if err != nil {
		return nil, errors.New("the URL of the database cannot be read: write postgres://user:password@host:port/database")
	}
	failed := &failedStatement{}
	config.ConnConfig.ConnectTimeout = connectTime
	config.ConnConfig.Tracer = failed
	config.ConnConfig.RuntimeParams["application_name"] = "bailiff migrations"
	config.MaxConns = 3 // one holds the lock, one is goose's, and one River's
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return &Database{config: c, pool: pool, db: stdlib.OpenDBFromPool(pool), failed: failed}, nil
}

// Close ends all connections.
func (d *Database) Close() error {
	err := d.db.Close()
	d.pool.Close()
	return err
}

// Pool is the database, for those who look at it.
func (d *Database) Pool() *pgxpool.Pool { return d.pool }

// Status tells what is applied.
func (d *Database) Status(ctx context.Context) (*Status, error) {
	return readStatus(ctx, d.pool, d.config.Files)
}

// Up applies all migrations that are not applied yet, one after the other. The steps are those that were applied,
// also when there is an error: the database is as the last of them has made it.
func (d *Database) Up(ctx context.Context) (steps []Step, err error) {
	err = d.locked(ctx, func() error {
		status, err := d.Status(ctx)
		if err != nil {
			return err
		}
		if steps, err = d.upFiles(ctx, status); err != nil {
			return err
		}
		more, err := d.river(ctx, rivermigrate.DirectionUp)
		steps = append(steps, more...)
		return err
	})
	return steps, err
}

// Down takes back all migrations after one, the last first; after 0 all of them. Data in what they have made is
// lost. The tables of the queue, which have versions of their own, go with migration 0 alone.
func (d *Database) Down(ctx context.Context, to int64) (steps []Step, err error) {
	err = d.locked(ctx, func() error {
		status, err := d.Status(ctx)
		if err != nil {
			return err
		}
		if err := status.canGoDown(to); err != nil {
			return err
		}
		if to == 0 {
			if steps, err = d.river(ctx, rivermigrate.DirectionDown); err != nil {
				return err
			}
		}
		more, err := d.downFiles(ctx, to)
		steps = append(steps, more...)
		return err
	})
	return steps, err
}

func (d *Database) provider() (*goose.Provider, error) {
	if err := d.inspect(); err != nil {
		return nil, err
	}
	p, err := goose.NewProvider(goose.DialectPostgres, d.db, d.config.Files, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	return p, nil
}

func (d *Database) upFiles(ctx context.Context, status *Status) ([]Step, error) {
	if late := status.outOfOrder(); late != "" {
		return nil, fmt.Errorf("migration %s is not applied, but later ones are: give it a number after theirs, "+
			"or go down below it first with: bailiff migrations down --to VERSION", late)
	}
	if len(status.Migrations) == 0 || status.Migrations[0].River {
		return nil, nil // goose refuses to do nothing
	}
	provider, err := d.provider()
	if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return d.partial(err, "applied")
	}
	return fileSteps(results), nil
}

func (d *Database) downFiles(ctx context.Context, to int64) ([]Step, error) {
	provider, err := d.provider()
	if err != nil {
		return nil, err
	}
	results, err := provider.DownTo(ctx, to)
	if err != nil {
		return d.partial(err, "taken back")
	}
	return fileSteps(results), nil
}

func fileSteps(results []*goose.MigrationResult) []Step {
	steps := make([]Step, 0, len(results))
	for _, r := range results {
		steps = append(steps, Step{Name: path.Base(r.Source.Path), Took: r.Duration})
	}
	return steps
}

// river makes the tables of the queue, or drops them.
func (d *Database) river(ctx context.Context, direction rivermigrate.Direction) ([]Step, error) {
	m, err := migrator(d.pool)
	if err != nil {
		return nil, err
	}
	options := &rivermigrate.MigrateOpts{}
	if direction == rivermigrate.DirectionDown {
		options.TargetVersion = -1
	}
	result, err := m.Migrate(ctx, direction, options)
	if err != nil {
		return nil, fmt.Errorf("migrate River's tables: %w; those before it are complete: mend what it says, and run the command again", err)
	}
	steps := make([]Step, 0, len(result.Versions))
	for _, v := range result.Versions {
		steps = append(steps, Step{Name: riverName(v.Version, v.Name), Took: v.Duration})
	}
	return steps, nil
}

// riverVersions are those that River has, in their order.
func riverVersions() ([]rivermigrate.Migration, error) {
	m, err := migrator(nil)
	if err != nil {
		return nil, err
	}
	versions := m.AllVersions()
	slices.SortFunc(versions, func(a, b rivermigrate.Migration) int { return a.Version - b.Version })
	return versions, nil
}

func riverName(version int, name string) string { return fmt.Sprintf("river %03d %s", version, name) }

// lock is what processes that migrate one database hold, one at a time.
const lock = 0x6261696c69666631 // "bailiff1"

// locked does something while no other process migrates this database.
func (d *Database) locked(ctx context.Context, do func() error) error {
	conn, err := d.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer conn.Release()
	_, err = conn.Exec(ctx, fmt.Sprintf("SET lock_timeout = %d", d.config.Wait.Milliseconds()))
	if err == nil {
		_, err = conn.Exec(ctx, "SELECT pg_advisory_lock($1::bigint)", int64(lock))
	}
	switch {
	case hasCode(err, "55P03"): // lock_not_available
		return fmt.Errorf("another process migrates this database since more than %s%s: wait for it, or end it, and run the command again",
			d.config.Wait, holder(ctx, conn))
	case err != nil:
		return fmt.Errorf("wait for others that migrate this database: %w", err)
	}
	defer func() {
		lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), connectTime)
		defer cancel()
		if _, err := conn.Exec(lasting, "SELECT pg_advisory_unlock($1::bigint)", int64(lock)); err != nil {
			_ = conn.Conn().Close(lasting) // the lock ends with the connection, which may be gone already
		}
	}()
	return do()
}

// holder says who has the lock, as far as it can be found out.
func holder(ctx context.Context, conn *pgxpool.Conn) string {
	var pid int
	err := conn.QueryRow(ctx, `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
		AND (classid::bigint << 32) | objid::bigint = $1::bigint LIMIT 1`, int64(lock)).Scan(&pid)
	if err != nil {
		return ""
	}
	return fmt.Sprintf(" (process %d of the server)", pid)
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
	if text, ok := ctx.Value(statementKey{}).(string); ok && d.Err != nil {
		f.sql = text
	}
}
