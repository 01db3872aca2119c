package web

import (
	"context"
	"errors"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"time"
)

// retryAfter is how many seconds a client that was refused is asked to wait.
const retryAfter = 1

// errTimeout is why the context of a request ends that takes longer than HandlerTimeout.
var errTimeout = errors.New("the handler took too long")

// ServeHTTP answers one request, as Serve does for those of a listener.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1)
	defer s.running.Add(-1)
	id := identify(r.Header)
	r = r.WithContext(context.WithValue(r.Context(), identifier{}, id))
	s.believe(r)
	header := w.Header()
	header.Set(RequestIDHeader, id)
	header.Set("X-Content-Type-Options", "nosniff")
	// An answer of an API is no page: should a browser take it for one, it runs and frames nothing.
	header.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	s.traced.ServeHTTP(w, r)
}

// record answers a request and logs it, however that ends.
func (s *Server) record(w http.ResponseWriter, r *http.Request) {
	began := time.Now()
	a := newAnswer(w)
	probe := slices.Contains(s.config.Probes, r.URL.Path)
	defer func() {
		a.finish()
		s.log(r, a, line{took: time.Since(began), probe: probe})
	}()
	if s.slots != nil && !probe {
		select {
		case s.slots <- struct{}{}:
			defer func() { <-s.slots }()
		default:
			a.refuse(s.refusal(http.StatusServiceUnavailable, "The server has as many requests as it can answer; try again later"))
			return
		}
	}
	s.handle(a, r)
}

// handle has the handler answer, in time, and survives its panics.
func (s *Server) handle(a *answer, r *http.Request) {
	ctx, end := context.WithCancelCause(r.Context())
	defer end(nil)
	if s.config.HandlerTimeout > 0 {
		timer := time.AfterFunc(s.config.HandlerTimeout, func() {
			refusal := s.refusal(http.StatusServiceUnavailable, "The server took too long to answer; try again later")
			refusal.timeout, refusal.close = true, true
			a.refuse(refusal) // first, so that what the handler says of its ended context comes too late
			end(errTimeout)
		})
		defer timer.Stop()
	}
	inner := r.WithContext(ctx)
	defer func() {
		r.Pattern = inner.Pattern
		problem := recover()
		if problem == nil {
			return
		}
		if problem == http.ErrAbortHandler { //nolint:errorlint // what net/http compares too
			a.abort()
			panic(problem)
		}
		s.config.Log.ErrorContext(r.Context(), "a handler panicked", "method", r.Method, "path", path(r.URL),
			"panic", problem, "stack", string(debug.Stack()))
		if !a.refuse(s.refusal(http.StatusInternalServerError, "Unknown error")) {
			a.abort()
			panic(http.ErrAbortHandler) // the client must not take half an answer for a whole one
		}
	}()
	s.config.Handler.ServeHTTP(a, inner)
}

// refusal is an answer in place of the handler's.
type refusal struct {
	status    int
	mediaType string
	body      []byte
	close     bool // the connection is not to be used again
	timeout   bool
}

func (s *Server) refusal(status int, reason string) refusal {
	mediaType, body := s.config.Refusal(status, reason)
	return refusal{status: status, mediaType: mediaType, body: body}
}

func (f refusal) header(h http.Header) {
	h.Set("Content-Type", f.mediaType)
	h.Set("Content-Length", strconv.Itoa(len(f.body)))
	h.Set("Cache-Control", "no-store")
	if f.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	if f.close {
		h.Set("Connection", "close")
	}
}
