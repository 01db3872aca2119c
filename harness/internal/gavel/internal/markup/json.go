package markup

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/jsontext"
)

// textKey is the key of the text of an element.
const textKey = "text()"

// JSON writes the document as JSON. With types set, the text of each element that has none, or only
// blanks, is null, so that a text and no text are of different types.
func (d *Document) JSON(n *Names, types bool) string {
	w := writer{names: n, types: types}
	w.b.Grow(2 * len(d.source))
	w.b.WriteByte('{')
	w.key(n.element(d.root.name))
	w.element(d.root)
	w.b.WriteByte('}')
	return w.b.String()
}

type writer struct {
	b     strings.Builder
	names *Names
	types bool
}

func (w *writer) key(s string) {
	w.string(s)
	w.b.WriteByte(':')
}

func (w *writer) string(s string) { jsontext.Write(&w.b, s) }

func (w *writer) element(e *element) {
	w.b.WriteByte('{')
	first := true
	member := func(key string) {
		if !first {
			w.b.WriteByte(',')
		}
		first = false
		w.key(key)
	}
	for _, a := range e.attributes {
		member(w.names.attribute(a.name))
		w.string(a.value)
	}
	switch text := w.text(e); {
	case w.types && isBlank(text):
		member(textKey)
		w.b.WriteString("null")
	case text != "":
		member(textKey)
		w.string(text)
	}
	for _, group := range w.groups(e) {
		member(group.name)
		w.b.WriteByte('[')
		for i, child := range group.elements {
			if i > 0 {
				w.b.WriteByte(',')
			}
			w.element(child)
		}
		w.b.WriteByte(']')
	}
	w.b.WriteByte('}')
}

// text is the text of an element; where text and elements are mixed, the elements stand in it as
// empty tags.
func (w *writer) text(e *element) string {
	mixed := false
	for _, p := range e.content {
		mixed = mixed || p.element == nil
	}
	if !mixed {
		return ""
	}
	if len(e.content) == 1 {
		return e.content[0].text
	}
	var b strings.Builder
	for _, p := range e.content {
		if p.element == nil {
			b.WriteString(p.text)
			continue
		}
		b.WriteByte('<')
		b.WriteString(w.names.element(p.element.name))
		b.WriteString("/>")
	}
	return b.String()
}

// group is the child elements of one name.
type group struct {
	name     string
	elements []*element
}

// fewGroups is the number of names up to which looking at all of them beats a map.
const fewGroups = 8

// groups returns the child elements by name, in the order in which each name comes first.
func (w *writer) groups(e *element) []group {
	var list []group
	var places map[name]int
	find := func(n name) int {
		if places != nil {
			if at, ok := places[n]; ok {
				return at
			}
			return -1
		}
		return slices.IndexFunc(list, func(g group) bool { return g.elements[0].name == n })
	}
	for _, p := range e.content {
		if p.element == nil {
			continue
		}
		at := len(list) - 1
		if at < 0 || list[at].elements[0].name != p.element.name {
			at = find(p.element.name)
		}
		if at >= 0 {
			list[at].elements = append(list[at].elements, p.element)
			continue
		}
		list = append(list, group{w.names.element(p.element.name), []*element{p.element}})
		switch {
		case places != nil:
			places[p.element.name] = len(list) - 1
		case len(list) > fewGroups:
			places = make(map[name]int, 2*fewGroups)
			for i, g := range list {
				places[g.elements[0].name] = i
			}
		}
	}
	return list
}
