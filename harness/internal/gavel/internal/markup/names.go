package markup

import "strings"

// Names writes the names of elements and attributes. It belongs to one document, the documented
// one, and is used for the other too, so that a namespace has one name in both of them: its prefix
// in that document, none where it is the default there, or else {uri}. An element without a namespace
// is written {} in front when the document has a default one.
type Names struct {
	prefixes    map[string]string // by URI
	defaultURI  string
	attributeNS map[string]string // by URI, without the default
}

// Names returns the names that the document itself uses.
func (d *Document) Names() *Names {
	n := &Names{prefixes: map[string]string{}, attributeNS: map[string]string{}}
	for _, b := range d.uris {
		n.prefixes[b.uri] = b.prefix
		if b.prefix == "" {
			n.defaultURI = b.uri
		} else {
			n.attributeNS[b.uri] = b.prefix
		}
	}
	if _, bound := n.prefixes[xmlSpace]; !bound {
		n.prefixes[xmlSpace], n.attributeNS[xmlSpace] = "xml", "xml"
	}
	return n
}

func (n *Names) element(e name) string {
	if e.space == "" {
		if n.defaultURI != "" {
			return "{}" + e.local
		}
		return e.local
	}
	prefix, known := n.prefixes[e.space]
	switch {
	case !known:
		return "{" + e.space + "}" + e.local
	case prefix == "":
		return e.local
	}
	return prefix + ":" + e.local
}

func (n *Names) attribute(a name) string {
	if a.space == "" {
		return "@" + a.local
	}
	if prefix, known := n.attributeNS[a.space]; known {
		return "@" + prefix + ":" + a.local
	}
	return "@{" + a.space + "}" + a.local
}

// isAttribute reports whether a step of a pointer is the name of an attribute.
func isAttribute(step string) bool { return strings.HasPrefix(step, "@") }
