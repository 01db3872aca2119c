package gavel

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	jskind "github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// scriptType is what Gavel calls the type of a value: JavaScript's typeof, and null.
func scriptType(v any) string {
	switch v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case json.Number:
		return "number"
	case string:
		return "string"
	}
	return "object"
}

// scriptText is a value as JavaScript puts it into a string.
func scriptText(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case []any:
		items := make([]string, len(v))
		for i, item := range v {
			if item != nil {
				items[i] = scriptText(item)
			}
		}
		return strings.Join(items, ",")
	case map[string]any:
		return "[object Object]"
	}
	return fmt.Sprint(v)
}

// findCycle returns the place of a reference that leads back to itself, "" when there is none. Of
// several it takes the first by name, since the library has them in no order.
func findCycle(e *jsonschema.ValidationError) string {
	found := ""
	eachLeaf(e, func(leaf *jsonschema.ValidationError) {
		if c, ok := leaf.ErrorKind.(*jskind.RefCycle); ok {
			if at := strings.TrimPrefix(c.URL, schemaURL); found == "" || at < found {
				found = at
			}
		}
	})
	return found
}

// firstCause says where and why a schema breaks the rules of its draft: the deepest of the reasons, and of
// those the last by name, which names the values that are allowed rather than their type.
func firstCause(e *jsonschema.ValidationError) string {
	text, depth := "", -1
	eachLeaf(e, func(leaf *jsonschema.ValidationError) {
		d, s := len(leaf.InstanceLocation), leaf.Error()
		if d > depth || d == depth && s > text {
			text, depth = s, d
		}
	})
	return text
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
