package gavel_test

import (
	"strings"
	"testing"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// FuzzSchema holds a body against a schema whose references all lead to one file. Each finding has to
// point at a place of the schema, or at a line of the file.
func FuzzSchema(f *testing.F) {
	f.Add(`{"$ref": "a.json#/x"}`, `{"x": {"$ref": "../b.json"}, "not": {}}`, `1`)
	f.Add(`{"$schema": "http://json-schema.org/draft-04/schema#", "id": "x/", "exclusiveMinimum": true, "minimum": 1, "items": {"$ref": "#/items/then"}}`, "x: &a {y: *a}\n", `[1]`)
	f.Add(`{"if": {"$ref": "a#b"}, "then": {"required": ["a"]}, "else": false}`, `{"$id": "q", "$anchor": "b", "$ref": "?#"}`, `{}`)
	f.Add(`{"$schema": "https://json-schema.org/draft/2020-12/schema", "$dynamicRef": "a.yml#d", "$defs": {"": {"$dynamicAnchor": "d"}}}`, "$dynamicAnchor: d\npattern: (?=\n", `[[[]]]`)
	f.Add(`{"dependencies": {"a": ["b"], "~/": {"type": 5}}, "$ref": "//x/y"}`, `[`, `{"a": 1}`)
	f.Fuzz(func(t *testing.T, schema, file, body string) {
		asked := 0
		o := gavel.Options{Refer: func(ref string) (string, string, error) {
			asked++
			return file, "docs/" + ref, nil
		}}
		c := gavel.New()
		for _, match := range levels {
			o.Match = match
			found := c.Check(transaction.Response{Schema: schema, Body: body}, transaction.Response{Body: body}, o).Findings
			for _, f := range found {
				if f.ID == "" || f.Message == "" || strings.Contains(f.Message, "documentation.invalid") {
					t.Fatalf("unfinished: %+v", f)
				}
				line := gavel.SchemaLine(schema, f)
				switch {
				case f.SchemaPointer != "" && !leads(schema, f.SchemaPointer):
					t.Fatalf("%q leads nowhere: %+v", f.SchemaPointer, f)
				case line < 0 || line > strings.Count(schema, "\n")+1:
					t.Fatalf("line %d of the schema: %+v", line, f)
				case !f.At.IsZero() && (f.At.Line < 0 || f.At.Line > strings.Count(file, "\n")+1):
					t.Fatalf("line %d of the file: %+v", f.At.Line, f)
				}
			}
		}
		if asked > 10_000 {
			t.Fatalf("%d files were asked for", asked)
		}
	})
}
