package apib

// shape is an element of a data structure, with its place: what the parser makes bodies and schemas of
// where there are attributes. See the specification of MSON.
type shape struct {
	// kind is "object", "array", "member", "ref", "select", "option", a primitive type, or the name of
	// another data structure.
	kind string
	// id is the name of a named type.
	id string
	// text is the key of a member, the name that a ref includes, or a value.
	text string
	at   []span
	// variable says that the key of a member stands for any.
	variable bool
	// value is that of a member, parts are members, items and what else is within, and samples are
	// values that are given for it.
	value          *shape
	parts, samples []*shape
}

// maxShape is how deep data structures are looked into.
const maxShape = 100

// shape reads an element of a data structure.
func (r *reader) shape(depth int) *shape {
	s := &shape{}
	if depth > maxShape {
		r.skip()
		return s
	}
	r.object(func(key string) {
		switch key {
		case "element":
			r.content(func(text string) { s.kind = text }, nil, nil)
		case "meta":
			r.object(func(key string) {
				if key == "id" {
					s.id = r.text()
					return
				}
				r.skip()
			})
		case "attributes":
			r.object(func(key string) { r.shapeAttribute(s, key, depth+1) })
		case "content":
			item := func() { s.parts = append(s.parts, r.shape(depth+1)) }
			r.content(func(text string) { s.text = text }, item, func(key string) { r.member(s, key, depth+1) })
		default:
			r.skip()
		}
	})
	return s
}

func (r *reader) shapeAttribute(s *shape, key string, depth int) {
	switch key {
	case "sourceMap":
		s.at = r.spans()
	case "variable":
		s.variable = r.text() == "true"
	case "samples", "enumerations":
		s.samples = append(s.samples, r.shape(depth).parts...)
	case "default":
		s.samples = append(s.samples, r.shape(depth))
	default:
		r.skip()
	}
}

// member reads the key or the value of a member.
func (r *reader) member(s *shape, key string, depth int) {
	switch key {
	case "key":
		k := r.shape(depth)
		s.text, s.at = k.text, k.at
	case "value":
		s.value = r.shape(depth)
	default:
		r.skip()
	}
}

// types are the named data structures of a document.
type types map[string]*shape

// collect finds the named types under an element.
func (t types) collect(e *element) {
	if e.shape != nil && e.shape.id != "" {
		t[e.shape.id] = e.shape
	}
	for _, c := range e.children {
		t.collect(c)
	}
}

// members adds those members of an object that are as wanted: its own before those that it includes,
// those before those of the type that it is of, and at last what samples have.
func (t types) members(found []*shape, s *shape, wanted func(*shape) bool, seen map[*shape]bool) []*shape {
	if s == nil || seen[s] {
		return found
	}
	seen[s] = true
	var others []*shape
	for _, p := range s.parts {
		switch p.kind {
		case "member":
			if wanted(p) {
				found = append(found, p)
			}
		case "ref":
			others = append(others, t[p.text])
		case "select", "option":
			others = append(others, p)
		}
	}
	for _, o := range append(append(others, t[s.kind]), s.samples...) {
		found = t.members(found, o, wanted, seen)
	}
	return found
}

// item finds the ith item of a list, or the last one that is described; nil when there is none.
func (t types) item(s *shape, i int) *shape {
	items := t.items(s, map[*shape]bool{})
	if len(items) == 0 {
		return nil
	}
	return items[min(i, len(items)-1)]
}

// items lists the items of a list, with what it includes, or else those of the type that it is of, or
// else those of a sample.
func (t types) items(s *shape, seen map[*shape]bool) []*shape {
	if s == nil || seen[s] {
		return nil
	}
	seen[s] = true
	var written, kinds []*shape
	for _, p := range s.parts {
		switch {
		case p.kind == "ref":
			written = append(written, t.items(t[p.text], seen)...)
		case len(p.at) > 0:
			written = append(written, p)
		default: // what the items are said to be, as in array[Bee]
			kinds = append(kinds, p)
		}
	}
	for _, items := range [][]*shape{written, kinds, t.items(t[s.kind], seen)} {
		if len(items) > 0 {
			return items
		}
	}
	for _, sample := range s.samples {
		if items := t.items(sample, seen); len(items) > 0 {
			return items
		}
	}
	return nil
}
