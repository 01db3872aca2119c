package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"strings"
	"syscall"

	goredis "github.com/redis/go-redis/v9"
)

// given is a server that somebody else runs.
type given struct {
	url    string
	origin string
}

// openGiven finds out whether the server answers, so that the error can say which URL is at fault.
func openGiven(ctx context.Context, c Config, origin string) (*opened, error) {
	if c.URL == "" {
		return nil, fmt.Errorf("no URL of a Redis: set %s, such as redis://user:password@host:6379/0", envURL)
	}
	g := given{url: c.URL, origin: origin}
	options, err := parse(c.URL)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", origin, err)
	}
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	options.MaxRetries = -1
	client := goredis.NewClient(options)
	defer func() { _ = client.Close() }() // it was only to ask
	if err := client.Ping(ctx).Err(); err != nil {
		return nil, g.explain(options, err)
	}
	return &opened{source: g, provider: ProviderURL, how: "connected", shared: true}, nil
}

// parse reads the URL of a server, and says in errors what is wrong with it without repeating it, since it
// may hold a password.
func parse(raw string) (*goredis.Options, error) {
	u, err := url.Parse(raw)
	if err != nil || ambiguous(u) {
		return nil, errors.New("not a URL: it must look like redis://user:password@host:6379/0, with special characters percent-encoded")
	}
	switch u.Scheme {
	case "redis", "rediss", "unix":
	default:
		return nil, fmt.Errorf("the scheme of the URL is %q: use redis, rediss for TLS, or unix for a socket", u.Scheme)
	}
	o, err := goredis.ParseURL(raw)
	if err != nil {
		why := strings.TrimPrefix(err.Error(), "redis: ")
		if password, set := u.User.Password(); set && password != "" {
			why = strings.ReplaceAll(why, password, "xxxxx")
		}
		return nil, fmt.Errorf("%s: it must look like redis://user:password@host:6379/0", why)
	}
	o.ContextTimeoutEnabled = true // else a server that does not answer would hold us for longer than we wait
	o.DisableIdentity = true       // two commands less for each connection
	o.DialerRetries = 1            // what refuses once refuses five times, and takes a second for it
	return o, nil
}

// ambiguous tells that the rest of a password may have been taken for something else, which messages would repeat:
// that of a URL ends at the first slash, question mark or number sign.
func ambiguous(u *url.URL) bool {
	return u.Fragment != "" || u.Host != "" && strings.Contains(u.EscapedPath()+u.RawQuery, "@")
}

// explain adds to an error of connecting what a person can do about it.
func (g given) explain(o *goredis.Options, err error) error {
	advice := fmt.Sprintf("start that server, correct %s, or leave it empty to use a Redis of bailiff's own", g.origin)
	var unknown x509.UnknownAuthorityError
	var name x509.HostnameError
	var record tls.RecordHeaderError
	var timeout net.Error
	text := err.Error()
	switch {
	case errors.As(err, &unknown):
		advice = "name the file of its authority in SSL_CERT_FILE, or add ?skip_verify=true to " + g.origin
	case errors.As(err, &name):
		advice = "name the host of its certificate in " + g.origin
	case errors.As(err, &record), o.TLSConfig != nil && hungUp(err):
		advice = "it speaks no TLS there: use redis:// in " + g.origin
	case strings.HasPrefix(text, "WRONGPASS"), strings.Contains(text, "invalid username-password"), strings.HasPrefix(text, "ERR AUTH"), strings.HasPrefix(text, "ERR invalid password"):
		advice = "correct the user or the password in " + g.origin
	case strings.HasPrefix(text, "NOAUTH"):
		advice = "it wants a password: add one to " + g.origin + ", as in redis://:password@host:6379/0"
	case strings.HasPrefix(text, "NOPERM"):
		advice = "let its user run PING, GET, SET, EVAL, SCAN, UNLINK and CLIENT on keys that begin with " + keyRoot
	case strings.Contains(text, "DB index"):
		advice = fmt.Sprintf("correct the number of the database, %d, in %s", o.DB, g.origin)
	case hungUp(err):
		advice = "it hung up: where it wants TLS, use rediss:// in " + g.origin
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		advice = fmt.Sprintf("it did not answer within %v: is it busy, or is there a firewall? Where it wants TLS, use rediss:// in %s", openTimeout, g.origin)
	}
	return fmt.Errorf("connect to %s: %w: %s", g, err, advice)
}

func hungUp(err error) bool { return errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET) }

// URL is the address that was given.
func (g given) URL() string { return g.url }

// String is the address without its password, also where that is a parameter.
func (g given) String() string {
	u, err := url.Parse(g.url)
	if err != nil || ambiguous(u) {
		return "a Redis (from " + g.origin + ")"
	}
	u.RawQuery = ""
	return fmt.Sprintf("%s (from %s)", u.Redacted(), g.origin)
}

// Close does nothing: the server is somebody else's.
func (g given) Close(context.Context) error { return nil }
