package harness

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/internal/permission"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// cell is a case of a table of permissions, and what is registered for the table.
type cell struct {
	permission.Case
	table *hook.Permissions
	// about is what the permission is of, such as "Speakers".
	about string
}

// seed makes the situation of a case; nil for what is documented as an example, and when the transaction
// is not sent.
func (c *cell) seed(at *hook.Case, r *hook.Registry) (*hook.Situation, error) {
	if c == nil || at.Transaction.Skip || at.Transaction.Fail != "" {
		return nil, nil
	}
	conditions := make([]hook.Condition, len(c.Conditions))
	for i, d := range c.Conditions {
		conditions[i] = hook.Condition{Text: d.Text, Met: d.Met, Decides: d.Decides, Applies: d.Applies, At: d.At}
	}
	s := hook.NewSituation(c.Actor, hook.Action(c.Action), conditions)
	if err := r.RunSituation(at, c.table, s); err != nil {
		return nil, fmt.Errorf("%s: %w", c.At, err)
	}
	if c.Action == permission.List && s.Row == nil && s.Listed == nil && !at.Transaction.Skip {
		return nil, fmt.Errorf("%s: the hook at %s sets no Situation.Row, so there is no row to look for in the list", c.At, c.table.At)
	}
	return s, nil
}

// judge holds the response against what the cell says.
func (c *cell) judge(at *hook.Case, s *hook.Situation, r *hook.Registry) ([]transaction.Finding, error) {
	real := at.Transaction.Real
	a := permission.Answer{Status: real.StatusCode, LoggedIn: s.User != nil || hasCredentials(at.Transaction.Request.Headers)}
	if s.Row != nil {
		a.Row = fmt.Sprint(s.Row)
	}
	if c.Action == permission.List && a.Succeeded() {
		var err error
		switch {
		case s.Listed != nil:
			a.Listed, err = r.RunListed(at, s)
		case real.Problem != nil:
			err = fmt.Errorf("the list cannot be read: %s", real.Problem.Message)
		default:
			a.Listed, err = permission.Lists(real.Body, a.Row)
		}
		if err != nil {
			return nil, err
		}
	}
	if c.Fields != nil && a.Succeeded() {
		var err error
		if a.Fields, err = permission.Shown(real.Body); err != nil {
			return nil, err
		}
	}
	return c.Judge(c.about, a), nil
}

// hasCredentials reports whether a request says in whose name it is made.
func hasCredentials(h transaction.Headers) bool {
	for _, name := range []string{"Authorization", "Cookie", "X-Api-Key", "X-Auth-Token"} {
		if value, _ := h.Get(name); value != "" {
			return true
		}
	}
	return false
}
