package source

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonError is an error of parseJSON: of the syntax, so that the text may still be YAML, or final.
type jsonError struct {
	*Error
	syntax bool
}

func (e *jsonError) orNil() error {
	if e == nil {
		return nil
	}
	return e.Error
}

// parseJSON reads a text as RFC 8259 has it.
func parseJSON(f *file, limits Limits) (*Node, *jsonError) {
	p := &jsonParser{file: f, text: f.text, limits: limits, line: 1}
	p.space()
	n := p.value(1)
	if p.err == nil {
		if p.space(); p.at < len(p.text) {
			p.unexpected("the end of the text")
		}
	}
	if p.err != nil {
		return nil, p.err
	}
	return n, nil
}

// jsonParser keeps the line and where it begins; columns are counted from a character of the line
// that is already known.
type jsonParser struct {
	file   *file
	text   []byte
	limits Limits
	err    *jsonError
	nodes  int

	at    int
	line  int32
	known int // offset of a character in this line
	col   int // characters of the line before it
}

func (p *jsonParser) place() (line, column int32) {
	p.col += utf8.RuneCount(p.text[p.known:p.at])
	p.known = p.at
	return p.line, int32(p.col) + 1
}

func (p *jsonParser) fail(syntax bool, format string, args ...any) *Node {
	if p.err == nil {
		line, column := p.place()
		p.err = &jsonError{p.file.fail(int(line), int(column), format, args...), syntax}
	}
	return nil
}

func (p *jsonParser) unexpected(want string) *Node {
	if p.at >= len(p.text) {
		return p.fail(true, "the text ends here, but there should be %s", want)
	}
	r, _ := utf8.DecodeRune(p.text[p.at:])
	return p.fail(true, "there should be %s here, not %q", want, r)
}

func (p *jsonParser) space() {
	for ; p.at < len(p.text); p.at++ {
		switch p.text[p.at] {
		case ' ', '\t', '\r':
		case '\n':
			p.line, p.known, p.col = p.line+1, p.at+1, 0
		default:
			return
		}
	}
}

func (p *jsonParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *jsonParser) value(depth int) *Node {
	if p.nodes++; p.nodes > p.limits.Nodes {
		return p.fail(false, "there are more than %d values in this text; split it", p.limits.Nodes)
	}
	if depth > p.limits.Depth {
		return p.fail(false, "this is nested deeper than %d levels", p.limits.Depth)
	}
	line, column := p.place()
	n := &Node{file: p.file, line: line, column: column}
	switch c := p.peek(); {
	case c == '{':
		return p.object(n, depth)
	case c == '[':
		return p.list(n, depth)
	case c == '"':
		n.kind, n.text = String, p.string()
	case c == '-' || c >= '0' && c <= '9':
		n.kind, n.text = Number, p.number()
	default:
		return p.word(n)
	}
	return n
}

func (p *jsonParser) word(n *Node) *Node {
	for i, word := range []string{"null", "true", "false"} {
		if strings.HasPrefix(string(p.text[p.at:min(p.at+5, len(p.text))]), word) {
			p.at += len(word)
			n.text = word
			if i > 0 {
				n.kind = Bool
			}
			return n
		}
	}
	return p.unexpected("a value")
}

func (p *jsonParser) list(n *Node, depth int) *Node {
	n.kind = List
	p.at++
	if p.space(); p.peek() == ']' {
		p.at++
		return n
	}
	for {
		item := p.value(depth + 1)
		if p.err != nil {
			return nil
		}
		n.entries = append(n.entries, Entry{Value: item})
		if !p.more(']', "a comma or the end of the list") {
			return n
		}
	}
}

// more reads what follows a member: a comma, and true; or the end, and false.
func (p *jsonParser) more(end byte, want string) bool {
	p.space()
	switch p.peek() {
	case ',':
		p.at++
		p.space()
		return true
	case end:
		p.at++
		return false
	}
	p.unexpected(want)
	return false
}

func (p *jsonParser) object(n *Node, depth int) *Node {
	p.at++
	var entries []Entry
	p.space()
	more := p.peek() != '}'
	if !more {
		p.at++
	}
	for more {
		if p.peek() != '"' {
			return p.unexpected("a key in double quotes")
		}
		line, column := p.place()
		key := &Node{kind: String, file: p.file, line: line, column: column}
		key.text = p.string()
		if p.space(); p.err == nil && p.peek() != ':' {
			return p.unexpected("a colon")
		}
		p.at++
		p.space()
		if p.err != nil {
			return nil
		}
		entries = append(entries, Entry{key, p.value(depth + 1)})
		if p.err != nil {
			return nil
		}
		more = p.more('}', "a comma or the end of the object")
	}
	if p.err != nil {
		return nil
	}
	object, err := objectOf(p.file, n.line, n.column, entries)
	if err != nil {
		p.err = &jsonError{err, false}
	}
	return object
}

func (p *jsonParser) number() string {
	start := p.at
	digits := func() bool {
		from := p.at
		for c := p.peek(); c >= '0' && c <= '9'; c = p.peek() {
			p.at++
		}
		return p.at > from
	}
	if p.peek() == '-' {
		p.at++
	}
	zero := p.peek() == '0'
	from := p.at
	ok := digits() && (!zero || p.at == from+1)
	if ok && p.peek() == '.' {
		p.at++
		ok = digits()
	}
	if c := p.peek(); ok && (c == 'e' || c == 'E') {
		p.at++
		if c := p.peek(); c == '+' || c == '-' {
			p.at++
		}
		ok = digits()
	}
	if !ok {
		p.fail(true, "this is not a number as JSON has it")
	}
	return string(p.text[start:p.at])
}

func (p *jsonParser) string() string {
	p.at++
	start := p.at
	var out []byte
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			if out == nil {
				return string(p.text[start : p.at-1])
			}
			return string(append(out, p.text[start:p.at-1]...))
		case c == '\\':
			out = append(out, p.text[start:p.at]...)
			r, ok := p.escape()
			if !ok {
				return ""
			}
			out = utf8.AppendRune(out, r)
			start = p.at
		case c < ' ':
			p.fail(true, "the string is not closed in its line, or %q in it is not written as an escape", c)
			return ""
		default:
			p.at++
		}
	}
	p.fail(true, "the text ends within a string")
	return ""
}

// escape reads a backslash and what belongs to it. Half a surrogate pair becomes U+FFFD.
func (p *jsonParser) escape() (rune, bool) {
	if p.at+1 < len(p.text) {
		if i := strings.IndexByte(`"\/bfnrt`, p.text[p.at+1]); i >= 0 {
			p.at += 2
			return rune("\"\\/\b\f\n\r\t"[i]), true
		}
	}
	r, ok := p.hex(p.at)
	if !ok {
		p.fail(true, "there is no such escape; write a backslash as %q", `\\`)
		return 0, false
	}
	p.at += 6
	if !utf16.IsSurrogate(r) {
		return r, true
	}
	if low, ok := p.hex(p.at); ok {
		if both := utf16.DecodeRune(r, low); both != utf8.RuneError {
			p.at += 6
			return both, true
		}
	}
	return utf8.RuneError, true
}

func (p *jsonParser) hex(at int) (rune, bool) {
	if at+6 > len(p.text) || p.text[at] != '\\' || p.text[at+1] != 'u' {
		return 0, false
	}
	n, err := strconv.ParseUint(string(p.text[at+2:at+6]), 16, 16)
	return rune(n), err == nil
}
