package permission

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Case is one thing that a table says: an actor, in a situation, may or may not do something.
type Case struct {
	Actor, Action string
	// Label tells it from the other cases of the actor: "List", "List [1]", "List [1] not met",
	// "Create denied".
	Label string
	// Allowed says that it must be allowed; otherwise it must be denied.
	Allowed bool
	// Conditions are all that the table knows, in the order of its footnotes.
	Conditions []Condition
	// Status is that of the denial; 0 leaves it to the server: 401, 403 or 404.
	Status int
	// Ungranted says that no cell of the table grants the action, by the request of this one: nothing
	// shows that there is such a thing to be denied.
	Ungranted bool
	// Hidden says that a list denies what it leaves out, whatever Status is.
	Hidden bool
	// Fields are the only ones that an answer may show; nil allows all.
	Fields []string
	// Link names the request; "" when the action alone does.
	Link string
	// At is the cell.
	At transaction.Position
}

// Condition is the text of a footnote, and whether it is met in the situation.
type Condition struct {
	Number, Text string
	Met          bool
	// Decides says that the cell hangs on it, Applies that some cell of the row does.
	Decides, Applies bool
	At               transaction.Position
}

// Unmet is the condition of the cell that is not met, if there is one.
func (c Case) Unmet() (Condition, bool) {
	i := slices.IndexFunc(c.Conditions, func(d Condition) bool { return d.Decides && !d.Met })
	if i < 0 {
		return Condition{}, false
	}
	return c.Conditions[i], true
}

// Cells is how many cells there are, each actor of a row counted by itself.
func (t Table) Cells(known func(actor string) bool) int {
	n := 0
	for _, r := range t.Rows {
		n += len(r.Actors(known)) * len(r.Cells)
	}
	return n
}

// Cases returns what a table says, row by row; known is as in Row.Actors. It must have no faults.
//
// A cell that grants gives a case in which its conditions are met, and no others of the table: it is to
// be allowed by these alone. For each condition of the cell, there is a case in which only that one is
// not met. A cell that grants nothing gives one case, in which all conditions of the row are met: not
// even then is it to be allowed.
func (t Table) Cases(known func(actor string) bool) []Case {
	var cases []Case
	granted := map[request]bool{}
	for _, r := range t.Rows {
		for _, actor := range r.Actors(known) {
			for i, cell := range r.Cells {
				made := t.cases(r, actor, i, cell)
				asked := request{made[0].Action, made[0].Link}
				granted[asked] = granted[asked] || cell.Granted
				cases = append(cases, made...)
			}
		}
	}
	for i, c := range cases {
		cases[i].Ungranted = !granted[request{c.Action, c.Link}]
	}
	return cases
}

// request is what is asked with, as far as the table says.
type request struct{ action, link string }

func (t Table) cases(r Row, actor string, column int, cell Cell) []Case {
	action := t.Columns[column]
	base := Case{
		Actor: actor, Action: action.Action, Link: cell.Link, At: cell.At, Status: cell.Status, Hidden: cell.Status == 0,
	}
	if base.Link == "" {
		base.Link = action.Link
	}
	var conditions, labels []string // of the cell
	for _, number := range cell.Notes {
		n, _ := t.note(number)
		switch {
		case n.Condition != "":
			conditions, labels = append(conditions, number), append(labels, number)
		case n.Fields != nil:
			base.Fields, labels = n.Fields, append(labels, number)
		case base.Status == 0:
			base.Status = n.Status
		}
	}
	if !cell.Granted {
		base.Label = base.Action + " denied"
		base.Conditions = t.situation(r, t.ofRow(r), nil, "")
		base.Status = firstStatus(base.Status, t.Status)
		return []Case{base}
	}
	met := base
	met.Allowed, met.Label, met.Status = true, base.Action, 0
	if len(labels) > 0 {
		met.Label += " [" + strings.Join(labels, "][") + "]"
	}
	met.Conditions = t.situation(r, conditions, conditions, "")
	cases := []Case{met}
	for _, number := range conditions {
		n, _ := t.note(number)
		denied := base
		denied.Label = base.Action + " [" + number + "] not met"
		denied.Conditions = t.situation(r, conditions, conditions, number)
		denied.Status = firstStatus(base.Status, n.Status, t.Status)
		cases = append(cases, denied)
	}
	return cases
}

func firstStatus(statuses ...int) int {
	for _, s := range statuses {
		if s != 0 {
			return s
		}
	}
	return 0
}

// ofRow are the conditions that a row knows: they can be met for its actor.
func (t Table) ofRow(r Row) []string {
	var numbers []string
	for _, c := range r.Cells {
		if c.Granted {
			numbers = append(numbers, c.Notes...)
		}
	}
	return unique(numbers)
}

// situation returns all conditions of the table: those of met are met, but for one.
func (t Table) situation(r Row, met, deciding []string, but string) []Condition {
	var list []Condition
	ofRow := t.ofRow(r)
	for _, n := range t.Notes {
		if n.Condition == "" {
			continue
		}
		list = append(list, Condition{
			Number: n.Number, Text: n.Condition, At: n.At,
			Met:     n.Number != but && slices.Contains(met, n.Number),
			Decides: slices.Contains(deciding, n.Number),
			Applies: slices.Contains(ofRow, n.Number),
		})
	}
	return list
}
