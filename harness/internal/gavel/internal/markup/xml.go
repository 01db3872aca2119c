package markup

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
)

const xmlSpace = "http://www.w3.org/XML/1998/namespace"

// XML reads an XML document (XML 1.0) with namespaces. The text is UTF-8, whatever encoding it
// declares.
func XML(source string) (*Document, *Refusal) {
	d := xml.NewDecoder(strings.NewReader(source))
	d.CharsetReader = func(_ string, in io.Reader) (io.Reader, error) { return in, nil }
	r := xmlReader{Document: Document{source: source}, prefixes: map[string]bool{}}
	for r.refusal == nil {
		at := int(d.InputOffset())
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.fail(Malformed, syntaxMessage(err), int(d.InputOffset()))
			break
		}
		r.token(token, at)
	}
	if r.refusal == nil && r.root == nil {
		r.fail(Malformed, "there is no element", len(source))
	}
	if r.refusal != nil {
		return nil, r.refusal
	}
	return &r.Document, nil
}

type xmlReader struct {
	Document
	open     []*element
	parts    int
	prefixes map[string]bool // those that are bound
	refusal  *Refusal
}

func (r *xmlReader) fail(why Why, what string, at int) { r.refusal = &Refusal{why, what, at} }

// syntaxMessage is what the decoder says, without the line, which the refusal has.
func syntaxMessage(err error) string {
	var syntax *xml.SyntaxError
	if !errors.As(err, &syntax) {
		return err.Error()
	}
	if entity, ok := strings.CutPrefix(syntax.Msg, "invalid character entity "); ok && strings.HasSuffix(entity, ";") {
		return fmt.Sprintf("the entity %s is not one of XML's own, and no others are expanded", entity)
	}
	if syntax.Msg == "unexpected EOF" {
		return "the text ends too early"
	}
	return syntax.Msg
}

func (r *xmlReader) token(t xml.Token, at int) {
	switch t := t.(type) {
	case xml.StartElement:
		r.start(t, at)
	case xml.EndElement:
		r.open[len(r.open)-1].settle()
		r.open = r.open[:len(r.open)-1]
	case xml.CharData:
		r.text(string(t), at)
	}
}

func (r *xmlReader) count(n, at int) bool {
	if r.parts += n; r.parts > maxParts {
		r.fail(TooLarge, fmt.Sprintf("more than %d elements, attributes and texts", maxParts), at)
		return false
	}
	return true
}

func (r *xmlReader) start(t xml.StartElement, at int) {
	switch {
	case len(r.open) == 0 && r.root != nil:
		r.fail(Malformed, fmt.Sprintf("the element %s follows the end of the document", t.Name.Local), at)
		return
	case len(r.open) >= maxDepth:
		r.fail(TooDeep, fmt.Sprintf("nested more than %d levels deep", maxDepth), at)
		return
	case !r.count(1+len(t.Attr), at):
		return
	}
	e := &element{name: name{t.Name.Space, t.Name.Local}, offset: at}
	if len(r.open) == 0 {
		r.root = e
	} else {
		parent := r.open[len(r.open)-1]
		parent.content = append(parent.content, part{element: e})
		e.verbatim = parent.verbatim
	}
	r.attributes(e, t.Attr)
	r.open = append(r.open, e)
}

func (r *xmlReader) attributes(e *element, list []xml.Attr) {
	for _, a := range list {
		switch {
		case a.Name.Space == "" && a.Name.Local == "xmlns":
			r.bind("", a.Value)
			continue
		case a.Name.Space == "xmlns":
			r.bind(a.Name.Local, a.Value)
			continue
		case a.Name.Space == xmlSpace && a.Name.Local == "space":
			e.verbatim = a.Value == "preserve"
		}
		e.attributes = append(e.attributes, attribute{name{a.Name.Space, a.Name.Local}, a.Value})
	}
	if twice, ok := repeated(e.attributes); ok {
		r.fail(Malformed, fmt.Sprintf("the attribute %s stands twice in one element", twice), e.offset)
	}
}

// repeated returns an attribute that an element has twice.
func repeated(list []attribute) (string, bool) {
	if len(list) < 2 {
		return "", false
	}
	seen := make(map[name]bool, len(list))
	for _, a := range list {
		if seen[a.name] {
			return a.name.local, true
		}
		seen[a.name] = true
	}
	return "", false
}

// bind notes the first prefix of each namespace. A prefix that already stands for another one is
// passed over.
func (r *xmlReader) bind(prefix, uri string) {
	if uri == "" || r.prefixes[prefix] {
		return
	}
	for _, b := range r.uris {
		if b.uri == uri {
			return
		}
	}
	if len(r.uris) < maxBindings {
		r.prefixes[prefix] = true
		r.uris = append(r.uris, binding{prefix, uri})
	}
}

// maxBindings is how many namespaces of a document are called by a prefix of theirs.
const maxBindings = 64

func (r *xmlReader) text(text string, at int) {
	if len(r.open) == 0 {
		text = strings.TrimPrefix(text, "\uFEFF")
		if rest := strings.TrimLeft(text, blanks); rest != "" {
			r.fail(Malformed, "text stands outside of the root element", at+len(text)-len(rest))
		}
		return
	}
	if r.count(1, at) {
		e := r.open[len(r.open)-1]
		e.content = append(e.content, part{text: text, offset: at})
	}
}
