package hooks

import (
	"fmt"
	"slices"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// draft is an event that only those who have a part in it may see.
func draft() *factories.EventBasic { return &factories.EventBasic{State: new("draft")} }

// stranger returns a hook that inserts rows, and makes the request in the name of a user who has no part in
// them.
func (s *session) stranger(rows ...factories.Row) hook.Func {
	return sequence(seed(rows...), s.as(factories.User{}))
}

// member returns a hook that inserts rows, the first of which is event 1 or belongs to it, and makes the
// request in the name of a user with this role in that event.
func (s *session) member(role string, rows ...factories.Row) hook.Func {
	return sequence(s.stranger(rows...), seed(&factories.UsersEventsRoles{
		EventID: 1, UserID: 2, Role: &factories.Role{Name: role},
	}))
}

// examples registers the same hook for each of the examples of an action.
func examples(r *hook.Registry, name string, count int, f hook.Func) {
	exampleHooks(r, name, slices.Repeat([]hook.Func{f}, count)...)
}

// exampleHooks registers a hook for each of the examples of an action, in their order.
func exampleHooks(r *hook.Registry, name string, hooks ...hook.Func) {
	for i, f := range hooks {
		r.Before(fmt.Sprintf("%s > Example %d", name, i+1), f)
	}
}

// sequence returns a hook that runs hooks one after the other.
func sequence(hooks ...hook.Func) hook.Func {
	return func(c *hook.Case) error {
		for _, f := range hooks {
			if err := f(c); err != nil {
				return err
			}
		}
		return nil
	}
}

// stored returns a hook for the cells of a table without conditions: the rows are there, the first of them
// with the identifier 1, unless they are what is to be created.
func stored(rows ...factories.Row) hook.PermissionFunc {
	return func(c *hook.Case, s *hook.Situation) error {
		s.Row = 1
		if s.Action == hook.Create {
			return nil
		}
		return seed(rows...)(c)
	}
}
