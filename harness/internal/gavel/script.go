package gavel

import (
	"encoding/json"
	"fmt"
	"strings"
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
