package harness

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// DescriptionError says that descriptions have errors, so nothing was run.
type DescriptionError struct {
	// Annotations holds everything that was said about the descriptions, warnings included.
	Annotations []transaction.Annotation
	// Actions is how many actions are documented, Omissions are those that were not compiled.
	Actions   int
	Omissions []transaction.Omission
	lines     []string // what Error says of each error
}

// add takes over what is said about one description.
func (e *DescriptionError) add(c *Compiled) {
	e.Annotations = append(e.Annotations, c.Annotations...)
	seen := map[string]bool{} // the examples of an action often have an error in common
	for _, a := range c.Annotations {
		if said := a.String(); a.Severity == transaction.SeverityError && !seen[said] {
			seen[said] = true
			e.lines = append(e.lines, c.Explain(a))
		}
	}
	e.Actions += c.Actions
	e.Omissions = append(e.Omissions, c.Omissions...)
}

// maxListed is how many lines a message lists of one kind, so that it stays on a screen.
const maxListed = 10

// Error lists the errors, each with the line of the description that it is about.
func (e *DescriptionError) Error() string {
	said := "the API description has errors, so nothing was run:" + listed(e.lines)
	if len(e.Omissions) > 0 {
		said += "\n" + listOmissions(e.Actions, e.Omissions)
	}
	return said
}

// listed writes entries below a message, as many as fit, and says how many more there are.
func listed(entries []string) string {
	var b strings.Builder
	lines := 0
	for i, e := range entries {
		if lines += strings.Count(e, "\n") + 1; i > 0 && lines > maxListed {
			fmt.Fprintf(&b, "\n  and %d more", len(entries)-i)
			break
		}
		b.WriteString("\n  " + strings.ReplaceAll(e, "\n", "\n  "))
	}
	return b.String()
}

// OmissionError says that documented actions were not compiled, which Config.StrictDescriptions
// does not allow, so nothing was run.
type OmissionError struct {
	// Actions is how many actions are documented, Omissions are those that were not compiled.
	Actions   int
	Omissions []transaction.Omission
}

// Error counts the actions and lists those that were not compiled.
func (e *OmissionError) Error() string {
	return "not all that is documented can be run, so nothing was run; " + listOmissions(e.Actions, e.Omissions)
}

func listOmissions(actions int, omissions []transaction.Omission) string {
	lines := make([]string, len(omissions))
	for i, o := range omissions {
		lines[i] = o.String()
	}
	return Omitted(actions, len(omissions)) + ":" + listed(lines)
}

// Omitted is the sentence, without a full stop, that tells how many of the documented actions were
// not compiled.
func Omitted(actions, omissions int) string {
	return fmt.Sprintf("%d documented actions: %d compiled, %d not", actions, actions-omissions, omissions)
}

// HookNameError says that hooks are registered under names that no transaction has.
type HookNameError struct {
	Unmatched    []hook.Registered
	transactions []*transaction.Transaction
	tables       []string // the parts of the API that have tables of permissions
	misses       []miss   // tables that nearly are some
}

// Error lists the hooks with the line that registered each, and the nearest names that exist.
func (e *HookNameError) Error() string {
	return "hooks are registered for transactions that do not exist; mend their names, or remove them:" + listed(e.lines())
}

func (e *HookNameError) lines() []string {
	lines := make([]string, len(e.Unmatched))
	for i, h := range e.Unmatched {
		if h.Kind == permissionsKind {
			lines[i] = fmt.Sprintf("%s: %s hook %q finds no table of permissions there%s", h.At, h.Kind, h.Name, meant(string(h.Name), e.tables))
			for _, m := range e.misses {
				lines[i] += "; at " + m.String()
			}
			continue
		}
		lines[i] = fmt.Sprintf("%s: %s hook %q matches no transaction%s", h.At, h.Kind, h.Name, meant(string(h.Name), e.candidates(h)))
	}
	return lines
}

// candidates are what a hook may have been meant for: requests when it is registered for one, else
// names.
func (e *HookNameError) candidates(h hook.Registered) []string {
	list := make([]string, len(e.transactions))
	for i, t := range e.transactions {
		list[i] = string(t.Name)
		if h.ForRequests() {
			path, _, _ := strings.Cut(t.Request.URI, "?")
			list[i] = t.Request.Method + " " + path
		}
	}
	return list
}

// ErrNoTransactions says that the descriptions document nothing that can be sent, so that there is
// nothing to hold a server against. Config.AllowEmpty makes a warning of it.
var ErrNoTransactions = errors.New("there are no transactions")

// ErrNotSelected says that Config.Only names a transaction that does not exist.
var ErrNotSelected = errors.New("no transaction has this name")

func notSelected(only string, names []transaction.Name) error {
	return fmt.Errorf("%w: %q%s", ErrNotSelected, only, meant(only, texts(names)))
}

func texts(names []transaction.Name) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = string(n)
	}
	return list
}

// mostMeant is how many names are suggested in place of a misspelt one.
const mostMeant = 3

// meant suggests the names that are nearest to a misspelt one, "" when none is near.
func meant(wrong string, names []string) string {
	type near struct {
		name     string
		distance int
	}
	var list []near
	limit := len(wrong)/3 + 1
	for _, n := range names {
		d := editDistance(strings.ToLower(wrong), strings.ToLower(n), limit)
		if strings.HasSuffix(n, " > "+wrong) {
			d = min(d, 1) // its groups were left out
		}
		if d < limit {
			list = append(list, near{n, d})
		}
	}
	slices.SortStableFunc(list, func(a, b near) int { return a.distance - b.distance })
	list = slices.CompactFunc(list, func(a, b near) bool { return a.name == b.name })
	var quoted []string
	for _, n := range list[:min(len(list), mostMeant)] {
		if n.distance > 2*list[0].distance {
			break // far behind the nearest
		}
		quoted = append(quoted, fmt.Sprintf("%q", n.name))
	}
	switch n := len(quoted); n {
	case 0:
		return ""
	case 1:
		return ", did you mean " + quoted[0] + "?"
	default:
		return ", did you mean " + strings.Join(quoted[:n-1], ", ") + " or " + quoted[n-1] + "?"
	}
}

// editDistance is the Levenshtein distance in bytes, or limit if it is at least that.
func editDistance(a, b string, limit int) int {
	if abs(len(a)-len(b)) >= limit {
		return limit
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range len(b) {
			above := row[j+1]
			cost := diagonal
			if a[i] != b[j] {
				cost = min(diagonal, above, row[j]) + 1
			}
			diagonal, row[j+1] = above, cost
			least = min(least, cost)
		}
		if least >= limit {
			return limit
		}
	}
	return min(row[len(b)], limit)
}

func abs(n int) int { return max(n, -n) }
