package source

import (
	"strings"
	"unicode/utf8"
)

// JSON writes the node as JSON, keys in their order. An indent of "" writes it on one line; another is
// put before lines once per level. Letters are not escaped.
func (n *Node) JSON(indent string) string {
	e := encoder{indent: indent}
	e.value(n, 0)
	return e.out.String()
}

type encoder struct {
	out    strings.Builder
	indent string
}

func (e *encoder) value(n *Node, depth int) {
	switch n.Kind() {
	case Null:
		e.out.WriteString("null")
	case String:
		e.string(n.text)
	case List, Object:
		e.container(n, depth)
	default:
		e.out.WriteString(n.text)
	}
}

func (e *encoder) container(n *Node, depth int) {
	brackets := "[]"
	if n.kind == Object {
		brackets = "{}"
	}
	e.out.WriteByte(brackets[0])
	for i, entry := range n.entries {
		if i > 0 {
			e.out.WriteByte(',')
		}
		e.newline(depth + 1)
		if entry.Key != nil {
			e.string(entry.Key.text)
			e.out.WriteByte(':')
			if e.indent != "" {
				e.out.WriteByte(' ')
			}
		}
		e.value(entry.Value, depth+1)
	}
	if len(n.entries) > 0 {
		e.newline(depth)
	}
	e.out.WriteByte(brackets[1])
}

func (e *encoder) newline(depth int) {
	if e.indent == "" {
		return
	}
	e.out.WriteByte('\n')
	for range depth {
		e.out.WriteString(e.indent)
	}
}

// string writes a string as JSON.stringify does: only what has to be is escaped.
func (e *encoder) string(s string) {
	const hex = "0123456789abcdef"
	e.out.WriteByte('"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				e.out.WriteString(s[from:i] + "\uFFFD")
				from = i + 1
			}
			i += size
			continue
		}
		i++
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		e.out.WriteString(s[from : i-1])
		from = i
		if j := strings.IndexByte("\"\\\b\f\n\r\t", c); j >= 0 {
			e.out.WriteByte('\\')
			e.out.WriteByte(`"\bfnrt`[j])
			continue
		}
		e.out.WriteString(`\u00`)
		e.out.WriteByte(hex[c>>4])
		e.out.WriteByte(hex[c&15])
	}
	e.out.WriteString(s[from:])
	e.out.WriteByte('"')
}
