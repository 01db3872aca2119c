package hook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"
)

// errEnded is what a hook gets that ends its goroutine, as t.FailNow does. It runs in one of its own,
// so that nothing else ends with it.
var errEnded = errors.New("ended its goroutine, as require and t.FailNow do; return an error instead")

// PanicError is a panic of a hook.
type PanicError struct {
	// Hook is the kind of the hook, such as "beforeEach".
	Hook string
	// Value is what the hook panicked with, Stack the calls that led there, innermost first.
	Value any
	Stack string
}

// Error says where the hook panicked, and, on the lines below, what led there.
func (e *PanicError) Error() string {
	return fmt.Sprintf("%s hook panicked: %v (%s)\n%s", e.Hook, e.Value, panicPlace(e.Stack), shortened(e.Stack))
}

// TimeoutError is a hook that was given up: it took too long, or the run was interrupted.
type TimeoutError struct {
	// Hook is the kind of the hook, such as "beforeEach".
	Hook string
	// After is how long it was waited for.
	After time.Duration
	// Running says that it still runs, since it does not heed its context. Then Stack is where, and
	// nothing that it may change can be looked at any more.
	Running bool
	Stack   string

	cause error
}

// Error says how long the hook took, and, on the lines below, where it is.
func (e *TimeoutError) Error() string {
	if !errors.Is(e.cause, context.DeadlineExceeded) {
		return fmt.Sprintf("%s hook: %v", e.Hook, e.cause)
	}
	said := fmt.Sprintf("%s hook took more than %v and was given up", e.Hook, e.After)
	if e.Stack != "" {
		said += "; it is at\n" + shortened(e.Stack)
	}
	return said
}

// Unwrap is context.DeadlineExceeded, or why the run was interrupted.
func (e *TimeoutError) Unwrap() error { return e.cause }

// grace is how long a hook whose context has ended may take to notice.
const grace = 500 * time.Millisecond

// guard runs a hook in a goroutine of its own, for at most timeout, 0 being for ever. Meanwhile the
// scope is that of the hook; it stays so when the hook is given up and still runs. guard turns a panic
// into an error, and says which hook spoke.
func guard(s *scope, e event, timeout time.Duration, f func() error) (err error) {
	started := time.Now()
	ctx, cancel := withTimeout(s.Context(), timeout)
	defer cancel()
	before := s.set(ctx)
	defer func() {
		if late := (*TimeoutError)(nil); !errors.As(err, &late) || !late.Running {
			s.set(before)
		}
	}()
	said, self := make(chan error, 1), make(chan []byte, 1)
	go func() {
		err := fmt.Errorf("%s hook %w", e, errEnded)
		defer func() {
			if v := recover(); v != nil {
				err = &PanicError{Hook: string(e), Value: v, Stack: afterPanic(string(debug.Stack()))}
			}
			said <- err
		}()
		self <- goroutine()
		if err = f(); err != nil {
			err = fmt.Errorf("%s hook: %w", e, err)
		}
	}()
	select {
	case err := <-said:
		return err
	case <-ctx.Done():
	}
	late := &TimeoutError{Hook: string(e), After: time.Since(started).Round(time.Millisecond), cause: ctx.Err()}
	stack := stackOf(<-self)
	select {
	case err := <-said:
		if panicked := (*PanicError)(nil); errors.As(err, &panicked) {
			return err
		}
	case <-time.After(grace):
		late.Running, late.Stack = true, stack
	}
	if late.Stack == "" && timeout > 0 {
		late.Stack = stack
	}
	return late
}

func withTimeout(ctx context.Context, timeout time.Duration) (context.Context, context.CancelFunc) {
	if timeout <= 0 {
		return context.WithCancel(ctx)
	}
	return context.WithTimeout(ctx, timeout)
}

// goroutine returns how the caller's goroutine is named in stack traces, "goroutine 7 ".
func goroutine() []byte {
	buf := make([]byte, 64)
	buf = buf[:runtime.Stack(buf, false)]
	i := bytes.IndexByte(buf, '[')
	return buf[:max(i, 0)]
}

// mostStacks bounds the text in which the stack of one goroutine is looked for.
const mostStacks = 1 << 20

// stackOf returns the calls that a goroutine is in, "" when it has ended.
func stackOf(name []byte) string {
	buf := make([]byte, mostStacks)
	buf = buf[:runtime.Stack(buf, true)]
	for stack := range bytes.SplitSeq(buf, []byte("\n\n")) {
		if bytes.HasPrefix(stack, name) {
			_, calls, _ := strings.Cut(string(stack), "\n")
			return calls
		}
	}
	return ""
}

// afterPanic drops what stands in a stack trace before the function that panicked.
func afterPanic(stack string) string {
	lines := strings.Split(stack, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+2 < len(lines) {
			return strings.Join(lines[i+2:], "\n")
		}
	}
	return stack
}

// panicPlace is the file:line of the first call of a stack.
func panicPlace(stack string) string {
	lines := strings.Split(stack, "\n")
	if len(lines) < 2 {
		return "unknown place"
	}
	place, _, _ := strings.Cut(strings.TrimSpace(lines[1]), " ")
	return place
}

// mostCalls is how many calls of a stack a message shows.
const mostCalls = 8

// shortened returns the first calls of a stack, a call and its place on a line each, without those of
// this package.
func shortened(stack string) string {
	lines := strings.Split(strings.TrimSpace(stack), "\n")
	var kept []string
	for i := 0; i+1 < len(lines) && len(kept) < 2*mostCalls; i += 2 {
		if strings.Contains(lines[i], "harness/hook.guard") || strings.HasPrefix(lines[i], "created by ") {
			break
		}
		place, _, _ := strings.Cut(strings.TrimSpace(lines[i+1]), " +0x")
		kept = append(kept, "  "+lines[i], "      "+place)
	}
	return strings.Join(kept, "\n")
}
