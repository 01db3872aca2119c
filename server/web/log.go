package web

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// The most bytes of a path and of a query string that are logged.
const maxLogged = 2 << 10

// masked stands for a secret.
const masked = "[masked]"

// line is what the log of a request knows of it beside the answer.
type line struct {
	took  time.Duration
	probe bool
}

// log writes the line of a request. Headers and bodies are never on it.
func (s *Server) log(r *http.Request, a *answer, l line) {
	level := slog.LevelInfo
	switch {
	case l.probe:
		level = slog.LevelDebug
	case a.status >= http.StatusInternalServerError:
		level = slog.LevelWarn
	}
	// The request's context has ended when its client is gone; what it carries counts all the same.
	ctx := r.Context()
	if !s.config.Log.Enabled(ctx, level) {
		return
	}
	attrs := []slog.Attr{
		slog.String("method", r.Method),
		slog.String("path", path(r.URL)),
	}
	if r.URL.RawQuery != "" {
		attrs = append(attrs, slog.String("query", query(r.URL.RawQuery)))
	}
	if r.Pattern != "" {
		_, route, _ := strings.Cut(r.Pattern, " ")
		attrs = append(attrs, slog.String("route", route))
	}
	remote, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		remote = r.RemoteAddr
	}
	attrs = append(attrs, slog.Int("status", a.status), slog.Int64("bytes", a.bytes),
		slog.Duration("duration", l.took), slog.String("remote", remote))
	switch {
	case a.timeout:
		attrs = append(attrs, slog.String("ended", "timeout"))
	case a.aborted:
		attrs = append(attrs, slog.String("ended", "aborted"))
	case ctx.Err() != nil:
		attrs = append(attrs, slog.String("ended", "client gone"))
	}
	s.config.Log.LogAttrs(ctx, level, "request", attrs...)
}

func path(u *url.URL) string { return short(u.EscapedPath()) }

func short(text string) string {
	if len(text) > maxLogged {
		return strings.ToValidUTF8(text[:maxLogged], "") + "..."
	}
	return text
}

// query is a query string as it was sent, but for the values of parameters that may be secrets.
func query(raw string) string {
	var b strings.Builder
	for i, pair := range strings.Split(short(raw), "&") {
		if i > 0 {
			b.WriteByte('&')
		}
		name, value, found := strings.Cut(pair, "=")
		if found && value != "" && secret(name) {
			pair = name + "=" + masked
		}
		b.WriteString(pair)
	}
	return b.String()
}

// secret reports whether a parameter of this name may have a value that opens something. A name that
// cannot be read may be any.
func secret(name string) bool {
	plain, err := url.QueryUnescape(name)
	if err != nil {
		return true
	}
	plain = strings.ToLower(plain)
	return slices.ContainsFunc(
		[]string{"token", "password", "passwd", "secret", "jwt", "auth", "signature", "credential", "hash", "key"},
		func(word string) bool { return strings.Contains(plain, word) },
	)
}

// mask is the target of a request, path and query string, without secrets.
func mask(uri string) string {
	path, raw, found := strings.Cut(uri, "?")
	if !found {
		return short(path)
	}
	return short(path) + "?" + query(raw)
}

// NewLogHandler returns a handler that adds to each record the identifier of the request whose context it
// was logged with, and what more says of that context. Attributes named "uri" lose the secrets of
// their query string.
func NewLogHandler(to slog.Handler, more ...func(context.Context) []slog.Attr) slog.Handler {
	return &logHandler{to, more}
}

type logHandler struct {
	slog.Handler
	more []func(context.Context) []slog.Attr
}

// Handle adds what is known of the context.
func (h *logHandler) Handle(ctx context.Context, r slog.Record) error {
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "uri" && a.Value.Kind() == slog.KindString {
			a.Value = slog.StringValue(mask(a.Value.String()))
		}
		out.AddAttrs(a)
		return true
	})
	if id := RequestID(ctx); id != "" {
		out.AddAttrs(slog.String("request_id", id))
	}
	for _, f := range h.more {
		out.AddAttrs(f(ctx)...)
	}
	return h.Handler.Handle(ctx, out)
}

// WithAttrs keeps what is added.
func (h *logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &logHandler{h.Handler.WithAttrs(attrs), h.more}
}

// WithGroup keeps what is added.
func (h *logHandler) WithGroup(name string) slog.Handler {
	return &logHandler{h.Handler.WithGroup(name), h.more}
}
