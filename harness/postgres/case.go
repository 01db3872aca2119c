package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// DB is the database of one case: what pgx.Tx, *pgx.Conn and *pgxpool.Pool have in common.
type DB interface {
	// Begin begins a transaction. In a case it is a savepoint.
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// ErrEnded is what the database of a case answers after the case.
var ErrEnded = errors.New("the case has ended, and its database with it")

// Case is one clean database, from Begin of the worker to End.
type Case struct {
	worker *Worker
	in     isolated
	age    int // of the server
}

// isolated is the database of one case, in the way of a mode.
type isolated interface {
	// db is what hooks and server get.
	db() DB
	// check finds out whether the constraints that were deferred hold.
	check(ctx context.Context) error
	// end gives the database back. To call it again does nothing.
	end() error
	// keep ends the case too, but for the database, which belongs to the caller now: it is as the case left
	// it, and nobody of ours is connected to it. There is a name also with an error, unless there is no
	// database to have.
	keep(ctx context.Context) (database string, err error)
}

// DB returns the database. It may be used from many goroutines, until the case ends. Under
// IsolationRollback it is one transaction; otherwise it is a *pgxpool.Pool, for code that needs one.
func (c *Case) DB() DB { return c.in.db() }

// Check finds out whether the constraints that were deferred hold, which COMMIT would do. It changes
// nothing. The error is the one that COMMIT would have given; where cases commit it is always nil.
func (c *Case) Check(ctx context.Context) error { return c.in.check(ctx) }

// End gives the worker free for its next case, which finds nothing of this one. A query that still runs is
// canceled. It does not matter whether the case's context is done. The error tells that the case was
// not one, since its transaction was ended by SQL or the server was lost (ErrLost), or that something in it
// cannot be stopped; the worker's next case is clean in any case. To call End again does nothing.
func (c *Case) End() error {
	err := c.in.end()
	if c.worker.ended(c) && err == nil && c.worker.server.lost(c.age) {
		err = ErrLost
	}
	if err != nil {
		return fmt.Errorf("postgres: end a case: %w", err)
	}
	return nil
}

// Keep ends the case too, but its database stays as the case left it, under a name that holds the label, for
// somebody to look into it. What the server would have lost, such as a transaction that is still open, is
// lost. The worker's next case has another database. The newest 20 are kept, for a week; see Databases.
func (c *Case) Keep(ctx context.Context, label string) (name string, err error) {
	left, err := c.in.keep(ctx)
	if c.worker.ended(c) && c.worker.server.lost(c.age) {
		err = ErrLost
	}
	if err == nil && left == "" {
		err = errors.New("there is no database any more")
	}
	if err == nil {
		name, err = c.worker.server.keep(ctx, left, label)
	} else if left != "" {
		err = also(err, c.worker.server.drop(left))
	}
	if err != nil {
		return "", fmt.Errorf("postgres: keep the database of a case: %w", err)
	}
	return name, nil
}
