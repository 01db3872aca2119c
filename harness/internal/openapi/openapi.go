package openapi

import (
	"context"
	"errors"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Options says what becomes a transaction. The zero value is what Dredd does.
type Options struct {
	// AllExamples takes what Dredd passes over in OpenAPI 3: examples and defaults in the schemas of
	// parameters, further named examples of bodies (each a transaction of its own, with the name of
	// the example at the end), and schemas of request bodies that name no type. Properties that are
	// readOnly are then not sent.
	AllExamples bool
}

// Compile makes transactions of an OpenAPI document of any version. What is wrong with the document is
// told in the annotations; the error says that it could not be read at all, and is then a
// *description.Error with the place.
func Compile(ctx context.Context, doc *description.Document, o Options) (*compile.Result, error) {
	if doc.Format == description.OpenAPI2 {
		return compile2(ctx, doc)
	}
	refs, err := source.Open(doc, source.Limits{})
	var syntax *source.Error
	if errors.As(err, &syntax) {
		return nil, &description.Error{At: syntax.At, Msg: syntax.Msg, Err: err}
	}
	if err != nil {
		return nil, err
	}
	c := &compiler{
		doc: doc, options: o, refs: refs, root: refs.Root(), title: doc.Filename,
		dialect: sample.OpenAPI31,
		noted:   map[note2]bool{},
		bodies:  map[bodyKey]body{},
		schemas: map[*source.Node]string{},
	}
	version := text(c.root.Get("openapi"))
	if strings.HasPrefix(version, "3.0") {
		c.dialect = sample.OpenAPI30
	}
	if title := text(c.root.Get("info").Get("title")); title != "" {
		c.title = title
	}
	if err := c.compile(ctx); err != nil {
		return nil, err
	}
	return c.result(), nil
}

// compile reads the whole document.
func (c *compiler) compile(ctx context.Context) error {
	if !c.fits() {
		return nil
	}
	if err := c.references(ctx); err != nil {
		return err
	}
	if err := c.check(ctx); err != nil {
		return err
	}
	for _, e := range c.root.Get("paths").Entries() {
		if !strings.HasPrefix(e.Key.Text(), "/") {
			continue
		}
		r := c.resource(e)
		begin := len(c.transactions)
		for _, o := range r.operations {
			if err := ctx.Err(); err != nil {
				return err
			}
			before := len(c.transactions)
			if err := c.operation(r, o); err != nil {
				return err
			}
			c.prose.operation(o.node, transaction.Origin{
				ResourceName: first(r.title, resourceName(r)), ActionName: first(text(o.node.Get("summary")), o.method),
			}, indexes(before, len(c.transactions)))
		}
		c.prose.add(r.description, transaction.Origin{ResourceName: first(r.title, resourceName(r))}, indexes(begin, len(c.transactions)))
	}
	return nil
}

// fits reports whether the document has the parts without which there is nothing to compile.
func (c *compiler) fits() bool {
	paths, ok := c.root.Get("paths"), true
	switch version := c.root.Get("openapi"); {
	case !c.root.Is(source.Object):
		c.note(transaction.SeverityError, c.root.At(), "the document is %s; an OpenAPI document is an object with the keys openapi, info and paths", article(c.root.Kind()))
		ok = false
	case !version.Exists():
		c.note(transaction.SeverityError, c.root.At(), `the document has no key "openapi"; begin it with openapi: 3.1.0`)
		ok = false
	case !paths.Exists():
		if c.dialect == sample.OpenAPI30 || !c.root.Has("components") && !c.root.Has("webhooks") {
			c.note(transaction.SeverityError, c.root.At(), `the document has no key "paths", so there is nothing to test; add the paths of the API`)
		}
		ok = false
	case !paths.Is(source.Object):
		c.note(transaction.SeverityError, c.root.Key("paths").At(), `"paths" is %s; it has to be an object whose keys are paths`, article(paths.Kind()))
		ok = false
	}
	return ok
}

func article(k source.Kind) string {
	switch k {
	case source.Null:
		return "null"
	case source.Object, source.List:
		return "an " + k.String()
	}
	return "a " + k.String()
}

// located returns the place and the message of an error of package source or description.
func located(err error, fallback transaction.Position) (transaction.Position, string) {
	var syntax *source.Error
	var file *description.Error
	switch {
	case errors.As(err, &syntax):
		return syntax.At, syntax.Msg
	case errors.As(err, &file):
		return file.At, file.Msg
	}
	return fallback, err.Error()
}
