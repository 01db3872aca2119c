package openapi

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// param2 is a declared parameter.
type param2 struct {
	in, name string
	node     *source.Node
}

// parameters lists those that a path or an operation declares.
func (c *compiler2) parameters(n *source.Node) []param2 {
	var list []param2
	for _, item := range n.Get("parameters").Items() {
		if n := c.deref(item); n.Is(source.Object) {
			p := param2{in: text(n.Get("in")), name: text(n.Get("name")), node: n}
			c.checkParameter(p)
			if p.name != "" {
				list = append(list, p)
			}
		}
	}
	return list
}

// checkParameter says what keeps a parameter from being understood.
func (c *compiler2) checkParameter(p param2) {
	kind := p.node.Get("type")
	switch {
	case p.in == "" || p.name == "": // this has been said
	case !slices.Contains([]string{"path", "query", "header", "formData", "body"}, p.in):
		c.note(transaction.SeverityError, p.node.Get("in").At(),
			"a parameter cannot be in %q; OpenAPI 2.0 has it in path, query, header, formData or body", p.in)
	case p.in == "body":
		if !p.node.Has("schema") {
			c.note(transaction.SeverityWarning, p.node.At(), "the body parameter %q has no key \"schema\", so that no body is sent", p.name)
		}
	case kind == nil:
		c.note(transaction.SeverityWarning, p.node.At(), "the parameter %q has no key \"type\"; it is taken for a string", p.name)
	case !slices.Contains([]string{"string", "number", "integer", "boolean", "array", "file"}, text(kind)),
		text(kind) == "file" && p.in != "formData":
		c.note(transaction.SeverityWarning, kind.At(), "the parameter %q cannot have the type %q; it is taken for a string", p.name, text(kind))
	case p.in == "path" && !p.node.Get("required").Bool():
		c.note(transaction.SeverityWarning, p.node.At(), "the parameter %q is in the path, so it has to be required: true", p.name)
	}
}

// inputs2 holds the parameters that make up the headers and the body of a request. A parameter of an
// operation takes the place of that of its path, as to where it stands in the list too.
type inputs2 struct {
	headers, form []param2
	body          *source.Node
}

func gather2(levels ...[]param2) inputs2 {
	var in inputs2
	for _, p := range slices.Concat(levels...) {
		switch p.in {
		case "header":
			in.headers = replace2(in.headers, p)
		case "formData":
			in.form = replace2(in.form, p)
		case "body":
			in.body = p.node
		}
	}
	return in
}

func replace2(list []param2, p param2) []param2 {
	if i := slices.IndexFunc(list, func(q param2) bool { return q.name == p.name }); i >= 0 {
		list[i] = p
		return list
	}
	return append(list, p)
}

// template is the URI template of a path, with the names of the query parameters at the levels.
func (c *compiler2) template(path string, levels ...[]param2) string {
	var names []string
	seen := map[string]bool{}
	for _, p := range slices.Concat(levels...) {
		if p.in != "query" || seen[p.name] {
			continue
		}
		seen[p.name] = true
		name := escape2(p.name)
		if text(p.node.Get("collectionFormat")) == "multi" {
			name += "*"
		}
		names = append(names, name)
	}
	uri := strings.TrimRight(text(c.root.Get("basePath")), "/") + path
	if len(names) == 0 {
		return uri
	}
	return uri + "{?" + strings.Join(names, ",") + "}"
}

var (
	// expression is a part of a URI template in braces.
	expression = regexp.MustCompile(`\{[^{}]*\}`)
	// readable is one that RFC 6570 has.
	readable = regexp.MustCompile(`^\{[+#./;?&=,!@|]?(?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+(?:\*|:[0-9]+)?(?:,(?:[A-Za-z0-9_.]|%[0-9A-Fa-f]{2})+(?:\*|:[0-9]+)?)*\}$`)
)

// readableTemplate escapes the names in a path that may stand in OpenAPI, but not in a URI template,
// such as {user-id}.
func readableTemplate(template string) string {
	return expression.ReplaceAllStringFunc(template, func(e string) string {
		if readable.MatchString(e) || len(e) <= len("{}") {
			return e
		}
		return "{" + escape2(e[1:len(e)-1]) + "}"
	})
}

// escape2 writes a name so that it can stand in a URI template, as Dredd does: what encodeURIComponent
// of JavaScript leaves alone gets small hexadecimal digits.
func escape2(name string) string {
	var out strings.Builder
	for i := range len(name) {
		switch b := name[i]; {
		case b >= 'a' && b <= 'z', b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '_':
			out.WriteByte(b)
		case strings.IndexByte("-.!~*'()", b) >= 0:
			fmt.Fprintf(&out, "%%%02x", b)
		default:
			fmt.Fprintf(&out, "%%%02X", b)
		}
	}
	return out.String()
}

// uriParams makes what expands URI templates of the parameters in path and query.
func (c *compiler2) uriParams(params []param2) []compile.Param {
	var list []compile.Param
	for _, p := range params {
		if p.in != "path" && p.in != "query" {
			continue
		}
		list = append(list, c.uriParam(p))
	}
	return list
}

func (c *compiler2) uriParam(p param2) compile.Param {
	u := compile.Param{Name: escape2(p.name), Required: p.in == "path" || p.node.Get("required").Bool()}
	if text(p.node.Get("type")) == "array" {
		// Dredd sends an array only when it has an example, and takes it for optional.
		u.Required = false
		if v := p.node.Get("x-example"); c.fits(p, "x-example", v) {
			u.Example = arrayValue(p.node, v)
		}
		return u
	}
	if v := p.node.Get("x-example"); c.fits(p, "x-example", v) {
		u.Example = compile.Text(scalar2(v))
	}
	if v := p.node.Get("default"); c.fits(p, "default", v) {
		u.Default = compile.Text(scalar2(v))
	}
	for _, v := range p.node.Get("enum").Items() {
		if isScalar(v) {
			u.Enum = append(u.Enum, compile.Text(scalar2(v)))
		}
	}
	return u
}

// arrayValue writes an array as its collection format says. With "multi", the template explodes it.
func arrayValue(param, v *source.Node) compile.Value {
	var items []string
	for _, item := range v.Items() {
		items = append(items, scalar2(item))
	}
	separators := map[string]string{"ssv": " ", "tsv": "\t", "pipes": "|"}
	if s, ok := separators[text(param.Get("collectionFormat"))]; ok && len(items) > 0 {
		return compile.Text(strings.Join(items, s))
	}
	return compile.List(items...)
}

// fits reports whether there is a value and it is of the type of its parameter or header. One that is
// not is an annotation.
func (c *compiler2) fits(p param2, key string, v *source.Node) bool {
	if v == nil {
		return false
	}
	want := text(p.node.Get("type"))
	var ok bool
	switch want {
	case "array":
		ok = v.Is(source.List) && !slices.ContainsFunc(v.Items(), func(i *source.Node) bool { return !isScalar(i) })
	case "number", "integer":
		_, err := strconv.ParseFloat(scalar2(v), 64)
		ok = isScalar(v) && err == nil
	case "boolean":
		ok = isScalar(v) && (scalar2(v) == "true" || scalar2(v) == "false")
	default:
		ok = isScalar(v)
	}
	if !ok {
		c.note(transaction.SeverityWarning, v.At(), "the %s of %q does not have its type, %s, so it is not used", key, p.name, want)
	}
	return ok
}

func isScalar(n *source.Node) bool {
	return n.Is(source.String) || n.Is(source.Number) || n.Is(source.Bool)
}

// text is a scalar as it is written, "" for everything else.
func text(n *source.Node) string {
	if !isScalar(n) {
		return ""
	}
	return n.Text()
}

// scalar2 is the text of a value in a URI, a header or a form, where numbers stand as JavaScript
// writes them: 1.0 is 1.
func scalar2(n *source.Node) string {
	s := text(n)
	if !n.Is(source.Number) || !strings.ContainsAny(s, ".eE") {
		return s
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return s
	}
	if math.Abs(f) < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return strconv.FormatFloat(f, 'g', -1, 64)
}
