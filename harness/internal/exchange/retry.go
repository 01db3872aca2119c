package exchange

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	// firstPause is how long to wait before a request is sent again. It doubles each time: a server
	// that starts is there after a moment, and one that restarts is not.
	firstPause = 100 * time.Millisecond
	// longestPause is where it stops growing.
	longestPause = 2 * time.Second
)

// send sends a message until it is answered, as often as Options.Retries allow.
func (c *Client) send(ctx context.Context, m *message) (*answer, error) {
	pause := c.pause
	for n := 0; ; n++ {
		a, progress, err := c.attempt(ctx, m)
		if err == nil {
			return a, nil
		}
		if n >= c.options.Retries || ctx.Err() != nil || !progress.mayRepeat(m.method, err) {
			return nil, explain(m, n+1, err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, explain(m, n+1, ctx.Err())
		case <-timer.C:
		}
		pause = min(2*pause, longestPause)
	}
}

// mostStale is how many connections in a row may turn out to be closed before anything was sent: as many as
// are kept open, and one that is new.
const mostStale = maxKept + 1

// attempt sends a message once.
func (c *Client) attempt(ctx context.Context, m *message) (a *answer, p *progress, err error) {
	for range mostStale {
		a, p, err = c.roundTrip(ctx, m)
		if err == nil || ctx.Err() != nil || !p.reused.Load() || p.sent() {
			break
		}
	}
	return a, p, err
}

func (c *Client) roundTrip(ctx context.Context, m *message) (*answer, *progress, error) {
	p := &progress{client: c}
	cancel := context.CancelFunc(func() {})
	if c.options.Timeout > 0 {
		ctx, cancel = context.WithTimeout(ctx, c.options.Timeout)
	}
	ctx = context.WithValue(ctx, progressKey{}, p)
	req, err := m.request(httptrace.WithClientTrace(ctx, p.trace()))
	if err != nil {
		cancel()
		return nil, p, err
	}
	req.Close = c.hangsUp.Load()
	res, err := c.transport.RoundTrip(req)
	if err == nil && p.reused.Load() {
		c.keeps.Store(true)
	}
	if err != nil {
		cancel()
		if p.reused.Load() && isReset(err) {
			c.noKeeping()
		}
		if p.again.Load() {
			err = errHungUp // and not what kept it from being sent again
		}
		return nil, p, &url.Error{Op: operation(m.method), URL: m.url.Redacted(), Err: err}
	}
	return &answer{message: m, response: res, cancel: cancel}, p, nil
}

// operation writes a method as errors of net/http do.
func operation(method string) string {
	if method == "" {
		return "Get"
	}
	return method[:1] + strings.ToLower(method[1:])
}

// progress is how far a request came.
type progress struct {
	client                       *Client
	connected, written, answered atomic.Bool
	// reused says that the connection had been kept open.
	reused atomic.Bool
	// again says that net/http is about to send the request a second time, which it is kept from.
	again      atomic.Bool
	connection atomic.Pointer[connection]
	before     atomic.Int64 // bytes that had been written to connection
}

// progressKey is where dial finds the progress of the request that it connects for.
type progressKey struct{}

func (p *progress) trace() *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		// A connection that had been kept open may turn out to be closed: net/http takes another then, also
		// when it had sent a request that it thinks may be repeated.
		GetConn: func(string) {
			if p.sent() {
				p.again.Store(true)
				return
			}
			p.connected.Store(false)
			p.written.Store(false)
		},
		GotConn: func(info httptrace.GotConnInfo) {
			if p.again.Load() {
				_ = info.Conn.Close() // so that nothing can be sent on it
				return
			}
			p.connected.Store(true)
			p.reused.Store(info.Reused)
			if c := counted(info.Conn); c != nil {
				p.take(c, info)
			}
		},
		PutIdleConn: func(err error) {
			if c := p.connection.Load(); c != nil && err == nil {
				c.idle.Store(true)
			}
		},
		WroteHeaders:         func() { p.written.Store(true) },
		GotFirstResponseByte: func() { p.answered.Store(true) },
	}
}

// take notes which connection the request will be sent on, unless that has ended: net/http takes another then.
func (p *progress) take(c *connection, info httptrace.GotConnInfo) {
	p.before.Store(c.written.Load())
	p.connection.Store(c)
	if info.Reused && p.client.isOver(c.Conn) {
		_ = info.Conn.Close() // nothing was sent on it
		p.client.noKeeping()
	}
	c.idle.Store(false)
}

// sent reports that some of the request has left.
func (p *progress) sent() bool {
	c := p.connection.Load()
	return c != nil && c.written.Load() > p.before.Load()
}

// mayRepeat reports that a request met no server, and that it does no harm to send it again. When the
// connection breaks after the request was written, the server may have carried it out: then only methods
// are repeated that RFC 9110, section 9.2.2, calls idempotent. An answer that is late is none of it.
func (p *progress) mayRepeat(method string, err error) bool {
	switch {
	case p.answered.Load():
		return false
	case !p.connected.Load():
		return isRefused(err) || isReset(err) || isTimeout(err)
	}
	return isReset(err) && (!p.written.Load() || isIdempotent(method))
}

func isIdempotent(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return false
}

// The numbers of two errors of Windows, which package syscall does not name on other systems, where no
// error has them.
const (
	wsaConnectionReset   = syscall.Errno(10054)
	wsaConnectionRefused = syscall.Errno(10061)
)

func isRefused(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, wsaConnectionRefused)
}

// isReset reports that the other side ended the connection, politely or not.
func isReset(err error) bool {
	return errors.Is(err, syscall.ECONNRESET) || errors.Is(err, wsaConnectionReset) || errors.Is(err, syscall.EPIPE) ||
		errors.Is(err, errHungUp) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		strings.Contains(err.Error(), "server closed idle connection") // net/http has no name for it
}
