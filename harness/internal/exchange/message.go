package exchange

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/content"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// message is a request as it will be sent, as often as need be.
type message struct {
	method  string
	url     *url.URL
	host    string // of the header Host; "" means that of url
	header  http.Header
	names   map[string]string // those of the header as they are written, where net/http has them otherwise
	body    string
	chunked bool // the length is not told
}

// message makes the request of a transaction. The body is sent in the charset and the encoding that the
// headers name, as content.Encode has it; where it cannot be, it is sent as it is.
func (c *Client) message(t *transaction.Transaction) (*message, error) {
	address, err := requested(t)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	m := &message{method: t.Request.Method, url: address, header: http.Header{}, names: map[string]string{}}
	m.body, _ = content.Encode(t.Request.Headers, t.Request.Body) // what cannot be is warned of before the run
	for _, h := range t.Request.Headers {
		value := strings.TrimSpace(h.Value)
		switch http.CanonicalHeaderKey(h.Name) {
		case "Host":
			m.host = value
		case "Content-Length": // the one of the body is sent, whatever the documentation says
		case "Transfer-Encoding":
			m.chunked = m.body != "" && strings.EqualFold(value, "chunked")
		default:
			m.add(h.Name, value)
		}
	}
	if _, ok := m.header["User-Agent"]; !ok {
		m.header.Set("User-Agent", c.options.UserAgent)
	}
	return m, nil
}

// add adds a field. Its name is sent as it is written first: that does not matter to HTTP, but to servers
// and logs that look for it as text. net/http itself looks at some, and finds them in its own way of writing
// alone.
func (m *message) add(name, value string) {
	canonical := http.CanonicalHeaderKey(name)
	switch canonical {
	case "Accept-Encoding", "Connection", "Expect", "Idempotency-Key", "Range", "Te", "Trailer", "Upgrade", "User-Agent":
	default:
		if _, there := m.header[canonical]; !there && name != canonical {
			m.names[canonical] = name
		}
	}
	m.header.Add(name, value)
}

// requested is the URL of a transaction. Two forms of the request target are no path (RFC 9112, section
// 3.2): that of CONNECT, which is a host and its port, and the asterisk of OPTIONS.
func requested(t *transaction.Transaction) (*url.URL, error) {
	host := t.Host
	if t.Port != "" {
		host = net.JoinHostPort(t.Host, t.Port)
	} else if strings.Contains(host, ":") { // an IPv6 address
		host = "[" + host + "]"
	}
	server := t.Protocol + "//" + host
	switch {
	case t.Request.Method == http.MethodConnect:
		u, err := url.Parse(server)
		if err != nil {
			return nil, err
		}
		u.Opaque = authority(t)
		return u, nil
	case t.Request.Method == http.MethodOptions && t.FullPath == "*":
		u, err := url.Parse(server)
		if err != nil {
			return nil, err
		}
		u.Path = "*"
		return u, nil
	}
	return url.Parse(server + escaped(t.FullPath))
}

// escaped writes what neither a URI (RFC 3986) nor a request line can hold in percent-encoding, as Dredd
// does. What is encoded already stays as it is.
func escaped(path string) string {
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// authority is what a CONNECT asks a tunnel to: the host and port that are documented in place of a
// path, and else the server under test itself.
func authority(t *transaction.Transaction) string {
	documented := strings.TrimPrefix(t.FullPath, "/")
	if host, port, err := net.SplitHostPort(documented); err == nil && host != "" && !strings.ContainsAny(documented, "/?#@") {
		if n, err := strconv.ParseUint(port, 10, 16); err == nil && n > 0 {
			return documented
		}
	}
	port := t.Port
	if port == "" {
		port = "80"
		if t.Protocol == "https:" {
			port = "443"
		}
	}
	return net.JoinHostPort(t.Host, port)
}

// request makes what net/http sends.
func (m *message) request(ctx context.Context) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, m.method, "", nil)
	if err != nil {
		return nil, fmt.Errorf("make the request: %w", err)
	}
	req.URL, req.Host, req.Header = m.url, m.host, m.header.Clone()
	for canonical, written := range m.names {
		if values, there := req.Header[canonical]; there {
			delete(req.Header, canonical)
			req.Header[written] = values
		}
	}
	if m.host == "" {
		req.Host = m.url.Host
		if m.url.Opaque != "" { // RFC 9110, section 7.2: that of the target
			req.Host = m.url.Opaque
		}
	}
	if m.body == "" {
		return req, nil
	}
	req.ContentLength = int64(len(m.body))
	if m.chunked {
		req.ContentLength = -1
	}
	req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(m.body)), nil }
	req.Body, err = req.GetBody()
	return req, err
}

// String is what is asked for: the method and the URL, without a password.
func (m *message) String() string {
	if m.method == http.MethodConnect {
		return m.method + " " + m.url.Opaque
	}
	return m.method + " " + m.url.Redacted()
}

// key is the same for requests that ask for the same.
func (m *message) key() string { return m.method + " " + m.url.String() }
