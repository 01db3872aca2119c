//go:build linux || darwin

package postgres_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// envRole makes the test binary act as another process that uses a server.
const envRole = "BAILIFF_TEST_ROLE"

// held is what the other process tells about itself once it is in the middle of a case.
type held struct {
	Error    string
	UID      int
	Started  time.Time // of the server
	Server   int       // pid of the server
	Database string
}

// actAs holds a case open until standard input ends, and then closes everything.
func actAs(string) int {
	h, closeAll, err := hold(context.Background())
	if err != nil {
		h.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(h); err != nil || h.Error != "" {
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := closeAll(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func hold(ctx context.Context) (h held, closeAll func() error, err error) {
	s, err := postgres.Open(ctx, postgres.Config{Migrator: postgres.Goose(schema)})
	if err != nil {
		return h, nil, err
	}
	w, err := s.Worker(ctx)
	if err != nil {
		return h, nil, errors.Join(err, s.Close())
	}
	c, err := w.Begin(ctx)
	if err != nil {
		return h, nil, errors.Join(err, s.Close())
	}
	h.UID = os.Geteuid()
	var pid string
	err = c.DB().QueryRow(ctx, `SELECT pg_postmaster_start_time(), split_part(pg_read_file('postmaster.pid'), E'\n', 1),
		current_database()`).Scan(&h.Started, &pid, &h.Database)
	if err == nil {
		h.Server, err = strconv.Atoi(pid)
	}
	return h, func() error { return errors.Join(c.End(), w.Close(), s.Close()) }, err
}

// other is a process that holds a case.
type other struct {
	held
	cmd   *exec.Cmd
	stdin io.Closer
}

// startOther starts a process that uses the server of a cache, and waits until it is in a case.
func startOther(t *testing.T, cache string, change ...func(*exec.Cmd)) *other {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), envRole+"=hold", "BAILIFF_CACHE="+cache, "BAILIFF_POSTGRES_BINARIES="+nativeFolder(t))
	cmd.Stderr = os.Stderr
	for _, f := range change {
		f(cmd)
	}
	o := &other{cmd: cmd}
	o.stdin, err = cmd.StdinPipe()
	require.NoError(t, err)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &o.held))
	require.Empty(t, o.Error)
	return o
}

// finish ends the process in good order.
func (o *other) finish(t *testing.T) {
	t.Helper()
	require.NoError(t, o.stdin.Close())
	require.NoError(t, o.cmd.Wait())
}

// kill ends it so that it can clean up nothing.
func (o *other) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, o.cmd.Process.Kill())
	require.Error(t, o.cmd.Wait())
}

// lines is a log that many may write to.
type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) add(line string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(line + "\n")
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

func alive(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

// requireStopped waits until a server has ended and left nothing in its folders.
func requireStopped(t *testing.T, cache string, server int, within time.Duration) {
	t.Helper()
	runs := func() []string {
		found, err := filepath.Glob(filepath.Join(cache, "*", "run", "*"))
		require.NoError(t, err)
		return found
	}
	require.Eventually(t, func() bool { return !alive(server) && len(runs()) == 0 }, within, 5*time.Millisecond)
	require.NoDirExists(t, memoryOf(t, cache))
}

// memoryOf is the folder in memory of the server that was started last.
func memoryOf(t *testing.T, cache string) string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(cache, "*", "state"))
	require.NoError(t, err)
	require.Len(t, found, 1)
	text, err := os.ReadFile(found[0])
	require.NoError(t, err)
	var state struct{ Memory string }
	require.NoError(t, json.Unmarshal(text, &state))
	if state.Memory == "" {
		return "/none"
	}
	return state.Memory
}

func parentOf(t *testing.T, pid int) int {
	t.Helper()
	out, err := exec.Command("ps", "-o", "ppid=", "-p", strconv.Itoa(pid)).Output()
	require.NoError(t, err)
	parent, err := strconv.Atoi(strings.TrimSpace(string(out)))
	require.NoError(t, err)
	return parent
}

func childrenOf(t *testing.T, parent int) (children []int) {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	require.NoError(t, err)
	for line := range strings.Lines(string(out)) {
		var pid, ppid int
		_, err := fmt.Sscan(line, &pid, &ppid)
		require.NoError(t, err)
		if ppid == parent {
			children = append(children, pid)
		}
	}
	return children
}

func workerDatabases(t *testing.T, s *postgres.Server) int {
	t.Helper()
	pool, drop, err := s.Database(t.Context())
	require.NoError(t, err)
	defer func() { require.NoError(t, drop()) }()
	return value[int](t, pool, "SELECT count(*) - 1 FROM pg_database WHERE starts_with(datname, 'bailiff_worker_')")
}

// The steps share one cache, since each is what the next one finds.
func TestProcesses(t *testing.T) {
	t.Parallel()
	cache := newFolder(t)
	open := func(t *testing.T, c postgres.Config) *postgres.Server {
		t.Helper()
		c.Cache = cache
		return newServer(t, c)
	}

	t.Run("share a server", func(t *testing.T) {
		a := startOther(t, cache)
		b := startOther(t, cache)
		assert.Equal(t, a.Server, b.Server)
		assert.Equal(t, a.Started, b.Started)
		assert.NotEqual(t, a.Database, b.Database)
		a.finish(t)
		c := startOther(t, cache)
		assert.Equal(t, b.Started, c.Started, "its starter has left, and it goes on")
		b.finish(t)
		c.finish(t)
		assert.False(t, alive(c.Server), "the last one waits for its end")
		requireStopped(t, cache, c.Server, time.Second)
	})
	t.Run("killed users", func(t *testing.T) {
		a := startOther(t, cache)
		b := startOther(t, cache)
		a.kill(t)
		require.Eventually(t, func() bool { // the server has to notice that nobody is at the other end
			s := open(t, postgres.Config{})
			left := workerDatabases(t, s)
			require.NoError(t, s.Close())
			return left == 1
		}, 20*time.Second, 10*time.Millisecond, "that of the living one is left")
		require.True(t, alive(b.Server))
		b.kill(t)
		requireStopped(t, cache, b.Server, 5*time.Second)
		assert.Equal(t, 0, workerDatabases(t, open(t, postgres.Config{})))
	})
	t.Run("killed watchdog", func(t *testing.T) {
		a := startOther(t, cache)
		watchdog := parentOf(t, a.Server)
		// Both halves of it: the parent of the server, and the one that reads the FIFO.
		readers := childrenOf(t, watchdog)
		require.NoError(t, syscall.Kill(watchdog, syscall.SIGKILL))
		for _, pid := range readers {
			if pid != a.Server {
				require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
			}
		}
		_, err := postgres.Open(t.Context(), postgres.Config{Cache: cache})
		require.ErrorContains(t, err, "in use by a process whose server cannot be joined")
		a.kill(t)
		s := open(t, postgres.Config{})
		require.Eventually(t, func() bool { return !alive(a.Server) }, time.Second, time.Millisecond, "once init has reaped it")
		assert.Equal(t, 0, workerDatabases(t, s))
	})
	t.Run("killed server", func(t *testing.T) {
		a := startOther(t, cache)
		require.NoError(t, syscall.Kill(a.Server, syscall.SIGKILL))
		requireStopped(t, cache, a.Server, 5*time.Second)
		a.kill(t)
		assert.Equal(t, 0, workerDatabases(t, open(t, postgres.Config{})))
	})
	t.Run("killed server of ours", func(t *testing.T) {
		other := startOther(t, cache) // still believes to use the server, and is no obstacle
		var log lines
		s, err := postgres.Open(t.Context(), postgres.Config{Cache: cache, Migrator: postgres.Goose(schema), Log: log.add})
		require.NoError(t, err)
		v, err := s.Worker(t.Context())
		require.NoError(t, err)
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		c, err := w.Begin(t.Context())
		require.NoError(t, err)
		run(t, c.DB(), addTopic, "travel")
		require.NoError(t, syscall.Kill(other.Server, syscall.SIGKILL))
		requireStopped(t, cache, other.Server, 5*time.Second)
		_, err = c.DB().Exec(t.Context(), addTopic, "sports")
		require.Error(t, err)
		require.ErrorContains(t, c.End(), "the server was lost in the middle of it")
		for _, w := range []*postgres.Worker{w, v, w} {
			c := begin(t, w)
			assert.Equal(t, 1, value[int](t, c.DB(), addTopic, "travel"))
			end(t, c)
		}
		assert.Contains(t, log.String(), "answers again after")
		assert.Equal(t, 1, strings.Count(log.String(), "the server was lost"), "it was started again once")
		require.NoError(t, errors.Join(v.Close(), w.Close(), s.Close()))
		other.kill(t)
	})
	t.Run("killed server of nobody's case", func(t *testing.T) {
		s, err := postgres.Open(t.Context(), postgres.Config{Cache: cache, Migrator: postgres.Goose(schema)})
		require.NoError(t, err)
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		c := begin(t, w)
		pid, err := strconv.Atoi(value[string](t, c.DB(), `SELECT split_part(pg_read_file('postmaster.pid'), E'\n', 1)`))
		require.NoError(t, err)
		require.NoError(t, c.End())
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
		requireStopped(t, cache, pid, 5*time.Second)
		begun := time.Now()
		require.NoError(t, errors.Join(w.Close(), s.Close()), "there is nothing to drop any more")
		require.Less(t, time.Since(begun), time.Second)
	})
	t.Run("terminated watchdog", func(t *testing.T) {
		a := startOther(t, cache)
		require.NoError(t, syscall.Kill(parentOf(t, a.Server), syscall.SIGTERM))
		requireStopped(t, cache, a.Server, 5*time.Second)
		a.kill(t)
	})
	t.Run("broken data folder", func(t *testing.T) {
		control, err := filepath.Glob(filepath.Join(cache, "*", "data", "global", "pg_control"))
		require.NoError(t, err)
		require.Len(t, control, 1)
		require.NoError(t, os.Truncate(control[0], 100))
		left := filepath.Join(filepath.Dir(filepath.Dir(filepath.Dir(control[0]))), "data-half.tmp")
		require.NoError(t, os.Mkdir(left, 0o700))
		var log strings.Builder
		assert.Equal(t, 0, workerDatabases(t, open(t, postgres.Config{Log: func(l string) { log.WriteString(l + "\n") }})))
		assert.Contains(t, log.String(), "is made anew")
		assert.NoDirExists(t, left)
	})
	t.Run("linger", func(t *testing.T) {
		s := open(t, postgres.Config{Linger: time.Second})
		require.NoError(t, s.Close())
		a := startOther(t, cache)
		assert.NotZero(t, parentOf(t, a.Server))
		a.finish(t)
		require.True(t, alive(a.Server), "it waits for another second")
		requireStopped(t, cache, a.Server, 5*time.Second)
	})
}

// Killing the starter at any moment of a cold start leaves nothing running, and the next start works.
func TestKilledStarter(t *testing.T) {
	t.Parallel()
	cache := newFolder(t)
	exe, err := os.Executable()
	require.NoError(t, err)
	for _, after := range []time.Duration{5, 20, 100, 300, 600, 900, 1200} {
		cmd := exec.Command(exe)
		cmd.Env = append(os.Environ(), envRole+"=hold", "BAILIFF_CACHE="+cache, "BAILIFF_POSTGRES_BINARIES="+nativeFolder(t))
		require.NoError(t, cmd.Start())
		timer := time.AfterFunc(after*time.Millisecond, func() { _ = cmd.Process.Kill() })
		_ = cmd.Wait()
		timer.Stop()
	}
	s := newServer(t, postgres.Config{Cache: cache, Migrator: postgres.Goose(schema)})
	assert.Equal(t, 0, workerDatabases(t, s))
}

func TestCanceledStart(t *testing.T) {
	t.Parallel()
	cache := newFolder(t)
	for _, after := range []time.Duration{0, 50, 400, 800} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
		s, err := postgres.Open(ctx, postgres.Config{Cache: cache, Binaries: nativeFolder(t)})
		over := time.Now()
		cancel()
		if err == nil {
			require.NoError(t, s.Close())
			continue
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Less(t, time.Since(over), time.Second)
	}
	newServer(t, postgres.Config{Cache: cache})
}

// A process without rights runs the server as itself, with a cache of its own.
func TestOtherUser(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("only root can be somebody else; for others all tests run without rights")
	}
	u, err := user.Lookup("nobody")
	require.NoError(t, err)
	uid, err := strconv.Atoi(u.Uid)
	require.NoError(t, err)
	dir := newFolder(t)
	// Neither the test binary nor the checkout need be in a folder that nobody can enter.
	exe, err := os.Executable()
	require.NoError(t, err)
	require.NoError(t, exec.Command("cp", exe, filepath.Join(dir, "other.test")).Run())
	require.NoError(t, exec.Command("cp", "-r", nativeFolder(t), filepath.Join(dir, "native")).Run())
	require.NoError(t, exec.Command("chmod", "-R", "a+rX", dir).Run())
	cache := filepath.Join(dir, "cache")
	require.NoError(t, os.Mkdir(cache, 0o700))
	require.NoError(t, os.Chown(cache, uid, uid))
	o := startOther(t, cache, func(cmd *exec.Cmd) {
		cmd.Path = filepath.Join(dir, "other.test")
		cmd.Args[0] = cmd.Path
		cmd.Dir = dir
		cmd.Env = append(cmd.Env, "BAILIFF_POSTGRES_BINARIES="+filepath.Join(dir, "native"), "HOME="+dir)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	})
	assert.Equal(t, uid, o.UID)
	out, err := exec.Command("ps", "-o", "user=", "-p", strconv.Itoa(o.Server)).Output()
	require.NoError(t, err)
	assert.Equal(t, "nobody", strings.TrimSpace(string(out)))
	o.finish(t)
	requireStopped(t, cache, o.Server, time.Second)
}

// Binaries that the server's account cannot use where they are get copied: root's checkout is mostly
// closed to others, and npm leaves out the links between libraries.
func TestCopiedBinaries(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() // closed to others
	native := filepath.Join(dir, "native")
	require.NoError(t, exec.Command("cp", "-r", nativeFolder(t), native).Run())
	require.NoError(t, filepath.WalkDir(filepath.Join(native, "lib"), func(path string, e fs.DirEntry, err error) error {
		if err == nil && e.Type() == fs.ModeSymlink {
			return os.Remove(path)
		}
		return err
	}))
	cache := newFolder(t)
	newServer(t, postgres.Config{Cache: cache, Binaries: native})
	found, err := filepath.Glob(filepath.Join(cache, "*", "native", "bin", "postgres"))
	require.NoError(t, err)
	if os.Geteuid() == 0 || runtime.GOOS == "linux" {
		assert.Len(t, found, 1)
	}
}

// The path of a socket is short, however long that of the cache is.
func TestLongCache(t *testing.T) {
	t.Parallel()
	cache := filepath.Join(newFolder(t), strings.Repeat("long", 30))
	w, err := newServer(t, postgres.Config{Cache: cache}).Worker(t.Context())
	require.NoError(t, err)
	require.NoError(t, w.Close())
}
