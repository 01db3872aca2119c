package postgres

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// supply is the server that is used now. It is another one after a server that ended had to be started
// again; its generation tells them apart.
type supply struct {
	mu         sync.Mutex
	now        chosen
	closed     bool // and has been let go
	generation int
}

func (s *supply) current() chosen {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// URL is the address of a database to connect to.
func (s *supply) URL() string { return s.current().URL() }

// String says what it is, for people, without a password.
func (s *supply) String() string { return s.current().String() }

// age is the generation.
func (s *supply) age() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.generation
}

// next begins a generation.
func (s *supply) next() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.generation++
}

// replace takes another server in the place of one that was let go.
func (s *supply) replace(by source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now.source, s.closed = by, false
}

// Close lets go of the server within the context's time.
func (s *supply) Close(ctx context.Context) error {
	s.mu.Lock()
	was := s.closed
	s.closed = true
	s.mu.Unlock()
	if was {
		return nil
	}
	return s.current().Close(ctx)
}

// ours is the server as far as this machine runs it from binaries; nil for others.
func (s *supply) ours() *embedded.Server {
	e, _ := s.current().source.(*embedded.Server) // nil, then
	return e
}

// gone reports that the server has ended and everything in it that would be ours to drop.
func (s *supply) gone() bool {
	e := s.ours()
	return e != nil && e.Gone()
}

// how says how the server came to be used: "started", "joined" or, where others run it, "answered".
func (s *supply) how() string {
	if h, ok := s.current().source.(interface{ How() string }); ok {
		return h.How()
	}
	return "answered"
}

// line tells which server was chosen, how long that took, and what was passed over.
func (s *supply) line(version, how string, took time.Duration) string {
	now := s.current()
	what := string(now.provider) + " " + version
	if p, ok := now.source.(interface{ Place() string }); ok {
		what += " at " + p.Place()
	}
	line := fmt.Sprintf("postgres: %s, %s in %s", what, how, spoken(took))
	if len(now.passed) > 0 {
		line += " (" + strings.Join(now.passed, "; ") + ")"
	}
	return line
}

// spoken is a time as people like to read it.
func spoken(d time.Duration) string {
	switch {
	case d >= time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d >= 10*time.Millisecond:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}

// explain adds to an error what is known of the server here: where it does not answer any more, the end of
// its log; where it has no room, which folder that is.
func (s *supply) explain(err error) error {
	e := s.ours()
	switch {
	case err == nil:
		return nil
	case isFull(err):
		return s.full(err)
	case e == nil || !isConnectError(err):
		return err
	}
	return fmt.Errorf("%w; the end of its log:\n%s", err, e.LogTail())
}

// full says where there is no room, and what to do about that.
func (s *supply) full(err error) error {
	e := s.ours()
	if e == nil {
		return fmt.Errorf("the disk of %s is full: make room there: %w", s, err)
	}
	where := fmt.Sprintf("the file system of %s", e.Home())
	if e.Memory() != "" && strings.Contains(err.Error(), "pg_tblspc") {
		where = "the file system in memory of " + e.Memory()
	}
	return fmt.Errorf("%s is full: free some of it, or name a folder elsewhere in %s: %w", where, envCache, err)
}

// pause waits a moment before the server is asked again.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// errClosed is the answer of a server after Close.
var errClosed = errors.New("the server is closed")
