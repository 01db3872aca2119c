package postgres

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// standing is the mode for a database that a server of another process stands on. It is set back before each
// case to what it was before the first one.
type standing struct {
	server *Server
	at     address

	mu       sync.Mutex
	conn     *pgx.Conn // holds the lock of the run; the restorer uses it too
	pool     *pgxpool.Pool
	restorer *restorer // nil before the first case
	taken    bool
}

const (
	// standingLock is the advisory lock of a run on such a database. Those of other databases are others.
	standingLock = int64(0x6261696c696666) // "bailiff"
	// standingTimeout is how long a run waits for another one on the same database.
	standingTimeout = time.Minute
)

// openStanding makes sure of a database that may be set back, and waits until no other run uses it.
func openStanding(ctx context.Context, s *Server) (st *standing, err error) {
	st = &standing{server: s, at: address(s.config.Database)}
	config, err := st.at.config()
	if err != nil {
		return nil, fmt.Errorf("read the address of the database of the server under test: %w", err)
	}
	if st.conn, err = pgx.ConnectConfig(ctx, config); err != nil {
		return nil, given{address: st.at, origin: "the database of the server under test"}.explain(err)
	}
	defer func() {
		if err != nil {
			hangUp(st.conn)
		}
	}()
	if err := st.lock(ctx); err != nil {
		return nil, err
	}
	b, err := readBaseline(ctx, st.conn)
	if err == nil {
		err = b.refusal(config.Database)
	}
	if err == nil {
		err = mayReset(ctx, st.conn, b)
	}
	return st, err
}

// openOn is Open for a database that a server of another process stands on. There is nothing to start.
func openOn(ctx context.Context, c Config) (*Server, error) {
	switch {
	case c.KeepFailed:
		return nil, fmt.Errorf("postgres: %w", errStanding)
	case c.Isolation != "" && c.Isolation != IsolationAuto && c.Isolation != IsolationDelete:
		return nil, fmt.Errorf("postgres: the isolation %s is not for the database of a server of another process: use delete or auto", c.Isolation)
	}
	at := given{address: address(c.Database), origin: "the database of the server under test"}
	s := &Server{config: c, source: &supply{now: chosen{source: at, provider: ProviderURL}}, admin: newAdmin(), outage: newOutage(), run: ctx}
	var err error
	if s.standing, err = openStanding(ctx, s); err != nil {
		return nil, fmt.Errorf("postgres: %w", canceled(ctx, err))
	}
	return s, nil
}

// lock waits, bounded, until no other run uses the database.
func (st *standing) lock(ctx context.Context) error {
	const every = 50 * time.Millisecond
	for begun, told := time.Now(), false; ; told = true {
		var free bool
		if err := st.conn.QueryRow(ctx, "SELECT pg_try_advisory_lock($1)", standingLock).Scan(&free); err != nil || free {
			return err
		}
		if !told {
			st.server.config.log(fmt.Sprintf("postgres: another run uses %s: waiting for its end, at most %s", st.at, standingTimeout))
		}
		if time.Since(begun) > standingTimeout {
			return fmt.Errorf("another run still uses %s after %s: let it end, or use another database", st.at, standingTimeout)
		}
		if err := pause(ctx, every); err != nil {
			return err
		}
	}
}

// refusal tells why a database cannot be set back, if it cannot.
func (b *baseline) refusal(name string) error {
	switch {
	case len(b.forbidden) > 0:
		return fmt.Errorf("the database %s cannot be set back between transactions: this user may not read, insert and delete in %s: "+
			"use the user that owns the tables", name, b.forbidden[0])
	case b.rows > keepRows:
		return fmt.Errorf("the database %s has more than %d rows, too many to put back between transactions: use one that holds test data alone, "+
			"a fresh one that the migrations ran on, say", name, keepRows)
	}
	return nil
}

// mayReset finds out whether the user may set sequences, by setting them to what they are.
func mayReset(ctx context.Context, conn *pgx.Conn, b *baseline) error {
	_, err := conn.Exec(ctx, b.sequences)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == "42501" {
		return fmt.Errorf("the sequences of the database cannot be set back between transactions (%w): use the user that owns them", err)
	}
	return err
}

// occupy is for the one worker that there may be.
func (st *standing) occupy() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.taken {
		return errors.New("postgres: a server of another process stands on the database, so there is one worker: run one transaction at a time")
	}
	st.taken = true
	return nil
}

func (st *standing) begin(ctx context.Context) (isolated, error) {
	st.mu.Lock()
	defer st.mu.Unlock()
	if st.pool == nil {
		pool, err := casePool(ctx, st.at, mostConnections)
		if err != nil {
			return nil, err
		}
		st.pool = pool
	}
	if err := st.restore(ctx, settleTime); err != nil {
		return nil, fmt.Errorf("set the database back: %w", err)
	}
	return &pooled{pool: st.pool, mode: st}, nil
}

func (st *standing) restore(ctx context.Context, most time.Duration) error {
	if st.conn.IsClosed() {
		if err := st.reconnect(ctx); err != nil {
			return err
		}
	}
	if st.restorer == nil { // the server under test has started meanwhile, and may have migrated
		b, err := readBaseline(ctx, st.conn)
		if err == nil {
			err = b.refusal(st.conn.Config().Database)
		}
		if err == nil {
			st.restorer, err = newRestorer(ctx, st.conn, b)
		}
		return err
	}
	t, err := st.restorer.settled(ctx, most)
	if err == nil && t.schema {
		st.server.config.log("postgres: the schema of the database was changed: tables that are new are emptied like the others, but stay")
		if err := st.restorer.adapt(ctx); err != nil {
			return err
		}
		t, err = st.restorer.settled(ctx, most)
	}
	if err != nil {
		return err
	}
	return st.restorer.restore(ctx, t)
}

// reconnect is for a server that was started again.
func (st *standing) reconnect(ctx context.Context) error {
	config, err := st.at.config()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return err
	}
	st.conn = conn
	if err := st.lock(ctx); err != nil || st.restorer == nil {
		return err
	}
	r, err := newRestorer(ctx, st.conn, st.restorer.base)
	if err == nil {
		r.since = st.restorer.since
		st.restorer = r
	}
	return err
}

func (st *standing) ended() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), endTimeout)
	defer cancel()
	if !quiet(ctx, st.pool) {
		closePool(st.pool, 0)
		st.pool = nil
	}
	return nil
}

func (st *standing) giveAway(context.Context) (string, error) {
	return "", errors.Join(errStanding, st.ended())
}

// errStanding is about what needs a database of our own.
var errStanding = errors.New("the server under test stands on the database, so it cannot be put aside: leave out --keep-failed, and look into the database itself")

// leaked finds nothing: whoever writes between two cases may be the server under test.
func (st *standing) leaked(context.Context) ([]Leak, error) { return nil, nil }

// close sets the database back for good. The lock stays until the server is closed.
func (st *standing) close() error {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.taken = false
	if st.pool != nil {
		closePool(st.pool, poolTime)
		st.pool = nil
	}
	if st.restorer == nil {
		return nil
	}
	ctx, cancel := st.server.closing()
	defer cancel()
	most := settleTime
	if st.server.run.Err() != nil { // who interrupts does not wait
		most = closeTimeout / 4
	}
	err := st.restore(ctx, most)
	if isConnectError(err) {
		st.server.config.log("postgres: the database is gone, so it is not set back: " + briefly(err).Error())
		return nil
	}
	if err != nil {
		return fmt.Errorf("set the database back at the end: %w", err)
	}
	return nil
}

// hangUp lets other runs use the database.
func (st *standing) hangUp() {
	if st != nil && !st.conn.IsClosed() {
		hangUp(st.conn)
	}
}
