package markup

import (
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/net/html"
)

// HTML reads an HTML document as browsers do: whatever it is, there is a tree of it, with the html,
// head and body elements that nobody wrote. It is refused only when it is too deep or too large.
func HTML(source string) (*Document, *Refusal) {
	source = strings.ToValidUTF8(source, "\uFFFD")
	if refusal := tooCostly(source); refusal != nil {
		return nil, refusal
	}
	node, err := html.Parse(strings.NewReader(source))
	if err != nil {
		return nil, &Refusal{TooDeep, strings.TrimPrefix(err.Error(), "html: "), -1}
	}
	return fromNode(source, node)
}

// PlacedHTML is HTML for Offset: it keeps the offset of each element. The parser of HTML keeps none, so
// each start tag is given an attribute that holds its own.
func PlacedHTML(source string) (*Document, *Refusal) {
	if refusal := tooCostly(source); refusal != nil {
		return nil, refusal
	}
	var b strings.Builder
	z, at := html.NewTokenizer(strings.NewReader(source)), 0
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		raw := z.Raw()
		if kind != html.StartTagToken && kind != html.SelfClosingTagToken {
			b.Write(raw)
			at += len(raw)
			continue
		}
		name := newTag(string(raw)) // it stands behind the name
		fmt.Fprintf(&b, "%s %s=%d %s", raw[:name.pos], offsetKey, at, raw[name.pos:])
		at += len(raw)
	}
	node, err := html.Parse(strings.NewReader(b.String()))
	if err != nil {
		return nil, &Refusal{TooDeep, err.Error(), -1}
	}
	return fromNode(source, node)
}

// offsetKey is the name of the attribute that holds the offset of its element.
const offsetKey = "bailiff-offset"

// fromNode takes over the tree that the parser made.
func fromNode(source string, node *html.Node) (*Document, *Refusal) {
	r := htmlReader{Document: Document{source: source, uris: foreign()}}
	for c := node.FirstChild; c != nil && r.root == nil; c = c.NextSibling {
		if c.Type == html.ElementNode {
			r.root = r.element(c, false)
		}
	}
	if r.parts > maxParts {
		return nil, &Refusal{TooLarge, fmt.Sprintf("more than %d elements, attributes and texts", maxParts), -1}
	}
	return &r.Document, nil
}

// foreign lists the namespaces that the parser knows, by the names that it has for them.
func foreign() []binding {
	return []binding{{"svg", "svg"}, {"math", "math"}, {"xlink", "xlink"}, {"xml", "xml"}, {"xmlns", "xmlns"}}
}

type htmlReader struct {
	Document
	parts int
}

func (r *htmlReader) element(n *html.Node, verbatim bool) *element {
	e := &element{name: name{n.Namespace, n.Data}, offset: -1}
	e.verbatim = verbatim || n.Namespace == "" && isVerbatim(n.Data)
	for _, a := range n.Attr {
		if a.Key == offsetKey {
			e.offset, _ = strconv.Atoi(a.Val)
			continue
		}
		e.attributes = append(e.attributes, attribute{name{a.Namespace, a.Key}, a.Val})
	}
	r.parts += 1 + len(n.Attr)
	for c := n.FirstChild; c != nil && r.parts <= maxParts; c = c.NextSibling {
		switch c.Type {
		case html.ElementNode:
			e.content = append(e.content, part{element: r.element(c, e.verbatim)})
		case html.TextNode:
			r.parts++
			e.content = append(e.content, part{text: c.Data, offset: -1})
		}
	}
	e.join()
	if !e.verbatim {
		e.collapse(n.Namespace == "" && isPhrasing(n.Data))
	}
	e.settle()
	return e
}

// collapse makes one blank of each run of blanks, and drops those at the two ends of an element
// that is not phrasing.
func (e *element) collapse(phrasing bool) {
	last := len(e.content) - 1
	for i := range e.content {
		p := &e.content[i]
		if p.element != nil {
			continue
		}
		p.text = collapseBlanks(p.text)
		if i == 0 && !phrasing {
			p.text = strings.TrimPrefix(p.text, " ")
		}
		if i == last && !phrasing {
			p.text = strings.TrimSuffix(p.text, " ")
		}
	}
	if !phrasing && last >= 0 { // a text that was only a blank is none
		kept := e.content[:0]
		for _, p := range e.content {
			if p.element != nil || p.text != "" {
				kept = append(kept, p)
			}
		}
		e.content = kept
	}
}

func collapseBlanks(s string) string {
	const blanks = " \t\r\n\f"
	if !strings.ContainsAny(s, blanks) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	blank := false
	for i := range len(s) {
		if strings.IndexByte(blanks, s[i]) < 0 {
			b.WriteByte(s[i])
			blank = false
		} else if !blank {
			b.WriteByte(' ')
			blank = true
		}
	}
	return b.String()
}

// isVerbatim reports whether blanks count in an HTML element.
func isVerbatim(tag string) bool {
	switch tag {
	case "pre", "textarea", "script", "style", "listing", "plaintext", "xmp":
		return true
	}
	return false
}

// isPhrasing reports whether an HTML element stands in a line of text, so that a blank at its ends
// separates words.
func isPhrasing(tag string) bool {
	switch tag {
	case "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
		"kbd", "label", "mark", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var":
		return true
	}
	return false
}
