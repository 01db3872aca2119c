package permission

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The actions that a table has columns for.
const (
	List   = "List"
	View   = "View"
	Create = "Create"
	Update = "Update"
	Delete = "Delete"
)

var actions = []string{List, View, Create, Update, Delete}

// Table is a table of permissions.
type Table struct {
	// At is where it begins.
	At      transaction.Position
	Columns []Column
	Rows    []Row
	// Notes are its footnotes, in the order of the text.
	Notes []Note
	// Status is the status of all denials, as its legend says; 0 leaves it to the server.
	Status int
	// Faults is what is wrong with it. Without any, it has rows and its cells make sense.
	Faults []Fault
	// Miss says that it is nearly a table of permissions, but has columns that are no actions. It has
	// Faults then, and nothing else.
	Miss bool
}

// Column is one action.
type Column struct {
	Action string
	// Link is where the header links to, which names the request; "" when it is no link.
	Link string
	At   transaction.Position
}

// Row says what actors may do.
type Row struct {
	// Actor is the first cell, which may name several actors; see Actors.
	Actor string
	At    transaction.Position
	// Cells are in the order of the columns.
	Cells []Cell
}

// Cell is what an actor may do.
type Cell struct {
	At      transaction.Position
	Granted bool
	// Notes are the numbers of its footnotes.
	Notes []string
	// Status is that of its denials, as the cell itself says; 0 when it does not.
	Status int
	// Link is where the mark links to; "" when it is no link.
	Link string
}

// Note is a footnote: a condition, or the status that denials have.
type Note struct {
	Number string
	// Condition is the text without what it says of a status; "" when it speaks of a status only, or of
	// fields.
	Condition string
	// Fields are the only fields that are shown, when the note says that: "Only the fields a and b".
	Fields []string
	// Status is that of a denial by this condition, or of the cell; 0 when the note names none.
	Status int
	At     transaction.Position
	// defined says that it is written as [1]: text, which is nothing but a footnote.
	defined bool
}

// Fault is something wrong with a table.
type Fault struct {
	At transaction.Position
	// Msg says what is wrong and what to do.
	Msg string
}

// Actors are the actors of a row. Its cell names one that is known as it is, or several, with slashes
// or commas between.
func (r Row) Actors(known func(name string) bool) []string {
	if known(r.Actor) {
		return []string{r.Actor}
	}
	names := strings.FieldsFunc(r.Actor, func(r rune) bool { return r == '/' || r == ',' })
	for i, n := range names {
		names[i] = strings.TrimSpace(n)
	}
	return slices.DeleteFunc(names, func(n string) bool { return n == "" })
}

// note returns the footnote of a number.
func (t *Table) note(number string) (Note, bool) {
	i := slices.IndexFunc(t.Notes, func(n Note) bool { return n.Number == number })
	if i < 0 {
		return Note{}, false
	}
	return t.Notes[i], true
}

func (t *Table) fault(at transaction.Position, format string, args ...any) {
	t.Faults = append(t.Faults, Fault{at, fmt.Sprintf(format, args...)})
}

// check finds what no cell by itself knows to be wrong.
func (t *Table) check() {
	if len(t.Rows) == 0 {
		t.fault(t.At, "the table of permissions has no rows; add a row for each actor")
	}
	for i, c := range t.Columns {
		if slices.ContainsFunc(t.Columns[:i], func(before Column) bool { return before.Action == c.Action }) {
			t.fault(c.At, "the table has two columns %s; put one of them into a table of its own", c.Action)
		}
	}
	rows := map[string]transaction.Position{}
	for _, r := range t.Rows {
		names := r.Actors(func(string) bool { return false })
		if len(names) == 0 {
			t.fault(r.At, "the row names no actor; write who this is into its first cell")
		}
		for _, n := range names {
			before, seen := rows[Fold(n)]
			if seen {
				t.fault(r.At, "%q has a row already, at %s; put all that it may do into one row", n, before)
			}
			rows[Fold(n)] = r.At
		}
		for _, c := range r.Cells {
			t.checkNotes(c)
		}
	}
	if len(t.Faults) == 0 { // or else a reference may not have been understood
		t.unused()
	}
}

func (t *Table) checkNotes(c Cell) {
	for _, number := range c.Notes {
		n, ok := t.note(number)
		switch {
		case !ok:
			t.fault(c.At, "there is no footnote %s below the table; write it as an item of an ordered list, or as [%s]: and its text", number, number)
		case n.Condition == "" && n.Status == 0 && n.Fields == nil:
			t.fault(n.At, "footnote %s has no text; say there when the permission is given", number)
		case n.Condition != "" && !c.Granted:
			t.fault(c.At, "the cell grants nothing, but footnote %s is a condition; mark the cell ✓, or take the footnote away", number)
		}
	}
}

// Fold is a name or a condition as it is compared: letter case, blanks and a final full stop do not
// count.
func Fold(s string) string {
	return strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".")))
}
