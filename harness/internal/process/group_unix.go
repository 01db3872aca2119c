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

// group is the process group that a program leads.
type group struct {
	id       int
	watchdog *watchdog
}

func newGroup(pid int) *group { return &group{id: pid, watchdog: watch(pid)} }

// terminate asks all members to end.
func (g *group) terminate(*os.File) { _ = syscall.Kill(-g.id, syscall.SIGTERM) }

func (g *group) kill() { _ = syscall.Kill(-g.id, syscall.SIGKILL) }

// gone reports that no member is left but those that are dead and not yet reaped.
func (g *group) gone() bool {
	err := syscall.Kill(-g.id, 0)
	return errors.Is(err, syscall.ESRCH) || onlyZombies(g.id)
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

// watch starts a watchdog. A machine without a shell does without.
func watch(id int) *watchdog {
	r, w, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer func() { _ = r.Close() }()
	cmd := &exec.Cmd{
		Path:  "/bin/sh",
		Args:  []string{"/bin/sh", "-c", `read over || kill -s KILL -- "-$0"`, strconv.Itoa(id)},
		Stdin: r,
		// A group of its own, so that what the terminal or Stop sends does not end it.
		SysProcAttr: &syscall.SysProcAttr{Setpgid: true},
		Env:         []string{},
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
