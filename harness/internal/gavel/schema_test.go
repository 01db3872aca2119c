package gavel_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// against holds a body against a schema.
func against(c *gavel.Checker, schema, body string, o gavel.Options) []transaction.Finding {
	return c.Check(transaction.Response{StatusCode: 200, Schema: schema}, transaction.Response{StatusCode: 200, Body: body}, o).Findings
}

func TestSchemaLine(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, schema, body string
		want               []int
	}{
		{"keywords", "{\n\"properties\": {\n\"a\": {\n\"type\": \"string\"},\n\"b\":\nfalse},\n\"required\": [\n\"a\",\n\"c\"]}", `{"a": 1, "b": 1}`, []int{4, 5, 9}},
		{"draft 4", "{\"$schema\":\n\"http://json-schema.org/draft-04/schema#\",\n\"exclusiveMinimum\": true,\n\"minimum\": 1}", `1`, []int{4}},
		{"a branch", "{\"if\": {},\n\"then\":\n{\"items\":\n{\n\"type\": \"null\"}}}", `[1]`, []int{2, 5}},
		{"false", "\n\nfalse", `1`, []int{3}},
		{"not JSON", "{\n\"type\": \"object\",\n}", `1`, []int{3}},
		{"no draft", "{\n\"$schema\": \"http://json-schema.org/draft-03/schema#\"}", `1`, []int{2}},
		{"not of its draft", "{\"properties\": {\n\"x\": {\n\"type\":\n[\"strin\"]}}}", `1`, []int{4}},
		{"pattern", "{\"items\":\n{\"pattern\": \"(\"}}", `1`, []int{2}},
		{"reference", "{\"items\":\n{\"$ref\": \"#/x\"}}", `1`, []int{2}},
		{"cycle", "{\"$ref\": \"#/definitions/a\", \"definitions\":\n{\"a\": {\"$ref\":\n\"#/definitions/a\"}}}", `1`, []int{2}},
		{"id", "{\"$schema\": \"http://json-schema.org/draft-07/schema\", \"definitions\":\n{\"a\": {\"$id\":\"x\"},\n\"b\": {\"$id\": \"x\"}}}", `1`, []int{3}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			lines := gavel.NewSchemaLines(tt.schema)
			var got, once []int
			for _, f := range against(gavel.New(), tt.schema, tt.body, gavel.Options{}) {
				got, once = append(got, lines.Line(f)), append(once, gavel.SchemaLine(tt.schema, f))
			}
			assert.Equal(t, tt.want, got)
			assert.Equal(t, got, once)
		})
	}
	const schema = "{\n\"type\": \"object\"}"
	for _, f := range []transaction.Finding{
		{ID: gavel.BodyMissingKey, Pointer: "/type"},
		{ID: gavel.BodySchemaType, SchemaPointer: "/type", At: transaction.Position{File: "other.json", Line: 7}},
	} {
		assert.Zero(t, gavel.SchemaLine(schema, f), "%+v", f)
	}
	assert.Equal(t, 2, gavel.SchemaLine(schema, transaction.Finding{ID: gavel.DocumentedBodySchemaMismatch, SchemaPointer: "/type"}))
	assert.Zero(t, gavel.SchemaLine("", transaction.Finding{ID: gavel.SchemaInvalid}))
}

// TestSchemaIsCompiledAnewWhenItsFilesDiffer holds one schema against the files of two folders, and
// against those of one as they change.
func TestSchemaIsCompiledAnewWhenItsFilesDiffer(t *testing.T) {
	t.Parallel()
	const schema = `{"items": {"$ref": "item.json"}}`
	c := gavel.New()
	folder := func(text string) gavel.Options {
		return gavel.Options{Refer: func(ref string) (string, string, error) {
			if text == "" {
				return "", "", errors.New("it is gone")
			}
			return text, text[:1] + ref, nil
		}}
	}
	ids := func(o gavel.Options) string {
		var list []string
		for _, f := range against(c, schema, `[1]`, o) {
			list = append(list, f.ID)
		}
		return strings.Join(list, " ")
	}
	for range 3 {
		assert.Empty(t, ids(folder(`{"type": "number"}`)))
		assert.Equal(t, gavel.BodySchemaType, ids(folder(`{"type": "string"}`)))
		assert.Equal(t, gavel.SchemaReferenceUnresolved, ids(folder("")))
		assert.Equal(t, gavel.SchemaReferenceUnresolved, ids(gavel.Options{}))
		for i := range 20 { // more than are kept
			assert.Equal(t, gavel.BodySchemaMinimum, ids(folder(fmt.Sprintf(`{"minimum": %d}`, i+2))))
		}
	}
}

// TestSchemaIsReadOnce counts how often files are asked for.
func TestSchemaIsReadOnce(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	o := gavel.Options{Refer: func(ref string) (string, string, error) {
		asked.Add(1)
		return `{"properties": {"a": {"$ref": "#/definitions/x"}, "b": {"$ref": "b.json"}}, "definitions": {"x": {"type": "null"}}}`, ref, nil
	}}
	const schema = `{"allOf": [{"$ref": "a.json"}, {"$ref": "a.json#/definitions/x"}, {"$ref": "./a.json"}]}`
	c := gavel.New()
	first := against(c, schema, `{"a": 1}`, o)
	require.NotEmpty(t, first)
	require.EqualValues(t, 2, asked.Load())
	require.Equal(t, first, against(c, schema, `{"a": 1}`, o))
	require.EqualValues(t, 4, asked.Load(), "each is compared with what it was")
}

// TestSchemasInParallel shares a Checker.
func TestSchemasInParallel(t *testing.T) {
	t.Parallel()
	c := gavel.New()
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			o := gavel.Options{Refer: func(ref string) (string, string, error) {
				return fmt.Sprintf(`{"maximum": %d}`, i%2), ref, nil
			}}
			for range 20 {
				expected := transaction.Response{StatusCode: 200, Body: `[1]`, Schema: `{"items": {"$ref": "a.json"}}`}
				found := c.Check(expected, transaction.Response{StatusCode: 200, Body: `[1]`}, o).Findings
				assert.Len(t, found, 2-2*(i%2))
			}
		})
	}
	wg.Wait()
}

// TestExampleAgainstItsSchema shows where the documentation contradicts itself, at each level.
func TestExampleAgainstItsSchema(t *testing.T) {
	t.Parallel()
	c := gavel.New()
	many := `{"items": {"type": "string"}}`
	tests := []struct {
		name, schema, example, real string
		want                        map[string]int
	}{
		{"keeps to it", `{"type": "object"}`, `{}`, `{}`, nil},
		{"does not", `{"type": "array"}`, `{}`, `[]`, map[string]int{gavel.DocumentedBodySchemaMismatch: 1}},
		{"nor does the response", `{"type": "array"}`, `{}`, `{}`, map[string]int{gavel.DocumentedBodySchemaMismatch: 1, gavel.BodySchemaType: 1}},
		{"in many places", many, "[" + strings.Repeat("1,", 1500) + "1]", `[]`, map[string]int{gavel.DocumentedBodySchemaMismatch: 101}},
		{"in many places, and the response in more", many, "[" + strings.Repeat("1,", 1500) + "1]", "[" + strings.Repeat("2,", 1500) + "1]", map[string]int{gavel.BodySchemaType: 1000, gavel.FindingsCut: 1}},
		{"in many places, and the response in almost as many as are listed", many, "[" + strings.Repeat("1,", 1500) + "1]", "[" + strings.Repeat("2,", 949) + "1]", map[string]int{gavel.BodySchemaType: 950, gavel.DocumentedBodySchemaMismatch: 50}},
		{"too deep", `{"items": {}}`, strings.Repeat("[", 1001) + strings.Repeat("]", 1001), `[]`, map[string]int{gavel.DocumentedBodyUnreadable: 1}},
		{"no response", `{"type": "array"}`, `{}`, ``, map[string]int{gavel.DocumentedBodySchemaMismatch: 1, gavel.BodyMissing: 1}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			expected := transaction.Response{StatusCode: 200, Body: tt.example, Schema: tt.schema}
			for _, match := range levels {
				if match != transaction.MatchStructure && strings.Contains(tt.name, "almost") {
					continue // the example is compared with the response before
				}
				r := c.Check(expected, transaction.Response{StatusCode: 200, Body: tt.real}, gavel.Options{Match: match})
				got := map[string]int{}
				for _, f := range r.Findings {
					if _, wanted := tt.want[f.ID]; !wanted && match != transaction.MatchStructure {
						continue // the example and the response differ beside
					}
					got[f.ID]++
					if f.ID != gavel.DocumentedBodySchemaMismatch && f.ID != gavel.DocumentedBodyUnreadable {
						continue
					}
					want := transaction.SeverityError
					if match == transaction.MatchStructure {
						want = transaction.SeverityWarning
					}
					assert.Equal(t, want, f.Severity)
					assert.False(t, f.HasReal)
				}
				if len(tt.want) == 0 {
					assert.Empty(t, got, match)
					continue
				}
				assert.Equal(t, tt.want, got, match)
			}
			v := c.Check(expected, transaction.Response{StatusCode: 200, Body: tt.real}, gavel.Options{}).Verdict()
			without := c.Check(transaction.Response{StatusCode: 200, Schema: tt.schema}, transaction.Response{StatusCode: 200, Body: tt.real}, gavel.Options{}).Verdict()
			assert.Equal(t, without.Valid, v.Valid, "Gavel does not look at the example")
		})
	}
}
