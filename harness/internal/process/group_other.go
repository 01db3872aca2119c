//go:build unix && !linux

package process

import (
	"os"
	"os/exec"
	"syscall"
)

func (p *Process) run(cmd *exec.Cmd, started chan<- error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err := cmd.Start()
	started <- err
	if err == nil {
		p.wait(cmd)
	}
}

// onlyZombies cannot be told here.
func onlyZombies(int) bool { return false }

// newMark is of no use: what another process has in its environment cannot be told.
func newMark(Config) string { return "" }

func strays(string, func(*os.Process)) {}

func lives(int) (alive bool, born string) { return false, "" }
