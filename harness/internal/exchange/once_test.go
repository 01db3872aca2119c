package exchange_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const emptyAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

// A connection that was kept open ends when the second request came on it. That request was sent, and is not
// to be sent again unless retries allow it.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name, method, body string
		header             string
		retries            int
		requests           int32
	}{
		{name: "GET", method: "GET", requests: 2},
		{name: "HEAD", method: "HEAD", requests: 2},
		{name: "OPTIONS", method: "OPTIONS", requests: 2},
		{name: "TRACE", method: "TRACE", requests: 2},
		{name: "GET with a body", method: "GET", body: "x", requests: 2},
		{name: "POST with a key", method: "POST", body: "x", header: "Idempotency-Key", requests: 2},
		{name: "POST with a key alone", method: "POST", header: "X-Idempotency-Key", requests: 2},
		{name: "GET with retries", method: "GET", retries: 1, requests: 3},
		{name: "POST with retries", method: "POST", body: "x", retries: 1, requests: 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var requests atomic.Int32
			tr := listen(t, func(_ int, c net.Conn) {
				r := bufio.NewReader(c)
				for n := range 2 {
					req, err := http.ReadRequest(r)
					if err != nil {
						return
					}
					_, _ = io.Copy(io.Discard, req.Body)
					requests.Add(1)
					if n == 1 && requests.Load() == 2 {
						return // hangs up
					}
					_, _ = io.WriteString(c, emptyAnswer)
				}
			})
			c := client(t, exchange.Options{Timeout: 5 * time.Second, Retries: test.retries})
			_, err := c.Do(t.Context(), tr)
			require.NoError(t, err)
			tr.Request.Method, tr.Request.Body = test.method, test.body
			if test.header != "" {
				tr.Request.Headers = transaction.Headers{{Name: test.header, Value: "1"}}
			}

			_, err = c.Do(t.Context(), tr)

			assert.Equal(t, test.requests, requests.Load())
			if test.requests == 3 {
				require.NoError(t, err)
				return
			}
			require.ErrorContains(t, err, "error connecting to the server under test: ")
			require.Regexp(t, "the server closed the connection without an answer|EOF|reset", err.Error())
		})
	}
}

// A server that ends each connection without saying so loses no request: the end is seen before the next
// one is sent.
func TestConnectionsThatEndedAreNotUsed(t *testing.T) {
	t.Parallel()
	for _, method := range []string{"GET", "POST"} {
		t.Run(method, func(t *testing.T) {
			t.Parallel()
			closed := make(chan struct{}, 1)
			var requests atomic.Int32
			tr := listen(t, func(_ int, c net.Conn) {
				req, err := hear(c)
				if err != nil {
					return
				}
				_, _ = io.Copy(io.Discard, req.Body)
				requests.Add(1)
				_, _ = io.WriteString(c, emptyAnswer)
				_ = c.Close()
				closed <- struct{}{}
			})
			tr.Request.Method = method
			if method == "POST" {
				tr.Request.Body = "x"
			}
			c := client(t, exchange.Options{Timeout: 5 * time.Second})
			for n := range int32(50) {
				_, err := c.Do(t.Context(), tr)
				require.NoError(t, err, "request %d", n)
				<-closed
				require.Equal(t, n+1, requests.Load())
			}
		})
	}
}

func TestConnectionsAreKeptOpen(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	c, tr := client(t, exchange.Options{Timeout: 5 * time.Second}), to(t, s.Listener.Addr().String())
	for range 20 {
		_, err := c.Do(t.Context(), tr)
		require.NoError(t, err)
	}
	require.EqualValues(t, 1, connections.Load())
}

// Of a server that ends connections a moment after its answer, without a word, nothing is lost either: the
// first end is waited for, and then each request has a connection of its own.
func TestServerThatKeepsNoConnections(t *testing.T) {
	t.Parallel()
	var requests, closing atomic.Int32
	tr := listen(t, func(_ int, c net.Conn) {
		req, err := hear(c)
		if err != nil {
			return
		}
		requests.Add(1)
		if req.Close {
			closing.Add(1)
		}
		_, _ = io.WriteString(c, emptyAnswer)
	})
	c := client(t, exchange.Options{Timeout: 5 * time.Second})
	for n := range 50 {
		_, err := c.Do(t.Context(), tr)
		require.NoError(t, err, "request %d", n)
	}
	require.EqualValues(t, 50, requests.Load())
	require.GreaterOrEqual(t, closing.Load(), int32(48)) // the second was under way when the first end was seen
}
