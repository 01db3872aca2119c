package gavel

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
	jskind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// violations turns the library's tree of errors into findings, in Gavel's words and in the order of
// their pointers. The body is what was validated, and original the same with its numbers as they
// came.
func violations(docs *documents, body, original any, errs *jsonschema.ValidationError) []transaction.Finding {
	if errs == nil {
		return nil
	}
	c := collecting{docs: docs, body: body}
	c.node(errs, nil, trail{})
	// The library goes through objects in no order.
	slices.SortFunc(c.found, func(a, b failure) int {
		if o := comparePaths(a.path, b.path); o != 0 {
			return o
		}
		v, w := c.violation(a), c.violation(b)
		return cmp.Or(cmp.Compare(v.id, w.id), cmp.Compare(v.message, w.message))
	})
	// One more than are kept, so that the list is seen to be cut.
	list := make([]transaction.Finding, min(len(c.found), maxFindings+1))
	for i := range list {
		list[i] = c.violation(c.found[i]).finding(original)
		c.point(&list[i], c.found[i])
	}
	return list
}

// comparePaths orders paths: by name, by number where both steps are numbers, and the shorter first.
func comparePaths(a, b []string) int {
	return slices.CompareFunc(a, b, func(x, y string) int {
		if digits(x) == len(x) && digits(y) == len(y) && len(x) != len(y) {
			return cmp.Compare(len(x), len(y))
		}
		return cmp.Compare(x, y)
	})
}

// failure is an error of the library and where in the body it is. It is small, because a body can
// have a million of them, of which few are shown.
type failure struct {
	*jsonschema.ValidationError
	// path ends in the name of a key where the error is about some keys of an object.
	path []string
	// via is the last reference of the documented schema on the way here, nil when there was none.
	via *jsonschema.ValidationError
}

type collecting struct {
	docs  *documents
	body  any
	found []failure
}

// trail is the way to an error through those that it is a cause of.
type trail struct {
	// pinned is set below errors about the name of a key, which have no path of their own: path is
	// where the object stands.
	pinned bool
	via    *jsonschema.ValidationError
}

// node collects an error and its causes.
func (c *collecting) node(e *jsonschema.ValidationError, path []string, way trail) {
	if !way.pinned {
		path = e.InstanceLocation
	}
	down := way
	switch e.ErrorKind.(type) {
	case *jskind.PropertyNames:
		down.pinned = true
	case *jskind.Reference:
		if d, _ := c.docs.find(e.SchemaURL); d != nil && d.isRoot() {
			down.via = e
		}
	}
	for _, cause := range e.Causes {
		c.node(cause, path, down)
	}
	switch k := e.ErrorKind.(type) {
	case *jskind.Schema, *jskind.Group, *jskind.Reference, *jskind.ContentSchema:
	case *jskind.AllOf:
		if c.schemaAt(e.SchemaURL)[branchKey] != nil {
			c.found = append(c.found, failure{e, path, way.via})
		}
	case *jskind.Required:
		c.keys(failure{e, path, way.via}, k.Missing)
	case *jskind.AdditionalProperties:
		c.keys(failure{e, path, way.via}, k.Properties)
	default:
		c.found = append(c.found, failure{e, path, way.via})
	}
}

func (c *collecting) keys(f failure, names []string) {
	path := f.path
	for _, name := range names {
		f.path = append(slices.Clone(path), name)
		c.found = append(c.found, f)
	}
}

// point makes a finding lead to the keyword that it comes from. Where that stands in another file, the
// pointer leads to the reference in the documented schema through which it counts.
func (c *collecting) point(f *transaction.Finding, from failure) {
	if from.via != nil {
		if d, path := c.docs.find(from.via.SchemaURL); d != nil {
			f.SchemaPointer = pathPointer(d.written(append(path, from.via.ErrorKind.KeywordPath()...)))
		}
	}
	d, path := c.docs.find(from.SchemaURL)
	if d == nil {
		return // a schema of schemas, which the library has
	}
	d.point(f, d.written(append(path, c.keyword(from)...)))
}

// keyword is the path from a subschema to the keyword, or the part of it, that an error comes from.
func (c *collecting) keyword(f failure) []string {
	switch k := f.ErrorKind.(type) {
	case *jskind.PropertyNames: // the location is that of the keyword
		return nil
	case *jskind.AllOf: // of modernise
		return nil
	case *jskind.Not:
		return []string{"not"}
	case *jskind.Dependency:
		return []string{"dependencies", k.Prop}
	case *jskind.Required:
		names, _ := c.schemaAt(f.SchemaURL)["required"].([]any)
		if i := slices.Index(names, any(f.path[len(f.path)-1])); i >= 0 {
			return []string{"required", strconv.Itoa(i)}
		}
	}
	return f.ErrorKind.KeywordPath()
}

// violation is an error of the library in Gavel's words.
type violation struct {
	id      string
	path    []string
	schema  map[string]any // the subschema, nil when it is true or false
	keyword string         // the keyword of the subschema that holds what was expected
	message string
}

func (v violation) finding(body any) transaction.Finding {
	f := transaction.Finding{ID: v.id, Field: fieldBody, Pointer: pathPointer(v.path), Message: v.message}
	f.Expected, f.HasExpected = v.schema[v.keyword]
	f.Expected = withoutBranches(f.Expected)
	f.Real, f.HasReal = lookup(body, v.path)
	return f
}

func (c *collecting) violation(f failure) violation {
	v := violation{path: f.path, schema: c.schemaAt(f.SchemaURL)}
	real, _ := lookup(c.body, v.path)
	switch k := f.ErrorKind.(type) {
	case *jskind.AllOf:
		v.id = BodySchemaIf
		v.message = v.data("should match \"%s\" schema", f.SchemaURL[strings.LastIndexByte(f.SchemaURL, '/')+1:])
	case *jskind.Required:
		v.id = BodySchemaRequired
		v.message = missingMessage(pathPointer(v.path), v.path[len(v.path)-1])
	case *jskind.AdditionalProperties:
		v.id = BodySchemaAdditionalProperties
		v.message = "data" + pathPointer(v.path[:len(v.path)-1]) + " should NOT have additional properties"
	case *jskind.Type:
		v.id, v.keyword = BodySchemaType, "type"
		v.message = fmt.Sprintf("At '%s' Invalid type: %s (expected %s)", pathPointer(v.path), scriptType(real), v.types(k))
	case *jskind.Enum:
		v.id, v.keyword = BodySchemaEnum, "enum"
		v.message = fmt.Sprintf("At '%s' No enum match for: \"%s\"", pathPointer(v.path), scriptText(real))
	default:
		v.describe(k)
	}
	return v
}

// data is a message in the words of Gavel's schema engine.
func (v *violation) data(format string, args ...any) string {
	return "data" + pathPointer(v.path) + " " + fmt.Sprintf(format, args...)
}

// types are the types that the subschema allows, in its own order.
func (v *violation) types(k *jskind.Type) string {
	switch t := v.schema["type"].(type) {
	case []any:
		return scriptText(t)
	case nil: // a schema of schemas
		return strings.Join(k.Want, ",")
	default:
		return scriptText(t)
	}
}

// schemaAt returns the subschema that an error names, nil when it is true or false.
func (c *collecting) schemaAt(location string) map[string]any {
	d, path := c.docs.find(location)
	if d == nil {
		return nil
	}
	v, _ := lookup(d.compiled, path)
	object, _ := v.(map[string]any)
	return object
}

// lookup follows a path into a JSON value.
func lookup(v any, path []string) (any, bool) {
	for _, s := range path {
		switch in := v.(type) {
		case map[string]any:
			next, ok := in[s]
			if !ok {
				return nil, false
			}
			v = next
		case []any:
			i, err := strconv.Atoi(s)
			if err != nil || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func pathPointer(path []string) string {
	var b strings.Builder
	for _, s := range path {
		b.WriteByte('/')
		b.WriteString(escapeStep(s))
	}
	return b.String()
}
