package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgproto3"
	"github.com/jackc/pgx/v5/pgtype"
)

// Worker is a database of its own in which cases run one after the other. Workers run beside each
// other.
type Worker struct {
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
	open    *Case
	spoilt  bool // something was committed
	closed  bool
}

// guardName is the savepoint that statements outside any transaction of a case fall back to.
const guardName = "bailiff"

// beginSQL begins a case, in one round trip: a transaction, identifiers as in the template, and the
// first guard. Locks of a session survive a rollback, so those of the last case are let go too.
const beginSQL = "BEGIN; EXECUTE bailiff_reset; SAVEPOINT " + guardName

// Begin begins a case in the clean database. Its context ends the case's queries when it is done, but
// not the case: call End. The last case must have ended. A connection that broke is made anew.
func (w *Worker) Begin(ctx context.Context) (*Case, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open != nil {
		return nil, errors.New("postgres: begin a case: the last one of this worker has not ended")
	}
	tx, err := w.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("postgres: begin a case: %w", w.server.explain(err))
	}
	w.open = newCase(ctx, w, tx)
	return w.open, nil
}

func (w *Worker) begin(ctx context.Context) (pgx.Tx, error) {
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
func (w *Worker) ready(ctx context.Context) error {
	if w.closed {
		return errors.New("the worker is closed")
	}
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
		return w.connect(ctx)
	}
	return nil
}

// create clones the template and learns what its sequences are.
func (w *Worker) create(ctx context.Context) error {
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

func (w *Worker) connect(ctx context.Context) (err error) {
	at, err := address(w.server.source.URL()).database(w.name)
	if err != nil {
		return err
	}
	config, err := at.config()
	if err != nil {
		return err
	}
	if w.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return fmt.Errorf("connect to %s: %w", w.name, briefly(err))
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
	_, err = w.conn.Exec(ctx, "PREPARE bailiff_reset AS "+w.reset)
	return err
}

// inspect reads the state of all sequences in the clean database, and whether constraints may be
// deferred.
func (w *Worker) inspect(ctx context.Context) error {
	err := w.conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_trigger WHERE tgdeferrable)").Scan(&w.delayed)
	if err != nil {
		return err
	}
	rows, err := w.conn.Query(ctx, `SELECT format('SELECT %s::bigint AS id, last_value, is_called FROM %I.%I', c.oid, nspname, relname)
		FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'S' AND relpersistence <> 't' ORDER BY c.oid`)
	if err != nil {
		return err
	}
	selects, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	if len(selects) == 0 {
		w.reset = "SELECT pg_advisory_unlock_all()"
		return nil
	}
	// pg_sequences does not tell a value that was set but not yet called; the sequences do.
	rows, err = w.conn.Query(ctx, "SELECT format('(%s::regclass, %s::bigint, %L::boolean)', id, last_value, is_called) FROM ("+
		strings.Join(selects, " UNION ALL ")+") s")
	if err != nil {
		return err
	}
	states, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return err
	}
	w.reset = "SELECT count(setval(s, v, c)), pg_advisory_unlock_all() FROM (VALUES " + strings.Join(states, ", ") + ") t(s, v, c)"
	return nil
}

func (w *Worker) disconnect() {
	if w.conn == nil {
		return
	}
	hangUp(w.conn)
	w.conn = nil
}

// hangUp closes a connection and waits until the server has done so too, which takes a millisecond.
// DROP DATABASE would wait for that as well, but looks only every 100 ms.
func hangUp(conn *pgx.Conn) {
	raw, err := conn.PgConn().Hijack()
	if err != nil { // it is closed, or busy
		ctx, cancel := closing()
		defer cancel()
		_ = conn.Close(ctx)
		return
	}
	defer func() { _ = raw.Conn.Close() }()
	raw.Frontend.Send(&pgproto3.Terminate{})
	if raw.Conn.SetDeadline(time.Now().Add(closeTimeout/4)) == nil && raw.Frontend.Flush() == nil {
		_, _ = io.Copy(io.Discard, raw.Conn)
	}
}

// ended is told by the case that it is over.
func (w *Worker) ended(c *Case) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = nil
	w.spoilt = w.spoilt || c.spoilt
	if c.altered {
		w.disconnect()
	}
}

// abandoned is told by the case that its connection does not come free. The server ends what was
// done on it when it sees that nobody is at the other end.
func (w *Worker) abandoned() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.open = nil
	_ = w.conn.PgConn().Conn().Close()
	w.conn = nil
}

// Close ends the case that runs, if any, and drops the database.
func (w *Worker) Close() error {
	w.mu.Lock()
	open := w.open
	w.mu.Unlock()
	var err error
	if open != nil {
		err = open.End()
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return err
	}
	w.closed = true
	w.disconnect()
	if w.name == "" {
		return err
	}
	if drop := w.server.drop(w.name); drop != nil {
		err = errors.Join(err, fmt.Errorf("postgres: %w", drop))
	}
	return err
}

// isConnectError tells whether the server could not be reached.
func isConnectError(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}
