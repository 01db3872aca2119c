package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// pooled is a case that has a pool, and commits.
type pooled struct {
	pool *pgxpool.Pool
	mode interface {
		ended() error
		giveAway(ctx context.Context) (name string, err error)
	}

	mu   sync.Mutex
	over bool
}

func (p *pooled) db() DB                      { return p.pool }
func (p *pooled) check(context.Context) error { return nil }

// last reports whether the case was not over yet; it is from now on.
func (p *pooled) last() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	was := p.over
	p.over = true
	return !was
}

func (p *pooled) end() error {
	if !p.last() {
		return nil
	}
	return p.mode.ended()
}

func (p *pooled) keep(ctx context.Context) (name string, err error) {
	if !p.last() {
		return "", nil
	}
	return p.mode.giveAway(ctx)
}

const (
	// mostConnections is how many connections a pool has at most: enough for code that holds a few at a time,
	// and few enough for a dozen workers beside each other on a server with the usual 100.
	mostConnections = 6
	// spareConnections are left to others: our own, other programs, other processes of the run.
	spareConnections = 10
)

// connections shares out what the server has among the pools of this process.
type connections struct {
	mu   sync.Mutex
	left int
	read bool
}

// take returns how many connections a pool may have. One more is for the worker itself.
func (c *connections) take(ctx context.Context, d *admin) (n int, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.read {
		err := d.do(ctx, func(ctx context.Context, conn *pgx.Conn) error {
			return conn.QueryRow(ctx, `SELECT current_setting('max_connections')::int
				- current_setting('superuser_reserved_connections')::int - $1::int`, spareConnections).Scan(&c.left)
		})
		if err != nil {
			return 0, fmt.Errorf("read how many connections the server takes: %w", err)
		}
		c.read = true
	}
	n = min(mostConnections, c.left/2)
	if n < 2 {
		return 0, errors.New("the server has too few connections for one more worker: use fewer of them, or raise its max_connections")
	}
	c.left -= n + 1
	return n, nil
}

// give returns what take took.
func (c *connections) give(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.left += n + 1
}

// casePool makes a pool of at most so many connections. It connects when it is first used.
func casePool(ctx context.Context, at address, most int) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(string(at))
	if err != nil {
		return nil, errBadAddress
	}
	setSession(&config.ConnConfig.Config)
	config.MaxConns, config.MinConns = int32(most), 0
	return pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
}

// poolTime is how long a pool may take until all its connections are given back after a case.
const poolTime = 500 * time.Millisecond

// sessionSQL takes back what a case may have set for its session. What it cannot take back is the last result:
// statements that were prepared by SQL, unlike those of pgx, which are worth keeping.
const sessionSQL = "RESET SESSION AUTHORIZATION; RESET ALL; UNLISTEN *; CLOSE ALL; SELECT pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; " +
	"SELECT FROM pg_prepared_statements WHERE from_sql"

// quiet waits until nobody uses the pool, and makes its connections as good as new. It reports false where
// somebody keeps one.
func quiet(ctx context.Context, pool *pgxpool.Pool) bool {
	if !returned(pool, poolTime) {
		return false
	}
	for _, conn := range pool.AcquireAllIdle(ctx) {
		results, err := conn.Conn().PgConn().Exec(ctx, sessionSQL).ReadAll()
		if err != nil || len(results[len(results)-1].Rows) > 0 {
			_ = conn.Conn().Close(ctx) // the pool makes another one
		}
		conn.Release()
	}
	return true
}

// returned waits until all connections are given back.
func returned(pool *pgxpool.Pool, most time.Duration) bool {
	const pause = time.Millisecond
	for begin := time.Now(); pool.Stat().AcquiredConns() > 0; {
		if time.Since(begin) > most {
			return false
		}
		time.Sleep(pause)
	}
	return true
}

// closePool closes a pool. A pool waits for its connections; one that somebody still holds does not keep us.
// Those that are idle are over when it returns: see hangUp.
func closePool(pool *pgxpool.Pool, most time.Duration) {
	for _, conn := range pool.AcquireAllIdle(context.Background()) {
		hangUp(conn.Hijack())
	}
	closed := make(chan struct{})
	go func() {
		pool.Close()
		close(closed)
	}()
	timer := time.NewTimer(most)
	defer timer.Stop()
	select {
	case <-closed:
	case <-timer.C:
	}
}
