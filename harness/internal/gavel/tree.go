package gavel

import (
	"encoding/json"
	"strconv"
	"unicode/utf8"
)

// kind is the type of a JSON value; integers and other numbers share one.
type kind uint8

const (
	kindNull kind = iota
	kindBoolean
	kindNumber
	kindString
	kindArray
	kindObject
	kindKey // the name in front of a member's value
)

const (
	// flagEscaped marks a string or key with a backslash in it.
	flagEscaped uint8 = 1 << iota
	// flagDead marks a key that the same object has again further down. The last one counts, as
	// in JavaScript, so a dead member is passed over.
	flagDead
	// flagRepeated marks a key that stood in the object before.
	flagRepeated
)

// node is one JSON value, or a key, on the tape of a tree. The children of a container follow it;
// in an object each value follows its key.
type node struct {
	off, end int32 // text[off:end] is the value; of a string and a key, what is between the quotes
	next     int32 // the node after this one and all it contains
	count    int32 // items of an array, living members of an object
	kind     kind
	flags    uint8
}

// tree is a parsed JSON text. It is a tape and not a tree of pointers, so that parsing costs a
// handful of allocations and comparing costs none.
type tree struct {
	text     string
	nodes    []node
	repeated int  // keys that stand more than once in their object
	long     bool // some number has more digits than a double, or an exponent as large
	deepest  int
	texts    bool // it was made of a format in which every scalar is a text
}

// raw is the text of a value as it stands.
func (t *tree) raw(i int32) string { return t.text[t.nodes[i].off:t.nodes[i].end] }

// str is the decoded text of a string or key.
func (t *tree) str(i int32) string {
	if t.nodes[i].flags&flagEscaped == 0 {
		return t.raw(i)
	}
	return unescape(t.raw(i), false)
}

// is reports whether the string or key at i reads s.
func (t *tree) is(i int32, s string) bool { return t.str(i) == s }

// dead reports whether the member whose key is at i is overruled by a later one.
func (t *tree) dead(i int32) bool { return t.nodes[i].flags&flagDead != 0 }

// afterMember is the key after the member whose key is at i.
func (t *tree) afterMember(i int32) int32 { return t.nodes[i+1].next }

// value builds the Go value of a node: nil, bool, json.Number, string, []any or map[string]any.
func (t *tree) value(i int32) any {
	n := &t.nodes[i]
	switch n.kind {
	case kindNull:
		return nil
	case kindBoolean:
		return t.text[n.off] == 't'
	case kindNumber:
		return json.Number(t.raw(i))
	case kindArray:
		list := make([]any, 0, n.count)
		for c := i + 1; c < n.next; c = t.nodes[c].next {
			list = append(list, t.value(c))
		}
		return list
	case kindObject:
		object := make(map[string]any, n.count)
		for k := i + 1; k < n.next; k = t.afterMember(k) {
			if !t.dead(k) {
				object[t.printable(k)] = t.value(k + 1)
			}
		}
		return object
	}
	return t.printable(i)
}

// leaves counts the scalars of a value, and the lists and objects that are empty, up to a limit.
func (t *tree) leaves(i int32, limit int) int {
	count := 0
	for end := t.nodes[i].next; i < end && count < limit; i++ {
		switch n := &t.nodes[i]; {
		case n.kind == kindKey:
		case n.kind != kindArray && n.kind != kindObject, n.next == i+1:
			count++
		}
	}
	return count
}

// children returns the items of a list.
func (t *tree) children(i int32) []int32 {
	list := make([]int32, 0, t.nodes[i].count)
	for c := i + 1; c < t.nodes[i].next; c = t.nodes[c].next {
		list = append(list, c)
	}
	return list
}

// printable is str with a replacement character for each half of a surrogate pair.
func (t *tree) printable(i int32) string {
	if t.nodes[i].flags&flagEscaped == 0 {
		return t.raw(i)
	}
	return unescape(t.raw(i), true)
}

// find looks for the members of one object, and is fast when asked for them in their order.
type finder struct {
	t      *tree
	object int32
	cursor int32 // the key to try first
	index  map[string]int32
}

// linearSearch is the number of members up to which looking at all of them beats building a map.
const linearSearch = 32

func (t *tree) finder(object int32) finder { return finder{t: t, object: object, cursor: object + 1} }

// find returns the node of the value under a key, or -1.
func (f *finder) find(name string) int32 {
	end := f.t.nodes[f.object].next
	for f.cursor < end && f.t.dead(f.cursor) {
		f.cursor = f.t.afterMember(f.cursor)
	}
	if f.cursor < end && f.t.is(f.cursor, name) {
		k := f.cursor
		f.cursor = f.t.afterMember(k)
		return k + 1
	}
	k := f.search(name, end)
	if k < 0 {
		return -1
	}
	f.cursor = f.t.afterMember(k)
	return k + 1
}

func (f *finder) search(name string, end int32) int32 {
	if f.t.nodes[f.object].count > linearSearch {
		if f.index == nil {
			f.index = make(map[string]int32, f.t.nodes[f.object].count)
			for k := f.object + 1; k < end; k = f.t.afterMember(k) {
				f.index[f.t.str(k)] = k // the last one wins
			}
		}
		if k, ok := f.index[name]; ok {
			return k
		}
		return -1
	}
	for k := f.object + 1; k < end; k = f.t.afterMember(k) {
		if !f.t.dead(k) && f.t.is(k, name) {
			return k
		}
	}
	return -1
}

// unescape decodes what stands between the quotes of a JSON string. Half of a surrogate pair is no
// character: it is replaced for printing, and otherwise kept as the three bytes that UTF-8 would
// have for it, so that two different halves stay different.
func unescape(raw string, printable bool) string {
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			b = append(b, raw[i])
			continue
		}
		i++
		if raw[i] != 'u' {
			b = append(b, unescapeByte(raw[i]))
			continue
		}
		unit := hex4(raw[i+1:])
		i += 4
		if isHigh(unit) && i+6 < len(raw) && raw[i+1] == '\\' && raw[i+2] == 'u' && isLow(hex4(raw[i+3:])) {
			b = utf8.AppendRune(b, 0x10000+(unit-0xD800)<<10+(hex4(raw[i+3:])-0xDC00))
			i += 6
			continue
		}
		if !printable && (isHigh(unit) || isLow(unit)) {
			b = append(b, 0xE0|byte(unit>>12), 0x80|byte(unit>>6&0x3F), 0x80|byte(unit&0x3F))
			continue
		}
		b = utf8.AppendRune(b, unit)
	}
	return string(b)
}

func isHigh(u rune) bool { return u >= 0xD800 && u < 0xDC00 }
func isLow(u rune) bool  { return u >= 0xDC00 && u < 0xE000 }

// hex4 reads four hexadecimal digits that are known to be there.
func hex4(s string) rune {
	n, _ := strconv.ParseUint(s[:4], 16, 32)
	return rune(n)
}

func unescapeByte(c byte) byte {
	switch c {
	case 'b':
		return '\b'
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	}
	return c // a quote, a slash or a backslash
}
