package policy

import "strings"

// Predicate is a condition in SQL on one row.
type Predicate string

// The conditions that need no row.
const (
	Always Predicate = "true"
	Never  Predicate = "false"
)

// And holds when all hold; nothing at all holds.
func And(all ...Predicate) Predicate { return combine(all, " AND ", Always, Never) }

// Or holds when one of them holds.
func Or(all ...Predicate) Predicate { return combine(all, " OR ", Never, Always) }

// combine joins predicates: neutral ones are left out, an absorbing one is the whole.
func combine(all []Predicate, operator string, neutral, absorbing Predicate) Predicate {
	var parts []string
	for _, p := range all {
		switch p {
		case absorbing:
			return absorbing
		case neutral:
		default:
			parts = append(parts, string(p))
		}
	}
	switch len(parts) {
	case 0:
		return neutral
	case 1:
		return Predicate(parts[0])
	}
	return Predicate("(" + strings.Join(parts, operator) + ")")
}

// Scope is where a rule is compiled to: a row, by the alias of its table in a statement.
type Scope struct {
	Table string
	Alias string
	// Event is the column that leads to the event which the row belongs to: "id" for events
	// themselves. "" when rows belong to no event; rules about events hold for none of them then.
	Event string
	// User is the column that leads to the user whom the row belongs to, "id" for users themselves.
	User string
	// Sessions is the condition that the row belongs to the session s: SQL, in which {row} stands for
	// the row. "" when rows belong to no session; rules about sessions hold for none of them then.
	// Sessions themselves need none.
	Sessions string
	// Arg takes a value of the statement and returns its placeholder.
	Arg func(any) string
}

// Rule grants something to callers. The zero value grants nothing to anybody.
type Rule struct {
	name    string
	refusal string
	hidden  bool
	compile func(*Actor, Scope) Predicate
}

// Compile is the condition under which the caller is granted what the rule is about.
func (r Rule) Compile(a *Actor, s Scope) Predicate {
	if r.compile == nil {
		return Never
	}
	return r.compile(a, s)
}

// String is the name of the rule as tables of permissions have it.
func (r Rule) String() string {
	if r.compile == nil {
		return "Nobody"
	}
	return r.name
}

// IsZero reports whether nothing was declared.
func (r Rule) IsZero() bool { return r.compile == nil }

// Refusal is what those are told who are not granted it.
func (r Rule) Refusal() string {
	if r.refusal == "" {
		return "Access Forbidden"
	}
	return r.refusal
}

// Hidden reports whether a refusal must look as if there were nothing.
func (r Rule) Hidden() bool { return r.hidden }

// ElseNotFound is the rule whose refusals look as if there were nothing: 404 instead of 403.
func (r Rule) ElseNotFound() Rule {
	r.hidden = true
	return r
}

// Saying is the rule with another text for refusals.
func (r Rule) Saying(refusal string) Rule {
	r.refusal = refusal
	return r
}

// AnyOf grants what one of the rules grants, and refuses with the words of the last.
func AnyOf(rules ...Rule) Rule { return join(" or ", Or, rules) }

// AllOf grants what every one of the rules grants, and refuses with the words of the last. Staff are
// granted no more than others by it: put a rule that grants to them beside it, with AnyOf.
func AllOf(rules ...Rule) Rule { return join(" and ", And, rules) }

// join makes one rule of several. Nothing at all grants nothing.
func join(word string, operator func(...Predicate) Predicate, rules []Rule) Rule {
	if len(rules) == 0 {
		return Rule{}
	}
	names := make([]string, len(rules))
	for i, r := range rules {
		names[i] = r.String()
		if word == " and " && strings.Contains(names[i], " or ") && len(rules) > 1 {
			names[i] = "(" + names[i] + ")"
		}
	}
	return Rule{
		name:    strings.Join(names, word),
		refusal: rules[len(rules)-1].refusal,
		compile: func(a *Actor, s Scope) Predicate {
			all := make([]Predicate, len(rules))
			for i, r := range rules {
				all[i] = r.Compile(a, s)
			}
			return operator(all...)
		},
	}
}

// Table is the policy of a resource. A rule that is left out grants nothing to anybody.
type Table struct {
	List   Rule
	View   Rule
	Create Rule
	Update Rule
	Delete Rule
	// Include is who may see an object along with another that it is related to. Left out, it is
	// View.
	Include Rule
}

// Including is the rule for objects that come along.
func (t Table) Including() Rule {
	if t.Include.IsZero() {
		return t.View
	}
	return t.Include
}
