package web_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/web"
)

func TestRequestsUnderWayEnd(t *testing.T) {
	t.Parallel()
	h := newHanging()
	f := serve(t, web.Config{Handler: h})
	conn := f.dial("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
	idle := f.dial("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	idleReader := bufio.NewReader(idle)
	res, _ := answer(t, idleReader)
	require.False(t, res.Close, "connections are kept")
	<-h.reached

	f.end()
	_, err := idleReader.ReadByte()
	require.ErrorIs(t, err, io.EOF, "idle connections are closed at once")
	_, err = net.Dial("tcp", f.address)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	close(h.release)
	res, body := answer(t, bufio.NewReader(conn))

	require.NoError(t, f.wait())
	assert.Equal(t, 200, res.StatusCode)
	assert.Equal(t, "done", body)
	assert.Empty(t, f.log.lines(t, "requests were cut off"))
}

func TestRequestsThatTakeTooLongAreCutOff(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/hang", "/stuck"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			h := newHanging()
			f := serve(t, web.Config{Handler: h, ShutdownTime: 50 * time.Millisecond})
			conn := f.dial("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
			<-h.reached
			if path == "/stuck" {
				defer close(h.release)
			}

			f.end()

			require.NoError(t, f.wait())
			_, err := conn.Read(make([]byte, 1))
			require.Error(t, err)
			if path == "/hang" {
				require.ErrorContains(t, <-h.causes, "shutting down")
			}
			lines := f.log.lines(t, "requests were cut off")
			require.Len(t, lines, 1)
			assert.EqualValues(t, 1, lines[0]["requests"])
		})
	}
}

func TestDrainGoesOnAnswering(t *testing.T) {
	t.Parallel()
	draining := make(chan struct{})
	f := serve(t, web.Config{Handler: newHanging(), Drain: 200 * time.Millisecond, Draining: func() { close(draining) }})
	began := time.Now()
	f.end()
	<-draining

	res, body := f.get("/")
	require.NoError(t, f.wait())

	assert.Equal(t, "done", body)
	assert.GreaterOrEqual(t, time.Since(began), 200*time.Millisecond)
	assert.True(t, res.Close, "the client is sent to another server")
}

func TestBrokenListenerIsAnError(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())

	require.ErrorIs(t, web.New(web.Config{Handler: newHanging()}).Serve(t.Context(), l), net.ErrClosed)
}

// TestSlowClients sends what never becomes a request, and what never becomes a body.
func TestSlowClients(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]string{
		"nothing":      "",
		"half a head":  "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ",
		"half a body":  "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc",
		"idle":         "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
		"half a chunk": "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const bound = 100 * time.Millisecond
			c := web.Config{
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if _, err := io.Copy(io.Discard, r.Body); err != nil {
						w.WriteHeader(http.StatusBadRequest)
					}
				}),
				HeaderTimeout: bound, ReadTimeout: bound,
			}
			if name == "idle" { // the others would stand in for it
				c.HeaderTimeout, c.ReadTimeout, c.IdleTimeout = 0, 0, bound
			}
			f := serve(t, c)
			began := time.Now()
			conn := f.dial(sent)

			_, err := io.ReadAll(conn)
			if err != nil {
				require.ErrorIs(t, err, syscall.ECONNRESET)
			}
			require.Less(t, time.Since(began), patience/2, "the connection was held")
		})
	}
}

func TestHandlersThatHang(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/hang", "/stuck"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			h := newHanging()
			f := serve(t, web.Config{Handler: h, HandlerTimeout: 50 * time.Millisecond})
			conn := f.dial("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")

			res, body := answer(t, bufio.NewReader(conn))
			if path == "/hang" { // its context ends after the answer, and only then may it be let go
				select {
				case cause := <-h.causes:
					assert.ErrorContains(t, cause, "too long")
				case <-time.After(patience):
					t.Error("the context of the request does not end")
				}
			}
			close(h.release)

			assert.Equal(t, http.StatusServiceUnavailable, res.StatusCode)
			assert.Equal(t, "1", res.Header.Get("Retry-After"))
			assert.Contains(t, body, "too long")
			assert.True(t, res.Close)
			assert.NotContains(t, body, "done")
			f.end()
			require.NoError(t, f.wait())
			lines := f.log.lines(t, "request")
			require.Len(t, lines, 1)
			assert.Equal(t, "timeout", lines[0]["ended"])
			assert.EqualValues(t, 503, lines[0]["status"])
			assert.Equal(t, "WARN", lines[0]["level"])
		})
	}
}

func TestOnlySoManyAtATime(t *testing.T) {
	t.Parallel()
	h := newHanging()
	f := serve(t, web.Config{
		Handler: h, MaxRequests: 1, Probes: []string{"/healthz"},
		Refusal: func(status int, reason string) (string, []byte) {
			return "application/json", []byte(`{"it":"` + reason + `"}`)
		},
	})
	conn := f.dial("GET /hang HTTP/1.1\r\nHost: x\r\n\r\n")
	<-h.reached

	res, body := f.get("/")
	assert.Equal(t, 503, res.StatusCode)
	assert.Equal(t, "1", res.Header.Get("Retry-After"))
	assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
	assert.Contains(t, body, "as many requests as it can answer")
	res, _ = f.get("/healthz")
	assert.Equal(t, 200, res.StatusCode, "a busy server lives")
	close(h.release)
	_, body = answer(t, bufio.NewReader(conn))
	assert.Equal(t, "done", body)

	res, _ = f.get("/")
	assert.Equal(t, 200, res.StatusCode, "there is room again")
}

func TestLargeHeadIsRefused(t *testing.T) {
	t.Parallel()
	f := serve(t, web.Config{Handler: newHanging(), MaxHeader: 1 << 10})
	res, _ := f.get("/", "X-Large", strings.Repeat("x", 10<<10))
	assert.Equal(t, http.StatusRequestHeaderFieldsTooLarge, res.StatusCode)
}

func TestPanics(t *testing.T) {
	t.Parallel()
	f := serve(t, web.Config{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/late":
			_, _ = io.WriteString(w, "half of ")
			_ = http.NewResponseController(w).Flush()
		case "/abort":
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("X-Half", "made")
		panic("it broke\nlevel=ERROR msg=\"not mine\"")
	})})

	res, body := f.get("/early")
	assert.Equal(t, 500, res.StatusCode)
	assert.Equal(t, "Unknown error\n", body)
	assert.Empty(t, res.Header.Get("X-Half"))
	for _, path := range []string{"/late", "/abort"} {
		conn := f.dial("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
		all, err := io.ReadAll(conn)
		require.NoError(t, err)
		assert.NotContains(t, string(all), "0\r\n\r\n", "it looks whole")
	}
	f.end()
	require.NoError(t, f.wait())

	panics := f.log.lines(t, "a handler panicked")
	require.Len(t, panics, 2)
	var ids []any
	for _, line := range panics {
		assert.Contains(t, line["stack"], "TestPanics")
		assert.Equal(t, "it broke\nlevel=ERROR msg=\"not mine\"", line["panic"])
		ids = append(ids, line["request_id"])
	}
	assert.Contains(t, ids, res.Header.Get("X-Request-Id"))
	byPath := map[any]map[string]any{} // a line comes after its answer, and so perhaps after the next request's
	for _, line := range f.log.lines(t, "request") {
		byPath[line["path"]] = line
	}
	require.Len(t, byPath, 3)
	assert.EqualValues(t, 500, byPath["/early"]["status"])
	assert.Equal(t, "aborted", byPath["/late"]["ended"])
	assert.Equal(t, "aborted", byPath["/abort"]["ended"])
}
