package openapi

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// formType is what a form is sent as when no media type is documented.
const formType = "application/x-www-form-urlencoded"

// defaultBoundary divides the parts of a multipart body where the media type names no boundary.
const defaultBoundary = "BOUNDARY"

// request makes the request but for its URI.
func (e *exchanges2) request(contentType, accept string) transaction.Request {
	r := transaction.Request{Method: e.operation.method}
	full := mediaType(contentType)
	if full == "multipart/form-data" && boundary(contentType) == "" {
		contentType += "; boundary=" + defaultBoundary
	}
	if contentType != "" {
		r.Headers.Set("Content-Type", contentType)
	}
	if accept != "" {
		r.Headers.Set("Accept", accept)
	}
	for _, p := range e.inputs.headers {
		if value, ok := e.header(p); ok {
			r.Headers.Set(p.name, value)
		}
	}
	if full == "" && e.inputs.isForm() {
		r.Headers.Set("Content-Type", formType)
	}
	body, ok := e.bodies[contentType]
	if !ok {
		body = e.requestBody(contentType)
		e.bodies[contentType] = body
	}
	r.Body = body
	return r
}

// isForm reports whether the request sends a form.
func (in inputs2) isForm() bool { return in.body == nil && len(in.form) > 0 }

// requestBody makes the body of a request, where the media type can hold it.
func (e *exchanges2) requestBody(contentType string) string {
	switch t := mediaType(contentType); {
	case e.inputs.body != nil:
		return e.parameterBody(contentType)
	case !e.inputs.isForm():
		return ""
	case t == "multipart/form-data":
		return sample.Multipart(e.fields(), boundary(contentType))
	case t == formType, t == "":
		return sample.Form(e.fields())
	}
	return ""
}

// header is the value of a header parameter or of a response's header; false when it is not sent at
// all. Where nothing is documented, Dredd sends it empty, and in a response that means any value.
func (c *compiler2) header(p param2) (string, bool) {
	if !isToken(p.name) {
		c.note(transaction.SeverityWarning, p.node.At(), "%q cannot be the name of a header, so it is left out", p.name)
		return "", false
	}
	if text(p.node.Get("type")) == "array" {
		for _, key := range []string{"x-example", "default"} {
			if v := p.node.Get(key); c.fits(p, key, v) {
				return strings.Join(scalars(v.Items()), separator(p.node)), true
			}
		}
		return "", false
	}
	for _, key := range []string{"x-example", "default"} {
		if v := p.node.Get(key); c.fits(p, key, v) {
			return headerValue(scalar2(v)), true
		}
	}
	for _, v := range p.node.Get("enum").Items() {
		return headerValue(scalar2(v)), true
	}
	return "", true
}

// headerValue keeps a text in one line: no header can have more.
func headerValue(s string) string {
	return strings.TrimSpace(strings.NewReplacer("\r\n", " ", "\n", " ", "\r", " ").Replace(s))
}

// separator joins the items of an array in a header, or a form. With "multi", which only forms and
// queries know, there is none.
func separator(param *source.Node) string {
	switch text(param.Get("collectionFormat")) {
	case "ssv":
		return " "
	case "tsv":
		return "\t"
	case "pipes":
		return "|"
	case "multi":
		return ""
	}
	return ","
}

// fields fills the form in.
func (e *exchanges2) fields() []sample.Field {
	fields := make([]sample.Field, 0, len(e.inputs.form))
	for _, p := range e.inputs.form {
		f := sample.Field{Name: p.name, Required: p.node.Get("required").Bool(), Separator: separator(p.node)}
		if text(p.node.Get("type")) == "file" {
			f.Value = p.node.Get("x-example")
			f.Filename = p.name
		} else {
			f.Value, _ = e.sample(p.node, false)
		}
		if f.Value == nil {
			f.Value = source.Make{At: p.node}.String("")
		}
		fields = append(fields, f)
	}
	return fields
}

// parameterBody makes the body that a body parameter stands for.
func (e *exchanges2) parameterBody(contentType string) string {
	schema := e.inputs.body.Get("schema")
	actual := e.deref(schema)
	if actual == nil || text(actual.Get("format")) == "binary" {
		return ""
	}
	asJSON := isJSON(contentType)
	primitive := slices.Contains([]string{"string", "number", "integer", "boolean"}, text(actual.Get("type")))
	asText := primitive && strings.HasPrefix(mediaType(contentType), "text/")
	if !asJSON && !asText {
		return ""
	}
	v, ok := e.sample(schema, false)
	if !ok {
		e.note(transaction.SeverityWarning, schema.At(), "no value satisfies this schema, so the request has no body; give it an example")
		return ""
	}
	return body2(v, actual, asJSON)
}

// body2 writes a value as a body. An example that is a text of JSON already is taken as it is, unless
// the schema says that it is a string.
func body2(v, schema *source.Node, asJSON bool) string {
	if !asJSON {
		return scalar2(v)
	}
	if v.Is(source.String) && text(schema.Get("type")) != "string" && isJSONText(v.Text()) {
		return v.Text()
	}
	return sample.Encode(v, "  ")
}

// isJSONText reports whether a text is an object or a list of JSON.
func isJSONText(s string) bool {
	s = strings.TrimSpace(s)
	if s == "" || s[0] != '{' && s[0] != '[' {
		return false
	}
	return json.Valid([]byte(s))
}

// sample2 is a schema, and what a value for it is for.
type sample2 struct {
	schema   *source.Node
	response bool
}

// sample returns a value for a schema.
func (c *compiler2) sample(schema *source.Node, response bool) (*source.Node, bool) {
	key := sample2{schema, response}
	v, ok := c.samples[key]
	if !ok {
		v, _ = sample.JSON(schema, c.refs, sample.Options{Dialect: sample.OpenAPI2, Response: response})
		c.samples[key] = v
	}
	return v, v != nil
}

// expected makes the response, and tells where it is documented.
func (e *exchanges2) expected(r response2, accept string) (transaction.Response, place) {
	expected := transaction.Response{StatusCode: r.code}
	at := place{operation: e.operation.at, response: r.at}
	if accept != "" {
		expected.Headers.Set("Content-Type", accept)
		at.contentType = e.producedAt(r, accept)
	}
	if !r.fallback {
		at.headers = r.node.Get("headers")
		for _, entry := range at.headers.Entries() {
			name, h := entry.Key.Text(), e.deref(entry.Value)
			if h == nil || isExtension2(name) {
				continue
			}
			if value, ok := e.header(param2{name: name, node: h}); ok {
				expected.Headers.Set(name, value)
				if strings.EqualFold(name, "Content-Type") {
					at.contentType = entry.Key.At()
				}
			}
		}
	}
	schema := r.node.Get("schema")
	if text(e.deref(schema).Get("format")) == "binary" {
		schema = nil
	}
	expected.Schema, at.schema = e.schema(schema), schema
	at.body.text, at.body.from = e.example(r, accept)
	if at.body.text == "" && schema != nil && isJSON(accept) {
		if v, ok := e.sample(schema, true); ok {
			at.body = body{body2(v, e.deref(schema), true), v}
		}
	}
	expected.Body = at.body.text
	return expected, at
}

// producedAt is where the media type of a response is written.
func (e *exchanges2) producedAt(r response2, accept string) transaction.Position {
	if key := r.node.Get("examples").Key(accept); key != nil {
		return key.At()
	}
	list := e.operation.node.Get("produces")
	if list == nil {
		list = e.root.Get("produces")
	}
	for _, n := range list.Items() {
		if text(n) == accept {
			return n.At()
		}
	}
	return transaction.Position{}
}

// example is the documented body of a response in a media type, "" when there is none.
func (e *exchanges2) example(r response2, accept string) (string, *source.Node) {
	examples := r.node.Get("examples")
	v := examples.Get(accept)
	if r.fallback && v == nil {
		for contentType, n := range examples.All() {
			if isJSON(contentType) {
				accept, v = contentType, n
				break
			}
		}
	}
	v = e.reused(v)
	switch {
	case v == nil:
		return "", nil
	case v.Is(source.String):
		return v.Text(), v
	case isJSON(accept):
		return sample.Encode(v, "  "), v
	case isScalar(v):
		return scalar2(v), v
	}
	e.note(transaction.SeverityWarning, v.At(),
		"the example is not used: %s is not JSON, and what it looks like cannot be told from an %s; write it as a string", accept, v.Kind())
	return "", nil
}

// reused follows a reference that is the whole example, as people write it to use one twice. Others
// are a part of what the response looks like.
func (c *compiler2) reused(v *source.Node) *source.Node {
	ref, ok := source.Ref(v)
	if !ok || v.Len() != 1 || !strings.HasPrefix(ref, "#/") {
		return v
	}
	if to, err := c.refs.Deref(v); err == nil {
		return to
	}
	return v
}

// schema is the JSON Schema of a response, "" when there is none.
func (c *compiler2) schema(schema *source.Node) string {
	if schema == nil {
		return ""
	}
	s, ok := c.schemas[schema]
	if !ok {
		made, err := sample.Schema(schema, c.refs, sample.OpenAPI2)
		if err != nil {
			c.noteError(err, schema)
		} else {
			s = made.JSON(schemaIndent)
		}
		c.schemas[schema] = s
		c.spent += len(s)
	}
	return s
}

func scalars(items []*source.Node) []string {
	list := make([]string, len(items))
	for i, item := range items {
		list[i] = scalar2(item)
	}
	return list
}
