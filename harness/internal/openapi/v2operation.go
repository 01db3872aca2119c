package openapi

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// exchanges2 is what the transactions of an operation have in common.
type exchanges2 struct {
	*compiler2
	operation operation2
	origin    transaction.Origin
	template  string
	params    []compile.Param
	inputs    inputs2
	// consumes are the media types of the request, "" alone when there is none.
	consumes []string
	// bodies holds the bodies of requests by their media type.
	bodies map[string]string
	// said holds what compiling had to say.
	said     []transaction.Annotation
	compiled int
}

// operation compiles one operation.
func (c *compiler2) operation(r *resource2, o operation2) error {
	c.actions++
	shared, own := c.parameters(r.node), c.parameters(o.node)
	e := &exchanges2{
		compiler2: c,
		operation: o,
		template:  c.template(r.path, shared, own),
		params:    compile.Cascade(c.uriParams(shared), c.uriParams(own)),
		inputs:    gather2(shared, own),
		consumes:  c.consumes(o.node),
		bodies:    map[string]string{},
		origin: transaction.Origin{
			Filename:          c.doc.Filename,
			APIName:           c.title,
			ResourceGroupName: r.group,
			ResourceName:      first(text(r.node.Get("x-summary")), c.template(r.path, shared, nil)),
			ActionName:        first(text(o.node.Get("summary")), o.method),
		},
	}
	if e.inputs.body != nil && len(e.inputs.form) > 0 {
		c.note(transaction.SeverityWarning, o.at, "the operation has a body parameter and parameters of a form; only the body is sent")
	}
	if err := e.all(); err != nil {
		return err
	}
	for _, a := range e.said {
		a.At = o.at
		c.said = append(c.said, a)
	}
	if e.compiled == 0 {
		c.omissions = append(c.omissions, compile.Omit(transaction.Omission{
			Origin: e.origin, Method: o.method, URI: e.template, At: o.at,
		}, e.said))
	}
	return nil
}

// all compiles the responses of the operation. A default response stands for every status that has
// no response of its own, so it is an example of nothing, unless it is the only one: then it is held
// against a status of 200.
func (e *exchanges2) all() error {
	responses := e.deref(e.operation.node.Get("responses"))
	numbered := false
	for _, status := range numbersFirst(responses.Keys()) {
		code, ok := e.status(responses, status)
		if !ok {
			continue
		}
		numbered = true
		if err := e.response(response2{code: code, node: e.deref(responses.Get(status)), at: responses.Key(status).At()}); err != nil {
			return err
		}
	}
	if numbered {
		if key := responses.Key("default"); key != nil {
			e.note(transaction.SeverityWarning, key.At(), "the default response is left out, since there are responses with a status")
		}
		return nil
	}
	r := response2{node: e.deref(responses.Get("default")), at: responses.Key("default").At(), fallback: true}
	if r.at.IsZero() {
		r.at = e.operation.at
	}
	return e.response(r)
}

// status reads the key of a response.
func (e *exchanges2) status(responses *source.Node, key string) (code int, ok bool) {
	if key == "default" || isExtension2(key) {
		return 0, false
	}
	code, err := strconv.Atoi(key)
	if err != nil || code < 100 || code > 599 {
		e.note(transaction.SeverityWarning, responses.Key(key).At(),
			"%q is not a status code, so this response is left out; OpenAPI 2.0 knows codes of three digits, and \"default\"", key)
		return 0, false
	}
	return code, true
}

// response2 is a documented response; fallback says that it is the one for any status.
type response2 struct {
	code     int
	node     *source.Node
	at       transaction.Position
	fallback bool
}

// response makes the transactions that end in one response.
func (e *exchanges2) response(r response2) error {
	produces, consumes := e.produces(r), e.consumes
	if r.fallback && e.inputs.body == nil {
		// Dredd makes one transaction of it, and names no media type.
		produces, consumes = []string{""}, consumes[:1]
	}
	for _, accept := range produces {
		expected, at := e.expected(r, accept)
		for _, contentType := range consumes {
			request := e.request(contentType, accept)
			if !e.spend(len(request.Body) + len(e.template) + 1024) {
				return e.tooMany(e.operation.at)
			}
			expected.Headers = expected.Headers.Clone()
			origin := e.origin
			origin.ExampleName = exampleName(expected)
			t, said := compile.Transaction(compile.Example{
				Origin: origin, Template: readableTemplate(e.template), Params: e.params, Request: request, Expected: expected,
			})
			e.said = append(e.said, said...)
			if t == nil {
				continue
			}
			t.Skip = t.Expected.StatusCode < 200 || t.Expected.StatusCode > 299
			e.compiled++
			e.transactions = append(e.transactions, t)
			e.places = append(e.places, at)
		}
	}
	return nil
}

// exampleName is the status, and the media type of the response if it has one.
func exampleName(r transaction.Response) string {
	code := r.StatusCode
	if code == 0 {
		code = http.StatusOK
	}
	name := strconv.Itoa(code)
	if contentType, _ := r.Headers.Get("Content-Type"); contentType != "" {
		name += " > " + contentType
	}
	return name
}

// consumes returns the media types that a request may have, "" alone when none is documented.
func (c *compiler2) consumes(operation *source.Node) []string {
	return orNone(slices.DeleteFunc(c.mediaTypes(operation, "consumes"), func(t string) bool { return !isMediaType(t) }))
}

// produces returns the media types that Dredd takes a response in: those of its examples, or else
// the first JSON type that the operation produces.
func (e *exchanges2) produces(r response2) []string {
	if examples := r.node.Get("examples"); len(examples.Keys()) > 0 && !r.fallback {
		return orNone(slices.DeleteFunc(numbersFirst(examples.Keys()), func(t string) bool { return !isMediaType(t) }))
	}
	types := e.mediaTypes(e.operation.node, "produces")
	if i := slices.IndexFunc(types, isJSON); i >= 0 {
		return types[i : i+1]
	}
	return []string{""}
}

// mediaTypes lists what the operation, or else the document, has under the key.
func (c *compiler2) mediaTypes(operation *source.Node, key string) []string {
	list := operation.Get(key)
	if list == nil {
		list = c.root.Get(key)
	}
	var types []string
	for _, n := range list.Items() {
		t := text(n)
		if !isMediaType(t) && !isRange(t) {
			c.note(transaction.SeverityWarning, n.At(), "%q is not a media type, so it is ignored; one looks like application/json", t)
		}
		types = append(types, t)
	}
	return types
}

func orNone(types []string) []string {
	if len(types) == 0 {
		return []string{""}
	}
	return types
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// numbersFirst sorts keys as JavaScript does, and so Dredd: whole numbers come first and ascend.
func numbersFirst(keys []string) []string {
	numbers, rest := []string{}, []string{}
	for _, k := range keys {
		if n, err := strconv.ParseUint(k, 10, 32); err == nil && strconv.FormatUint(n, 10) == k {
			numbers = append(numbers, k)
			continue
		}
		rest = append(rest, k)
	}
	slices.SortStableFunc(numbers, func(a, b string) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(a, b)
	})
	return append(numbers, rest...)
}
