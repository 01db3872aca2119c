package openapi

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// body is a text, and the node that it was made of; the zero body is none.
type body struct {
	text string
	from *source.Node
}

// bodyKey is a media type object and what it is wanted for.
type bodyKey struct {
	node        *source.Node
	contentType string
	use         use
}

// use is what a body is for.
type use bool

const (
	forRequest  use = false
	forResponse use = true
)

// example is a body, with the name that it has among others.
type example struct {
	name string
	// further is set when it is not the first, which is the one that Dredd knows.
	further bool
	body    body
}

// examples lists the bodies that a media type stands for: one, which may be none, unless all examples
// are wanted and there are several.
func (c *compiler) examples(m media, u use) []example {
	list := []example{{body: c.body(m, u)}}
	if !c.options.AllExamples || m.node.Has("example") {
		return list
	}
	used := false
	for _, e := range m.node.Get("examples").Entries() {
		v := c.exampleValue(e.Value)
		switch {
		case !v.Exists():
		case !used:
			used = true
			list[0].name = e.Key.Text()
		default:
			list = append(list, example{name: e.Key.Text(), further: true, body: c.write(v, m, u)})
		}
	}
	return list
}

// belong reports whether a request and a response are examples of the same exchange: those of the same
// name are, and one whose name the other side does not know goes with the first. Dredd knows the first
// of each alone.
func belong(a request, b response, requests []request, responses []response) bool {
	switch {
	case !a.example.further && !b.example.further, a.example.name == b.example.name:
		return true
	case !b.example.further:
		return !slices.ContainsFunc(responses, func(r response) bool { return r.example.name == a.example.name })
	case !a.example.further:
		return !slices.ContainsFunc(requests, func(r request) bool { return r.example.name == b.example.name })
	}
	return false
}

// body makes the body of a media type: its example, the first of its examples, or what its schema
// stands for.
func (c *compiler) body(m media, u use) body {
	key := bodyKey{m.node, m.contentType, u}
	b, ok := c.bodies[key]
	if !ok {
		if v := c.documented(m.node); v.Exists() {
			b = c.write(v, m, u)
		} else {
			b = c.generate(m, u)
		}
		c.bodies[key] = b
		c.spent += len(b.text)
	}
	return b
}

// documented is the example beside a schema: that of a media type, a parameter or a header.
func (c *compiler) documented(n *source.Node) *source.Node {
	if n.Has("example") {
		return n.Get("example")
	}
	for _, e := range n.Get("examples").Entries() {
		if v := c.exampleValue(e.Value); v.Exists() {
			return v
		}
	}
	return nil
}

// exampleValue is what an Example Object says; nil when it is elsewhere, at a URL.
func (c *compiler) exampleValue(n *source.Node) *source.Node {
	n = c.deref(n)
	if n.Has("value") {
		return n.Get("value")
	}
	return n.Get("dataValue") // since OpenAPI 3.2
}

// write writes an example as the media type has it. An example of something that is not JSON is a
// text that is the body already.
func (c *compiler) write(v *source.Node, m media, u use) body {
	switch {
	case isJSON(m.contentType), m.contentType == "" && !v.Is(source.String):
		return body{v.JSON(indent(u)), v}
	case v.Is(source.String):
		return body{v.Text(), v}
	case isScalar(v):
		return body{scalar2(v), v}
	case u == forRequest && isForm(m.contentType):
		return c.form(v, m)
	}
	c.note(transaction.SeverityWarning, v.At(),
		"the example is not used: %s is not JSON, and what it looks like cannot be told from an %s; write it as a string", m.contentType, v.Kind())
	return body{}
}

// indent is how JSON is laid out. A request has it as Dredd does; the lines of a response lead to
// their places in the documentation.
func indent(u use) string {
	if u == forRequest {
		return ""
	}
	return "  "
}

// generate makes the body of a request up. That of a response would promise what nobody documented;
// its schema is what is held against the server.
func (c *compiler) generate(m media, u use) body {
	schema := m.node.Get("schema")
	asText := strings.HasPrefix(mediaType(m.contentType), "text/")
	asForm := isForm(m.contentType)
	switch {
	case u == forResponse, !schema.Exists(), !isJSON(m.contentType) && !asText && !asForm:
		return body{}
	case !asForm && !c.options.AllExamples && !c.tells(schema):
		return body{}
	}
	v, ok := sample.JSON(schema, c.refs, sample.Options{Dialect: c.dialect, AsDredd: !c.options.AllExamples})
	switch {
	case !ok:
		return body{}
	case asForm:
		return c.form(v, m)
	case asText && !isScalar(v):
		return body{}
	case asText:
		return body{scalar2(v), v}
	}
	return body{v.JSON(indent(u)), v}
}

// tells reports whether Dredd sees in a schema what to send: an object, a choice, a value, or a list of
// such. A schema that names no type allows every value, and of a plain text nothing is known.
func (c *compiler) tells(schema *source.Node) bool {
	for range maxLists {
		n := c.deref(schema)
		if slices.ContainsFunc([]string{"enum", "const", "oneOf", "example", "examples", "default"}, n.Has) {
			return true
		}
		kinds := []string{text(n.Get("type"))}
		for _, item := range n.Get("type").Items() {
			kinds = append(kinds, text(item))
		}
		items := c.deref(n.Get("items"))
		switch {
		case slices.Contains(kinds, "object"):
			return true
		case !slices.Contains(kinds, "array"):
			return false
		case !items.Has("type"):
			return true
		}
		schema = items
	}
	return false
}

// maxLists is how many lists within lists are looked into for what they hold.
const maxLists = 32

// schemaIndent puts each key of a schema in a line of its own, which leads to its place in the
// documentation. It is short, since schemas are deep and long.
const schemaIndent = " "

// schema is the JSON Schema of a response, "" when there is none.
func (c *compiler) schema(n *source.Node) string {
	if !n.Exists() {
		return ""
	}
	s, ok := c.schemas[n]
	if !ok {
		made, err := sample.Schema(n, c.refs, c.dialect)
		if err != nil {
			c.broken(err, n)
		} else {
			s = made.JSON(schemaIndent)
		}
		c.schemas[n] = s
		c.spent += len(s)
	}
	return s
}

func isForm(contentType string) bool {
	t := mediaType(contentType)
	return t == formType || t == "multipart/form-data"
}

// form writes the properties of a value as the fields of a form, each as its encoding says.
func (c *compiler) form(v *source.Node, m media) body {
	multipart := mediaType(m.contentType) == "multipart/form-data"
	schema := c.deref(m.node.Get("schema"))
	var fields []sample.Field
	for name, value := range v.All() {
		f := sample.Field{Name: name, Value: value}
		encoding := m.node.Get("encoding").Get(name)
		if multipart {
			f.ContentType, f.Filename = c.part(schema, name, value, text(encoding.Get("contentType")))
		} else if explode := encoding.Get("explode"); explode.Exists() && !explode.Bool() {
			f.Separator = ","
		}
		fields = append(fields, f)
	}
	if len(fields) == 0 {
		return body{}
	}
	if multipart {
		return body{sample.Multipart(fields, first(boundary(m.contentType), defaultBoundary)), v}
	}
	return body{sample.Form(fields), v}
}

// part returns the media type of a part of a multipart body, and its file name if it is a file.
func (c *compiler) part(schema *source.Node, name string, value *source.Node, contentType string) (kind, file string) {
	property := c.deref(c.deref(schema).Get("properties").Get(name))
	binary := text(property.Get("format")) == "binary" || property.Has("contentMediaType") && !property.Has("contentEncoding")
	switch {
	case binary:
		contentType = first(contentType, first(text(property.Get("contentMediaType")), "application/octet-stream"))
		file = name
	case contentType == "" && (value.Is(source.Object) || value.Is(source.List) && value.Len() > 0 && !isScalar(value.Items()[0])):
		contentType = "application/json"
	}
	if !isMediaType(strings.TrimSpace(strings.Split(contentType, ",")[0])) {
		return "", file
	}
	return strings.TrimSpace(strings.Split(contentType, ",")[0]), file
}
