package sample_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
)

func TestJSON(t *testing.T) {
	t.Parallel()
	v2, v30, v31 := sample.Options{Dialect: sample.OpenAPI2}, sample.Options{Dialect: sample.OpenAPI30}, sample.Options{}
	response := sample.Options{Response: true}
	tests := []struct {
		name    string
		options sample.Options
		schema  string
		want    string
		reason  string
	}{
		{"example", v30, `{"type": "string", "example": {"a": [1]}}`, `{"a":[1]}`, "as its author has it, valid or not"},
		{"example within", v30, `{"properties": {"a": {"type": "integer", "example": "x"}, "b": {"type": "string", "example": "y"}}}`, `{"a":1,"b":"y"}`, "an invalid one is not taken"},
		{"examples", v31, `{"type": "integer", "examples": [5, 6]}`, `5`, ""},
		{"default", v30, `{"type": "integer", "default": 7, "minimum": 3}`, `7`, ""},
		{"default that is wrong", v30, `{"type": "integer", "default": 1, "minimum": 3}`, `3`, ""},
		{"const", v31, `{"const": {"a": 1}}`, `{"a":1}`, ""},
		{"enum", v30, `{"type": "string", "enum": [1, "b", "c"]}`, `"b"`, "the first that has the type"},
		{"null in enum", v30, `{"type": "string", "nullable": true, "enum": [null, "b"]}`, `null`, ""},
		{"empty", v31, `{}`, `"string"`, ""},
		{"true", v31, `true`, `"string"`, ""},
		{"false", v31, `false`, ``, ""},

		{"string", v30, `{"type": "string"}`, `"string"`, ""},
		{"string of a length", v30, `{"type": "string", "minLength": 8, "maxLength": 9}`, `"stringst"`, ""},
		{"short string", v30, `{"type": "string", "maxLength": 2}`, `"a"`, ""},
		{"empty string", v30, `{"type": "string", "maxLength": 0}`, `""`, ""},
		{"endless string", v30, `{"type": "string", "minLength": 1000000000}`, ``, ""},
		{"impossible string", v30, `{"type": "string", "minLength": 2, "maxLength": 1}`, ``, ""},
		{"date-time", v30, `{"type": "string", "format": "date-time"}`, `"2024-01-15T09:30:00Z"`, ""},
		{"email", v30, `{"type": "string", "format": "email", "maxLength": 6}`, `"a@b.co"`, ""},
		{"byte", v30, `{"type": "string", "format": "byte"}`, `"c3RyaW5n"`, ""},
		{"unknown format", v30, `{"type": "string", "format": "colour"}`, `"string"`, ""},
		{"format that does not fit", v30, `{"type": "string", "format": "date", "maxLength": 4}`, `"a"`, "lengths count for everybody"},
		{"default of another format", v30, `{"type": "string", "format": "date", "default": "now"}`, `"2024-01-15"`, ""},
		{"pattern", v30, `{"type": "string", "pattern": "^[A-Z]{2}-\\d{3,}$"}`, `"AA-000"`, ""},
		{"pattern and length", v30, `{"type": "string", "pattern": "^[a-f0-9]*$", "minLength": 12}`, `"aaaaaaaaaaaa"`, ""},
		{"pattern within", v30, `{"type": "string", "pattern": "\\.", "minLength": 4}`, `".aaa"`, ""},
		{"patterns", v30, `{"allOf": [{"type": "string", "pattern": "^a"}, {"pattern": "b"}, {"pattern": "^.{2}$"}]}`, `"a"`, "too much for this generator, but it ends"},
		{"lookahead", v30, `{"type": "string", "pattern": "^(?=a)b"}`, `"string"`, "RE2 cannot tell"},
		{"pattern and format", v30, `{"type": "string", "format": "uri", "pattern": "^https://"}`, `"https://example.com/"`, ""},

		{"integer", v30, `{"type": "integer"}`, `1`, ""},
		{"number", v30, `{"type": "number"}`, `1`, ""},
		{"between", v30, `{"type": "number", "minimum": 0.5, "exclusiveMinimum": true, "maximum": 0.75}`, `0.625`, ""},
		{"strictly between", v31, `{"type": "number", "exclusiveMinimum": 0.5, "exclusiveMaximum": 0.75}`, `0.625`, ""},
		{"below", v30, `{"type": "integer", "maximum": -5, "exclusiveMaximum": true}`, `-6`, ""},
		{"multiple", v30, `{"type": "integer", "multipleOf": 4, "minimum": 5}`, `8`, ""},
		{"fraction of an integer", v30, `{"type": "integer", "multipleOf": 0.4, "minimum": 5}`, `6`, ""},
		{"multiple of both", v30, `{"allOf": [{"type": "number", "multipleOf": 0.6}, {"multipleOf": 0.4}]}`, `1.2`, ""},
		{"large", v30, `{"type": "integer", "minimum": 9007199254740993}`, `9007199254740993`, ""},
		{"monstrous", v30, `{"type": "number", "minimum": 1e999999999}`, `1`, "a limit that cannot be reckoned with is none"},
		{"nothing between", v30, `{"type": "integer", "minimum": 1.2, "maximum": 1.8}`, ``, ""},

		{"list", v30, `{"type": "array", "items": {"type": "boolean"}}`, `[true]`, "one item"},
		{"list without items", v30, `{"type": "array"}`, `[]`, ""},
		{"items", v30, `{"type": "array", "items": {"type": "string"}, "minItems": 3, "uniqueItems": true}`, `["string","string1","string2"]`, ""},
		{"different items", v30, `{"type": "array", "minItems": 3, "uniqueItems": true, "items": {"type": "string", "enum": ["a", "a", "b", "c"]}}`, `["a","b","c"]`, ""},
		{"different objects", v30, `{"type": "array", "minItems": 2, "uniqueItems": true, "items": {"properties": {"a": {"type": "integer"}, "b": {"enum": [1]}}}}`, `[{"a":1,"b":1},{"a":2,"b":1}]`, ""},
		{"not enough different ones", v30, `{"type": "array", "minItems": 3, "uniqueItems": true, "items": {"type": "boolean"}}`, ``, ""},
		{"no items", v30, `{"type": "array", "items": {"type": "string"}, "maxItems": 0}`, `[]`, ""},
		{"endless list", v30, `{"type": "array", "items": {"type": "string"}, "minItems": 100000000}`, ``, ""},
		{"tuple", v31, `{"type": "array", "prefixItems": [{"type": "string"}, {"type": "integer"}], "items": false}`, `["string",1]`, ""},
		{"contains", v31, `{"type": "array", "contains": {"const": 3}, "minContains": 2}`, `[3,3]`, ""},

		{"object", v30, `{"type": "object", "required": ["b"], "properties": {"b": {"type": "string"}, "a": {"type": "integer"}}}`, `{"b":"string","a":1}`, "what is optional too, in order"},
		{"read-only in a request", v30, `{"required": ["id"], "properties": {"id": {"type": "integer", "readOnly": true}, "a": {"type": "string"}, "pw": {"type": "string", "writeOnly": true}}}`, `{"a":"string","pw":"string"}`, ""},
		{"write-only in a response", response, `{"required": ["pw"], "properties": {"id": {"type": "integer", "readOnly": true}, "pw": {"$ref": "#/x/pw"}}}`, `{"id":1}`, ""},
		{"everything", sample.Options{AsDredd: true}, `{"properties": {"id": {"type": "integer", "readOnly": true}, "pw": {"type": "string", "writeOnly": true}}}`, `{"id":1,"pw":"string"}`, ""},
		{"required but not declared", v30, `{"type": "object", "required": ["a"], "additionalProperties": {"type": "integer"}}`, `{"a":1}`, ""},
		{"free form", v30, `{"type": "object", "additionalProperties": {"type": "integer"}}`, `{}`, "as Dredd has it"},
		{"enough properties", v30, `{"type": "object", "additionalProperties": {"type": "integer"}, "minProperties": 2}`, `{"property1":1,"property2":2}`, ""},
		{"names by pattern", v31, `{"type": "object", "patternProperties": {"^x-[a-z]+$": {"type": "integer"}}, "additionalProperties": false, "minProperties": 2}`, `{"x-a":1,"x-ba":2}`, ""},
		{"names by rule", v31, `{"type": "object", "propertyNames": {"maxLength": 1}, "minProperties": 1}`, `{"a":"string"}`, ""},
		{"not too many", v30, `{"required": ["c"], "maxProperties": 2, "properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}}}`, `{"a":1,"c":1}`, "required ones first"},
		{"forbidden", v31, `{"properties": {"a": false, "b": true}}`, `{"b":"string"}`, ""},
		{"dependent", v31, `{"properties": {"a": {"type": "integer"}}, "dependentRequired": {"a": ["b"]}, "dependentSchemas": {"a": {"required": ["c"]}}}`, `{"a":1,"b":"string","c":"string"}`, ""},

		{"all of", v30, `{"allOf": [{"$ref": "#/x/A"}, {"properties": {"b": {"type": "integer"}, "a": {"minLength": 8}}}], "required": ["b"]}`, `{"a":"stringst","b":1}`, "merged"},
		{"one of", v30, `{"oneOf": [{"type": "string", "pattern": "^a$", "minLength": 2}, {"type": "integer"}]}`, `1`, "the first that works"},
		{"exactly one of", v30, `{"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}}, "oneOf": [{"required": ["a"]}, {"required": ["b"]}]}`, `{"a":1,"c":1}`, "as much as may be"},
		{"not", v30, `{"type": "integer", "not": {"enum": [1, 2]}}`, `3`, ""},
		{"not a property", v30, `{"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}}, "not": {"required": ["a"]}}`, `{"b":1}`, ""},
		{"if", v31, `{"properties": {"a": {"enum": ["x", "y"]}}, "if": {"properties": {"a": {"const": "x"}}}, "then": {"required": ["b"]}}`, `{"a":"y"}`, ""},
		{"nullable", v30, `{"type": "string", "nullable": true}`, `"string"`, "null is the last resort"},
		{"null among types", v31, `{"type": ["null", "integer"]}`, `1`, ""},
		{"only null", v31, `{"type": "null"}`, `null`, ""},
		{"types of all", v31, `{"allOf": [{"type": ["string", "number"]}, {"type": ["integer", "boolean"]}]}`, `1`, ""},
		{"beside a reference", v31, `{"$ref": "#/x/A", "required": ["z"]}`, `{"a":"string","z":"string"}`, ""},
		{"beside a reference of old", v30, `{"$ref": "#/x/A", "required": ["z"]}`, `{"a":"string"}`, "it does not count"},
		{"discriminator", v30, `{"oneOf": [{"$ref": "#/x/Cat"}, {"$ref": "#/x/Dog"}], "discriminator": {"propertyName": "kind"}}`, `{"kind":"Cat","lives":1}`, "the name of the schema"},
		{"discriminator with mapping", v30, `{"anyOf": [{"$ref": "#/x/Dog"}], "discriminator": {"propertyName": "kind", "mapping": {"cat": "#/x/Cat", "dog": "#/x/Dog"}}}`, `{"kind":"dog"}`, ""},
		{"discriminator of old", v2, `{"$ref": "#/x/Child"}`, `{"kind":"Child","age":1}`, ""},
		{"x-nullable", v2, `{"type": "string", "x-nullable": true, "enum": ["a"]}`, `"a"`, ""},
		{"file", v2, `{"type": "file"}`, `"string"`, ""},
		{"x-example", v2, `{"type": "integer", "x-example": 12}`, `12`, ""},

		{"a tree", v30, `{"$ref": "#/x/Tree"}`, `{"name":"string","children":[]}`, "cut where it is optional"},
		{"a list", v30, `{"$ref": "#/x/Node"}`, `{"value":1}`, ""},
		{"an endless one", v30, `{"$ref": "#/x/Endless"}`, ``, ""},
		{"an expression", v30, `{"$ref": "#/x/Expression"}`, `{"left":{"left":1,"right":1},"right":{"left":1,"right":1}}`, "a circle that oneOf ends"},
		{"nothing but itself", v30, `{"$ref": "#/x/Self"}`, `"string"`, "a reference that means nothing allows everything"},
		{"nowhere", v30, `{"$ref": "#/x/None"}`, `"string"`, ""},
		{"all of itself", v30, `{"$ref": "#/x/AllSelf"}`, `{"a":1}`, ""},
		{"one of itself", v30, `{"$ref": "#/x/OneSelf"}`, `1`, ""},
		{"not a schema", v30, `{"type": 12, "properties": [], "required": {"a": 1}, "items": 7, "enum": "x", "oneOf": {}, "minLength": "y", "pattern": "["}`, `{}`, "what is wrong is taken for absent"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, r := open(t, `{"swagger": "2.0", "schema": `+tt.schema+`, "x": `+components+`}`)
			start := time.Now()
			v, ok := sample.JSON(n, r, tt.options)
			assert.Less(t, time.Since(start), 20*time.Second)
			if tt.want == "" {
				assert.False(t, ok, "%s", v.JSON(""))
				return
			}
			require.True(t, ok)
			assert.Equal(t, tt.want, sample.Encode(v, ""), tt.reason)
		})
	}
}

const components = `{
	"A": {"type": "object", "properties": {"a": {"type": "string"}}},
	"pw": {"type": "string", "writeOnly": true},
	"Cat": {"type": "object", "required": ["kind", "lives"], "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}}},
	"Dog": {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}, "maxProperties": 1},
	"Base": {"type": "object", "discriminator": "kind", "required": ["kind"], "properties": {"kind": {"type": "string"}}},
	"Child": {"allOf": [{"$ref": "#/x/Base"}, {"properties": {"age": {"type": "integer"}}}]},
	"Tree": {"type": "object", "properties": {"name": {"type": "string"}, "children": {"type": "array", "items": {"$ref": "#/x/Tree"}}, "parent": {"$ref": "#/x/Tree"}}},
	"Node": {"required": ["value"], "properties": {"value": {"type": "integer"}, "next": {"allOf": [{"$ref": "#/x/Node"}]}}},
	"Endless": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/x/Endless"}}},
	"Expression": {"oneOf": [{"type": "object", "required": ["left", "right"], "properties": {"left": {"$ref": "#/x/Expression"}, "right": {"$ref": "#/x/Expression"}}}, {"type": "integer"}]},
	"Self": {"$ref": "#/x/Self"},
	"AllSelf": {"allOf": [{"$ref": "#/x/AllSelf"}, {"properties": {"a": {"type": "integer"}}}]},
	"OneSelf": {"anyOf": [{"$ref": "#/x/OneSelf"}, {"type": "integer"}]}
}`

func TestSchema(t *testing.T) {
	t.Parallel()
	const draft4, draft2020 = `{"$schema":"http://json-schema.org/draft-04/schema#",`, `{"$schema":"https://json-schema.org/draft/2020-12/schema",`
	tests := []struct {
		name    string
		dialect sample.Dialect
		schema  string
		want    string
		reason  string
	}{
		{"plain", sample.OpenAPI2, `{"type": "object", "properties": {"a": {"type": "file", "x-y": 1, "xml": {}, "readOnly": true}}, "discriminator": "a"}`, draft4 + `"type":"object","properties":{"a":{"type":"string"}}}`, "what only OpenAPI knows goes"},
		{"example", sample.OpenAPI2, `{"type": "string", "example": {"$ref": "#/none"}}`, draft4 + `"type":"string","examples":[{"$ref":"#/none"}]}`, "an example is data"},
		{"x-nullable", sample.OpenAPI2, `{"type": "string", "x-nullable": true, "enum": ["a", "a"]}`, draft4 + `"type":["string","null"],"enum":["a",null]}`, ""},
		{"nullable", sample.OpenAPI30, `{"type": "integer", "nullable": true, "minimum": 1, "exclusiveMinimum": true}`, draft4 + `"type":["integer","null"],"minimum":1,"exclusiveMinimum":true}`, ""},
		{"root that refers to no more", sample.OpenAPI2, `{"$ref": "#/x/A"}`, draft4 + `"type":"object","properties":{"a":{"type":"string"}}}`, "put in itself"},
		{"root that refers on", sample.OpenAPI2, `{"$ref": "#/x/Child"}`, draft4 + `"allOf":[{"$ref":"#/definitions/Child"}],"definitions":{"Child":{"allOf":[{"$ref":"#/definitions/Base"},{"properties":{"age":{"type":"integer"}}}]},"Base":{"type":"object","required":["kind"],"properties":{"kind":{"type":"string"}}}}}`, ""},
		{"circle", sample.OpenAPI30, `{"type": "array", "items": {"$ref": "#/x/Node"}}`, draft4 + `"type":"array","items":{"$ref":"#/definitions/Node"},"definitions":{"Node":{"required":["value"],"properties":{"value":{"type":"integer"},"next":{"allOf":[{"$ref":"#/definitions/Node"}]}}}}}`, ""},
		{"write-only", sample.OpenAPI30, `{"required": ["pw", "a"], "properties": {"pw": {"$ref": "#/x/pw"}, "a": {}}}`, draft4 + `"required":["a"],"properties":{"pw":{"$ref":"#/definitions/pw"},"a":{}},"definitions":{"pw":{"type":"string"}}}`, "a response need not have it"},
		{"wrong values", sample.OpenAPI30, `{"type": "any", "required": [], "enum": [], "minLength": -1, "multipleOf": 0, "pattern": 1, "items": [], "allOf": [], "properties": {"required": {"required": true}}, "uniqueItems": "yes", "exclusiveMaximum": true, "additionalProperties": false}`, draft4 + `"properties":{"required":{}},"additionalProperties":false}`, "nothing that no validator takes"},
		{"two of a name", sample.OpenAPI30, `{"oneOf": [{"$ref": "#/x/A"}, {"$ref": "#/y/A"}, {"$ref": "#/y/b~1%20c"}, {"$ref": "#/x/A"}]}`, draft4 + `"oneOf":[{"$ref":"#/definitions/A"},{"$ref":"#/definitions/A-2"},{"$ref":"#/definitions/b_1_20c"},{"$ref":"#/definitions/A"}],"definitions":{"A":{"type":"object","properties":{"a":{"type":"string"}}},"A-2":{"type":"integer"},"b_1_20c":{}}}`, ""},
		{"modern", sample.OpenAPI31, `{"$id": "https://example.com/", "$anchor": "x", "type": ["string", "null"], "const": "a", "exclusiveMinimum": 1, "unevaluatedProperties": false, "properties": {"a": true}, "prefixItems": [{}], "$defs": {"B": {}}, "example": 1}`, draft2020 + `"type":["string","null"],"const":"a","exclusiveMinimum":1,"unevaluatedProperties":false,"properties":{"a":true},"prefixItems":[{}],"examples":[1]}`, ""},
		{"beside a reference", sample.OpenAPI31, `{"$ref": "#/x/A", "required": ["z"]}`, draft2020 + `"$ref":"#/$defs/A","required":["z"],"$defs":{"A":{"type":"object","properties":{"a":{"type":"string"}}}}}`, ""},
		{"dynamic reference", sample.OpenAPI31, `{"$dynamicAnchor": "node", "properties": {"next": {"$dynamicRef": "#node"}}}`, draft2020 + `"properties":{"next":{"$ref":"#/$defs/node"}},"$defs":{"node":{"properties":{"next":{"$ref":"#/$defs/node"}}}}}`, ""},
		{"false", sample.OpenAPI31, `false`, `false`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, r := open(t, `{"swagger": "2.0", "schema": `+tt.schema+`, "x": `+components+`, "y": {"A": {"type": "integer"}, "b/ c": {}}}`)
			got, err := sample.Schema(n, r, tt.dialect)
			require.NoError(t, err)
			assert.Equal(t, tt.want, got.JSON(""), tt.reason)
			if tt.name != "false" {
				_ = validate(t, got.JSON(""), `{}`) // that it is a schema is required within
			}
		})
	}
	n, r := open(t, `{"swagger": "2.0", "schema": {"properties": {"a": {"$ref": "#/none"}}}}`)
	_, err := sample.Schema(n, r, sample.OpenAPI30)
	require.ErrorContains(t, err, `api.json:1:60: $ref "#/none": leads nowhere`)
}

func TestForm(t *testing.T) {
	t.Parallel()
	n, _ := open(t, `{"swagger": "2.0", "schema": {"a": "x y&z=ž+~", "n": 12, "l": ["1", 2], "o": {"b": null}, "e": null}}`)
	field := func(name string) sample.Field { return sample.Field{Name: name, Value: n.Get(name)} }
	list, required, file := field("l"), field("n"), field("a")
	list.Separator, required.Required, file.Filename, file.ContentType = ",", true, "a \"b\".txt", "text/plain"
	assert.Equal(t, "n=12&a=x%20y%26z%3D%C5%BE%2B~&l=1&l=2&o=%7B%22b%22%3Anull%7D&e=",
		sample.Form([]sample.Field{field("a"), required, field("l"), field("o"), field("e")}), "required fields first")
	assert.Equal(t, "l=1%2C2", sample.Form([]sample.Field{list}))
	assert.Empty(t, sample.Form(nil))
	assert.Equal(t, strings.ReplaceAll(`--B
Content-Disposition: form-data; name="n"

12
--B
Content-Disposition: form-data; name="a"; filename="a %22b%22.txt"
Content-Type: text/plain

x y&z=ž+~

--B--
`, "\n", "\r\n"), sample.Multipart([]sample.Field{file, required}, "B"))
}

// TestHostile makes values for schemas that ask for much.
func TestHostile(t *testing.T) {
	t.Parallel()
	wide := func(keyword, member string, n int) string {
		return fmt.Sprintf(`{"%s": [%s]}`, keyword, strings.TrimSuffix(strings.Repeat(member+",", n), ","))
	}
	nested := func(open, inner, end string, n int) string {
		return strings.Repeat(open, n) + inner + strings.Repeat(end, n)
	}
	properties := ""
	for i := range 300 {
		properties += fmt.Sprintf(`"p%d": {"$ref": "#/schema"},`, i)
	}
	tests := []struct{ name, schema string }{
		{"choices of choices", nested(`{"oneOf": [{"type": "string"}, {"type": "string"}, `, `{"type": "string"}`, `]}`, 100)},
		{"choices beside choices", wide("allOf", `{"anyOf": [{"type": "integer", "minimum": 2}, {"type": "string", "minLength": 2}, {"type": "boolean"}]}`, 40)},
		{"choices that never fit", wide("allOf", `{"oneOf": [{"type": "integer"}, {"type": "number"}, {"type": "integer"}]}`, 40)},
		{"lists of lists", nested(`{"type": "array", "minItems": 5, "items": `, `{"type": "string"}`, `}`, 100)},
		{"large lists of large lists", nested(`{"type": "array", "minItems": 900, "items": `, `{"type": "string"}`, `}`, 5)},
		{"different large lists", nested(`{"type": "array", "minItems": 900, "uniqueItems": true, "items": `, `{"type": "string"}`, `}`, 3)},
		{"long strings", `{"type": "array", "minItems": 900, "items": {"type": "string", "minLength": 60000}}`},
		{"deep objects", nested(`{"type": "object", "properties": {"a": `, `{"type": "string"}`, `}}`, 200)},
		{"required circles", `{"type": "object", "required": ["a", "b", "c"], "properties": {"a": {"$ref": "#/schema"}, "b": {"$ref": "#/schema"}, "c": {"$ref": "#/schema"}}}`},
		{"many circles", `{"type": "object", "properties": {` + properties + `"z": {"type": "string"}}}`},
		{"circles of choices", `{"oneOf": [{"$ref": "#/schema"}, {"allOf": [{"$ref": "#/schema"}, {"$ref": "#/schema"}]}, {"not": {"$ref": "#/schema"}}]}`},
		{"not itself", `{"not": {"$ref": "#/schema"}}`},
		{"patterns of repetitions", `{"type": "string", "minLength": 60000, "pattern": "^((a*)*b*)*$"}`},
		{"patterns that never fit", `{"type": "string", "minLength": 60000, "pattern": "^(abc){1000}$"}`},
		{"many patterns", wide("allOf", `{"type": "string", "pattern": "a{1000}"}`, 300)},
		{"many properties that never fit", `{"type": "object", "properties": {` + strings.ReplaceAll(properties, `{"$ref": "#/schema"}`, `{"type": "string"}`) + `"z": {}}, "not": {}}`},
		{"precise numbers", wide("allOf", `{"type": "number", "multipleOf": 1e-400, "minimum": 1e399}`, 100)},
		{"multiples", `{"allOf": [` + strings.TrimSuffix(strings.Repeat(`{"type": "number", "multipleOf": 1.0000000000000000000000000000000001}, {"multipleOf": 7e300},`, 50), ",") + `]}`},
		{"enough properties", `{"type": "object", "minProperties": 1000, "propertyNames": {"pattern": "^a{1000}$"}}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			n, r := open(t, `{"swagger": "2.0", "schema": `+tt.schema+`}`)
			for _, d := range []sample.Dialect{sample.OpenAPI31, sample.OpenAPI2} {
				start := time.Now()
				v, ok := sample.JSON(n, r, sample.Options{Dialect: d})
				took := time.Since(start)
				assert.Less(t, took, 30*time.Second) // far less when nothing else runs
				size := 0
				if ok {
					size = len(v.JSON(""))
				}
				assert.Less(t, size, 8<<20)
				t.Logf("%s: %v, %d bytes", tt.name, took, size)
				_, _ = sample.Schema(n, r, d)
			}
		})
	}
}

func FuzzJSON(f *testing.F) {
	f.Add(`{"type": "object", "required": ["a"], "properties": {"a": {"$ref": "#/schema"}, "b": {"type": "array", "items": {"$ref": "#/schema/properties/b"}}}}`, uint8(0))
	f.Add(`{"oneOf": [{"type": "string", "pattern": "^(a|b)+[^c]{2,5}\\b$", "minLength": 3}, {"$ref": "#/schema/oneOf/0"}], "not": {"enum": ["a"]}}`, uint8(1))
	f.Add(`{"type": "number", "minimum": 0.1, "exclusiveMinimum": true, "maximum": 1e10, "multipleOf": 0.07}`, uint8(2))
	f.Add(`{"type": ["array", "null"], "prefixItems": [{}, true, false], "contains": {"const": 1}, "minItems": 4, "uniqueItems": true}`, uint8(0))
	f.Add(`{"minProperties": 3, "patternProperties": {"^x": {"type": "integer"}}, "propertyNames": {"maxLength": 3}, "if": {"required": ["x"]}, "then": false, "else": {"maxProperties": 4}}`, uint8(3))
	f.Add(`{"allOf": [{"$ref": "#"}, {"discriminator": {"propertyName": "k", "mapping": {"a": "#/schema"}}}], "anyOf": [{"$ref": "#/schema"}], "dependentSchemas": {"a": {"$dynamicRef": "#x"}}, "$dynamicAnchor": "x"}`, uint8(0))
	f.Add(`{"type": "string", "format": "email", "minLength": 100, "maxLength": 120, "nullable": true, "default": null, "x-nullable": true}`, uint8(5))
	f.Fuzz(func(t *testing.T, schema string, bits uint8) {
		n, r, err := tryOpen(`{"swagger": "2.0", "schema": ` + schema + "\n}")
		if err != nil || n == nil {
			return
		}
		o := sample.Options{Dialect: sample.Dialect(bits % 3), Response: bits&4 != 0, AsDredd: bits&8 != 0}
		v, ok := sample.JSON(n, r, o)
		again, okAgain := sample.JSON(n, r, o)
		require.Equal(t, ok, okAgain)
		require.Equal(t, v.JSON(""), again.JSON(""))
		text, err := sample.Schema(n, r, o.Dialect)
		if err == nil && !strings.Contains(schema, "pattern") { // which the validator has its own mind about
			_ = validate(t, text.JSON(""), `{}`)
		}
	})
}
