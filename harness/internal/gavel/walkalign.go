package gavel

import "fmt"

// mostLoose is how many items of one list are reported one by one for having no partner. That there
// are more is told by the lengths; what else is wrong with a body must not be lost for them.
const mostLoose = 100

// aligned compares two lists of different lengths, whose items are in order. Those that are equal at
// the beginning are partners, then those at the end; of what is between, the first is held against the
// first, and so on, until one side has no more. A row that was inserted or left out is seen as such,
// and not as a change of all that follow it.
//
// Partners in the middle have one index. Those at the end differ in nothing, so no finding needs to
// choose between two indexes.
func (w *walk) aligned(e, r int32) {
	if w.over() {
		return
	}
	docs, reals := w.expected.children(e), w.real.children(r)
	most := min(len(docs), len(reals))
	equal := func(i, j int) bool {
		w.push(step{index: i})
		defer w.pop()
		return w.fits(docs[i], reals[j])
	}
	head, tail := 0, 0
	for head < most && equal(head, head) {
		head++
	}
	for tail < most-head && equal(len(docs)-1-tail, len(reals)-1-tail) {
		tail++
	}
	w.partners(docs[:most-tail], reals[:most-tail], 0, head)
	w.loose(docs, most-tail, len(docs)-tail, true)
	w.loose(reals, most-tail, len(reals)-tail, false)
	w.partners(docs[len(docs)-tail:], reals[len(reals)-tail:], len(docs)-tail, tail)
}

// partners compares items, of which the first has an index in the documentation. The first ones are
// known to be equal; in them there may be only what is excused.
func (w *walk) partners(docs, reals []int32, index, equal int) {
	for i := range docs {
		if w.over() {
			return
		}
		if i < equal && !w.explain {
			continue
		}
		w.push(step{index: index + i})
		w.node(docs[i], reals[i])
		w.pop()
	}
}

// loose reports the items from..to of one side, which have no partner.
func (w *walk) loose(items []int32, from, to int, documented bool) {
	for i := from; i < min(to, from+mostLoose) && !w.over(); i++ {
		w.push(step{index: i})
		if documented {
			w.missingItem(items[i], "")
		} else {
			w.undocumentedItem(items[i], "")
		}
		w.pop()
	}
}

// missingItem reports a documented item that did not come; of says of what it is one.
func (w *walk) missingItem(e int32, of string) {
	w.report(BodyMissingItem, e, none, func(at string) string {
		return fmt.Sprintf("At '%s' Missing item%s: %s", at, of, excerpt(w.expected, e))
	})
}

// undocumentedItem reports a real item that no documented one stands for.
func (w *walk) undocumentedItem(r int32, of string) {
	w.report(BodyUndocumentedItem, none, r, func(at string) string {
		return fmt.Sprintf("At '%s' Undocumented item%s: %s", at, of, excerpt(w.real, r))
	})
}
