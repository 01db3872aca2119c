package gavel_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// read lists the media types whose bodies are read above structure, so that two ways to write one thing
// are the same there, where structure has two texts.
var read = []string{"application/xml", "text/html", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"}

// TestValueIsStricter holds bodies of all kinds against documentation of all kinds. What structure fails
// fails under value, and under type where there is a schema.
func TestValueIsStricter(t *testing.T) {
	t.Parallel()
	const schema = `{"type": "object", "required": ["zzz"], "properties": {"zzz": {"type": "integer"}}}`
	types := append([]string{
		"", "application/json", "application/vnd.api+json", "text/json", "text/plain", "image/png",
		"application/octet-stream", "application/vnd.example", "no media type",
	}, read...)
	examples := []string{"", `{"zzz": 1}`, "12", "a\n", "<a>1</a>", "a=1", "--x\n\n1\n--x--"}
	bodies := []string{
		"", `{"a": "not an integer"}`, `{"zzz": 1}`, `{"zzz": 2}`, `{"zzz": "1"}`, "{", "12", "13", "a", "a\n", "<a>1</a>", "<a>2</a>",
		"<a>", "a=1", "b=1", "--x\n\n1\n--x--", "--x\n\n2\n--x--", "\xff",
	}
	checker, failed, bySchema := gavel.New(), 0, 0
	for _, documentedType := range types {
		for _, example := range examples {
			for _, schema := range []string{"", schema} {
				expected := said(documentedType, example)
				expected.Schema = schema
				for _, realType := range types {
					for _, body := range bodies {
						if isRead(documentedType, realType) && strings.TrimSpace(example) == body && schema == "" {
							continue // a line break at the end
						}
						real := said(realType, body)
						ok := func(match transaction.Match) bool {
							return checker.Check(expected, real, gavel.Options{Match: match}).OK()
						}
						if ok(transaction.MatchStructure) {
							continue
						}
						failed++
						require.False(t, ok(transaction.MatchValue), "%+v passes under value as %+v", real, expected)
						if schema != "" {
							bySchema++
							require.False(t, ok(transaction.MatchType), "%+v passes under type as %+v", real, expected)
						}
					}
				}
			}
		}
	}
	assert.Greater(t, failed, 10_000)
	assert.Greater(t, bySchema, 10_000)
}

func isRead(types ...string) bool {
	return slices.ContainsFunc(types, func(s string) bool { return slices.Contains(read, s) })
}

// said is a response of that Content-Type, which may be none.
func said(contentType, body string) transaction.Response {
	r := response(contentType, body)
	if contentType == "" {
		r.Headers = nil
	}
	return r
}

// TestSchemaCountsWhateverTheType holds JSON, of whatever type it is said to be, against a schema.
func TestSchemaCountsWhateverTheType(t *testing.T) {
	t.Parallel()
	for _, contentType := range append([]string{"", "application/json", "text/json", "text/plain", "image/png"}, read...) {
		for _, match := range levels {
			t.Run(contentType+" "+string(match), func(t *testing.T) {
				t.Parallel()
				expected := said(contentType, "")
				expected.Schema = `{"type": "object", "required": ["zzz"], "properties": {"a": {"type": "integer"}}}`
				ids := func(body string) (ids []string) {
					for _, f := range gavel.New().Check(expected, said(contentType, body), gavel.Options{Match: match}).Findings {
						ids = append(ids, f.ID)
					}
					return ids
				}
				assert.Equal(t, []string{gavel.BodySchemaType, gavel.BodySchemaRequired}, ids(`{"a": "not an integer"}`))
				assert.Empty(t, ids(`{"zzz": 1}`))
				assert.Equal(t, []string{gavel.BodyMissing}, ids(""))
				other := gavel.BodyMediaType
				if contentType == "application/json" {
					other = gavel.BodyNotJSON
				}
				assert.Equal(t, []string{other}, ids("<a/>"))
			})
		}
	}
}
