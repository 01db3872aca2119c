package gavel

import "fmt"

// trial is a walk that reports nothing, and only weighs the differences up to a limit.
type trial struct{ weight, limit int }

// weigh returns the number of differences between two values, up to the limit, and false when it
// cannot be told any more.
func (w *walk) weigh(e, r int32, limit int) (int, bool) {
	outer := w.trial
	w.trial = &trial{limit: limit}
	w.node(e, r)
	weight := w.trial.weight
	w.trial = outer
	return weight, w.budget > 0
}

// fits reports that there is no difference.
func (w *walk) fits(e, r int32) bool {
	weight, ok := w.weigh(e, r, 1)
	return ok && weight == 0
}

// heft is the weight of a difference: the scalars that are of another type, missing or too many.
func (w *walk) heft(id string, e, r int32) int {
	switch {
	case id == BodyListLength || id == BodyVolatileKind:
		return 1
	case e >= 0:
		return w.expected.leaves(e, w.trial.limit)
	}
	return w.real.leaves(r, w.trial.limit)
}

// list compares item by item. Under structure an item that is missing or not documented is no
// matter; under type each real item is held against a documented one, the last for those beyond
// them; under value both lists are of one length, and if they are not, see aligned.
func (w *walk) list(e, r int32) {
	want, got := w.expected.nodes[e].count, w.real.nodes[r].count
	if want == 0 && w.level != values || w.neverChecked(e, r) {
		return
	}
	if w.level == values && want != got {
		w.report(BodyListLength, e, r, func(at string) string {
			return fmt.Sprintf("At '%s' Expected %s, but got %d.", at, items(want), got)
		})
		if want > 0 { // else there is nothing that an item could be beside
			w.aligned(e, r)
		}
		return
	}
	item, end := e+1, w.expected.nodes[e].next
	for i, c := 0, r+1; c < w.real.nodes[r].next && item < end && !w.over(); i, c = i+1, w.real.nodes[c].next {
		w.push(step{index: i})
		if w.level == types && want > 1 {
			w.item(e, item, c)
		} else {
			w.node(item, c)
		}
		w.pop()
		if next := w.expected.nodes[item].next; next < end || w.level != types {
			item = next
		}
	}
}

// neverChecked reports an empty list where items are documented.
func (w *walk) neverChecked(e, r int32) bool {
	if w.level == structure || w.expected.nodes[e].count == 0 || w.real.nodes[r].count > 0 {
		return false
	}
	w.report(ListExampleNeverChecked, e, r, func(at string) string {
		return fmt.Sprintf("At '%s' The list is empty, so nothing was held against its documented items.", at)
	})
	return true
}

// item holds an item of a real list against the documented one of its place. If it differs, it may
// still be like another documented item, and then all is well.
func (w *walk) item(list, e, r int32) {
	found, excused := len(w.found), len(w.excused)
	weight := 0
	if w.trial != nil {
		weight = w.trial.weight
	}
	w.node(e, r)
	if len(w.found) == found && (w.trial == nil || w.trial.weight == weight) {
		return
	}
	other := w.otherItem(list, e, r)
	if other < 0 {
		return
	}
	if w.trial != nil {
		w.trial.weight = weight
		return
	}
	w.found, w.excused = w.found[:found], w.excused[:excused]
	if w.explain {
		w.node(other, r)
	}
}

// otherItem returns a documented item of the list that the real one is like, or -1.
func (w *walk) otherItem(list, e, r int32) int32 {
	others := w.alternatives(list)
	for i, other := range others {
		if other == e || !w.fits(other, r) {
			continue
		}
		// The next item is likely to be like this one.
		copy(others[1:i+1], others[:i])
		others[0] = other
		return other
	}
	return -1
}

// mostAlternatives is how many kinds of items of one documented list are tried; lists that mix more
// are not known.
const mostAlternatives = 32

// alternatives returns one documented item of each shape that the list shows, in no lasting order.
func (w *walk) alternatives(list int32) []int32 {
	if found, ok := w.shapes[list]; ok {
		return found
	}
	if w.shapes == nil {
		w.shapes = map[int32][]int32{}
	}
	d := digest{t: w.expected, key: w.digestKey()}
	seen := map[uint64]bool{}
	var found []int32
	for c := list + 1; c < w.expected.nodes[list].next && len(found) < mostAlternatives; c = w.expected.nodes[c].next {
		if shape := d.shape(c); !seen[shape] {
			seen[shape] = true
			found = append(found, c)
		}
	}
	w.shapes[list] = found
	return found
}

// nullable decides about a difference in which one side is null. What one item of a list shows as
// null, another may show with a value: that place is documented as either, in each item.
func (w *walk) nullable(e, r int32) bool {
	if (w.expected.nodes[e].kind == kindNull) == (w.real.nodes[r].kind == kindNull) {
		return false
	}
	if w.places == nil {
		w.places = newPlaces(w.expected)
	}
	like := w.places.like(e, w.real, r)
	if like < 0 {
		return false
	}
	if w.real.nodes[r].kind == kindObject || w.real.nodes[r].kind == kindArray {
		w.node(like, r)
	}
	return true
}
