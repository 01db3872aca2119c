package gavel

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// schemaURL is the name that a documented schema has inside the library. Nothing is ever loaded
// from it.
const schemaURL = "http://documentation.invalid/schema.json"

const (
	// maxSchemaDepth is how deeply a body may be nested that is held against a schema: the library
	// keeps a whole path for each of its errors.
	maxSchemaDepth = 1000
	// maxSubschemas bounds the time that compiling takes: the library looks for each subschema in
	// a list of them all.
	maxSubschemas = 20_000
	// freeSteps, stepsPerNode and maxSteps bound the number of times a subschema is held against a
	// value. References that fork at each level double it with each level of the body.
	freeSteps    = 200_000
	stepsPerNode = 20
	maxSteps     = 20_000_000
)

// schema is a compiled schema, or what is wrong with it. It holds one body at a time, since the
// steps are counted.
type schema struct {
	doc    any // the schema as it was compiled
	broken *transaction.Finding

	mu       sync.Mutex
	compiled *jsonschema.Schema
	steps    *int
}

// tooCostly is what stepping panics with to get out of the library.
type tooCostly struct{}

// stepping counts how often a subschema is held against a value. The library calls it once for
// each time.
type stepping struct{ left *int }

// Validate implements jsonschema.SchemaExt.
func (s stepping) Validate(*jsonschema.ValidatorContext, any) {
	if *s.left--; *s.left < 0 {
		panic(tooCostly{})
	}
}

// schema holds the real body against the documented schema.
func (k *check) schema(t *tree) {
	key := schemaKey{k.expected.Schema, k.level == structure}
	s := k.checker.schemas.get(key, newSchema)
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
	original := t.value(0)
	body := original
	if t.long {
		body = mapNumbers(t.value(0), key.number())
	}
	errs, broken := s.validate(body, min(freeSteps+stepsPerNode*len(t.nodes), maxSteps))
	if broken != nil {
		k.bodyKind = ""
		k.out.add(*broken)
		return
	}
	for _, f := range violations(s.doc, body, original, errs) {
		k.out.add(f)
	}
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
	if cycle := findCycle(errs); cycle != "" {
		return nil, brokenSchema(SchemaInvalid, "Can't validate: the schema refers to itself without end: "+cycle)
	}
	return errs, nil
}

func brokenSchema(id, message string) *transaction.Finding {
	return &transaction.Finding{ID: id, Field: fieldBody, Message: message}
}

// schemaKey is what a compiled schema is known by.
type schemaKey struct {
	text string
	// rounded says that numbers are those of JavaScript, as Gavel has them: 2 to the 53rd, plus
	// one, is 2 to the 53rd.
	rounded bool
}

// number returns what is done to each number of the schema and of the bodies held against it.
func (k schemaKey) number() func(string) string {
	if k.rounded {
		return round
	}
	return tame
}

// newSchema compiles the text of a schema.
func newSchema(key schemaKey) (s *schema) {
	t, bad := parse(key.text)
	if bad != nil {
		return &schema{broken: brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema is not JSON: %s.", bad))}
	}
	if n := t.objects(); n > maxSubschemas {
		return &schema{broken: brokenSchema(SchemaInvalid, fmt.Sprintf(
			"The documented schema has %d objects; at most %d are read.", n, maxSubschemas))}
	}
	if t.deepest > maxSchemaDepth {
		return &schema{broken: brokenSchema(SchemaInvalid, fmt.Sprintf(
			"The documented schema is nested %d levels deep; at most %d are read.", t.deepest, maxSchemaDepth))}
	}
	c := compiling{doc: t.value(0), steps: new(int)}
	if t.long {
		c.doc = mapNumbers(c.doc, key.number())
	}
	defer func() {
		// The library panics on nothing that we know of.
		if p := recover(); p != nil {
			s = &schema{broken: brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema cannot be compiled: %v.", p))}
		}
	}()
	compiled, err := c.compile()
	if err != nil {
		return &schema{broken: c.finding(err)}
	}
	return &schema{doc: c.doc, compiled: compiled, steps: c.steps}
}

// objects counts the objects of a tree, each of which may be a subschema.
func (t *tree) objects() int {
	n := 0
	for i := range t.nodes {
		if t.nodes[i].kind == kindObject {
			n++
		}
	}
	return n
}

// compiling is the compilation of one schema.
type compiling struct {
	doc   any
	steps *int
	// pattern is the regular expression that could not be compiled, and why.
	pattern    string
	patternErr error
	done       bool
}

// errDraft is a schema of a draft that is not supported.
type errDraft struct{ url string }

func (e errDraft) Error() string { return fmt.Sprintf("draft %q is not supported", e.url) }

// compile checks the schema against the rules of its own draft and compiles it. Drafts 4 to 7 are
// compiled as draft 7, since Gavel has one engine for all of them and heeds newer keywords in
// older schemas.
func (c *compiling) compile() (*jsonschema.Schema, error) {
	draft, err := c.draft()
	if err != nil {
		return nil, err
	}
	target := draft
	if draft == jsonschema.Draft4 || draft == jsonschema.Draft6 || draft == jsonschema.Draft7 {
		target = jsonschema.Draft7
		c.doc = modernise(c.doc, draft == jsonschema.Draft4)
	}
	lib := c.compiler(target)
	lib.RegisterVocabulary(&jsonschema.Vocabulary{
		URL: "urn:bailiff:steps",
		Compile: func(*jsonschema.CompilerContext, map[string]any) (jsonschema.SchemaExt, error) {
			return stepping{c.steps}, nil
		},
	})
	lib.AssertVocabs()
	if err := lib.AddResource(schemaURL, c.doc); err != nil {
		return nil, err
	}
	compiled, err := lib.Compile(schemaURL)
	c.done = true
	return compiled, err
}

// compiler returns a compiler of the library that loads nothing.
func (c *compiling) compiler(draft *jsonschema.Draft) *jsonschema.Compiler {
	lib := jsonschema.NewCompiler()
	lib.DefaultDraft(draft)
	lib.UseLoader(noLoader{})
	lib.UseRegexpEngine(c.regexp)
	lib.AssertFormat()
	for _, f := range formats() {
		lib.RegisterFormat(f)
	}
	return lib
}

// draft returns the draft that the schema is valid for, out of those it may be written in.
func (c *compiling) draft() (*jsonschema.Draft, error) {
	drafts, err := draftsOf(c.doc)
	if err != nil {
		return nil, err
	}
	for _, d := range drafts {
		c.patternErr = nil
		invalid := c.checkDraft(d)
		if invalid == nil {
			return d, nil
		}
		if err == nil {
			err = invalid
		}
	}
	return nil, err
}

// checkDraft holds the schema against the rules of its draft, which the library does when it
// compiles it as it is.
func (c *compiling) checkDraft(draft *jsonschema.Draft) error {
	lib := c.compiler(draft)
	if err := lib.AddResource(schemaURL, c.doc); err != nil {
		return err
	}
	_, err := lib.Compile(schemaURL)
	return err
}

// errRemote is what a reference to a document other than the schema itself gives.
var errRemote = errors.New("another document")

type noLoader struct{}

// Load implements jsonschema.URLLoader.
func (noLoader) Load(string) (any, error) { return nil, errRemote }

// finding says what is wrong with a schema that does not compile.
func (c *compiling) finding(err error) *transaction.Finding {
	var (
		draft   errDraft
		load    *jsonschema.LoadURLError
		missing *jsonschema.JSONPointerNotFoundError
		anchor  *jsonschema.AnchorNotFoundError
		broken  *jsonschema.SchemaValidationError
		invalid *jsonschema.ValidationError
	)
	switch {
	case errors.As(err, &draft):
		return brokenSchema(SchemaDraftUnsupported, fmt.Sprintf(
			"The documented schema is of the draft %q, which is not supported: "+
				"drafts 4, 6, 7, 2019-09 and 2020-12 are.", draft.url))
	case c.patternErr != nil:
		return brokenSchema(SchemaPatternInvalid, fmt.Sprintf(
			"The documented schema has the regular expression %q, which cannot be compiled: %v.", c.pattern, c.patternErr))
	case errors.As(err, &load):
		return brokenSchema(SchemaReferenceUnresolved, fmt.Sprintf(
			"The documented schema refers to %q, and only references within the schema are followed.", load.URL))
	case errors.As(err, &missing):
		return brokenSchema(SchemaReferenceUnresolved, fmt.Sprintf(
			"The documented schema refers to %q, which is not there.", strings.TrimPrefix(missing.URL, schemaURL)))
	case errors.As(err, &anchor):
		return brokenSchema(SchemaReferenceUnresolved, fmt.Sprintf(
			"The documented schema refers to %q, which is not there.", strings.TrimPrefix(anchor.Reference, schemaURL)))
	case errors.As(err, &broken) && errors.As(broken.Err, &invalid):
		return brokenSchema(SchemaInvalid, "The documented schema is not valid for its draft: "+firstCause(invalid)+".")
	}
	return brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema cannot be compiled: %v.", err))
}
