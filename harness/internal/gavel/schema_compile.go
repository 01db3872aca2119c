package gavel

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// compiling is the compilation of one schema.
type compiling struct {
	documents *documents
	rounded   bool
	refer     referFunc
	steps     *int

	// reads are the files that were asked for, and unusable why some of them are no schemas.
	reads    []read
	unusable map[string]error
	// size and objects are those of all files so far.
	size, objects int

	// trying is the draft that the schema is compiled as: that of all documents that name none.
	trying *jsonschema.Draft
	// modern says that documents of drafts 4 to 7 are modernised, with branches wrapped or not.
	modern, wrap bool
	// pattern is the regular expression that could not be compiled, and why.
	pattern    string
	patternErr error
	done       bool
	scans      map[*document]*scan
}

func newCompiling(rounded bool, refer referFunc) *compiling {
	return &compiling{
		documents: &documents{byURL: map[string]*document{}},
		rounded:   rounded,
		refer:     refer,
		steps:     new(int),
		unusable:  map[string]error{},
	}
}

// open reads the documented schema, and says why if it cannot be.
func (c *compiling) open(text string) *transaction.Finding {
	t, bad := parse(text)
	if bad != nil {
		return brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema is not JSON: %s.", bad))
	}
	if why := c.measure(t.objects(), t.deepest); why != "" {
		return brokenSchema(SchemaInvalid, fmt.Sprintf("The documented schema %s.", why))
	}
	d := &document{url: schemaURL, text: newJSONText(text), raw: c.numbers(t.value(0), t.long)}
	c.documents.root = d
	c.documents.byURL[d.url] = d
	c.documents.order = []*document{d}
	return nil
}

// compile checks the schema against the rules of its own draft and compiles it. Drafts 4 to 7 are
// compiled as draft 7, since Gavel has one engine for all of them and heeds newer keywords in
// older schemas.
func (c *compiling) compile() (*jsonschema.Schema, error) {
	if err := c.findDraft(); err != nil {
		return nil, err
	}
	c.modern, c.wrap = true, true
	for _, d := range c.documents.order {
		c.wrap = c.wrap && !refersToBranch(d.raw)
	}
	lib := c.compiler(modernDraft(c.trying))
	lib.RegisterVocabulary(&jsonschema.Vocabulary{
		URL: "urn:bailiff:steps",
		Compile: func(*jsonschema.CompilerContext, map[string]any) (jsonschema.SchemaExt, error) {
			return stepping{c.steps}, nil
		},
	})
	lib.AssertVocabs()
	compiled, err := lib.Compile(schemaURL)
	c.done = true
	if err != nil {
		return nil, faultOf{err, c.patternErr, c.pattern, c.trying}
	}
	return compiled, nil
}

// modernDraft is the draft that a schema of some draft is compiled as.
func modernDraft(d *jsonschema.Draft) *jsonschema.Draft {
	if d == jsonschema.Draft4 || d == jsonschema.Draft6 {
		return jsonschema.Draft7
	}
	return d
}

// modernise makes what is compiled out of a document.
func (c *compiling) modernise(d *document) {
	draft := d.draft
	if draft == nil {
		draft = c.trying
	}
	d.compiled = d.raw
	if modernDraft(draft) == jsonschema.Draft7 {
		d.draft4 = draft == jsonschema.Draft4
		d.compiled = modernise(d.raw, d.draft4, c.wrap)
	}
	d.raw = nil
}

// compiler returns a compiler of the library that loads what the schema refers to, and nothing else.
func (c *compiling) compiler(draft *jsonschema.Draft) *jsonschema.Compiler {
	lib := jsonschema.NewCompiler()
	lib.DefaultDraft(draft)
	lib.UseLoader(c)
	lib.UseRegexpEngine(c.regexp)
	lib.AssertFormat()
	for _, f := range formats() {
		lib.RegisterFormat(f)
	}
	return lib
}

// findDraft finds the draft that the schema is valid for, out of those it may be written in. What it
// refers to is read on the way.
func (c *compiling) findDraft() error {
	drafts, err := draftsOf(c.documents.root.raw)
	if err != nil {
		return err
	}
	var first error
	for _, d := range drafts {
		c.trying, c.pattern, c.patternErr = d, "", nil
		// The library holds each document against the rules of its draft.
		_, err := c.compiler(d).Compile(schemaURL)
		if err == nil {
			return nil
		}
		if first == nil {
			first = faultOf{err, c.patternErr, c.pattern, d}
		}
	}
	return first
}
