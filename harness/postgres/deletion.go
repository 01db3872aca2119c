package postgres

import (
	"context"
	"errors"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// deletion is the mode in which cases commit, and what they wrote is deleted before the next one.
type deletion struct {
	server *Server
	most   int // connections of the pool

	mu       sync.Mutex
	name     string // of the database; "" until it is made
	at       address
	pool     *pgxpool.Pool
	restorer *restorer
	// strict has what a case wrote deleted when it ends, so that what comes later can be told from it.
	strict bool
}

func newDeletion(ctx context.Context, s *Server) (mode, error) {
	most, err := s.connections.take(ctx, s.admin)
	if err != nil {
		return nil, err
	}
	d := &deletion{server: s, most: most, strict: s.config.DetectLeaks}
	if err := d.ready(ctx); err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *deletion) begin(ctx context.Context) (isolated, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for again := false; ; again = true {
		err := d.clean(ctx)
		if err == nil {
			return &pooled{pool: d.pool, mode: d}, nil
		}
		if again || ctx.Err() != nil {
			return nil, err
		}
		// What cannot be set back, for whatever reason, is made anew.
		if err := d.discard(ctx); err != nil {
			return nil, err
		}
	}
}

// clean makes sure of a database that is as the template, and of a pool on it.
func (d *deletion) clean(ctx context.Context) error {
	if err := d.ready(ctx); err != nil {
		return err
	}
	t, err := d.restorer.settled(ctx, settleTime)
	if err != nil {
		return err
	}
	return d.restorer.restore(ctx, t)
}

func (d *deletion) ready(ctx context.Context) (err error) {
	if d.name == "" {
		if d.name, err = d.server.create(ctx, true); err != nil {
			return err
		}
		if d.at, err = address(d.server.source.URL()).database(d.name); err != nil {
			return err
		}
	}
	if d.restorer == nil {
		conn, err := d.server.connect(ctx, d.name)
		if err != nil {
			return err
		}
		b, err := d.server.pristine.read(ctx, conn)
		if err == nil {
			d.restorer, err = newRestorer(ctx, conn, b)
		}
		if err != nil {
			hangUp(conn)
			return err
		}
	}
	if d.pool == nil {
		d.pool, err = casePool(ctx, d.at, d.most)
	}
	return err
}

// ended gets the pool ready for the next case. What is in the database is looked at when that begins: until
// then it may still change.
func (d *deletion) ended() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if !quiet(ctx, d.pool) {
		d.evict(ctx)
	}
	if !d.strict {
		return nil
	}
	// Where it fails, the next case cleans up or gets another database.
	if err := d.clean(ctx); err != nil {
		return d.discard(ctx)
	}
	return nil
}

// leaked looks for what was written since the last case ended, where that was cleaned up at once.
func (d *deletion) leaked(ctx context.Context) ([]Leak, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.strict || d.restorer == nil {
		return nil, nil
	}
	t, _, err := d.restorer.look(ctx)
	if err != nil || len(t.relations) == 0 {
		return nil, err
	}
	found, err := describe(ctx, d.restorer.conn, d.restorer.base, d.restorer.since, t.relations)
	return found, errors.Join(err, d.clean(ctx))
}

// evict ends all other connections to the database, ours and those that anybody else made.
func (d *deletion) evict(ctx context.Context) {
	// Where it fails the connection is broken, and the database is dropped, and they with it.
	_, _ = d.restorer.conn.Exec(ctx, evictSQL)
	closePool(d.pool, poolTime)
	d.pool = nil
}

const evictSQL = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
	WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`

// release lets go of the connections to the database.
func (d *deletion) release() (name string) {
	if d.pool != nil {
		if returned(d.pool, poolTime) || d.restorer == nil {
			closePool(d.pool, poolTime)
		} else {
			ctx, cancel := closing()
			defer cancel()
			d.evict(ctx)
		}
	}
	if d.restorer != nil {
		hangUp(d.restorer.conn)
	}
	name = d.name
	d.name, d.pool, d.restorer = "", nil, nil
	return name
}

func (d *deletion) discard(ctx context.Context) error {
	if name := d.release(); name != "" {
		return d.server.admin.drop(ctx, name)
	}
	return nil
}

func (d *deletion) giveAway(context.Context) (string, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.release(), nil
}

func (d *deletion) close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.server.connections.give(d.most)
	if name := d.release(); name != "" {
		return d.server.drop(name)
	}
	return nil
}

// pristine is the baseline of the template, read once from a database that was cloned just now. Clones have
// the same tables under the same numbers.
type pristine struct {
	mu   sync.Mutex
	base *baseline
}

func (p *pristine) read(ctx context.Context, conn *pgx.Conn) (*baseline, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.base != nil {
		return p.base, nil
	}
	b, err := readBaseline(ctx, conn)
	if err != nil {
		return nil, err
	}
	p.base = b
	return b, nil
}
