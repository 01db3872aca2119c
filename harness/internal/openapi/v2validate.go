package openapi

import (
	"context"
	"encoding/json"
	"errors"
	"strings"

	"github.com/getkin/kin-openapi/openapi2"
	"github.com/getkin/kin-openapi/openapi2conv"
	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// validate has kin-openapi look at the document, and warns of what it finds. It knows OpenAPI 2.0 by
// what becomes of it in 3.0, so only those findings count that are wrong in both. Nothing that it
// finds keeps transactions from being made.
func (c *compiler2) validate(ctx context.Context) error {
	if len(c.annotations) > 0 || len(c.refs.Documents()) > 1 {
		return nil // it would speak of the same in its own words
	}
	limited, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- findings2(limited, c.root) }()
	select {
	case <-limited.Done():
		return ctx.Err() // it is an opinion, and not worth more time
	case err := <-done:
		c.findings(err, finding2{at: transaction.Position{File: c.doc.Filename}, said: map[string]bool{}})
		return nil
	}
}

// findings2 reads the document as kin-openapi does. What cannot be read needs other files, or is what
// check tells better. That a document can crash a library must not matter to those who have only asked
// it for an opinion.
func findings2(ctx context.Context, root *source.Node) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = nil
		}
	}()
	text, err := json.Marshal(root.Value())
	if err != nil {
		return nil
	}
	var v2 openapi2.T
	if err := json.Unmarshal(text, &v2); err != nil {
		return nil
	}
	v3, err := openapi2conv.ToV3(&v2)
	if err != nil {
		return nil
	}
	return v3.Validate(ctx, openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(), openapi3.DisableSchemaPatternValidation())
}

// finding2 is the part of the document that an error of kin-openapi is about.
type finding2 struct {
	at   transaction.Position
	path string
	// shared says that it is in a part that others refer to, and said what was found in those.
	shared bool
	said   map[string]bool
}

// findings makes warnings of an error, which is a tree of them: those on top say where, the leaves
// what.
func (c *compiler2) findings(err error, in finding2) {
	switch e := err.(type) { //nolint:errorlint // the tree is walked level by level
	case nil:
	case openapi3.MultiError:
		for _, one := range e {
			c.findings(one, in)
		}
	case *openapi3.SectionValidationError:
		if key := c.root.Key(e.Section); key != nil {
			in.at = key.At()
		}
		c.findings(e.Cause, in)
	case *openapi3.PathValidationError:
		in.path = e.Path
		in.at = c.root.Get("paths").Key(e.Path).At()
		c.findings(e.Cause, in)
	case *openapi3.OperationValidationError:
		if key := c.root.Get("paths").Get(in.path).Key(strings.ToLower(e.Method)); key != nil {
			in.at = key.At()
		}
		c.findings(e.Cause, in)
	case *openapi3.ComponentValidationError:
		section := map[string]string{
			"schema": "definitions", "parameter": "parameters", "request body": "parameters",
			"response": "responses", "security scheme": "securityDefinitions",
		}[e.Section]
		if key := c.root.Get(section).Key(e.Name); key != nil {
			in.at = key.At()
		}
		in.shared = true
		c.findings(e.Cause, in)
	default:
		// What is shared is found first, and again wherever it is used.
		msg := err.Error()
		if isWrong(err) && !in.said[msg] {
			c.note(transaction.SeverityWarning, in.at, "%s", msg)
			in.said[msg] = in.shared
		}
	}
}

// isWrong reports whether an error is about something that OpenAPI 2.0 forbids too.
func isWrong(err error) bool {
	return is[*openapi3.DuplicateOperationIDError](err) ||
		is[*openapi3.DuplicateParameterError](err) ||
		is[*openapi3.DuplicateTagError](err) ||
		is[*openapi3.DuplicateRequiredFieldError](err) ||
		is[*openapi3.SchemaTypeError](err) ||
		is[*openapi3.SchemaItemsRequired](err) ||
		is[*openapi3.SchemaMultipleOfNotPositiveError](err) ||
		is[*openapi3.SecurityRequirementSchemeUndefinedError](err)
}

// is reports whether an error, or one that it wraps, is of a type.
func is[T error](err error) bool {
	var target T
	return errors.As(err, &target)
}
