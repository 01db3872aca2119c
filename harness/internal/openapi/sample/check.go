package sample

import (
	"slices"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// checker tells whether values satisfy schemas. It knows the keywords that the generator has to mind,
// in all dialects; it is no validator for the bodies of others.
type checker struct {
	reader
	steps int
	depth int
	// formats is set when strings have to be of the format that they are said to be.
	formats bool
}

// valid reports whether the value satisfies the schema. Without steps left nothing does.
func (c *checker) valid(s, v *source.Node) bool {
	if c.steps--; c.steps < 0 || c.depth > 4*maxDepth {
		return false
	}
	c.depth++
	defer func() { c.depth-- }()
	if _, ok := source.Ref(s); ok {
		target := c.deref(s)
		if target == nil {
			return true
		}
		if !c.valid(target, v) {
			return false
		}
		if !c.siblings() {
			return true
		}
	}
	switch s.Kind() {
	case source.Bool:
		return s.Bool()
	case source.Object:
		return c.types(s, v) && c.named(s, v) && c.kind(s, v) && c.combined(s, v)
	}
	return true
}

func (c *checker) types(s, v *source.Node) bool {
	types := c.reader.types(s)
	return types == nil || slices.ContainsFunc(types, func(t string) bool { return isType(v, t) })
}

func isType(v *source.Node, t string) bool {
	if t == "integer" {
		r, ok := rational(v)
		return ok && r.IsInt()
	}
	return v.Kind().String() == t
}

// named checks const and enum.
func (c *checker) named(s, v *source.Node) bool {
	if want := s.Get("const"); want != nil && c.o.Dialect == OpenAPI31 && !equal(want, v) {
		return false
	}
	enum := s.Get("enum")
	if !enum.Is(source.List) || v.Is(source.Null) && c.nullable(s) {
		return true
	}
	return slices.ContainsFunc(enum.Items(), func(e *source.Node) bool { return equal(e, v) })
}

// kind checks the keywords that are about one kind of value.
func (c *checker) kind(s, v *source.Node) bool {
	switch v.Kind() {
	case source.Number:
		return c.number(s, v)
	case source.String:
		return c.string(s, v)
	case source.List:
		return c.list(s, v)
	case source.Object:
		return c.object(s, v)
	}
	return true
}

func (c *checker) number(s, v *source.Node) bool {
	r, ok := rational(v)
	if !ok {
		return true
	}
	var limits span
	limits.read(s)
	return limits.has(r)
}

func (c *checker) string(s, v *source.Node) bool {
	length := utf8.RuneCountInString(v.Text())
	if length < count(s.Get("minLength"), 0) || length > count(s.Get("maxLength"), length) {
		return false
	}
	if c.formats && !hasFormat(v.Text(), s.Get("format").Text()) {
		return false
	}
	if p := s.Get("pattern"); p.Is(source.String) {
		if re := c.pattern(p.Text()); re != nil {
			return re.matches(v.Text(), &c.steps)
		}
	}
	return true
}

func (c *checker) list(s, v *source.Node) bool {
	items := v.Items()
	if len(items) < count(s.Get("minItems"), 0) || len(items) > count(s.Get("maxItems"), len(items)) {
		return false
	}
	if s.Get("uniqueItems").Bool() && !c.unique(items) {
		return false
	}
	first, rest := tuple(s), s.Get("items")
	if rest.Is(source.List) {
		rest = s.Get("additionalItems")
	}
	for i, item := range items {
		switch {
		case i < len(first):
			if !c.valid(first[i], item) {
				return false
			}
		case rest != nil && !c.valid(rest, item):
			return false
		}
	}
	contains := s.Get("contains")
	if contains == nil || c.o.Dialect != OpenAPI31 {
		return true
	}
	n := 0
	for _, item := range items {
		if c.valid(contains, item) {
			n++
		}
	}
	return n >= count(s.Get("minContains"), 1) && n <= count(s.Get("maxContains"), n)
}

func (c *checker) unique(items []*source.Node) bool {
	for i, item := range items {
		for _, other := range items[:i] {
			if c.steps--; c.steps < 0 || equal(item, other) {
				return false
			}
		}
	}
	return true
}

func (c *checker) object(s, v *source.Node) bool {
	if v.Len() < count(s.Get("minProperties"), 0) || v.Len() > count(s.Get("maxProperties"), v.Len()) {
		return false
	}
	for _, name := range texts(s.Get("required")) {
		if !v.Has(name) && !c.hidden(s.Get("properties").Get(name)) {
			return false
		}
	}
	modern := c.o.Dialect == OpenAPI31
	names := s.Get("propertyNames")
	for name, value := range v.All() {
		for _, p := range c.propertySchemas(s, name) {
			if !c.valid(p, value) {
				return false
			}
		}
		if modern && names != nil && !c.valid(names, v.Key(name)) {
			return false
		}
	}
	return !modern || c.dependent(s, v)
}

func (c *checker) dependent(s, v *source.Node) bool {
	for on, list := range s.Get("dependentRequired").All() {
		if v.Has(on) && slices.ContainsFunc(texts(list), func(name string) bool { return !v.Has(name) }) {
			return false
		}
	}
	for on, schema := range s.Get("dependentSchemas").All() {
		if v.Has(on) && !c.valid(schema, v) {
			return false
		}
	}
	return true
}

// combined checks the keywords that put schemas together.
func (c *checker) combined(s, v *source.Node) bool {
	for _, part := range s.Get("allOf").Items() {
		if !c.valid(part, v) {
			return false
		}
	}
	if any := s.Get("anyOf"); any.Len() > 0 && c.matches(any, v, 1) == 0 {
		return false
	}
	if one := s.Get("oneOf"); one.Len() > 0 && c.matches(one, v, 2) != 1 {
		return false
	}
	if not := s.Get("not"); not != nil && c.valid(not, v) {
		return false
	}
	condition := s.Get("if")
	if condition == nil || c.o.Dialect != OpenAPI31 {
		return true
	}
	branch := s.Get("else")
	if c.valid(condition, v) {
		branch = s.Get("then")
	}
	return branch == nil || c.valid(branch, v)
}

// matches counts the schemas of a list that the value satisfies, up to a number.
func (c *checker) matches(list, v *source.Node, enough int) int {
	n := 0
	for _, s := range list.Items() {
		if n < enough && c.valid(s, v) {
			n++
		}
	}
	return n
}
