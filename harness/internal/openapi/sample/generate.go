package sample

import (
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// generator makes values up.
type generator struct {
	reader
	// formats is set as long as strings have to be of their format. loose is set when nothing is
	// checked any more, because no valid value was found.
	formats, loose bool

	steps int
	chars int
	depth int
	// active counts how often each schema is being worked on, so that circles end.
	active map[*source.Node]int
}

// rounds is how often a circle of required parts is gone through before it is taken for endless.
const rounds = 2

// value makes a value that satisfies all the schemas. The nth variant differs from the others where
// that is possible. What is optional is not made when it would go round in a circle.
func (g *generator) value(all []*source.Node, variant int, optional bool) (*source.Node, bool) {
	if g.steps--; g.steps < 0 || g.depth >= maxDepth {
		return nil, false
	}
	var working []*source.Node
	for _, s := range all {
		s = g.core(s)
		if g.active[s] > rounds || optional && g.active[s] > 0 {
			return nil, false
		}
		if s != nil {
			working = append(working, s)
		}
	}
	f := g.flatten(all...)
	if f.never {
		return nil, false
	}
	g.depth++
	for _, s := range working {
		g.active[s]++
	}
	defer func() {
		g.depth--
		for _, s := range working {
			g.active[s]--
		}
	}()
	for _, p := range []pass{whole, partial, unlikely} {
		if v, ok := g.search(f, all, variant, p); ok {
			return v, true
		}
	}
	return nil, false
}

// pass says which values are made, the best first: another choice is better than an object that lacks
// a property, and that is better than a value of a type that nothing speaks of.
type pass uint8

const (
	whole pass = iota
	partial
	unlikely
)

// search takes what the schemas offer, or else makes choices until a value works.
func (g *generator) search(f flat, all []*source.Node, variant int, p pass) (*source.Node, bool) {
	if f.never {
		return nil, false
	}
	if p == whole {
		if v, ok := g.offer(f, all, &variant); ok {
			return v, true
		}
	}
	if len(f.choices) == 0 {
		if f.closed() {
			return nil, false
		}
		return g.make(f, all, variant, p)
	}
	for _, option := range f.choices[0] {
		if g.steps -= 1 + len(f.seen)/4; g.steps < 0 {
			break
		}
		if v, ok := g.search(g.with(f, option), all, variant, p); ok {
			return v, true
		}
	}
	return nil, false
}

// offer takes the nth valid value that the schemas name. When there are not so many, n is lowered by
// their number.
func (g *generator) offer(f flat, all []*source.Node, n *int) (*source.Node, bool) {
	var valid []*source.Node
	for _, v := range f.offered() {
		if slices.ContainsFunc(valid, func(other *source.Node) bool { return equal(v, other) }) || !g.accepts(f, all, v) {
			continue
		}
		if valid = append(valid, v); len(valid) > *n {
			return v, true
		}
	}
	*n -= len(valid)
	if len(valid) > 0 && f.closed() {
		return valid[0], true
	}
	return nil, false
}

// accepts reports whether what a schema offers is valid; when nothing valid was found, whether it is at
// least of the right type.
func (g *generator) accepts(f flat, all []*source.Node, v *source.Node) bool {
	if !g.loose {
		return g.check(all, v)
	}
	c := &checker{reader: g.reader}
	return !slices.ContainsFunc(f.schemas, func(s *source.Node) bool { return !c.types(s, v) })
}

// check reports whether the value satisfies all the schemas: for those who look at formats, and for
// those who do not, which is not the same behind "not" and "if".
func (g *generator) check(all []*source.Node, v *source.Node) bool {
	if g.loose {
		return true
	}
	c := &checker{reader: g.reader, steps: g.steps}
	for _, c.formats = range []bool{false, true}[:1+boolToInt(g.formats)] {
		for _, s := range all {
			if !c.valid(s, v) {
				g.steps = c.steps
				return false
			}
		}
	}
	g.steps = c.steps
	return true
}

// make makes a value of the first type that works.
func (g *generator) make(f flat, all []*source.Node, variant int, p pass) (*source.Node, bool) {
	likely, others := g.candidates(f)
	switch p {
	case partial:
		if !slices.Contains(likely, "object") {
			return nil, false
		}
		return g.partial(f, all, variant)
	case unlikely:
		likely = others
	}
	for _, t := range likely {
		var v *source.Node
		var ok bool
		switch t {
		case "object":
			v, ok = g.object(f, all, variant)
		case "array":
			v, ok = g.list(f, all, variant)
		default:
			v, ok = g.scalar(f, all, t, variant)
		}
		if ok {
			return v, true
		}
	}
	return nil, false
}

// tries is how many variants of a scalar are tried, for what is excluded by "not" and "oneOf".
const tries = 8

func (g *generator) scalar(f flat, all []*source.Node, t string, variant int) (*source.Node, bool) {
	at := source.Make{At: all[0]}
	for i := range tries {
		var v *source.Node
		switch n := variant + i; t {
		case "string":
			if s, ok := g.text(f, n); ok && g.chars+len(s) <= maxText {
				g.chars += len(s)
				v = at.String(s)
			}
		case "integer", "number":
			if s, ok := makeNumber(f, t == "integer", n); ok {
				v = at.Number(s)
			}
		case "boolean":
			v = at.Bool(n%2 == 0)
		case "null":
			v = at.Null()
		}
		if v == nil {
			return nil, false
		}
		if g.check(all, v) {
			return v, true
		}
	}
	return nil, false
}

var allTypes = []string{"string", "object", "integer", "number", "array", "boolean", "null"}

// hints are keywords that say something about values of one type only.
var hints = []struct {
	kind     string
	keywords []string
}{
	{"object", []string{"properties", "required", "additionalProperties", "patternProperties", "minProperties", "maxProperties", "propertyNames", "dependentRequired", "unevaluatedProperties"}},
	{"array", []string{"items", "prefixItems", "minItems", "maxItems", "uniqueItems", "contains", "unevaluatedItems"}},
	{"string", []string{"pattern", "format", "minLength", "maxLength", "contentEncoding", "contentMediaType"}},
	{"number", []string{"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"}},
}

// candidates returns the types that a value may have, the likeliest first and null last, and those
// that it may have but that nothing speaks of.
func (g *generator) candidates(f flat) (likely, others []string) {
	typed := false
	for _, s := range f.schemas {
		types := g.types(s)
		switch {
		case types == nil:
		case !typed:
			likely, typed = types, true
		default:
			likely = intersect(likely, types)
		}
	}
	if !typed {
		return guess(f)
	}
	slices.SortStableFunc(likely, func(a, b string) int {
		return boolToInt(a == "null") - boolToInt(b == "null")
	})
	return likely, nil
}

func boolToInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func intersect(a, b []string) []string {
	var out []string
	for _, t := range a {
		switch {
		case slices.Contains(b, t):
			out = append(out, t)
		case t == "number" && slices.Contains(b, "integer"):
			out = append(out, "integer")
		case t == "integer" && slices.Contains(b, "number"):
			out = append(out, t)
		}
	}
	return out
}

// guess guesses types from the keywords; without any that tell, all types are as likely.
func guess(f flat) (likely, others []string) {
	for _, h := range hints {
		if slices.ContainsFunc(f.schemas, func(s *source.Node) bool { return slices.ContainsFunc(h.keywords, s.Has) }) {
			likely = append(likely, h.kind)
		}
	}
	if likely == nil {
		return allTypes, nil
	}
	return likely, slices.DeleteFunc(slices.Clone(allTypes), func(t string) bool { return slices.Contains(likely, t) })
}
