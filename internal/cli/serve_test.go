//go:build unix

package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

const testSecret = "a secret of more than thirty-two bytes"

// words is what a process writes, which may be looked at meanwhile.
type words struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *words) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *words) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}

// server is a running bailiff serve.
type server struct {
	*bailiff
	t    *testing.T
	log  *words
	said string
	url  string
}

// serveIt starts bailiff serve, with variables (NAME=value) before its options.
func serveIt(t *testing.T, last string, args ...string) *server {
	t.Helper()
	s := &server{t: t, log: &words{}}
	var env []string
	for len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		env, args = append(env, args[0]), args[1:]
	}
	s.bailiff = prepare(t, append([]string{"serve"}, args...)...)
	s.cmd.Env = append(s.cmd.Env, env...)
	s.cmd.Stderr = io.MultiWriter(s.log, &s.stderr)
	require.NoError(t, s.cmd.Start())
	s.said = s.untilReady(t, last)
	s.url = regexp.MustCompile(`https?://\S+`).FindString(s.said)
	return s
}

// end sends a signal, and returns how the process ended.
func (s *server) end(signal os.Signal) *os.ProcessState {
	s.t.Helper()
	require.NoError(s.t, s.cmd.Process.Signal(signal))
	return s.wait()
}

func (s *server) wait() *os.ProcessState {
	s.t.Helper()
	s.rest(s.t)
	return s.cmd.ProcessState
}

func (s *server) get(path string, header ...string) (*http.Response, string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, nil)
	require.NoError(s.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: 10 * time.Second}).Do(req)
	require.NoError(s.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(s.t, err)
	require.NoError(s.t, res.Body.Close())
	return res, string(body)
}

// half sends a login without its last byte, and returns when the server is at it.
func (s *server) half(body string) net.Conn {
	s.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	require.NoError(s.t, err)
	s.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(s.t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	// The server asks for the body once its handler reads it.
	_, err = fmt.Fprintf(conn, "POST /v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", len(body))
	require.NoError(s.t, err)
	line, err := bufio.NewReader(conn).ReadString('\n')
	require.NoError(s.t, err)
	require.Contains(s.t, line, "100 Continue")
	_, err = io.WriteString(conn, body[:len(body)-1])
	require.NoError(s.t, err)
	return conn
}

// until waits for a word in the log.
func (s *server) until(word string) {
	s.t.Helper()
	require.Eventually(s.t, func() bool { return strings.Contains(s.log.String(), word) }, 20*time.Second, time.Millisecond, "%s", s.log)
}

// credentials are those that a server prints.
func (s *server) credentials() string {
	s.t.Helper()
	found := regexp.MustCompile(`Log in as (\S+), password (\S+)`).FindStringSubmatch(s.said)
	require.Len(s.t, found, 3, s.said)
	body, err := json.Marshal(map[string]string{"email": found[1], "password": found[2]})
	require.NoError(s.t, err)
	return string(body)
}

// lasting is an empty database for the time of a test.
func lasting(t *testing.T) string {
	t.Helper()
	s, err := postgres.Open(t.Context(), postgres.Config{Binaries: binaries(t)})
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	pool, drop, err := s.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	return pool.Config().ConnString()
}

// TestServeIsObserved looks at the log, the traces and the limits of one server, and at how it drains.
func TestServeIsObserved(t *testing.T) {
	t.Parallel()
	var traces words
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := io.Copy(&traces, r.Body)
		assert.NoError(t, err)
	}))
	t.Cleanup(collector.Close)
	s := serveIt(t, "Ctrl-C", "BAILIFF_SERVE_LOG_FORMAT=json", "BAILIFF_SERVE_MAX_REQUESTS=1", "OTEL_EXPORTER_OTLP_ENDPOINT="+collector.URL,
		"--address", "127.0.0.1:0", "--max-body=200", "--drain=1s", "--trust-proxy=127.0.0.0/8")

	res, _ := s.get("/v1/event-topics?token=hush", "Authorization", "Basic hush", "X-Request-Id", "mine-1", "X-Forwarded-For", "203.0.113.9")
	assert.Equal(t, "mine-1", res.Header.Get("X-Request-Id"))
	assert.Equal(t, "nosniff", res.Header.Get("X-Content-Type-Options"))
	conn := s.half(strings.Repeat(" ", 100))
	res, body := s.get("/v1/event-topics")
	assert.Equal(t, 503, res.StatusCode)
	assert.Equal(t, "1", res.Header.Get("Retry-After"))
	assert.Equal(t, "application/vnd.api+json", res.Header.Get("Content-Type"))
	assert.Contains(t, body, `"status":"503"`)
	res, _ = s.get("/readyz")
	assert.Equal(t, 200, res.StatusCode, "a busy server is ready")
	require.NoError(t, conn.Close())
	require.Eventually(t, func() bool { // the server has to notice that the request has ended
		res, err := http.Post(s.url+"/v1/auth/login", "application/json", strings.NewReader(strings.Repeat(" ", 201)))
		require.NoError(t, err)
		defer res.Body.Close() //nolint:errcheck // its body is of no interest
		return res.StatusCode == http.StatusRequestEntityTooLarge
	}, 10*time.Second, 10*time.Millisecond)

	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	s.until(`"draining"`)
	res, _ = s.get("/readyz")
	assert.Equal(t, 503, res.StatusCode)
	res, _ = s.get("/v1/event-topics")
	assert.Equal(t, 200, res.StatusCode, "requests are still answered")
	state := s.wait()

	assert.Zero(t, state.ExitCode(), s.log)
	assert.NotContains(t, s.log.String(), "hush")
	assert.Regexp(t, `"level":"INFO","msg":"request","method":"GET","path":"/v1/event-topics","query":"token=\[masked\]","route":"/v1/event-topics",`+
		`"status":200,"bytes":\d+,"duration":\d+,"remote":"203.0.113.9","request_id":"mine-1","trace_id":"[0-9a-f]{32}","span_id":"[0-9a-f]{16}"}`, s.log)
	assert.NotContains(t, s.log.String(), "readyz", "probes are for level debug")
	for line := range strings.Lines(s.log.String()) {
		assert.True(t, json.Valid([]byte(line)), line)
	}
	for _, word := range []string{"GET /v1/event-topics", "service.name", "bailiff", "db.query.text", "SELECT", "mine-1"} {
		assert.True(t, strings.Contains(traces.String(), word), word) // what is sent is long and no text
	}
	assert.NotContains(t, traces.String(), "hush")
	assert.NotContains(t, traces.String(), "/readyz")
}

func TestServeLetsRequestsEnd(t *testing.T) {
	t.Parallel()
	s := serveIt(t, "Ctrl-C", "--address", "127.0.0.1:0")
	login := s.credentials()
	conn := s.half(login)
	require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
	s.until("shutting down")

	_, err := io.WriteString(conn, login[len(login)-1:])
	require.NoError(t, err)
	all, err := io.ReadAll(conn)
	require.NoError(t, err)

	assert.Contains(t, string(all), "HTTP/1.1 200 OK")
	assert.Contains(t, string(all), "access_token")
	assert.Zero(t, s.wait().ExitCode(), s.log)
}

func TestServeEndsAtOnce(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name string
		args []string
		then func(*server)
		code int
		log  string
	}{
		{"when the time is over", []string{"--shutdown-time=50ms"}, func(*server) {}, 0, "requests were cut off"},
		{"at the second signal", nil, func(s *server) { assert.NoError(s.t, s.cmd.Process.Signal(syscall.SIGTERM)) }, -1, "shutting down"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := serveIt(t, "Ctrl-C", append([]string{"--address", "127.0.0.1:0"}, tc.args...)...)
			s.half(s.credentials())
			began := time.Now()
			require.NoError(t, s.cmd.Process.Signal(syscall.SIGTERM))
			s.until("shutting down")
			tc.then(s)

			state := s.wait()

			assert.Equal(t, tc.code, state.ExitCode(), s.log)
			assert.Less(t, time.Since(began), patience)
			assert.Contains(t, s.log.String(), tc.log)
		})
	}
}

// TestServeOnADatabaseThatStays brings up a site on an empty database, and serves it again.
func TestServeOnADatabaseThatStays(t *testing.T) {
	t.Parallel()
	url := lasting(t)
	env := []string{"BAILIFF_DATABASE_URL=" + url, "BAILIFF_SECRET=" + testSecret, "BAILIFF_SERVE_ADDRESS=127.0.0.1:0"}
	old := prepare(t, "serve")
	old.cmd.Env = append(old.cmd.Env, env...)
	out := old.run(t)
	assert.Equal(t, 1, old.cmd.ProcessState.ExitCode())
	assert.Empty(t, out)
	assert.Regexp(t, `^error: the database is not up to date: \d+ migrations to apply, the first is 00001_users.sql: run bailiff migrations up --database postgres://\S+, or serve with --migrate\n$`, old.stderr.String())

	first := serveIt(t, "Log in", append(env, "--migrate", "--admin=warden@example.com")...)
	assert.Contains(t, first.said, "info: applied migration 00001_users.sql\n")
	assert.Contains(t, first.said, ", which stays\n")
	login := first.credentials()
	var tokens struct {
		AccessToken string `json:"access_token"`
	}
	require.NoError(t, json.Unmarshal([]byte(post(t, first.url+"/v1/auth/login", []byte(login))), &tokens))
	assert.Zero(t, first.end(syscall.SIGTERM).ExitCode(), first.log)

	socket := filepath.Join(t.TempDir(), "s")
	worker := serveIt(t, "stays", append(env, "--worker", "--address=127.0.0.1:0")...)
	again := serveIt(t, "administrator already", append(env, "--api", "--admin=other@example.com", "--address=unix:"+socket)...)
	worker.until("client started") // or else it may be missed, and the health check remembers that for 9 s
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		var d net.Dialer
		return d.DialContext(ctx, "unix", socket)
	}}}
	for _, path := range []string{"/v1/users", "/health-check"} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://site"+path, nil)
		require.NoError(t, err)
		req.Header.Set("Authorization", "JWT "+tokens.AccessToken)
		res, err := client.Do(req)
		require.NoError(t, err)
		body, err := io.ReadAll(res.Body)
		require.NoError(t, errors.Join(err, res.Body.Close()))
		assert.Equal(t, 200, res.StatusCode, "%s", body)
		if path == "/v1/users" {
			assert.Contains(t, string(body), "warden@example.com", "the token of the first server is good")
		}
	}
	res, body := worker.get("/readyz")
	assert.Equal(t, 200, res.StatusCode, body)
	res, _ = worker.get("/v1/users")
	assert.Equal(t, 404, res.StatusCode, "a worker is no server")
	assert.Zero(t, worker.end(os.Interrupt).ExitCode(), worker.log)
	assert.Zero(t, again.end(syscall.SIGTERM).ExitCode(), again.log)
	assert.NoFileExists(t, socket)
}

// run runs to the end.
func (b *bailiff) run(t *testing.T) string {
	t.Helper()
	require.NoError(t, b.cmd.Start())
	return b.rest(t)
}

func TestServeSpeaksHTTPS(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	for name, block := range map[string]*pem.Block{"cert": {Type: "CERTIFICATE", Bytes: der}, "key": {Type: "PRIVATE KEY", Bytes: private}} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), pem.EncodeToMemory(block), 0o600))
	}
	s := serveIt(t, "Ctrl-C", "--address", "127.0.0.1:0", "--tls-cert", filepath.Join(dir, "cert"), "--tls-key", filepath.Join(dir, "key"))
	pool := x509.NewCertPool()
	require.True(t, pool.AppendCertsFromPEM(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}

	res, err := (&http.Client{Transport: transport}).Get(s.url + "/healthz")
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	transport.CloseIdleConnections()

	assert.Equal(t, "HTTP/2.0", res.Proto)
	assert.Zero(t, s.end(syscall.SIGTERM).ExitCode(), s.log)
}
