package harness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// endpoint reads Config.Endpoint as Dredd does: a URL without a scheme is an http one.
func endpoint(cfg Config) (*url.URL, error) {
	if cfg.Handler != nil {
		return nil, nil
	}
	if cfg.Endpoint == "" && (cfg.DryRun || cfg.Names) {
		return nil, nil
	}
	if cfg.Endpoint == "" {
		return nil, errors.New("no server under test: give a handler or a URL")
	}
	raw := cfg.Endpoint
	if !strings.Contains(raw, "://") {
		raw = "http://" + strings.TrimLeft(raw, ":/")
	}
	u, err := url.Parse(raw)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the URL of the server under test: %w", err)
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("the URL of the server under test, %q, is no http or https one", cfg.Endpoint)
	case !isPort(u.Port()):
		return nil, fmt.Errorf("the URL of the server under test, %q, has the port %s: give one from 1 to 65535", cfg.Endpoint, u.Port())
	case u.Hostname() == "":
		return nil, fmt.Errorf("the URL of the server under test, %q, names no host", cfg.Endpoint)
	}
	return u, nil
}

// isPort reports whether something can listen there; "" is the one of the scheme.
func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// address fills in where the request goes, unless a hook said so already. base is nil as long as the
// server is not known, which is when it is in-process: then only the path is.
func address(t *transaction.Transaction, base *url.URL) {
	if base == nil {
		base = &url.URL{}
	}
	if t.Host == "" && base.Host != "" {
		t.Host = base.Hostname()
		t.Protocol = cmp.Or(t.Protocol, base.Scheme+":")
		t.Port = cmp.Or(t.Port, base.Port())
	}
	t.FullPath = cmp.Or(t.FullPath, target(base, t.Request))
}

// target is what is asked for. Two forms are no path, and so do not begin with that of the server: the
// host and port of a CONNECT, and the asterisk of OPTIONS (RFC 9112, section 3.2).
func target(base *url.URL, r transaction.Request) string {
	switch {
	case r.Method == http.MethodConnect:
		return r.URI
	case r.Method == http.MethodOptions && (r.URI == "*" || r.URI == "/*"):
		return "*"
	}
	return joinPath(base, r.URI)
}

// joinPath puts the base path of the server's URL before the URI, with one slash between.
func joinPath(base *url.URL, uri string) string {
	path := strings.Trim(base.EscapedPath(), "/")
	if path == "" {
		return "/" + strings.TrimPrefix(uri, "/")
	}
	if uri == "" || uri == "/" {
		return "/" + path
	}
	return "/" + path + "/" + strings.TrimPrefix(uri, "/")
}

// loopback is where an in-process server listens.
func loopback(ctx context.Context) (net.Listener, error) {
	var l net.ListenConfig
	listener, err := l.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the server under test: %w", err)
	}
	return listener, nil
}
