package telemetry_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	spans "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"

	"github.com/bailiff-dev/bailiff/server/telemetry"
)

// receiver is an OTLP/HTTP collector that keeps spans, and refuses them while it is told to.
type receiver struct {
	*httptest.Server
	mu       sync.Mutex
	refusing bool
	spans    map[string]*spans.Span
	resource map[string]string
}

func receive(t *testing.T) *receiver {
	t.Helper()
	c := &receiver{spans: map[string]*spans.Span{}, resource: map[string]string{}}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.refusing {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(r.Body)
			if !assert.NoError(t, err) {
				return
			}
			body = z
		}
		text, err := io.ReadAll(body)
		assert.NoError(t, err)
		assert.Equal(t, "/v1/traces", r.URL.Path)
		var request collector.ExportTraceServiceRequest
		assert.NoError(t, proto.Unmarshal(text, &request))
		for _, rs := range request.ResourceSpans {
			for _, kv := range rs.Resource.Attributes {
				c.resource[kv.Key] = kv.Value.GetStringValue()
			}
			for _, ss := range rs.ScopeSpans {
				for _, s := range ss.Spans {
					c.spans[s.Name] = s
				}
			}
		}
	}))
	t.Cleanup(c.Close)
	return c
}

// attributes are those of a span that are strings.
func attributes(s *spans.Span) map[string]string {
	all := map[string]string{}
	for _, kv := range s.Attributes {
		all[kv.Key] = kv.Value.GetStringValue()
	}
	return all
}

// open opens telemetry towards a URL. The environment belongs to the process, so no two tests do it at once.
func open(t *testing.T, url string, log io.Writer) *telemetry.Telemetry {
	t.Helper()
	opening.Lock()
	defer opening.Unlock()
	for name, value := range map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": url,
		"OTEL_BSP_SCHEDULE_DELAY":     "10",
		"OTEL_RESOURCE_ATTRIBUTES":    "deployment.environment.name=test",
	} {
		require.NoError(t, os.Setenv(name, value)) //nolint:usetesting // the tests run in parallel
		defer func() { assert.NoError(t, os.Unsetenv(name)) }()
	}
	tel, err := telemetry.Open(t.Context(), telemetry.Config{
		Service: "bailiff", Version: "1.2.3", Quiet: []string{"/healthz"},
		Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	require.NoError(t, err)
	return tel
}

var opening sync.Mutex

func TestSpansOfARequest(t *testing.T) {
	t.Parallel()
	c := receive(t)
	tel := open(t, c.URL, io.Discard)
	tracer := tel.Queries()
	var logged []slog.Attr
	h := tel.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Pattern = "GET /v1/things/{id}"
		logged = append(logged, telemetry.Attrs(r.Context())...)
		ctx := tracer.TraceQueryStart(r.Context(), nil, pgx.TraceQueryStartData{SQL: "SELECT name\n\tFROM things WHERE id = $1", Args: []any{"hush"}})
		tracer.TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{})
		ctx = tracer.TraceQueryStart(r.Context(), nil, pgx.TraceQueryStartData{SQL: "update things set name = $1", Args: []any{"hush"}})
		tracer.TraceQueryEnd(ctx, nil, pgx.TraceQueryEndData{Err: errors.New("hush is taken")})
		batch := &pgx.Batch{}
		batch.Queue("SELECT $1", "hush")
		batch.Queue("SELECT 2")
		batches, ok := tracer.(pgx.BatchTracer)
		assert.True(t, ok)
		ctx = batches.TraceBatchStart(r.Context(), nil, pgx.TraceBatchStartData{Batch: batch})
		batches.TraceBatchEnd(ctx, nil, pgx.TraceBatchEndData{})
		w.WriteHeader(http.StatusInternalServerError)
	}))
	r := httptest.NewRequest(http.MethodGet, "/v1/things/7?token=hush", nil)
	r.Header.Set("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
	r.Header.Set("Authorization", "hush")
	r.Header.Set("X-Forwarded-For", "203.0.113.9") // whom web did not believe, it would have taken away
	h.ServeHTTP(httptest.NewRecorder(), r)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/healthz", nil))
	tel.Close(t.Context())

	c.mu.Lock()
	defer c.mu.Unlock()
	require.Len(t, c.spans, 4)
	assert.Equal(t, "SELECT $1; SELECT 2", attributes(c.spans["BATCH"])["db.query.text"])
	request, query, update := c.spans["GET /v1/things/{id}"], c.spans["SELECT"], c.spans["UPDATE"]
	require.NotNil(t, request, c.spans)
	assert.Equal(t, "4bf92f3577b34da6a3ce929d0e0e4736", hexa(request.TraceId), "traceparent is honoured")
	assert.Equal(t, "00f067aa0ba902b7", hexa(request.ParentSpanId))
	assert.Equal(t, request.SpanId, query.ParentSpanId)
	assert.Equal(t, "/v1/things/{id}", attributes(request)["http.route"])
	assert.Equal(t, "192.0.2.1", attributes(request)["client.address"])
	assert.Equal(t, spans.Status_STATUS_CODE_ERROR, request.Status.Code)
	assert.Equal(t, "SELECT name FROM things WHERE id = $1", attributes(query)["db.query.text"])
	assert.Equal(t, spans.Status_STATUS_CODE_ERROR, update.Status.Code)
	for _, s := range c.spans {
		assert.NotContains(t, s.String(), "hush")
	}
	assert.Equal(t, "bailiff", c.resource["service.name"])
	assert.Equal(t, "1.2.3", c.resource["service.version"])
	assert.Equal(t, "test", c.resource["deployment.environment.name"])
	assert.Equal(t, []slog.Attr{
		slog.String("trace_id", hexa(request.TraceId)),
		slog.String("span_id", hexa(request.SpanId)),
	}, logged, "and /healthz has no span")
}

func hexa(b []byte) string {
	const digits = "0123456789abcdef"
	var out strings.Builder
	for _, c := range b {
		out.WriteByte(digits[c>>4])
		out.WriteByte(digits[c&15])
	}
	return out.String()
}

// writer is a log that may be looked at while it is written.
type writer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (w *writer) Write(b []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(b)
}

func (w *writer) count(word string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Count(w.text.String(), word)
}

func TestCollectorThatIsGoneIsToldOnce(t *testing.T) {
	t.Parallel()
	c := receive(t)
	c.refusing = true
	var log writer
	tel := open(t, c.URL, &log)
	h := tel.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	request := func() { h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil)) }
	for range 3 {
		request()
		require.Eventually(t, func() bool { return log.count("cannot be sent") == 1 }, 10*time.Second, time.Millisecond)
	}
	c.mu.Lock()
	c.refusing = false
	c.mu.Unlock()
	require.Eventually(t, func() bool { request(); return log.count("again") == 1 }, 10*time.Second, 10*time.Millisecond)

	tel.Close(t.Context())

	assert.Equal(t, 1, log.count("level=WARN"))
}

func TestCloseIsBounded(t *testing.T) {
	t.Parallel()
	hold := make(chan struct{})
	deaf := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	defer deaf.Close()
	defer close(hold)
	var log writer
	tel := open(t, deaf.URL, &log)
	h := tel.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	began := time.Now()
	for range 5000 { // more than the buffer has room for
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	}
	require.Less(t, time.Since(began), 3*time.Second, "requests wait for the collector")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began = time.Now()

	tel.Close(ctx)

	assert.Less(t, time.Since(began), 2*time.Second)
	assert.Positive(t, log.count("level=WARN"))
}

func TestNothingWithoutTelemetry(t *testing.T) {
	t.Parallel()
	var tel *telemetry.Telemetry
	h := http.NotFoundHandler()
	assert.NotNil(t, tel.Handler(h))
	assert.Nil(t, tel.Queries())
	assert.Empty(t, telemetry.Attrs(t.Context()))
	tel.Close(t.Context())
}

func TestAsked(t *testing.T) {
	t.Parallel()
	const url = "http://127.0.0.1:4318"
	for _, tc := range []struct {
		name string
		env  map[string]string
		want bool
	}{
		{"nothing", nil, false},
		{"an endpoint", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": url}, true},
		{"one for traces", map[string]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": url}, true},
		{"disabled", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_SDK_DISABLED": "TRUE"}, false},
		{"no traces", map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_TRACES_EXPORTER": "none"}, false},
	} {
		assert.Equal(t, tc.want, telemetry.Asked(func(name string) string { return tc.env[name] }), tc.name)
	}
}
