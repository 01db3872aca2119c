// Package exchange sends the request of a transaction and brings back the response: one request
// out, one response in.
//
// It follows no redirects, uses no proxy and keeps no cookies, since what the server really answers is
// what the documentation is held against. The headers are those that came; the body is the text that
// they say it is, with its content encoding undone and its charset turned into UTF-8. A body that
// cannot be brought back like that is no error: the response says what is wrong in its Problem. It
// judges nothing.
//
//	client := exchange.New(30*time.Second, "bailiff/1.0")
//	defer client.Close()
//	real, err := client.Do(ctx, t)
package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// MaxBody is the largest response body that is read, in bytes, as it comes and once it is decoded. No
// documentation shows one beyond it, and holding it would take several times its size.
const MaxBody = 256 << 20

// Client sends requests. It keeps connections open between them and may be used by several
// goroutines.
type Client struct {
	http      *http.Client
	userAgent string
}

// New returns a client that gives up on a request after timeout; 0 means never.
func New(timeout time.Duration, userAgent string) *Client {
	return &Client{
		userAgent: userAgent,
		http: &http.Client{
			Timeout: timeout,
			Transport: &http.Transport{
				DisableCompression:  true,
				MaxIdleConnsPerHost: 16,
				DialContext:         (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
}

// Close gives back the connections.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Do sends the transaction's request and returns what came. The error says what to do where that
// is known: it means that there is no response to judge. A body that did not come whole, or is not
// what the headers say, makes a response with a Problem.
func (c *Client) Do(ctx context.Context, t *transaction.Transaction) (*transaction.Response, error) {
	req, err := c.request(ctx, t)
	if err != nil {
		return nil, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, explain(req, err)
	}
	defer func() { _ = res.Body.Close() }() // the body was read; there is nothing to lose
	real := &transaction.Response{StatusCode: res.StatusCode, Headers: headers(res.Header)}
	if real.Body, real.Problem, err = body(res, MaxBody); err != nil {
		return nil, explainBody(req, len(real.Body), err)
	}
	if real.Problem == nil {
		real.Body, real.Problem = content.Decode(real.Headers, real.Body, MaxBody)
	}
	return real, nil
}

func (c *Client) request(ctx context.Context, t *transaction.Transaction) (*http.Request, error) {
	url := t.Protocol + "//" + t.Host
	if t.Port != "" {
		url = t.Protocol + "//" + net.JoinHostPort(t.Host, t.Port)
	}
	var body io.Reader
	if t.Request.Body != "" {
		body = strings.NewReader(t.Request.Body)
	}
	req, err := http.NewRequestWithContext(ctx, t.Request.Method, url+t.FullPath, body)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	for _, h := range t.Request.Headers {
		switch http.CanonicalHeaderKey(h.Name) {
		case "Host":
			req.Host = h.Value
		case "Content-Length": // the one of the body is sent, whatever the documentation says
		default:
			req.Header.Add(h.Name, strings.TrimSpace(h.Value))
		}
	}
	if _, documented := t.Request.Headers.Get("User-Agent"); !documented {
		req.Header.Set("User-Agent", c.userAgent)
	}
	return req, nil
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

func explainBody(req *http.Request, read int, err error) error {
	if errors.Is(err, context.Canceled) {
		return context.Canceled
	}
	return fmt.Errorf("the response to %s %s did not end in time; %s came: %w", req.Method, req.URL, bytes(int64(read)), err)
}

func explain(req *http.Request, err error) error {
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: start the server under test, or mend its URL", req.URL.Host)
	case isTimeout(err):
		return fmt.Errorf("no answer to %s %s in time: %w", req.Method, req.URL, err)
	default:
		return fmt.Errorf("error connecting to the server under test: %w", err)
	}
}
