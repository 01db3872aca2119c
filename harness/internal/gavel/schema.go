package gavel

import (
	"errors"
	"fmt"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// maxSchemaDepth is how deeply a body may be nested that is held against a schema, and how deeply a
// schema may be: the library keeps a whole path for each of its errors.
const maxSchemaDepth = 1000

// schema is a compiled schema, or what is wrong with it. It holds one body at a time, since the
// steps are counted.
type schema struct {
	docs   *documents
	broken *transaction.Finding

	mu       sync.Mutex
	compiled *jsonschema.Schema
	steps    *int
}

// schema holds the real body against the documented schema.
func (k *check) schema(t *tree) {
	s := k.documentedSchema()
	if s.broken != nil {
		k.bodyKind = ""
		k.out.add(*s.broken)
		return
	}
	if t.deepest > maxSchemaDepth {
		k.bodyKind = ""
		k.aboutBody(BodyTooDeep, fmt.Sprintf("Can't validate: actual body is nested %d levels deep; "+
			"a schema is held against bodies of at most %d levels", t.deepest, maxSchemaDepth))
		return
	}
	found, broken := s.hold(t, k.level == structure)
	if broken != nil {
		k.bodyKind = ""
		k.out.add(*broken)
		return
	}
	for _, f := range found {
		k.out.add(f)
	}
}

// documentedSchema compiles the documented schema, or finds it as it was compiled before.
func (k *check) documentedSchema() *schema {
	return k.checker.schemas.get(schemaKey{k.expected.Schema, k.level == structure}, k.options.Refer)
}

// hold returns what the schema does not allow in a body, or why that cannot be told.
func (s *schema) hold(t *tree, rounded bool) ([]transaction.Finding, *transaction.Finding) {
	original := t.value(0)
	body := original
	if t.long {
		body = mapNumbers(t.value(0), numberChange(rounded))
	}
	errs, broken := s.validate(body, allowance(len(t.nodes)))
	if broken != nil {
		return nil, broken
	}
	return violations(s.docs, body, original, errs), nil
}

// validate runs the library. Whatever happens in there, the caller gets an answer.
func (s *schema) validate(body any, steps int) (errs *jsonschema.ValidationError, broken *transaction.Finding) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer func() {
		switch p := recover().(type) {
		case nil:
		case tooCostly:
			broken = brokenSchema(SchemaTooCostly, fmt.Sprintf(
				"Can't validate: the schema was given up after %d steps; do its references fork at each level?", steps))
		default:
			broken = brokenSchema(SchemaInvalid, fmt.Sprintf("Can't validate: the schema cannot be used: %v", p))
		}
	}()
	*s.steps = steps
	errors.As(s.compiled.Validate(body), &errs)
	if cycle := s.docs.findCycle(errs); cycle != nil {
		return nil, cycle
	}
	return errs, nil
}

func brokenSchema(id, message string) *transaction.Finding {
	return &transaction.Finding{ID: id, Field: fieldBody, Message: message}
}

// schemaKey is what a compiled schema is known by, beside the files that it refers to.
type schemaKey struct {
	text string
	// rounded says that numbers are those of JavaScript, as Gavel has them: 2 to the 53rd, plus
	// one, is 2 to the 53rd.
	rounded bool
}

// numberChange returns what is done to each number of a schema and of the bodies held against it.
func numberChange(rounded bool) func(string) string {
	if rounded {
		return round
	}
	return tame
}

// newSchema compiles the text of a schema. What it refers to is read by refer, which may be nil.
func newSchema(key schemaKey, refer referFunc) (s *schema, reads []read) {
	c := newCompiling(key.rounded, refer)
	defer func() {
		// The library panics on nothing that we know of.
		if p := recover(); p != nil {
			s = &schema{broken: brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema cannot be compiled: %v.", p))}
		}
		reads = c.reads
	}()
	if broken := c.open(key.text); broken != nil {
		return &schema{broken: broken}, nil
	}
	compiled, err := c.compile()
	if err != nil {
		return &schema{broken: c.finding(err)}, nil
	}
	meter(compiled, c.steps)
	return &schema{docs: c.documents, compiled: compiled, steps: c.steps}, nil
}
