package gavel

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// SchemaLine returns the line of a documented schema, counted from 1, that a finding is about: that of
// the keyword, or that of the first fault when the schema is not JSON. It is 0 when the finding is
// not about the schema, or about the text of a file that the schema refers to: Finding.At is that
// place then. To ask about one schema more than once, use NewSchemaLines.
func SchemaLine(schema string, f transaction.Finding) int { return NewSchemaLines(schema).Line(f) }

// SchemaLines answers SchemaLine for one schema, which it reads once, when it is first asked.
type SchemaLines struct {
	schema string
	lines  *Lines
	fault  int // the line that is not JSON
}

// NewSchemaLines takes the text of a documented schema.
func NewSchemaLines(schema string) *SchemaLines { return &SchemaLines{schema: schema} }

// Line is the function SchemaLine for this schema. It is not safe for parallel use.
func (l *SchemaLines) Line(f transaction.Finding) int {
	if l.schema == "" || !aboutSchema(f.ID) || !f.At.IsZero() {
		return 0
	}
	if l.lines == nil {
		if _, bad := parse(l.schema); bad != nil {
			l.fault = bad.line
		}
		l.lines = NewLines(l.schema)
	}
	if l.fault != 0 {
		return l.fault
	}
	return l.lines.Line(f.SchemaPointer)
}

// aboutSchema reports whether findings of this id come from a documented schema.
func aboutSchema(id string) bool {
	return id == DocumentedBodySchemaMismatch || strings.HasPrefix(id, "schema-") || strings.HasPrefix(id, "body-schema-")
}
