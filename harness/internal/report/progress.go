package report

import (
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// progress is what the status line of a run tells beside its counts.
type progress struct {
	planned int
	name    string        // of the slowest transaction
	took    time.Duration // by it
}

func (g *progress) add(o *seen) {
	if o.Status == transaction.Skip || o.Duration <= g.took {
		return
	}
	if g.name = nameOf(o); g.name == "" {
		g.name = titleOf(o)
	}
	g.took = o.Duration
}

// text is the status line: how many are done of all, how many are wrong, and which one took longest,
// its name shortened to what fits into width columns.
func (g *progress) text(stats transaction.Stats, width int) string {
	parts := []string{strconv.Itoa(stats.Total()) + "/" + strconv.Itoa(g.planned)}
	if n := stats.Failures; n > 0 {
		parts = append(parts, strconv.Itoa(n)+" failing")
	}
	if n := stats.Errors; n > 0 {
		parts = append(parts, plural(n, "error"))
	}
	if g.took > 0 {
		slowest := "slowest " + duration(g.took)
		room := width - columns(strings.Join(parts, "  ")+"  "+slowest+"  ")
		parts = append(parts, slowest)
		if room >= shortest {
			parts = append(parts, cutName(g.name, room))
		}
	}
	return strings.Join(parts, "  ")
}
