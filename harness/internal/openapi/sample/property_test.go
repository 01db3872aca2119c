package sample_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

type object = map[string]any

// open reads a document and returns its schema.
func open(t require.TestingT, text string) (*source.Node, *source.Resolver) {
	n, r, err := tryOpen(text)
	require.NoError(t, err, text)
	return n, r
}

func tryOpen(text string) (*source.Node, *source.Resolver, error) {
	doc, err := description.New("api.json", []byte(text))
	if err != nil {
		return nil, nil, err
	}
	r, err := source.Open(doc, source.Limits{})
	if err != nil {
		return nil, nil, err
	}
	return r.Root().Get("schema"), r, nil
}

// TestValid makes schemas around values, so that each is known to be satisfiable, and holds what is
// made up for it against another validator.
func TestValid(t *testing.T) {
	t.Parallel()
	for _, d := range []sample.Dialect{sample.OpenAPI2, sample.OpenAPI30, sample.OpenAPI31} {
		t.Run(fmt.Sprint(d), func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				m := &maker{t: t, dialect: d, components: object{}}
				schema := m.schema(m.value(3), 3)
				text, err := json.MarshalIndent(object{"schema": schema, "components": object{"schemas": m.components}}, "", " ")
				require.NoError(t, err)
				n, r := open(t, string(text))
				o := sample.Options{Dialect: d}
				v, ok := sample.JSON(n, r, o)
				require.True(t, ok, "no value for %s", text)
				require.True(t, sample.Valid(n, v, r, o), "%s\nis not valid against\n%s", v.JSON(" "), text)
				written, err := sample.Schema(n, r, d)
				require.NoError(t, err)
				require.NoError(t, validate(t, written.JSON(""), v.JSON("")), "%s\n%s\n%s", text, v.JSON(" "), written.JSON(" "))
				again, _ := sample.JSON(n, r, o)
				require.Equal(t, v.JSON(""), again.JSON(""))
			})
		})
	}
}

// maker makes values, and schemas that they satisfy.
type maker struct {
	t          *rapid.T
	dialect    sample.Dialect
	components object
}

func (m *maker) coin(name string) bool { return rapid.Bool().Draw(m.t, name) }

func (m *maker) pick(name string, n int) int { return rapid.IntRange(0, n-1).Draw(m.t, name) }

// words are strings, and patterns and formats that they match.
var words = []struct {
	text, pattern, format string
}{
	{"", "^[a-z]*$", ""},
	{"ab", "^a", ""},
	{"abc", "^[a-c]{2,5}$", ""},
	{"A-12", `^[A-Z]-\d+$`, ""},
	{"ž", `^\u017e$`, ""},
	{"x.y", `^(?:x|yy)\.[^x]+$`, ""},
	{"long enough", `\s`, ""},
	{"2020-02-02", "", "date"},
	{"2020-02-02T02:02:02Z", "^2", "date-time"},
	{"a@b.cz", "@", "email"},
	{"https://a.cz/", "", "uri"},
	{"192.0.2.7", "", "ipv4"},
	{"::1", "", "ipv6"},
	{"b9c8b0d2-6a0b-4d0e-8d3c-1f2e3d4c5b6a", "", "uuid"},
	{"YWI=", "", "byte"},
	{"1", "^1?$", "unknown"},
}

func (m *maker) value(depth int) any {
	kinds := 7
	if depth == 0 {
		kinds = 5
	}
	switch m.pick("kind", kinds) {
	case 0:
		return m.coin("value")
	case 1:
		return json.Number(fmt.Sprint(rapid.IntRange(-50, 50).Draw(m.t, "integer")))
	case 2:
		return json.Number(fmt.Sprintf("%d.%d", rapid.IntRange(-9, 9).Draw(m.t, "whole"), rapid.IntRange(1, 9).Draw(m.t, "tenth")))
	case 3, 4:
		return words[m.pick("word", len(words))].text
	case 5:
		item := m.value(depth - 1)
		list := []any{}
		for range m.pick("items", 4) {
			if m.coin("different") {
				item = m.value(depth - 1)
			}
			list = append(list, item)
		}
		return list
	}
	o := object{}
	for range m.pick("properties", 4) {
		o[rapid.SampledFrom([]string{"a", "b", "c", "$ref", "d e"}).Draw(m.t, "name")] = m.value(depth - 1)
	}
	delete(o, "$ref") // a reference, as an enum or a property has it, is not a value
	return o
}

// schema makes a schema that the value satisfies.
func (m *maker) schema(v any, depth int) any {
	if depth == 0 {
		return m.plain(v, depth)
	}
	choices := 9
	if m.dialect == sample.OpenAPI2 {
		choices = 4 // the others are not in 2.0
	}
	switch m.pick("composition", choices) {
	case 0:
		return object{"allOf": []any{m.schema(v, depth-1), m.plain(v, depth-1)}}
	case 1:
		name := fmt.Sprintf("S%d", len(m.components))
		m.components[name] = object{}
		m.components[name] = m.schema(v, depth-1)
		return object{"$ref": "#/components/schemas/" + name}
	case 4:
		return object{"anyOf": []any{m.schema(m.value(1), 1), m.schema(v, depth-1)}}
	case 5:
		// Only one of these is for the kind of the value.
		return object{"oneOf": []any{object{"type": otherType(v), "not": object{"enum": []any{v}}}, m.typed(v, depth-1)}}
	case 6:
		s := m.plain(v, depth-1)
		if _, taken := s["not"]; !taken {
			s["not"] = object{"type": otherType(v)}
		}
		return s
	case 7:
		other := m.value(1)
		if fmt.Sprint(other) == fmt.Sprint(v) {
			return m.plain(v, depth-1)
		}
		return object{"allOf": []any{m.typed(v, depth-1), object{"not": object{"enum": []any{other}}}}}
	case 8:
		if m.dialect == sample.OpenAPI31 {
			return object{"if": m.schema(m.value(1), 1), "then": m.schema(v, depth-1), "else": m.plain(v, depth-1)}
		}
	}
	return m.plain(v, depth)
}

func typeOf(v any) string {
	switch v := v.(type) {
	case bool:
		return "boolean"
	case json.Number:
		if _, err := v.Int64(); err == nil {
			return "integer"
		}
		return "number"
	case string:
		return "string"
	case []any:
		return "array"
	}
	return "object"
}

func otherType(v any) string {
	if typeOf(v) == "string" {
		return "boolean"
	}
	return "string"
}

func (m *maker) typed(v any, depth int) object {
	s := m.plain(v, depth)
	s["type"] = typeOf(v)
	return s
}

func (m *maker) plain(v any, depth int) object {
	s := object{}
	if m.coin("type") {
		s["type"] = typeOf(v)
	}
	switch m.pick("listed", 8) {
	case 0:
		s["enum"] = []any{v, m.value(0)}
		if fmt.Sprint(s["enum"].([]any)[1]) == fmt.Sprint(v) {
			s["enum"] = []any{v}
		}
		return s
	case 1:
		if m.dialect == sample.OpenAPI31 {
			s["const"] = v
			return s
		}
	case 2:
		s["example"] = m.value(1)
		delete(s, "example")
		s["default"] = m.value(1) // often of another type
	}
	switch v := v.(type) {
	case json.Number:
		m.number(s, v)
	case string:
		m.string(s, v)
	case []any:
		m.list(s, v, depth)
	case object:
		m.object(s, v, depth)
	}
	return s
}

func (m *maker) number(s object, v json.Number) {
	f, _ := v.Float64()
	shift := func(by float64) json.Number { return json.Number(fmt.Sprintf("%.1f", f+by)) }
	for i, keyword := range []string{"minimum", "maximum"} {
		sign := float64(2*i - 1)
		switch m.pick(keyword, 3) {
		case 1:
			s[keyword] = shift(sign * float64(m.pick("by", 3)))
		case 2:
			exclusive := []string{"exclusiveMinimum", "exclusiveMaximum"}[i]
			limit := shift(sign * (0.5 + float64(m.pick("by", 3))))
			if m.dialect == sample.OpenAPI31 {
				s[exclusive] = limit
			} else {
				s[keyword], s[exclusive] = limit, true
			}
		}
	}
	if m.coin("multipleOf") && f != 0 {
		s["multipleOf"] = json.Number(fmt.Sprintf("%.1f", max(f, -f)))
		if typeOf(v) == "number" && m.coin("tenth") {
			s["multipleOf"] = json.Number("0.1")
		}
	}
}

func (m *maker) string(s object, v string) {
	length := len([]rune(v))
	if m.coin("minLength") {
		s["minLength"] = m.pick("least", length+1)
	}
	if m.coin("maxLength") {
		s["maxLength"] = length + m.pick("more", 3)
	}
	for _, w := range words {
		if w.text != v {
			continue
		}
		if w.pattern != "" && m.coin("pattern") {
			s["pattern"] = w.pattern
			delete(s, "minLength") // the pattern may allow the value only
			if m.coin("exact") {
				s["minLength"], s["maxLength"] = length, length
			}
		}
		if w.format != "" && m.coin("format") {
			s["format"] = w.format
			delete(s, "maxLength")
			delete(s, "pattern")
		}
	}
}

func (m *maker) list(s object, v []any, depth int) {
	if m.coin("minItems") {
		s["minItems"] = m.pick("least", len(v)+1)
	}
	if m.coin("maxItems") {
		s["maxItems"] = len(v) + m.pick("more", 3)
	}
	seen := map[string]bool{}
	for _, item := range v {
		seen[fmt.Sprint(item)] = true
	}
	same := len(seen) == 1
	if len(seen) == len(v) && m.coin("uniqueItems") {
		s["uniqueItems"] = true
	}
	switch {
	case same && m.coin("items"):
		s["items"] = m.schema(v[0], max(depth-1, 0))
	case m.dialect == sample.OpenAPI31 && m.coin("prefixItems") && len(v) > 0:
		var prefix []any
		for _, item := range v {
			prefix = append(prefix, m.schema(item, max(depth-1, 0)))
		}
		s["prefixItems"] = prefix
		if m.coin("no more") {
			s["items"] = false
		}
	case m.dialect == sample.OpenAPI31 && m.coin("contains") && len(v) > 0:
		s["contains"] = m.typed(v[0], max(depth-1, 0))
	}
}

func (m *maker) object(s object, v object, depth int) {
	properties, required := object{}, []any{}
	for _, name := range slices.Sorted(maps.Keys(v)) {
		declared := m.pick("declared", 4) > 0
		if declared {
			properties[name] = m.schema(v[name], max(depth-1, 0))
		}
		if m.coin("required") {
			required = append(required, name)
		}
	}
	if len(properties) > 0 {
		s["properties"] = properties
	}
	if len(required) > 0 {
		s["required"] = required
	}
	if m.coin("minProperties") {
		s["minProperties"] = m.pick("least", len(v)+1)
	}
	if m.coin("maxProperties") {
		s["maxProperties"] = len(v) + m.pick("more", 2)
	}
	if len(properties) == len(v) && m.coin("additionalProperties") {
		s["additionalProperties"] = false
	}
	if m.dialect == sample.OpenAPI31 && len(properties) == 0 && len(v) == 1 && m.coin("patternProperties") {
		for name := range v {
			s["patternProperties"] = object{"^" + name[:1]: m.schema(v[name], max(depth-1, 0))}
		}
	}
}
