package openapi

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// methods are the keys of a path item that are operations.
var methods = []string{"get", "put", "post", "delete", "options", "head", "patch", "trace", "query"}

// resource is one path of the document, with its operations.
type resource struct {
	path  string
	title string
	// description is that of the path; nil when there is none.
	description *source.Node
	params      []param
	operations  []operation
}

// operation is one key of a path item.
type operation struct {
	method string
	node   *source.Node
	at     transaction.Position
}

// resource reads a path item. What stands beside a $ref goes before what it leads to.
func (c *compiler) resource(e source.Entry) resource {
	r := resource{path: e.Key.Text()}
	seen := map[string]bool{}
	for n := e.Value; n.Is(source.Object); {
		r.title = first(r.title, text(n.Get("summary")))
		if r.description == nil {
			r.description = n.Get("description")
		}
		if r.params == nil {
			r.params = c.parameters(n.Get("parameters"))
		}
		for _, e := range n.Entries() {
			key := e.Key.Text()
			if !slices.Contains(methods, key) || seen[key] || !e.Value.Is(source.Object) {
				continue
			}
			seen[key] = true
			r.operations = append(r.operations, operation{method: strings.ToUpper(key), node: e.Value, at: e.Key.At()})
		}
		if _, ok := source.Ref(n); !ok {
			break
		}
		if _, err := c.refs.Deref(n); err != nil { // so the chain has an end
			c.broken(err, n)
			break
		}
		n, _ = c.refs.Follow(n)
	}
	return r
}

// exchanges is what the transactions of an operation have in common.
type exchanges struct {
	*compiler
	operation operation
	origin    transaction.Origin
	uri       uri
	headers   transaction.Headers
	compiled  int
	notes     []transaction.Annotation
}

// operation compiles one operation: each of its requests with each of its responses.
func (c *compiler) operation(r resource, o operation) error {
	c.actions++
	params := merge(r.params, c.parameters(o.node.Get("parameters")))
	e := &exchanges{
		compiler:  c,
		operation: o,
		uri:       c.uri(r.path, params),
		headers:   c.headers(params),
		origin: transaction.Origin{
			Filename:     c.doc.Filename,
			APIName:      c.title,
			ResourceName: first(r.title, resourceName(r)),
			ActionName:   first(text(o.node.Get("summary")), o.method),
		},
	}
	requests, responses := e.requests(), e.responses()
	for _, request := range requests {
		for _, response := range responses {
			if !belong(request, response, requests, responses) {
				continue
			}
			if err := e.add(request, response); err != nil {
				return err
			}
		}
	}
	for _, a := range e.notes {
		a.At = o.at
		c.said = append(c.said, a)
	}
	if e.compiled == 0 {
		c.omissions = append(c.omissions, compile.Omit(transaction.Omission{
			Origin: e.origin, Method: o.method, URI: r.path, At: o.at,
		}, e.notes))
	}
	return nil
}

// add makes a transaction.
func (e *exchanges) add(request request, response response) error {
	origin := e.origin
	r := transaction.Request{Method: e.operation.method, Body: request.body.text}
	if response.contentType != "" {
		r.Headers = append(r.Headers, transaction.Header{Name: "Accept", Value: response.contentType})
	}
	if request.contentType != "" {
		r.Headers = append(r.Headers, transaction.Header{Name: "Content-Type", Value: request.contentType})
	}
	r.Headers = append(r.Headers, e.headers...)
	expected := transaction.Response{
		StatusCode: response.status,
		Headers:    response.headers.Clone(),
		Body:       response.body.text,
		Schema:     response.schema,
	}
	origin.ExampleName = exampleName(expected)
	switch {
	case response.example.further:
		origin.ExampleName += " > " + response.example.name
	case request.example.further:
		origin.ExampleName += " > " + request.example.name
	}
	if err := e.spend(1024+len(e.uri.template)+len(origin.ExampleName), e.operation.at); err != nil {
		return err
	}
	t, notes := compile.Transaction(compile.Example{
		Origin: origin, Template: e.uri.template, Params: e.uri.params, Request: r, Expected: expected,
	})
	e.notes = append(e.notes, notes...)
	if t == nil {
		return nil
	}
	t.Skip = response.skip
	e.compiled++
	e.transactions = append(e.transactions, t)
	at := response.place
	at.operation, at.response, at.body = e.operation.at, response.at, response.body
	e.places = append(e.places, at)
	return nil
}
