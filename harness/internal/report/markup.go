package report

import (
	"html"
	"slices"
	"strconv"
	"strings"
)

// element is one element of XML or HTML that is open.
type element struct {
	name   string
	at     string
	counts map[string]int // children so far, by name
	line   int            // of its start tag, among the lines
	blank  string         // blanks that are all it holds so far
}

// markupPage lays XML or HTML out, an element, a text or an end tag on a line. Comments, processing
// instructions and blanks between elements are left out, and attributes are sorted: no verdict depends
// on them.
type markupPage struct {
	html  bool
	lines []line
	open  []element
	tail  string // blanks behind the last text
	roots map[string]int
}

// markupLines lays out an XML or HTML body; false when it is not well-formed enough for that.
func markupLines(s string, isHTML bool) ([]line, bool) {
	p := &markupPage{html: isHTML, roots: map[string]int{}}
	if !strings.HasPrefix(strings.TrimLeft(strings.TrimPrefix(s, "\ufeff"), blanks), "<") {
		return nil, false
	}
	for i := 0; i < len(s); {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			p.text(s[i:])
			break
		}
		p.text(s[i : i+next])
		if i = p.markup(s, i+next); i < 0 {
			return nil, false
		}
	}
	for isHTML && len(p.open) > 0 {
		p.end(p.open[len(p.open)-1].name)
	}
	return p.lines, len(p.open) == 0 && len(p.lines) > 0
}

// markup reads what begins with "<" and returns the offset behind it, or -1.
func (p *markupPage) markup(s string, i int) int {
	for _, m := range []struct{ open, close string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if !strings.HasPrefix(s[i:], m.open) {
			continue
		}
		inner := s[i+len(m.open):]
		size := strings.Index(inner, m.close)
		if size < 0 {
			return -1
		}
		if m.open == "<![CDATA[" {
			p.raw(inner[:size])
		}
		return i + len(m.open) + size + len(m.close)
	}
	size := tagSize(s[i:])
	if size == 0 {
		return -1
	}
	inner := s[i+1 : i+size-1]
	if name, ok := strings.CutPrefix(inner, "/"); ok {
		if !p.end(p.named(strings.TrimSpace(name))) {
			return -1
		}
		return i + size
	}
	inner, empty := strings.CutSuffix(inner, "/")
	return p.start(s, i+size, inner, empty)
}

// tagSize is the length of the tag that s begins with, 0 when it has no end.
func tagSize(s string) int {
	quote := byte(0)
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return 0
}

func (p *markupPage) named(name string) string {
	if p.html {
		return strings.ToLower(name)
	}
	return name
}

// start writes a start tag; what it returns is where to go on.
func (p *markupPage) start(s string, next int, inner string, empty bool) int {
	end := strings.IndexAny(inner, blanks)
	if end < 0 {
		end = len(inner)
	}
	name := p.named(inner[:end])
	if name == "" || len(p.open) >= deepest {
		return -1
	}
	if p.html && void(name) {
		empty = true
	}
	e := element{name: name, at: p.childAt(name), counts: map[string]int{}, line: len(p.lines)}
	tag := "<" + name + p.attributes(inner[end:])
	if empty {
		p.line(tag+"/>", e.at)
		return next
	}
	p.line(tag+">", e.at)
	p.open = append(p.open, e)
	if p.html && (name == "script" || name == "style") {
		size := strings.Index(s[next:], "</"+name)
		if size < 0 {
			return -1
		}
		p.raw(s[next : next+size])
		return next + size
	}
	return next
}

// childAt is the place of the next child of that name: the names of the elements, each but the root
// with its number among its brothers of that name.
func (p *markupPage) childAt(name string) string {
	if len(p.open) == 0 {
		p.roots[name]++
		return pointerTo("", name)
	}
	parent := &p.open[len(p.open)-1]
	n := parent.counts[name]
	parent.counts[name]++
	return pointerTo(parent.at, name) + "/" + strconv.Itoa(n)
}

// end writes an end tag. An element that holds nothing but one text takes one line.
func (p *markupPage) end(name string) bool {
	if p.html {
		i := len(p.open) - 1
		for i >= 0 && p.open[i].name != name {
			i--
		}
		if i < 0 {
			return true // browsers overlook it
		}
		for len(p.open)-1 > i {
			p.close()
		}
	}
	if len(p.open) == 0 || p.open[len(p.open)-1].name != name {
		return false
	}
	p.close()
	return true
}

func (p *markupPage) close() {
	e := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	switch inner := p.lines[e.line+1:]; {
	case len(inner) == 0:
		p.lines[e.line].text += e.blank + "</" + e.name + ">"
	case len(inner) == 1 && inner[0].at == e.at+"/"+textStep:
		text := strings.TrimPrefix(inner[0].text, strings.Repeat("  ", len(p.open)+1))
		p.lines[e.line].text += e.blank + text + p.tail + "</" + e.name + ">"
		p.lines = p.lines[:e.line+1]
	default:
		p.line("</"+e.name+">", e.at)
	}
}

// longestTextLine bounds a text that is put together of many, such as those between comments.
const longestTextLine = 1 << 12

// textStep is the last step of the place of a text.
const textStep = "text()"

// text writes a text in which entities stand for characters.
func (p *markupPage) text(s string) { p.raw(html.UnescapeString(s)) }

// raw writes a text. The blanks around it are kept where it is all that an element of XML holds.
func (p *markupPage) raw(s string) {
	text := strings.Trim(s, blanks)
	if len(p.open) == 0 || s == "" {
		return
	}
	e := &p.open[len(p.open)-1]
	at := e.at + "/" + textStep
	head, tail, _ := strings.Cut(s, text)
	switch n := len(p.lines); {
	case text == "":
		if n == e.line+1 && !p.html {
			e.blank += s
		} else {
			p.tail = ""
		}
		return
	case p.lines[n-1].at == at && len(p.lines[n-1].text) < longestTextLine:
		p.lines[n-1].text += p.tail + head + text
	default:
		if n == e.line+1 && !p.html {
			e.blank += head
		}
		p.line(text, at)
	}
	if p.tail = tail; p.html {
		p.tail = ""
	}
}

func (p *markupPage) line(text, at string) {
	p.lines = append(p.lines, line{text: strings.Repeat("  ", len(p.open)) + text, at: at})
}

// attributes writes the attributes of a tag in the order of their names.
func (p *markupPage) attributes(s string) string {
	var all []string
	for s = strings.TrimLeft(s, blanks); s != ""; s = strings.TrimLeft(s, blanks) {
		end := strings.IndexAny(s, "= \t\r\n")
		if end < 0 {
			end = len(s)
		}
		if end == 0 {
			s = s[1:]
			continue
		}
		name := p.named(s[:end])
		s = strings.TrimLeft(s[end:], blanks)
		value, ok := strings.CutPrefix(s, "=")
		if !ok {
			all = append(all, " "+name)
			continue
		}
		value, s = attributeValue(strings.TrimLeft(value, blanks))
		all = append(all, " "+name+`="`+strings.ReplaceAll(html.UnescapeString(value), `"`, "&quot;")+`"`)
	}
	slices.Sort(all)
	return strings.Join(all, "")
}

// attributeValue cuts a value off, in quotes or bare.
func attributeValue(s string) (value, rest string) {
	if s != "" && (s[0] == '"' || s[0] == '\'') {
		if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
			return s[1 : 1+end], s[end+2:]
		}
		return s[1:], ""
	}
	end := strings.IndexAny(s, blanks)
	if end < 0 {
		return s, ""
	}
	return s[:end], s[end:]
}

// void reports whether an element of HTML has no end tag (HTML Standard, 13.1.2).
func void(name string) bool {
	switch name {
	case "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr":
		return true
	}
	return false
}
