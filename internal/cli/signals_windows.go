package cli

import (
	"errors"
	"os"
	"syscall"

	"golang.org/x/sys/windows"
)

// endings are what asks the process to end: Ctrl-C and Ctrl-Break; and the end of the console, of the
// session and of the machine, which the runtime tells as SIGTERM.
func endings() []os.Signal { return []os.Signal{os.Interrupt, syscall.SIGTERM} }

func signalNumber(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return int(n)
	}
	return 0
}

// surviveClosedPipes has nothing to do: writing to a pipe that nobody reads is an error here.
func surviveClosedPipes() (undo func()) { return func() {} }

// isClosedPipe reports that nobody reads any more.
func isClosedPipe(err error) bool {
	return errors.Is(err, windows.ERROR_BROKEN_PIPE) || errors.Is(err, windows.ERROR_NO_DATA)
}
