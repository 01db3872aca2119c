package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5/pgconn"
)

// Worker is a database of its own in which cases run one after the other. Workers run beside each
// other.
type Worker struct {
	server *Server
	mode   mode

	mu     sync.Mutex
	open   *Case
	closed bool
}

// mode is a way to keep the cases of one worker apart. One case ends before the next begins.
type mode interface {
	// begin gives a case a clean database.
	begin(ctx context.Context) (isolated, error)
	// leaked looks for what was written past the cases, between two of them.
	leaked(ctx context.Context) ([]Leak, error)
	// close gives up what it has, whatever became of the run.
	close() error
}

// worker makes one in the mode that is wanted.
func (s *Server) worker(ctx context.Context) (*Worker, error) {
	w := &Worker{server: s}
	if s.standing != nil {
		w.mode = s.standing
		return w, s.standing.occupy()
	}
	s.swept.Do(func() { s.sweepKept(ctx) })
	var err error
	switch s.config.Isolation {
	case IsolationDelete:
		w.mode, err = newDeletion(ctx, s)
	case IsolationClone:
		w.mode, err = newCloning(ctx, s)
	case IsolationAuto, IsolationRollback, "":
		w.mode, err = newRollback(ctx, s)
	default:
		_, err = ParseIsolation(string(s.config.Isolation))
	}
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", s.explain(canceled(ctx, err)))
	}
	return w, nil
}

// Begin begins a case in the clean database. Its context ends the case's queries when it is done, but
// not the case: call End. The last case must have ended. A connection that broke is made anew.
func (w *Worker) Begin(ctx context.Context) (*Case, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.closed:
		return nil, errors.New("postgres: begin a case: the worker is closed")
	case w.open != nil:
		return nil, errors.New("postgres: begin a case: the last one of this worker has not ended")
	}
	var in isolated
	begin := func(ctx context.Context) (err error) {
		in, err = w.mode.begin(ctx)
		return err
	}
	var err error
	if w.server.standing != nil {
		err = begin(ctx)
	} else {
		err = w.server.steady(ctx, begin)
	}
	if err != nil {
		return nil, fmt.Errorf("postgres: begin a case: %w", w.server.explain(canceled(ctx, err)))
	}
	w.open = &Case{worker: w, in: in, age: w.server.source.age()}
	return w.open, nil
}

// ended is told by the case that it is over, and reports whether that is news.
func (w *Worker) ended(c *Case) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.open != c {
		return false
	}
	w.open = nil
	return !w.server.isClosed()
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
	w.tellLeaks()
	if last := w.mode.close(); last != nil {
		err = errors.Join(err, fmt.Errorf("postgres: %w", last))
	}
	return err
}

// isConnectError tells whether the server could not be reached.
func isConnectError(err error) bool {
	var connect *pgconn.ConnectError
	return errors.As(err, &connect)
}
