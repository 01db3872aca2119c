package exchange

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync/atomic"
	"time"
)

const (
	// dialTimeout is how long a connection may take to be made. One that takes longer is never made.
	dialTimeout = 10 * time.Second
	// keptOpen is how long a connection is kept that nobody uses. Servers close theirs after 2 seconds and
	// more (5 in Node.js), and a request that meets the closing is lost.
	keptOpen = time.Second
	// maxKept is how many connections are kept open.
	maxKept = 16
)

// errHungUp says that the connection ended after a request was sent on it, without an answer.
var errHungUp = errors.New("the server closed the connection without an answer")

// connection counts what is written to it, to know whether a request has left, and tells when the other side
// ends it between two requests.
type connection struct {
	net.Conn
	written atomic.Int64
	idle    atomic.Bool
	ended   func()
}

// Read reads; net/http does so all the time.
func (c *connection) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if errors.Is(err, io.EOF) && c.idle.Load() {
		c.ended()
	}
	return n, err
}

// Write writes and counts.
func (c *connection) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	c.written.Add(int64(n))
	return n, err
}

// dial makes a connection, unless the request was sent already on another: net/http would send it again.
func (c *Client) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if p, ok := ctx.Value(progressKey{}).(*progress); ok && p.again.Load() {
		return nil, errHungUp
	}
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &connection{Conn: conn, ended: c.noKeeping}, nil
}

// counted is what counts the bytes of a connection, below TLS; nil when nothing does.
func counted(c net.Conn) *connection {
	for {
		switch conn := c.(type) {
		case *connection:
			return conn
		case *tls.Conn:
			c = conn.NetConn()
		default:
			return nil
		}
	}
}

const (
	// hangUpWait is how long the end of the first connection is waited for before it is used again. There are
	// servers that close all of theirs without saying so in the response, uWSGI's http-socket for one.
	hangUpWait = 10 * time.Millisecond
	// hangUpLook is how often to look meanwhile.
	hangUpLook = time.Millisecond
)

// isOver reports that a connection which was kept open has ended.
func (c *Client) isOver(conn net.Conn) bool {
	over := ended(conn)
	for waited := time.Duration(0); canTellEnd && !over && !c.keeps.Load() && waited < hangUpWait; waited += hangUpLook {
		time.Sleep(hangUpLook)
		over = ended(conn)
	}
	return over
}

// noKeeping gives each further request a connection of its own.
func (c *Client) noKeeping() {
	if !c.hangsUp.Swap(true) {
		c.transport.CloseIdleConnections()
	}
}
