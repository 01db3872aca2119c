package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// How long a server that was lost is waited for: one that others run has to be started by them, which is
// mostly a restart of seconds; ours is started again here, if need be with a new data folder.
const (
	givenTimeout  = 10 * time.Second
	reviveTimeout = 30 * time.Second
	// recoverTimeout is how long a server of ours that still runs may take to recover.
	recoverTimeout = 10 * time.Second
	reviveEvery    = 20 * time.Millisecond
	// quietTime is for how long nobody asks again after waiting was in vain: each transaction of a run
	// would wait, and a run has hundreds.
	quietTime = time.Second
)

// outage is what is known of a server that did not come back. Who has the token of turn may use it.
type outage struct {
	turn  chan struct{}
	err   error
	until time.Time
	// patience is for how long the server is waited for; 0 is what its provider deserves.
	patience time.Duration
}

func newOutage() *outage {
	o := &outage{turn: make(chan struct{}, 1)}
	o.turn <- struct{}{}
	return o
}

// forget has the template read again: one that was made anew has the same tables under other numbers.
func (p *pristine) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.base = nil
}

// steady does f, and does it again, once, when the server that it lost is back.
func (s *Server) steady(ctx context.Context, f func(context.Context) error) error {
	age := s.source.age()
	err := errBroken
	if !s.admin.hungUp() {
		err = f(ctx)
	}
	if !isLost(err) || ctx.Err() != nil {
		return err
	}
	if err := s.revive(ctx, age, err); err != nil {
		return err
	}
	return f(ctx)
}

// ErrLost is in the chain of Case.End's error when the server went away in the middle of the case: what was
// seen then says nothing of the server under test.
var ErrLost = errors.New("the server was lost in the middle of it")

// lost reports that the server was lost since it was of that age.
func (s *Server) lost(age int) bool { return s.source.age() != age || s.admin.hungUp() }

// revive makes a server answer again that was lost when it was of this age, and see to it that the template is in it.
// It is done once for all that lost it, within a bound. A transaction that was under way is lost in
// any case; those to come can be carried out.
func (s *Server) revive(ctx context.Context, age int, cause error) error {
	select {
	case <-s.outage.turn:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { s.outage.turn <- struct{}{} }()
	switch {
	case s.isClosed():
		return errClosed
	case s.source.age() != age:
		return nil // it is back already
	case s.outage.err != nil && time.Now().Before(s.outage.until):
		return s.outage.err
	}
	begun := time.Now()
	err := s.await(ctx, begun)
	if ctx.Err() != nil {
		return err
	}
	if err != nil {
		s.outage.err = fmt.Errorf("the server was lost (%w) and does not come back: %w", briefly(cause), s.source.explain(briefly(err)))
		s.outage.until = time.Now().Add(max(quietTime, time.Since(begun)/10))
		return s.outage.err
	}
	s.outage.err = nil
	s.pristine.forget()
	s.source.next()
	s.config.log(fmt.Sprintf("postgres: the server was lost (%v), and answers again after %s", briefly(cause), spoken(time.Since(begun))))
	return nil
}

// await asks the server until it answers, or starts it again where it is ours. After a wait in vain it asks
// once.
func (s *Server) await(ctx context.Context, begun time.Time) error {
	limit := s.outage.patience
	switch {
	case s.outage.err != nil:
		limit = 0
	case limit == 0 && s.source.current().provider == ProviderURL:
		limit = givenTimeout
	case limit == 0:
		limit = reviveTimeout
	}
	for {
		err := s.again(ctx, time.Since(begun) > recoverTimeout)
		if err == nil || ctx.Err() != nil || !isLost(err) || time.Since(begun) > limit {
			return err
		}
		if err := pause(ctx, reviveEvery); err != nil {
			return err
		}
	}
}

// again connects, after it has started the server where that is ours to do and it has ended. One of ours
// that still runs recovers by itself, unless it takes too long.
func (s *Server) again(ctx context.Context, impatient bool) error {
	now := s.source.current()
	e := s.source.ours()
	if err := s.reconnect(ctx); err == nil || !isLost(err) || now.provider == ProviderURL || e != nil && !e.Gone() && !impatient {
		return err
	}
	bounded, cancel := closing()
	err := s.source.Close(bounded)
	cancel()
	if err != nil {
		s.config.log("postgres: let go of the server that was lost: " + err.Error())
	}
	by, err := now.open(ctx)
	if err != nil {
		return err
	}
	s.source.replace(by)
	return s.reconnect(ctx)
}

// isLost tells whether an error came of a server that is gone, is going, or is not there yet, so that
// asking again can help.
func isLost(err error) bool {
	if err == nil {
		return false
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "57P01", "57P02", "57P03": // shut down by an administrator, by a crash, and starting up
			return true
		}
		return len(pg.Code) == 5 && pg.Code[:2] == "08" // the connection
	}
	var network *net.OpError
	switch {
	case errors.As(err, &network),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE),
		errors.Is(err, errTemplateLost), errors.Is(err, errBroken):
		return true
	}
	return isConnectError(err)
}

// isMissing tells whether the database that was connected to is not there.
func isMissing(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "3D000"
}

// isFull tells whether the server has no room for what it was to write.
func isFull(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "53100"
}
