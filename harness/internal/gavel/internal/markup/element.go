package markup

import (
	"slices"
	"strings"
)

const (
	// maxDepth is how deeply elements may be nested. An element takes two levels of JSON, of which
	// there may be 10,000.
	maxDepth = 4000
	// maxParts bounds the memory of a document: its elements, attributes and runs of text, of about
	// 100 bytes each. It is about what XML of 30 MB holds.
	maxParts = 2 << 20
)

// Why says why a text was not read.
type Why uint8

// The reasons.
const (
	Malformed Why = iota
	TooDeep
	TooLarge
)

// Refusal is the reason of a text that was not read, and the offset of its place; -1 where there is
// none.
type Refusal struct {
	Why    Why
	What   string
	Offset int
}

// Document is a text that was read.
type Document struct {
	source string
	root   *element
	// uris holds the namespaces in the order in which the document declares them, with the prefix that
	// each was first bound to.
	uris []binding
}

// binding is a prefix for a namespace.
type binding struct{ prefix, uri string }

type element struct {
	name       name
	attributes []attribute
	content    []part
	// offset is where its start tag begins, -1 when it has none.
	offset int
	// verbatim says that blanks count, in it and below it.
	verbatim bool
}

// name is a name with its namespace.
type name struct{ space, local string }

type attribute struct {
	name  name
	value string
}

// part is a child element, or a run of text when there is no element.
type part struct {
	element *element
	text    string
	offset  int
}

const blanks = " \t\r\n"

func isBlank(s string) bool { return strings.Trim(s, blanks) == "" }

// settle joins the runs of text that follow one another, and drops the blanks between elements.
func (e *element) settle() {
	e.join()
	if e.verbatim {
		return
	}
	elements := false
	for _, p := range e.content {
		elements = elements || p.element != nil
		if p.element == nil && !isBlank(p.text) {
			return
		}
	}
	if elements {
		e.content = slices.DeleteFunc(e.content, func(p part) bool { return p.element == nil })
	}
}

func (e *element) join() {
	kept := e.content[:0]
	for i := 0; i < len(e.content); {
		run := 1
		for e.content[i].element == nil && i+run < len(e.content) && e.content[i+run].element == nil {
			run++
		}
		p := e.content[i]
		if run > 1 {
			var b strings.Builder
			for _, more := range e.content[i : i+run] {
				b.WriteString(more.text)
			}
			p.text = b.String()
		}
		kept = append(kept, p)
		i += run
	}
	e.content = kept
}
