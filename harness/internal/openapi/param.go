package openapi

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// param is a declared parameter.
type param struct {
	in, name string
	node     *source.Node
	required bool
	// style and explode say how values of several parts are written.
	style   string
	explode bool
}

// parameters reads a list of parameters. One without a name or a place is left out, and so are headers
// that other parts of the document say.
func (c *compiler) parameters(list *source.Node) []param {
	var params []param
	for _, item := range list.Items() {
		n := c.deref(item)
		p := param{in: text(n.Get("in")), name: text(n.Get("name")), node: n}
		if p.name == "" || len(styles[p.in]) == 0 || p.in == "header" && c.ignored(p.name) {
			continue
		}
		p.required = p.in == "path" || n.Get("required").Bool()
		p.style = text(n.Get("style"))
		if !slices.Contains(styles[p.in], p.style) {
			p.style = styles[p.in][0]
		}
		kind := text(c.deref(n.Get("schema")).Get("type"))
		p.explode = (p.style == "form" || p.style == "deepObject") && !slices.Contains([]string{"string", "number", "integer", "boolean"}, kind)
		if explode := n.Get("explode"); explode.Is(source.Bool) {
			p.explode = explode.Bool()
		}
		params = merge(params, []param{p})
	}
	return params
}

// ignored reports whether a header parameter is not sent. OpenAPI names three of them; Dredd leaves out
// every header whose name has one of these in it, such as Accept-Language.
func (c *compiler) ignored(header string) bool {
	header = strings.ToLower(header)
	return slices.ContainsFunc([]string{"accept", "content-type", "authorization"}, func(name string) bool {
		return header == name || !c.options.AllExamples && strings.Contains(header, name)
	})
}

// styles are those that each place knows, its default first.
var styles = map[string][]string{
	"path":   {"simple", "label", "matrix"},
	"query":  {"form", "spaceDelimited", "pipeDelimited", "deepObject"},
	"header": {"simple"},
	"cookie": {"form", "cookie"},
}

// merge puts the parameters of an operation in the places of those of its path that have the same name
// and place, and appends the others.
func merge(shared, own []param) []param {
	merged := slices.Clone(shared)
	for _, p := range own {
		if i := slices.IndexFunc(merged, func(q param) bool { return q.in == p.in && q.name == p.name }); i >= 0 {
			merged[i] = p
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// value is what the parameter has in a request: its example, or else the first value that is allowed.
// Dredd looks no further, so that a parameter that need not be sent is only sent for one of these. One
// that is required has the other examples beside its schema too; what its schema has for an example or
// a default is taken when all examples are wanted. The bool says that the value is a text as it is,
// which no style applies to.
func (c *compiler) value(p param) (v *source.Node, asText bool) {
	if p.node.Has("example") {
		return p.node.Get("example"), false
	}
	if p.required || c.options.AllExamples {
		if v, asText = c.further(p); v.Exists() {
			return v, asText
		}
	}
	schema := c.deref(p.node.Get("schema"))
	if items := schema.Get("enum").Items(); len(items) > 0 {
		return items[0], false
	}
	if schema.Has("const") {
		return schema.Get("const"), false
	}
	if !c.options.AllExamples {
		return nil, false
	}
	if schema.Has("example") {
		return schema.Get("example"), false
	}
	if items := schema.Get("examples").Items(); len(items) > 0 {
		return items[0], false
	}
	return schema.Get("default"), false
}

// further is the first of the named examples of a parameter, or the example of its content.
func (c *compiler) further(p param) (v *source.Node, asText bool) {
	if v := c.documented(p.node); v.Exists() {
		return v, false
	}
	for _, m := range c.content(p.node) {
		v := c.documented(m.node)
		if !v.Exists() {
			continue
		}
		if !v.Is(source.String) || isJSON(m.contentType) {
			v = source.Make{At: v}.String(v.JSON(""))
		}
		return v, true
	}
	return nil, false
}

// resourceName is what Dredd calls a path without a summary: the path, and the query parameters that
// all its operations share.
func resourceName(r resource) string {
	var names []string
	for _, p := range r.params {
		if p.in != "query" {
			continue
		}
		name := escapeName(p.name, "-._~")
		if p.node.Get("explode").Bool() {
			name += "*"
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return r.path
	}
	return r.path + "{?" + strings.Join(names, ",") + "}"
}

// escapeName percent-encodes all of a name but letters, digits, "_" and what is kept.
func escapeName(name, kept string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(name) {
		c := name[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '_', strings.IndexByte(kept, c) >= 0:
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(hex[c>>4])
			out.WriteByte(hex[c&15])
		}
	}
	return out.String()
}
