package gavel

import (
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// walk holds a documented JSON value against a real one.
type walk struct {
	expected, real *tree
	level          level
	volatile       []*volatile
	path           []step
	out            *findings
}

func (w *walk) push(s step) { w.path = append(w.path, s) }
func (w *walk) pop()        { w.path = w.path[:len(w.path)-1] }

// node compares the values e of the documentation and r of the response.
//
// Structure is the draft-4 schema that Gavel derives from an example: the root has a type, objects
// have keys, and objects and lists stay what they are at any depth; scalars below the root are
// free.
func (w *walk) node(e, r int32) {
	if w.out.cut {
		return
	}
	if v := w.covered(); v != nil {
		w.heldToKind(v, e, r)
		return
	}
	en, rn := &w.expected.nodes[e], &w.real.nodes[r]
	container := en.kind == kindObject || en.kind == kindArray
	if w.level == structure && !container && len(w.path) > 0 {
		return
	}
	if !w.sameType(e, r) {
		w.typeMismatch(e, r)
		return
	}
	switch rn.kind {
	case kindObject:
		w.object(e, r)
	case kindArray:
		w.list(e, r)
	default:
		if w.level == values && !w.sameScalar(e, r) {
			w.report(BodyValueMismatch, e, r, fmt.Sprintf("At '%s' Expected %s, but got %s.",
				pointer(w.path), excerpt(w.expected, e), excerpt(w.real, r)))
		}
	}
}

// covered returns the last declaration that covers the place where the walk is, or nil.
func (w *walk) covered() *volatile {
	for i := len(w.volatile) - 1; i >= 0; i-- {
		if w.volatile[i].matches(w.path) {
			return w.volatile[i]
		}
	}
	return nil
}

func (w *walk) heldToKind(v *volatile, e, r int32) {
	if v.accepts(w.real, r) {
		return
	}
	kind := string(v.Kind)
	if v.Kind == transaction.KindRegexp {
		kind += " " + strconv.Quote(v.Pattern)
	}
	w.report(BodyVolatileKind, e, r, fmt.Sprintf("At '%s' Expected a volatile value of the kind %s, but got %s.",
		pointer(w.path), kind, excerpt(w.real, r)))
}

// sameType compares JSON types. A whole number is an integer, as JSON Schema has it, and an
// integer is a number.
func (w *walk) sameType(e, r int32) bool {
	if w.expected.nodes[e].kind != w.real.nodes[r].kind {
		return false
	}
	return w.expected.nodes[e].kind != kindNumber || isWhole(w.real.raw(r)) || !isWhole(w.expected.raw(e))
}

func (w *walk) typeMismatch(e, r int32) {
	id := BodyTypeMismatch
	if w.real.nodes[r].kind == kindNull {
		id = BodyUnexpectedNull
	}
	got := w.real.typeName(r)
	if w.level == structure {
		got = w.real.typeof(r)
	}
	w.report(id, e, r, fmt.Sprintf("At '%s' Invalid type: %s (expected %s)",
		pointer(w.path), got, w.expected.typeName(e)))
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
	for k := e + 1; k < w.expected.nodes[e].next && !w.out.cut; k = w.expected.afterMember(k) {
		if w.expected.dead(k) {
			continue
		}
		name := w.expected.str(k)
		w.push(step{name, -1})
		if v := in.find(name); v >= 0 {
			found++
			w.node(k+1, v)
		} else {
			w.report(BodyMissingKey, k+1, -1, missingMessage(pointer(w.path), name))
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
	for k := r + 1; k < w.real.nodes[r].next && !w.out.cut; k = w.real.afterMember(k) {
		if w.real.dead(k) {
			continue
		}
		if name := w.real.str(k); in.find(name) < 0 {
			w.push(step{name, -1})
			w.report(BodyUndocumentedKey, -1, k+1, fmt.Sprintf("At '%s' Undocumented property: %s", pointer(w.path), name))
			w.pop()
		}
	}
}

// list compares item by item. Under structure an item that is missing or not documented is no
// matter; under type each real item is held against a documented one, the last for those beyond
// it; under value both lists are of one length.
func (w *walk) list(e, r int32) {
	want, got := w.expected.nodes[e].count, w.real.nodes[r].count
	if want == 0 && w.level != values {
		return
	}
	if w.level > structure && want > 0 && got == 0 {
		w.report(ListExampleNeverChecked, e, r, fmt.Sprintf(
			"At '%s' The list is empty, so nothing was held against its documented items.", pointer(w.path)))
		return
	}
	if w.level == values && want != got {
		w.out.add(transaction.Finding{
			ID:       BodyListLength,
			Field:    fieldBody,
			Pointer:  pointer(w.path),
			Message:  fmt.Sprintf("At '%s' Expected %s, but got %d.", pointer(w.path), items(want), got),
			Expected: count(want), HasExpected: true,
			Real: count(got), HasReal: true,
		})
	}
	item, end := e+1, w.expected.nodes[e].next
	for i, c := 0, r+1; c < w.real.nodes[r].next && item < end && !w.out.cut; i, c = i+1, w.real.nodes[c].next {
		w.push(step{index: i})
		w.node(item, c)
		w.pop()
		if next := w.expected.nodes[item].next; next < end || w.level != types {
			item = next
		}
	}
}

// report adds a finding about the documented value e and the real value r, -1 for none.
func (w *walk) report(id string, e, r int32, message string) {
	if w.out.cut {
		return
	}
	f := transaction.Finding{ID: id, Field: fieldBody, Pointer: pointer(w.path), Message: message}
	if e >= 0 {
		f.Expected, f.HasExpected = w.expected.value(e), true
	}
	if r >= 0 {
		f.Real, f.HasReal = w.real.value(r), true
	}
	w.out.add(f)
}

func items(n int32) string {
	if n == 1 {
		return "1 item"
	}
	return strconv.Itoa(int(n)) + " items"
}

func count(n int32) json.Number { return json.Number(strconv.Itoa(int(n))) }

// typeName is the JSON Schema type of the value at i: integer for whole numbers.
func (t *tree) typeName(i int32) string {
	switch t.nodes[i].kind {
	case kindNull:
		return "null"
	case kindBoolean:
		return "boolean"
	case kindNumber:
		if isWhole(t.raw(i)) {
			return "integer"
		}
		return "number"
	case kindArray:
		return "array"
	case kindObject:
		return "object"
	}
	return "string"
}

// typeof is the type of the value at i as JavaScript, and Gavel, name it, except for null.
func (t *tree) typeof(i int32) string {
	switch name := t.typeName(i); name {
	case "integer":
		return "number"
	case "array":
		return "object"
	default:
		return name
	}
}

// excerptLength is how many bytes of a value a message shows.
const excerptLength = 80

// excerpt is the JSON text of a value, cut when it is long.
func excerpt(t *tree, i int32) string {
	text := t.raw(i)
	if k := t.nodes[i].kind; k == kindString {
		text = `"` + text + `"`
	}
	return cut(text)
}

// cut shortens a text to excerptLength bytes and the rest of the last character.
func cut(text string) string {
	for i := range text {
		if i >= excerptLength {
			return text[:i] + "…"
		}
	}
	return text
}
