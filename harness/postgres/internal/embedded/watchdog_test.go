//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"
)

// fakeStart starts the watchdog with something that is not Postgres, which is quicker.
func fakeStart(s *Server) error {
	exe, err := os.Executable()
	if err != nil {
		return err
	}
	dirs, err := runFolders(s.home, account{})
	if err != nil {
		return err
	}
	s.state = state{Run: dirs[0]}
	if err := errors.Join(s.state.write(s.home), makeFolder(s.state.Run, account{})); err != nil {
		return err
	}
	read, write, err := makeFifo(s.state.Run, account{})
	if err != nil {
		return err
	}
	s.write = write
	s.started, err = launch(launching{home: s.home, state: s.state, read: read, postgres: []string{exe, fakeServer, s.state.Run}})
	if err := errors.Join(err, read.Close()); err != nil {
		return err
	}
	if err := poll(context.Background(), 10*time.Second, func() (bool, error) { return fakePID(s) != 0, nil }); err != nil {
		return err
	}
	s.state.Ready = true
	return s.state.write(s.home)
}

func fakePID(s *Server) int {
	text, err := os.ReadFile(filepath.Join(s.state.Run, "pid"))
	if err != nil {
		return 0
	}
	pid, _ := strconv.Atoi(string(text))
	return pid
}

// fakeOpen is Open with a server that is not Postgres.
func fakeOpen(ctx context.Context, home string) (s *Server, started bool, err error) {
	lock, err := lockFile(filepath.Join(home, "lock"))
	if err != nil {
		return nil, false, err
	}
	defer func() { _ = lock.Close() }()
	if err := waitLock(ctx, lock, syscall.LOCK_EX, time.Minute); err != nil {
		return nil, false, err
	}
	s = &Server{home: home}
	if s.users, err = lockFile(filepath.Join(home, "users")); err != nil {
		return nil, false, err
	}
	err = s.join(ctx)
	if errors.Is(err, errNotRunning) {
		started = true
		err = s.excludeUsers(ctx)
		if err == nil {
			err = fakeStart(s)
		}
		if err == nil {
			err = waitLock(ctx, s.users, syscall.LOCK_SH, time.Minute)
		}
	}
	if err != nil {
		s.leave()
	}
	return s, started, err
}

// Users that come and go at all times always have a server that lives for as long as they use it,
// and none is left at the end.
func TestUsersComeAndGo(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	var starts, joins atomic.Int32
	g, ctx := errgroup.WithContext(t.Context())
	for user := range 4 {
		g.Go(func() error {
			for round := range 25 {
				s, started, err := fakeOpen(ctx, home)
				if err != nil {
					return err
				}
				if started {
					starts.Add(1)
				} else {
					joins.Add(1)
				}
				pid := fakePID(s)
				err = poll(ctx, time.Duration((user*7+round)%13)*time.Millisecond, func() (bool, error) {
					return false, syscall.Kill(pid, 0)
				})
				if !errors.Is(err, errTimeout) {
					return errors.Join(err, errors.New("the server of a user is gone"))
				}
				if err := s.Close(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
	require.NoError(t, g.Wait())
	t.Logf("%d starts, %d joins", starts.Load(), joins.Load())
	assert.Positive(t, joins.Load())
	require.Eventually(t, func() bool {
		left, err := os.ReadDir(filepath.Join(home, "run"))
		return err == nil && len(left) == 0
	}, 5*time.Second, 5*time.Millisecond)
}

// Who comes while the watchdog ends is told so, and does not keep it.
func TestJoinWhileItEnds(t *testing.T) {
	t.Parallel()
	run := t.TempDir()
	read, write, err := makeFifo(run, account{})
	require.NoError(t, err)
	answer := make(chan error, 1)
	go func() { answer <- handshake(context.Background(), run, write) }()
	line := make([]byte, 100)
	n, err := read.Read(line)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(run, "nak."+string(line[:n-1])), nil, 0o600))
	require.ErrorIs(t, <-answer, errNotRunning)

	go func() { answer <- handshake(context.Background(), run, write) }()
	_, err = read.Read(line)
	require.NoError(t, err)
	require.NoError(t, read.Close())
	require.ErrorIs(t, <-answer, syscall.EPIPE)
	require.NoError(t, write.Close())

	_, err = openWriteEnd(run)
	require.ErrorIs(t, err, syscall.ENXIO)
	require.NoError(t, os.Remove(fifoPath(run)))
	require.NoError(t, os.Symlink("/dev/null", fifoPath(run)))
	_, err = openWriteEnd(run)
	require.Error(t, err, "a link")
	require.NoError(t, os.Remove(fifoPath(run)))
	require.NoError(t, os.WriteFile(fifoPath(run), nil, 0o600))
	_, err = openWriteEnd(run)
	require.ErrorContains(t, err, "is not a FIFO")
}
