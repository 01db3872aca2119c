package source

import (
	"encoding/json"
	"iter"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Kind is what a Node is.
type Kind uint8

// The kinds, as in JSON.
const (
	Null Kind = iota
	Bool
	Number
	String
	List
	Object
)

// String returns the name of the kind as JSON Schema has it, such as "object" or "array".
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[min(k, Object)]
}

// Node is a value of a document. It does not change and is safe for parallel use. A nil *Node is what
// is not there: its methods return nothing, so that n.Get("a").Get("b") needs no checks. Two nodes are
// the same value at the same place if and only if they are the same pointer; an alias is the node that
// it stands for.
type Node struct {
	kind    Kind
	text    string         // of a scalar
	entries []Entry        // of an object; a list has Values only
	index   map[string]int // entries by key, of large objects

	file         *file
	line, column int32
}

// Entry is a key of an object and its value. The key is a String with a place of its own.
type Entry struct{ Key, Value *Node }

// indexed is how many entries an object may have before it is worth an index.
const indexed = 8

// Kind returns what the node is; Null when it is nil, see also Exists.
func (n *Node) Kind() Kind {
	if n == nil {
		return Null
	}
	return n.kind
}

// Exists reports whether the node is there, even if it is null.
func (n *Node) Exists() bool { return n != nil }

// Is reports whether the node is there and of this kind.
func (n *Node) Is(k Kind) bool { return n != nil && n.kind == k }

// Get returns the value of a key; nil when the node is no object or has no such key.
func (n *Node) Get(key string) *Node { return n.entry(key).Value }

// Key returns the key itself, for the place where it is written; nil when it is not there.
func (n *Node) Key(key string) *Node { return n.entry(key).Key }

// Has reports whether the node is an object with that key.
func (n *Node) Has(key string) bool { return n.entry(key).Key != nil }

func (n *Node) entry(key string) Entry {
	if n == nil || n.kind != Object {
		return Entry{}
	}
	if n.index != nil {
		if i, ok := n.index[key]; ok {
			return n.entries[i]
		}
		return Entry{}
	}
	for _, e := range n.entries {
		if e.Key.text == key {
			return e
		}
	}
	return Entry{}
}

// Entries returns the keys and values of an object in the order of the document; nil for other kinds.
// The slice must not be changed.
func (n *Node) Entries() []Entry {
	if n == nil || n.kind != Object {
		return nil
	}
	return n.entries
}

// All yields the keys and values of an object in the order of the document.
func (n *Node) All() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		for _, e := range n.Entries() {
			if !yield(e.Key.text, e.Value) {
				return
			}
		}
	}
}

// Keys returns the keys of an object in the order of the document.
func (n *Node) Keys() []string {
	keys := make([]string, 0, n.Len())
	for _, e := range n.Entries() {
		keys = append(keys, e.Key.text)
	}
	return keys
}

// Items returns the items of a list; nil for other kinds.
func (n *Node) Items() []*Node {
	if n == nil || n.kind != List {
		return nil
	}
	items := make([]*Node, len(n.entries))
	for i, e := range n.entries {
		items[i] = e.Value
	}
	return items
}

// Len returns how many entries or items there are.
func (n *Node) Len() int {
	if n == nil {
		return 0
	}
	return len(n.entries)
}

// Text returns a scalar as text: a string itself, a number as JSON writes it, true, false or null; ""
// for other kinds.
func (n *Node) Text() string {
	if n == nil {
		return ""
	}
	return n.text
}

// Bool reports whether the node is true.
func (n *Node) Bool() bool { return n.Is(Bool) && n.text == "true" }

// At returns where the value begins in the documentation.
func (n *Node) At() transaction.Position {
	if n == nil || n.file == nil {
		return transaction.Position{}
	}
	return transaction.Position{File: n.file.name, Line: int(n.line), Column: int(n.column)}
}

// Value returns what encoding/json would make of the node: nil, bool, json.Number, string, []any or
// map[string]any.
func (n *Node) Value() any {
	switch n.Kind() {
	case Bool:
		return n.text == "true"
	case Number:
		return json.Number(n.text)
	case String:
		return n.text
	case List:
		list := make([]any, len(n.entries))
		for i, e := range n.entries {
			list[i] = e.Value.Value()
		}
		return list
	case Object:
		object := make(map[string]any, len(n.entries))
		for _, e := range n.entries {
			object[e.Key.text] = e.Value.Value()
		}
		return object
	}
	return nil
}
