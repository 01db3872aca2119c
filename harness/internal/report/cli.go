package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewCLI returns the reporter for people: a line per transaction at once, and at the end, below all
// those lines, what is wrong with those that did not pass, and the counts. The first word of each
// line ("pass:", "fail:", "skip:", "error:", "complete:") and the two last lines are as Dredd 14
// prints them, so that scripts find what they look for.
func NewCLI(o Options) Reporter {
	return &cli{p: newPrinter(o), o: o, alike: map[string]*block{}, skipped: map[string]int{}}
}

type cli struct {
	p *printer
	o Options

	planned  int
	stats    transaction.Stats
	blocks   []*block          // of what did not pass
	warnings []*block          // of what passed with warnings
	warned   warned            // warnings of all of them
	alike    map[string]*block // by what came of the transaction
	narrow   bool              // it was said that there is no room for two columns
	apart    bool              // an empty line is above what comes next
	skipped  map[string]int    // by reason
	reasons  []string          // of skipped, in order
}

// warned counts warnings, and the transactions that have some.
type warned struct{ warnings, transactions int }

func (w *warned) add(fs []transaction.Finding) {
	n := 0
	for _, f := range fs {
		if f.Severity == transaction.SeverityWarning {
			n++
		}
	}
	if w.warnings += n; n > 0 {
		w.transactions++
	}
}

func (c *cli) Begin(plan Plan) {
	c.planned = plan.Transactions
	begin(c.p, plan, c.o)
	if c.planned > 0 {
		c.p.setStatus(c.progress(&seen{}))
	}
	c.p.flush()
}

func (c *cli) Report(outcome transaction.Outcome) {
	o := view(outcome, c.o.Sanitize)
	c.stats.Add(o.Status)
	c.warned.add(o.Findings)
	c.p.line(c.outcomeLine(o))
	if c.o.Explain {
		explain(c.p, o, c.o.Sanitize)
	}
	switch o.Status {
	case transaction.Fail, transaction.Error:
		c.keep(o)
	case transaction.Skip:
		if o.Reason != "" {
			if c.skipped[o.Reason]++; c.skipped[o.Reason] == 1 {
				c.reasons = append(c.reasons, o.Reason)
			}
		}
	case transaction.Pass:
		if c.o.Details && o.Transaction != nil {
			exchange(c.p, o.Transaction)
			c.p.line("")
		}
		if len(o.Findings) > 0 {
			c.keepWarnings(o)
		}
	}
	if c.stats.Total() < c.planned {
		c.p.setStatus(c.progress(o))
	}
	c.p.flush()
}

func (c *cli) End(s Summary) error {
	c.writeBlocks("Displaying failed tests...", c.blocks)
	c.writeBlocks("Displaying warnings...", c.warnings)
	c.writeNames()
	for i, reason := range c.reasons {
		if i == mostKinds {
			break
		}
		c.p.line("info: " + count(c.skipped[reason]) + " skipped: " + oneLine(reason))
	}
	for _, e := range s.HookErrors {
		c.hookError(e)
	}
	for _, n := range s.Notes {
		c.p.line("info: " + c.oneLine(n))
	}
	if n := c.warned.warnings; n > 0 {
		c.p.line("info: " + plural(n, "warning") + " in " + plural(c.warned.transactions, "transaction"))
	}
	if s.Interrupted {
		c.p.line(c.p.paint(yellow, "warn") + ": interrupted")
	}
	if s.NotRun > 0 {
		c.p.line(c.p.paint(yellow, "warn") + ": " + plural(s.NotRun, "transaction") + " did not run")
	}
	word := c.p.paint(green, "complete")
	if !s.Stats.OK() || s.Interrupted {
		word = c.p.paint(red, "complete")
	}
	if n := s.Stats.Total(); n > 0 {
		c.p.line(fmt.Sprintf("%s: %d passing, %d failing, %d errors, %d skipped, %d total",
			word, s.Stats.Passes, s.Stats.Failures, s.Stats.Errors, s.Stats.Skipped, n))
	}
	c.p.line(word + ": Tests took " + strconv.FormatInt(s.Duration.Milliseconds(), 10) + "ms")
	c.p.flush()
	return c.p.err
}

// hookError writes what hooks around the whole run reported: a sentence, and mostly a stack below it.
func (c *cli) hookError(text string) {
	text = c.o.Sanitize.Text(cut(strings.TrimRight(text, blanks), longestText))
	for i, l := range strings.Split(text, "\n") {
		l = clean(strings.ReplaceAll(l, "\t", "    "))
		switch {
		case i == 0:
			c.p.line(c.word(transaction.Error) + " " + l)
		case i < mostReason:
			c.p.line("  " + l)
		}
	}
}

// progress is the status line: how far, how many are wrong, where.
func (c *cli) progress(o *seen) string {
	parts := []string{strconv.Itoa(c.stats.Total()) + "/" + strconv.Itoa(c.planned)}
	if n := c.stats.Failures; n > 0 {
		parts = append(parts, strconv.Itoa(n)+" failing")
	}
	if n := c.stats.Errors; n > 0 {
		parts = append(parts, plural(n, "error"))
	}
	if o.Transaction != nil && o.Transaction.Origin.ResourceGroupName != "" {
		parts = append(parts, clean(cut(o.Transaction.Origin.ResourceGroupName, longestTitle)))
	}
	return strings.Join(parts, "  ")
}

// outcomeLine is the line of one transaction: the word, Dredd's title, how long it took, the name.
// On a terminal the parts are cut so that they stay on one line.
func (c *cli) outcomeLine(o *seen) string {
	title, name := titleOf(o), nameOf(o)
	column, room := titleColumn, 0
	if c.p.width > 0 {
		width := c.p.textWidth()
		column = min(max(width*45/100, 30), 60)
		title = cutEnd(title, column)
		room = width - len("error: ") - column - len(" 123.4ms  ")
	}
	took := "-"
	if o.Status != transaction.Skip {
		took = duration(o.Duration)
	}
	rest := name
	if o.Status == transaction.Skip && o.Reason != "" {
		rest = name + " (" + oneLine(o.Reason) + ")"
		if room > 0 && columns(rest) > room {
			rest = name
		}
	}
	if room > 0 {
		rest = cutName(rest, max(room, shortest))
	}
	head := c.word(o.Status) + " " + padTo(title, column+len("error")-len(o.Status))
	return strings.TrimRight(head+" "+c.p.paint(dim, fmt.Sprintf("%7s", took))+"  "+rest, " ")
}

// titleColumn is how wide the column of titles is when there is no terminal: most URIs fit.
const titleColumn = 60

// longestTitle is how many characters of a title or a name are printed.
const longestTitle = 400

func titleOf(o *seen) string {
	if o.Transaction == nil {
		return ""
	}
	return clean(cut(o.Transaction.ID(), longestTitle))
}

func nameOf(o *seen) string {
	if o.Transaction == nil {
		return ""
	}
	return clean(cut(string(o.Transaction.Name), longestTitle))
}

// word is the first word of a line and its colon.
func (c *cli) word(s transaction.Status) string {
	code := map[transaction.Status]string{
		transaction.Pass: green, transaction.Fail: red, transaction.Error: red, transaction.Skip: yellow,
	}[s]
	return c.p.paint(code, clean(string(s))) + ":"
}

// oneLine makes a sentence fit on a line.
func oneLine(s string) string {
	return clean(cut(strings.Join(strings.Fields(cut(s, longestText)), " "), longestTitle))
}

// oneLine is the same for a sentence from outside.
func (c *cli) oneLine(s string) string { return oneLine(c.o.Sanitize.Text(cut(s, longestText))) }

// duration writes how long something took in at most seven characters.
func duration(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1fms", float64(d)/float64(time.Millisecond))
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
	case d < time.Minute:
		return fmt.Sprintf("%.1fs", d.Seconds())
	default:
		return fmt.Sprintf("%dm%02ds", int(d.Minutes()), int(d.Seconds())%60)
	}
}
