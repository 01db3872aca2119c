package gavel

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
	jskind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// faultOf is why a schema does not compile: the error of the library, and the regular expression that
// did not compile before it, if one did not.
type faultOf struct {
	err        error
	patternErr error
	pattern    string
	draft      *jsonschema.Draft
}

func (f faultOf) Error() string { return f.err.Error() }
func (f faultOf) Unwrap() error { return f.err }

// finding says what is wrong with a schema that does not compile, and where.
func (c *compiling) finding(err error) *transaction.Finding {
	var (
		draft  errDraft
		fault  faultOf
		broken *jsonschema.SchemaValidationError
		about  *jsonschema.ValidationError
	)
	if errors.As(err, &draft) {
		f := brokenSchema(SchemaDraftUnsupported, "The documented schema "+draft.Error())
		f.SchemaPointer = "/$schema"
		return f
	}
	errors.As(err, &fault)
	if fault.patternErr != nil {
		return c.badPattern(fault)
	}
	if f := c.badReference(err); f != nil {
		return f
	}
	if errors.As(err, &broken) && errors.As(broken.Err, &about) {
		return c.againstDraft(broken.URL, about, fault.draft)
	}
	return c.otherFault(err)
}

// againstDraft is a schema that breaks the rules of its draft.
func (c *compiling) againstDraft(location string, e *jsonschema.ValidationError, draft *jsonschema.Draft) *transaction.Finding {
	d, path := c.documents.find(location)
	if d == nil {
		d = c.documents.root
	}
	if d.draft != nil {
		draft = d.draft
	}
	cause := firstCause(e)
	f := brokenSchema(SchemaInvalid, fmt.Sprintf("%s is not valid for %s: %v.", d.title(), draftName(draft), cause))
	d.point(f, d.written(append(path[:len(path):len(path)], cause.InstanceLocation...)))
	return f
}

// otherFault is what the library finds wrong beside.
func (c *compiling) otherFault(err error) *transaction.Finding {
	f := brokenSchema(SchemaInvalid, "The documented schema cannot be compiled: "+c.documents.clean(err.Error())+".")
	var (
		id     *jsonschema.DuplicateIDError
		anchor *jsonschema.DuplicateAnchorError
		parse  *jsonschema.ParseIDError
		name   *jsonschema.ParseAnchorError
		at     string
	)
	switch {
	case errors.As(err, &id):
		at = id.URL + "#" + max(id.Ptr1, id.Ptr2)
		f.Message = fmt.Sprintf("The documented schema has the id %q twice.", c.documents.clean(id.ID))
	case errors.As(err, &anchor):
		at = anchor.URL + "#" + max(anchor.Ptr1, anchor.Ptr2)
		f.Message = fmt.Sprintf("The documented schema has the anchor %q twice.", anchor.Anchor)
	case errors.As(err, &parse):
		at = parse.URL
	case errors.As(err, &name):
		at = name.URL
	}
	if d, path := c.documents.find(at); d != nil {
		d.point(f, d.written(path))
	}
	return f
}

// badPattern is a schema with a regular expression that does not compile.
func (c *compiling) badPattern(fault faultOf) *transaction.Finding {
	f := brokenSchema(SchemaPatternInvalid, fmt.Sprintf(
		"The documented schema has the regular expression %q, which cannot be compiled: %v.", fault.pattern, fault.patternErr))
	for _, d := range c.documents.order {
		found := search(d, func(path []string, v any) bool {
			last, before := lastTwo(path)
			return last == "pattern" && v == fault.pattern || before == "patternProperties" && last == fault.pattern
		})
		if found != nil {
			d.point(f, found)
			if !d.isRoot() {
				f.Message = fmt.Sprintf("%s has the regular expression %q, which cannot be compiled: %v.",
					d.title(), fault.pattern, fault.patternErr)
			}
			break
		}
	}
	return f
}

func lastTwo(path []string) (last, before string) {
	if n := len(path); n > 0 {
		last = path[n-1]
		if n > 1 {
			before = path[n-2]
		}
	}
	return last, before
}

// search returns the path of the first value, in the order of the text, that is looked for; nil when
// there is none.
func search(d *document, wanted func(path []string, v any) bool) []string {
	var found []string
	line := 0
	v, _ := d.text.at(nil)
	walkValue(v, nil, func(path []string, v any) {
		if !wanted(path, v) {
			return
		}
		// Objects come in no order.
		at := d.text.line(path)
		if found == nil || at < line || at == line && comparePaths(path, found) < 0 {
			found, line = append([]string{}, path...), at
		}
	})
	return found
}

// walkValue visits a value and all values in it, but for what is data in a schema.
func walkValue(v any, path []string, visit func(path []string, v any)) {
	visit(path, v)
	eachChild(v, func(step string, child any) {
		if !holdsData(step, child) {
			walkValue(child, append(path, step), visit)
		}
	})
}

// eachChild visits the members of an object, in no order, and the items of a list.
func eachChild(v any, visit func(step string, child any)) {
	switch v := v.(type) {
	case map[string]any:
		for key, child := range v {
			visit(key, child)
		}
	case []any:
		for i, child := range v {
			visit(strconv.Itoa(i), child)
		}
	}
}

// holdsData reports whether what stands under a keyword is data and no schema. A property may have
// such a name too, so a schema under "default" or "const" is taken for data; the keywords are only
// looked through for the place of a fault.
func holdsData(keyword string, v any) bool {
	switch keyword {
	case "enum", "examples":
		_, list := v.([]any)
		return list
	case "const", "default", "example":
		return true
	}
	return false
}

// findCycle returns a finding about a reference that leads back to itself, nil when there is none. Of
// several it takes the first by name, since the library has them in no order.
func (ds *documents) findCycle(e *jsonschema.ValidationError) *transaction.Finding {
	found := ""
	eachLeaf(e, func(leaf *jsonschema.ValidationError) {
		if c, ok := leaf.ErrorKind.(*jskind.RefCycle); ok && (found == "" || c.URL < found) {
			found = c.URL
		}
	})
	if found == "" {
		return nil
	}
	f := brokenSchema(SchemaInvalid, "Can't validate: the schema refers to itself without end: "+ds.clean(found))
	if d, path := ds.find(found); d != nil {
		d.point(f, d.written(path))
	}
	return f
}

// firstCause returns why a schema breaks the rules of its draft: the deepest of the reasons, and of
// those the last by name, which names the values that are allowed rather than their type.
func firstCause(e *jsonschema.ValidationError) *jsonschema.ValidationError {
	var first *jsonschema.ValidationError
	text, depth := "", -1
	eachLeaf(e, func(leaf *jsonschema.ValidationError) {
		d, s := len(leaf.InstanceLocation), leaf.Error()
		if d > depth || d == depth && s > text {
			first, text, depth = leaf, s, d
		}
	})
	return first
}

func eachLeaf(e *jsonschema.ValidationError, visit func(*jsonschema.ValidationError)) {
	if e == nil {
		return
	}
	for _, cause := range e.Causes {
		eachLeaf(cause, visit)
	}
	if len(e.Causes) == 0 {
		visit(e)
	}
}
