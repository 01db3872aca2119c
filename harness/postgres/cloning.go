package postgres

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5/pgxpool"
)

// cloning is the mode in which each case has a database that is made for it.
type cloning struct {
	server *Server
	most   int // connections of a pool; 0 until they are taken

	mu   sync.Mutex
	name string
	pool *pgxpool.Pool

	dropping sync.WaitGroup
	failed   error // of dropping
}

func newCloning(ctx context.Context, s *Server) (mode, error) {
	most, err := s.connections.take(ctx, s.admin)
	if err != nil {
		return nil, err
	}
	return &cloning{server: s, most: most}, nil
}

func (c *cloning) begin(ctx context.Context) (isolated, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	name, err := c.server.create(ctx, true)
	if err != nil {
		return nil, err
	}
	at, err := address(c.server.source.URL()).database(name)
	if err == nil {
		c.pool, err = casePool(ctx, at, c.most)
	}
	if err != nil {
		return nil, errors.Join(err, c.server.drop(name))
	}
	c.name = name
	return &pooled{pool: c.pool, mode: c}, nil
}

// release lets go of the database.
func (c *cloning) release() (name string) {
	if c.pool != nil {
		closePool(c.pool, poolTime)
	}
	name = c.name
	c.name, c.pool = "", nil
	return name
}

// ended drops the database while the next case begins. That ends whatever is connected to it.
func (c *cloning) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	name := c.release()
	if name == "" {
		return nil
	}
	c.dropping.Go(func() {
		if err := c.server.drop(name); err != nil {
			c.mu.Lock()
			defer c.mu.Unlock()
			c.failed = errors.Join(c.failed, err)
		}
	})
	return nil
}

func (c *cloning) giveAway(context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.release(), nil
}

// leaked finds nothing: what is written past a case is dropped with its database.
func (c *cloning) leaked(context.Context) ([]Leak, error) { return nil, nil }

func (c *cloning) close() error {
	err := c.ended()
	c.dropping.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server.connections.give(c.most)
	return errors.Join(err, c.failed)
}
