// Package exchange sends the request of a transaction and brings back the response: one request
// out, one response in.
//
// It follows no redirects, uses no proxy, keeps no cookies and decodes no content encoding, since
// what the server really answers is what the documentation is held against. It judges nothing.
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

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// MaxBody is the largest response body that is read, in bytes. A response beyond it is an error:
// no documentation shows one, and holding it would take several times its size.
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
// is known: it means that there is no response to judge.
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
	body, err := io.ReadAll(io.LimitReader(res.Body, MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read the response to %s %s after %d bytes: %w", req.Method, req.URL, len(body), err)
	}
	if len(body) > MaxBody {
		return nil, fmt.Errorf("the response to %s %s is larger than %d MiB", req.Method, req.URL, MaxBody>>20)
	}
	return &transaction.Response{
		StatusCode: res.StatusCode,
		Headers:    headers(res.Header),
		Body:       string(body),
	}, nil
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

func explain(req *http.Request, err error) error {
	var timeout interface{ Timeout() bool }
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, syscall.ECONNREFUSED):
		return fmt.Errorf("nothing listens at %s: start the server under test, or mend its URL", req.URL.Host)
	case errors.As(err, &timeout) && timeout.Timeout():
		return fmt.Errorf("no answer to %s %s in time: %w", req.Method, req.URL, err)
	default:
		return fmt.Errorf("error connecting to the server under test: %w", err)
	}
}
