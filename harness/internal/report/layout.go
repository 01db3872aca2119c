package report

import "slices"

// entry is one line of business in a container that is shown in part: a member or item, or a number
// of them left out.
type entry struct {
	key       string
	doc, real node
	mark      *mark // nil for context
	left      int   // how many are left out here; 0 for a member or item
	slot      slot  // where the items of two lists stand that are not paired by index
	moved     int   // 1 + the index of real, where that is another one than the documented
}

const (
	// neighbours is how many unmarked members are shown on each side of a marked one.
	neighbours = 2
	// manyKeys bounds the set of documented keys that tells which real ones are not documented.
	manyKeys = 1 << 16
)

// layout chooses what to show of a container: what is marked, its neighbours, and how many others
// there are. Members come in the documented order, then those that only the response has. Of both
// containers, one may be absent. The first fresh members that only the response has are shown though
// nothing marks them. It costs time for all members, but memory only for those shown.
func layout(doc, real node, m *mark, fresh int) []entry {
	if p := pair(doc, real, m); p != nil {
		return p.entries(doc, real)
	}
	l := &lister{fresh: fresh}
	known := map[string]bool{} // documented keys of an object
	documented := 0
	doc.each(func(key string, v node) bool {
		if documented++; doc.object() && documented <= manyKeys {
			if known[key] && l.again(key, v) {
				return true
			}
			known[key] = true
		}
		l.add(entry{key: key, doc: v, mark: m.at(key)})
		return true
	})
	if real != "" {
		l.fill(real)
		l.addNew(real, m, func(i int, key string) bool {
			if real.object() && doc != "" {
				return documented <= manyKeys && !known[key]
			}
			return i >= documented
		})
	}
	if m != nil {
		l.rest(m)
	}
	return l.close()
}

// lister collects entries, holding back unmarked ones until it is known whether a marked one
// follows.
type lister struct {
	entries []entry
	held    []entry // the last unmarked ones, at most neighbours
	left    int     // those before held that will not be shown
	last    entry   // the last one of those
	trail   int     // how many more are shown after a marked one
	fresh   int     // how many more are shown that only the response has
}

func (l *lister) add(e entry) {
	switch {
	case e.mark != nil:
		l.flush()
		l.entries = append(l.entries, l.held...)
		l.entries = append(l.entries, e)
		l.held = l.held[:0]
		l.trail = neighbours
	case e.doc == "" && l.fresh > 0:
		l.fresh--
		l.flush()
		l.entries = append(append(l.entries, l.held...), e)
		l.held = l.held[:0]
	case l.trail > 0:
		l.trail--
		l.entries = append(l.entries, e)
	case len(l.held) < neighbours:
		l.held = append(l.held, e)
	default:
		l.left++
		l.last = l.held[0]
		copy(l.held, l.held[1:])
		l.held[neighbours-1] = e
	}
}

// again gives a key that comes twice its last value; it is one member all the same. False when it was left
// out before.
func (l *lister) again(key string, v node) bool {
	for _, es := range [][]entry{l.entries, l.held} {
		for i := range es {
			if es[i].left == 0 && es[i].key == key {
				es[i].doc = v
				return true
			}
		}
	}
	return false
}

// flush writes down what was left out. A single member takes no more room than saying so.
func (l *lister) flush() {
	switch {
	case l.left == 1:
		l.entries = append(l.entries, l.last)
	case l.left > 1:
		l.entries = append(l.entries, entry{left: l.left})
	}
	l.left = 0
}

// close returns the entries. What was held back at the end is left out too.
func (l *lister) close() []entry {
	if l.left += len(l.held); l.left > 0 && len(l.held) > 0 {
		l.last = l.held[0]
	}
	l.flush()
	return l.entries
}

// fill gives the entries so far the real value of their key. The last value of a key that comes
// twice counts, as in every decoder of Go's. Context that the response does not have is dropped: no
// finding says that it should be there.
func (l *lister) fill(real node) {
	at := map[string]*entry{}
	for _, es := range [][]entry{l.entries, l.held} {
		for i := range es {
			if es[i].left == 0 {
				at[es[i].key] = &es[i]
			}
		}
	}
	real.each(func(key string, v node) bool {
		if e := at[key]; e != nil {
			e.real = v
		}
		return true
	})
	gone := func(e entry) bool { return e.left == 0 && e.mark == nil && e.real == "" }
	l.entries = slices.DeleteFunc(l.entries, gone)
	l.held = slices.DeleteFunc(l.held, gone)
}

// addNew adds the members that only the response has. A marked one is not left out in any case.
func (l *lister) addNew(real node, m *mark, isNew func(i int, key string) bool) {
	have := map[string]bool{}
	for _, e := range l.entries {
		have[e.key] = true
	}
	i := 0
	real.each(func(key string, v node) bool {
		if below := m.at(key); isNew(i, key) || below != nil && !have[key] {
			l.add(entry{key: key, real: v, mark: below})
		}
		i++
		return true
	})
}

// rest adds the marked places that neither side has, such as a required key of a schema that is
// missing.
func (l *lister) rest(m *mark) {
	have := map[string]bool{}
	for _, e := range l.entries {
		have[e.key] = true
	}
	for _, key := range m.keys {
		if !have[key] {
			l.add(entry{key: key, mark: m.below[key]})
		}
	}
}
