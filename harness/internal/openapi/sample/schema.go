package sample

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// Schema writes the schema of a response as JSON Schema that stands alone: what it refers to is
// copied into definitions ($defs in 2020-12), circular references included, and what only OpenAPI
// knows is put in the words of JSON Schema or left out. A schema of OpenAPI 2.0 becomes draft 4, as
// Dredd has it; one of 3.0, which is nearest to that, too; one of 3.1 stays 2020-12. Keywords with
// values that their draft does not allow are left out. Each key and value has the place of what it was
// copied from, or of what asked for it. The error is that of a $ref that leads nowhere, or of a schema
// that is too large.
func Schema(schema *source.Node, r *source.Resolver, d Dialect) (*source.Node, error) {
	c := &converter{
		reader: newReader(r, Options{Dialect: d, Response: true}), at: source.Make{At: schema},
		names: map[*source.Node]string{}, taken: map[string]bool{}, shape: draft4, definitions: "definitions",
	}
	uri := "http://json-schema.org/draft-04/schema#"
	if d == OpenAPI31 {
		c.shape, c.definitions, uri = draft2020, "$defs", "https://json-schema.org/draft/2020-12/schema"
	}
	root, err := c.root(schema)
	if err != nil {
		return nil, err
	}
	if !root.Is(source.Object) {
		return root, nil
	}
	entries := append([]source.Entry{c.entry("$schema", c.at.String(uri))}, root.Entries()...)
	if len(c.copied) > 0 {
		entries = append(entries, c.entry(c.definitions, c.at.Object(c.copied...)))
	}
	return source.Make{At: root}.Object(entries...), nil
}

// maxSchema is how many values a schema may have, those it refers to included.
const maxSchema = 200_000

// converter copies schemas.
type converter struct {
	reader
	at          source.Make
	shape       map[string]shape
	definitions string

	names  map[*source.Node]string // of the definitions that were asked for
	taken  map[string]bool
	queue  []*source.Node
	copied []source.Entry
	size   int
}

func (c *converter) entry(key string, v *source.Node) source.Entry {
	return source.Entry{Key: c.at.String(key), Value: v}
}

// root copies the schema, and then the definitions until none is missing. A root that is nothing but
// a reference is put in itself when it refers to nothing else, as Dredd does, and into an allOf
// otherwise: draft 4 looks at nothing beside a $ref, the definitions included.
func (c *converter) root(schema *source.Node) (*source.Node, error) {
	target, err := c.r.Deref(schema)
	if err != nil {
		return nil, err
	}
	direct := *c
	direct.names, direct.taken = map[*source.Node]string{}, map[string]bool{}
	if plain, err := direct.schema(target); err == nil && len(direct.queue) == 0 && (target == schema || !c.siblings() || schema.Len() == 1) {
		return plain, nil
	}
	root, err := c.schema(schema)
	if err != nil {
		return nil, err
	}
	for len(c.queue) > 0 {
		next := c.queue[0]
		c.queue = c.queue[1:]
		copied, err := c.schema(next)
		if err != nil {
			return nil, err
		}
		at := source.Make{At: next}
		if key := c.r.KeyOf(next); key != nil {
			at.At = key
		}
		c.copied = append(c.copied, source.Entry{Key: at.String(c.names[next]), Value: copied})
	}
	if root.Has("$ref") && !c.siblings() {
		root = c.at.Object(c.entry("allOf", c.at.List(root)))
	}
	return root, nil
}

// reference returns a reference to the copy of what a schema refers to.
func (c *converter) reference(s *source.Node, ref string) (*source.Node, error) {
	target, err := c.r.Deref(s)
	if err != nil {
		return nil, err
	}
	name, ok := c.names[target]
	if !ok {
		name = c.name(ref)
		c.names[target] = name
		c.queue = append(c.queue, target)
	}
	return source.Make{At: s.Get("$ref")}.String("#/" + c.definitions + "/" + name), nil
}

var unusual = regexp.MustCompile(`[^A-Za-z0-9._-]+`)

// name makes a name of the last step of a reference that no other definition has, and that needs no
// escapes.
func (c *converter) name(ref string) string {
	base := strings.Trim(unusual.ReplaceAllString(ref[strings.LastIndexAny(ref, "/#")+1:], "_"), "_")
	if base == "" {
		base = "schema"
	}
	name := base
	for i := 2; c.taken[name]; i++ {
		name = fmt.Sprintf("%s-%d", base, i)
	}
	c.taken[name] = true
	return name
}

// schema copies one schema.
func (c *converter) schema(s *source.Node) (*source.Node, error) {
	if c.size++; c.size > maxSchema {
		return nil, &source.Error{At: s.At(), Msg: fmt.Sprintf("the schema has more than %d parts; split it", maxSchema)}
	}
	if s.Is(source.Bool) && c.siblings() {
		return s, nil
	}
	var entries []source.Entry
	if ref, ok := c.ref(s); ok {
		target, err := c.reference(ref, ref.Get("$ref").Text())
		if err != nil {
			return nil, err
		}
		entries = append(entries, source.Entry{Key: ref.Key("$ref"), Value: target})
		if !c.siblings() {
			return source.Make{At: s}.Object(entries...), nil
		}
	}
	for _, e := range s.Entries() {
		shape, known := c.shape[e.Key.Text()]
		if !known {
			continue
		}
		v, err := shape.copy(c, s, e.Value)
		if err != nil {
			return nil, err
		}
		if v != nil {
			entries = append(entries, source.Entry{Key: e.Key, Value: v})
		}
	}
	if e := s.Get("example"); e != nil && !s.Has("examples") {
		key := source.Make{At: s.Key("example")}
		entries = append(entries, source.Entry{Key: key.String("examples"), Value: source.Make{At: e}.List(e)})
	}
	return source.Make{At: s}.Object(entries...), nil
}

// ref returns a node that is a reference where the schema is one. A reference that depends on who
// asks is taken for a plain one.
func (c *converter) ref(s *source.Node) (*source.Node, bool) {
	if _, ok := source.Ref(s); ok {
		return s, true
	}
	if dynamic := s.Get("$dynamicRef"); c.siblings() && dynamic.Is(source.String) {
		key := source.Make{At: s.Key("$dynamicRef")}
		return source.Make{At: s}.Object(source.Entry{Key: key.String("$ref"), Value: source.Make{At: dynamic}.String(dynamic.Text())}), true
	}
	return nil, false
}

// required leaves out the names of properties that a response may not have.
func (c *converter) required(s, list *source.Node) *source.Node {
	var names []*source.Node
	for _, name := range unique(list.Items()) {
		if name.Is(source.String) && !c.hidden(s.Get("properties").Get(name.Text())) {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return nil
	}
	return source.Make{At: list}.List(names...)
}

// typeOf copies the types that JSON Schema knows.
func (c *converter) typeOf(s *source.Node) *source.Node {
	at := s.Get("type")
	var known []*source.Node
	for i, t := range c.types(s) {
		if !slices.Contains(allTypes, t) {
			continue
		}
		name := source.Make{At: at}
		if i < at.Len() {
			name.At = at.Items()[i]
		} else if i > 0 {
			name.At = c.nullableAt(s)
		}
		known = append(known, name.String(t))
	}
	switch known = unique(known); len(known) {
	case 0:
		return nil
	case 1:
		return known[0]
	}
	return source.Make{At: at}.List(known...)
}

func (c *converter) enum(s, list *source.Node) *source.Node {
	values := list.Items()
	if c.nullable(s) {
		values = append(values, source.Make{At: c.nullableAt(s)}.Null())
	}
	if values = unique(values); len(values) == 0 {
		return nil
	}
	return source.Make{At: list}.List(values...)
}

// unique returns the values without those that are there already.
func unique(values []*source.Node) []*source.Node {
	var out []*source.Node
	for _, v := range values {
		if !slices.ContainsFunc(out, func(other *source.Node) bool { return equal(v, other) }) {
			out = append(out, v)
		}
	}
	return out
}
