package report

import (
	"bytes"
	"encoding/json"
	"iter"
	"slices"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// unordered pairs the items of two sets: those that are equal, then those that findings are about, then
// the others, which differ in what may vary. Real items without a partner come at the end.
func (p *pairing) unordered(docs, reals []node) iter.Seq[slot] {
	s := &sets{docs: docs, reals: reals, partner: make([]int, len(docs)), taken: make([]bool, len(reals))}
	for i := range s.partner {
		s.partner[i] = none
	}
	for j, m := range p.ofReal {
		s.taken[j] = isLoose(m, undocumentedItem)
	}
	var marked, others []int
	for i := range docs {
		switch m := p.ofDoc[i]; {
		case m == nil:
			others = append(others, i)
		case !has(m.own, missingItem):
			marked = append(marked, i)
		}
	}
	others = s.equal(others)
	for _, i := range marked {
		s.best(i, func(v node) bool { return agrees(v, p.ofDoc[i]) })
	}
	others = append(others, marked...)
	slices.Sort(others)
	s.rest(others)
	return func(yield func(slot) bool) {
		for i, j := range s.partner {
			if (j != none || p.ofDoc[i] != nil) && !yield(slot{i, j}) {
				return
			}
		}
		for j := range reals {
			if !slices.Contains(s.partner, j) && !yield(slot{none, j}) {
				return
			}
		}
	}
}

// sets finds the partners of the items of two sets.
type sets struct {
	docs, reals []node
	partner     []int // by the documented index
	taken       []bool
}

// equal pairs items that are written alike, those of one index first, and returns the others.
func (s *sets) equal(which []int) []int {
	texts := make([]string, len(s.reals))
	for j, v := range s.reals {
		texts[j] = compacted(v)
	}
	var left []int
	for _, i := range which {
		if i < len(texts) && !s.taken[i] && texts[i] == compacted(s.docs[i]) {
			s.partner[i], s.taken[i] = i, true
		} else {
			left = append(left, i)
		}
	}
	free := map[string][]int{}
	for j, text := range texts {
		if !s.taken[j] {
			free[text] = append(free[text], j)
		}
	}
	var others []int
	for _, i := range left {
		text := compacted(s.docs[i])
		if js := free[text]; len(js) > 0 {
			s.partner[i], s.taken[js[0]] = js[0], true
			free[text] = js[1:]
		} else {
			others = append(others, i)
		}
	}
	return others
}

// best pairs an item with the most similar real one that will do, if there is one.
func (s *sets) best(i int, fits func(node) bool) {
	best, likeness := none, none
	for j, v := range s.reals {
		if s.taken[j] || !fits(v) {
			continue
		}
		l := 2 * similar(s.docs[i], v)
		if j == i {
			l++
		}
		if l > likeness {
			best, likeness = j, l
		}
	}
	if best != none {
		s.partner[i], s.taken[best] = best, true
	}
}

// rest pairs the items that have no partner yet, with what is most like them if there are few.
func (s *sets) rest(which []int) {
	which = slices.DeleteFunc(which, func(i int) bool { return s.partner[i] != none })
	for _, i := range which {
		if len(which) <= mostUnlike {
			s.best(i, func(v node) bool { return s.docs[i].container() == v.container() })
		} else if j := slices.Index(s.taken, false); j != none {
			s.partner[i], s.taken[j] = j, true
		}
	}
}

// similar counts the members, or items, that two values have in common.
func similar(a, b node) int {
	if !a.sameKind(b) {
		return 0
	}
	have := map[string]string{}
	a.each(func(key string, v node) bool {
		have[key] = compacted(v)
		return true
	})
	n := 0
	b.each(func(key string, v node) bool {
		if text, ok := have[key]; ok && text == compacted(v) {
			n++
		}
		return true
	})
	return n
}

// compacted is a value without the blanks in it.
func compacted(v node) string {
	if !v.container() {
		return string(v)
	}
	var b bytes.Buffer
	if json.Compact(&b, []byte(v)) != nil {
		return string(v)
	}
	return b.String()
}

// agrees reports whether a value is what the findings at and below a place say is real there. Only
// scalars are looked at, and what is missing.
func agrees(value node, m *mark) bool {
	for _, f := range m.own {
		if !agreesWith(value, f) {
			return false
		}
	}
	if len(m.keys) == 0 {
		return true
	}
	below := make(map[string]node, len(m.keys))
	value.each(func(key string, v node) bool {
		if m.below[key] != nil {
			below[key] = v
		}
		return true
	})
	for _, key := range m.keys {
		if !agrees(below[key], m.below[key]) {
			return false
		}
	}
	return true
}

func agreesWith(value node, f transaction.Finding) bool {
	switch v := f.Real.(type) {
	case string:
		return !f.HasReal || value.isString() && value.unquote() == v
	case json.Number:
		return !f.HasReal || string(value) == string(v)
	case bool:
		return !f.HasReal || string(value) == strconv.FormatBool(v)
	case nil:
		if f.HasReal {
			return value == "null"
		}
		return f.ID != "body-missing-key" || value == ""
	}
	return true
}
