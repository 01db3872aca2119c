package markup

import (
	"strconv"
	"strings"
)

// Offset returns where in the source the thing stands that a JSON Pointer into the JSON names, as
// unescaped steps; when it is not there, where the deepest of its ancestors stands that is. Of a
// document that HTML made it is 0: use PlacedHTML.
func (d *Document) Offset(n *Names, steps []string) int {
	at := max(0, d.root.offset)
	if len(steps) == 0 || steps[0] != n.element(d.root.name) {
		return at
	}
	e := d.root
	for steps = steps[1:]; len(steps) > 0; {
		if e.offset >= 0 {
			at = e.offset
		}
		switch {
		case steps[0] == textKey:
			return d.textOffset(e, at)
		case isAttribute(steps[0]):
			return d.attributeOffset(n, e, steps[0], at)
		}
		index := 0
		if len(steps) > 1 {
			i, err := strconv.Atoi(steps[1])
			if err != nil {
				return at
			}
			index = i
		}
		child := nth(n, e, steps[0], index)
		if child == nil {
			return at
		}
		e, steps = child, steps[min(2, len(steps)):]
	}
	if e.offset >= 0 {
		return e.offset
	}
	return at
}

// nth returns a child element by its name and its place among those of that name, or nil.
func nth(n *Names, e *element, key string, index int) *element {
	for _, p := range e.content {
		if p.element == nil || n.element(p.element.name) != key {
			continue
		}
		if index == 0 {
			return p.element
		}
		index--
	}
	return nil
}

// textOffset is where the first character of an element's text stands, or the element where there
// is none.
func (d *Document) textOffset(e *element, at int) int {
	for _, p := range e.content {
		if p.element != nil || isBlank(p.text) {
			continue
		}
		from := p.offset
		if from < 0 && e.offset >= 0 { // of HTML, only the tag is known
			tag := newTag(d.source[e.offset:])
			from = e.offset + tag.end()
		}
		if from < 0 || from >= len(d.source) {
			return at
		}
		rest := strings.TrimLeft(d.source[from:], blanks)
		if p.offset < 0 && strings.HasPrefix(rest, "<") {
			return at
		}
		return len(d.source) - len(rest)
	}
	return at
}

func (d *Document) attributeOffset(n *Names, e *element, key string, at int) int {
	if e.offset < 0 {
		return at
	}
	tag := newTag(d.source[e.offset:])
	for _, a := range e.attributes {
		offset := tag.attribute()
		if offset < 0 {
			return at
		}
		if n.attribute(a.name) == key {
			return e.offset + offset
		}
	}
	return at
}

// tag goes through a start tag that is known to be one.
type tag struct {
	text string
	pos  int
}

func newTag(text string) tag {
	t := tag{text: text, pos: 1}
	t.skip(func(c byte) bool { return !isEnd(c) && !isSpace(c) })
	return t
}

func isSpace(c byte) bool { return strings.IndexByte(" \t\r\n\f", c) >= 0 }
func isEnd(c byte) bool   { return c == '>' || c == '/' }

func (t *tag) skip(while func(c byte) bool) {
	for t.pos < len(t.text) && while(t.text[t.pos]) {
		t.pos++
	}
}

// attribute returns the offset of the next attribute that declares no namespace, -1 at the end.
func (t *tag) attribute() int {
	for {
		t.skip(func(c byte) bool { return isSpace(c) || c == '/' })
		if t.pos >= len(t.text) || t.text[t.pos] == '>' {
			return -1
		}
		at := t.pos
		t.skip(func(c byte) bool { return c != '=' && !isSpace(c) && !isEnd(c) })
		key := t.text[at:t.pos]
		t.skip(isSpace)
		if t.pos < len(t.text) && t.text[t.pos] == '=' {
			t.pos++
			t.value()
		} else if t.pos == at {
			t.pos++
		}
		if key != "xmlns" && !strings.HasPrefix(key, "xmlns:") {
			return at
		}
	}
}

func (t *tag) value() {
	t.skip(isSpace)
	if t.pos >= len(t.text) {
		return
	}
	if quote := t.text[t.pos]; quote == '"' || quote == '\'' {
		t.pos++
		t.skip(func(c byte) bool { return c != quote })
		t.pos++
		return
	}
	t.skip(func(c byte) bool { return !isSpace(c) && c != '>' })
}

// end is the offset behind the tag.
func (t *tag) end() int {
	for t.attribute() >= 0 {
	}
	return min(t.pos+1, len(t.text))
}
