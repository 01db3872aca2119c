package report

import (
	"iter"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Items of two lists do not always stand beside each other by their index: a list that grew or shrank is
// aligned, and one that is declared a set is compared in any order. What findings say tells which it is.
// Findings about a pair of items have the documented index, those about a real item alone the real one.

const (
	mostPartners    = 500     // items of a list that is taken for a set
	longestPartners = 1 << 18 // bytes of such a list
	mostUnlike      = 64      // items that are held against each other for want of an equal one
)

// slot is two items that stand beside each other, by index; none for an item that has no partner.
type slot struct{ doc, real int }

const none = -1

// pairing tells which items of two lists stand beside each other, and what was found there.
type pairing struct {
	docs, reals int // items
	// ofDoc and ofReal are what was found, by the documented and by the real index.
	ofDoc, ofReal map[int]*mark
	slots         iter.Seq[slot]
	set           bool
}

// pair finds out how two lists are paired; nil when each item is beside the one of its index.
func pair(doc, value node, m *mark) *pairing {
	if m == nil || !doc.list() || !value.list() {
		return nil
	}
	p := &pairing{docs: doc.size(), reals: value.size(), ofDoc: map[int]*mark{}, ofReal: map[int]*mark{}}
	loose := false
	for _, key := range m.keys {
		index, err := strconv.Atoi(key)
		if err != nil || index < 0 || index >= max(p.docs, p.reals) {
			return nil // it is not about these lists
		}
		below := m.below[key]
		loose = loose || has(below.own, missingItem) || has(below.own, undocumentedItem)
		ofDoc, ofReal := below.split(true)
		if index >= p.docs || index >= p.reals && ofDoc == nil {
			ofDoc, ofReal = nil, below
		}
		if ofDoc != nil {
			p.ofDoc[index] = ofDoc
		}
		if ofReal != nil {
			p.ofReal[index] = ofReal
		}
	}
	switch {
	case loose && has(m.own, "body-list-length"):
		p.slots = p.aligned
		return p
	case len(doc) > longestPartners || len(value) > longestPartners, max(p.docs, p.reals) > mostPartners:
		return nil
	}
	docs, reals := children(doc), children(value)
	if !loose && !p.astray(docs, reals) {
		return nil
	}
	p.set = true
	p.slots = p.unordered(docs, reals)
	return p
}

const (
	missingItem      = "body-missing-item"
	undocumentedItem = "body-undocumented-item"
)

func has(fs []transaction.Finding, id string) bool {
	return slices.ContainsFunc(fs, func(f transaction.Finding) bool { return f.ID == id })
}

func children(list node) []node {
	var out []node
	list.each(func(_ string, v node) bool {
		out = append(out, v)
		return true
	})
	return out
}

// split parts what has the documented index of an item from what has the real one.
func (m *mark) split(item bool) (ofDoc, ofReal *mark) {
	if m == nil {
		return nil, nil
	}
	d, r := &mark{}, &mark{}
	for _, f := range m.own {
		if item && f.ID == undocumentedItem || aboutReal(f) {
			r.own = append(r.own, f)
		} else {
			d.own = append(d.own, f)
		}
	}
	for _, key := range m.keys {
		below, real := m.below[key].split(false)
		d.put(key, below)
		r.put(key, real)
	}
	return d.unlessEmpty(), r.unlessEmpty()
}

// aboutReal reports that a finding is about the response alone, wherever in it.
func aboutReal(f transaction.Finding) bool {
	return f.ID == "body-duplicate-key" || strings.HasPrefix(f.ID, "body-schema-")
}

func (m *mark) put(key string, below *mark) {
	if below == nil {
		return
	}
	if m.below == nil {
		m.below = map[string]*mark{}
	}
	m.keys = append(m.keys, key)
	m.below[key] = below
}

func (m *mark) unlessEmpty() *mark {
	if len(m.own) == 0 && len(m.keys) == 0 {
		return nil
	}
	return m
}

// joined is what was found of two items that stand beside each other.
func joined(a, b *mark) *mark {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	out := &mark{own: slices.Concat(a.own, b.own)}
	for _, key := range a.keys {
		out.put(key, joined(a.below[key], b.below[key]))
	}
	for _, key := range b.keys {
		if a.below[key] == nil {
			out.put(key, b.below[key])
		}
	}
	return out
}

// at is what was found of a slot.
func (p *pairing) at(s slot) *mark { return joined(p.ofDoc[s.doc], p.ofReal[s.real]) }

// aligned goes through lists of different lengths in their order. Items that have no partner follow each
// other; where not all of them are told of, the rest follows the last one. A missing one that is not told
// of is left out.
func (p *pairing) aligned(yield func(slot) bool) {
	missing, tooMany := 0, 0
	lastDoc, lastReal := none, none
	for i, m := range p.ofDoc {
		if has(m.own, missingItem) {
			missing, lastDoc = missing+1, max(lastDoc, i)
		}
	}
	for j, m := range p.ofReal {
		if has(m.own, undocumentedItem) {
			tooMany, lastReal = tooMany+1, max(lastReal, j)
		}
	}
	rest := (p.reals - tooMany) - (p.docs - missing)
	for i, j := 0, 0; i < p.docs || j < p.reals; {
		s := slot{i, j}
		switch {
		case j < p.reals && (isLoose(p.ofReal[j], undocumentedItem) || lastReal != none && j > lastReal && j <= lastReal+rest || i >= p.docs):
			s.doc = none
			j++
		case i < p.docs && isLoose(p.ofDoc[i], missingItem):
			s.real = none
			i++
		case lastDoc != none && i > lastDoc && i <= lastDoc-rest || j >= p.reals:
			i++
			continue
		default:
			i, j = i+1, j+1
		}
		if !yield(s) {
			return
		}
	}
}

func isLoose(m *mark, id string) bool { return m != nil && has(m.own, id) }

// entries chooses what to show of the two lists, as layout does.
func (p *pairing) entries(doc, value node) []entry {
	l := &lister{}
	for s := range p.slots {
		e := entry{slot: s, mark: p.at(s)}
		if p.set && s.doc != none && s.real != none && s.doc != s.real && e.mark != nil {
			e.moved = s.real + 1
		}
		l.add(e)
	}
	shown := l.close()
	fill := func(list node, index func(*entry) (int, *node)) {
		at := map[string]*node{}
		for i := range shown {
			if e := &shown[i]; e.left == 0 {
				if index, v := index(e); index != none {
					at[strconv.Itoa(index)] = v
				}
			}
		}
		list.each(func(key string, v node) bool {
			if to := at[key]; to != nil {
				*to = v
			}
			return true
		})
	}
	fill(doc, func(e *entry) (int, *node) { return e.slot.doc, &e.doc })
	fill(value, func(e *entry) (int, *node) { return e.slot.real, &e.real })
	return shown
}

// astray reports that findings at a documented index are about a real item of another index.
func (p *pairing) astray(docs, reals []node) bool {
	for i, m := range p.ofDoc {
		if i < len(docs) && (i >= len(reals) || !agrees(reals[i], m)) &&
			slices.ContainsFunc(reals, func(v node) bool { return agrees(v, m) }) {
			return true
		}
	}
	return false
}
