package gavel

// places tells the values of a tree apart by where they are, whatever the index: the names of all
// items of a list are in one place. So it knows what a documentation shows in a place.
type places struct {
	of []int32 // the place of each node, -1 for none
	// shown holds the first node of each kind in a place, numbers that are not whole apart; 0 for
	// none, since the root is alone in its place.
	shown [][kindKey + 1]int32
}

// shownFraction is where shown keeps numbers that are not whole.
const shownFraction = kindKey

type placeStep struct {
	in   int32
	name string // with a mark in front that tells keys from items
}

func newPlaces(t *tree) *places {
	p := &places{of: make([]int32, len(t.nodes)), shown: make([][kindKey + 1]int32, 1)}
	for i := 1; i < len(p.of); i++ {
		p.of[i] = -1 // of keys, of dead members and of what is in those
	}
	ids := map[placeStep]int32{}
	below := func(in int32, name string, i int32) {
		to := placeStep{in, name}
		id, ok := ids[to]
		if !ok {
			id = int32(len(p.shown))
			ids[to] = id
			p.shown = append(p.shown, [kindKey + 1]int32{})
		}
		p.of[i] = id
		if s := &p.shown[id][sortOf(t, i)]; *s == 0 {
			*s = i
		}
	}
	// A container comes before what is in it, so its place is known.
	for i := range int32(len(t.nodes)) {
		n := &t.nodes[i]
		switch {
		case p.of[i] < 0:
		case n.kind == kindArray:
			for c := i + 1; c < n.next; c = t.nodes[c].next {
				below(p.of[i], "*", c)
			}
		case n.kind == kindObject:
			for k := i + 1; k < n.next; k = t.afterMember(k) {
				if !t.dead(k) {
					below(p.of[i], "/"+t.str(k), k+1)
				}
			}
		}
	}
	return p
}

func sortOf(t *tree, i int32) kind {
	k := t.nodes[i].kind
	if k == kindNumber && !isWhole(t.raw(i)) {
		return shownFraction
	}
	return k
}

// like returns a node of the place of i that has the type of another tree's node, or -1.
func (p *places) like(i int32, real *tree, r int32) int32 {
	shown := &p.shown[p.of[i]]
	sort := sortOf(real, r)
	found := shown[sort]
	if found == 0 && sort == kindNumber {
		found = shown[shownFraction] // a whole number is a number
	}
	if found == 0 {
		return -1
	}
	return found
}
