package gavel

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	// maxSchemaObjects bounds the time that compiling takes: the library looks for each subschema in
	// a list of them all. It is that of the documented schema and its files together.
	maxSchemaObjects = 20_000
	// maxSchemaFiles and maxSchemaBytes are how many files a schema may refer to, and how large they
	// may be together.
	maxSchemaFiles = 1000
	maxSchemaBytes = 16 << 20
)

// referFunc is Options.Refer.
type referFunc func(ref string) (text, name string, err error)

// errRemote is what a reference to a URL gives.
var errRemote = errors.New("a URL")

// errUnread is a file that cannot be read, in the words of whoever should have read it.
type errUnread struct{ problem string }

func (e errUnread) Error() string { return e.problem }

// errUnusable is a file that is not a schema.
type errUnusable struct{ finding *transaction.Finding }

func (e errUnusable) Error() string { return e.finding.Message }

// Load implements jsonschema.URLLoader for the files that a schema refers to. The library asks for
// each URL once, and once more when it compiles the schema as modernised.
func (c *compiling) Load(name string) (any, error) {
	d, err := c.document(name)
	if err != nil {
		return nil, err
	}
	if !c.modern {
		return d.raw, nil
	}
	if d.compiled == nil {
		c.modernise(d)
	}
	return d.compiled, nil
}

// document returns a file by its name inside the library.
func (c *compiling) document(name string) (*document, error) {
	if d := c.documents.byURL[name]; d != nil {
		return d, nil
	}
	if err := c.unusable[name]; err != nil {
		return nil, err
	}
	d, err := c.readFile(name)
	if err != nil {
		c.unusable[name] = err
		return nil, err
	}
	c.documents.byURL[name] = d
	c.documents.order = append(c.documents.order, d)
	return d, nil
}

func (c *compiling) readFile(name string) (*document, error) {
	ref, ok := relative(name)
	if !ok {
		return nil, errRemote
	}
	if len(c.reads) >= maxSchemaFiles {
		return nil, errUnread{fmt.Sprintf("%d files were read for it before, which is the most", maxSchemaFiles)}
	}
	r := c.refer.ask(ref)
	c.reads = append(c.reads, r)
	if r.problem != "" {
		return nil, errUnread{r.problem}
	}
	if c.size += len(r.text); c.size > maxSchemaBytes {
		return nil, errUnread{fmt.Sprintf("the files that it refers to have more than %d MB together", maxSchemaBytes>>20)}
	}
	d := &document{url: name, name: r.name}
	if d.name == "" {
		d.name = ref
	}
	if broken := c.parseFile(d, r.text); broken != nil {
		return nil, errUnusable{broken}
	}
	drafts, err := draftsOf(d.raw)
	if err != nil {
		f := brokenSchema(SchemaDraftUnsupported, d.title()+" "+err.Error())
		d.point(f, []string{"$schema"})
		return nil, errUnusable{f}
	}
	if len(drafts) == 1 {
		d.draft = drafts[0]
	}
	return d, nil
}

// parseFile reads a file, as JSON or as YAML.
func (c *compiling) parseFile(d *document, text string) *transaction.Finding {
	fail := func(line, column int, format string, args ...any) *transaction.Finding {
		f := brokenSchema(SchemaInvalid, d.title()+" "+fmt.Sprintf(format, args...))
		f.At = transaction.Position{File: d.name, Line: line, Column: column}
		return f
	}
	t, bad := parse(text)
	if bad == nil {
		d.text = newJSONText(text)
		if why := c.measure(t.objects(), t.deepest); why != "" {
			return fail(1, 0, "%s.", why)
		}
		d.raw = c.numbers(t.value(0), t.long)
		return nil
	}
	if !mayBeYAML(d.name, text) {
		return fail(bad.line, bad.column, "is not JSON: %s.", bad)
	}
	root, err := source.Parse(d.name, []byte(text), source.Limits{Size: maxSchemaBytes, Depth: maxSchemaDepth, Nodes: maxYAMLNodes})
	if err != nil {
		var broken *source.Error
		if errors.As(err, &broken) {
			return fail(broken.At.Line, broken.At.Column, "cannot be read: %s.", broken.Msg)
		}
		return fail(0, 0, "cannot be read: %v.", err)
	}
	d.text = yamlText{root}
	objects, depth := measureValue(root.Value(), 0)
	if why := c.measure(objects, depth); why != "" {
		return fail(1, 0, "%s.", why)
	}
	d.raw = c.numbers(root.Value(), true)
	return nil
}

// maxYAMLNodes is how many values a file of YAML may have; aliases can make many of a few lines.
const maxYAMLNodes = 200_000

// mayBeYAML reports whether a file that is not JSON is one in YAML: by its name, or else because no
// JSON begins so.
func mayBeYAML(name, text string) bool {
	switch strings.ToLower(path.Ext(name)) {
	case ".yaml", ".yml":
		return true
	case ".json":
		return false
	}
	text = strings.TrimLeft(text, " \t\r\n")
	return text != "" && text[0] != '{' && text[0] != '['
}

// measure adds up objects and says which limit a document goes beyond, if it does.
func (c *compiling) measure(objects, depth int) string {
	c.objects += objects
	switch {
	case c.objects > maxSchemaObjects && len(c.documents.order) > 0:
		return fmt.Sprintf("makes it %d objects in all; at most %d are read", c.objects, maxSchemaObjects)
	case c.objects > maxSchemaObjects:
		return fmt.Sprintf("has %d objects; at most %d are read", c.objects, maxSchemaObjects)
	case depth > maxSchemaDepth:
		return fmt.Sprintf("is nested %d levels deep; at most %d are read", depth, maxSchemaDepth)
	}
	return ""
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

// measureValue is objects, and how deep they are nested, for a value that has no tree.
func measureValue(v any, depth int) (objects, deepest int) {
	deepest = depth
	visit := func(item any) {
		n, d := measureValue(item, depth+1)
		objects, deepest = objects+n, max(deepest, d)
	}
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			visit(item)
		}
	case map[string]any:
		objects++
		for _, item := range v {
			visit(item)
		}
	}
	return objects, deepest
}

// numbers makes the numbers of a schema what those of the bodies will be.
func (c *compiling) numbers(v any, long bool) any {
	if !long {
		return v
	}
	return mapNumbers(v, numberChange(c.rounded))
}
