package handler

import (
	"errors"
	"slices"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/hook"
)

// ErrGone is what every error is that tells of a handler that does not serve any more: it died, hung
// up, or sent what is no message. No hook of it will run again, so the run should end. See GoneError.
var ErrGone = errors.New("the hooks handler is gone")

// GoneError tells why a handler does not serve any more.
type GoneError struct {
	// Handler is its name, and Command its command line.
	Handler, Command string
	// Reason follows the name: "exited with status: 1".
	Reason string
	// Output is the last lines that it printed.
	Output []string
	err    error
}

// Error says what happened, in Dredd's words where it has some, and shows the last lines of output.
func (e *GoneError) Error() string {
	return "hooks handler process '" + e.Command + "' " + e.Reason + lastOutput(e.Output)
}

// Is makes every GoneError an ErrGone, and one that ends the run.
func (e *GoneError) Is(target error) bool {
	return target == ErrGone || target == hook.ErrAbort
}

// Unwrap returns the cause, nil when it is the handler's own.
func (e *GoneError) Unwrap() error { return e.err }

func lastOutput(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return "\nits last output:\n  " + strings.Join(lines, "\n  ")
}

// tail keeps the last lines of output.
type tail struct {
	mu    sync.Mutex
	lines []string
}

const (
	tailLines = 10
	tailWidth = 300 // bytes of a line
)

func (t *tail) add(line string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(line) > tailWidth {
		line = strings.ToValidUTF8(line[:tailWidth], "") + "…"
	}
	if len(t.lines) == tailLines {
		t.lines = slices.Delete(t.lines, 0, 1)
	}
	t.lines = append(t.lines, strings.Clone(line))
}

func (t *tail) last() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lines)
}
