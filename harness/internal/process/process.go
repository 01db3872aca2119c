package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// Config says what to run.
type Config struct {
	// Argv is the program and its arguments. The program is looked for in the PATH of Env unless its
	// name has a separator; a relative path with one is relative to Dir.
	Argv []string
	// Command is a command line in place of Argv; see Split.
	Command string
	// Dir is the folder to run in; empty means ours.
	Dir string
	// Env is the whole environment, as os.Environ has it; nil means ours.
	Env []string
	// Stdout and Stderr are called with each line that the program writes, without its end, each from
	// a goroutine of its own. A line that is very long comes in pieces. They should not block, since
	// the program then does. nil drops the output.
	Stdout, Stderr func(line string)
	// Strays also ends what has left the group, as daemons do: on Linux, every process that has
	// inherited the environment of the program. Elsewhere on Unix they stay.
	Strays bool
}

// Process is a program that runs, or ran.
type Process struct {
	argv   []string
	pid    int
	group  *group
	stdin  *os.File // held open, as Dredd does: programs may end at the end of their input
	output []*os.File
	lines  sync.WaitGroup // the goroutines that read the output

	reaped   chan struct{} // the program has ended
	done     chan struct{} // and what it wrote was shown
	exit     Exit          // to be read after reaped
	stopping atomic.Bool

	stop    sync.Mutex
	stopped bool
	stopErr error
}

// NotFoundError tells that there is no such program.
type NotFoundError struct {
	// Program is its name as it was given.
	Program string
	// Err says more.
	Err error
}

// Error names the program.
func (e *NotFoundError) Error() string { return fmt.Sprintf("command not found: %s", e.Program) }

// Unwrap returns the cause.
func (e *NotFoundError) Unwrap() error { return e.Err }

// Look reports whether there is the program, without starting it: nil, or a *NotFoundError.
func Look(cfg Config) error {
	argv := cfg.Argv
	if len(argv) == 0 {
		var err error
		if argv, err = Split(cfg.Command); err != nil {
			return err
		}
	}
	_, err := look(argv[0], cfg)
	return err
}

// Start starts a program. ctx is for the start only: a program that runs is ended by Stop, which must
// be called in any case, since the program may have children that outlive it. The error is a
// *NotFoundError when there is no such program.
func Start(ctx context.Context, cfg Config) (*Process, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	argv := cfg.Argv
	if len(argv) == 0 {
		var err error
		if argv, err = Split(cfg.Command); err != nil {
			return nil, err
		}
	}
	path, err := look(argv[0], cfg)
	if err != nil {
		return nil, err
	}
	p := &Process{argv: argv, reaped: make(chan struct{}), done: make(chan struct{})}
	// Not CommandContext: that kills the program alone, and at once.
	cmd := &exec.Cmd{Path: path, Args: argv, Dir: cfg.Dir, Env: cfg.Env}
	mark := newMark(cfg)
	if mark != "" {
		cmd.Env = append(cmd.Environ(), mark+"=1")
	}
	theirs, err := p.connect(cmd)
	if err != nil {
		return nil, err
	}
	started := make(chan error)
	go p.run(cmd, started)
	err = <-started
	for _, f := range theirs {
		_ = f.Close() // the program has them now
	}
	if err != nil {
		p.closeFiles()
		return nil, fmt.Errorf("start %s: %w", argv[0], err)
	}
	p.pid = cmd.Process.Pid
	p.group = newGroup(p.pid, mark)
	p.read(cfg)
	return p, nil
}

// look finds the file of a program, in the PATH that the program will have.
func look(name string, cfg Config) (string, error) {
	path, err := exec.LookPath(within(name, cfg.Dir))
	if cfg.Env != nil && filepath.Base(name) == name {
		path, err = lookIn(searchPath(cfg.Env), name)
	}
	if err != nil && !errors.Is(err, exec.ErrDot) {
		return "", &NotFoundError{Program: name, Err: err}
	}
	return path, nil
}

func searchPath(env []string) string {
	for _, v := range slices.Backward(env) {
		// Its name is Path on Windows.
		if name, value, ok := strings.Cut(v, "="); ok && (name == "PATH" || runtime.GOOS == "windows" && strings.EqualFold(name, "PATH")) {
			return value
		}
	}
	return ""
}

func lookIn(search, name string) (string, error) {
	for _, dir := range filepath.SplitList(search) {
		if !filepath.IsAbs(dir) {
			continue // as exec.LookPath does
		}
		if path, err := exec.LookPath(filepath.Join(dir, name)); err == nil {
			return path, nil
		}
	}
	return "", exec.ErrNotFound
}

// connect gives the program its standard streams, and returns their ends that are not ours.
func (p *Process) connect(cmd *exec.Cmd) (theirs []*os.File, err error) {
	var ends [6]*os.File
	for i := 0; i < len(ends); i += 2 {
		if ends[i], ends[i+1], err = os.Pipe(); err != nil {
			for _, f := range ends {
				_ = f.Close() // those that are nil say so
			}
			return nil, fmt.Errorf("make a pipe: %w", err)
		}
	}
	cmd.Stdin, p.stdin = ends[0], ends[1]
	cmd.Stdout, cmd.Stderr = ends[3], ends[5]
	p.output = []*os.File{ends[2], ends[4]}
	return []*os.File{ends[0], ends[3], ends[5]}, nil
}

func (p *Process) closeFiles() {
	_ = p.stdin.Close()
	for _, f := range p.output {
		_ = f.Close()
	}
}

// drain is how long the output of a program that ended is waited for. It ends at once, unless
// children of it still hold the streams.
const drain = 250 * time.Millisecond

// wait notes how the program ended.
func (p *Process) wait(cmd *exec.Cmd) {
	_ = cmd.Wait() // its error is the exit, too
	p.exit = exitOf(cmd.ProcessState)
	p.exit.Stopped = p.stopping.Load()
	close(p.reaped)
}

// read shows the output, and closes done when all of it was shown.
func (p *Process) read(cfg Config) {
	all := make(chan struct{})
	p.lines.Go(func() { readLines(p.output[0], cfg.Stdout) })
	p.lines.Go(func() { readLines(p.output[1], cfg.Stderr) })
	go func() {
		p.lines.Wait()
		close(all)
	}()
	go func() {
		defer close(p.done)
		<-p.reaped
		timer := time.NewTimer(drain)
		defer timer.Stop()
		select {
		case <-all:
		case <-timer.C:
		}
	}()
}

// PID is the number of the program, which is also that of its group.
func (p *Process) PID() int { return p.pid }

// Done is closed when the program has ended and what it wrote was shown. Children of it may go on.
func (p *Process) Done() <-chan struct{} { return p.done }

// Exit says how the program ended; it waits until it has.
func (p *Process) Exit() Exit {
	<-p.reaped
	return p.exit
}

// Ended says how the program ended, if it has. Its last output may still be on its way until Done.
func (p *Process) Ended() (exit Exit, ended bool) {
	select {
	case <-p.reaped:
		return p.exit, true
	default:
		return Exit{}, false
	}
}

// String is the command line.
func (p *Process) String() string { return strings.Join(p.argv, " ") }

// Grace is how a program is asked to end.
type Grace struct {
	// Timeout is how long it is asked before it is killed; zero means 5 seconds.
	Timeout time.Duration
	// Retry is how long to wait before it is asked again; zero means 500 milliseconds.
	Retry time.Duration
}

const (
	defaultTimeout = 5 * time.Second
	defaultRetry   = 500 * time.Millisecond
	// killTimeout is how long a killed group may take to be gone. The kernel needs milliseconds,
	// unless a process hangs in it, on a network disk say.
	killTimeout = 5 * time.Second
	killRetry   = 100 * time.Millisecond
)

// Stop ends the program and its group: it asks (SIGTERM, on Unix), asks again, and kills what is left
// after the timeout, or at once when ctx ends. It returns when all of it is gone and the output was
// shown. A second call does nothing.
//
// The error says that something could not be killed.
func (p *Process) Stop(ctx context.Context, g Grace) error {
	p.stop.Lock()
	defer p.stop.Unlock()
	if p.stopped {
		return p.stopErr
	}
	p.stopped = true
	p.stopping.Store(true)
	if g.Timeout <= 0 {
		g.Timeout = defaultTimeout
	}
	if g.Retry <= 0 {
		g.Retry = defaultRetry
	}
	if !p.ask(ctx, g) && !p.kill(context.WithoutCancel(ctx)) {
		p.stopErr = fmt.Errorf("process %d (%s) cannot be killed", p.pid, p)
	}
	p.release()
	return p.stopErr
}

// kill kills until the group is gone, since members may have been born meanwhile, and reports whether
// it is.
func (p *Process) kill(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, killTimeout)
	defer cancel()
	for ctx.Err() == nil {
		p.group.kill()
		again, cancel := context.WithTimeout(ctx, killRetry)
		gone := p.waitGone(again)
		cancel()
		if gone {
			return true
		}
	}
	return false
}

// ask asks until the group is gone, and reports whether it is.
func (p *Process) ask(ctx context.Context, g Grace) bool {
	ctx, cancel := context.WithTimeout(ctx, g.Timeout)
	defer cancel()
	for ctx.Err() == nil && !p.gone() {
		p.group.terminate(p.stdin)
		again, cancel := context.WithTimeout(ctx, g.Retry)
		gone := p.waitGone(again)
		cancel()
		if gone {
			return true
		}
	}
	return p.gone()
}

// waitGone waits until nothing of the group is left. There is no event for that: the members are not
// our children.
func (p *Process) waitGone(ctx context.Context) bool {
	const longest = 20 * time.Millisecond
	pause := time.Millisecond
	timer := time.NewTimer(pause)
	defer timer.Stop()
	for !p.gone() {
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
			pause = min(2*pause, longest)
			timer.Reset(pause)
		}
	}
	return true
}

func (p *Process) gone() bool {
	select {
	case <-p.reaped:
		return p.group.gone()
	default:
		return false
	}
}

// release frees what was needed to run the program.
func (p *Process) release() {
	p.group.close()
	// What has left the group may hold the streams for ever.
	deadline := time.Now().Add(drain)
	for _, f := range p.output {
		_ = f.SetReadDeadline(deadline)
	}
	p.lines.Wait()
	p.closeFiles()
	if p.stopErr == nil {
		<-p.done
	}
}
