package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Server is a running Postgres with a migrated template in it. Its methods may be called from many
// goroutines.
type Server struct {
	config   Config
	source   *supply
	admin    *admin
	outage   *outage
	template string

	connections connections // of pools
	pristine    pristine
	swept       sync.Once // of what was kept too long ago
	standing    *standing // the database of a server of another process; nil without one

	run context.Context // that of Open; when it is done, closing must not take long

	mu     sync.Mutex
	closed bool
}

// Open makes a server answer, drops what killed processes left in it, and makes the template if this
// server has none for these migrations. The error says what to do where there is no server to be
// had, and names the file and the line of a migration that does not apply.
func Open(ctx context.Context, c Config) (*Server, error) {
	begun := time.Now()
	c, origin, err := c.withEnvironment()
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	if c.Database != "" {
		return openOn(ctx, c)
	}
	picked, err := choose(ctx, c, origin)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	s := &Server{config: c, source: &supply{now: picked}, admin: newAdmin(), outage: newOutage(), run: ctx}
	if err := s.open(ctx, begun); err != nil {
		clean, cancel := closing()
		defer cancel()
		_ = s.admin.close(clean) // the error that ends it here is the one to tell
		return nil, errors.Join(fmt.Errorf("postgres: %w", s.source.explain(canceled(ctx, err))), s.source.Close(clean))
	}
	return s, nil
}

// open connects to the server that was chosen, and tells which that is.
func (s *Server) open(ctx context.Context, begun time.Time) error {
	// One that was joined in the moment of its end is started again.
	err := s.steady(ctx, func(ctx context.Context) error { return s.admin.connect(ctx, address(s.source.URL())) })
	if err != nil {
		return err
	}
	s.config.log(s.source.line(s.admin.version, s.source.how(), time.Since(begun)))
	for _, line := range s.admin.advice(s.source.current().provider) {
		s.config.log("postgres: " + line)
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
	if s.config.look {
		return nil
	}
	return s.ensure(ctx)
}

// reconnect connects to the server that is used now, and makes sure of the template.
func (s *Server) reconnect(ctx context.Context) error {
	if err := s.admin.connect(ctx, address(s.source.URL())); err != nil || s.template == "" {
		return err
	}
	return s.ensure(ctx)
}

// ensure makes sure of the template.
func (s *Server) ensure(ctx context.Context) error {
	name, err := s.admin.template(ctx, s.config, address(s.source.URL()))
	if err == nil && s.template == "" { // it has the same name ever after
		s.template = name
	}
	return err
}

func (s *Server) isClosed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closed
}

// String says which server it is, for people; it holds no password.
func (s *Server) String() string { return s.source.String() }

// Worker makes a database from the template, and the connection that its cases take turns on. Close
// drops it; so does closing the server.
func (s *Server) Worker(ctx context.Context) (*Worker, error) { return s.worker(ctx) }

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

// create clones the template. Where there is no room for it in memory it is made on disk.
func (s *Server) create(ctx context.Context, inMemory bool) (name string, err error) {
	if s.isClosed() {
		return "", errClosed
	}
	err = s.steady(ctx, func(ctx context.Context) (err error) {
		name, err = s.admin.clone(ctx, s.template, inMemory)
		if isFull(err) && inMemory && s.admin.memory {
			s.config.log("postgres: " + s.source.explain(err).Error() + ": the database is made on disk")
			name, err = s.admin.clone(ctx, s.template, false)
		}
		return err
	})
	return name, err
}

// drop drops a database within a bound, whatever became of the run.
func (s *Server) drop(name string) error {
	if s.isClosed() || s.source.gone() {
		return nil // Close has dropped it, or the next Open does
	}
	ctx, cancel := s.closing()
	defer cancel()
	err := s.admin.drop(ctx, name)
	if s.run.Err() != nil && ctx.Err() != nil || isLost(err) {
		return nil // who interrupts does not wait, and a lost server may come back: Close drops it, or the next run
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

// explain adds to an error what is known of the server.
func (s *Server) explain(err error) error { return s.source.explain(err) }

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
	if s.standing != nil {
		s.standing.hangUp()
		return nil
	}
	var errs []error
	for _, name := range s.admin.own() {
		if s.source.gone() {
			break // and they with it
		}
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
