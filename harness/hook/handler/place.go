package handler

import (
	"encoding/json"
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook/internal/wire"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// place makes the list of transactions that the handler answered. In Dredd element i of the answer takes
// the place of transaction i, and what is behind the answer stays. Here it is the same, but a
// transaction that only moved is the same one as before, so that what is known about it beside the
// wire, such as where it is documented, moves too.
func (h *Handler) place(ts []*transaction.Transaction, elements []json.RawMessage) ([]*transaction.Transaction, error) {
	p := placing{h: h, ts: ts, elements: elements, taken: make([]bool, len(ts))}
	p.from = make([]int, max(len(ts), len(elements)))
	for i := range p.from {
		p.from[i] = none
	}
	p.match()
	return p.list()
}

// placing finds out which transaction each element is.
type placing struct {
	h        *Handler
	ts       []*transaction.Transaction
	elements []json.RawMessage
	from     []int // of each place of the new list, which transaction it is; none for another
	taken    []bool
	known    map[string]int // by identity
}

const none = -1

func (p *placing) take(i, j int) {
	p.from[i] = j
	p.taken[j] = true
}

// kept reports that the handler said nothing about a place.
func (p *placing) kept(i int) bool { return i >= len(p.elements) || string(p.elements[i]) == "null" }

func (p *placing) match() {
	identity := make([]string, len(p.elements))
	for i, e := range p.elements {
		identity[i] = wire.Identity(e)
	}
	before := make([]string, len(p.ts))
	queue := map[string][]int{}
	p.known = map[string]int{}
	for j, t := range p.ts {
		before[j] = p.h.entry(t).identity()
		p.known[before[j]] = j
		if j < len(p.elements) && !p.kept(j) && identity[j] == before[j] {
			p.take(j, j)
			continue
		}
		queue[before[j]] = append(queue[before[j]], j)
	}
	for i := range p.from { // those that moved
		if p.from[i] != none || p.kept(i) {
			continue
		}
		if q := queue[identity[i]]; len(q) > 0 {
			p.take(i, q[0])
			queue[identity[i]] = q[1:]
		}
	}
	for i := range p.ts { // those that became another, and those that nothing was said about
		if p.from[i] == none && !p.taken[i] {
			p.take(i, i)
		}
	}
}

// identity is that of the transaction as it was sent.
func (e *entry) identity() string {
	id, _ := e.record.Get("id")
	origin, _ := e.record.Get("origin")
	var o wire.Object
	o.Set("id", id)
	o.Set("origin", origin)
	text, _ := o.MarshalJSON() // it never fails
	return wire.Identity(text)
}

// list makes the new list. Copies are made before anything is changed.
func (p *placing) list() ([]*transaction.Transaction, error) {
	list := make([]*transaction.Transaction, len(p.from))
	for i, j := range p.from {
		switch {
		case j != none:
			list[i] = p.ts[j]
		case p.kept(i) && i < len(p.ts): // it moved away, and stays here too
			list[i] = p.ts[i].Clone()
		case p.kept(i):
			return nil, fmt.Errorf("transaction %d: it is null", i)
		default:
			list[i] = p.added(i)
		}
	}
	for i, t := range list {
		if p.kept(i) {
			continue
		}
		e := p.h.entry(t)
		if e.record.Unseen() {
			e.record.Encode(t, nil, wire.BeforeAll)
		}
		if err := e.record.Replace(p.elements[i], t, nil, wire.BeforeAll); err != nil {
			return nil, fmt.Errorf("transaction %d: %w", i, err)
		}
	}
	return list, nil
}

// added makes a transaction that hooks added: a copy of the one that it is like, if there is one.
func (p *placing) added(i int) *transaction.Transaction {
	if j, ok := p.known[wire.Identity(p.elements[i])]; ok {
		return p.ts[j].Clone()
	}
	return &transaction.Transaction{Protocol: "http:"}
}
