package openapi

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// uri is the template of an operation, and what goes in.
type uri struct {
	template string
	params   []compile.Param
}

// uri makes the URI template of a path with its parameters. Each of the parameters becomes a variable
// of its own, whose name only has to be one for RFC 6570; the value knows how the URI spells it.
func (c *compiler) uri(path string, params []param) uri {
	u := uri{}
	u.template = c.pathTemplate(path, params, &u)
	var query []string
	for _, p := range params {
		if p.in == "query" {
			query = append(query, c.query(p, &u)...)
		}
	}
	if len(query) > 0 {
		u.template += "{?" + strings.Join(query, ",") + "}"
	}
	return u
}

// pathTemplate writes each {name} of a path as the style of its parameter has it.
func (c *compiler) pathTemplate(path string, params []param, u *uri) string {
	var out strings.Builder
	for path != "" {
		before, rest, found := strings.Cut(path, "{")
		name, after, closed := strings.Cut(rest, "}")
		out.WriteString(before)
		if !found {
			break
		}
		if !closed || name == "" {
			out.WriteString(path[len(before):])
			break
		}
		path = after
		variable := escapeName(name, "")
		i := slices.IndexFunc(params, func(p param) bool { return p.in == "path" && p.name == name })
		if i < 0 {
			out.WriteString("{" + variable + "}")
			continue
		}
		p := params[i]
		operator, explode := map[string]string{"label": ".", "matrix": ";"}[p.style], ""
		if p.explode {
			explode = "*"
		}
		out.WriteString("{" + operator + variable + explode + "}")
		v, asText := c.value(p)
		u.add(compile.Param{Name: variable, Required: c.needed(p), Example: valueOf(v, asText).As(escapeName(name, "-.~")), Hint: c.hint(p)})
	}
	return out.String()
}

// add declares a variable, once.
func (u *uri) add(p compile.Param) {
	if !slices.ContainsFunc(u.params, func(q compile.Param) bool { return q.Name == p.Name }) {
		u.params = append(u.params, p)
	}
}

// query returns the variables of a query parameter, as an expression has them.
func (c *compiler) query(p param, u *uri) []string {
	variable := escapeName(p.name, "")
	if slices.ContainsFunc(u.params, func(q compile.Param) bool { return q.Name == variable }) {
		variable += "%20query" // a parameter of the path has the same name
	}
	v, asText := c.value(p)
	if !asText && p.style == "deepObject" && v.Is(source.Object) && v.Len() > 0 {
		return deepObject(p, v, u)
	}
	value := valueOf(v, asText)
	if separator := map[string]string{"spaceDelimited": " ", "pipeDelimited": "|"}[p.style]; separator != "" && !p.explode && v.Len() > 0 && !asText {
		value = compile.Text(strings.Join(parts(v, false), separator))
	}
	if p.node.Get("allowReserved").Bool() {
		value = value.Reserved()
	}
	u.add(compile.Param{Name: variable, Required: c.needed(p), Example: value.As(escapeName(p.name, "-.~")), Hint: c.hint(p)})
	if p.explode {
		variable += "*"
	}
	return []string{variable}
}

// needed reports whether there is no transaction without a value of the parameter. To Dredd, a list or
// an object has one, which is empty.
func (c *compiler) needed(p param) bool {
	kind := text(c.deref(p.node.Get("schema")).Get("type"))
	return p.required && kind != "array" && kind != "object"
}

// hint says what gives a parameter a value.
func (c *compiler) hint(p param) string {
	schema := c.deref(p.node.Get("schema"))
	if schema.Has("example") || schema.Has("examples") || schema.Has("default") {
		return `write "example" beside its schema, or take what is in the schema with --all-examples`
	}
	return ""
}

// deepObject makes a variable of each property, as in filter[status]=open. OpenAPI says nothing of
// deeper ones; they are written likewise, and lists as the property once for each item.
func deepObject(p param, v *source.Node, u *uri) []string {
	var variables []string
	var walk func(name string, v *source.Node)
	walk = func(name string, v *source.Node) {
		if v.Is(source.Object) && v.Len() > 0 {
			for key, value := range v.All() {
				walk(name+"["+key+"]", value)
			}
			return
		}
		value := valueOf(v, false)
		if p.node.Get("allowReserved").Bool() {
			value = value.Reserved()
		}
		variable := escapeName(name, "")
		u.add(compile.Param{Name: variable, Required: p.required, Example: value.As(escapeName(name, "-.~"))})
		variables = append(variables, variable+"*")
	}
	walk(p.name, v)
	return variables
}

// valueOf is a node as a value of a URI template.
func valueOf(v *source.Node, asText bool) compile.Value {
	switch {
	case !v.Exists() || v.Is(source.Null):
		return compile.Value{}
	case asText || isScalar(v):
		return compile.Text(scalar2(v))
	}
	if v.Is(source.Object) {
		return compile.Pairs(parts(v, false)...)
	}
	return compile.List(parts(v, false)...)
}
