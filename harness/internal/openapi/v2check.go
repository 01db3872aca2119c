package openapi

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// shape2 says what a value of OpenAPI 2.0 has to look like: https://spec.openapis.org/oas/v2.0
type shape2 struct {
	kind source.Kind
	// fields are the known keys of an object. Others are told of when the shape is closed.
	fields map[string]*shape2
	closed bool
	// each is the shape of every item, or of every value under a key that is not an extension.
	each *shape2
	// required are the keys that have to be there.
	required []string
	// referable objects may be a reference in their place.
	referable bool
}

func list2(each *shape2) *shape2 { return &shape2{kind: source.List, each: each} }

func map2(each *shape2) *shape2 { return &shape2{kind: source.Object, each: each} }

// document2 is the shape of a document, as far as transactions are made of it. Schemas are the
// business of validate, and of package sample.
func document2() *shape2 {
	anything, str, boolean, object := (*shape2)(nil), &shape2{kind: source.String}, &shape2{kind: source.Bool}, &shape2{kind: source.Object}
	texts := list2(str)
	item := map[string]*shape2{
		"type": str, "format": str, "items": object, "collectionFormat": str, "default": anything,
		"enum": {kind: source.List},
	}
	header := &shape2{kind: source.Object, fields: item, required: []string{"type"}}
	response := &shape2{
		kind: source.Object, referable: true, required: []string{"description"}, closed: true,
		fields: map[string]*shape2{"description": str, "schema": object, "headers": map2(header), "examples": object},
	}
	parameter := &shape2{
		kind: source.Object, referable: true, required: []string{"name", "in"},
		fields: map[string]*shape2{
			"name": str, "in": str, "description": str, "required": boolean, "schema": object,
			"type": str, "format": str, "items": object, "collectionFormat": str, "enum": {kind: source.List},
			"allowEmptyValue": boolean,
		},
	}
	responses := map2(response)
	operation := &shape2{
		kind: source.Object, referable: true, required: []string{"responses"}, closed: true,
		fields: map[string]*shape2{
			"tags": texts, "summary": str, "description": str, "externalDocs": object, "operationId": str,
			"consumes": texts, "produces": texts, "parameters": list2(parameter), "responses": responses,
			"schemes": texts, "deprecated": boolean, "security": list2(object),
		},
	}
	path := &shape2{
		kind: source.Object, referable: true, closed: true,
		fields: map[string]*shape2{"parameters": list2(parameter)},
	}
	for _, m := range methods2 {
		path.fields[m] = operation
	}
	return &shape2{
		kind: source.Object, required: []string{"swagger", "info", "paths"}, closed: true,
		fields: map[string]*shape2{
			"swagger": str,
			"info": {
				kind: source.Object, required: []string{"title", "version"},
				fields: map[string]*shape2{"title": str, "version": str},
			},
			"host": str, "basePath": str, "schemes": texts, "consumes": texts, "produces": texts,
			"paths": map2(path), "definitions": map2(object), "parameters": map2(parameter), "responses": responses,
			"securityDefinitions": map2(object), "security": list2(object), "tags": {kind: source.List}, "externalDocs": object,
		},
	}
}

// check looks at the shape of the document; false when it has none that anything can be made of.
func (c *compiler2) check() bool {
	if !c.root.Is(source.Object) {
		c.note(transaction.SeverityError, c.root.At(),
			"the document is %s; an OpenAPI document is an object with the keys swagger, info and paths", article(c.root.Kind()))
		return false
	}
	if v := c.root.Get("swagger"); v != nil && text(v) != "2.0" {
		c.note(transaction.SeverityError, v.At(), `there is no version %q of OpenAPI that begins with the key "swagger"; write "2.0"`, text(v))
		return false
	}
	c.shape(c.root, c.root, document2(), "the document")
	if base := c.root.Get("basePath"); text(base) != "" && !strings.HasPrefix(text(base), "/") {
		c.note(transaction.SeverityError, base.At(), `basePath has to begin with "/"`)
	}
	paths := c.root.Get("paths")
	for _, e := range paths.Entries() {
		if key := e.Key.Text(); !isExtension2(key) && !strings.HasPrefix(key, "/") {
			c.note(transaction.SeverityError, e.Key.At(), `the path %q has to begin with "/"`, key)
		}
	}
	return true
}

// shape holds a value against a shape. What cannot be compiled as it is meant is an error; what is
// merely against the specification, a warning. key is where a person looks for it: the key of the
// value, or the value itself.
func (c *compiler2) shape(key, n *source.Node, s *shape2, what string) {
	if s == nil {
		return
	}
	if !n.Is(s.kind) {
		c.wrongKind(key, n, s, what)
		return
	}
	if _, ok := source.Ref(n); ok && s.referable {
		return // it is followed where it is needed
	}
	for _, r := range s.required {
		if !n.Has(r) {
			c.missing(key, r, what)
		}
	}
	for _, item := range n.Items() {
		c.shape(item, item, s.each, "an item of "+what)
	}
	for _, e := range n.Entries() {
		name := e.Key.Text()
		field, known := s.fields[name]
		switch {
		case isExtension2(name):
		case known:
			c.shape(e.Key, e.Value, field, `"`+name+`"`)
		case s.each != nil:
			c.shape(e.Key, e.Value, s.each, `"`+name+`"`)
		case s.closed:
			c.note(transaction.SeverityWarning, e.Key.At(), "OpenAPI 2.0 knows no key %q here, so it is ignored%s", name, c.meant(name, s))
		}
	}
}

// wrongKind tells of a value of another kind than the shape asks for. A scalar is understood whatever
// its kind.
func (c *compiler2) wrongKind(key, n *source.Node, s *shape2, what string) {
	severity := transaction.SeverityError
	switch {
	case isScalar(n) && s.kind == source.String:
		severity = transaction.SeverityWarning
	case n.Is(source.Null) && (what == `"paths"` || s.kind == source.String):
		severity = transaction.SeverityWarning
	}
	c.note(severity, key.At(), "%s is %s; it has to be %s", what, article(n.Kind()), article(s.kind))
}

// missing tells of a key that is not there. As in Dredd, nothing runs then.
func (c *compiler2) missing(at *source.Node, key, what string) {
	c.note(transaction.SeverityError, at.At(), "%s has no key %q, which it has to have", what, key)
}

// meant proposes the key that a misspelt one may stand for.
func (c *compiler2) meant(name string, s *shape2) string {
	for known := range s.fields {
		if strings.EqualFold(known, name) {
			return "; " + known + " is written so"
		}
	}
	return ""
}
