package web

import (
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/netip"
	"time"
)

// Config says what is served, and within which bounds. Of numbers and durations, zero stands for the
// default, and less for no bound. The defaults are those of Defaults.
type Config struct {
	// Handler answers requests. The route that it finds for a request, as "GET /v1/things/{id}", is taken
	// from the field Pattern of the request, where net/http's own ServeMux leaves it too.
	Handler http.Handler
	// Log takes a line for each request, and what else is worth telling. nil: nothing is logged.
	Log *slog.Logger

	// HeaderTimeout bounds how long a client may take to send the head of a request.
	HeaderTimeout time.Duration
	// ReadTimeout bounds how long it may take to send all of it.
	ReadTimeout time.Duration
	// HandlerTimeout bounds how long Handler may take. Then the context of the request ends, and the client
	// gets status 503, if it has not got an answer yet.
	HandlerTimeout time.Duration
	// WriteTimeout bounds the time from the head of a request to the end of its answer. It should be more
	// than HandlerTimeout, or else nobody sees that 503.
	WriteTimeout time.Duration
	// IdleTimeout bounds how long a connection is kept without a request.
	IdleTimeout time.Duration
	// MaxHeader is how many bytes the head of a request may have.
	MaxHeader int
	// MaxRequests is how many requests are answered at a time. One more gets status 503.
	MaxRequests int

	// Probes are paths that are asked all the time: they are logged at level debug only, and not counted
	// against MaxRequests, so that a busy server is not taken for a dead one. nil: none.
	Probes []string
	// Drain is how long requests are still accepted once Serve was asked to end, for those who send them
	// need a moment to notice. Zero: not at all.
	Drain time.Duration
	// Draining is called when that begins; from then on a server should say that it is not ready. nil:
	// nobody is told.
	Draining func()
	// ShutdownTime bounds how long requests under way may take after that.
	ShutdownTime time.Duration

	// Proxies are whose X-Forwarded-For is believed. nil: nobody's.
	Proxies []netip.Prefix
	// Trace wraps the handling of a request; inside are the log line and Handler, whose Pattern is set on
	// the request when the wrapped handler returns. nil: nothing does.
	Trace func(http.Handler) http.Handler
	// Refusal is the body of an answer that this package gives in place of Handler. nil: one line of text.
	Refusal func(status int, reason string) (mediaType string, body []byte)
	// TLS makes the server speak HTTPS. nil: plain HTTP.
	TLS *tls.Config
}

// Defaults are the bounds that stand for zero.
func Defaults() Config {
	return Config{
		HeaderTimeout:  10 * time.Second,
		ReadTimeout:    30 * time.Second,
		HandlerTimeout: 30 * time.Second,
		WriteTimeout:   60 * time.Second,
		IdleTimeout:    2 * time.Minute,
		MaxHeader:      64 << 10,
		MaxRequests:    256,
		ShutdownTime:   10 * time.Second,
	}
}

func (c Config) orDefault() Config {
	d := Defaults()
	for _, p := range []struct {
		to *time.Duration
		is time.Duration
	}{
		{&c.HeaderTimeout, d.HeaderTimeout},
		{&c.ReadTimeout, d.ReadTimeout},
		{&c.HandlerTimeout, d.HandlerTimeout},
		{&c.WriteTimeout, d.WriteTimeout},
		{&c.IdleTimeout, d.IdleTimeout},
		{&c.ShutdownTime, d.ShutdownTime},
	} {
		if *p.to == 0 {
			*p.to = p.is
		}
	}
	if c.MaxHeader == 0 {
		c.MaxHeader = d.MaxHeader
	}
	if c.MaxRequests == 0 {
		c.MaxRequests = d.MaxRequests
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Refusal == nil {
		c.Refusal = func(_ int, reason string) (string, []byte) { return "text/plain; charset=utf-8", []byte(reason + "\n") }
	}
	return c
}
