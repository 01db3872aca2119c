package gavel

import (
	"cmp"
	"fmt"
	"net/url"
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
func violations(doc, body, original any, errs *jsonschema.ValidationError) []transaction.Finding {
	if errs == nil {
		return nil
	}
	c := collecting{doc: doc, body: body}
	c.node(errs, nil, false)
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
}

type collecting struct {
	doc, body any
	found     []failure
}

// node collects an error and its causes. The errors about the name of a key have no path of their
// own; pinned is set below those, and path is where the object stands.
func (c *collecting) node(e *jsonschema.ValidationError, path []string, pinned bool) {
	if !pinned {
		path = e.InstanceLocation
	}
	_, aboutName := e.ErrorKind.(*jskind.PropertyNames)
	for _, cause := range e.Causes {
		c.node(cause, path, pinned || aboutName)
	}
	switch k := e.ErrorKind.(type) {
	case *jskind.Schema, *jskind.Group, *jskind.Reference, *jskind.ContentSchema:
	case *jskind.AllOf:
		if c.schemaAt(e.SchemaURL)[branchKey] != nil {
			c.found = append(c.found, failure{e, path})
		}
	case *jskind.Required:
		c.keys(e, path, k.Missing)
	case *jskind.AdditionalProperties:
		c.keys(e, path, k.Properties)
	default:
		c.found = append(c.found, failure{e, path})
	}
}

func (c *collecting) keys(e *jsonschema.ValidationError, path, names []string) {
	for _, name := range names {
		c.found = append(c.found, failure{e, append(slices.Clone(path), name)})
	}
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
		v.message = fmt.Sprintf("At '%s' Invalid type: %s (expected %s)", pathPointer(v.path), scriptType(real), v.types())
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
func (v *violation) types() string {
	list, ok := v.schema["type"].([]any)
	if !ok {
		return scriptText(v.schema["type"])
	}
	return scriptText(list)
}

// schemaAt returns the subschema that an error names, nil when it is true or false.
func (c *collecting) schemaAt(schemaURL string) map[string]any {
	_, fragment, _ := strings.Cut(schemaURL, "#")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	v, _ := lookup(c.doc, splitPointer(fragment))
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
