//go:build unix && !linux

package process

import (
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
