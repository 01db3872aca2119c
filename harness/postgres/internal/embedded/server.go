//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// How long to wait for other processes. They are generous, for machines under load; what they wait
// for mostly takes milliseconds, and initdb half a second.
const (
	lockTimeout  = 2 * time.Minute
	readyTimeout = 30 * time.Second
	stopTimeout  = 15 * time.Second
	usersTimeout = 3 * time.Second
)

// Server is the running Postgres, as one user of it sees it.
type Server struct {
	home    string
	name    string // "embedded" or "local"
	state   state
	release string
	write   *os.File  // write end of the FIFO
	users   *os.File  // its flock, shared
	started *exec.Cmd // the watchdog, if this process started it
	close   sync.Once
}

// Open joins the server of this user, or starts it. It may take a second when the data folder must
// be made first; with a running server it takes a few milliseconds.
func Open(ctx context.Context, c Config) (*Server, error) {
	b, err := findBinaries(c)
	if err != nil {
		return nil, err
	}
	key, err := b.key()
	if err != nil {
		return nil, err
	}
	home, err := homeFolder(c.Cache, key)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(filepath.Join(home, "lock"))
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Close() }() // lets the lock go
	if err := waitLock(ctx, lock, syscall.LOCK_EX, lockTimeout); err != nil {
		return nil, fmt.Errorf("wait for another process that starts the %s Postgres (lock %s): %w", c.name(), lock.Name(), err)
	}
	users, err := lockFile(filepath.Join(home, "users"))
	if err != nil {
		return nil, err
	}
	s := &Server{home: home, name: c.name(), release: b.release, users: users}
	err = s.join(ctx)
	if errors.Is(err, errNotRunning) {
		err = s.start(ctx, b, c)
	}
	if err != nil {
		s.leave()
		return nil, fmt.Errorf("%s Postgres %s: %w", c.name(), b.release, roomless(home, err))
	}
	return s, nil
}

// join makes this process a user of the server that runs, or returns errNotRunning when there is
// none, or none any more.
func (s *Server) join(ctx context.Context) error {
	st, ok := readState(s.home)
	if !ok || !exists(st.Run) {
		return errNotRunning
	}
	err := s.enter(ctx, st)
	switch {
	case err == nil:
		return waitLock(ctx, s.users, syscall.LOCK_SH, usersTimeout)
	case errors.Is(err, syscall.ENXIO), errors.Is(err, syscall.EPIPE): // its watchdog was killed
		return errNotRunning
	case !errors.Is(err, errNotRunning) && !errors.Is(err, syscall.ENOENT):
		return err
	}
	if err := waitGone(ctx, st.Run, stopTimeout); err != nil && !errors.Is(err, errTimeout) {
		return err
	}
	return errNotRunning
}

// enter becomes a user of the server of a state. One that is not ready, although the lock is free,
// lost its starter half way and is about to end.
func (s *Server) enter(ctx context.Context, st state) error {
	if !st.Ready {
		return errNotRunning
	}
	write, err := openWriteEnd(st.Run)
	if err != nil {
		return err
	}
	if err := handshake(ctx, st.Run, write); err != nil {
		return errors.Join(err, write.Close())
	}
	s.write, s.state = write, st
	return nil
}

// URL is the address of the maintenance database.
func (s *Server) URL() string { return socketURL(s.state.Run) }

func socketURL(run string) string {
	q := url.Values{"host": {run}, "port": {port}, "sslmode": {"disable"}}
	u := url.URL{Scheme: "postgres", User: url.User(Superuser), Host: "", Path: "/postgres", RawQuery: q.Encode()}
	return u.String()
}

// String says what runs, for people.
func (s *Server) String() string {
	return fmt.Sprintf("%s Postgres %s (%s)", s.name, s.release, s.How())
}

// How says how this process came to use it: "started", or "joined" where another one had started it.
func (s *Server) How() string {
	if s.started != nil {
		return "started"
	}
	return "joined"
}

// Gone reports that the server has ended, and its watchdog after it.
func (s *Server) Gone() bool { return !exists(s.state.Run) }

// Memory is the folder of the tablespace in memory, or "" where there is none.
func (s *Server) Memory() string { return s.state.Memory }

// Home is the folder that the data is in.
func (s *Server) Home() string { return s.home }

// LogTail returns the last lines of the server's log.
func (s *Server) LogTail() string { return logTail(s.home, 12) }

// Close lets go of the server. If this was its last user it also waits until the server has
// stopped, though not longer than the context allows: it stops in any case.
func (s *Server) Close(ctx context.Context) error {
	s.close.Do(func() {
		// Two that leave at the same time both see the other's lock; then nobody waits.
		last, err := tryLock(s.users, syscall.LOCK_EX)
		s.leave()
		if err != nil || !last || s.state.Linger > 0 {
			return
		}
		if waitGone(ctx, s.state.Run, stopTimeout) == nil && s.started != nil {
			_ = s.started.Wait()
		}
	})
	return nil
}

// leave gives up all that tells others that we use the server.
func (s *Server) leave() {
	s.letGo()
	_ = s.users.Close()
}

// letGo closes our end of the FIFO.
func (s *Server) letGo() {
	if s.write != nil {
		_ = s.write.Close()
		s.write = nil
	}
}
