package gavel

// set compares two lists whose items may come in any order.
//
// Equal items are found by their digests, in linear time. What is left is paired so that a person
// sees little to mend: first by what JSON:API and most others call the identity of a thing, then so
// that the fewest values differ. Items that are more unlike than like are no pair: one of them is
// missing, and the other is not documented. Differences within a pair are reported at the documented
// index, and patterns are held against that, too.
func (w *walk) set(e, r int32) {
	if w.neverChecked(e, r) {
		return
	}
	s := matching{w: w, docs: w.expected.children(e), reals: w.real.children(r)}
	s.partner = make([]int, len(s.docs))
	for i := range s.partner {
		s.partner[i] = none
	}
	s.taken = make([]bool, len(s.reals))
	var indexed bool
	indexed, s.named = w.declared.indexed(len(w.path))
	// Where a pattern names an index, items that are alike elsewhere need not be so there.
	if !indexed || max(len(s.docs), len(s.reals)) > maxPaired {
		s.equal(!indexed)
		if w.trial != nil {
			docs, reals := s.left()
			w.trial.weight += max(len(docs), len(reals))
			return
		}
		s.byIdentity()
	}
	s.bySimilarity()
	s.report()
}

// none is the partner of an item that has none.
const none = -1

// matching finds out which items of two sets belong together.
type matching struct {
	w           *walk
	docs, reals []int32      // nodes of the items
	partner     []int        // for each documented item its real one, by index
	taken       []bool       // the real items that are one
	named       map[int]bool // the documented items that a pattern names
}

func (s *matching) pair(doc, real int) { s.partner[doc], s.taken[real] = real, true }

// left returns the items without a partner.
func (s *matching) left() (docs, reals []int) {
	for i, p := range s.partner {
		if p == none {
			docs = append(docs, i)
		}
	}
	for j, taken := range s.taken {
		if !taken {
			reals = append(reals, j)
		}
	}
	return docs, reals
}

// equal pairs items that are alike, where it can those of one index. The sums are kept when no
// pattern names an index: then they hold for sets within the set, too.
func (s *matching) equal(keep bool) {
	docs, ok := s.w.digests(true, s.docs, keep)
	reals, ok2 := s.w.digests(false, s.reals, keep)
	if !ok || !ok2 {
		return
	}
	for i := range min(len(docs), len(reals)) {
		if docs[i] == reals[i] && !s.named[i] {
			s.pair(i, i)
		}
	}
	s.sameSums(docs, reals)
}

// sameSums pairs items without a partner that have one sum; 0 is that of an item that has none.
func (s *matching) sameSums(docs, reals []uint64) {
	first, next := map[uint64]int{}, make([]int, len(docs)) // chains of documented items of one sum
	for i := len(docs) - 1; i >= 0; i-- {
		if s.partner[i] != none || s.named[i] || docs[i] == 0 {
			continue
		}
		next[i] = none
		if f, ok := first[docs[i]]; ok {
			next[i] = f
		}
		first[docs[i]] = i
	}
	for j, sum := range reals {
		if s.taken[j] {
			continue
		}
		if i, ok := first[sum]; ok && i != none {
			s.pair(i, j)
			first[sum] = next[i]
		}
	}
}

// digests sums up items of the set where the walk is; false when that would cost too much.
func (w *walk) digests(documented bool, items []int32, keep bool) ([]uint64, bool) {
	d := digest{t: w.real, key: w.digestKey(), walk: w, documented: documented}
	side := 0
	if documented {
		d.t, side = w.expected, 1
	}
	if keep {
		if w.sums[side] == nil {
			w.sums[side] = make([]uint64, len(d.t.nodes))
		}
		d.sums = w.sums[side]
	} else if len(items) > 0 {
		w.budget -= int(d.t.nodes[items[len(items)-1]].next - items[0])
		if w.budget <= 0 {
			return nil, false
		}
	}
	d.path = append(d.path, w.path...)
	sums := make([]uint64, len(items))
	for i, item := range items {
		sums[i] = d.below(step{index: anyItem}, item)
	}
	return sums, true
}

// digestKey returns the key of the digests of this walk.
func (w *walk) digestKey() digestKey {
	if w.key == nil {
		key := newDigestKey()
		w.key = &key
	}
	return *w.key
}

// byIdentity pairs objects with the same id and type.
func (s *matching) byIdentity() {
	docs, reals := s.left()
	if len(docs) == 0 || len(reals) == 0 {
		return
	}
	identities := func(t *tree, items []int32, which []int) []uint64 {
		sums := make([]uint64, len(items))
		for _, i := range which {
			sums[i] = s.w.identity(t, items[i])
		}
		return sums
	}
	s.sameSums(identities(s.w.expected, s.docs, docs), identities(s.w.real, s.reals, reals))
}

// identity sums up the id and the type of an object, 0 when it has no id, or one that is volatile.
func (w *walk) identity(t *tree, i int32) uint64 {
	if t.nodes[i].kind != kindObject {
		return 0
	}
	in := t.finder(i)
	id, typ := in.find("id"), in.find("type")
	if id < 0 || t.nodes[id].kind != kindString && t.nodes[id].kind != kindNumber {
		return 0
	}
	at := append(w.path[:len(w.path):len(w.path)], step{index: anyItem}, step{"id", -1})
	if w.declared.covering(at, countsFor, t, id) != nil {
		return 0
	}
	d := digest{t: t, key: w.digestKey()}
	h := d.scalar(id)
	if typ >= 0 && t.nodes[typ].kind == kindString {
		h = d.key.mix(h, d.scalar(typ))
	}
	return h | 1
}

// ofSet tells an item of a set from one of a list.
const ofSet = " of a set"

// report goes through the documented items, and then through the real ones that are not documented.
func (s *matching) report() {
	w := s.w
	for i, e := range s.docs {
		if w.over() {
			return
		}
		w.push(step{index: i})
		if j := s.partner[i]; j != none {
			w.node(e, s.reals[j])
		} else {
			w.missingItem(e, ofSet)
		}
		w.pop()
	}
	for j, r := range s.reals {
		if w.over() {
			return
		}
		if s.taken[j] {
			continue
		}
		w.push(step{index: j})
		w.undocumentedItem(r, ofSet)
		w.pop()
	}
}
