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

// ErrOverlap is the error of a transaction that would have to end before one that began inside it.
var ErrOverlap = errors.New("transactions overlap: a case has one connection, so a transaction that began " +
	"while another was open must end before that one")

// errCommitted tells that somebody ended the case's transaction by SQL.
var errCommitted = errors.New("COMMIT or ROLLBACK was sent as SQL and ended the case's transaction: use Begin, " +
	"and Commit or Rollback of what it returns")

// nested is a case that is one transaction, which is rolled back: those inside it are savepoints of it.
type nested struct {
	mode   *rollback
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
	lost   bool // the connection broke, and nobody had given up a statement
	ended  bool
	// altered tells that tables may look otherwise than outside the case, and so may the results of
	// statements that the connection has prepared.
	altered bool
}

func newNested(ctx context.Context, mode *rollback, root pgx.Tx) *nested {
	c := &nested{mode: mode, conn: mode.conn, root: root, turn: make(chan struct{}, 1), fresh: true}
	c.ctx, c.cancel = context.WithCancel(ctx)
	c.turn <- struct{}{}
	return c
}

func (c *nested) db() DB { return &database{c} }

// take waits for the connection. The context that it returns ends with the caller's and with the
// case's. The caller must call leave.
func (c *nested) take(ctx context.Context) (use context.Context, leave func(), err error) {
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
		c.lost = c.lost || use.Err() == nil && c.status() == 0
		stop()
		cancel()
		c.spoilt = c.spoilt || c.status() == 'I'
		c.turn <- struct{}{}
	}, nil
}

// refusal tells why the database takes no more statements, if it does not. The caller has the turn.
func (c *nested) refusal() error {
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
func (c *nested) status() byte {
	if c.conn.IsClosed() {
		return 0
	}
	return c.conn.PgConn().TxStatus()
}

// guard sees to it that the statement that follows can fail alone, if it is in no transaction that
// the caller began. It costs a round trip; Postgres has no cheaper way to save a transaction.
func (c *nested) guard(ctx context.Context) error {
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

// definition finds statements that change what tables look like, or leave what a rollback does not take back.
// Finding too many costs a new connection for the next case, a few milliseconds.
var definition = regexp.MustCompile(`(?i)\b(alter|create|drop|prepare|search_path)\b`)

// note looks at a statement that is to be carried out. Those that define something take no arguments.
func (c *nested) note(sql string, args []any) {
	c.altered = c.altered || len(args) == 0 && definition.MatchString(sql)
}

func (c *nested) exec(ctx context.Context, sql string) error {
	_, err := c.conn.Exec(ctx, sql)
	return err
}

func (c *nested) check(ctx context.Context) error {
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
func (c *nested) checkConstraints(ctx context.Context) error {
	if !c.mode.delayed {
		return nil
	}
	err := c.exec(ctx, "SAVEPOINT bailiff_check; SET CONSTRAINTS ALL IMMEDIATE; "+
		"ROLLBACK TO SAVEPOINT bailiff_check; RELEASE SAVEPOINT bailiff_check")
	if err == nil || c.status() != 'E' {
		return err
	}
	return also(err, c.exec(context.WithoutCancel(ctx), "ROLLBACK TO SAVEPOINT bailiff_check; RELEASE SAVEPOINT bailiff_check"))
}

// end rolls everything back.
func (c *nested) end() error {
	leave, err := c.last()
	if leave == nil {
		return err
	}
	defer leave()
	if !c.spoilt {
		// Where it fails the connection is closed, and the server rolls back.
		ctx, cancel := context.WithTimeout(context.Background(), endTimeout/2)
		defer cancel()
		_ = c.root.Rollback(ctx)
	}
	return c.over()
}

// last waits for what still runs in the case, and takes the connection for good. Without leave there is
// nothing to do any more.
func (c *nested) last() (leave func(), err error) {
	c.cancel()
	timer := time.NewTimer(endTimeout)
	defer timer.Stop()
	select {
	case <-c.turn:
	case <-timer.C:
		c.mode.abandoned()
		return nil, fmt.Errorf("a query of it does not end, although it was canceled %s ago", endTimeout)
	}
	leave = func() { c.turn <- struct{}{} }
	if c.ended {
		leave()
		return nil, nil
	}
	c.ended = true
	c.spoilt = c.spoilt || c.status() == 'I'
	return leave, nil
}

func (c *nested) over() error {
	c.mode.ended(c)
	switch {
	case c.spoilt:
		return errCommitted
	case c.lost:
		return ErrLost
	}
	return nil
}

// keep commits what was done outside of transactions that are open still, as the server would have left it.
func (c *nested) keep(ctx context.Context) (name string, err error) {
	leave, err := c.last()
	if leave == nil {
		return "", err
	}
	defer leave()
	var saved error
	switch {
	case c.lost:
		saved = ErrLost
	case !c.spoilt:
		saved = c.save(ctx)
	}
	return c.mode.giveAway(), saved
}

func (c *nested) save(ctx context.Context) error {
	sql := "COMMIT"
	switch {
	case len(c.stack) > 0:
		sql = "ROLLBACK TO SAVEPOINT " + c.stack[0].name + "; COMMIT"
	case c.status() == 'E':
		sql = "ROLLBACK TO SAVEPOINT " + guardName + "; COMMIT"
	}
	return c.exec(ctx, sql)
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
