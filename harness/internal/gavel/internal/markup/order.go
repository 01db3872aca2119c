package markup

import (
	"slices"
	"strconv"
)

// Disorder is a place where the same elements stand in another order.
type Disorder struct {
	// Steps is the JSON Pointer of the element that they are in, unescaped.
	Steps []string
	// Expected and Real are the names, in their order.
	Expected, Real []string
}

// maxTried is how many documented elements of one name a real one is held against before it is
// said to be in disorder.
const maxTried = 16

// Disorders compares the order in which elements of different names stand, which the JSON of the
// documents does not tell. Elements correspond to each other by their place among those of their
// name. With exact set, elements that are as many on both sides must stand in exactly the same order;
// otherwise, and where their numbers differ, it counts which name comes first. Mixed content tells
// its order in its text, when that is compared: with exact set it is passed over here.
//
// The function covered says which places are not to be looked at; nil means that all are.
func Disorders(expected, real *Document, n *Names, exact bool, covered func(steps []string) bool) []Disorder {
	s := sorter{names: n, exact: exact, covered: covered}
	if expected.root.name == real.root.name {
		s.steps = append(s.steps, n.element(expected.root.name))
		s.element(expected.root, real.root)
	}
	return s.found
}

type sorter struct {
	names   *Names
	exact   bool
	covered func(steps []string) bool
	steps   []string
	found   []Disorder
}

func (s *sorter) element(e, r *element) {
	if s.covered != nil && s.covered(s.steps) {
		return
	}
	w := writer{names: s.names}
	want := w.groups(e)
	if len(want) == 0 {
		return
	}
	got := w.groups(r)
	if len(want) > 1 && len(got) > 1 && (!s.exact || !isMixed(e) || !isMixed(r)) {
		s.compare(e, r, want, got)
	}
	places := make(map[name]group, len(want))
	for _, g := range want {
		places[g.elements[0].name] = g
	}
	for _, g := range got {
		documented, ok := places[g.elements[0].name]
		if ok && slices.ContainsFunc(documented.elements, hasElements) {
			s.list(documented, g)
		}
	}
}

// list compares elements of one name with the documented ones.
func (s *sorter) list(want, got group) {
	s.steps = append(s.steps, want.name)
	if s.covered == nil || !s.covered(s.steps) {
		for i, r := range got.elements {
			if s.exact && i >= len(want.elements) {
				break
			}
			s.steps = append(s.steps, strconv.Itoa(i))
			s.item(want, i, r)
			s.steps = s.steps[:len(s.steps)-1]
		}
	}
	s.steps = s.steps[:len(s.steps)-1]
}

// item compares an element with the documented one at its place. Where it may correspond to any of
// the documented ones, it is in disorder when it is so beside each of them.
func (s *sorter) item(want group, i int, r *element) {
	before := len(s.found)
	s.element(want.elements[min(i, len(want.elements)-1)], r)
	if s.exact || len(s.found) == before {
		return
	}
	first := s.found[before:len(s.found):len(s.found)]
	for _, other := range want.elements[:min(len(want.elements), maxTried)] {
		s.found = s.found[:before:before]
		if s.element(other, r); len(s.found) == before {
			return
		}
	}
	s.found = append(s.found[:before:before], first...)
}

func hasElements(e *element) bool {
	return slices.ContainsFunc(e.content, func(p part) bool { return p.element != nil })
}

func isMixed(e *element) bool {
	return slices.ContainsFunc(e.content, func(p part) bool { return p.element == nil })
}

// compare compares the order of the child elements that both have.
func (s *sorter) compare(e, r *element, want, got []group) {
	sizes := make(map[name]int, len(want))
	for _, g := range want {
		sizes[g.elements[0].name] = len(g.elements)
	}
	asMany := len(want) == len(got)
	common := map[name]bool{}
	for _, g := range got {
		size, ok := sizes[g.elements[0].name]
		common[g.elements[0].name] = ok
		asMany = asMany && size == len(g.elements)
	}
	d := Disorder{
		Expected: s.sequence(e, common, s.exact && asMany),
		Real:     s.sequence(r, common, s.exact && asMany),
	}
	for i := range d.Expected {
		if d.Expected[i] != d.Real[i] {
			d.Steps = append(d.Steps, s.steps...)
			s.found = append(s.found, d)
			return
		}
	}
}

// sequence lists the names of those child elements that are wanted, all of them or each name once.
func (s *sorter) sequence(e *element, wanted map[name]bool, all bool) []string {
	var list []string
	seen := map[name]bool{}
	for _, p := range e.content {
		if p.element == nil || !wanted[p.element.name] || !all && seen[p.element.name] {
			continue
		}
		seen[p.element.name] = true
		list = append(list, s.names.element(p.element.name))
	}
	return list
}
