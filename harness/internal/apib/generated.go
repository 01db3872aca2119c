package apib

import (
	"encoding/json"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// role is what a value of a generated text is.
type role uint8

const (
	aValue role = iota
	aSchema
	ofProperties  // the schema of each is that of a member
	ofPatterns    // the schema of each is that of a member whose key stands for any
	ofSchemas     // a list of schemas, all of the same thing
	ofItems       // a list of schemas, one for each item
	ofDefinitions // named types
	aKeyword      // what stands where its schema does
)

// spot is a value of a generated text: what it was made of, where that is, and how many items of it
// have been seen.
type spot struct {
	role  role
	shape *shape
	at    transaction.Position
	items int
}

// generated finds the place of each line of a body, or a schema, that the parser made of attributes and
// laid out as it does: with each key and item on a line of its own.
func (c *compiler) generated(text string, root role, attributes *shape, at transaction.Position) transaction.Lines {
	if attributes == nil || text == "" {
		return nil
	}
	g := generated{c, spot{role: root, shape: attributes, at: c.shapeAt(attributes, at)}}
	var open []*spot
	var lines transaction.Lines
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		var now spot
		switch {
		case line == "":
			return nil
		case strings.IndexByte("}]", line[0]) >= 0:
			if len(open) == 0 {
				return nil
			}
			now = *open[len(open)-1]
			open = open[:len(open)-1]
			now.at.Column = 0
		case len(open) == 0:
			now = g.root
		default:
			now = g.within(open[len(open)-1], line)
		}
		if strings.HasSuffix(line, "{") || strings.HasSuffix(line, "[") {
			inner := now
			open = append(open, &inner)
		}
		lines = appendLine(lines, n, now.at)
	}
	return lines
}

type generated struct {
	*compiler
	root spot
}

// within tells what a line stands for that is within a value.
func (g generated) within(s *spot, line string) spot {
	key, isKey := keyOf(line)
	next := spot{at: s.at, role: aKeyword}
	if !isKey {
		i := s.items
		s.items++
		switch s.role {
		case aValue:
			next = spot{role: aValue, shape: g.types.item(s.shape, i)}
			next.at = g.shapeAt(next.shape, s.at)
		case ofSchemas:
			next.role, next.shape = aSchema, s.shape
		case ofItems:
			next = spot{role: aSchema, shape: g.types.item(s.shape, i)}
			next.at = g.shapeAt(next.shape, s.at)
		}
		return next
	}
	switch s.role {
	case aValue:
		return g.member(s, aValue, func(m *shape) bool { return m.text == key })
	case ofProperties:
		return g.member(s, aSchema, func(m *shape) bool { return m.text == key })
	case ofPatterns:
		return g.member(s, aSchema, func(m *shape) bool { return m.variable })
	case ofDefinitions:
		next.role, next.shape = aSchema, g.types[key]
		next.at = g.shapeAt(next.shape, s.at)
	case aSchema:
		next.shape = s.shape
		switch key {
		case "properties":
			next.role = ofProperties
		case "patternProperties":
			next.role = ofPatterns
		case "allOf", "anyOf", "oneOf":
			next.role = ofSchemas
		case "definitions", "$defs":
			next.role = ofDefinitions
		case "items":
			if strings.HasSuffix(line, "[") {
				next.role = ofItems
				break
			}
			next.role, next.shape = aSchema, g.types.item(s.shape, 0)
			next.at = g.shapeAt(next.shape, s.at)
		}
	}
	return next
}

// member takes the place of the first member that is as wanted, and what is within from the first that
// says something about it.
func (g generated) member(s *spot, r role, wanted func(*shape) bool) spot {
	next := spot{role: r, at: s.at}
	for i, m := range g.types.members(nil, s.shape, wanted, map[*shape]bool{}) {
		if i == 0 {
			next.at = g.shapeAt(m, s.at)
		}
		if next.shape == nil || len(next.shape.parts) == 0 && len(next.shape.samples) == 0 && g.types[next.shape.kind] == nil {
			next.shape = m.value
		}
	}
	return next
}

// keyOf reads the key that a line of JSON begins with.
func keyOf(line string) (string, bool) {
	if line[0] != '"' {
		return "", false
	}
	for i := 1; i < len(line); i++ {
		switch line[i] {
		case '\\':
			i++
		case '"':
			var key string
			ok := strings.HasPrefix(line[i+1:], ":") && json.Unmarshal([]byte(line[:i+1]), &key) == nil
			return key, ok
		}
	}
	return "", false
}

// shapeAt is where a shape is written; the column is that of the key or value itself. It is the
// fallback where nothing is known.
func (c *compiler) shapeAt(s *shape, fallback transaction.Position) transaction.Position {
	if s == nil || len(s.at) == 0 {
		return fallback
	}
	return c.doc.At(s.at[0].offset)
}
