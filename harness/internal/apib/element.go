package apib

import (
	"fmt"
	"slices"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// element is an element of API Elements, as far as transactions are made of it.
type element struct {
	// kind is what it calls itself: "category", "resource", "transition", "httpTransaction",
	// "httpRequest", "httpResponse", "asset", "annotation".
	kind string
	// title and class are from its meta data; class is the first of its classes.
	title, class string

	href, method, status string
	headers              transaction.Headers
	headersAt            [][]span // where each header is written
	params               []compile.Param

	// at is where it stands, methodAt where its method does. Drafter counts annotations in
	// characters and everything else in bytes.
	at, methodAt []span

	text     string
	children []*element
	// shape is what a data structure describes, when places are known.
	shape *shape
}

// child returns the first child of a kind; an empty element when there is none.
func (e *element) child(kind string) *element {
	if i := slices.IndexFunc(e.children, func(c *element) bool { return c.kind == kind }); i >= 0 {
		return e.children[i]
	}
	return &element{}
}

// asset returns the first asset of a class; an empty element when there is none.
func (e *element) asset(class string) *element {
	if i := slices.IndexFunc(e.children, func(c *element) bool { return c.kind == "asset" && c.class == class }); i >= 0 {
		return e.children[i]
	}
	return &element{}
}

// decode reads a parse result.
func decode(data []byte, placed bool) (*element, error) {
	r := newReader(data)
	r.placed = placed
	root := r.element(0)
	if r.err != nil {
		return nil, fmt.Errorf("read API Elements: %w", r.err)
	}
	return root, nil
}

// maxDepth is deeper than a parse result with transactions can be; data structures, which nest
// freely, are no elements here.
const maxDepth = 64

func (r *reader) element(depth int) *element {
	e := &element{}
	if depth > maxDepth {
		r.err = errDepth
		return e
	}
	r.object(func(key string) {
		switch key {
		case "element":
			r.content(func(s string) { e.kind = s }, nil, nil)
		case "meta":
			r.meta(e)
		case "attributes":
			r.attributes(e)
		case "content":
			switch {
			case e.kind == "dataStructure" && r.placed:
				e.shape = r.shape(0)
				return
			case e.kind == "dataStructure", e.kind == "copy":
				r.skip()
				return
			}
			item := func() { e.children = append(e.children, r.element(depth+1)) }
			r.content(func(s string) { e.text = s }, item, nil)
		default:
			r.skip()
		}
	})
	return e
}

func (r *reader) meta(e *element) {
	r.object(func(key string) {
		switch key {
		case "title":
			e.title = r.text()
		case "classes":
			if classes := r.texts(); len(classes) > 0 {
				e.class = classes[0]
			}
		default:
			r.skip()
		}
	})
}

func (r *reader) attributes(e *element) {
	r.object(func(key string) {
		switch key {
		case "href":
			e.href = r.text()
		case "method":
			e.method, e.methodAt = r.located()
		case "statusCode":
			e.status = r.text()
		case "headers":
			e.headers, e.headersAt = r.headers()
		case "hrefVariables":
			e.params = r.params()
		case "sourceMap":
			e.at = r.spans()
		default:
			r.skip()
		}
	})
}

// located reads a string element and where it stands.
func (r *reader) located() (text string, at []span) {
	r.object(func(key string) {
		switch key {
		case "attributes":
			r.object(func(key string) {
				if key == "sourceMap" {
					at = r.spans()
					return
				}
				r.skip()
			})
		case "content":
			r.content(func(s string) { text = s }, nil, nil)
		default:
			r.skip()
		}
	})
	return text, at
}

// members reads an element whose content is members, calling f with the reader inside each.
func (r *reader) members(f func()) {
	r.object(func(key string) {
		if key != "content" {
			r.skip()
			return
		}
		r.content(func(string) {}, f, nil)
	})
}

func (r *reader) headers() (headers transaction.Headers, places [][]span) {
	r.members(func() {
		var h transaction.Header
		var at []span
		r.object(func(key string) {
			switch key {
			case "attributes":
				r.object(func(key string) {
					if key == "sourceMap" {
						at = r.spans()
						return
					}
					r.skip()
				})
			case "content":
				r.content(func(string) {}, nil, func(key string) {
					switch key {
					case "key":
						h.Name = r.text()
					case "value":
						h.Value = r.text()
					default:
						r.skip()
					}
				})
			default:
				r.skip()
			}
		})
		headers, places = append(headers, h), append(places, at)
	})
	return headers, places
}

func (r *reader) params() []compile.Param {
	var params []compile.Param
	r.members(func() {
		var p compile.Param
		r.object(func(key string) {
			switch key {
			case "attributes":
				r.object(func(key string) {
					if key == "typeAttributes" {
						p.Required = slices.Contains(r.texts(), "required")
						return
					}
					r.skip()
				})
			case "content":
				r.content(func(string) {}, nil, func(key string) {
					switch key {
					case "key":
						p.Name = r.text()
					case "value":
						r.paramValue(&p)
					default:
						r.skip()
					}
				})
			default:
				r.skip()
			}
		})
		params = append(params, p)
	})
	return params
}

// paramValue reads the value element of a parameter: its example, default and enum.
func (r *reader) paramValue(p *compile.Param) {
	r.object(func(key string) {
		switch key {
		case "attributes":
			r.object(func(key string) {
				switch key {
				case "default":
					if s, ok := r.optionalText(); ok {
						p.Default = compile.Text(s)
					}
				case "enumerations":
					for _, s := range r.texts() {
						p.Enum = append(p.Enum, compile.Text(s))
					}
				default:
					r.skip()
				}
			})
		case "content":
			var list []string
			set := func(s string) { p.Example = compile.Text(s) }
			inner := func(key string) { // an enum's value is an element of its own
				if key == "content" {
					r.content(set, nil, nil)
					return
				}
				r.skip()
			}
			r.content(set, func() { list = append(list, r.text()) }, inner)
			if list != nil {
				p.Example = compile.List(list...)
			}
		default:
			r.skip()
		}
	})
}
