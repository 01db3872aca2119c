package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// server is the one under test. It notes what it is asked.
type server struct {
	url  string
	http *http.Server

	mu   sync.Mutex
	seen []string
}

// answers are what the server says, by method and path. The one to PUT is not what is documented.
var answers = map[string]struct {
	status int
	body   string
}{
	"GET /items":      {200, `[{"id": 1, "name": "lamp"}]`},
	"POST /items":     {201, `{"id": 1, "name": "lamp"}`},
	"GET /items/1":    {200, `{"id": 1, "name": "lamp"}`},
	"PUT /items/1":    {200, `{"id": 1, "name": "lantern"}`},
	"DELETE /items/1": {204, ""},
}

func serve(ctx context.Context) (*server, error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for the server under test: %w", err)
	}
	s := &server{url: "http://" + l.Addr().String()}
	s.http = &http.Server{Handler: http.HandlerFunc(s.answer), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.http.Serve(l) }() // it ends with close
	return s, nil
}

func (s *server) close() { _ = s.http.Close() }

func (s *server) requests() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.seen)
}

func (s *server) answer(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client is gone
	}
	s.mu.Lock()
	s.seen = append(s.seen, described(r, body))
	s.mu.Unlock()
	a, ok := answers[r.Method+" "+r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if a.body != "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(a.status)
	_, _ = io.WriteString(w, a.body) // who is gone reads nothing
}

// described is a request, but for what every client has its own way with.
func described(r *http.Request, body []byte) string {
	parts := []string{r.Method + " " + r.URL.RequestURI()}
	for name, values := range r.Header {
		switch name {
		case "User-Agent", "Connection", "Accept-Encoding", "Content-Length":
			continue
		}
		parts = append(parts, name+"="+strings.Join(values, ","))
	}
	slices.Sort(parts[1:])
	if len(body) > 0 {
		parts = append(parts, text(body))
	}
	return strings.Join(parts, " ")
}

const longest = 200 // bytes of a body that are shown

func text(body []byte) string {
	switch {
	case len(body) > longest:
		sum := sha256.Sum256(body)
		return fmt.Sprintf("%d bytes %s", len(body), hex.EncodeToString(sum[:4]))
	case utf8.Valid(body):
		return strings.TrimSpace(string(body))
	default:
		return hex.EncodeToString(body)
	}
}
