package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// inline writes what is wrong with a transaction below its line, as Options.InlineErrors wants it. One
// that came out as another did says so.
func (c *cli) inline(o *seen) {
	line := c.p.line
	if o.Status == transaction.Error {
		line = c.p.errLine
	}
	key := sameKey(o.Outcome)
	b := &block{}
	if !c.fill(b, o, key) {
		first := c.alike[key]
		first.more = nil // each is told of at once
		line("  the same as: " + first.entry)
		return
	}
	if b.answer && !c.legend {
		c.legend = true
		line(c.p.paint(dim, "      "+legend))
	}
	if b.text != "" {
		line("")
		for l := range strings.Lines(b.text) {
			line(strings.TrimSuffix(l, "\n"))
		}
	}
	line("")
}
