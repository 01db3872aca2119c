package gavel

import (
	"hash/maphash"
	"math/bits"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// digestKey makes digests that nobody can foresee, so that no body can be made of items that seem
// alike.
type digestKey struct {
	seed maphash.Seed
	salt uint64
}

func newDigestKey() digestKey {
	seed := maphash.MakeSeed()
	return digestKey{seed, maphash.String(seed, "salt") | 1}
}

// mix stirs a word into a digest; the order of the words matters.
func (k digestKey) mix(h, word uint64) uint64 {
	hi, lo := bits.Mul64(h^k.salt, (word+0x9E3779B97F4A7C15)|1)
	h = hi ^ lo ^ bits.RotateLeft64(word, 29)
	h ^= h >> 32
	h *= 0xD6E8FEB86659FD93
	return h ^ h>>32
}

func (k digestKey) text(h uint64, s string) uint64 { return k.mix(h, maphash.String(k.seed, s)) }

// The words that digests begin with, beside the kinds.
const (
	digestVolatile uint64 = iota + uint64(kindKey) + 1
	digestWrong
	digestFraction
)

// digest sums values up, so that values that are alike are found without comparing each with each.
// Those that differ have different digests but for chance.
type digest struct {
	t   *tree
	key digestKey
	// What follows is for the sums of values: they stand for the documentation or for the response,
	// at a path.
	walk       *walk
	documented bool
	path       []step
	sums       []uint64 // those already known, 0 for the others; nil keeps none
}

// shape sums up what the level type looks at: the types of scalars, the keys of objects, and the
// items of lists, of which neighbours of one shape count once.
func (d *digest) shape(i int32) uint64 {
	n := &d.t.nodes[i]
	h := uint64(n.kind)
	switch n.kind {
	case kindNumber:
		if !isWhole(d.t.raw(i)) {
			h = digestFraction
		}
	case kindArray:
		last := uint64(0)
		for c := i + 1; c < n.next; c = d.t.nodes[c].next {
			if item := d.shape(c); item != last {
				h, last = d.key.mix(h, item), item
			}
		}
	case kindObject:
		sum := uint64(0)
		for k := i + 1; k < n.next; k = d.t.afterMember(k) {
			if !d.t.dead(k) {
				sum += d.key.mix(d.key.text(h, d.t.str(k)), d.shape(k+1))
			}
		}
		h = d.key.mix(h, sum)
	}
	return d.key.mix(h, h)
}

// value sums up what the level value looks at. Two values with one sum are equal as far as the
// declarations let them be: a volatile part counts only as being there and of its kind, and items
// of a set are in no order.
func (d *digest) value(i int32) uint64 {
	if d.sums != nil && d.sums[i] != 0 {
		return d.sums[i]
	}
	h := d.sum(i)
	if d.sums != nil {
		d.sums[i] = h | 1
	}
	return h | 1
}

func (d *digest) sum(i int32) uint64 {
	w := d.walk
	v := w.declared.covering(d.path, countsFor, d.t, i)
	kind := d.t.nodes[i].kind
	switch {
	case v != nil && v.Kind == transaction.KindSet:
		return d.items(i, true)
	case v != nil && (d.documented || v.accepts(d.t, i)):
		return d.key.mix(digestVolatile, 0)
	case v != nil:
		return d.key.mix(digestWrong, uint64(i)) // like nothing
	case kind == kindArray:
		return d.items(i, false)
	case kind == kindObject:
		return d.members(i)
	case w.defaults != nil:
		// What is of the kind of a default is like whatever else is.
		if v = w.defaults.covering(d.path, countsByDefault, d.t, i); v != nil {
			return d.key.text(digestVolatile, string(v.Kind))
		}
	}
	return d.scalar(i)
}

func (d *digest) items(i int32, set bool) uint64 {
	h := uint64(kindArray)
	for at, c := 0, i+1; c < d.t.nodes[i].next; at, c = at+1, d.t.nodes[c].next {
		if set {
			h += d.key.mix(digestVolatile, d.below(step{index: anyItem}, c))
		} else {
			h = d.key.mix(h, d.below(step{index: at}, c))
		}
	}
	return d.key.mix(h, uint64(d.t.nodes[i].count))
}

func (d *digest) members(i int32) uint64 {
	sum := uint64(0)
	for k := i + 1; k < d.t.nodes[i].next; k = d.t.afterMember(k) {
		if !d.t.dead(k) {
			name := d.t.str(k)
			sum += d.key.mix(d.key.text(0, name), d.below(step{name, -1}, k+1))
		}
	}
	return d.key.mix(uint64(kindObject), sum)
}

// below sums up what is one step further down.
func (d *digest) below(to step, i int32) uint64 {
	d.path = append(d.path, to)
	h := d.value(i)
	d.path = d.path[:len(d.path)-1]
	return h
}

// scalar sums up the value of a scalar: 1.0 is 1.
func (d *digest) scalar(i int32) uint64 {
	h := uint64(d.t.nodes[i].kind)
	switch d.t.nodes[i].kind {
	case kindString:
		return d.key.text(h, d.t.str(i))
	case kindNumber:
		return d.number(h, toDecimal(d.t.raw(i)))
	}
	return d.key.text(h, d.t.raw(i))
}

func (d *digest) number(h uint64, n decimal) uint64 {
	if n.negative {
		h = d.key.mix(h, 1)
	}
	h = d.key.text(h, n.digits)
	switch {
	case n.isSmall:
		return d.key.mix(h, uint64(n.small))
	case n.exponent != nil:
		return d.key.text(h, n.exponent.String())
	}
	return d.key.mix(d.key.text(h, n.longExponent), uint64(n.shift))
}
