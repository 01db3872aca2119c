package postgres

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"time"

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

// ErrOverlap is the error of a transaction that would have to end before one that began inside it.
var ErrOverlap = errors.New("transactions overlap: a case has one connection, so a transaction that began " +
	"while another was open must end before that one")

// errCommitted tells that somebody ended the case's transaction by SQL.
var errCommitted = errors.New("COMMIT or ROLLBACK was sent as SQL and ended the case's transaction: use Begin, " +
	"and Commit or Rollback of what it returns")

// Case is one clean database, from Begin of the worker to End.
type Case struct {
	worker *Worker
	conn   *pgx.Conn
	root   pgx.Tx
	ctx    context.Context
	cancel context.CancelFunc

	// turn holds a token while nobody uses the connection, and with it what is below.
	turn   chan struct{}
	stack  []*tx // transactions that are open, the innermost last
	number int   // of the last savepoint
	fresh  bool  // nothing was done since the guard was set
	spoilt bool
	ended  bool
	// altered tells that tables may look otherwise than outside the case, and so may the results of
	// statements that the connection has prepared.
	altered bool
}

func newCase(ctx context.Context, w *Worker, root pgx.Tx) *Case {
	c := &Case{worker: w, conn: w.conn, root: root, turn: make(chan struct{}, 1), fresh: true}
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.turn <- struct{}{}
	return c
}

// DB returns the database. It may be used from many goroutines, until the case ends.
func (c *Case) DB() DB { return &database{c} }

// take waits for the connection. The context that it returns ends with the caller's and with the
// case's. The caller must call leave.
func (c *Case) take(ctx context.Context) (use context.Context, leave func(), err error) {
	if err := ctx.Err(); err != nil {
		return nil, nil, err
	}
	select {
	case <-c.turn:
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-c.ctx.Done():
		return nil, nil, fmt.Errorf("%w (%w)", ErrEnded, c.ctx.Err())
	}
	if err := c.refusal(); err != nil {
		c.turn <- struct{}{}
		return nil, nil, err
	}
	use, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(c.ctx, cancel)
	return use, func() {
		stop()
		cancel()
		c.spoilt = c.spoilt || c.status() == 'I'
		c.turn <- struct{}{}
	}, nil
}

// refusal tells why the database takes no more statements, if it does not. The caller has the turn.
func (c *Case) refusal() error {
	switch {
	case c.ended:
		return ErrEnded
	case c.spoilt:
		return errCommitted
	case c.ctx.Err() != nil: // both were ready when take chose the turn
		return fmt.Errorf("%w (%w)", ErrEnded, c.ctx.Err())
	}
	return nil
}

// status is the state of the transaction as the server last told it: T is fine, E is aborted by an
// error, I is over, and 0 a connection that is gone.
func (c *Case) status() byte {
	if c.conn.IsClosed() {
		return 0
	}
	return c.conn.PgConn().TxStatus()
}

// guard sees to it that the statement that follows can fail alone, if it is in no transaction that
// the caller began. It costs a round trip; Postgres has no cheaper way to save a transaction.
func (c *Case) guard(ctx context.Context) error {
	if len(c.stack) > 0 {
		return nil
	}
	fresh := c.fresh
	c.fresh = false
	switch {
	case c.status() == 'E':
		return c.exec(ctx, "ROLLBACK TO SAVEPOINT "+guardName)
	case fresh:
		return nil
	}
	return c.exec(ctx, "RELEASE SAVEPOINT "+guardName+"; SAVEPOINT "+guardName)
}

// definition finds statements that change what tables look like. Finding too many costs a new
// connection for the next case, a few milliseconds.
var definition = regexp.MustCompile(`(?i)\b(alter|create|drop|search_path)\b`)

// note looks at a statement that is to be carried out. Those that define something take no arguments.
func (c *Case) note(sql string, args []any) {
	c.altered = c.altered || len(args) == 0 && definition.MatchString(sql)
}

func (c *Case) exec(ctx context.Context, sql string) error {
	_, err := c.conn.Exec(ctx, sql)
	return err
}

// Check finds out whether the constraints that were deferred hold, which COMMIT would do. It changes
// nothing. The error is the one that COMMIT would have given.
func (c *Case) Check(ctx context.Context) error {
	ctx, leave, err := c.take(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if c.status() == 'E' && len(c.stack) == 0 {
		if err := c.exec(ctx, "ROLLBACK TO SAVEPOINT "+guardName); err != nil {
			return err
		}
	}
	return c.checkConstraints(ctx)
}

// checkConstraints makes constraints immediate, which checks them, inside a savepoint that is then
// rolled back, so that they are deferred as before.
func (c *Case) checkConstraints(ctx context.Context) error {
	if !c.worker.delayed {
		return nil
	}
	err := c.exec(ctx, "SAVEPOINT bailiff_check; SET CONSTRAINTS ALL IMMEDIATE; "+
		"ROLLBACK TO SAVEPOINT bailiff_check; RELEASE SAVEPOINT bailiff_check")
	if err == nil || c.status() != 'E' {
		return err
	}
	return also(err, c.exec(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT bailiff_check; RELEASE SAVEPOINT bailiff_check"))
}

// End rolls everything back and gives the worker free for its next case. A query that still runs is
// canceled. It does not matter whether the case's context is done. The error tells that the case was
// not one, since its transaction was ended by SQL, or that something in it cannot be stopped; the
// worker's next case is clean in any case. To call End again does nothing.
func (c *Case) End() error {
	c.cancel()
	timer := time.NewTimer(endTimeout)
	defer timer.Stop()
	select {
	case <-c.turn:
	case <-timer.C:
		c.worker.abandoned()
		return fmt.Errorf("postgres: end a case: a query of it does not end, although it was canceled %s ago", endTimeout)
	}
	defer func() { c.turn <- struct{}{} }()
	if c.ended {
		return nil
	}
	c.ended = true
	c.spoilt = c.spoilt || c.status() == 'I'
	if !c.spoilt {
		// Where it fails the connection is closed, and the server rolls back.
		ctx, cancel := context.WithTimeout(context.Background(), endTimeout/2)
		defer cancel()
		_ = c.root.Rollback(ctx)
	}
	c.worker.ended(c)
	if c.spoilt {
		return fmt.Errorf("postgres: end a case: %w", errCommitted)
	}
	return nil
}

// endTimeout is how long a query may take to end after it was canceled. The server has half a second
// (see address.config); the rest is for code such as the source of a CopyFrom.
const endTimeout = time.Second

// canceled makes an error of a canceled statement one of its context, as it is where the context ends
// the connection and not the statement.
func canceled(ctx context.Context, err error) error {
	var pg *pgconn.PgError
	if ctx.Err() == nil || !errors.As(err, &pg) || pg.Code != "57014" {
		return err
	}
	return fmt.Errorf("%w: %w", ctx.Err(), err)
}

// also joins an error with one that came of cleaning up after it, if any.
func also(err, cleaning error) error {
	if cleaning == nil {
		return err
	}
	return errors.Join(err, cleaning)
}
