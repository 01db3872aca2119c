//go:build linux || darwin

package embedded

import (
	"context"
	_ "embed" // the script
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

//go:embed watchdog.sh
var watchdogScript []byte

// state is what the state file of a home tells about the server that was started last.
type state struct {
	// Run is its run folder. When that is gone, so is the server.
	Run string `json:"run"`
	// Memory is the folder of its tablespace in memory, or empty.
	Memory string `json:"memory"`
	// Linger is for how many seconds it waits for new users.
	Linger int `json:"linger"`
	// Ready tells that it has answered.
	Ready bool `json:"ready"`
}

func readState(home string) (state, bool) {
	var s state
	text, err := os.ReadFile(filepath.Join(home, "state"))
	return s, err == nil && json.Unmarshal(text, &s) == nil && filepath.IsAbs(s.Run)
}

func (s state) write(home string) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return replaceFile(filepath.Join(home, "state"), text)
}

// replaceFile writes a file that appears whole or not at all.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }()
	_, err = temp.Write(content)
	if err := errors.Join(err, temp.Chmod(0o644), temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func fifoPath(run string) string { return filepath.Join(run, "alive") }

// makeFifo makes the FIFO of a new run folder and opens both its ends: the read end for the
// watchdog, in blocking mode, and the write end for us.
func makeFifo(run string, owner account) (read, write *os.File, err error) {
	path := fifoPath(run)
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, nil, fmt.Errorf("make %s: %w", path, err)
	}
	if err := owner.give(path); err != nil {
		return nil, nil, err
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
	write, err = openWriteEnd(run)
	if err != nil {
		return nil, nil, errors.Join(err, read.Close())
	}
	return read, write, nil
}

// openWriteEnd makes this process a user. The error is ENXIO when no watchdog reads the FIFO and
// ENOENT when there is none any more. The folder belongs to the server's account, so what lies
// there is checked before root writes to it.
func openWriteEnd(run string) (*os.File, error) {
	path := fifoPath(run)
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

// errNotRunning tells that there is no server to join.
var errNotRunning = errors.New("no server is running")

// handshake asks the watchdog to count us, and waits for its answer. It returns errNotRunning when
// the watchdog is already ending, and EPIPE when nobody reads the FIFO.
func handshake(ctx context.Context, run string, write *os.File) error {
	token := fmt.Sprintf("%d-%d", os.Getpid(), time.Now().UnixNano())
	ack := filepath.Join(run, "ack."+token)
	nak := filepath.Join(run, "nak."+token)
	var asked time.Time
	err := poll(ctx, 5*time.Second, func() (bool, error) {
		switch {
		case exists(ack):
			return true, os.Remove(ack)
		case exists(nak), !exists(run):
			return false, errNotRunning
		case time.Since(asked) > 200*time.Millisecond:
			// More than once, as that is how to learn that the reader has died since.
			asked = time.Now()
			_, err := write.WriteString(token + "\n")
			return false, err
		}
		return false, nil
	})
	if errors.Is(err, errTimeout) {
		return fmt.Errorf("the watchdog of the embedded Postgres (%s) does not answer: end it and try again", run)
	}
	return err
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// waitGone waits until a server has ended: its watchdog removes the run folder last.
func waitGone(ctx context.Context, run string, atMost time.Duration) error {
	return poll(ctx, atMost, func() (bool, error) { return !exists(run), nil })
}

// launch starts the watchdog, which starts Postgres.
func launch(l launching) (*exec.Cmd, error) {
	script := filepath.Join(l.home, "watchdog.sh")
	if err := replaceFile(script, watchdogScript); err != nil {
		return nil, err
	}
	// The account may write to the file, but make none in the home.
	if err := errors.Join(replaceFile(endedPath(l.home), nil), l.owner.give(endedPath(l.home))); err != nil {
		return nil, err
	}
	log, err := os.OpenFile(logPath(l.home), os.O_CREATE|os.O_WRONLY|os.O_TRUNC|os.O_APPEND|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }()
	args := append([]string{script, l.state.Run, l.state.Memory, endedPath(l.home), strconv.Itoa(l.state.Linger)}, l.postgres...)
	// The watchdog outlives this process and its context: only the FIFO ends it.
	cmd := l.owner.command(context.Background(), "/bin/sh", args...)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.ExtraFiles = []*os.File{l.read}
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start the watchdog of Postgres: %w", err)
	}
	return cmd, nil
}

// launching is what it takes to start a server.
type launching struct {
	home     string
	state    state
	owner    account
	read     *os.File
	postgres []string
}

// endedPath is where a watchdog notes the run folder of the server that has ended.
func endedPath(home string) string { return filepath.Join(home, "ended") }

// ended tells that the server of a run folder is known to have ended, whoever still believes to use it.
func ended(home, run string) bool {
	text, err := os.ReadFile(endedPath(home))
	return err == nil && strings.TrimSpace(string(text)) == run
}

func logPath(home string) string { return filepath.Join(home, "postgres.log") }

// logTail returns the last lines of the server's log.
func logTail(home string, lines int) string {
	text, err := os.ReadFile(logPath(home))
	if err != nil {
		return ""
	}
	return lastLines(strings.ToValidUTF8(string(text), "?"), lines)
}
