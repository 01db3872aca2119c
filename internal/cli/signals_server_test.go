//go:build linux

package cli_test

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// envStubborn makes TestStubbornProgram the server that the other tests start.
const envStubborn = "BAILIFF_TEST_STUBBORN"

// TestStubbornProgram is no test, but a server that does not end when it is asked to, with a child and a
// daemon that do not either. It answers everything with 204 but /endless, which it never answers.
func TestStubbornProgram(*testing.T) { //nolint:paralleltest // it is a program
	if os.Getenv(envStubborn) == "" {
		return
	}
	address := os.Args[len(os.Args)-1]
	signal.Ignore(syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP)
	for _, leader := range []bool{false, true} {
		child := exec.Command("sh", "-c", "trap '' TERM INT HUP; sleep 1000; sleep 1000", address)
		child.SysProcAttr = &syscall.SysProcAttr{Setsid: leader}
		if err := child.Start(); err != nil {
			panic(err)
		}
	}
	err := http.ListenAndServe(address, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { //nolint:gosec // the tests end it
		if r.URL.Path == "/endless" {
			fmt.Println("endless")
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	panic(err)
}

// stubborn is a description, the URL of the server, and the flag that starts it.
func stubborn(t *testing.T) (file, address, flag string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	address = l.Addr().String()
	file = filepath.Join(t.TempDir(), "slow.apib")
	require.NoError(t, os.WriteFile(file, []byte(slow), 0o600))
	t.Cleanup(func() { require.Empty(t, living(t, address), "something outlived the test") })
	return file, address, fmt.Sprintf("--server=env %s=1 '%s' -test.run='^TestStubbornProgram$' %s", envStubborn, os.Args[0], address)
}

// living are the command lines that name the address, of processes that are not dead.
func living(t *testing.T, address string) (list []string) {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/cmdline")
	require.NoError(t, err)
	for _, f := range files {
		line, _ := os.ReadFile(f) // it may have ended; the dead have none
		words := strings.Split(string(line), "\x00")
		if len(words) > 2 && words[len(words)-2] == address {
			list = append(list, strings.Join(words, " "))
		}
	}
	return list
}

func TestServerDoesNotOutliveTheRun(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name    string
		only    string
		signals []syscall.Signal
		code    int // -1: ended by the last signal
		report  bool
	}{
		{"it passes", "Quick > Get", nil, 0, true},
		{"Ctrl-C", "", []syscall.Signal{syscall.SIGINT}, 130, true},
		{"SIGTERM", "", []syscall.Signal{syscall.SIGTERM}, 143, true},
		{"the terminal is closed", "", []syscall.Signal{syscall.SIGHUP}, 129, true},
		{"Ctrl-C twice", "", []syscall.Signal{syscall.SIGINT, syscall.SIGINT}, -1, false},
		{"SIGKILL", "", []syscall.Signal{syscall.SIGKILL}, -1, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			file, address, server := stubborn(t)
			junit := filepath.Join(t.TempDir(), "report.xml")
			args := []string{"run", file, "http://" + address, server, "--server-wait=60", "--reporter=xunit", "--output=" + junit}
			if tc.only != "" {
				args = append(args, "--only="+tc.only)
			}
			b := start(t, args...)
			if len(tc.signals) > 0 {
				b.untilReady(t, "pass: GET (204) /quick")
				// For a moment what is started has the name of who starts it.
				require.Eventually(t, func() bool { return len(living(t, address)) == 3 }, patience, time.Millisecond)
			}

			for i, s := range tc.signals {
				if i > 0 { // once the first was seen, and while the server is being asked to end
					b.untilReady(t, "complete:")
				}
				require.NoError(t, b.cmd.Process.Signal(s))
			}
			sent := time.Now()
			out := b.rest(t)

			require.Equal(t, tc.code, b.cmd.ProcessState.ExitCode(), "%s\n%s", out, b.stderr.String())
			if tc.code < 0 {
				require.Less(t, time.Since(sent), patience)
				require.Eventually(t, func() bool { return len(living(t, address)) == 0 }, patience, time.Millisecond)
			} else {
				require.Empty(t, living(t, address))
				require.Empty(t, b.stderr.String())
			}
			if tc.report {
				text, err := os.ReadFile(junit)
				require.NoError(t, err)
				require.Contains(t, string(text), "</testsuite")
				require.Contains(t, out, "complete: 1 passing")
			}
		})
	}
}
