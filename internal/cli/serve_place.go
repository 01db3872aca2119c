package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/bailiff-dev/bailiff/server/telemetry"
)

// probes are the paths that Kubernetes and monitors ask all the time.
var probes = []string{"/healthz", "/readyz", "/health-check"}

// place is where a server listens.
type place struct {
	net.Listener
	tls bool
}

// listen opens the place that was asked for, nil where none was.
func listen(ctx context.Context, s *serveSettings) (*place, error) {
	if s.address == "" {
		return nil, nil //nolint:nilnil // a worker without probes
	}
	network, address := "tcp", s.address
	if path, ok := strings.CutPrefix(s.address, "unix:"); ok {
		network, address = "unix", path
		if err := removeStale(ctx, path); err != nil {
			return nil, err
		}
	}
	var config net.ListenConfig
	l, err := config.Listen(ctx, network, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("another program listens at %s: stop it, or choose another port with --address", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listen at %s: %w; choose another place with --address", address, err)
	}
	return &place{l, s.web.TLS != nil}, nil
}

// removeStale removes a socket that a process left which was killed. What is no socket, or answers, stays.
func removeStale(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Type() != os.ModeSocket {
		return nil //nolint:nilerr // listening tells what is wrong
	}
	var d net.Dialer
	conn, err := d.DialContext(ctx, "unix", path)
	if err == nil {
		return conn.Close()
	}
	if !errors.Is(err, syscall.ECONNREFUSED) {
		return nil
	}
	if err := os.Remove(path); err != nil {
		return fmt.Errorf("remove the socket that a process left: %w", err)
	}
	return nil
}

// url is the address of the server, for people.
func (r *service) url() string {
	at := r.listener.Addr()
	switch {
	case at.Network() == "unix":
		return "unix:" + at.String()
	case r.listener.tls:
		return "https://" + at.String()
	}
	return "http://" + at.String()
}

// refusal is an answer in place of the API's, in the form of its errors.
func refusal(status int, reason string) (mediaType string, body []byte) {
	type problem struct {
		Status string `json:"status"`
		Title  string `json:"title"`
		Detail string `json:"detail"`
	}
	body, err := json.Marshal(map[string]any{
		"errors":  []problem{{strconv.Itoa(status), http.StatusText(status), reason}},
		"jsonapi": map[string]string{"version": "1.0"},
	})
	if err != nil { // strings are all that is in it
		return "text/plain; charset=utf-8", []byte(reason)
	}
	return "application/vnd.api+json", body
}

// only is a handler that answers some paths, and no others.
func only(h http.Handler, paths []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !slices.Contains(paths, r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// openTelemetry opens what was asked for by the option or by OpenTelemetry's own variables, nil for nothing.
func openTelemetry(ctx context.Context, s *serveSettings, log *slog.Logger) (*telemetry.Telemetry, error) {
	if !s.otel && !telemetry.Asked(s.getenv) {
		return nil, nil //nolint:nilnil // a nil one does nothing
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"} {
		value := s.getenv(name)
		if value == "" {
			continue
		}
		if u, err := url.Parse(value); err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return nil, fmt.Errorf("%s is no URL of a collector: write http://host:4318", name)
		}
	}
	for _, name := range []string{"OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL"} {
		if value := s.getenv(name); value != "" && value != "http/protobuf" {
			return nil, fmt.Errorf("%s is %q: bailiff speaks http/protobuf only", name, value)
		}
	}
	return telemetry.Open(ctx, telemetry.Config{Service: "bailiff", Version: number(), Quiet: probes, Log: log})
}
