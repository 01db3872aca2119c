package sample

import (
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// list makes a list of one item, or as many as there must be; without any when that is not valid.
func (g *generator) list(f flat, all []*source.Node, variant int) (*source.Node, bool) {
	least, most := g.least(f, "minItems"), g.most(f, "maxItems")
	for _, s := range f.schemas {
		least = max(least, min(g.contains(s), maxItems+1))
	}
	if least > maxItems || least > most {
		return nil, false
	}
	want := max(least, 1)
	for _, s := range f.schemas {
		want = max(want, len(tuple(s)))
	}
	want = min(want, most, maxItems)
	if v, ok := g.items(f, all[0], want, least, variant); ok && g.check(all, v) {
		return v, true
	}
	if least == 0 {
		if v := (source.Make{At: all[0]}).List(); g.check(all, v) {
			return v, true
		}
	}
	// Other items, and as many as there may be, for what is excluded by "not" and "oneOf".
	for i := range tries {
		length := min(want+i/2, most)
		if v, ok := g.items(f, all[0], length, length, variant+i); ok && g.check(all, v) {
			return v, true
		}
	}
	return nil, false
}

// contains returns how many items a schema object wants that satisfy its contains. It gives way when
// nothing valid was found.
func (g *generator) contains(s *source.Node) int {
	if g.loose || g.o.Dialect != OpenAPI31 || !s.Has("contains") {
		return 0
	}
	return count(s.Get("minContains"), 1)
}

// tuple returns the schemas of the first items, where they have schemas of their own.
func tuple(s *source.Node) []*source.Node {
	if prefix := s.Get("prefixItems"); prefix.Is(source.List) {
		return prefix.Items()
	}
	return s.Get("items").Items()
}

// items makes a list; with fewer items than wanted when there can be no more.
func (g *generator) items(f flat, at *source.Node, want, least, variant int) (*source.Node, bool) {
	unique := slices.ContainsFunc(f.schemas, func(s *source.Node) bool { return s.Get("uniqueItems").Bool() })
	var items []*source.Node
	used := 0 // variants, so that each item begins behind the last
	for i := range want {
		schemas, known := g.itemSchemas(f, i)
		if !known && i >= least {
			break
		}
		if len(schemas) == 0 {
			schemas = []*source.Node{source.Make{At: at}.Object()}
		}
		var item *source.Node
		var ok bool
		for range maxItems {
			g.steps -= len(items) / 8
			item, ok = g.value(schemas, variant+used, i >= least)
			if !ok || !unique || !slices.ContainsFunc(items, func(other *source.Node) bool { return equal(item, other) }) {
				break
			}
			ok = false
			used++
		}
		if !ok {
			if i < least {
				return nil, false
			}
			break
		}
		items = append(items, item)
	}
	return source.Make{At: at}.List(items...), true
}

// itemSchemas returns what is said about the ith item, and whether anything is.
func (g *generator) itemSchemas(f flat, i int) (schemas []*source.Node, known bool) {
	for _, s := range f.schemas {
		first := tuple(s)
		rest := s.Get("items")
		if rest.Is(source.List) {
			rest = s.Get("additionalItems")
		}
		switch {
		case i < len(first):
			schemas = append(schemas, first[i])
		case rest != nil:
			schemas = append(schemas, rest)
		}
		if i < g.contains(s) {
			schemas = append(schemas, s.Get("contains"))
		}
	}
	return schemas, len(schemas) > 0
}
