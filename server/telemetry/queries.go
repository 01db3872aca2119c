package telemetry

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
)

// maxStatement is how many bytes of a statement a span has.
const maxStatement = 2 << 10

// Queries makes spans of the statements that a request sends to Postgres, with their text as it was
// prepared: the values stay out. nil when there is no telemetry, which pgx takes for none.
func (t *Telemetry) Queries() pgx.QueryTracer {
	if t == nil {
		return nil
	}
	return &queries{t.provider.Tracer(scope)}
}

// queries is the pgx.QueryTracer and pgx.BatchTracer.
type queries struct{ tracer trace.Tracer }

// TraceQueryStart begins the span of a statement.
func (q *queries) TraceQueryStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceQueryStartData) context.Context {
	return q.start(ctx, conn, verb(data.SQL), attribute.String("db.query.text", statement(data.SQL)))
}

// TraceQueryEnd ends it.
func (q *queries) TraceQueryEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceQueryEndData) {
	end(ctx, data.Err)
}

// TraceBatchStart begins the span of several statements that are sent at once.
func (q *queries) TraceBatchStart(ctx context.Context, conn *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	if data.Batch == nil || !trace.SpanFromContext(ctx).IsRecording() {
		return q.start(ctx, conn, "BATCH")
	}
	var all []string
	for _, query := range data.Batch.QueuedQueries {
		all = append(all, query.SQL)
	}
	return q.start(ctx, conn, "BATCH", attribute.Int("db.operation.batch.size", data.Batch.Len()),
		attribute.String("db.query.text", statement(strings.Join(all, "; "))))
}

// TraceBatchQuery is told of each of them; the span of all is enough.
func (q *queries) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

// TraceBatchEnd ends the span.
func (q *queries) TraceBatchEnd(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchEndData) {
	end(ctx, data.Err)
}

// start begins a span where there is one of a request to be below; what a server does by itself has none.
func (q *queries) start(ctx context.Context, conn *pgx.Conn, name string, more ...attribute.KeyValue) context.Context {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return trace.ContextWithSpan(ctx, nil)
	}
	attrs := append([]attribute.KeyValue{
		attribute.String("db.system.name", "postgresql"),
		attribute.String("db.operation.name", name),
	}, more...)
	if conn != nil {
		attrs = append(attrs, attribute.String("db.namespace", conn.Config().Database))
	}
	ctx, _ = q.tracer.Start(ctx, name, trace.WithSpanKind(trace.SpanKindClient), trace.WithAttributes(attrs...))
	return ctx
}

// end ends the span of a context. An error is told by its code only: its text may quote values.
func end(ctx context.Context, err error) {
	span := trace.SpanFromContext(ctx)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		kind := "error"
		if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
			kind = pg.Code
			span.SetAttributes(attribute.String("db.response.status_code", pg.Code))
		}
		span.SetAttributes(attribute.String("error.type", kind))
		span.SetStatus(codes.Error, "")
	}
	span.End()
}

// verb is the first word of a statement.
func verb(sql string) string {
	words := strings.Fields(sql)
	if len(words) == 0 {
		return "QUERY"
	}
	return strings.ToUpper(strings.TrimRight(words[0], ";"))
}

func statement(sql string) string {
	text := strings.Join(strings.Fields(sql), " ")
	if len(text) > maxStatement {
		return strings.ToValidUTF8(text[:maxStatement], "") + "..."
	}
	return text
}
