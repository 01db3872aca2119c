package web_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/server/web"
)

// patience is how long something may take that should take no time.
const patience = 10 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// logged is a log in JSON, which is safe to look at while it is written.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(b)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// requests are the lines of requests, or with another message of something else.
func (l *logged) lines(t *testing.T, message string) (list []map[string]any) {
	t.Helper()
	for text := range strings.Lines(l.String()) {
		var line map[string]any
		require.NoError(t, json.Unmarshal([]byte(text), &line), "not one line: %q", text)
		if line["msg"] == message {
			list = append(list, line)
		}
	}
	return list
}

// fixture is a server on a port of its own.
type fixture struct {
	t       *testing.T
	log     *logged
	address string
	url     string
	client  *http.Client
	// end asks the server to end, and ended says that it has.
	end   context.CancelFunc
	ended chan error
}

func serve(t *testing.T, c web.Config) *fixture {
	t.Helper()
	f := &fixture{t: t, log: &logged{}, ended: make(chan error, 1)}
	if c.Log == nil {
		c.Log = slog.New(web.NewLogHandler(slog.NewJSONHandler(f.log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	f.address = l.Addr().String()
	f.url = "http://" + f.address
	transport := &http.Transport{}
	f.client = &http.Client{Transport: transport, Timeout: patience}
	ctx, end := context.WithCancel(t.Context())
	f.end = end
	go func() { f.ended <- web.New(c).Serve(ctx, l) }()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		end()
		if f.ended != nil {
			assert.NoError(t, f.wait())
		}
	})
	return f
}

// wait waits for the end of the server.
func (f *fixture) wait() error {
	f.t.Helper()
	select {
	case err := <-f.ended:
		f.ended = nil
		return err
	case <-time.After(patience):
		f.t.Fatal("the server does not end")
		return nil
	}
}

func (f *fixture) get(path string, header ...string) (*http.Response, string) {
	f.t.Helper()
	req, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.url+path, nil)
	require.NoError(f.t, err)
	for i := 0; i < len(header); i += 2 {
		req.Header.Add(header[i], header[i+1])
	}
	res, err := f.client.Do(req)
	require.NoError(f.t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(f.t, err)
	require.NoError(f.t, res.Body.Close())
	return res, string(body)
}

// dial opens a connection, and sends something.
func (f *fixture) dial(text string) net.Conn {
	f.t.Helper()
	conn, err := net.Dial("tcp", f.address)
	require.NoError(f.t, err)
	f.t.Cleanup(func() { _ = conn.Close() })
	require.NoError(f.t, conn.SetDeadline(time.Now().Add(patience)))
	_, err = io.WriteString(conn, text)
	require.NoError(f.t, err)
	return conn
}

// answer reads an answer from a connection.
func answer(t *testing.T, r *bufio.Reader) (*http.Response, string) {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	require.NoError(t, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	return res, string(body)
}

// hanging is a handler that answers /hang when it is let go, /stuck not even when its context ends, and
// all else at once.
type hanging struct {
	reached chan struct{}
	release chan struct{}
	causes  chan error
}

func newHanging() *hanging {
	return &hanging{make(chan struct{}, 10), make(chan struct{}), make(chan error, 10)}
}

func (h *hanging) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case "/hang":
		h.reached <- struct{}{}
		select {
		case <-r.Context().Done():
			h.causes <- context.Cause(r.Context())
			w.WriteHeader(http.StatusInternalServerError)
			return
		case <-h.release:
		}
	case "/stuck":
		h.reached <- struct{}{}
		<-h.release
	}
	w.Header().Set("Content-Type", "text/plain")
	_, _ = io.WriteString(w, "done")
}
