// Package exchange sends the request of a transaction and brings back the response: one request
// out, one response in.
//
// By default it follows no redirects, uses no proxy and sends a request once, also where a connection that
// was kept open breaks, and net/http would send it again. It never keeps cookies, since what
// the server really answers is what the documentation is held against. The headers are those that came;
// the body is the text that they say it is, with its content encoding undone and its charset turned
// into UTF-8. A body that cannot be brought back like that is no error: the response says what is wrong
// in its Problem. It judges nothing.
//
//	client, err := exchange.New(exchange.Options{Timeout: 30*time.Second, UserAgent: "bailiff/1.0"})
//	if err != nil {
//		return err
//	}
//	defer client.Close()
//	real, err := client.Do(ctx, t)
package exchange

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// MaxBody is the largest response body that is read, in bytes, as it comes and once it is decoded. No
// documentation shows one beyond it, and holding it would take several times its size.
const MaxBody = 256 << 20

// Options say how a Client sends. The zero value sends once, directly, and waits for ever.
type Options struct {
	// Timeout is how long each attempt at a request may take, and its response; zero means for ever.
	Timeout time.Duration
	// UserAgent is sent with requests that have no such header.
	UserAgent string
	// Retries is how often a request is sent again that met no server.
	Retries int
	// Redirects is how many redirects of a response are followed.
	Redirects int
	// Proxy is the URL of a proxy, or ProxyFromEnvironment; empty means none.
	Proxy string
	// TLS says whom to trust, and what to present.
	TLS TLS
}

// Client sends requests. It keeps connections open between them and may be used by several
// goroutines.
type Client struct {
	options   Options
	transport *http.Transport
	pause     time.Duration // before the first retry
	// keeps says that a connection was used a second time. hangsUp says that the server closes connections
	// that are kept open, at once and without a word: each request has its own then.
	keeps, hangsUp atomic.Bool
}

// New returns a client. The error says which file of Options.TLS, or which proxy, is not what it is to
// be.
func New(o Options) (*Client, error) {
	proxy, err := proxyOf(o.Proxy)
	if err != nil {
		return nil, err
	}
	secure, err := o.TLS.config()
	if err != nil {
		return nil, err
	}
	c := &Client{options: o, pause: firstPause}
	c.transport = &http.Transport{
		DisableCompression:  true,
		MaxIdleConnsPerHost: maxKept,
		IdleConnTimeout:     keptOpen,
		DialContext:         c.dial,
		Proxy:               proxy,
		TLSClientConfig:     secure,
	}
	return c, nil
}

// Close gives back the connections.
func (c *Client) Close() { c.transport.CloseIdleConnections() }

// Do sends the transaction's request and returns what came. The error says what to do where that
// is known: it means that there is no response to judge. A body that did not come whole, or is not
// what the headers say, makes a response with a Problem.
func (c *Client) Do(ctx context.Context, t *transaction.Transaction) (*transaction.Response, error) {
	m, err := c.message(t)
	if err != nil {
		return nil, err
	}
	a, err := c.final(ctx, m, t.Expected.StatusCode)
	if err != nil {
		return nil, err
	}
	defer a.close()
	res := a.response
	real := &transaction.Response{StatusCode: res.StatusCode, Headers: headers(res.Header)}
	if a.isTunnel() {
		return real, nil
	}
	if real.Body, real.Problem, err = body(res, MaxBody); err != nil {
		return nil, explainBody(a.message, len(real.Body), err)
	}
	if real.Problem == nil {
		real.Body, real.Problem = content.Decode(real.Headers, real.Body, MaxBody)
	}
	return real, nil
}

// answer is a response whose body has not been read, and the request that it answers.
type answer struct {
	message  *message
	response *http.Response
	cancel   context.CancelFunc
}

// isTunnel reports that what follows the head of the response is no body: a CONNECT that succeeded turns
// the connection into a tunnel (RFC 9110, section 9.3.6), and 101 hands it to another protocol (section
// 15.2.2).
func (a *answer) isTunnel() bool {
	return a.response.StatusCode == http.StatusSwitchingProtocols ||
		a.message.method == http.MethodConnect && a.response.StatusCode/100 == 2
}

func (a *answer) close() {
	_ = a.response.Body.Close() // what was wanted of it was read; there is nothing to lose
	a.cancel()
}

// drain reads a little more, so that the connection can be used again, and closes.
func (a *answer) drain() {
	const little = 64 << 10
	_, _ = io.CopyN(io.Discard, a.response.Body, little) // if it fails, the connection is lost, no more
	a.close()
}

// final sends a message and follows the redirects that it meets. One with the documented status is what
// the documentation is held against, and so is not followed.
func (c *Client) final(ctx context.Context, m *message, documented int) (*answer, error) {
	seen := map[string]bool{}
	for n := 0; ; n++ {
		a, err := c.send(ctx, m)
		if err != nil {
			return nil, err
		}
		if c.options.Redirects <= 0 || a.response.StatusCode == documented || !isRedirect(a.response) {
			return a, nil
		}
		a.drain()
		next, err := m.redirected(a.response)
		if err != nil {
			return nil, err
		}
		seen[m.key()] = true
		switch {
		case seen[next.key()]:
			return nil, fmt.Errorf("redirects lead in a circle: %s sends to %s, which was asked for already", m.url, next.url)
		case n == c.options.Redirects:
			return nil, fmt.Errorf("more redirects came than the %d that are followed: %s sends to %s", n, m.url, next.url)
		}
		m = next
	}
}

// headers lists the fields in the order of their names, which are in lower case. Fields of one
// name are joined as RFC 9110 section 5.3 allows, but for Set-Cookie, where it does not.
func headers(h http.Header) transaction.Headers {
	var list transaction.Headers
	for name, values := range h {
		lower := strings.ToLower(name)
		if lower != "set-cookie" {
			values = []string{strings.Join(values, ", ")}
		}
		for _, v := range values {
			list = append(list, transaction.Header{Name: lower, Value: v})
		}
	}
	slices.SortStableFunc(list, func(a, b transaction.Header) int { return strings.Compare(a.Name, b.Name) })
	return list
}
