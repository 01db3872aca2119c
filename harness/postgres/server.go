package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Server is a running Postgres with a migrated template in it. Its methods may be called from many
// goroutines.
type Server struct {
	config   Config
	source   source
	admin    *admin
	template string

	run context.Context // that of Open; when it is done, closing must not take long

	mu     sync.Mutex
	closed bool
}

// Open makes a server answer, drops what killed processes left in it, and makes the template if this
// server has none for these migrations. The error says what to do where there is no server to be
// had, and names the file and the line of a migration that does not apply.
func Open(ctx context.Context, c Config) (*Server, error) {
	c, origin := c.withEnvironment()
	src, err := openSource(ctx, c, origin)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s := &Server{config: c, source: src, run: ctx}
	if err := s.open(ctx); err != nil {
		clean, cancel := closing()
		defer cancel()
		if s.admin != nil {
			_ = s.admin.close(clean)
		}
		return nil, errors.Join(fmt.Errorf("postgres: %w", canceled(ctx, err)), src.Close(clean))
	}
	return s, nil
}

func (s *Server) open(ctx context.Context) error {
	at := address(s.source.URL())
	var err error
	if s.admin, err = newAdmin(ctx, at); err != nil {
		return err
	}
	dropped, err := s.admin.sweep(ctx)
	if len(dropped) > 0 {
		s.config.log(fmt.Sprintf("postgres: dropped %d databases that killed processes left", len(dropped)))
	}
	if err != nil {
		if ctx.Err() != nil {
			return err
		}
		s.config.log("postgres: " + err.Error())
	}
	s.template, err = s.admin.template(ctx, s.config, at)
	return err
}

// String says which server it is, for people; it holds no password.
func (s *Server) String() string { return s.source.String() }

// Worker makes a database from the template, and the connection that its cases take turns on. Close
// drops it; so does closing the server.
func (s *Server) Worker(ctx context.Context) (*Worker, error) {
	w := &Worker{server: s, types: pgtype.NewMap()}
	if err := w.create(ctx); err != nil {
		return nil, fmt.Errorf("postgres: %w", s.explain(canceled(ctx, err)))
	}
	return w, nil
}

// Database makes a database from the template that is used like any other, with real commits and as
// many connections as the pool wants. drop closes the pool and drops the database.
func (s *Server) Database(ctx context.Context) (pool *pgxpool.Pool, drop func() error, err error) {
	name, err := s.create(ctx, false)
	if err != nil {
		return nil, nil, fmt.Errorf("postgres: %w", s.explain(canceled(ctx, err)))
	}
	pool, err = s.pool(ctx, name)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("postgres: connect to %s: %w", name, s.explain(briefly(err))), s.drop(name))
	}
	drop = sync.OnceValue(func() error {
		// A pool waits for its connections; one that somebody still holds must not keep us.
		closed := make(chan struct{})
		go func() {
			pool.Close()
			close(closed)
		}()
		select {
		case <-closed:
		case <-time.After(closeTimeout / 3):
		}
		return s.drop(name)
	})
	return pool, drop, nil
}

func (s *Server) pool(ctx context.Context, name string) (*pgxpool.Pool, error) {
	at, err := address(s.source.URL()).database(name)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(string(at))
	if err != nil {
		return nil, errBadAddress
	}
	setSession(&config.ConnConfig.Config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	return pool, nil
}

// create clones the template.
func (s *Server) create(ctx context.Context, inMemory bool) (name string, err error) {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return "", errors.New("the server is closed")
	}
	return s.admin.clone(ctx, s.template, inMemory)
}

// drop drops a database within a bound, whatever became of the run.
func (s *Server) drop(name string) error {
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return nil // Close has dropped it
	}
	ctx, cancel := s.closing()
	defer cancel()
	err := s.admin.drop(ctx, name)
	if s.run.Err() != nil && ctx.Err() != nil {
		return nil // who interrupts does not wait: Close drops it, or the next run
	}
	return err
}

// closing is the context of closing: dropTimeout, or closeTimeout from the moment that the run is
// interrupted.
func (s *Server) closing() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), dropTimeout)
	stop := context.AfterFunc(s.run, func() { time.AfterFunc(closeTimeout, cancel) })
	return ctx, func() {
		stop()
		cancel()
	}
}

// explain adds the end of the log where the embedded server does not answer any more.
func (s *Server) explain(err error) error {
	log, ok := s.source.(interface{ LogTail() string })
	if !ok || !isConnectError(err) {
		return err
	}
	return fmt.Errorf("%w; the end of its log:\n%s", err, log.LogTail())
}

// Close drops the databases of this process and lets go of the server; an embedded one that nobody
// else uses stops. When the context of Open is done it takes less than a second; what cannot be
// dropped in that time is dropped by the next Open.
func (s *Server) Close() error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return nil
	}
	ctx, cancel := s.closing()
	defer cancel()
	var errs []error
	for _, name := range s.admin.own() {
		if err := s.admin.drop(ctx, name); err != nil {
			errs = append(errs, err)
			break // the next would fail the same way, and time is short
		}
	}
	errs = append(errs, s.admin.close(ctx), s.source.Close(ctx))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("postgres: close: %w", err)
	}
	return nil
}
