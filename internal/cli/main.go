package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"sync/atomic"

	"github.com/redis/go-redis/v9/logging"

	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/internal/start"
)

// Exit codes. Like Dredd, bailiff answers 1 to everything that keeps a run from being green, and what a
// shell says of a program that a signal ended: 130 for Ctrl-C (SIGINT), 143 for SIGTERM, 129 for SIGHUP.
const (
	exitOK          = 0
	exitFailed      = 1
	exitSignal      = 128 // plus the number of the signal
	exitInterrupted = exitSignal + 2
)

// errFailed says that the run was carried out and reported, and that something did not hold.
var errFailed = errors.New("the API is not as documented")

// Main runs bailiff with the arguments of a process, args[0] being its name, and returns its exit
// code.
//
// A signal that asks to end is obeyed once reports are complete and all that was started is stopped; a
// second one ends the process at once, and what it started is killed then. Who stops reading what is
// printed stops neither the run nor its other reports.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	start.End()
	ctx, stop := untilSignal(context.Background())
	defer stop()
	defer surviveClosedPipes()()
	logging.Disable() // go-redis writes to standard error what it returns as an error too
	screen := newScreen(stdout)
	out, errs := &pipe{to: stdout}, &pipe{to: stderr}
	screen.Writer = out
	a := &app{name: args[0], stdout: screen, stderr: errs}
	root := a.root()
	root.SetArgs(config.Join(args[1:]))
	root.SetIn(stdin)
	root.SetOut(out)
	root.SetErr(errs)
	return a.exitCode(ctx, root.ExecuteContext(ctx))
}

// exitCode prints an error that nobody printed yet, and chooses the exit code.
func (a *app) exitCode(ctx context.Context, err error) int {
	if err == nil {
		return exitOK
	}
	for _, e := range untold(err, ctx.Err() != nil) {
		fmt.Fprintf(a.stderr, "error: %v\n", e)
	}
	var signal *signalError
	switch {
	case errors.As(context.Cause(ctx), &signal):
		return exitSignal + signal.number
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		return exitInterrupted
	}
	return exitFailed
}

// untold are the parts of an error that are to be printed: those that say more than that the run failed
// or was interrupted, which the reports have said.
func untold(err error, interrupted bool) []error {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		if errors.Is(err, errFailed) || interrupted && errors.Is(err, context.Canceled) {
			return nil
		}
		return []error{err}
	}
	var list []error
	for _, e := range joined.Unwrap() {
		list = append(list, untold(e, interrupted)...)
	}
	if len(list) == len(joined.Unwrap()) && !isList(err, joined.Unwrap()) {
		return []error{err} // as it is: one sentence about several
	}
	return list
}

// isList reports whether an error says what its parts do, each on lines of its own, as errors.Join makes it.
func isList(err error, parts []error) bool {
	texts := make([]string, len(parts))
	for i, part := range parts {
		texts[i] = part.Error()
	}
	return err.Error() == strings.Join(texts, "\n")
}

// signalError is why a run ends that a signal asked to end.
type signalError struct {
	signal os.Signal
	number int
}

// Error names the signal.
func (e *signalError) Error() string { return "ended by a signal: " + e.signal.String() }

// Is says that it is an interruption, for those who look at the cause of a context.
func (e *signalError) Is(target error) bool { return target == context.Canceled }

// pipe is standard output, or standard error. When nobody reads it any more, what is written is
// dropped, as in Dredd.
type pipe struct {
	to     io.Writer
	closed atomic.Bool
}

// Write writes, and succeeds when there is nobody who could miss it.
func (p *pipe) Write(b []byte) (int, error) {
	if p.closed.Load() {
		return len(b), nil
	}
	n, err := p.to.Write(b)
	if err != nil && isClosedPipe(err) {
		p.closed.Store(true)
		return len(b), nil
	}
	return n, err
}
