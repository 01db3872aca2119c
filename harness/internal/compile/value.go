package compile

import "slices"

// Value is what a variable of a URI template stands for. The zero Value is undefined.
type Value struct {
	kind  kind
	items []string

	label    string // see As
	reserved bool   // see Reserved
}

type kind int

const (
	undefined kind = iota
	text
	list
	pairs
)

// Text is a single value.
func Text(s string) Value { return Value{kind: text, items: []string{s}} }

// List is several values; none is undefined.
func List(items ...string) Value { return Value{kind: list, items: items}.orUndefined() }

// Pairs is an associative array: keys and values in turn. A key without a value gets an empty one;
// no pairs are undefined.
func Pairs(items ...string) Value {
	if len(items)%2 != 0 {
		items = append(slices.Clone(items), "")
	}
	return Value{kind: pairs, items: items}.orUndefined()
}

func (v Value) orUndefined() Value {
	if len(v.items) == 0 {
		return Value{}
	}
	return v
}

// As returns the value with the name that the URI spells, percent-encoded, where an expression writes
// names. RFC 6570 allows fewer characters in the names of variables than a URI does, so that the
// template has to spell "page-size" as "page%2Dsize".
func (v Value) As(name string) Value {
	v.label = name
	return v
}

// Reserved returns the value with its reserved characters left as they are, as if every expression had
// the operator "+". OpenAPI calls it allowReserved.
func (v Value) Reserved() Value {
	v.reserved = true
	return v
}

// IsDefined reports whether there is a value, be it empty.
func (v Value) IsDefined() bool { return v.kind != undefined }

// Equal reports whether two values are the same.
func (v Value) Equal(w Value) bool { return v.kind == w.kind && slices.Equal(v.items, w.items) }

// filled reports whether there is a value, and it is not the empty text.
func (v Value) filled() bool { return v.IsDefined() && (v.kind != text || v.items[0] != "") }
