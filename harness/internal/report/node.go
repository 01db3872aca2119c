package report

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// node is the text of one JSON value without the blanks around it; "" is a value that is not there.
// It is read where it stands: a body of 50 MB of which one key differs is scanned, but never
// decoded.
type node string

// parse returns the root of a JSON text; false when the text is none.
func parse(text string) (node, bool) {
	if text == "" || !json.Valid([]byte(text)) {
		return "", false
	}
	return node(strings.Trim(text, blanks)), true
}

// nodeOf returns the node of a decoded value.
func nodeOf(v any) node {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if e.Encode(v) != nil {
		return ""
	}
	return node(strings.Trim(b.String(), blanks))
}

const blanks = " \t\r\n"

func (n node) object() bool    { return n != "" && n[0] == '{' }
func (n node) list() bool      { return n != "" && n[0] == '[' }
func (n node) container() bool { return n.object() || n.list() }
func (n node) isString() bool  { return n != "" && n[0] == '"' }

// sameKind reports that both are objects, or both lists.
func (n node) sameKind(o node) bool { return n.object() && o.object() || n.list() && o.list() }

// unquote decodes a string node; other nodes are returned as they are written.
func (n node) unquote() string {
	if !n.isString() {
		return string(n)
	}
	if inner := n[1:max(len(n)-1, 1)]; strings.IndexByte(string(inner), '\\') < 0 {
		return string(inner)
	}
	var s string
	if json.Unmarshal([]byte(n), &s) != nil {
		return string(n)
	}
	return s
}

// each calls yield for each member of an object or item of a list, until it returns false. The key
// of an item is its index.
func (n node) each(yield func(key string, v node) bool) {
	if !n.container() {
		return
	}
	s := string(n)
	i := skipBlanks(s, 1)
	for index := 0; i < len(s) && s[i] != '}' && s[i] != ']'; index++ {
		key := ""
		if n.object() {
			end := skipValue(s, i)
			key = node(s[i:end]).unquote()
			i = skipBlanks(s, end)
			i = skipBlanks(s, i+1) // the colon
		} else {
			key = strconv.Itoa(index)
		}
		end := skipValue(s, min(i, len(s)))
		if !yield(key, node(s[min(i, len(s)):end])) {
			return
		}
		if i = skipBlanks(s, end); i < len(s) && s[i] == ',' {
			i = skipBlanks(s, i+1)
		} else if end == i {
			return // no JSON: do not turn on the spot
		}
	}
}

// size is the number of members or items.
func (n node) size() int {
	size := 0
	n.each(func(string, node) bool { size++; return true })
	return size
}

func skipBlanks(s string, i int) int {
	for i < len(s) && (s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r') {
		i++
	}
	return i
}

// skipValue returns the offset behind the value that begins at i. It trusts that s is JSON; if it
// is not, the offset is still one within s.
func skipValue(s string, i int) int {
	if i >= len(s) {
		return len(s)
	}
	switch s[i] {
	case '"':
		return skipString(s, i)
	case '{', '[':
		return skipContainer(s, i)
	}
	for i < len(s) && strings.IndexByte(",]} \t\r\n:", s[i]) < 0 {
		i++
	}
	return i
}

func skipString(s string, i int) int {
	for i++; i < len(s); i++ {
		next := strings.IndexByte(s[i:], '"')
		if next < 0 {
			return len(s)
		}
		if i += next; !escaped(s, i) {
			return i + 1
		}
	}
	return len(s)
}

// escaped reports whether an odd number of backslashes stands before i.
func escaped(s string, i int) bool {
	n := 0
	for i--; i >= 0 && s[i] == '\\'; i-- {
		n++
	}
	return n%2 == 1
}

func skipContainer(s string, i int) int {
	depth := 0
	for i < len(s) {
		switch s[i] {
		case '"':
			i = skipString(s, i)
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return len(s)
}
