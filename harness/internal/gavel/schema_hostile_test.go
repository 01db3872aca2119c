package gavel_test

import (
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// nested is a body in which each object holds the next under one key.
func nested(key string, depth int, inner string) string {
	return strings.Repeat(fmt.Sprintf("{%q:", key), depth) + inner + strings.Repeat("}", depth)
}

// schemaChain is a schema in which each definition refers to the next; the last one is false.
func schemaChain(n int) string {
	var b strings.Builder
	b.WriteString(`{"$ref": "#/definitions/0", "definitions": {`)
	for i := range n {
		fmt.Fprintf(&b, `"%d": {"$ref": "#/definitions/%d"},`, i, i+1)
	}
	fmt.Fprintf(&b, `"%d": false}}`, n)
	return b.String()
}

// TestHostileSchemas compiles schemas and files that want too much. Each gives a finding, in time and
// memory that are bounded.
func TestHostileSchemas(t *testing.T) {
	// Not parallel: it watches the memory of the process.
	const megabyte = 1 << 20
	one := func(text string) func(string) (string, string, error) {
		return func(ref string) (string, string, error) { return text, ref, nil }
	}
	numbered := func(text func(n int) string) func(string) (string, string, error) {
		return func(ref string) (string, string, error) {
			n := 0
			_, err := fmt.Sscanf(ref, "%d.json", &n)
			return text(n), ref, err
		}
	}
	tests := []struct {
		name   string
		schema func() string
		refer  func(string) (string, string, error)
		body   string
		want   string // "" when all is well
		says   string
	}{
		{
			name: "doubling unseen, below not",
			schema: func() string {
				return `{"not": {"$ref": "#/definitions/y"}, "definitions": {
					"y": {"type": "object", "patternProperties": {"a": {"$ref": "#/definitions/y"}, "^a": {"$ref": "#/definitions/y"}}}}}`
			},
			body: nested("a", 60, "1"), want: gavel.SchemaTooCostly,
		},
		{
			name: "many branches and many values",
			schema: func() string {
				return `{"items": {"anyOf": [` + strings.Repeat(`{"type": "string"},`, 5_000) + `{"type": "null"}]}}`
			},
			body: "[" + strings.Repeat("1,", 10_000) + "1]", want: gavel.SchemaTooCostly,
		},
		{
			name: "many patterns and many keys",
			schema: func() string {
				var b strings.Builder
				for i := range 3_000 {
					fmt.Fprintf(&b, `"^x%d": {},`, i)
				}
				return `{"patternProperties": {` + b.String() + `"a": {}}}`
			},
			body: func() string {
				var b strings.Builder
				for i := range 20_000 {
					fmt.Fprintf(&b, `"k%d": 1,`, i)
				}
				return "{" + b.String() + `"a": 1}`
			}(), want: gavel.SchemaTooCostly,
		},
		{name: "10,000 references", schema: func() string { return schemaChain(10_000) }, body: "1", want: gavel.BodySchemaFalse},
		{name: "too many objects", schema: func() string { return `{"definitions": {"a": [` + strings.Repeat("{},", 30_000) + `{}]}}` }, body: "1", want: gavel.SchemaInvalid, says: "at most 20000"},
		{name: "deep", schema: func() string { return nested("not", 5000, "{}") }, body: "1", want: gavel.SchemaInvalid, says: "levels deep"},
		{name: "10 MB that are not JSON", schema: func() string { return `{"title": "` + strings.Repeat("x", 10*megabyte) }, body: "1", want: gavel.SchemaInvalid, says: "ends too early"},
		{name: "an alias of nothing", schema: func() string { return `{"$ref": "a.yml"}` }, refer: one("a: *b\n"), body: "1", want: gavel.SchemaInvalid, says: "a.yml"},
		{
			name: "aliases that multiply", schema: func() string { return `{"$ref": "a.yml"}` },
			refer: one("a: &a [x, x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\nf: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n"),
			body:  "1", want: gavel.SchemaInvalid, says: "a.yml",
		},
		{
			name: "a file of 10 MB", schema: func() string { return `{"$ref": "a.json#/definitions/x"}` },
			refer: one(`{"definitions": {"x": {"type": "string"}}, "title": "` + strings.Repeat("x", 10*megabyte) + `"}`),
			body:  "1", want: gavel.BodySchemaType,
		},
		{
			name: "a file of 10 MB of objects", schema: func() string { return `{"$ref": "a.json"}` },
			refer: one(`{"definitions": {"a": [` + strings.Repeat(`{"type":"string"},`, 10*megabyte/18) + `{}]}}`),
			body:  "1", want: gavel.SchemaInvalid, says: "objects in all",
		},
		{
			name: "files of 2 MB each, without end", schema: func() string { return `{"$ref": "0.json"}` },
			refer: numbered(func(n int) string {
				return fmt.Sprintf(`{"not": {"$ref": "%d.json"}, "title": %q}`, n+1, strings.Repeat("x", 2*megabyte))
			}),
			body: "1", want: gavel.SchemaReferenceUnresolved, says: "more than 16 MB together",
		},
		{
			name: "files without end", schema: func() string { return `{"$ref": "0.json"}` },
			refer: numbered(func(n int) string { return fmt.Sprintf(`{"not": {"$ref": "%d.json"}}`, n+1) }),
			body:  "1", want: gavel.SchemaReferenceUnresolved, says: "1000 files were read",
		},
		{
			name: "a long ring of files", schema: func() string { return `{"$ref": "0.json"}` },
			refer: numbered(func(n int) string {
				return fmt.Sprintf(`{"properties": {"a": {"$ref": "%d.json"}, "b": false}}`, (n+1)%900)
			}),
			body: nested("a", 950, `{"b": 1}`), want: gavel.BodySchemaFalse,
		},
		{
			name: "a ring of references between files", schema: func() string { return `{"$ref": "a.json"}` },
			refer: one(`{"$ref": "a.json#/definitions/b", "definitions": {"b": {"$ref": "b.json"}}}`), body: "1",
			want: gavel.SchemaInvalid, says: "without end",
		},
		{
			name: "a file that cannot be read", schema: func() string { return `{"$ref": "a.json"}` },
			refer: func(string) (string, string, error) { return "", "", errors.New("it is locked") }, body: "1",
			want: gavel.SchemaReferenceUnresolved, says: `refers to "a.json": it is locked.`,
		},
		{name: "no folder", schema: func() string { return `{"$ref": "a.json"}` }, body: "1", want: gavel.SchemaReferenceUnresolved, says: "itself only"},
		{name: "a reference that is no URL", schema: func() string { return `{"$ref": "http://[::1"}` }, body: "1", want: gavel.SchemaReferenceUnresolved, says: `"http://[::1"`},
		{name: "a reference with a broken escape", schema: func() string { return `{"$ref": "#/%zz"}` }, body: "1", want: gavel.SchemaReferenceUnresolved, says: `"#/%zz"`},
		{name: "a reference with a broken pointer", schema: func() string { return `{"$ref": "#/a~2b"}` }, body: "1", want: gavel.SchemaReferenceUnresolved, says: `"#/a~2b"`},
		{name: "a reference to a number", schema: func() string { return `{"$ref": "#/x", "x": 5}` }, body: "1", want: gavel.SchemaInvalid, says: "got number"},
		{name: "an id that is no URL", schema: func() string {
			return `{"$schema": "http://json-schema.org/draft-07/schema#", "not": {"$id": "http://[::1"}}`
		}, body: "1", want: gavel.SchemaInvalid, says: "/not"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			expected := transaction.Response{StatusCode: 200, Schema: tt.schema()}
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			r := gavel.New().Check(expected, transaction.Response{StatusCode: 200, Body: tt.body}, gavel.Options{Refer: tt.refer})
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			texts := ""
			var ids []string
			for _, f := range r.Findings {
				ids, texts = append(ids, f.ID), texts+f.Message
				gavel.SchemaLine(expected.Schema, f)
			}
			if tt.want != "" {
				assert.Contains(t, ids, tt.want)
			}
			assert.Contains(t, texts, tt.says)
			assert.NotContains(t, texts, "documentation.invalid")
			assert.Less(t, took, 30*time.Second)
			t.Logf("%v, %d MB allocated: %.200s", took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20, texts)
			assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(3<<30))
		})
	}
}
