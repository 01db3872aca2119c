package harness

import (
	"errors"
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// DescriptionError says that descriptions have errors, so nothing was run.
type DescriptionError struct {
	// Annotations holds everything that was said about the descriptions, warnings included.
	Annotations []transaction.Annotation
}

// maxListed is how many lines of one kind a message has, so that it stays on a screen.
const maxListed = 15

// Error lists the errors, a line each.
func (e *DescriptionError) Error() string {
	var lines []string
	for _, a := range e.Annotations {
		if a.Severity == transaction.SeverityError {
			lines = append(lines, a.String())
		}
	}
	return "the API description has errors, so nothing was run:" + listed(lines)
}

// listed writes lines below a message, and says how many there are beyond what fits a screen.
func listed(lines []string) string {
	var b strings.Builder
	for i, l := range lines {
		if i == maxListed {
			fmt.Fprintf(&b, "\n  and %d more", len(lines)-i)
			break
		}
		b.WriteString("\n  " + l)
	}
	return b.String()
}

// HookNameError says that hooks are registered under names that no transaction has.
type HookNameError struct {
	Unmatched []hook.Registered
	names     []transaction.Name
}

// Error lists the hooks with the line that registered each, and the nearest name that exists.
func (e *HookNameError) Error() string {
	lines := make([]string, len(e.Unmatched))
	for i, h := range e.Unmatched {
		lines[i] = fmt.Sprintf("%s: %s %q%s", h.At, h.Kind, h.Name, meant(string(h.Name), e.names))
	}
	return "hooks are registered for transactions that do not exist; mend their names, or remove them:" + listed(lines)
}

// ErrNoTransactions says that the descriptions document nothing that can be sent, so that there is
// nothing to hold a server against.
var ErrNoTransactions = errors.New("there are no transactions")

// ErrNotSelected says that Config.Only names a transaction that does not exist.
var ErrNotSelected = errors.New("no transaction has this name")

func notSelected(only string, names []transaction.Name) error {
	return fmt.Errorf("%w: %q%s", ErrNotSelected, only, meant(only, names))
}

// meant suggests the name that is nearest to a misspelt one, or says how many there are when none
// is near.
func meant(wrong string, names []transaction.Name) string {
	best, distance := "", len(wrong)/3+1
	for _, n := range names {
		if d := editDistance(strings.ToLower(wrong), strings.ToLower(string(n)), distance); d < distance {
			best, distance = string(n), d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(", did you mean %q?", best)
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
