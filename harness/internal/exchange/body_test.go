package exchange_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// answer writes a response as it stands and closes the connection.
func answer(t *testing.T, response string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		_, _ = io.WriteString(conn, response)
		_ = conn.Close()
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	gzipped := func(text string) string {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		_, _ = io.WriteString(w, text)
		_ = w.Close()
		return b.String()
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	tests := []struct {
		name, method, response string
		body, problem, says    string
	}{
		{name: "whole", response: ok + "Content-Length: 5\r\n\r\nhello", body: "hello"},
		{name: "whole in chunks", response: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", body: "hello"},
		{name: "up to the end of the connection", response: "HTTP/1.0 200 OK\r\n\r\nhello", body: "hello"},
		{
			name: "shorter than announced", response: ok + "Content-Length: 12\r\n\r\nhello", body: "hello",
			problem: gavel.BodyCutOff, says: "The body ended after 5 of 12 bytes.",
		},
		{
			name: "nothing of what was announced", response: ok + "Content-Length: 1\r\n\r\n",
			problem: gavel.BodyCutOff, says: "The body ended after 0 of 1 byte.",
		},
		{
			name: "in the middle of a chunk", response: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n9\r\nwor", body: "hellowor",
			problem: gavel.BodyCutOff, says: "The body ended after 8 bytes, before its last chunk was whole.",
		},
		{
			name: "without the last chunk", response: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", body: "hello",
			problem: gavel.BodyCutOff, says: "The body ended after 5 bytes, before its last chunk was whole.",
		},
		{
			name: "a broken chunk", response: ok + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", body: "hello",
			problem: gavel.BodyCutOff, says: "The body ended after 5 bytes: invalid byte in chunk length.",
		},
		{
			name: "cut off and compressed", response: ok + "Content-Encoding: gzip\r\nContent-Length: 99\r\n\r\n" + gzipped("hello"), body: gzipped("hello"),
			problem: gavel.BodyCutOff, says: "The body ended after 29 of 99 bytes.",
		},
		{
			name: "too large", response: ok + "Content-Length: 268435457\r\n\r\n" + strings.Repeat("x", 70_000), body: strings.Repeat("x", 64<<10),
			problem: gavel.BodyTooLarge, says: "The body is 268435457 bytes long, and bailiff reads up to 268435456 bytes.",
		},
		{name: "compressed", response: "HTTP/1.0 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + gzipped("hello"), body: "hello"},
		{
			name: "not what it claims to be compressed with", response: ok + "Content-Encoding: br\r\nContent-Length: 5\r\n\r\n{\"a\":", body: `{"a":`,
			problem: gavel.BodyEncodingInvalid,
		},
		{name: "another charset", response: ok + "Content-Type: text/plain; charset=iso-8859-1\r\nContent-Length: 4\r\n\r\ncaf\xE9", body: "café"},
		{
			name: "not of its charset", response: ok + "Content-Type: text/plain; charset=utf-8\r\nContent-Length: 4\r\n\r\ncaf\xE9", body: "caf\xE9",
			problem: gavel.BodyCharsetInvalid, says: `The Content-Type names the charset "utf-8", but the byte 0xe9 at offset 3 is not of it.`,
		},
		{name: "HEAD", method: "HEAD", response: ok + "Content-Length: 12\r\nContent-Encoding: gzip\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n"},
		{name: "HEAD of what is too large", method: "HEAD", response: ok + "Content-Length: 999999999999\r\n\r\n"},
		{name: "204", response: "HTTP/1.1 204 No Content\r\nContent-Length: 12\r\nContent-Encoding: br\r\n\r\n"},
		{name: "304", response: "HTTP/1.1 304 Not Modified\r\nContent-Length: 12\r\nContent-Encoding: gzip\r\n\r\n"},
		{name: "compressed nothing", response: ok + "Content-Length: 0\r\nContent-Encoding: gzip\r\n\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			c, tr := serve(t, answer(t, tt.response))
			if tt.method != "" {
				tr.Request.Method = tt.method
			}

			real, err := c.Do(t.Context(), tr)

			require.NoError(t, err)
			assert.Equal(t, tt.body, real.Body)
			if tt.problem == "" {
				require.Nil(t, real.Problem)
				return
			}
			require.NotNil(t, real.Problem)
			assert.Equal(t, tt.problem, real.Problem.ID)
			if tt.says != "" {
				assert.Equal(t, tt.says, real.Problem.Message)
			}
		})
	}
}

// TestBodyThatNeverEnds sends chunk after chunk: the client gives up in time, and says how far it came.
func TestBodyThatNeverEnds(t *testing.T) {
	t.Parallel()
	done := make(chan struct{})
	c, tr := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "hello")
		_ = http.NewResponseController(w).Flush()
		<-done
	})
	defer close(done)

	t.Run("timeout", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		_, err := c.Do(ctx, tr)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.ErrorContains(t, err, "did not end in time; 5 bytes came")
	})
	t.Run("timeout of the client", func(t *testing.T) {
		impatient := client(t, exchange.Options{Timeout: 100 * time.Millisecond})
		_, err := impatient.Do(t.Context(), tr)
		require.ErrorContains(t, err, "did not end in time; 5 bytes came")
	})
	t.Run("cancelled", func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		go cancel()
		_, err := c.Do(ctx, tr)
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestProblemsBecomeFindings(t *testing.T) {
	t.Parallel()
	c, tr := serve(t, answer(t, "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n{\"a\": 1}"))
	real, err := c.Do(t.Context(), tr)
	require.NoError(t, err)

	got := gavel.New().Check(transaction.Response{StatusCode: 200, Body: `{"b": 1}`}, *real, gavel.Options{}).Findings

	require.Len(t, got, 1)
	assert.Equal(t, gavel.BodyCutOff, got[0].ID)
	assert.Equal(t, "The body ended after 8 of 12 bytes.", got[0].Message)
}
