package sanitize

import "strings"

// Text returns any text as it may be shown: the secrets that were met before, and what is secret by
// its shape.
func (m *Mask) Text(text string) string { return m.shapes(m.known(text)) }

// shapes hides what is secret by its shape: what follows the name of a secret, and credentials that
// need no name. It reads the text once. At each sign that may stand before a secret it looks back at
// no more than a name.
func (m *Mask) shapes(s string) string {
	t := &textScan{m: m, s: s}
	defaults := m.s.defaults()
	for i := 0; i < len(s); {
		next := 0
		switch c := s[i]; {
		case c == '=':
			next = t.assigned(i)
		case c == ':':
			if defaults && strings.HasPrefix(s[i:], "://") {
				next = t.userinfo(i + len("://"))
			} else {
				next = t.named(i)
			}
		case c == '>':
			next = t.element(i)
		case c == ' ' && defaults:
			next = t.bearer(i)
		case c == 'e' && defaults && strings.HasPrefix(s[i:], "eyJ"):
			next = t.webToken(i)
		}
		i = max(next, i+1)
	}
	return t.result()
}

// textScan is a text of which parts are replaced.
type textScan struct {
	m    *Mask
	s    string
	out  strings.Builder
	done int // up to where s is in out
}

// replace puts something else in place of s[from:to] and returns to.
func (t *textScan) replace(from, to int, with string) int {
	t.out.WriteString(t.s[t.done:from])
	t.out.WriteString(with)
	t.done = to
	return to
}

// hide masks s[from:to], unless it is a mask, or the beginning of one that was cut at a blank.
func (t *textScan) hide(from, to int) int {
	if end := t.maskAt(from); end >= to || from >= to {
		return max(end, to)
	}
	return t.replace(from, to, t.m.hide(t.s[from:to]))
}

// maskAt is the offset behind the mask that begins at s[i], or 0.
func (t *textScan) maskAt(i int) int {
	if i >= len(t.s) || !strings.HasPrefix(t.s[i:], maskOpen) {
		return 0
	}
	n := strings.Index(t.s[i:min(len(t.s), i+longestMask)], maskClose)
	if n < 0 || !isMask(t.s[i:i+n+1]) {
		return 0
	}
	return i + n + 1
}

func (t *textScan) result() string {
	if t.done == 0 {
		return t.s
	}
	t.out.WriteString(t.s[t.done:])
	return t.out.String()
}

// name is a name that stands before a sign.
type name struct {
	text   string
	start  int
	quoted bool
}

// before finds the name that ends before s[i]: a bare word, one in quotes, or the last part of
// user[password].
func (t *textScan) before(i int) name {
	s := t.s
	for n := 0; i > 0 && s[i-1] == ' ' && n < 4; n++ {
		i--
	}
	n := name{}
	switch {
	case i > 0 && (s[i-1] == '"' || s[i-1] == '\''):
		n.quoted = true
		for i--; i > 0 && s[i-1] == '\\'; {
			i--
		}
	case i > 0 && s[i-1] == ']':
		i--
	case i > 2 && strings.EqualFold(s[i-3:i], "%5D"):
		i -= 3
	}
	end := i
	for i > 0 && nameByte(s[i-1]) {
		if i--; end-i > longestName {
			return name{}
		}
	}
	if i > 0 && s[i-1] == '%' && end-i > 2 { // of "user%5Bpassword"
		i += 2
	}
	n.text, n.start = s[i:end], i
	return n
}

func nameByte(c byte) bool {
	return letter(c) || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
}

// assigned looks at name=value.
func (t *textScan) assigned(i int) int {
	n := t.before(i)
	if n.text == "" || !t.m.textKey(n.text) {
		return 0
	}
	from := t.blanks(i+1, 2)
	if from < len(t.s) && t.s[from] == '=' {
		return from // a comparison
	}
	if inner, end, ok := t.quotedAt(from); ok {
		return t.hide(inner, end)
	}
	return t.hide(from, t.until(from, " \t\r\n&;,\"'<>"))
}

// named looks at "name": value, as JSON and YAML have it, and at a line of a header.
func (t *textScan) named(i int) int {
	n := t.before(i)
	if n.text == "" {
		return 0
	}
	header := t.m.s.secretHeader(n.text) && (!n.quoted || headerLike(n.text))
	if !header && !t.m.textKey(n.text) {
		return 0
	}
	from := t.blanks(i+1, 8)
	if inner, end, ok := t.quotedAt(from); ok {
		if header {
			return t.credential(n.text, inner, end)
		}
		return t.hide(inner, end)
	}
	if from >= len(t.s) || strings.IndexByte("{[|>&*!#\r\n", t.s[from]) >= 0 {
		return t.structured(n, from)
	}
	switch {
	case n.quoted:
		return t.unquoted(n, from)
	case header && (headerLike(n.text) || t.beginsLine(n.start)):
		return t.credential(n.text, from, t.trimmed(from, t.until(from, "\r\n")))
	case t.beginsLine(n.start):
		return t.hide(from, t.trimmed(from, t.until(from, "\r\n")))
	case t.inFlow(n.start):
		return t.hide(from, t.trimmed(from, t.until(from, ",}\r\n")))
	}
	return 0
}

// credential masks the value of a header and keeps its scheme.
func (t *textScan) credential(name string, from, to int) int {
	if value := t.s[from:to]; value != "" && !isMask(value) {
		t.replace(from, to, t.m.credential(name, value))
	}
	return to
}

// literal reports that a bare value of JSON is no secret.
func literal(s string) bool { return s == "true" || s == "false" || s == "null" }

// beginsLine reports that nothing but blanks and the mark of a list stands before s[i] on its line.
func (t *textScan) beginsLine(i int) bool {
	for n := 0; i > 0 && n < longestName; n++ {
		switch i--; t.s[i] {
		case '\n':
			return true
		case ' ', '\t', '-', '+', '*', '\r':
		default:
			return false
		}
	}
	return i == 0
}

// inFlow reports that s[i] follows the beginning or a comma of a YAML mapping on one line.
func (t *textScan) inFlow(i int) bool {
	for n := 0; i > 0 && t.s[i-1] == ' ' && n < 4; n++ {
		i--
	}
	return i > 0 && (t.s[i-1] == '{' || t.s[i-1] == ',')
}

// element looks at the end of a tag: <password>value.
func (t *textScan) element(i int) int {
	n := t.before(i)
	if n.text == "" || n.start == 0 || n.quoted || t.s[n.start-1] != '<' && t.s[n.start-1] != ':' || !t.m.textKey(n.text) {
		return 0
	}
	from := t.skip(i+1, " \t\r\n")
	return t.hide(from, t.trimmed(from, t.until(from, "<")))
}

// userinfo looks at the password of a URL.
func (t *textScan) userinfo(from int) int {
	i := from
	for i < len(t.s) && i-from < 256 && strings.IndexByte(" \t\r\n/:@?#\"", t.s[i]) < 0 {
		i++
	}
	if i >= len(t.s) || t.s[i] != ':' {
		return 0
	}
	end := i + 1
	for end < len(t.s) && end-i < 256 && strings.IndexByte(" \t\r\n/@\"", t.s[end]) < 0 {
		end++
	}
	if end >= len(t.s) || t.s[end] != '@' {
		return 0
	}
	return t.hide(i+1, end)
}

// bearer looks at what follows the name of a scheme, wherever it stands.
func (t *textScan) bearer(i int) int {
	head := t.s[:i]
	if !strings.HasSuffix(head, "Bearer") && !strings.HasSuffix(head, "JWT") {
		return 0
	}
	start := i
	for start > 0 && letter(t.s[start-1]) {
		if start--; i-start > len("Bearer") {
			return 0
		}
	}
	if word := t.s[start:i]; word != "Bearer" && word != "JWT" {
		return 0
	}
	end := i + 1
	for end < len(t.s) && tokenByte(t.s[end]) {
		end++
	}
	if end-i <= 16 {
		return 0
	}
	return t.hide(i+1, end)
}

// webToken looks at a JSON Web Token (RFC 7519), which begins with an encoded "{".
func (t *textScan) webToken(i int) int {
	if i > 0 && (letter(t.s[i-1]) || t.s[i-1] >= '0' && t.s[i-1] <= '9' || t.s[i-1] == '_') {
		return 0
	}
	end := i
	for end < len(t.s) && nameByte(t.s[end]) {
		end++
	}
	end = i + len(strings.TrimRight(t.s[i:end], "."))
	if end-i < 9 {
		return 0
	}
	return t.hide(i, end)
}

func tokenByte(c byte) bool {
	return nameByte(c) || c == '~' || c == '+' || c == '/' || c == '='
}

// quotedAt returns the inside of the quotes that open at s[i], which may be escaped themselves, as in a
// JSON text within a string. Without an end it goes on to the end of the line.
func (t *textScan) quotedAt(i int) (from, to int, ok bool) {
	slashes := 0
	for i < len(t.s) && t.s[i] == '\\' && slashes < 8 {
		i++
		slashes++
	}
	if i >= len(t.s) || t.s[i] != '"' && t.s[i] != '\'' {
		return 0, 0, false
	}
	quote := t.s[i]
	from = i + 1
	run := 0
	for to = from; to < len(t.s); to++ {
		switch c := t.s[to]; {
		case c == '\\':
			run++
			continue
		case c == quote && (slashes == 0 && run%2 == 0 || slashes > 0 && run <= slashes):
			return from, to - min(run, slashes), true
		case c == '\n':
			return from, to, true
		}
		run = 0
	}
	return from, to, true
}

// until is the offset of the first of some bytes at or after i, or the end.
func (t *textScan) until(i int, stop string) int {
	i = min(i, len(t.s))
	if n := strings.IndexAny(t.s[i:], stop); n >= 0 {
		return i + n
	}
	return len(t.s)
}

// blanks skips at most so many blanks.
func (t *textScan) blanks(i, most int) int {
	for ; i < len(t.s) && (t.s[i] == ' ' || t.s[i] == '\t') && most > 0; most-- {
		i++
	}
	return i
}

func (t *textScan) skip(i int, these string) int {
	for i < len(t.s) && strings.IndexByte(these, t.s[i]) >= 0 {
		i++
	}
	return i
}

// trimmed is the end of s[from:to] without the blanks at its end.
func (t *textScan) trimmed(from, to int) int {
	if from >= to {
		return from
	}
	return from + len(strings.TrimRight(t.s[from:to], " \t\r\n"))
}
