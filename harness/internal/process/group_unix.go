//go:build unix

package process

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// within is a name as it is looked for: a relative path starts at the folder that the program runs in.
func within(name, dir string) string {
	if dir == "" || filepath.IsAbs(name) || !strings.Contains(name, "/") {
		return name
	}
	return filepath.Join(dir, name)
}

// group is the process group that a program leads, and those that have left it but carry its mark.
type group struct {
	id       int
	mark     string         // the name of a variable, or ""
	strays   map[int]string // those that were sent a signal, and when each was born
	watchdog *watchdog
}

func newGroup(pid int, mark string) *group {
	return &group{id: pid, mark: mark, strays: map[int]string{}, watchdog: watch(pid, mark)}
}

// terminate asks all members to end.
func (g *group) terminate(*os.File) { g.send(syscall.SIGTERM) }

func (g *group) kill() { g.send(syscall.SIGKILL) }

func (g *group) send(s syscall.Signal) {
	_ = syscall.Kill(-g.id, s)
	strays(g.mark, func(p *os.Process) {
		if of, err := syscall.Getpgid(p.Pid); err == nil && of != g.id { // else it has had it
			_, g.strays[p.Pid] = lives(p.Pid)
			_ = p.Signal(s)
		}
	})
}

// gone reports that no member is left but those that are dead and not yet reaped.
func (g *group) gone() bool {
	err := syscall.Kill(-g.id, 0)
	if !errors.Is(err, syscall.ESRCH) && !onlyZombies(g.id) {
		return false
	}
	left := false
	strays(g.mark, func(*os.Process) { left = true })
	// One that is about to end has no mark any more, but may still hold a port.
	for pid, born := range g.strays {
		if alive, at := lives(pid); alive && at == born {
			left = true
		}
	}
	return !left
}

func (g *group) close() { g.watchdog.dismiss() }

func exitOf(state *os.ProcessState) Exit {
	if status, ok := state.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return Exit{Code: -1, Signal: unix.SignalName(status.Signal())}
	}
	return Exit{Code: state.ExitCode()}
}

// watchdog is a shell that kills a group when we are gone, however we went: it waits at a pipe whose
// other end only we hold.
type watchdog struct {
	cmd  *exec.Cmd
	pipe *os.File
}

// killAll is what a watchdog does when we are gone: it kills the group, and then, twice since there may
// be newborns, all that carries the mark.
const killAll = `read over && exit
kill -s KILL -- "-$0"
[ -n "$1" ] || exit 0
for again in 1 2; do
	for file in $(grep -ls -- "$1=" /proc/[0-9]*/environ 2>/dev/null); do
		file=${file#/proc/}
		kill -s KILL "${file%/environ}" 2>/dev/null
	done
done`

// watch starts a watchdog. A machine without a shell does without.
func watch(id int, mark string) *watchdog {
	r, w, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer func() { _ = r.Close() }()
	cmd := &exec.Cmd{
		Path:  "/bin/sh",
		Args:  []string{"/bin/sh", "-c", killAll, strconv.Itoa(id), mark},
		Stdin: r,
		// A group of its own, so that what the terminal or Stop sends does not end it.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		Env:         []string{"PATH=/usr/bin:/bin"},
		Dir:         "/",
	}
	if err := cmd.Start(); err != nil {
		_ = w.Close()
		return nil
	}
	return &watchdog{cmd: cmd, pipe: w}
}

// dismiss ends the watchdog: the group is gone, and its number may soon be that of another.
func (w *watchdog) dismiss() {
	if w == nil {
		return
	}
	_, _ = w.pipe.WriteString("over\n")
	_ = w.pipe.Close()
	_ = w.cmd.Wait()
}
