//go:build linux || darwin

package embedded

import (
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"

	"go.uber.org/goleak"
)

// TestMain acts as a server for the watchdog when it is called as one.
func TestMain(m *testing.M) {
	if len(os.Args) == 3 && os.Args[1] == fakeServer {
		os.Exit(serve(os.Args[2]))
	}
	goleak.VerifyTestMain(m)
}

const fakeServer = "fake-server"

// serve tells its pid in the run folder and waits until it is told to stop.
func serve(run string) int {
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, syscall.SIGINT)
	if err := replaceFile(filepath.Join(run, "pid"), []byte(strconv.Itoa(os.Getpid()))); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	<-stop
	return 0
}
