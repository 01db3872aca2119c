//go:build linux || darwin

package local

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

const (
	// startTimeout is how long the server may take to answer; a busy machine has needed 2 s.
	startTimeout = 10 * time.Second
	// lockTimeout is how long another process may take to start it.
	lockTimeout = 2 * startTimeout
	// joinTimeout is how long a server may take to answer that runs already.
	joinTimeout = 2 * time.Second
)

// Server is a running Redis that this process uses.
type Server struct {
	run, binary string
	alive       *os.File
	watchdog    int // the process that this one started, to be reaped; 0 when it joined
	closed      sync.Once
}

// Open joins the server that runs, or starts it.
func Open(ctx context.Context, c Config) (*Server, error) {
	binary, err := Find()
	if err != nil {
		return nil, err
	}
	home, err := homeFolder(c.Cache)
	if err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(filepath.Join(home, "lock"), os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = lock.Close() }() // which gives the lock back
	switch err := poll(ctx, lockTimeout, func() (bool, error) { return tryLock(lock) }); {
	case errors.Is(err, errTimeout):
		return nil, fmt.Errorf("another process holds %s for more than %v: end it, or name another folder in BAILIFF_CACHE", lock.Name(), lockTimeout)
	case err != nil:
		return nil, err
	}
	runs := readState(home)
	if len(runs) > 0 {
		if s := join(ctx, runs[0]); s != nil {
			s.binary = binary
			return s, nil
		}
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return start(ctx, home, binary, slices.DeleteFunc(runs, func(run string) bool { return clearAway(ctx, run) }))
}

// Find is the path of the program that Open runs.
func Find() (string, error) {
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", ErrNoBinary
}

// URL is the address of the socket.
func (s *Server) URL() string {
	u := url.URL{Scheme: "unix", Path: socketPath(s.run)}
	return u.String()
}

// String says which server it is.
func (s *Server) String() string { return s.binary + " at " + socketPath(s.run) }

// Joined reports whether another process has started it.
func (s *Server) Joined() bool { return s.watchdog == 0 }

// Close lets go of the server. Where this process was the last that used it, the server has ended when
// Close returns, or will soon when the context is done before.
func (s *Server) Close(ctx context.Context) error {
	var err error
	s.closed.Do(func() {
		err = s.alive.Close()
		alone := time.Now().Add(50 * time.Millisecond)
		_ = poll(ctx, joinTimeout, func() (bool, error) { // it ends all the same when nobody waits for it
			if exists(fifoPath(s.run)) && time.Now().After(alone) {
				return true, nil // others use it
			}
			return s.reaped() && !exists(s.run), nil
		})
	})
	return err
}

// reaped reports whether there is no child of this process any more.
func (s *Server) reaped() bool {
	if s.watchdog == 0 {
		return true
	}
	pid, err := syscall.Wait4(s.watchdog, nil, syscall.WNOHANG, nil)
	if pid == s.watchdog || errors.Is(err, syscall.ECHILD) {
		s.watchdog = 0
		return true
	}
	return false
}

// join makes this process a user of the server of a run folder; nil: there is none to join.
func join(ctx context.Context, run string) *Server {
	alive, err := enter(run)
	if err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	if !answers(ctx, run) { // it has died, and its watchdog sees to the rest
		_ = alive.Close()
		return nil
	}
	return &Server{run: run, alive: alive}
}

// answers reports whether a server at the socket of a run folder answers a PING.
func answers(ctx context.Context, run string) bool {
	line, err := ask(ctx, run, "PING")
	return err == nil && line == "+PONG"
}

// ask sends an inline command, and returns the first line of what comes back.
func ask(ctx context.Context, run, command string) (string, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", socketPath(run))
	if err != nil {
		return "", err
	}
	defer func() { _ = conn.Close() }()
	if deadline, ok := ctx.Deadline(); ok {
		if err := conn.SetDeadline(deadline); err != nil {
			return "", err
		}
	}
	if _, err := fmt.Fprintf(conn, "%s\r\n", command); err != nil {
		return "", err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	return strings.TrimSpace(line), err
}
