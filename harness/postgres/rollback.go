package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
)

// rollback is the mode in which a case is one transaction, that is rolled back.
type rollback struct {
	server *Server

	// scanning guards types, which is for one goroutine at a time. It is not the map of the
	// connection: that is in use while rows of an earlier query are scanned.
	scanning sync.Mutex
	types    *pgtype.Map

	mu      sync.Mutex
	name    string
	conn    *pgx.Conn
	reset   string // the query that sets the sequences back
	delayed bool   // there are constraints that may be deferred
	spoilt  bool   // something was committed
	leaks   leaks
}

func newRollback(ctx context.Context, s *Server) (mode, error) {
	w := &rollback{server: s, types: pgtype.NewMap()}
	return w, w.create(ctx)
}

// guardName is the savepoint that statements outside any transaction of a case fall back to.
const guardName = "bailiff"

// beginSQL begins a case, in one round trip: a transaction, identifiers as in the template, and the
// first guard. Locks of a session survive a rollback, so those of the last case are let go too.
const beginSQL = "BEGIN; EXECUTE bailiff_reset; SAVEPOINT " + guardName

func (w *rollback) begin(ctx context.Context) (isolated, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	tx, err := w.root(ctx)
	if err != nil {
		return nil, err
	}
	return newNested(ctx, w, tx), nil
}

// root begins the transaction of a case. A connection that broke is made anew.
func (w *rollback) root(ctx context.Context) (pgx.Tx, error) {
	for again := false; ; again = true {
		if err := w.ready(ctx); err != nil {
			return nil, err
		}
		tx, err := w.conn.BeginTx(ctx, pgx.TxOptions{BeginQuery: beginSQL})
		if err == nil {
			return tx, nil
		}
		// That a connection broke while nobody used it shows only now. The same goes for a reset
		// that a case has deallocated.
		w.disconnect()
		if again || ctx.Err() != nil {
			return nil, err
		}
	}
}

// ready makes sure that there is a connection to a clean database.
func (w *rollback) ready(ctx context.Context) error {
	if w.spoilt {
		w.disconnect()
		if err := w.server.admin.drop(ctx, w.name); err != nil {
			return err
		}
		w.name = ""
	}
	if w.name == "" {
		return w.create(ctx)
	}
	if w.conn == nil || w.conn.IsClosed() {
		err := w.connect(ctx)
		if !isMissing(err) {
			return err
		}
		return w.create(ctx) // it went with its server
	}
	return nil
}

// create clones the template and learns what its sequences are.
func (w *rollback) create(ctx context.Context) error {
	name, err := w.server.create(ctx, true)
	if err != nil {
		return err
	}
	w.name, w.spoilt, w.reset = name, false, ""
	if err := w.connect(ctx); err != nil {
		w.name = ""
		return errors.Join(err, w.server.drop(name))
	}
	return nil
}

func (w *rollback) connect(ctx context.Context) (err error) {
	if w.conn, err = w.server.connect(ctx, w.name); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			w.disconnect()
		}
	}()
	if w.reset == "" { // the first connection: nothing has run yet
		if err := w.inspect(ctx); err != nil {
			return fmt.Errorf("read the sequences of %s: %w", w.name, err)
		}
	}
	_, err = w.conn.Exec(ctx, "PREPARE bailiff_reset AS SELECT pg_advisory_unlock_all(), ("+w.reset+")")
	return err
}

// inspect reads the state of all sequences in the clean database, and whether constraints may be
// deferred.
func (w *rollback) inspect(ctx context.Context) error {
	err := w.conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable)").Scan(&w.delayed)
	if err != nil {
		return err
	}
	if w.reset, err = sequenceReset(ctx, w.conn); err != nil {
		return err
	}
	w.leaks, err = newLeaks(ctx, w.server, w.conn)
	return err
}

func (w *rollback) disconnect() {
	if w.conn == nil {
		return
	}
	hangUp(w.conn)
	w.conn = nil
}

// ended is told by the case that it is over.
func (w *rollback) ended(c *nested) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoilt = w.spoilt || c.spoilt
	if c.altered {
		w.disconnect()
	}
}

// abandoned is told by the case that its connection does not come free. The server ends what was
// done on it when it sees that nobody is at the other end.
func (w *rollback) abandoned() {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.conn.PgConn().Conn().Close()
	w.conn = nil
}

// giveAway lets go of the database; the next case gets another one.
func (w *rollback) giveAway() (name string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disconnect()
	name, w.name = w.name, ""
	return name
}

// leaked looks for what was written past the cases. The next one gets another database then.
func (w *rollback) leaked(ctx context.Context) ([]Leak, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.name == "" || w.spoilt {
		return nil, nil
	}
	if w.conn == nil || w.conn.IsClosed() {
		if err := w.connect(ctx); err != nil {
			return nil, err
		}
	}
	found, err := w.leaks.find(ctx, w.conn)
	w.spoilt = w.spoilt || len(found) > 0
	return found, err
}

func (w *rollback) close() error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disconnect()
	if w.name == "" {
		return nil
	}
	return w.server.drop(w.name)
}
