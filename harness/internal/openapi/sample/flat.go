package sample

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// flat is what a schema demands all at once: schema objects in which $ref and allOf need not be
// looked at any more, and choices that are still to be made.
type flat struct {
	schemas []*source.Node
	choices []choice
	seen    map[*source.Node]bool
	// never is set when nothing satisfies the schema.
	never bool
}

// choice is made by taking all the schemas of one of its options.
type choice [][]*source.Node

func (r reader) flatten(all ...*source.Node) flat {
	f := flat{seen: map[*source.Node]bool{}}
	for _, s := range all {
		r.add(&f, s, "")
	}
	return f
}

// with returns f with one option of its first choice taken.
func (r reader) with(f flat, option []*source.Node) flat {
	next := flat{
		schemas: append([]*source.Node(nil), f.schemas...),
		choices: append([]choice(nil), f.choices[1:]...),
		seen:    make(map[*source.Node]bool, len(f.seen)),
	}
	for s := range f.seen {
		next.seen[s] = true
	}
	for _, s := range option {
		r.add(&next, s, "")
	}
	return next
}

// add puts a schema in. The name is that of the component which the schema is the whole or a part of.
func (r reader) add(f *flat, s *source.Node, name string) {
	for ref, ok := source.Ref(s); ok; ref, ok = source.Ref(s) {
		if f.seen[s] {
			return
		}
		f.seen[s] = true
		if name == "" {
			name = ref[strings.LastIndexAny(ref, "/#")+1:]
		}
		next, err := r.r.Follow(s)
		if err != nil {
			return
		}
		if r.siblings() && s.Len() > 1 {
			r.own(f, s, "")
		}
		s = next
	}
	switch {
	case s.Is(source.Bool) && !s.Bool():
		f.never = true
	case s.Is(source.Object) && !f.seen[s]:
		f.seen[s] = true
		r.own(f, s, name)
	}
}

// own puts the keywords of a schema object in.
func (r reader) own(f *flat, s *source.Node, name string) {
	for _, part := range s.Get("allOf").Items() {
		r.add(f, part, name)
	}
	f.schemas = append(f.schemas, s)
	chosen := false
	for _, keyword := range []string{"oneOf", "anyOf"} {
		options := s.Get(keyword)
		if !options.Is(source.List) || options.Len() == 0 {
			continue
		}
		chosen = true
		var c choice
		for _, option := range options.Items() {
			schemas := []*source.Node{option}
			if hint := r.discriminator(s, refName(option)); hint != nil {
				schemas = append(schemas, hint)
			}
			c = append(c, schemas)
		}
		f.choices = append(f.choices, c)
	}
	if hint := r.discriminator(s, name); hint != nil && !chosen {
		f.schemas = append(f.schemas, hint)
	}
	r.conditions(f, s)
}

// conditions turns what depends on the value into choices.
func (r reader) conditions(f *flat, s *source.Node) {
	if r.o.Dialect != OpenAPI31 {
		return
	}
	if condition := s.Get("if"); condition != nil {
		// The simplest first; which of them holds is found out by checking.
		c := choice{nil}
		for _, branch := range []*source.Node{s.Get("else"), s.Get("then")} {
			if branch != nil {
				c = append(c, []*source.Node{branch})
			}
		}
		if then := s.Get("then"); then != nil {
			c = append(c, []*source.Node{condition, then})
		}
		f.choices = append(f.choices, c)
	}
	for _, dependent := range s.Get("dependentSchemas").All() {
		f.choices = append(f.choices, choice{nil, {dependent}})
	}
}

func refName(s *source.Node) string {
	ref, _ := source.Ref(s)
	return ref[strings.LastIndexAny(ref, "/#")+1:]
}

// discriminator returns a schema that offers the value which the discriminator of s has for a
// component; nil when there is none.
func (r reader) discriminator(s *source.Node, name string) *source.Node {
	d := s.Get("discriminator")
	property := d.Get("propertyName")
	if r.o.Dialect == OpenAPI2 {
		property = d
	}
	if name == "" || !property.Is(source.String) {
		return nil
	}
	for value, target := range d.Get("mapping").All() {
		text := target.Text()
		if text[strings.LastIndexAny(text, "/#")+1:] == name {
			name = value
			break
		}
	}
	make := source.Make{At: d}
	object := func(key string, v *source.Node) *source.Node {
		return make.Object(source.Entry{Key: make.String(key), Value: v})
	}
	return object("properties", object(property.Text(), object("default", make.String(name))))
}

// examples returns what the schemas give as examples.
func (f flat) examples() []*source.Node {
	var out []*source.Node
	for _, s := range f.schemas {
		if e := s.Get("example"); e != nil {
			out = append(out, e)
		}
		out = append(out, s.Get("examples").Items()...)
		if e := s.Get("x-example"); e != nil {
			out = append(out, e)
		}
	}
	return out
}

// offered returns the values that the schemas name for themselves, in the order of preference.
func (f flat) offered() []*source.Node {
	out := f.examples()
	for _, keyword := range []string{"default", "const"} {
		for _, s := range f.schemas {
			if v := s.Get(keyword); v != nil {
				out = append(out, v)
			}
		}
	}
	for _, s := range f.schemas {
		out = append(out, s.Get("enum").Items()...)
	}
	return out
}

// closed reports whether a schema lists all its values, so that none can be made up.
func (f flat) closed() bool {
	for _, s := range f.schemas {
		if s.Has("const") || s.Get("enum").Is(source.List) {
			return true
		}
	}
	return false
}
