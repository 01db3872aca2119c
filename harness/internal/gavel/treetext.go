package gavel

import (
	"encoding/json"
	"strconv"
)

// typeName is the JSON Schema type of the value at i: integer for whole numbers.
func (t *tree) typeName(i int32) string {
	switch t.nodes[i].kind {
	case kindNull:
		return "null"
	case kindBoolean:
		return "boolean"
	case kindNumber:
		if isWhole(t.raw(i)) {
			return "integer"
		}
		return "number"
	case kindArray:
		return "array"
	case kindObject:
		return "object"
	}
	return "string"
}

// typeof is the type of the value at i as JavaScript, and Gavel, name it, except for null.
func (t *tree) typeof(i int32) string {
	switch name := t.typeName(i); name {
	case "integer":
		return "number"
	case "array":
		return "object"
	default:
		return name
	}
}

// excerptLength is how many bytes of a value a message shows.
const excerptLength = 80

// excerpt is the JSON text of a value, cut when it is long.
func excerpt(t *tree, i int32) string {
	text := t.raw(i)
	if k := t.nodes[i].kind; k == kindString {
		text = `"` + text + `"`
	}
	return cut(text)
}

// cut shortens a text to excerptLength bytes and the rest of the last character.
func cut(text string) string {
	for i := range text {
		if i >= excerptLength {
			return text[:i] + "…"
		}
	}
	return text
}

func items(n int32) string {
	if n == 1 {
		return "1 item"
	}
	return strconv.Itoa(int(n)) + " items"
}

func count(n int32) json.Number { return json.Number(strconv.Itoa(int(n))) }
