package process

import (
	"bytes"
	"crypto/rand"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"syscall"
)

// run starts the program and waits for it, in one thread that does nothing else: the kernel kills the
// program when the thread ends that started it (prctl(2), PR_SET_PDEATHSIG), and the runtime ends
// threads as it sees fit, unless a goroutine holds them.
func (p *Process) run(cmd *exec.Cmd, started chan<- error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	err := cmd.Start()
	started <- err
	if err == nil {
		p.wait(cmd)
	}
}

// newMark is the name of a variable that nobody else has, for the environment of a program.
func newMark(cfg Config) string {
	if !cfg.Strays {
		return ""
	}
	return "BAILIFF_PROCESS_" + rand.Text()
}

// strays calls f with each living process that has a mark. The process is held while f works, so that
// its number cannot become that of another.
func strays(mark string, f func(*os.Process)) {
	if mark == "" {
		return
	}
	for _, pid := range processes() {
		p, err := os.FindProcess(pid) // a pidfd
		if err != nil {
			continue
		}
		env, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/environ") // the dead have none
		if err == nil && bytes.Contains(env, []byte(mark+"=")) {
			f(p)
		}
		_ = p.Release()
	}
}

// processes are all that there are, by number.
func processes() []int {
	dir, err := os.Open("/proc")
	if err != nil {
		return nil
	}
	defer func() { _ = dir.Close() }()
	names, _ := dir.Readdirnames(-1) // those that there are
	pids := make([]int, 0, len(names))
	for _, name := range names {
		if pid, err := strconv.Atoi(name); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

// onlyZombies reports that all that is left of a group is dead. The dead whose parent does not reap
// them, as happens in containers, are members for ever.
func onlyZombies(id int) bool {
	pids := processes()
	for _, pid := range pids {
		fields := stat(pid)
		if len(fields) > 2 && string(fields[2]) == strconv.Itoa(id) && !dead(fields) {
			return false
		}
	}
	return len(pids) > 0
}

// stat is what the kernel says of a process behind its name: "pid (name) state parent group ...". The
// name may hold anything, parentheses too. There is nothing when it has ended.
func stat(pid int) [][]byte {
	text, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return nil
	}
	return bytes.Fields(text[bytes.LastIndexByte(text, ')')+1:])
}

func dead(stat [][]byte) bool {
	return len(stat) == 0 || string(stat[0]) == "Z" || string(stat[0]) == "X"
}

// lives reports whether a process is there and not dead, and when it was born: its number may become
// that of another.
func lives(pid int) (alive bool, born string) {
	const starttime = 22 - 3 // see proc_pid_stat(5)
	fields := stat(pid)
	if dead(fields) || len(fields) <= starttime {
		return false, ""
	}
	return true, string(fields[starttime])
}
