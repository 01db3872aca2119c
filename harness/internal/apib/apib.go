package apib

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Options says what becomes a transaction. The zero value is what Dredd does.
type Options struct {
	// AllExamples makes a transaction of each pair of request and response, where Dredd takes the
	// first of each transaction example alone. The others are called as the first is, with what
	// tells them apart at the end: "Example 1 > Request Unknown, Response 404".
	AllExamples bool
}

// Compile makes transactions of an API Blueprint. What is wrong with the document is told in the
// annotations; the error says that it could not be looked at: there is no Drafter in this build, or
// it refuses the text, which is a *description.Error.
func Compile(ctx context.Context, doc *description.Document, o Options) (*compile.Result, error) {
	c := &compiler{doc: doc, all: o.AllExamples}
	// Only the parser's places tell what a table of permissions belongs to.
	if err := c.read(ctx, compile.MayHoldTable(doc.Text)); err != nil {
		if !errors.Is(err, errPlaces) {
			return nil, err
		}
		if err := c.read(ctx, true); err != nil {
			return nil, err
		}
	}
	result := &compile.Result{Actions: len(c.actions), Annotations: slices.Clone(doc.Annotations)}
	result.Annotations = append(result.Annotations, c.parserAnnotations()...)
	var compiled []int // which examples became transactions
	notes := make([][]transaction.Annotation, len(c.examples))
	for i, e := range c.examples {
		t, ns := compile.Transaction(e.input())
		if t != nil {
			result.Transactions = append(result.Transactions, t)
			compiled = append(compiled, i)
		}
		notes[i] = ns
	}
	result.Omissions = c.omissions(compiled, notes)
	result.Prose = c.tables(compiled)
	result.Annotations = append(result.Annotations, c.place(notes)...)
	result.Locate = c.locate(compiled)
	return result, nil
}

// compiler holds what is known of one document.
type compiler struct {
	doc *description.Document
	// all says that each pair is an example.
	all bool
	// placed says that elements know where they stand.
	placed   bool
	root     *element
	title    string
	actions  []action
	examples []example
	prose    []prose
	types    types
}

// action is one documented action. Its examples are those from number first on, up to those of the
// next action.
type action struct {
	*element
	group    string
	resource *element
	first    int
}

// read parses the document and lists its examples.
func (c *compiler) read(ctx context.Context, placed bool) error {
	elements, err := parse(ctx, c.doc.Text, drafter.Options{SourceMaps: placed})
	var refused *drafter.InputError
	switch {
	case errors.As(err, &refused):
		return &description.Error{At: c.doc.At(refused.Offset), Msg: refused.Msg, Err: err}
	case err != nil:
		return fmt.Errorf("parse %s: %w", c.doc.Filename, err)
	}
	root, err := decode(elements, placed)
	if err != nil {
		return fmt.Errorf("parse %s: %w", c.doc.Filename, err)
	}
	*c = compiler{doc: c.doc, all: c.all, placed: placed, root: root, title: c.doc.Filename, types: types{}}
	if placed {
		c.types.collect(root)
	}
	return c.walk(root, "", nil)
}

// maxTime is how long Drafter may take. The largest documents that are known take a second, with
// source maps.
const maxTime = 60 * time.Second

// parse returns when the context ends, although Drafter cannot be interrupted and goes on: a few
// hundred bytes can keep it busy for minutes, and nobody should have to wait for it after Ctrl-C.
func parse(ctx context.Context, text []byte, o drafter.Options) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	type result struct {
		elements []byte
		err      error
	}
	done := make(chan result, 1)
	go func() {
		elements, err := drafter.Parse(text, o)
		done <- result{elements, err}
	}()
	limit := time.NewTimer(maxTime)
	defer limit.Stop()
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-limit.C:
		return nil, fmt.Errorf("the parser did not come to an end in %s; types that refer to each other many times over can do that", maxTime)
	case r := <-done:
		return r.elements, r.err
	}
}

// walk lists the examples under an element, which is in a group and a resource, if any.
func (c *compiler) walk(e *element, group string, resource *element) error {
	first := len(c.examples)
	defer func() { c.describe(e, group, resource, first) }()
	switch {
	case e.kind == "category" && e.class == "api" && e.title != "":
		c.title = e.title
	case e.kind == "category" && e.class == "resourceGroup":
		group = e.title
	case e.kind == "resource":
		resource = e
	case e.kind == "transition" && resource != nil:
		a := action{element: e, group: group, resource: resource, first: len(c.examples)}
		c.actions = append(c.actions, a)
		return c.list(a)
	}
	for _, child := range e.children {
		if err := c.walk(child, group, resource); err != nil {
			return err
		}
	}
	return nil
}

// list adds the examples of an action: the first pair of each transaction example, or all.
func (c *compiler) list(a action) error {
	ps := pairs(a.element)
	numbers, err := exampleNumbers(ps, c.placed)
	if err != nil || len(ps) == 0 {
		return err
	}
	several, last := slices.Max(numbers) > 1, 0
	names := map[string]int{}
	for i, p := range ps {
		further := numbers[i] == last
		if further && !c.all {
			continue
		}
		last = numbers[i]
		o := c.origin(a, p.request.method)
		if several && last != noExample {
			o.ExampleName = "Example " + strconv.Itoa(last)
		}
		if further {
			o.ExampleName = furtherName(o.ExampleName, p, names)
		}
		c.examples = append(c.examples, example{pair: p, resource: a.resource, action: a.element, origin: o})
	}
	return nil
}

// origin names an action, which is called by its method when it has no title.
func (c *compiler) origin(a action, method string) transaction.Origin {
	return transaction.Origin{
		Filename:          c.doc.Filename,
		APIName:           c.title,
		ResourceGroupName: a.group,
		ResourceName:      or(a.resource.title, a.resource.href),
		ActionName:        or(a.title, method),
	}
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// template is the URI template of the example: the most specific one that is written.
func (e example) template() string {
	return or(e.request.href, or(e.action.href, e.resource.href))
}

func (e example) input() compile.Example {
	status, _ := strconv.Atoi(e.response.status) // one that is no number is none
	return compile.Example{
		Origin:   e.origin,
		Template: e.template(),
		Params:   compile.Cascade(e.resource.params, e.action.params, e.request.params),
		Request: transaction.Request{
			Method:  e.request.method,
			Headers: e.request.headers,
			Body:    e.request.asset("messageBody").text,
		},
		Expected: transaction.Response{
			StatusCode: status,
			Headers:    e.response.headers,
			Body:       e.response.asset("messageBody").text,
			Schema:     e.response.asset("messageBodySchema").text,
		},
	}
}

// locate returns the function that finds where the given examples stand, looking at the document
// once more unless the compiler knows already.
func (c *compiler) locate(examples []int) func() ([]transaction.Source, error) {
	known := c
	if !c.placed {
		known = &compiler{doc: c.doc, all: c.all}
	}
	return sync.OnceValues(func() ([]transaction.Source, error) {
		if !known.placed {
			if err := known.read(context.Background(), true); err != nil {
				return nil, err
			}
		}
		sources := make([]transaction.Source, len(examples))
		for i, n := range examples {
			if n >= len(known.examples) {
				return nil, fmt.Errorf("locate transactions of %s: the parser gave other examples than before", c.doc.Filename)
			}
			sources[i] = known.source(known.examples[n])
		}
		known.root, known.actions, known.examples, known.prose, known.types = nil, nil, nil, nil, nil
		return sources, nil
	})
}
