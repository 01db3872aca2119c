package gavel

import "fmt"

// string reads a string or a key, from its first quote on.
func (p *parser) string(k kind) bool {
	i := p.add(k, p.pos+1)
	if i < 0 {
		return false
	}
	for at := p.pos + 1; at < len(p.text); at++ {
		switch c := p.text[at]; {
		case c == '"':
			p.pos = at + 1
			return p.close(i, at)
		case c < ' ':
			p.pos = at
			return p.fail(refusedSyntax, fmt.Sprintf("unescaped control character %q in a string", c))
		case c == '\\':
			p.nodes[i].flags |= flagEscaped
			size := escapeSize(p.text[at:])
			if size == 0 {
				p.pos = at
				return p.fail(refusedSyntax, "unknown escape in a string")
			}
			at += size - 1
		}
	}
	p.pos = len(p.text)
	return p.unexpected("")
}

// escapeSize is the length of the escape that s begins with, 0 when there is no such escape.
func escapeSize(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if len(s) < 6 {
			return 0
		}
		for _, c := range []byte(s[2:6]) {
			if !isHex(c) {
				return 0
			}
		}
		return 6
	}
	return 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// number reads a number.
func (p *parser) number() bool {
	size := numberSize(p.text[p.pos:])
	if size < 0 {
		p.pos += -size - 1
		return p.unexpected("in a number")
	}
	i := p.add(kindNumber, p.pos)
	p.long = p.long || isLong(p.text[p.pos:p.pos+size])
	p.pos += size
	return i >= 0 && p.close(i, p.pos)
}

// numberSize is the length of the number that s begins with; when there is none, the negated
// offset, less one, of the byte at fault.
func numberSize(s string) int {
	i := 0
	if s[0] == '-' {
		i++
	}
	switch n := digits(s[i:]); {
	case n == 0:
		return -i - 1
	case s[i] == '0':
		i++
	default:
		i += n
	}
	if i < len(s) && s[i] == '.' {
		n := digits(s[i+1:])
		if n == 0 {
			return -i - 2
		}
		i += 1 + n
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		n := digits(s[i:])
		if n == 0 {
			return -i - 1
		}
		i += n
	}
	return i
}

// digits counts the digits that s begins with.
func digits(s string) int {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return i
		}
	}
	return len(s)
}
