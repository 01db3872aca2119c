//go:build linux || darwin

package local

import (
	"context"
	_ "embed" // the script
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed watchdog.sh
var watchdogScript []byte

// start starts the server and its watchdog. The caller holds the lock, and found nothing to join. left are
// the run folders of earlier servers that are not gone yet.
func start(ctx context.Context, home, binary string, left []string) (*Server, error) {
	run, err := makeRunFolder(home)
	if err != nil {
		return nil, fmt.Errorf("make a folder for the socket of Redis: %w", err)
	}
	s := &Server{run: run, binary: binary}
	err = writeState(home, append([]string{run}, left...))
	if err == nil {
		err = s.launch(home)
	}
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(run))
	}
	err = poll(ctx, startTimeout, func() (bool, error) {
		if !exists(run) {
			return false, errors.New("it has ended")
		}
		return answers(ctx, run), nil
	})
	if err != nil {
		clean, cancel := context.WithTimeout(context.Background(), joinTimeout)
		defer cancel()
		return nil, errors.Join(fmt.Errorf("start %s: %w%s", binary, err, logTail(home)), s.Close(clean))
	}
	return s, nil
}

func (s *Server) launch(home string) error {
	script := filepath.Join(home, "watchdog.sh")
	if err := replaceFile(script, watchdogScript); err != nil {
		return err
	}
	log, err := os.OpenFile(logPath(home), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	read, write, err := makeFifo(s.run)
	if err != nil {
		return err
	}
	defer func() { _ = read.Close() }() // the watchdog has its own
	// The watchdog outlives this process and its context: only the FIFO ends it. It is in a session of its
	// own, so that Ctrl-C in the terminal is no matter of its.
	cmd := exec.CommandContext(context.Background(), "/bin/sh", script, s.run, s.binary,
		"--port", "0", "--unixsocket", socketPath(s.run), "--unixsocketperm", "700",
		"--save", "", "--appendonly", "no", "--dir", s.run, "--daemonize", "no",
		"--maxmemory-policy", "noeviction", "--loglevel", "warning")
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC"}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{read}
	if err := cmd.Start(); err != nil {
		return errors.Join(fmt.Errorf("start the watchdog of Redis: %w", err), write.Close())
	}
	s.alive, s.watchdog = write, cmd.Process.Pid
	return cmd.Process.Release() // Close reaps it, without a goroutine that waits
}

// clearAway removes what a watchdog left that was killed, and stops its server; gone tells that there is
// nothing any more. Where somebody still reads the FIFO, the watchdog does both itself, or a later start.
func clearAway(ctx context.Context, run string) (gone bool) {
	if !exists(run) {
		return true
	}
	for _, name := range []string{fifoPath(run), filepath.Join(run, "left")} {
		f, err := openWriteEnd(name)
		if err == nil {
			_ = f.Close()
			return false
		}
	}
	ctx, cancel := context.WithTimeout(ctx, joinTimeout)
	defer cancel()
	_, _ = ask(ctx, run, "SHUTDOWN NOSAVE") // nothing answers where it has ended already
	return os.RemoveAll(run) == nil
}

// makeFifo makes the FIFO of a new run folder and opens both its ends: the read end for the watchdog, in
// blocking mode, and the write end for us. So it has a writer from its first moment, and its end comes also
// when the starter dies half way.
func makeFifo(run string) (read, write *os.File, err error) {
	path := fifoPath(run)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, nil, fmt.Errorf("make %s: %w", path, err)
	}
	// Without O_NONBLOCK each open would wait for the other.
	fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("open %s: %w", path, err)
	}
	if err := syscall.SetNonblock(fd, false); err != nil {
		return nil, nil, errors.Join(err, syscall.Close(fd))
	}
	read = os.NewFile(uintptr(fd), path)
	write, err = openWriteEnd(path)
	if err != nil {
		return nil, nil, errors.Join(err, read.Close())
	}
	return read, write, nil
}

// enter opens the write end of the FIFO of a server that runs. That it is still at its path afterwards
// tells that the watchdog will see us; see the package's documentation.
func enter(run string) (*os.File, error) {
	f, err := openWriteEnd(fifoPath(run))
	if err != nil {
		return nil, err
	}
	opened, err := f.Stat()
	if err == nil {
		var there fs.FileInfo
		there, err = os.Lstat(fifoPath(run))
		if err == nil && !os.SameFile(opened, there) {
			err = errors.New("the server is ending")
		}
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// openWriteEnd opens the write end of a FIFO. The error is ENXIO when nobody reads it, and ENOENT when
// there is none.
func openWriteEnd(path string) (*os.File, error) {
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC|syscall.O_NOFOLLOW, 0)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	f := os.NewFile(uintptr(fd), path)
	info, err := f.Stat()
	if err == nil && info.Mode().Type() != fs.ModeNamedPipe {
		err = fmt.Errorf("%s is not a FIFO", path)
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// logTail is the end of what the server said, for an error.
func logTail(home string) string {
	text, err := os.ReadFile(logPath(home))
	if err != nil || len(text) == 0 {
		return ""
	}
	lines := strings.Split(strings.TrimSpace(strings.ToValidUTF8(string(text), "?")), "\n")
	return "; the end of its log:\n" + strings.Join(lines[max(0, len(lines)-5):], "\n")
}

// errTimeout tells that what was waited for did not come.
var errTimeout = errors.New("timed out")

// poll asks until the answer is yes, or an error, at growing intervals of at most 10 ms. What is waited
// for is done by other processes, which can only be asked.
func poll(ctx context.Context, atMost time.Duration, ask func() (bool, error)) error {
	deadline := time.Now().Add(atMost)
	for pause := 500 * time.Microsecond; ; pause = min(2*pause, 10*time.Millisecond) {
		done, err := ask()
		if done || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return errTimeout
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
