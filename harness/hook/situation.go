package hook

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Action is what an actor does, as the columns of tables of permissions have it.
type Action string

// The actions.
const (
	List   Action = "List"
	View   Action = "View"
	Create Action = "Create"
	Update Action = "Update"
	Delete Action = "Delete"
)

// Situation is what a cell of a table of permissions is tested in: who asks for what, and which of the
// table's conditions are met. The hook of the actor sees it first, then the one of the table.
type Situation struct {
	// Actor is the name that the table has for who asks.
	Actor string
	// Action is what is asked for. The request is in Case.Transaction, as it is documented.
	Action Action
	// User is what the hook of the actor leaves for that of the table, such as the row of the user who
	// asks; nil for nobody. To somebody, 401 is no denial.
	User any
	// Row is the identifier of the row that the request is about. A List is allowed only if this row is
	// in it: the hook of the table has to set it then.
	Row any
	// Listed looks for the row in the answer to a List that succeeded; nil means that the body is JSON and
	// has the row by its member "id". See docs/permissions.md.
	Listed func(*transaction.Response) (bool, error)

	conditions []Condition
	asked      map[string]bool
	errs       []error
}

// Condition is a condition of a table, and whether it is met.
type Condition struct {
	Text string
	Met  bool
	// Decides says that the cell that is tested hangs on it, Applies that some cell of its row does.
	Decides, Applies bool
	// At is the footnote.
	At transaction.Position
}

// NewSituation returns a situation in which these are the conditions of the table. It is for those who
// carry out runs.
func NewSituation(actor string, action Action, conditions []Condition) *Situation {
	return &Situation{Actor: actor, Action: action, conditions: conditions, asked: map[string]bool{}}
}

// Met reports whether a condition of the table is met: whether the hook has to seed it that way. It is
// named by the text of its footnote; letter case, blanks and a final full stop do not count. A condition
// that no footnote has is an error of the case.
func (s *Situation) Met(condition string) bool {
	name, known, met := fold(condition), false, false
	for _, c := range s.conditions {
		if fold(c.Text) == name {
			known, met = true, met || c.Met
		}
	}
	if !known {
		s.errs = append(s.errs, fmt.Errorf("no footnote of the table says %q%s", condition, s.footnotes()))
	}
	s.asked[name] = true
	return met
}

// Applies reports whether a condition of the table is one for the actor at all: whether some cell of its
// row has it. One that no footnote has is none.
func (s *Situation) Applies(condition string) bool {
	return slices.ContainsFunc(s.conditions, func(c Condition) bool { return c.Applies && fold(c.Text) == fold(condition) })
}

// If returns one value when a condition is met, and another when it is not; see Situation.Met.
func If[T any](s *Situation, condition string, met, not T) T {
	if s.Met(condition) {
		return met
	}
	return not
}

func (s *Situation) footnotes() string {
	if len(s.conditions) == 0 {
		return "; it has no conditions"
	}
	list := make([]string, len(s.conditions))
	for i, c := range s.conditions {
		list[i] = fmt.Sprintf("%q", c.Text)
	}
	return "; there is " + strings.Join(list, ", ")
}

// heeded returns what is wrong with what a hook asked: the situation hangs on a condition that it did
// not look at. Where one is not met, the others need not be looked at.
func (s *Situation) heeded(at transaction.Position) error {
	err := errors.Join(s.errs...)
	unmet := false
	for _, c := range s.conditions {
		unmet = unmet || c.Decides && !c.Met
	}
	for _, c := range s.conditions {
		if c.Decides && !s.asked[fold(c.Text)] && c.Met != unmet {
			err = errors.Join(err, fmt.Errorf("the hook at %s did not ask Situation.Met for %q, the condition at %s; let it seed that", at, c.Text, c.At))
		}
	}
	return err
}

// fold is a name or a condition as it is compared.
func fold(s string) string {
	return strings.ToLower(strings.TrimSpace(strings.TrimSuffix(strings.Join(strings.Fields(s), " "), ".")))
}
