package process

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"unsafe"

	"golang.org/x/sys/windows"
)

// within is a name as it is looked for: a relative path starts at the folder that the program runs in.
func within(name, dir string) string {
	if dir == "" || filepath.IsAbs(name) || !strings.ContainsAny(name, `/\`) {
		return name
	}
	return filepath.Join(dir, name)
}

func (p *Process) run(cmd *exec.Cmd, started chan<- error) {
	cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: windows.CREATE_NEW_PROCESS_GROUP}
	err := cmd.Start()
	started <- err
	if err == nil {
		p.wait(cmd)
	}
}

// group is the job of a program and its children. What the program starts before it is in the job,
// within a few microseconds, is not of it.
type group struct {
	id  int
	job windows.Handle // zero when there is none
}

// newMark is not needed: a job cannot be left.
func newMark(Config) string { return "" }

func newGroup(pid int, _ string) *group {
	g := &group{id: pid}
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return g
	}
	limits := windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION{}
	limits.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&limits)), uint32(unsafe.Sizeof(limits)))
	if err == nil {
		err = assign(job, pid)
	}
	if err != nil {
		_ = windows.CloseHandle(job)
		return g
	}
	g.job = job
	return g
}

func assign(job windows.Handle, pid int) error {
	process, err := windows.OpenProcess(windows.PROCESS_SET_QUOTA|windows.PROCESS_TERMINATE, false, uint32(pid))
	if err != nil {
		return err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	return windows.AssignProcessToJobObject(job, process)
}

// terminate asks the program to end. There is no SIGTERM: programs that share our console get a
// Ctrl-Break, and those that were written for Dredd look for a Ctrl-C in their input.
func (g *group) terminate(stdin *os.File) {
	_ = windows.GenerateConsoleCtrlEvent(windows.CTRL_BREAK_EVENT, uint32(g.id))
	_, _ = stdin.WriteString("\x03")
}

func (g *group) kill() {
	if g.job != 0 {
		_ = windows.TerminateJobObject(g.job, 1)
		return
	}
	if p, err := os.FindProcess(g.id); err == nil {
		_ = p.Kill()
	}
}

// accounting is JOBOBJECT_BASIC_ACCOUNTING_INFORMATION.
type accounting struct {
	times      [4]int64
	faults     uint32
	total      uint32
	active     uint32
	terminated uint32
}

func (g *group) gone() bool {
	if g.job == 0 {
		return true
	}
	var info accounting
	err := windows.QueryInformationJobObject(g.job, windows.JobObjectBasicAccountingInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)), nil)
	return err != nil || info.active == 0
}

func (g *group) close() {
	if g.job != 0 {
		_ = windows.CloseHandle(g.job)
	}
}

func exitOf(state *os.ProcessState) Exit { return Exit{Code: state.ExitCode()} }
