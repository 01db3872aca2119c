package postgres

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// errReading is what pgx answers too when a transaction is used while the rows of one of its queries
// are open. A case could do it, but the server could not in production.
var errReading = errors.New("conn busy: the rows of an earlier query in this transaction are still open")

// tx is a transaction inside a case: a savepoint.
type tx struct {
	c       *nested
	parent  *tx // nil: begun on the database
	name    string
	reading interface{ isOpen() bool } // what was queried last
	done    bool
}

func (r *rows) isOpen() bool  { return !r.closed }
func (b *batch) isOpen() bool { return !b.closed && b.err == nil }

// begin begins a transaction inside parent, or on the database.
func (c *nested) begin(ctx context.Context, parent *tx) (pgx.Tx, error) {
	use, leave, err := c.take(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	if parent != nil {
		if err := parent.usable(); err != nil {
			return nil, err
		}
		if c.stack[len(c.stack)-1] != parent {
			return nil, ErrOverlap
		}
	}
	c.number++
	t := &tx{c: c, parent: parent, name: fmt.Sprintf("bailiff_%d", c.number)}
	sql := "SAVEPOINT " + t.name
	if len(c.stack) == 0 {
		c.fresh = false
		if c.status() == 'E' {
			sql = "ROLLBACK TO SAVEPOINT " + guardName + "; " + sql
		}
	}
	if err := c.exec(use, sql); err != nil {
		return nil, err
	}
	c.stack = append(c.stack, t)
	return t, nil
}

// usable tells whether the transaction takes statements.
func (t *tx) usable() error {
	switch {
	case t.done:
		return pgx.ErrTxClosed
	case t.reading != nil && t.reading.isOpen():
		return errReading
	}
	return nil
}

// use is take of the case, for a transaction.
func (t *tx) use(ctx context.Context) (context.Context, func(), error) {
	ctx, leave, err := t.c.take(ctx)
	if err != nil {
		return nil, nil, err
	}
	if err := t.usable(); err != nil {
		leave()
		return nil, nil, err
	}
	return ctx, leave, nil
}

// Begin begins a transaction inside this one.
func (t *tx) Begin(ctx context.Context) (pgx.Tx, error) { return t.c.begin(ctx, t) }

// Commit keeps what was done, for the rest of the case. What COMMIT would refuse is refused: deferred
// constraints that do not hold, and a transaction that an error has aborted.
func (t *tx) Commit(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		// On a pool the connection would be given up, and so what was done on it.
		return also(err, t.Rollback(ctx))
	}
	use, leave, err := t.use(ctx)
	if err != nil {
		return err
	}
	defer leave()
	if !t.innermost() {
		return ErrOverlap
	}
	if t.c.status() == 'E' {
		return also(pgx.ErrTxCommitRollback, t.undo(use))
	}
	if t.parent == nil {
		if err := t.c.checkConstraints(use); err != nil {
			return also(err, t.undo(use))
		}
	}
	if err := t.c.exec(use, "RELEASE SAVEPOINT "+t.name); err != nil {
		return err
	}
	t.pop()
	return nil
}

// Rollback undoes what was done since Begin. It works although the context is done, since it is
// mostly deferred by code whose context may be.
func (t *tx) Rollback(ctx context.Context) error {
	use, leave, err := t.c.take(context.WithoutCancel(ctx))
	if err != nil {
		return err
	}
	defer leave()
	if t.done {
		return pgx.ErrTxClosed
	}
	if !t.innermost() {
		return ErrOverlap
	}
	return t.undo(use)
}

func (t *tx) undo(ctx context.Context) error {
	err := t.c.exec(ctx, "ROLLBACK TO SAVEPOINT "+t.name+"; RELEASE SAVEPOINT "+t.name)
	t.pop()
	return err
}

// innermost tells whether all that began later began inside this transaction. Those may have been
// forgotten open, which pgx allows: they end with it.
func (t *tx) innermost() bool {
	for i := len(t.c.stack) - 1; i >= 0 && t.c.stack[i] != t; i-- {
		p := t.c.stack[i].parent
		for p != nil && p != t {
			p = p.parent
		}
		if p == nil {
			return false
		}
	}
	return true
}

// pop takes the transaction, and what is inside it, off the stack.
func (t *tx) pop() {
	stack := t.c.stack
	for i := len(stack) - 1; i >= 0; i-- {
		stack[i].done = true
		if stack[i] == t {
			t.c.stack = stack[:i]
			return
		}
	}
}

func (t *tx) Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error) {
	use, leave, err := t.use(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	defer leave()
	t.c.note(sql, args)
	tag, err := t.c.conn.Exec(use, sql, args...)
	return tag, canceled(use, err)
}

func (t *tx) Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error) {
	return t.query(ctx, sql, args)
}

func (t *tx) query(ctx context.Context, sql string, args []any) (*rows, error) {
	use, leave, err := t.use(ctx)
	if err != nil {
		return failedRows(t.c, err), err
	}
	defer leave()
	t.c.note(sql, args)
	from, err := t.c.conn.Query(use, sql, args...)
	r := readRows(use, t.c, from, err)
	t.reading = r
	return r, r.err
}

func (t *tx) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	r, _ := t.query(ctx, sql, args)
	return row{r}
}

func (t *tx) SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults {
	use, leave, err := t.use(ctx)
	if err != nil {
		return failedBatch(t.c, b, err)
	}
	defer leave()
	r := readBatch(use, t.c, b)
	t.reading = r
	return r
}

func (t *tx) CopyFrom(ctx context.Context, table pgx.Identifier, columns []string, source pgx.CopyFromSource) (int64, error) {
	use, leave, err := t.use(ctx)
	if err != nil {
		return 0, err
	}
	defer leave()
	n, err := t.c.conn.CopyFrom(use, table, columns, source)
	return n, canceled(use, err)
}

func (t *tx) Prepare(ctx context.Context, name, sql string) (*pgconn.StatementDescription, error) {
	use, leave, err := t.use(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	return t.c.conn.Prepare(use, name, sql)
}

// LargeObjects are those of the case's transaction; a savepoint covers them all the same. They do not
// take turns with other users of the case.
func (t *tx) LargeObjects() pgx.LargeObjects { return t.c.root.LargeObjects() }

// Conn is the connection of the case. What is done on it directly takes no turns with others.
func (t *tx) Conn() *pgx.Conn { return t.c.conn }
