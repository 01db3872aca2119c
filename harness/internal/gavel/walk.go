package gavel

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// json compares two bodies that are JSON.
func (k *check) json(expected, real *tree) {
	k.repeated(DocumentedDuplicateKey, expected)
	if k.level > structure {
		k.repeated(BodyDuplicateKey, real)
	}
	if expected == real && len(k.declared.body) == 0 && !k.options.Explain {
		return // a body is like itself
	}
	var schema *opinion
	if k.expected.Schema != "" {
		schema = &opinion{check: k, real: real}
	}
	k.hold(nil, expected, real, schema)
}

// hold compares two trees that are at a path in the body; schema is nil where there is none to ask.
func (k *check) hold(path []step, expected, real *tree, schema *opinion) {
	w := walk{
		expected: expected, real: real, level: k.level,
		declared: &k.declared, defaults: k.defaults(), explain: k.options.Explain,
		schema: schema,
		path:   append(make([]step, 0, 16), path...),
		most:   maxFindings + 1 - len(k.out.list), // one more, so that the list is seen to be cut
		budget: trialBudget + trialsPerNode*(len(expected.nodes)+len(real.nodes)),
	}
	w.node(0, 0)
	for _, d := range w.found {
		k.out.add(w.finding(d))
	}
	for _, x := range w.excused {
		k.excused.add(fieldBody, x.pointer, x.by)
	}
}

// walk holds a documented JSON value against a real one.
type walk struct {
	expected, real *tree
	level          level
	declared       *declarations
	defaults       *declarations // nil where they do not count
	schema         *opinion      // nil where none is asked
	explain        bool

	path    []step
	found   []difference
	most    int // differences that are looked for
	excused []excuse

	trial *trial // nil when differences are to be reported
	// budget is how many values trials may still look at.
	budget int

	// What is found out about the bodies when it is needed.
	places *places
	shapes map[int32][]int32 // see alternatives
	key    *digestKey
	sums   [2][]uint64 // see digest
}

const (
	// trialBudget and trialsPerNode bound the work that goes into finding out which documented item
	// a real one is best held against. What is left of a walk after that takes items in their order.
	trialBudget   = 1 << 20
	trialsPerNode = 16
)

// difference is a finding that is not written out yet: an item of a list may still turn out to be
// fine.
type difference struct {
	id      string
	e, r    int32 // -1 for none
	pointer string
	message string
}

type excuse struct {
	pointer string
	by      *volatile
}

// finding writes a difference out.
func (w *walk) finding(d difference) transaction.Finding {
	f := transaction.Finding{ID: d.id, Field: fieldBody, Pointer: d.pointer, Message: d.message}
	if d.id == BodyListLength {
		f.Expected, f.HasExpected = count(w.expected.nodes[d.e].count), true
		f.Real, f.HasReal = count(w.real.nodes[d.r].count), true
		return f
	}
	if d.e >= 0 {
		f.Expected, f.HasExpected = w.expected.value(d.e), true
	}
	if d.r >= 0 {
		f.Real, f.HasReal = w.real.value(d.r), true
	}
	return f
}

// report notes a difference between the documented value e and the real value r, -1 for none, at the
// place where the walk is. The message says what is wrong there.
func (w *walk) report(id string, e, r int32, message func(at string) string) {
	switch {
	case w.over():
	case w.trial != nil:
		w.trial.weight += w.heft(id, e, r)
	default:
		at := pointer(w.path)
		w.found = append(w.found, difference{id, e, r, at, message(at)})
	}
}

// over reports that enough was found.
func (w *walk) over() bool {
	if w.trial != nil {
		return w.trial.weight >= w.trial.limit || w.budget <= 0
	}
	return len(w.found) >= w.most
}

func (w *walk) push(s step) { w.path = append(w.path, s) }
func (w *walk) pop()        { w.path = w.path[:len(w.path)-1] }

// node compares the values e of the documentation and r of the response.
//
// Structure is the draft-4 schema that Gavel derives from an example: the root has a type, objects
// have keys, and objects and lists stay what they are at any depth; scalars below the root are
// free.
func (w *walk) node(e, r int32) {
	if w.over() {
		return
	}
	if w.trial != nil {
		w.budget--
	}
	v := w.declared.covering(w.path, countsFor, w.expected, e)
	if v != nil && v.Kind != transaction.KindSet {
		w.heldToKind(v, e, r)
		return
	}
	kind := w.expected.nodes[e].kind
	switch container := kind == kindObject || kind == kindArray; {
	case container && kind == w.real.nodes[r].kind:
		w.container(v, e, r)
	case container:
		w.otherType(e, r)
	case w.level > structure || len(w.path) == 0:
		w.scalar(e, r)
	}
}

// scalar compares a documented scalar with a real value. What is the same is of the same kind, so
// there is no need to look for a default then.
func (w *walk) scalar(e, r int32) {
	typed := w.sameType(e, r)
	same := typed && (w.level < values || w.sameScalar(e, r))
	switch {
	case same && !w.explain:
	case w.defaults != nil && w.byDefault(e, r):
	case !typed:
		w.otherType(e, r)
	case !same:
		w.report(BodyValueMismatch, e, r, func(at string) string {
			return fmt.Sprintf("At '%s' Expected %s, but got %s.", at, excerpt(w.expected, e), excerpt(w.real, r))
		})
	}
}

// container compares two objects or two lists; v is the declaration of a set, or nil.
func (w *walk) container(v *volatile, e, r int32) {
	switch {
	case w.expected.nodes[e].kind == kindObject:
		w.object(e, r)
	case v != nil && w.level == values:
		w.excuse(v)
		w.set(e, r)
	default:
		w.list(e, r)
	}
}

// byDefault reports that a default covers the place, and holds the real value against it.
func (w *walk) byDefault(e, r int32) bool {
	v := w.defaults.covering(w.path, countsByDefault, w.expected, e)
	if v != nil {
		w.heldToKind(v, e, r)
	}
	return v != nil
}

// excuse notes, for those who ask, that the place is held against a declaration.
func (w *walk) excuse(v *volatile) {
	if w.explain && w.trial == nil && len(w.excused) < maxExcused {
		w.excused = append(w.excused, excuse{pointer(w.path), v})
	}
}

func (w *walk) heldToKind(v *volatile, e, r int32) {
	w.excuse(v)
	if v.accepts(w.real, r) {
		return
	}
	w.report(BodyVolatileKind, e, r, func(at string) string {
		return fmt.Sprintf("At '%s' Expected a volatile value of the kind %s, but got %s.",
			at, v.kindName(), excerpt(w.real, r))
	})
}

// sameType compares JSON types. A whole number is an integer, as JSON Schema has it, and an
// integer is a number.
func (w *walk) sameType(e, r int32) bool {
	if w.expected.nodes[e].kind != w.real.nodes[r].kind {
		return false
	}
	if w.expected.nodes[e].kind != kindNumber || w.expected.raw(e) == w.real.raw(r) {
		return true
	}
	return isWhole(w.real.raw(r)) || !isWhole(w.expected.raw(e))
}

// otherType reports a value of another type than documented, unless the documentation allows it in
// another place.
func (w *walk) otherType(e, r int32) {
	if w.level == types && (w.nullable(e, r) || w.schema.allows(w, e)) {
		return
	}
	id := BodyTypeMismatch
	if w.real.nodes[r].kind == kindNull {
		id = BodyUnexpectedNull
	}
	w.report(id, e, r, func(at string) string {
		got := w.real.typeName(r)
		if w.level == structure {
			got = w.real.typeof(r)
		}
		return fmt.Sprintf("At '%s' Invalid type: %s (expected %s)", at, got, w.expected.typeName(e))
	})
}

func (w *walk) sameScalar(e, r int32) bool {
	switch w.expected.nodes[e].kind {
	case kindNumber:
		return sameNumber(w.expected.raw(e), w.real.raw(r))
	case kindString:
		return w.expected.str(e) == w.real.str(r)
	}
	return w.expected.raw(e) == w.real.raw(r)
}

func (w *walk) object(e, r int32) {
	in, found := w.real.finder(r), int32(0)
	for k := e + 1; k < w.expected.nodes[e].next && !w.over(); k = w.expected.afterMember(k) {
		if w.expected.dead(k) {
			continue
		}
		name := w.expected.str(k)
		w.push(step{name, -1})
		if v := in.find(name); v >= 0 {
			found++
			w.node(k+1, v)
		} else {
			w.report(BodyMissingKey, k+1, -1, func(at string) string { return missingMessage(at, name) })
		}
		w.pop()
	}
	if w.level == values && found < w.real.nodes[r].count {
		w.undocumented(e, r)
	}
}

func missingMessage(pointer, name string) string {
	return fmt.Sprintf("At '%s' Missing required property: %s", gavelPointer(BodyMissingKey, pointer), name)
}

func (w *walk) undocumented(e, r int32) {
	in := w.expected.finder(e)
	for k := r + 1; k < w.real.nodes[r].next && !w.over(); k = w.real.afterMember(k) {
		if w.real.dead(k) {
			continue
		}
		if name := w.real.str(k); in.find(name) < 0 {
			w.push(step{name, -1})
			w.report(BodyUndocumentedKey, -1, k+1, func(at string) string {
				return fmt.Sprintf("At '%s' Undocumented property: %s", at, name)
			})
			w.pop()
		}
	}
}
