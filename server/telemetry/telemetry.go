package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	noopmetric "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

// scope names what made the spans of statements.
const scope = "github.com/bailiff-dev/bailiff/server/telemetry"

// The attributes of OpenTelemetry's semantic conventions that are used here.
const (
	serviceName    = attribute.Key("service.name")
	serviceVersion = attribute.Key("service.version")
	clientAddress  = attribute.Key("client.address")
	requestID      = attribute.Key("http.response.header.x-request-id")
)

// exportTime bounds one attempt to reach the collector.
const exportTime = 5 * time.Second

// Config says who sends. The zero value works.
type Config struct {
	// Service and Version describe the process; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win over
	// them. Empty: unknown.
	Service, Version string
	// Quiet are paths that get no spans, as those of probes. nil: none.
	Quiet []string
	// Log takes warnings. nil: nobody does.
	Log *slog.Logger
}

// Telemetry makes spans and sends them. A nil one does neither.
type Telemetry struct {
	config   Config
	provider *sdktrace.TracerProvider
}

// Asked reports whether the environment, read by getenv, names a collector and does not turn it off.
func Asked(getenv func(string) string) bool {
	if strings.EqualFold(getenv("OTEL_SDK_DISABLED"), "true") || getenv("OTEL_TRACES_EXPORTER") == "none" {
		return false
	}
	return getenv("OTEL_EXPORTER_OTLP_ENDPOINT") != "" || getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") != ""
}

// Open returns the telemetry of a process. It reaches for no collector yet.
func Open(ctx context.Context, c Config) (*Telemetry, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	options := []otlptracehttp.Option{
		// A batch that cannot be sent is dropped: behind it others wait, and memory is for requests.
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: false}),
	}
	if os.Getenv("OTEL_EXPORTER_OTLP_TIMEOUT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT") == "" {
		options = append(options, otlptracehttp.WithTimeout(exportTime))
	}
	exporter, err := otlptracehttp.New(ctx, options...)
	if err != nil {
		return nil, fmt.Errorf("send spans: %w", err)
	}
	return with(ctx, c, exporter)
}

// with is Open with what sends spans.
func with(ctx context.Context, c Config, exporter sdktrace.SpanExporter) (*Telemetry, error) {
	about, err := resource.New(ctx,
		resource.WithAttributes(serviceName.String(c.Service), serviceVersion.String(c.Version)),
		resource.WithTelemetrySDK(), resource.WithHost(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) && !errors.Is(err, resource.ErrSchemaURLConflict) {
		return nil, fmt.Errorf("describe the process to the collector: %w", err)
	}
	return &Telemetry{c, sdktrace.NewTracerProvider(
		sdktrace.WithResource(about),
		sdktrace.WithBatcher(&calm{SpanExporter: exporter, log: c.Log}),
	)}, nil
}

// Handler makes a span for each request that h answers. It is named after the field Pattern of the request
// when h has set that.
func (t *Telemetry) Handler(h http.Handler) http.Handler {
	if t == nil {
		return h
	}
	quiet := map[string]bool{}
	for _, path := range t.config.Quiet {
		quiet[path] = true
	}
	return otelhttp.NewHandler(described(h), "request",
		otelhttp.WithTracerProvider(t.provider),
		otelhttp.WithMeterProvider(noopmetric.NewMeterProvider()),
		otelhttp.WithPropagators(propagation.NewCompositeTextMapPropagator(propagation.TraceContext{}, propagation.Baggage{})),
		otelhttp.WithFilter(func(r *http.Request) bool { return !quiet[r.URL.Path] }),
	)
}

// described puts on the span what otelhttp leaves out or takes on trust: the route and the client.
func described(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		span := trace.SpanFromContext(r.Context())
		if !span.IsRecording() {
			h.ServeHTTP(w, r)
			return
		}
		if host, _, err := net.SplitHostPort(r.RemoteAddr); err == nil {
			span.SetAttributes(clientAddress.String(host))
		}
		if id := w.Header().Get("X-Request-Id"); id != "" {
			span.SetAttributes(requestID.StringSlice([]string{id}))
		}
		h.ServeHTTP(w, r)
		if _, route, found := strings.Cut(r.Pattern, " "); found {
			span.SetAttributes(attribute.String("http.route", route))
		}
	})
}

// Attrs are the identifiers of the span that a context is that of, for a log.
func Attrs(ctx context.Context) []slog.Attr {
	span := trace.SpanContextFromContext(ctx)
	if !span.IsValid() {
		return nil
	}
	return []slog.Attr{slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String())}
}

// Close sends what was not sent yet, for as long as ctx lasts. What does not get through was told as any
// other span that does not.
func (t *Telemetry) Close(ctx context.Context) {
	if t == nil {
		return
	}
	if err := t.provider.Shutdown(ctx); err != nil {
		t.config.Log.WarnContext(ctx, "spans were lost at the end", "error", err)
	}
}
