package openapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// checkTime is how long validation may take. Real documents of hundreds of kilobytes take less than a
// tenth of a second.
const checkTime = 5 * time.Second

// check has kin-openapi validate the document. Its findings are warnings: what a transaction can be
// made of in spite of them is worth running.
func (c *compiler) check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	v := &validation{files: map[string]string{}, options: openapi3.AllowExtraSiblingFields()}
	if c.dialect != sample.OpenAPI30 {
		v.options = openapi3.AllowExtraSiblingFields("pathItems")
	}
	done := make(chan []error, 1)
	go func() { done <- v.run(ctx, c.doc) }()
	select {
	case <-ctx.Done():
		if errors.Is(ctx.Err(), context.Canceled) {
			return ctx.Err()
		}
		c.note(transaction.SeverityWarning, transaction.Position{}, "the document was not validated to the end, because that would take more than %s", checkTime)
		return nil
	case findings := <-done:
		broken := len(c.annotations) > 0
		for _, finding := range findings {
			c.finding(v, finding, broken)
		}
		return nil
	}
}

// finding adds what kin-openapi found. What it says of references, when some are broken, has been told
// already.
func (c *compiler) finding(v *validation, err error, broken bool) {
	at := transaction.Position{File: c.doc.Filename}
	if l := originOf(err); l != nil {
		at = transaction.Position{File: first(v.files[l.File], c.doc.Filename), Line: l.Line, Column: l.Column}
	}
	var load *loadError
	if !errors.As(err, &load) {
		message := said(err)
		if c.isKeyword(err, at) || broken && strings.HasPrefix(message, "found unresolved ref") {
			return
		}
		c.note(transaction.SeverityWarning, at, "%s", message)
		return
	}
	if broken {
		return
	}
	for _, m := range misplaced.FindAllStringSubmatch(err.Error(), -1) {
		if key, value := c.at(m[2]); key.Exists() {
			c.note(transaction.SeverityWarning, key.At(), "%q is %s, and the specification has %s there; the rest of the document was not validated",
				key.Text(), article(value.Kind()), kindOf(m[1]))
		}
	}
	if len(c.annotations) == 0 {
		c.note(transaction.SeverityWarning, at, "the document was not validated: %s", said(err))
	}
}

// isKeyword reports whether a finding is about a key of a schema that kin-openapi does not know. JSON
// Schema allows every keyword, and so does OpenAPI since 3.1.
func (c *compiler) isKeyword(err error, at transaction.Position) bool {
	var extra *openapi3.ExtraSiblingFieldsError
	if c.dialect == sample.OpenAPI30 || !errors.As(err, &extra) {
		return false
	}
	if c.outsideSchemas == nil {
		c.outsideSchemas = map[transaction.Position]bool{}
		c.findOutside(c.root)
	}
	return !c.outsideSchemas[at] // what is in another file can be a schema
}

// findOutside notes where the keys are that are not in a schema.
func (c *compiler) findOutside(n *source.Node) {
	for _, e := range n.Entries() {
		if key := e.Key.Text(); key != "schema" && key != "schemas" {
			c.outsideSchemas[e.Key.At()] = true
			c.findOutside(e.Value)
		}
	}
	for _, item := range n.Items() {
		c.findOutside(item)
	}
}

// misplaced is what kin-openapi says of a value of the wrong kind: the type it wants, and where.
var misplaced = regexp.MustCompile(`cannot construct .* into (\S+) in (/\S*)`)

// kindOf says in words what a Go type of kin-openapi holds.
func kindOf(goType string) string {
	switch goType = strings.TrimLeft(goType, "*"); {
	case strings.HasPrefix(goType, "[]"):
		return article(source.List)
	case goType == "bool":
		return article(source.Bool)
	case goType == "string":
		return article(source.String)
	case strings.HasPrefix(goType, "float"), strings.HasPrefix(goType, "int"), strings.HasPrefix(goType, "uint"):
		return article(source.Number)
	}
	return article(source.Object)
}

// at returns the value that a JSON Pointer leads to, and the nearest key before it.
func (c *compiler) at(pointer string) (key, value *source.Node) {
	value = c.root
	for _, step := range strings.Split(strings.TrimPrefix(pointer, "/"), "/") {
		step = strings.ReplaceAll(strings.ReplaceAll(step, "~1", "/"), "~0", "~")
		if items := value.Items(); items != nil {
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(items) {
				return nil, nil
			}
			value = items[i]
			continue
		}
		key, value = value.Key(step), value.Get(step)
	}
	return key, value
}

// said is the message of a finding, without the parts that say where it is: that is its place.
func said(err error) string {
	for {
		switch e := err.(type) { //nolint:errorlint // each level is taken off
		case *openapi3.SectionValidationError:
			err = e.Cause
		case *openapi3.PathValidationError:
			err = e.Cause
		case *openapi3.OperationValidationError:
			err = e.Cause
		case *openapi3.ComponentValidationError:
			err = e.Cause
		default:
			return strings.TrimSpace(err.Error())
		}
	}
}

// originOf is the place of what a finding is about: that of the innermost error that has one.
func originOf(err error) *openapi3.Location {
	var at *openapi3.Location
	for ; err != nil; err = errors.Unwrap(err) {
		v := reflect.Indirect(reflect.ValueOf(err))
		if v.Kind() != reflect.Struct {
			continue
		}
		field := v.FieldByName("Origin")
		if !field.IsValid() {
			continue
		}
		if o, ok := field.Interface().(*openapi3.Origin); ok && o != nil && o.Key != nil {
			at = o.Key
		}
	}
	return at
}

// loadError says that a document could not be loaded, and so not be validated.
type loadError struct{ error }

func (e *loadError) Unwrap() error { return e.error }

// validation is one look of kin-openapi at a document.
type validation struct {
	// files leads from what kin-openapi calls a file to what people call it.
	files map[string]string
	// options has what kin-openapi does not know although it is in the specification.
	options openapi3.ValidationOption
}

// run returns what is wrong with a document. It recovers from panics, of which no text should be
// capable; but kin-openapi is not ours.
func (v *validation) run(ctx context.Context, doc *description.Document) (findings []error) {
	defer func() {
		if r := recover(); r != nil {
			findings = []error{&loadError{fmt.Errorf("the document cannot be validated: kin-openapi stopped with %q", fmt.Sprint(r))}}
		}
	}()
	loader := openapi3.NewLoader()
	loader.Context, loader.IncludeOrigin = ctx, true
	loader.ReadFromURIFunc = func(_ *openapi3.Loader, u *url.URL) ([]byte, error) {
		if u.Scheme != "" || u.Host != "" {
			return nil, errors.New("nothing is fetched because of a description")
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		other, err := doc.Refer(strings.TrimPrefix(u.Path, "./"))
		if err != nil {
			return nil, err
		}
		v.files[u.String()] = other.Filename
		return other.Text, nil
	}
	root := &url.URL{Path: first(doc.Path(), "openapi")}
	v.files[root.String()] = doc.Filename
	loaded, err := loader.LoadFromDataWithPath(doc.Text, root)
	if err != nil {
		return []error{&loadError{err}}
	}
	// Patterns are those of ECMAScript, which Go cannot read, and examples need not be valid.
	err = loaded.Validate(ctx, openapi3.EnableMultiError(), openapi3.DisableExamplesValidation(),
		openapi3.DisableSchemaDefaultsValidation(), openapi3.DisableSchemaPatternValidation(), v.options)
	var several openapi3.MultiError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &several):
		return several
	}
	return []error{err}
}
