//go:build linux

package process_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/process"
)

func noContext() context.Context { return context.Background() }

// recorder keeps what a program writes.
type recorder struct {
	mu    sync.Mutex
	lines []string
	ready chan struct{}
	once  sync.Once
	wait  string
	n     int
}

func newRecorder(wait string, n int) *recorder {
	return &recorder{ready: make(chan struct{}), wait: wait, n: n}
}

func (r *recorder) add(line string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, line)
	if line == r.wait {
		r.n--
	}
	if r.n == 0 {
		r.once.Do(func() { close(r.ready) })
	}
}

func (r *recorder) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]string(nil), r.lines...)
}

func start(t *testing.T, role string, cfg process.Config, args ...string) *process.Process {
	t.Helper()
	cfg.Argv = append([]string{os.Args[0]}, args...)
	cfg.Env = append(os.Environ(), envRole+"="+role)
	p, err := process.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() {
		require.NoError(t, p.Stop(noContext(), process.Grace{Timeout: time.Millisecond}))
		requireGone(t, p.PID())
	})
	return p
}

// members lists the living processes of a group, with their commands.
func members(group int) (alive []string) {
	dirs, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, stat := range dirs {
		b, err := os.ReadFile(stat)
		if err != nil {
			continue
		}
		fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
		if len(fields) > 2 && fields[2] == strconv.Itoa(group) && fields[0] != "Z" && fields[0] != "X" {
			alive = append(alive, string(b[:60]))
		}
	}
	return alive
}

func requireGone(t *testing.T, group int) {
	t.Helper()
	require.Empty(t, members(group))
	// Nor is a watchdog of it left.
	lines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, f := range lines {
		b, _ := os.ReadFile(f)
		require.NotContains(t, string(b)+"\x00", "\x00"+strconv.Itoa(group)+"\x00", f)
	}
}

func wait(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(20 * time.Second):
		t.Fatal("waited in vain for " + what)
	}
}

func TestExit(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, role, arg string
		want            process.Exit
		text            string
	}{
		{"status 0", "exit", "0", process.Exit{}, "exited with status: 0"},
		{"status 3", "exit", "3", process.Exit{Code: 3}, "exited with status: 3"},
		{"SIGSEGV", "die", "11", process.Exit{Code: -1, Signal: "SIGSEGV"}, "was killed by SIGSEGV"},
		{"SIGKILL", "die", "9", process.Exit{Code: -1, Signal: "SIGKILL"}, "was killed by SIGKILL"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			p := start(t, tc.role, process.Config{}, tc.arg)
			wait(t, p.Done(), "the end")
			require.Equal(t, tc.want, p.Exit())
			require.Equal(t, tc.text, p.Exit().String())
			require.Equal(t, tc.name == "status 0", p.Exit().OK())
			require.Equal(t, os.Args[0]+" "+tc.arg, p.String())
		})
	}
}

func TestOutputComesByLineAndWholeBeforeDone(t *testing.T) {
	t.Parallel()
	out, bad := newRecorder("", -1), newRecorder("", -1)
	slowly := func(r *recorder, d time.Duration) func(string) {
		return func(line string) {
			time.Sleep(d) // so that it is still busy when the program has ended
			r.add(line)
		}
	}
	p := start(t, "say", process.Config{Stdout: slowly(out, 5*time.Millisecond), Stderr: slowly(bad, 80*time.Millisecond)})

	wait(t, p.Done(), "the end")

	require.Equal(t, []string{"one", "", "two é", "the end"}, out.all())
	require.Equal(t, []string{"bad"}, bad.all())
}

func TestFloodIsShownWhole(t *testing.T) {
	t.Parallel()
	n := 0
	p := start(t, "flood", process.Config{Stdout: func(string) { n++ }})

	wait(t, p.Done(), "the end")

	require.Equal(t, 200_000, n)
}

func TestFloodThatNobodyReads(t *testing.T) {
	t.Parallel()
	p := start(t, "flood", process.Config{})
	wait(t, p.Done(), "the end")
	require.True(t, p.Exit().OK())
}

func TestLineWithoutEndComesInPieces(t *testing.T) {
	t.Parallel()
	got := make(chan string, 32)
	start(t, "long", process.Config{Stdout: func(s string) { got <- s }})

	n := 0
	for n < 1<<20 {
		s := <-got
		require.LessOrEqual(t, len(s), 64<<10)
		n += len(s)
	}
}

func TestInputStaysOpen(t *testing.T) {
	t.Parallel()
	out := newRecorder("", -1)
	p := start(t, "input", process.Config{Stdout: out.add})
	require.NoError(t, p.Stop(t.Context(), process.Grace{}))
	require.Empty(t, out.all(), "it was still waiting")
}

func TestStopAsksFirst(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "polite", process.Config{Stdout: out.add})
	wait(t, out.ready, "the program")

	require.NoError(t, p.Stop(t.Context(), process.Grace{}))

	require.Equal(t, []string{"ready", "bye"}, out.all())
	require.Equal(t, process.Exit{Stopped: true}, p.Exit())
	require.NoError(t, p.Stop(t.Context(), process.Grace{}), "again")
}

func TestStopAsksChildrenToo(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "npm", process.Config{Stdout: out.add})
	wait(t, out.ready, "the child")

	require.NoError(t, p.Stop(t.Context(), process.Grace{Retry: time.Hour, Timeout: time.Hour}))

	require.Equal(t, []string{"ready", "bye"}, out.all())
}

func TestStopAsksAgain(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "slow", process.Config{Stdout: out.add})
	wait(t, out.ready, "the program")

	require.NoError(t, p.Stop(t.Context(), process.Grace{Retry: 50 * time.Millisecond, Timeout: 10 * time.Second}))

	require.Equal(t, []string{"ready", "asked", "asked", "asked"}, out.all())
	require.Equal(t, 0, p.Exit().Code)
}

func TestStopKillsWhatDoesNotListen(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, role string
		ready      int // how many say that they are
	}{
		{"alone", "deaf", 1},
		{"children of children", "family", 1},
		{"children that outlive it", "leave", 1},
		{"one that closed its output", "mute", 0},
		{"one that has written no line", "long", 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			out := newRecorder("ready", tc.ready)
			p := start(t, tc.role, process.Config{Stdout: out.add})
			if tc.ready > 0 {
				wait(t, out.ready, "the program")
			}
			if tc.role == "leave" {
				wait(t, p.Done(), "the end")
				require.Len(t, members(p.PID()), 2)
			}

			begun := time.Now()
			require.NoError(t, p.Stop(t.Context(), process.Grace{Timeout: 100 * time.Millisecond, Retry: 10 * time.Millisecond}))

			require.Less(t, time.Since(begun), 5*time.Second)
			requireGone(t, p.PID())
			if tc.role != "leave" {
				require.NotEmpty(t, p.Exit().Signal)
			}
		})
	}
}

func TestDaemonDoesNotHoldUpStop(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "escape", process.Config{Stdout: out.add})
	wait(t, out.ready, "the daemon")
	defer func() {
		for _, line := range out.all() {
			if pid, err := strconv.Atoi(line); err == nil {
				require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
			}
		}
	}()
	begun := time.Now()

	require.NoError(t, p.Stop(t.Context(), process.Grace{}))

	require.Less(t, time.Since(begun), 5*time.Second)
}

// alive reports that a process is there and not dead.
func alive(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return false
	}
	fields := strings.Fields(string(b[strings.LastIndexByte(string(b), ')')+1:]))
	return fields[0] != "Z" && fields[0] != "X"
}

func TestStraysAreStopped(t *testing.T) {
	t.Parallel()
	for _, role := range []string{"escape", "double"} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			out := newRecorder("ready", 1)
			p := start(t, role, process.Config{Stdout: out.add, Strays: true})
			wait(t, out.ready, "the daemon")
			var daemon int
			for _, line := range out.all() {
				if pid, err := strconv.Atoi(line); err == nil {
					daemon = pid
				}
			}
			require.True(t, alive(daemon))

			require.NoError(t, p.Stop(t.Context(), process.Grace{Timeout: 50 * time.Millisecond, Retry: 10 * time.Millisecond}))

			require.False(t, alive(daemon))
		})
	}
}

func TestStraysDoNotOutliveUs(t *testing.T) {
	t.Parallel()
	us := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // it is us
	us.Env = append(os.Environ(), envRole+"=rundouble")
	out, err := us.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, us.Start())
	var daemon int
	_, err = fmt.Fscanln(out, &daemon)
	require.NoError(t, err)
	require.True(t, alive(daemon))

	require.NoError(t, us.Process.Signal(syscall.SIGKILL))
	_ = us.Wait()

	require.Eventually(t, func() bool { return !alive(daemon) }, 5*time.Second, time.Millisecond)
}

func TestEnded(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "polite", process.Config{Stdout: out.add})
	wait(t, out.ready, "the program")
	_, ended := p.Ended()
	require.False(t, ended)

	require.NoError(t, p.Stop(t.Context(), process.Grace{}))

	exit, ended := p.Ended()
	require.True(t, ended)
	require.Equal(t, process.Exit{Stopped: true}, exit)
}

func TestContextMakesStopHurry(t *testing.T) {
	t.Parallel()
	out := newRecorder("ready", 1)
	p := start(t, "deaf", process.Config{Stdout: out.add})
	wait(t, out.ready, "the program")
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)

	begun := time.Now()
	require.NoError(t, p.Stop(ctx, process.Grace{Timeout: time.Hour}))

	require.Less(t, time.Since(begun), 10*time.Second)
	require.Equal(t, "was killed by SIGKILL", p.Exit().String())
}

func TestStopFromManySides(t *testing.T) {
	t.Parallel()
	p := start(t, "family", process.Config{})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { assert.NoError(t, p.Stop(t.Context(), process.Grace{Timeout: 50 * time.Millisecond})) })
	}
	all.Wait()
	requireGone(t, p.PID())
}

func TestNothingOutlivesUs(t *testing.T) {
	t.Parallel()
	us := exec.CommandContext(t.Context(), os.Args[0]) //nolint:gosec // it is us
	us.Env = append(os.Environ(), envRole+"=run")
	out, err := us.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, us.Start())
	var group int
	_, err = fmt.Fscanln(out, &group)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return len(members(group)) == 3 }, 10*time.Second, time.Millisecond, "the family is there")

	require.NoError(t, us.Process.Signal(syscall.SIGKILL))
	_ = us.Wait()

	require.Eventually(t, func() bool { return len(members(group)) == 0 }, 5*time.Second, time.Millisecond)
	require.Eventually(t, func() bool {
		b, _ := exec.CommandContext(t.Context(), "/bin/sh", "-c", "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -cx -- "+strconv.Itoa(group)).Output()
		return strings.TrimSpace(string(b)) == "0"
	}, 5*time.Second, 5*time.Millisecond, "the watchdog ends, too")
}

func TestStartErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "plain"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "garbage"), []byte("\x00\x01"), 0o700)) //nolint:gosec // it is to be run
	canceled, cancel := context.WithCancel(t.Context())
	cancel()
	for _, tc := range []struct {
		name string
		ctx  context.Context
		cfg  process.Config
		want string
	}{
		{"nothing", t.Context(), process.Config{}, "the command line is empty"},
		{"quote", t.Context(), process.Config{Command: `é "x`}, `the command line é "x has a quote at character 3 that is not closed`},
		{"unknown", t.Context(), process.Config{Command: "no-such-program -x"}, "command not found: no-such-program"},
		{"no file", t.Context(), process.Config{Command: "./nothing", Dir: dir}, "command not found: ./nothing"},
		{"not to be run", t.Context(), process.Config{Command: "./plain", Dir: dir}, "command not found: ./plain"},
		{"no program", t.Context(), process.Config{Command: "./garbage", Dir: dir}, "start ./garbage: fork/exec"},
		{"no folder", t.Context(), process.Config{Argv: []string{os.Args[0]}, Dir: filepath.Join(dir, "none")}, "no such file or directory"},
		{"context", canceled, process.Config{Argv: []string{os.Args[0]}}, "context canceled"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, err := process.Start(tc.ctx, tc.cfg)
			require.ErrorContains(t, err, tc.want)
			var missing *process.NotFoundError
			require.Equal(t, strings.HasPrefix(tc.want, "command not found"), errors.As(err, &missing))
		})
	}
}

func TestProgramIsFoundInItsFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "onpath"), []byte("#!/bin/sh\nexit 5\n"), 0o700)) //nolint:gosec // it is to be run
	p, err := process.Start(t.Context(), process.Config{Command: "onpath", Env: []string{"PATH=/nowhere:.:" + dir}})
	require.NoError(t, err)
	require.Equal(t, 5, p.Exit().Code)
	require.NoError(t, p.Stop(t.Context(), process.Grace{}))
	_, err = process.Start(t.Context(), process.Config{Command: "onpath", Env: []string{"PATH=" + dir, "PATH=/nowhere"}})
	require.EqualError(t, err, "command not found: onpath")

	require.NoError(t, os.WriteFile(filepath.Join(dir, "here"), []byte("#!/bin/sh\npwd\necho $0 $1\n"), 0o700)) //nolint:gosec // it is to be run
	out := newRecorder("", -1)
	p, err = process.Start(t.Context(), process.Config{Command: "./here 'a  b'", Dir: dir, Stdout: out.add})
	require.NoError(t, err)
	wait(t, p.Done(), "the end")
	require.NoError(t, p.Stop(t.Context(), process.Grace{}))
	require.Equal(t, dir, out.all()[0])
	require.True(t, strings.HasSuffix(out.all()[1], "here a b"), out.all())
}
