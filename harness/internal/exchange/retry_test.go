package exchange_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// listen takes connections, one after the other, and lets talk have the n-th.
func listen(t *testing.T, talk func(n int, c net.Conn)) *transaction.Transaction {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	var all sync.WaitGroup
	all.Go(func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = c.Close() }()
				talk(n, c)
			})
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })
	return to(t, l.Addr().String())
}

// to is a GET to an address.
func to(t *testing.T, address string) *transaction.Transaction {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	require.NoError(t, err)
	return &transaction.Transaction{
		Protocol: "http:", Host: host, Port: port, FullPath: "/", Request: transaction.Request{Method: "GET"},
	}
}

// hear reads a request from a connection.
func hear(c net.Conn) (*http.Request, error) { return http.ReadRequest(bufio.NewReader(c)) }

// reset ends a connection with a RST.
func reset(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }

const noContent = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"

func TestRetriesOfBrokenConnections(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, method, body string
		breaks             func(c net.Conn)
		connections        int // that were made, of which the third answers
		status             int
		says               string
	}{
		{name: "closed before a byte", method: "GET", breaks: func(c net.Conn) { _, _ = hear(c) }, connections: 3, status: 204},
		{name: "reset before a byte", method: "PUT", body: "x", breaks: func(c net.Conn) { _, _ = hear(c); reset(c) }, connections: 3, status: 204},
		{name: "DELETE may be repeated", method: "DELETE", breaks: func(c net.Conn) { _, _ = hear(c) }, connections: 3, status: 204},
		{
			name: "POST may have been handled", method: "POST", body: "x", breaks: func(c net.Conn) { _, _ = hear(c) },
			connections: 1, says: `error connecting to the server under test: Post "http://`,
		},
		{
			name: "PATCH may have been handled", method: "PATCH", body: "x", breaks: func(c net.Conn) { _, _ = hear(c); reset(c) },
			connections: 1, says: `error connecting to the server under test: Patch "http://`,
		},
		{
			name: "an answer had begun", method: "GET", breaks: func(c net.Conn) { _, _ = hear(c); _, _ = io.WriteString(c, "HTTP/1.1 2") },
			connections: 1, says: "error connecting to the server under test: ",
		},
		{
			name: "a head had begun", method: "GET", breaks: func(c net.Conn) { _, _ = hear(c); _, _ = io.WriteString(c, "HTTP/1.1 200 OK\r\nA: b") },
			connections: 1, says: "unexpected EOF",
		},
		{
			name: "an answer that is none", method: "GET", breaks: func(c net.Conn) { _, _ = hear(c); _, _ = io.WriteString(c, "hello\r\n\r\n") },
			connections: 1, says: "malformed HTTP",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var connections atomic.Int32
			tr := listen(t, func(n int, c net.Conn) {
				connections.Add(1)
				if n < 2 {
					test.breaks(c)
					return
				}
				req, err := hear(c)
				if assert.NoError(t, err) {
					body, _ := io.ReadAll(req.Body)
					assert.Equal(t, test.body, string(body))
					_, _ = io.WriteString(c, noContent)
				}
			})
			tr.Request.Method, tr.Request.Body = test.method, test.body
			c := client(t, exchange.Options{Retries: 2, Timeout: 5 * time.Second})

			real, err := c.Do(t.Context(), tr)

			assert.EqualValues(t, test.connections, connections.Load())
			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, test.status, real.StatusCode)
		})
	}
}

func TestRetriesRunOut(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	tr := listen(t, func(_ int, c net.Conn) { connections.Add(1); _, _ = hear(c) })
	c := client(t, exchange.Options{Retries: 1})

	_, err := c.Do(t.Context(), tr)

	require.ErrorContains(t, err, "error connecting to the server under test (tried 2 times): Get")
	require.EqualValues(t, 2, connections.Load())
}

// free is an address where nothing listens.
func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, l.Close())
	return l.Addr().String()
}

// A server that is not there yet is waited for, also by methods that may not be repeated: nothing was sent.
func TestRetriesOfRefusedConnections(t *testing.T) {
	t.Parallel()
	address := free(t)
	tr := to(t, address)
	tr.Request.Method, tr.Request.Body = "POST", "x"
	ready := make(chan *http.Server, 1)
	timer := time.AfterFunc(150*time.Millisecond, func() { // the second pause is over after 300
		l, err := net.Listen("tcp", address)
		if !assert.NoError(t, err) {
			close(ready)
			return
		}
		s := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(201) })}
		ready <- s
		_ = s.Serve(l)
	})
	defer timer.Stop()
	c := client(t, exchange.Options{Retries: 5})

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Equal(t, 201, real.StatusCode)
	require.NoError(t, (<-ready).Close())
}

func TestAnswerThatIsLateIsNotAskedForAgain(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	tr := listen(t, func(_ int, c net.Conn) {
		connections.Add(1)
		_, _ = io.Copy(io.Discard, c)
	})
	c := client(t, exchange.Options{Retries: 3, Timeout: 400 * time.Millisecond})

	_, err := c.Do(t.Context(), tr)

	require.ErrorContains(t, err, "no answer to GET http://"+net.JoinHostPort(tr.Host, tr.Port)+"/ in time: ")
	require.EqualValues(t, 1, connections.Load())
}

// A TLS handshake that does not end is a connection that is not made in time.
func TestConnectionThatIsNotMadeInTimeIsTriedAgain(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	tr := listen(t, func(_ int, c net.Conn) {
		connections.Add(1)
		_, _ = io.Copy(io.Discard, c)
	})
	tr.Protocol, tr.Request.Method = "https:", "POST"
	c := client(t, exchange.Options{Retries: 1, Timeout: 400 * time.Millisecond})

	_, err := c.Do(t.Context(), tr)

	require.ErrorContains(t, err, "in time (tried 2 times)")
	require.EqualValues(t, 2, connections.Load())
	var timeout interface{ Timeout() bool }
	require.True(t, errors.As(err, &timeout) && timeout.Timeout())
}
