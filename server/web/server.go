package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// unwindTime is how long handlers may take to notice that their connection was closed.
const unwindTime = time.Second

// Server answers requests as a Config has it.
type Server struct {
	config Config
	traced http.Handler
	// slots has room for as many requests as may be under way; nil when there is no bound.
	slots chan struct{}
	// running is how many requests are under way, probes among them.
	running atomic.Int64
}

// New returns the server of a configuration.
func New(c Config) *Server {
	s := &Server{config: c.orDefault()}
	s.traced = http.HandlerFunc(s.record)
	if c.Trace != nil {
		s.traced = c.Trace(s.traced)
	}
	if s.config.MaxRequests > 0 {
		s.slots = make(chan struct{}, s.config.MaxRequests)
	}
	return s
}

// Serve answers what comes to l until ctx ends, and closes l. Then it goes on for Drain, accepts no more,
// and waits for requests under way for ShutdownTime; those that take longer are cut off, which is logged.
// That is no error; an error is that l broke.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	base, cut := context.WithCancelCause(context.WithoutCancel(ctx))
	defer cut(nil)
	h := s.httpServer(base)
	served := make(chan error, 1)
	go func() {
		if s.config.TLS != nil {
			served <- h.ServeTLS(l, "", "")
			return
		}
		served <- h.Serve(l)
	}()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", errors.Join(err, h.Close()))
	case <-ctx.Done():
	}
	if s.config.Draining != nil {
		s.config.Draining()
	}
	if s.config.Drain > 0 {
		s.config.Log.InfoContext(ctx, "draining", "for", s.config.Drain)
		h.SetKeepAlivesEnabled(false) // each answer sends its client to another server
		select {
		case err := <-served:
			return fmt.Errorf("serve: %w", errors.Join(err, h.Close()))
		case <-time.After(s.config.Drain):
		}
	}
	return s.shutdown(h, cut)
}

// errCut is why the context of a request ends that was under way for too long at the end.
var errCut = errors.New("the server is shutting down")

func (s *Server) shutdown(h *http.Server, cut context.CancelCauseFunc) error {
	bounded, cancel := context.Background(), context.CancelFunc(func() {})
	if s.config.ShutdownTime > 0 {
		bounded, cancel = context.WithTimeout(bounded, s.config.ShutdownTime)
	}
	defer cancel()
	s.config.Log.InfoContext(bounded, "shutting down", "requests", s.running.Load())
	if h.Shutdown(bounded) == nil {
		return nil
	}
	if n := s.running.Load(); n > 0 {
		s.config.Log.WarnContext(bounded, "requests were cut off", "requests", n, "after", s.config.ShutdownTime)
	}
	cut(errCut)
	err := h.Close()
	for deadline := time.Now().Add(unwindTime); s.running.Load() > 0 && time.Now().Before(deadline); {
		time.Sleep(time.Millisecond) // net/http tells of connections that ended, not of handlers
	}
	if err != nil {
		return fmt.Errorf("close connections: %w", err)
	}
	return nil
}

func (s *Server) httpServer(base context.Context) *http.Server {
	c := s.config
	return &http.Server{
		Handler:           s,
		ReadHeaderTimeout: max(c.HeaderTimeout, 0),
		ReadTimeout:       max(c.ReadTimeout, 0),
		WriteTimeout:      max(c.WriteTimeout, 0),
		IdleTimeout:       max(c.IdleTimeout, 0),
		MaxHeaderBytes:    max(c.MaxHeader, 0),
		TLSConfig:         c.TLS,
		// What net/http says is about broken clients, or about a listener that has no more files.
		ErrorLog:    slog.NewLogLogger(c.Log.Handler(), slog.LevelWarn),
		BaseContext: func(net.Listener) context.Context { return base },
	}
}
