package gavel

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/markup"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// markup compares XML or HTML as trees of elements: see package markup for how they become values
// with JSON Pointers.
//
// Under type, elements and attributes are what they are, and texts are free, but for whether there is
// one. Under value, texts and values of attributes are compared too. Under both, the order of elements
// counts.
func (k *check) markup(p pair, notID string, read func(string) (*markup.Document, *markup.Refusal)) {
	got, bad := read(p.got.body)
	if bad != nil {
		k.refuse(p, bad, notID, false)
	}
	want, bad := got, (*markup.Refusal)(nil)
	if p.want.body != p.got.body {
		want, bad = read(p.want.body)
	}
	if bad != nil {
		k.refuse(p, bad, notID, true)
	}
	if want == nil || got == nil {
		return
	}
	names := want.Names()
	expected := k.reads(p, want.JSON(names, k.level == types), true)
	real := k.reads(p, got.JSON(names, k.level == types), false)
	if expected == nil || real == nil {
		return
	}
	k.hold(p.path, expected, real, nil)
	var covered func(steps []string) bool
	if len(k.declared.body) > 0 {
		covered = func(steps []string) bool { return k.covers(inDocument(p.path, steps)) }
	}
	for _, d := range markup.Disorders(want, got, names, k.level == values, covered) {
		k.disorder(inDocument(p.path, d.Steps), d)
	}
}

// inDocument is a path that goes on with the steps of a pointer into a document. No name of an element
// begins with a digit.
func inDocument(path []step, steps []string) []step {
	list := append(make([]step, 0, len(path)+len(steps)), path...)
	for _, s := range steps {
		next := step{s, -1}
		if digits(s) > 0 {
			next.key = ""
			next.index, _ = strconv.Atoi(s)
		}
		list = append(list, next)
	}
	return list
}

// refuse reports a text that is not well-formed, or too much.
func (k *check) refuse(p pair, bad *markup.Refusal, notID string, documented bool) {
	side, id := sideOf(documented), notID
	switch {
	case bad.Why != markup.Malformed && documented:
		id = DocumentedBodyUnreadable
	case bad.Why == markup.TooDeep:
		id = BodyTooDeep
	case bad.Why == markup.TooLarge:
		id = BodyTooLarge
	case documented:
		id = DocumentedBodyMalformed
	}
	message := fmt.Sprintf("Can't validate: %s body is not well-formed XML: %s", side, bad.What)
	if bad.Why != markup.Malformed {
		message = fmt.Sprintf("Can't validate: %s body is too much: %s", side, bad.What)
	}
	if bad.Offset >= 0 {
		body := p.got.body
		if documented {
			body = p.want.body
		}
		line, column := lineAndColumn(body, bad.Offset)
		message += fmt.Sprintf(" at line %d, column %d", line, column)
	}
	k.about(p, id, message)
}

func (k *check) disorder(path []step, d markup.Disorder) {
	at := pointer(path)
	want, got := strings.Join(d.Expected, " "), strings.Join(d.Real, " ")
	k.out.add(transaction.Finding{
		ID:       BodyElementOrder,
		Field:    fieldBody,
		Pointer:  at,
		Message:  fmt.Sprintf("At '%s' Expected the elements in the order %q, but got %q.", at, cut(want), cut(got)),
		Expected: want, HasExpected: true,
		Real: got, HasReal: true,
	})
}
