package gavel

import "github.com/santhosh-tekuri/jsonschema/v6"

// opinion is what the documented schema thinks of values that are not of the type that the
// documented example shows. Nothing is asked of it before there is such a value.
type opinion struct {
	check *check
	real  *tree

	asked  bool
	schema *schema // nil when it can say nothing
	body   any     // the real body
	nodes  int     // of it and of what is put into it

	wrong  map[string]bool // pointers of what the schema does not allow, and of all that is above
	speaks map[int32]bool  // whether it has something to say about a place of the documentation
	// left is how many values may still be held against the schema.
	left int
}

// maxProbed bounds the values that are held against a schema to find out whether it speaks about a
// place. A body of 6.5 KB, with some 400 values, has 2600 tries; the largest have one.
const maxProbed = 1 << 20

// oddKey is a key that no schema knows of.
const oddKey = "\x00 a key that no documentation has"

// allows reports that the schema has something to say about the place where the walk is, and nothing
// against the value there. A schema that is silent about a place, and so allows everything, does not
// overrule the example e.
//
// It speaks about a place when it minds something odd there, in the real body as it is. That is
// asked once for all values that are in one place of the documentation, as for the items of a list.
func (o *opinion) allows(w *walk, e int32) bool {
	if o == nil {
		return false
	}
	if !o.asked {
		o.asked = true
		o.ask()
	}
	if o.schema == nil || o.wrong[pointer(w.path)] {
		return false
	}
	if w.places == nil {
		w.places = newPlaces(w.expected)
	}
	place := w.places.of[e]
	speaks, known := o.speaks[place]
	if !known {
		speaks = o.minds(w.path, map[string]any{oddKey: oddKey}) || o.minds(w.path, true)
		o.speaks[place] = speaks
	}
	return speaks
}

// ask holds the body as it is against the schema.
func (o *opinion) ask() {
	o.nodes, o.left, o.speaks = len(o.real.nodes)+3, maxProbed, map[int32]bool{}
	s := o.check.documentedSchema()
	if s.broken != nil || o.real.deepest >= maxSchemaDepth {
		return
	}
	o.body = o.real.value(0)
	if o.real.long {
		o.body = mapNumbers(o.body, numberChange(false))
	}
	errs, broken := s.validate(o.body, allowance(o.nodes))
	if broken != nil {
		return
	}
	o.schema, o.wrong = s, map[string]bool{}
	faults := 0
	leaves(errs, func(at []string) {
		if faults++; faults > maxFindings {
			o.schema = nil // nobody gets to see the other differences
			return
		}
		for i := range len(at) + 1 {
			o.wrong[pathPointer(at[:i])] = true
		}
	})
}

// minds reports whether the schema finds more fault with the body when the value at a path is another
// one.
func (o *opinion) minds(path []step, value any) bool {
	if o.left -= o.nodes; o.left < 0 && len(o.speaks) > 0 {
		return false
	}
	restore, ok := o.replace(path, value)
	if !ok {
		return false
	}
	errs, broken := o.schema.validate(o.body, allowance(o.nodes))
	restore()
	if broken != nil || errs == nil {
		return false
	}
	if len(o.wrong) == 0 {
		return true
	}
	at, found := pointer(path), false
	leaves(errs, func(where []string) {
		found = found || len(where) >= len(path) && pathPointer(where[:len(path)]) == at
	})
	return found
}

// leaves calls f with the place of each fault that was found, but not with those of the keywords that
// only hold others together.
func leaves(e *jsonschema.ValidationError, f func(at []string)) {
	switch {
	case e == nil:
	case len(e.Causes) == 0:
		f(e.InstanceLocation)
	default:
		for _, cause := range e.Causes {
			leaves(cause, f)
		}
	}
}

// replace puts another value into the body, and returns what takes it out again; false when there is
// no such place.
func (o *opinion) replace(path []step, value any) (restore func(), ok bool) {
	if len(path) == 0 {
		old := o.body
		o.body = value
		return func() { o.body = old }, true
	}
	in := o.body
	for i, s := range path {
		last := i == len(path)-1
		switch c := in.(type) {
		case map[string]any:
			old, ok := c[s.key]
			if !ok || s.index >= 0 {
				return nil, false
			}
			if last {
				c[s.key] = value
				return func() { c[s.key] = old }, true
			}
			in = old
		case []any:
			if s.index < 0 || s.index >= len(c) {
				return nil, false
			}
			old := c[s.index]
			if last {
				c[s.index] = value
				return func() { c[s.index] = old }, true
			}
			in = old
		default:
			return nil, false
		}
	}
	return nil, false
}
