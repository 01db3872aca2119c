package harness

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"runtime/debug"
	"sync/atomic"
	"time"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// worker carries out one transaction at a time: it has a database of its own and, when the server
// under test is in-process, a port of its own.
type worker struct {
	base     *url.URL
	database *postgres.Worker // nil without a database
	handler  atomic.Pointer[http.Handler]
	server   *http.Server // nil when the server under test is an endpoint
}

func newWorker(ctx context.Context, s *Session) (*worker, error) {
	w := &worker{base: s.base}
	if s.server != nil {
		database, err := s.server.Worker(ctx)
		if err != nil {
			return nil, err
		}
		w.database = database
	}
	if s.cfg.Handler != nil && !s.selected.nothingSent() {
		if err := w.listen(ctx); err != nil {
			return nil, errors.Join(err, w.close())
		}
	}
	return w, nil
}

// listen serves whatever handler the transaction at hand has.
func (w *worker) listen(ctx context.Context) error {
	l, err := loopback(ctx)
	if err != nil {
		return err
	}
	w.base = &url.URL{Scheme: "http", Host: l.Addr().String()}
	w.server = &http.Server{
		ReadHeaderTimeout: time.Minute,
		Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			h := w.handler.Load()
			if h == nil { // a late request of a transaction that is over
				http.Error(rw, "no transaction runs", http.StatusServiceUnavailable)
				return
			}
			defer answerPanic(rw)
			(*h).ServeHTTP(rw, r)
		}),
	}
	go func() { _ = w.server.Serve(l) }() // it always ends with ErrServerClosed
	return nil
}

// answerPanic tells a panic of the server under test in its response, where it is seen, instead of
// breaking the connection.
func answerPanic(rw http.ResponseWriter) {
	v := recover()
	if v == nil {
		return
	}
	if v == http.ErrAbortHandler { //nolint:errorlint // a panic with this very value is the server's way to hang up
		panic(v)
	}
	http.Error(rw, fmt.Sprintf("the handler panicked: %v\n\n%s", v, debug.Stack()), http.StatusInternalServerError)
}

// begin gives the transaction at hand a clean database and the server on it; end takes both away. There is no
// case without a database.
func (w *worker) begin(ctx context.Context, cfg Config) (db postgres.DB, c *postgres.Case, err error) {
	if w.database != nil {
		if c, err = w.database.Begin(ctx); err != nil {
			return nil, nil, fmt.Errorf("prepare the database: %w", err)
		}
		db = c.DB()
	}
	if w.server != nil {
		h := cfg.Handler(db)
		w.handler.Store(&h)
	}
	return db, c, nil
}

// end takes the server and the database away again. With keep the database stays, and kept is its name.
func (w *worker) end(c *postgres.Case, name transaction.Name, keep bool) (kept string, err error) {
	w.handler.Store(nil)
	switch {
	case c == nil:
		return "", nil
	case keep:
		ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
		defer cancel()
		return c.Keep(ctx, string(name))
	}
	return "", c.End()
}

// keepTimeout bounds putting a database aside: a server that syncs writes all of it to disk.
const keepTimeout = 30 * time.Second

// leaks says what was written past the transaction that has just ended, if anything was.
func (w *worker) leaks(ctx context.Context, cfg Config) error {
	if w.database == nil || !cfg.Database.DetectLeaks {
		return nil
	}
	found, err := w.database.Leaks(ctx)
	if err != nil {
		return err
	}
	var all []error
	for _, l := range found {
		all = append(all, errors.New(l.String()))
	}
	return errors.Join(all...)
}

func (w *worker) close() error {
	var errs []error
	if w.server != nil {
		errs = append(errs, w.server.Close())
	}
	if w.database != nil {
		errs = append(errs, w.database.Close())
	}
	return errors.Join(errs...)
}
