package telemetry

import (
	"context"
	"log/slog"
	"sync/atomic"

	sdktrace "go.opentelemetry.io/otel/sdk/trace"
)

// calm is an exporter that tells once that it cannot send, and once that it can again. OpenTelemetry would
// tell each failure to a handler that all of the process shares.
type calm struct {
	sdktrace.SpanExporter
	log     *slog.Logger
	failing atomic.Bool
}

// ExportSpans sends spans or loses them.
func (c *calm) ExportSpans(ctx context.Context, spans []sdktrace.ReadOnlySpan) error {
	err := c.SpanExporter.ExportSpans(ctx, spans)
	switch failing := err != nil; {
	case !c.failing.CompareAndSwap(!failing, failing):
	case failing:
		c.log.Warn("spans cannot be sent to the OpenTelemetry collector, and are dropped: see OTEL_EXPORTER_OTLP_ENDPOINT", "error", err)
	default:
		c.log.Info("spans reach the OpenTelemetry collector again")
	}
	return nil
}
