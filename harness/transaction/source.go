package transaction

import (
	"fmt"
	"sort"
)

// Position is a place in a file of the documentation. Line and Column count from 1, columns in
// characters; 0 means unknown.
type Position struct {
	File         string
	Line, Column int
}

// IsZero reports whether nothing is known about the place.
func (p Position) IsZero() bool { return p == Position{} }

// String writes the place as editors and compilers do: file:line:column, as far as known.
func (p Position) String() string {
	switch {
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	default:
		return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
	}
}

// Source says where a transaction is written. A zero Position is an unknown one.
type Source struct {
	// Action is the heading of the action (the operation, in OpenAPI).
	Action Position
	// Response is the beginning of the documented response.
	Response Position
	// Headers holds the place of each documented header of the response, by its name in lower case,
	// as far as it is known.
	Headers map[string]Position
	// Body holds the place of each line of the documented body.
	Body Lines
	// Schema holds the place of each line of the documented JSON Schema.
	Schema Lines
}

// Lines holds the place of each line of a text that was cut out of the documentation. Lines that
// follow one another in one file share a run, so that a long body costs little.
type Lines []Run

// Run says that line From of the text (counted from 1) stands at At, and those after it on the
// lines after At, up to the next run.
type Run struct {
	From int
	At   Position
}

// At returns the place of a line of the text, counted from 1; the zero Position when it is not
// known.
func (l Lines) At(line int) Position {
	i := sort.Search(len(l), func(i int) bool { return l[i].From > line }) - 1
	if i < 0 {
		return Position{}
	}
	at := l[i].At
	at.Line += line - l[i].From
	return at
}
