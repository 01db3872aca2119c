package gavel

import (
	"math"
	"strconv"
	"strings"
)

// step is one step of a path into a JSON value: a key, or an index when index is not negative.
type step struct {
	key   string
	index int
}

// anyItem is the index of an item of a set, whose order means nothing: no pattern names it.
const anyItem = math.MaxInt

func (s step) String() string {
	if s.index >= 0 {
		return strconv.Itoa(s.index)
	}
	return s.key
}

// pointer writes a path as a JSON Pointer (RFC 6901).
func pointer(path []step) string {
	var b strings.Builder
	for _, s := range path {
		b.WriteByte('/')
		if s.index >= 0 {
			b.WriteString(strconv.Itoa(s.index))
		} else {
			b.WriteString(escapeStep(s.key))
		}
	}
	return b.String()
}

// escapeStep escapes a key for a JSON Pointer.
func escapeStep(key string) string {
	if !strings.ContainsAny(key, "~/") {
		return key
	}
	return strings.NewReplacer("~", "~0", "/", "~1").Replace(key)
}

func unescapeStep(s string) string {
	if !strings.Contains(s, "~") {
		return s
	}
	return strings.NewReplacer("~0", "~", "~1", "/").Replace(s)
}

// splitPointer returns the steps of a JSON Pointer, unescaped.
func splitPointer(pointer string) []string {
	if pointer == "" {
		return nil
	}
	steps := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range steps {
		steps[i] = unescapeStep(s)
	}
	return steps
}

// gavelPointer is the pointer as Gavel writes it: where it appends the name of a key itself, it does
// not escape it.
func gavelPointer(id, pointer string) string {
	if !endsInRawName(id) {
		return pointer
	}
	i := strings.LastIndexByte(pointer, '/') + 1
	return pointer[:i] + unescapeStep(pointer[i:])
}
