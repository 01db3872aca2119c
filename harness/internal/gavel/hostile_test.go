package gavel_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// TestHostileBodies holds bodies against a small documented one. Each must give a finding, in time
// and memory that do not depend on what the body tries.
func TestHostileBodies(t *testing.T) {
	// Not parallel: it watches the memory of the process.
	const megabyte = 1 << 20
	tests := []struct {
		name, schema string
		body         func() string
		want         string
	}{
		{name: "open brackets", body: func() string { return strings.Repeat("[", 100*megabyte) }, want: gavel.BodyTooDeep},
		{name: "open objects", body: func() string { return strings.Repeat(`{"a":`, 20*megabyte) }, want: gavel.BodyTooDeep},
		{name: "small values", body: func() string { return "[" + strings.Repeat("1,", 10*megabyte) + "1]" }, want: gavel.BodyTooLarge},
		{name: "one key again and again", body: func() string { return "{" + strings.Repeat(`"a":1,`, megabyte) + `"a":1}` }, want: gavel.BodyMissingKey},
		{name: "one long string", body: func() string { return `"` + strings.Repeat("x", 20*megabyte) + `"` }, want: gavel.BodyTypeMismatch},
		{name: "a string that does not end", body: func() string { return `{"data": "` + strings.Repeat("x", 100*megabyte) }, want: gavel.BodyNotJSON},
		{name: "escapes", body: func() string { return `["` + strings.Repeat(`\u00e9`, 2*megabyte) + `"]` }, want: gavel.BodyTypeMismatch},
		{name: "digits", body: func() string { return `{"data": ` + strings.Repeat("7", 10*megabyte) + `}` }, want: gavel.BodyTypeMismatch},
		{
			name: "digits for a schema", schema: `{"properties": {"data": {"multipleOf": 0.7, "type": "string"}}}`,
			body: func() string { return `{"data": ` + strings.Repeat("7", 10*megabyte) + `}` }, want: gavel.BodySchemaType,
		},
		{
			name: "digits to multiply", schema: `{"properties": {"data": {"multipleOf": 0.3}}}`,
			body: func() string { return `{"data": ` + strings.Repeat("7", 10*megabyte) + `}` }, want: gavel.BodySchemaMultipleOf,
		},
		{
			name: "an exponent", schema: `{"properties": {"data": {"maximum": 1e99}}}`,
			body: func() string { return `{"data": 1e999999999}` }, want: gavel.BodySchemaMaximum,
		},
		{
			name: "very many errors", schema: `{"items": {"type": "string"}}`,
			body: func() string { return "[" + strings.Repeat("1,", megabyte/4) + "1]" }, want: gavel.FindingsCut,
		},
		{
			name: "a pattern that backtracks", schema: `{"properties": {"data": {"pattern": "^(a+)+$"}}}`,
			body: func() string { return `{"data": "` + strings.Repeat("a", megabyte) + `b"}` }, want: gavel.BodySchemaPattern,
		},
		{
			name: "deep for a schema", schema: `{"properties": {"data": {"$ref": "#"}}}`,
			body: func() string { return strings.Repeat(`{"data":`, 5000) + "1" + strings.Repeat("}", 5000) }, want: gavel.BodyTooDeep,
		},
		{name: "empty", body: func() string { return "" }, want: gavel.BodyMissing},
		{name: "cut off", body: func() string { return `{"data": [{"id": "1", "attri` }, want: gavel.BodyNotJSON},
		{name: "not a number", body: func() string { return `{"data": NaN}` }, want: gavel.BodyNotJSON},
		{name: "binary", body: func() string { return "\x89PNG\r\n\x1a\n\x00" }, want: gavel.BodyNotJSON},
	}
	headers := transaction.Headers{{Name: "Content-Type", Value: "application/json"}}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expected := transaction.Response{StatusCode: 200, Headers: headers, Body: `{"data": [{"id": "1"}], "meta": {}}`, Schema: tt.schema}
			body := tt.body()
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			r := gavel.New().Check(expected, transaction.Response{StatusCode: 200, Headers: headers, Body: body},
				gavel.Options{Match: transaction.MatchValue})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			require.NotEmpty(t, r.Findings)
			var ids []string
			for _, f := range r.Findings {
				ids = append(ids, f.ID)
			}
			assert.Contains(t, ids, tt.want)
			assert.LessOrEqual(t, len(ids), 1010)
			assert.Less(t, took, 30*time.Second)
			t.Logf("%.1f MB in %v, %d MB allocated", float64(len(body))/megabyte, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
			// What is allocated all in all bounds what is held: ten times the body, and 1 GB.
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(10*len(body)+1<<30))
		})
	}
}
