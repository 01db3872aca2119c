package sample

import (
	"fmt"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// property is a property that an object may have.
type property struct {
	name string
	// at is where the name is written.
	at       *source.Node
	schemas  []*source.Node
	required bool
}

// object makes an object with every property that may be written.
func (g *generator) object(f flat, all []*source.Node, variant int) (*source.Node, bool) {
	b := g.maker(f, all)
	for i := range tries {
		b.more = i / 2
		v, ok := b.make(func(int) bool { return true }, variant+i)
		if !ok || g.check(all, v) {
			return v, ok
		}
	}
	return nil, false
}

// partial makes an object that lacks a property that is not required, or all of them.
func (g *generator) partial(f flat, all []*source.Node, variant int) (*source.Node, bool) {
	b := g.maker(f, all)
	for i, p := range b.properties {
		if p.required {
			continue
		}
		if v, ok := b.make(func(j int) bool { return j != i }, variant); ok && g.check(all, v) {
			return v, true
		}
	}
	v, ok := b.make(func(j int) bool { return b.properties[j].required }, variant)
	return v, ok && g.check(all, v)
}

func (g *generator) maker(f flat, all []*source.Node) *objectMaker {
	return &objectMaker{g: g, f: f, at: all[0], properties: g.properties(f), max: g.most(f, "maxProperties")}
}

// most returns the lowest limit that a keyword sets; a high one when none does.
func (g *generator) most(f flat, keyword string) int {
	limit := 1 << 30
	for _, s := range f.schemas {
		limit = min(limit, count(s.Get(keyword), limit))
	}
	return limit
}

// least returns the highest limit that a keyword sets.
func (g *generator) least(f flat, keyword string) int {
	limit := 0
	for _, s := range f.schemas {
		limit = max(limit, count(s.Get(keyword), 0))
	}
	return limit
}

// properties returns the properties that are declared or required, in the order of the document.
func (g *generator) properties(f flat) []property {
	var names []*source.Node
	known := map[string]bool{}
	note := func(name *source.Node) {
		if !known[name.Text()] {
			known[name.Text()] = true
			names = append(names, name)
		}
	}
	for _, s := range f.schemas {
		for _, e := range s.Get("properties").Entries() {
			note(e.Key)
		}
	}
	required := map[string]bool{}
	for _, s := range f.schemas {
		for _, name := range stringsOf(s.Get("required")) {
			required[name.Text()] = true
			note(name)
		}
		for on, list := range s.Get("dependentRequired").All() {
			for _, name := range stringsOf(list) {
				if known[on] {
					note(name)
				}
			}
		}
	}
	var out []property
	for _, at := range names {
		name := at.Text()
		p := property{name: name, at: at, required: required[name]}
		allowed := true
		for _, s := range f.schemas {
			schemas := g.propertySchemas(s, name)
			p.schemas = append(p.schemas, schemas...)
		}
		for _, s := range p.schemas {
			if g.hidden(s) {
				p.required, allowed = false, false
			}
		}
		if allowed && (p.required || !g.plainList(p.schemas)) {
			out = append(out, p)
		}
	}
	return out
}

// plainList reports whether the schemas are those of a list which Dredd leaves out: one of scalars,
// with nothing that tells what they look like.
func (g *generator) plainList(schemas []*source.Node) bool {
	if !g.o.AsDredd || len(schemas) != 1 {
		return false
	}
	list := g.deref(schemas[0])
	items := g.deref(list.Get("items"))
	for _, s := range []*source.Node{list, items} {
		for _, key := range []string{"example", "examples", "default", "enum", "const", "oneOf", "anyOf", "allOf"} {
			if s.Has(key) {
				return false
			}
		}
	}
	plain := []string{"string", "number", "integer", "boolean"}
	return list.Get("type").Text() == "array" && slices.Contains(plain, items.Get("type").Text())
}

// propertySchemas returns what a schema object says about a property.
func (r reader) propertySchemas(s *source.Node, name string) []*source.Node {
	var out []*source.Node
	if p := s.Get("properties").Get(name); p != nil {
		out = append(out, p)
	}
	if r.o.Dialect == OpenAPI31 {
		for pattern, p := range s.Get("patternProperties").All() {
			if re := r.pattern(pattern); re != nil && re.re.MatchString(name) {
				out = append(out, p)
			}
		}
	}
	if more := s.Get("additionalProperties"); more != nil && len(out) == 0 {
		out = append(out, more)
	}
	return out
}

// objectMaker makes variants of one object.
type objectMaker struct {
	g          *generator
	f          flat
	at         *source.Node
	properties []property
	max        int
	// more is how many properties there are that nothing asks for.
	more int
}

// make makes an object of the properties that are to be kept.
func (b *objectMaker) make(keep func(int) bool, variant int) (*source.Node, bool) {
	g, at := b.g, source.Make{At: b.at}
	room := b.max
	for _, p := range b.properties {
		if p.required {
			room--
		}
	}
	var entries []source.Entry
	for i, p := range b.properties {
		if !p.required && (room <= 0 || !keep(i)) {
			continue
		}
		schemas := p.schemas
		if len(schemas) == 0 {
			schemas = []*source.Node{at.Object()}
		}
		v, ok := g.value(schemas, variant, !p.required)
		if !ok {
			if p.required {
				return nil, false
			}
			continue
		}
		if !p.required {
			room--
		}
		entries = append(entries, source.Entry{Key: source.Make{At: p.at}.String(p.name), Value: v})
	}
	least := max(g.least(b.f, "minProperties"), min(len(entries)+b.more, b.max))
	if least > maxItems {
		return nil, false
	}
	if len(entries) < least {
		entries = b.fill(entries, least)
	}
	return at.Object(entries...), true
}

// fill adds properties that are not declared until there are enough.
func (b *objectMaker) fill(entries []source.Entry, least int) []source.Entry {
	g, at := b.g, source.Make{At: b.at}
	taken := func(name string) bool {
		return slices.ContainsFunc(entries, func(e source.Entry) bool { return e.Key.Text() == name }) ||
			slices.ContainsFunc(b.properties, func(p property) bool { return p.name == name })
	}
	for i := 0; len(entries) < least && i < 2*least+tries; i++ {
		for _, name := range b.names(i) {
			if len(entries) >= least || taken(name) {
				continue
			}
			var schemas []*source.Node
			for _, s := range b.f.schemas {
				schemas = append(schemas, g.propertySchemas(s, name)...)
			}
			if len(schemas) == 0 {
				schemas = []*source.Node{at.Object(source.Entry{Key: at.String("type"), Value: at.String("string")})}
			}
			if v, ok := g.value(schemas, i, false); ok {
				entries = append(entries, source.Entry{Key: source.Make{At: schemas[0]}.String(name), Value: v})
			}
		}
	}
	return entries
}

// names returns names to try for the nth property that is not declared.
func (b *objectMaker) names(n int) []string {
	var out []string
	if b.g.o.Dialect == OpenAPI31 {
		var rules []*source.Node
		for _, s := range b.f.schemas {
			if rule := s.Get("propertyNames"); rule != nil {
				rules = append(rules, rule)
			}
		}
		if len(rules) > 0 {
			if v, ok := b.g.value(rules, n, false); ok && v.Is(source.String) {
				out = append(out, v.Text())
			}
		}
		for _, s := range b.f.schemas {
			for pattern := range s.Get("patternProperties").All() {
				if p := b.g.pattern(pattern); p != nil {
					if name, ok := p.make(n, 0, maxLength, &b.g.steps); ok {
						out = append(out, name)
					}
				}
			}
		}
	}
	return append(out, fmt.Sprintf("property%d", n+1))
}
