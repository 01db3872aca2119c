// Package telemetry sends what a server does to an OpenTelemetry collector, as OTLP over HTTP: a span for
// each request, named by its route, and one below it for each statement in Postgres.
//
//	t, err := telemetry.Open(ctx, telemetry.Config{Service: "bailiff", Version: "1.0.0", Log: log})
//	handler = t.Handler(handler)          // takes the W3C header traceparent
//	config.ConnConfig.Tracer = t.Queries() // of a pgxpool.Config
//	defer t.Close(ctx)                    // sends what is left, for as long as ctx lasts
//
// Where spans go, how many are made and what describes the process is said by the environment variables
// that OpenTelemetry defines: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_HEADERS, OTEL_TRACES_SAMPLER,
// OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and others; Asked tells whether they ask for it.
//
// A collector that is gone costs nothing but its spans: they are sent behind the back of requests, from a
// buffer that is bounded, and a warning tells it once. Metrics and logs are not its business. Neither
// query strings nor values of statements are in a span.
package telemetry
