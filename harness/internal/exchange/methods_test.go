package exchange_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/exchange"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// raw answers with a response and hands on the request as it came, without its body. The connection stays
// open until the client closes it.
func raw(t *testing.T, response string) (*transaction.Transaction, <-chan []string) {
	t.Helper()
	requests := make(chan []string, 1)
	tr := listen(t, func(_ int, c net.Conn) {
		r := bufio.NewReader(c)
		var lines []string
		for {
			line, err := r.ReadString('\n')
			if line = strings.TrimRight(line, "\r\n"); err != nil || line == "" {
				break
			}
			lines = append(lines, line)
		}
		if len(lines) == 0 {
			return
		}
		requests <- lines
		_, _ = io.WriteString(c, response)
		_, _ = io.Copy(io.Discard, r)
	})
	return tr, requests
}

func TestConnect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, response string
		target, host, body   string // "" is the address of the server
		headers              transaction.Headers
		status               int
	}{
		{name: "host and port", path: "example.com:443", response: "HTTP/1.1 200 OK\r\n\r\n", target: "example.com:443", status: 200},
		{name: "behind a slash", path: "/example.com:443", response: "HTTP/1.1 200 OK\r\n\r\nbytes of the tunnel", target: "example.com:443", status: 200},
		{name: "an IPv6 address", path: "/[::1]:443", response: "HTTP/1.1 204 No Content\r\n\r\n", target: "[::1]:443", status: 204},
		{name: "a path is none", path: "/v1/tunnel", response: "HTTP/1.1 200 OK\r\n\r\n", status: 200},
		{name: "nor is a port beyond all", path: "/a:65536", response: "HTTP/1.1 200 OK\r\n\r\n", status: 200},
		{name: "a length that means nothing", path: "/a:1", response: "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", target: "a:1", status: 200},
		{
			name: "refused", path: "/a:1", response: "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno",
			target: "a:1", status: 403, body: "no",
		},
		{
			name: "with a Host", path: "/a:1", response: "HTTP/1.1 200 OK\r\n\r\n", target: "a:1", host: "b:2", status: 200,
			headers: transaction.Headers{{Name: "Host", Value: "b:2"}},
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			tr, requests := raw(t, test.response)
			tr.FullPath = test.path
			tr.Request = transaction.Request{Method: "CONNECT", URI: test.path, Headers: test.headers}
			server := net.JoinHostPort(tr.Host, tr.Port)
			target := map[bool]string{true: server, false: test.target}[test.target == ""]
			host := map[bool]string{true: target, false: test.host}[test.host == ""]
			c := client(t, exchange.Options{Timeout: 5 * time.Second})

			real, err := c.Do(t.Context(), tr)

			require.NoError(t, err)
			assert.Equal(t, test.status, real.StatusCode)
			assert.Equal(t, test.body, real.Body)
			got := <-requests
			assert.Equal(t, "CONNECT "+target+" HTTP/1.1", got[0])
			assert.Contains(t, got, "Host: "+host)
		})
	}
}

func TestRequestTargetsAndMethods(t *testing.T) {
	t.Parallel()
	tests := []struct {
		method, path, line string
		says               string
	}{
		{method: "OPTIONS", path: "*", line: "OPTIONS * HTTP/1.1"},
		{method: "OPTIONS", path: "/a", line: "OPTIONS /a HTTP/1.1"},
		{method: "LINK", path: "/a", line: "LINK /a HTTP/1.1"},
		{method: "UNLINK", path: "/a", line: "UNLINK /a HTTP/1.1"},
		{method: "TRACE", path: "/a", line: "TRACE /a HTTP/1.1"},
		{method: "get", path: "/a", line: "get /a HTTP/1.1"},
		{method: "GET", path: `/a%2fb/<c>?d="e"&f={g|h}^i\j k&l=é'`, line: "GET /a%2fb/%3Cc%3E?d=%22e%22&f=%7Bg%7Ch%7D%5Ei%5Cj%20k&l=%C3%A9' HTTP/1.1"},
		{method: "M-SEARCH", path: "/a", line: "M-SEARCH /a HTTP/1.1"},
		{method: "X!#$%&'*+.^_`|~1", path: "/a?b=%2f", line: "X!#$%&'*+.^_`|~1 /a?b=%2f HTTP/1.1"},
		{method: "NO SPACE", path: "/a", says: `make the request: net/http: invalid method "NO SPACE"`},
		{method: "LINE\r\nX: 1", path: "/a", says: "make the request: net/http: invalid method"},
	}
	for _, test := range tests {
		t.Run(test.method+" "+test.path, func(t *testing.T) {
			t.Parallel()
			tr, requests := raw(t, "HTTP/1.1 204 No Content\r\n\r\n")
			tr.FullPath, tr.Request.Method = test.path, test.method
			c := client(t, exchange.Options{Timeout: 5 * time.Second})

			real, err := c.Do(t.Context(), tr)

			if test.says != "" {
				require.ErrorContains(t, err, test.says)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, 204, real.StatusCode)
			got := <-requests
			assert.Equal(t, test.line, got[0])
			assert.Contains(t, got, "Host: "+net.JoinHostPort(tr.Host, tr.Port))
		})
	}
}

func TestAnswerThatSwitchesProtocolsHasNoBody(t *testing.T) {
	t.Parallel()
	tr, _ := raw(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nand so on")
	tr.Request.Headers = transaction.Headers{{Name: "Connection", Value: "Upgrade"}, {Name: "Upgrade", Value: "echo"}}
	c := client(t, exchange.Options{Timeout: 5 * time.Second})

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	assert.Equal(t, 101, real.StatusCode)
	assert.Empty(t, real.Body)
	assert.Nil(t, real.Problem)
}

func TestHeadHasTheHeadersOfABody(t *testing.T) {
	t.Parallel()
	tr, _ := raw(t, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 100\r\n\r\n")
	tr.Request.Method = "HEAD"
	c := client(t, exchange.Options{Timeout: 5 * time.Second})

	real, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	assert.Empty(t, real.Body)
	assert.Nil(t, real.Problem)
	length, _ := real.Headers.Get("Content-Length")
	assert.Equal(t, "100", length)
}

func TestUserAgentThatIsDocumentedIsKept(t *testing.T) {
	t.Parallel()
	var got string
	c, tr := serve(t, func(_ http.ResponseWriter, r *http.Request) { got = r.UserAgent() })
	tr.Request.Headers = transaction.Headers{{Name: "user-agent", Value: "browser"}}

	_, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Equal(t, "browser", got)
}

func TestNamesOfHeadersAreSentAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	tr, sent := raw(t, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	c := client(t, exchange.Options{UserAgent: "bailiff/test"})
	tr.Request.Headers = transaction.Headers{
		{Name: "x-lower", Value: "1"}, {Name: "X-LOWER", Value: "2"}, {Name: "SOAPAction", Value: "a"}, {Name: "user-agent", Value: "browser"}, {Name: "connection", Value: "close"},
	}

	_, err := c.Do(t.Context(), tr)

	require.NoError(t, err)
	require.Subset(t, <-sent, []string{"x-lower: 1", "x-lower: 2", "SOAPAction: a", "User-Agent: browser", "Connection: close"})
}

func TestRequestBodiesAreInTheirEncoding(t *testing.T) {
	t.Parallel()
	var got *http.Request
	var body string
	c, tr := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		got = r
		b, _ := io.ReadAll(r.Body)
		body = string(b)
	})
	tr.Request = transaction.Request{Method: "POST", Body: "café", Headers: transaction.Headers{
		{Name: "Content-Type", Value: "text/plain; charset=iso-8859-1"}, {Name: "Content-Length", Value: "5"},
	}}
	_, err := c.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.Equal(t, "caf\xE9", body)
	assert.EqualValues(t, 4, got.ContentLength)

	tr.Request.Headers = append(tr.Request.Headers, transaction.Header{Name: "Transfer-Encoding", Value: "chunked"})
	_, err = c.Do(t.Context(), tr)
	require.NoError(t, err)
	assert.Equal(t, "caf\xE9", body)
	assert.Equal(t, []string{"chunked"}, got.TransferEncoding)
}
