package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bailiff is a process of the program, run from the test binary.
type bailiff struct {
	cmd    *exec.Cmd
	stdout *bufio.Reader
	stderr bytes.Buffer
}

func start(t *testing.T, args ...string) *bailiff {
	t.Helper()
	b := prepare(t, args...)
	require.NoError(t, b.cmd.Start())
	return b
}

func prepare(t *testing.T, args ...string) *bailiff {
	t.Helper()
	path, err := exec.LookPath("bailiff") // testscript.Main put it there
	require.NoError(t, err)
	b := &bailiff{cmd: exec.CommandContext(t.Context(), path, args...)}
	b.cmd.Stderr = &b.stderr
	b.cmd.Env = append(os.Environ(), "BAILIFF_POSTGRES_BINARIES="+binaries(t))
	out, err := b.cmd.StdoutPipe()
	require.NoError(t, err)
	b.stdout = bufio.NewReader(out)
	return b
}

// interrupt sends Ctrl-C, and returns what was still printed, the exit code and how long it took.
func (b *bailiff) interrupt(t *testing.T) (rest string, code int, took time.Duration) {
	t.Helper()
	sent := time.Now()
	require.NoError(t, b.cmd.Process.Signal(os.Interrupt))
	out, err := io.ReadAll(b.stdout)
	require.NoError(t, err)
	err = b.cmd.Wait()
	took = time.Since(sent)
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return string(out), b.cmd.ProcessState.ExitCode(), took
}

const slow = `FORMAT: 1A

# Slow

## Quick [/quick]

### Get [GET]

+ Response 204

## Endless [/endless]

### Get [GET]

+ Response 204
`

// patience is how long a Ctrl-C may take on a machine that does much else; alone it is a second at
// the most.
const patience = 5 * time.Second

func TestInterruptPrintsTheSummaryOfWhatRan(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/endless" {
			close(reached)
			<-r.Context().Done()
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "slow.apib")
	require.NoError(t, os.WriteFile(file, []byte(slow), 0o600))
	b := start(t, "run", file, server.URL)
	<-reached

	out, code, took := b.interrupt(t)

	require.Equal(t, 130, code)
	require.Contains(t, out, "pass: GET (204) /quick")
	require.Contains(t, out, "complete: 1 passing, 0 failing, 0 errors, 0 skipped")
	require.Contains(t, strings.ToLower(out), "interrupted")
	require.Empty(t, b.stderr.String())
	require.Less(t, took, patience)
}

// untilReady reads what a process prints until a word is among it.
func (b *bailiff) untilReady(t *testing.T, word string) (said string) {
	t.Helper()
	for !strings.Contains(said, word) {
		line, err := b.stdout.ReadString('\n')
		if err != nil {
			_ = b.cmd.Wait() // only then all of stderr is there
			if strings.Contains(b.stderr.String(), "make native") && os.Getenv("CI") == "" {
				t.Skip(b.stderr.String())
			}
			t.Fatal(err, b.stderr.String())
		}
		said += line
	}
	return said
}

func TestServeUntilInterrupted(t *testing.T) {
	t.Parallel()
	b := start(t, "serve", "--address", "127.0.0.1:0")
	said := b.untilReady(t, "Ctrl-C")
	url := regexp.MustCompile(`http://\S+`).FindString(said)
	login := regexp.MustCompile(`Log in as (\S+), password (\S+)`).FindStringSubmatch(said)
	require.Len(t, login, 3)

	body, err := json.Marshal(map[string]string{"email": login[1], "password": login[2]})
	require.NoError(t, err)
	require.Contains(t, post(t, url+"/v1/auth/login", body), "access_token")
	_, code, took := b.interrupt(t)

	assert.Zero(t, code)
	assert.Less(t, took, patience)
	assert.NotContains(t, b.stderr.String(), "error")
	_, err = (&http.Client{Timeout: time.Second}).Get(url)
	assert.ErrorIs(t, err, syscall.ECONNREFUSED)
}

func post(t *testing.T, url string, body []byte) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	require.NoError(t, err)
	text, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	require.Equal(t, http.StatusOK, res.StatusCode, string(text))
	return string(text)
}
