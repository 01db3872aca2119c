//go:build unix

package cli_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// endless serves slow, and tells when the request came that it does not answer.
func endless(t *testing.T) (file, url string, reached <-chan struct{}) {
	t.Helper()
	c := make(chan struct{}, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			c <- struct{}{}
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	file = filepath.Join(t.TempDir(), "slow.apib")
	require.NoError(t, os.WriteFile(file, []byte(slow), 0o600))
	return file, server.URL, c
}

func TestSignalsEndARunWithItsReport(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		signal syscall.Signal
		code   int
	}{
		{syscall.SIGINT, 130},
		{syscall.SIGTERM, 143},
		{syscall.SIGHUP, 129},
	} {
		t.Run(tc.signal.String(), func(t *testing.T) {
			t.Parallel()
			file, url, reached := endless(t)
			dir := t.TempDir()
			junit, sarif := filepath.Join(dir, "junit.xml"), filepath.Join(dir, "bailiff.sarif")
			b := start(t, "run", file, url, "-o", "junit="+junit, "-o", "sarif="+sarif)
			<-reached

			sent := time.Now()
			require.NoError(t, b.cmd.Process.Signal(tc.signal))
			out := b.rest(t)

			require.Equal(t, tc.code, b.cmd.ProcessState.ExitCode(), b.cmd.ProcessState)
			require.Contains(t, out, "pass: GET (204) /quick")
			require.Contains(t, out, "complete: 1 passing, 0 failing, 0 errors, 0 skipped")
			require.Empty(t, b.stderr.String())
			require.Less(t, time.Since(sent), patience)
			text, err := os.ReadFile(junit)
			require.NoError(t, err)
			require.Contains(t, string(text), `<error type="run-interrupted" message="the run was interrupted; `)
			require.Contains(t, string(text), ` failures="0" errors="1" `)
			text, err = os.ReadFile(sarif)
			require.NoError(t, err)
			require.Contains(t, string(text), fmt.Sprintf(`"executionSuccessful":false,"exitCode":%d,`, tc.code))
		})
	}
}

// rest waits for the end, and returns what was printed until then.
func (b *bailiff) rest(t *testing.T) string {
	t.Helper()
	var out strings.Builder
	_, err := b.stdout.WriteTo(&out)
	require.NoError(t, err)
	_ = b.cmd.Wait() // the state tells more
	return out.String()
}

func TestHangUpIsNoMatterUnderNohup(t *testing.T) {
	t.Parallel()
	file, url, reached := endless(t)
	b := prepare(t, "run", file, url)
	b.cmd.Args = append([]string{"sh", "-c", `trap "" HUP; exec "$@"`, "sh", b.cmd.Path}, b.cmd.Args[1:]...)
	sh, err := exec.LookPath("sh")
	require.NoError(t, err)
	b.cmd.Path = sh
	require.NoError(t, b.cmd.Start())
	<-reached

	require.NoError(t, b.cmd.Process.Signal(syscall.SIGHUP))
	require.NoError(t, b.cmd.Process.Signal(syscall.SIGTERM))
	out := b.rest(t)

	require.Equal(t, 143, b.cmd.ProcessState.ExitCode(), "the first signal had been that of the terminal: %s", out)
}

const long = 200 // transactions: more than a pipe takes

func TestClosedPipeDoesNotEndARun(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name   string
		status int
		code   int
	}{
		{"all holds", http.StatusNoContent, 0},
		{"nothing holds", http.StatusTeapot, 1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var seen atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				seen.Add(1)
				w.WriteHeader(tc.status)
			}))
			t.Cleanup(server.Close)
			var text strings.Builder
			text.WriteString("FORMAT: 1A\n\n# Long\n")
			for i := range long {
				fmt.Fprintf(&text, "\n## Number %d [/number/%d/%s]\n\n### Get [GET]\n\n+ Response 204\n", i, i, strings.Repeat("x", 500))
			}
			file := filepath.Join(t.TempDir(), "long.apib")
			require.NoError(t, os.WriteFile(file, []byte(text.String()), 0o600))
			b := prepare(t, "run", file, server.URL)
			r, w, err := os.Pipe()
			require.NoError(t, err)
			b.cmd.Stdout = w
			require.NoError(t, b.cmd.Start())
			require.NoError(t, w.Close())
			_, err = bufio.NewReader(r).ReadString('\n')
			require.NoError(t, err)
			require.NoError(t, r.Close())

			_ = b.cmd.Wait() // the state tells more

			require.Equal(t, tc.code, b.cmd.ProcessState.ExitCode(), b.cmd.ProcessState)
			require.EqualValues(t, long, seen.Load())
			require.Empty(t, b.stderr.String())
		})
	}
}

// TestFullDiskIsTold makes sure that only closed pipes are forgiven.
func TestFullDiskIsTold(t *testing.T) {
	t.Parallel()
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("there is no /dev/full")
	}
	t.Cleanup(func() { _ = full.Close() })
	file := filepath.Join(t.TempDir(), "slow.apib")
	require.NoError(t, os.WriteFile(file, []byte(slow), 0o600))
	b := prepare(t, "compile", file)
	b.cmd.Stdout = full

	require.Error(t, b.cmd.Run())

	require.Equal(t, 1, b.cmd.ProcessState.ExitCode())
	require.Contains(t, b.stderr.String(), "no space left on device")
}
