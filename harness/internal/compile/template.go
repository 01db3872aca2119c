package compile

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// part is a piece of a URI template: text, or an expression in braces.
type part struct {
	text string
	// raw is the expression as it is written; "" when the part is text.
	raw  string
	op   operator
	vars []variable
}

// variable is one of an expression, with its modifiers.
type variable struct {
	name    string
	prefix  int // the most characters of the value; 0 is all
	explode bool
}

// operator is how an expression is written out: RFC 6570, appendix A.
type operator struct {
	first, sep string
	named      bool   // name=value
	ifEmpty    string // what follows the name of an empty value
	reserved   bool   // reserved characters stay as they are
	query      bool   // variables can be left out
}

// operatorOf returns the operator that the first character of an expression stands for; false, and
// the plain one, when it stands for none.
func operatorOf(c byte) (operator, bool) {
	switch c {
	case '+':
		return operator{sep: ",", reserved: true}, true
	case '#':
		return operator{first: "#", sep: ",", reserved: true}, true
	case '.':
		return operator{first: ".", sep: "."}, true
	case '/':
		return operator{first: "/", sep: "/"}, true
	case ';':
		return operator{first: ";", sep: ";", named: true}, true
	case '?':
		return operator{first: "?", sep: "&", named: true, ifEmpty: "=", query: true}, true
	case '&':
		return operator{first: "&", sep: "&", named: true, ifEmpty: "=", query: true}, true
	}
	return operator{sep: ","}, false
}

// split reads a URI template. Text between expressions is not looked at, so that a description may
// be freer than RFC 6570 there, as Dredd allows.
func split(template string) ([]part, error) {
	var parts []part
	for template != "" {
		text, rest, found := strings.Cut(template, "{")
		if strings.Contains(text, "}") {
			return nil, errors.New("a brace is closed that was not opened")
		}
		if text != "" {
			parts = append(parts, part{text: text})
		}
		if !found {
			break
		}
		inner, rest, found := strings.Cut(rest, "}")
		if !found {
			return nil, errors.New("a brace is not closed")
		}
		p, err := parseExpression(inner)
		if err != nil {
			return nil, fmt.Errorf("{%s}: %w", inner, err)
		}
		parts = append(parts, p)
		template = rest
	}
	return parts, nil
}

func parseExpression(inner string) (part, error) {
	p := part{raw: "{" + inner + "}"}
	if inner == "" {
		return p, errors.New("there is no variable")
	}
	op, found := operatorOf(inner[0])
	p.op = op
	if found {
		inner = inner[1:]
	}
	for spec := range strings.SplitSeq(inner, ",") {
		v := variable{name: spec}
		if name, prefix, found := strings.Cut(spec, ":"); found {
			n, err := strconv.Atoi(prefix)
			if err != nil || n < 1 || n > 9999 || prefix[0] == '+' {
				return p, errors.New("a prefix is a number from 1 to 9999")
			}
			v.name, v.prefix = name, n
		} else if name, found := strings.CutSuffix(spec, "*"); found {
			v.name, v.explode = name, true
		}
		if !isName(v.name) {
			return p, fmt.Errorf("%q is no name of a variable; percent-encode what is neither a letter, a digit, %q nor %q", v.name, "_", ".")
		}
		p.vars = append(p.vars, v)
	}
	return p, nil
}

func isName(s string) bool {
	if s == "" || s[0] == '.' || s[len(s)-1] == '.' || strings.Contains(s, "..") {
		return false
	}
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			if len(s) < i+3 || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		case c != '_' && c != '.' && !isAlphanumeric(c):
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'A' <= c && c <= 'F' || 'a' <= c && c <= 'f'
}

// expand writes the part with the values of its variables, by name.
func (p part) expand(out *strings.Builder, values map[string]Value) error {
	if p.raw == "" {
		out.WriteString(p.text)
		return nil
	}
	before := p.op.first
	for _, v := range p.vars {
		value := values[v.name]
		if !value.IsDefined() {
			continue
		}
		out.WriteString(before)
		before = p.op.sep
		name, p := v.name, p
		if value.label != "" {
			name = value.label
		}
		p.op.reserved = p.op.reserved || value.reserved
		switch {
		case value.kind == text:
			p.named(out, name, cut(value.items[0], v.prefix))
		case v.prefix > 0:
			return fmt.Errorf("%s: %q has several values, of which there is no prefix", p.raw, v.name)
		case v.explode:
			p.explode(out, name, value)
		default:
			p.join(out, name, value)
		}
	}
	return nil
}

// named writes a value, behind its name if the operator has names.
func (p part) named(out *strings.Builder, name, value string) {
	if p.op.named {
		out.WriteString(name)
		if value == "" {
			out.WriteString(p.op.ifEmpty)
			return
		}
		out.WriteByte('=')
	}
	p.escape(out, value)
}

// explode writes each item as if it were a variable of its own.
func (p part) explode(out *strings.Builder, name string, v Value) {
	step := 1
	if v.kind == pairs {
		step = 2
	}
	for i := 0; i < len(v.items); i += step {
		if i > 0 {
			out.WriteString(p.op.sep)
		}
		switch {
		case v.kind == list:
			p.named(out, name, v.items[i])
		case p.op.named && v.items[i+1] == "":
			p.escape(out, v.items[i])
			out.WriteString(p.op.ifEmpty)
		default:
			p.escape(out, v.items[i])
			out.WriteByte('=')
			p.escape(out, v.items[i+1])
		}
	}
}

// join writes all items, with commas between them.
func (p part) join(out *strings.Builder, name string, v Value) {
	if len(v.items) == 1 {
		p.named(out, name, v.items[0])
		return
	}
	if p.op.named {
		out.WriteString(name)
		out.WriteByte('=')
	}
	for i, item := range v.items {
		if i > 0 {
			out.WriteByte(',')
		}
		p.escape(out, item)
	}
}

// cut returns the first n characters; all when n is 0.
func cut(s string, n int) string {
	if n == 0 {
		return s
	}
	end := 0
	for range n {
		_, size := utf8.DecodeRuneInString(s[end:])
		end += size
	}
	return s[:end]
}

// escape percent-encodes each byte that may not stand for itself.
func (p part) escape(out *strings.Builder, s string) {
	const hex = "0123456789ABCDEF"
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case isAlphanumeric(c), strings.IndexByte("-._~", c) >= 0:
			out.WriteByte(c)
		case p.op.reserved && strings.IndexByte(":/?#[]@!$&'()*+,;=", c) >= 0:
			out.WriteByte(c)
		case p.op.reserved && c == '%' && len(s) >= i+3 && isHex(s[i+1]) && isHex(s[i+2]):
			out.WriteByte(c)
		default:
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
}
