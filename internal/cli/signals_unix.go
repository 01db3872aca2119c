//go:build unix

package cli

import (
	"errors"
	"os"
	"os/signal"
	"syscall"
)

// endings are the signals that ask the process to end. Who started it under nohup does not want it to
// end with the terminal.
func endings() []os.Signal {
	list := []os.Signal{syscall.SIGINT, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

func signalNumber(s os.Signal) int {
	if n, ok := s.(syscall.Signal); ok {
		return int(n)
	}
	return 0
}

// surviveClosedPipes makes writing to a pipe that nobody reads an error, where it would end the
// process (package os/signal tells how). The signal is not ignored, since the programs that we start
// would then ignore it too.
func surviveClosedPipes() (undo func()) {
	broken := make(chan os.Signal, 1)
	signal.Notify(broken, syscall.SIGPIPE)
	return func() { signal.Stop(broken) }
}

// isClosedPipe reports that nobody reads any more: the other end of a pipe is closed, or the terminal is
// gone.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.EIO)
}
