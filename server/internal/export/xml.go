package export

import (
	"bufio"
	"encoding/xml"
	"io"
)

// tree writes XML as it comes. It keeps the first error, which close returns.
type tree struct {
	to  *bufio.Writer
	err error
	in  []string // elements that are open
}

// attribute is one of an element.
type attribute struct{ name, value string }

func newTree(w io.Writer) *tree {
	t := &tree{to: bufio.NewWriter(w)}
	t.raw(xml.Header)
	return t
}

func (t *tree) raw(s string) {
	if t.err == nil {
		_, t.err = t.to.WriteString(s)
	}
}

func (t *tree) escaped(s string) {
	if t.err == nil {
		t.err = xml.EscapeText(t.to, []byte(clean(s)))
	}
}

func (t *tree) tag(name string, attributes []attribute) {
	t.raw("<" + name)
	for _, a := range attributes {
		t.raw(" " + a.name + `="`)
		t.escaped(a.value)
		t.raw(`"`)
	}
	t.raw(">")
}

// begin opens an element.
func (t *tree) begin(name string, attributes ...attribute) {
	t.tag(name, attributes)
	t.raw("\n")
	t.in = append(t.in, name)
}

// end closes the element that was opened last.
func (t *tree) end() {
	last := len(t.in) - 1
	t.raw("</" + t.in[last] + ">\n")
	t.in = t.in[:last]
}

// text writes an element with nothing but text.
func (t *tree) text(name, text string, attributes ...attribute) {
	t.tag(name, attributes)
	t.escaped(text)
	t.raw("</" + name + ">\n")
}

// close closes what is open.
func (t *tree) close() error {
	for len(t.in) > 0 {
		t.end()
	}
	if t.err != nil {
		return t.err
	}
	return t.to.Flush()
}
