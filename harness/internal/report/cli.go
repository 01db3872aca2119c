package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewCLI returns the reporter for people: a line per transaction at once, and at the end, below all
// those lines, what is wrong with those that did not pass, and the counts. The first word of each
// line ("pass:", "fail:", "skip:", "error:", "complete:") and the two last lines are as Dredd 14
// prints them, so that scripts find what they look for. It differs from Dredd where that helps:
//
//   - The line of a transaction has its name too, and its time without the word "duration"; the title
//     of the details at the end is Dredd's whole line.
//   - The details are a diff of what is documented and what came, the place of the documentation and
//     the command to run again, in place of the two whole messages; Options.Details adds these.
//   - Transactions with the same error, or the same wrong answer, share the details of the first.
//   - The lines of errors go to Options.Err at once, as in Dredd. Their details at the end stay on
//     Options.Out with those of failures; their word is "error:", where Dredd writes "fail:".
//   - What a selection leaves out has no line; the number of them, and the reason, is told at the end.
//   - A dry run says once that nothing is sent, and not once per transaction.
//   - Plan.Names prints the names alone, without the lines of skipped ones below them. What goes
//     wrong in a hook is still told of at the end: the counts would be a riddle.
//   - Options.InlineErrors prints the details of errors too, and not of failures alone.
//   - On a terminal, a last line tells how far the run is, and is taken back at its end.
func NewCLI(o Options) Reporter { return newCLI(o) }

func newCLI(o Options) *cli {
	return &cli{p: newPrinter(o), o: o, alike: map[string]*block{}, skipped: map[string]int{}, shown: map[string]bool{}}
}

type cli struct {
	p *printer
	o Options

	begun         bool
	names, dryRun bool // of the plan
	at            progress
	stats         transaction.Stats
	blocks        []*block          // of what did not pass
	warnings      []*block          // of what passed with warnings
	warned        warned            // warnings of all of them
	alike         map[string]*block // by what came of the transaction
	legend        bool              // the signs of a diff were explained
	narrow        bool              // it was said that there is no room for two columns
	apart         bool              // an empty line is above what comes next
	noTotal       bool              // the counts end without their sum
	skipped       map[string]int    // by reason
	shown         map[string]bool   // reasons that a line had room for
	reasons       []string          // of skipped, in order
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
	c.begin(plan)
	if c.at.planned > 0 && !c.names {
		c.p.setStatus(c.at.text(c.stats, c.p.screenWidth()-1))
	}
	c.p.flush()
}

// begin writes what there is to know before the first request.
func (c *cli) begin(plan Plan) {
	c.begun, c.names, c.dryRun, c.at.planned = true, plan.Names, plan.DryRun, plan.Transactions
	begin(c.p, plan, c.o)
}

func (c *cli) Report(outcome transaction.Outcome) {
	o := view(outcome, c.o.Sanitize)
	c.count(o)
	c.lines(o)
	switch {
	case c.o.InlineErrors && (o.Status == transaction.Fail || o.Status == transaction.Error):
		c.inline(o)
	default:
		c.gather(o)
	}
	if !c.names && c.stats.Total() < c.at.planned {
		c.p.setStatus(c.at.text(c.stats, c.p.screenWidth()-1))
	}
	c.p.flush()
}

// count takes note of an outcome.
func (c *cli) count(o *seen) {
	c.stats.Add(o.Status)
	c.warned.add(o.Findings)
	c.at.add(o)
	if o.Status == transaction.Skip && o.Reason != "" {
		if c.skipped[o.Reason]++; c.skipped[o.Reason] == 1 {
			c.reasons = append(c.reasons, o.Reason)
		}
	}
}

// lines writes what is told of an outcome at once.
func (c *cli) lines(o *seen) {
	switch {
	case c.names:
		if o.Transaction != nil {
			c.p.line("info: " + clean(string(o.Transaction.Name)))
		}
		return
	case o.Unselected && !c.dryRun:
		return
	case o.Status == transaction.Error:
		c.p.errLine(c.outcomeLine(o))
	default:
		c.p.line(c.outcomeLine(o))
	}
	if c.o.Explain {
		explain(c.p, o, c.o.Sanitize)
	}
	if c.o.Details && o.Status == transaction.Pass && o.Transaction != nil {
		exchange(c.p, o.Transaction)
		c.p.line("")
	}
}

// gather keeps what is told of an outcome at the end.
func (c *cli) gather(o *seen) {
	switch o.Status {
	case transaction.Fail, transaction.Error:
		c.keep(o)
	case transaction.Pass:
		if len(o.Findings) > 0 {
			c.keepWarnings(o)
		}
	}
}

// End writes what is wrong, and the counts. Why the run did not come to its end is for its caller to print,
// with all other errors; of a run that did not begin nothing is written.
func (c *cli) End(s Summary) error {
	if !c.begun {
		return c.p.close()
	}
	c.writeBlocks("Displaying failed tests...", c.blocks)
	c.writeBlocks("Displaying warnings...", c.warnings)
	c.writeNames()
	if !c.names {
		c.writeSkipped()
	}
	for _, e := range s.HookErrors {
		c.hookError(e)
	}
	note := c.p.line
	if c.names {
		note = c.p.errLine // no name, and not to be taken for one
	}
	for _, n := range s.Notes {
		note("info: " + c.oneLine(n))
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
	c.complete(s)
	return c.p.close()
}

// writeSkipped tells how many were skipped for each reason, but for those of a single transaction that its
// line has told.
func (c *cli) writeSkipped() {
	reasons := slices.DeleteFunc(slices.Clone(c.reasons), func(r string) bool { return c.skipped[r] == 1 && c.shown[r] })
	for i, reason := range reasons {
		if i == mostKinds {
			c.p.line("info: " + plural(len(reasons)-i, "more reason") + " to skip")
			break
		}
		c.p.line("info: " + count(c.skipped[reason]) + " skipped: " + oneLine(reason))
	}
}

// complete writes the two last lines.
func (c *cli) complete(s Summary) {
	word := c.p.paint(green, "complete")
	if !s.OK() {
		word = c.p.paint(red, "complete")
	}
	if n := s.Stats.Total(); n > 0 {
		line := fmt.Sprintf("%s: %d passing, %d failing, %d errors, %d skipped",
			word, s.Stats.Passes, s.Stats.Failures, s.Stats.Errors, s.Stats.Skipped)
		if !c.noTotal {
			line += fmt.Sprintf(", %d total", n)
		}
		c.p.line(line)
	}
	c.p.line(word + ": Tests took " + strconv.FormatInt(s.Duration.Milliseconds(), 10) + "ms")
}

// hookError writes what hooks around the whole run reported: a sentence, and mostly a stack below it.
func (c *cli) hookError(text string) {
	text = c.o.Sanitize.Text(cut(strings.TrimRight(text, blanks), longestText))
	for i, l := range strings.Split(text, "\n") {
		l = clean(strings.ReplaceAll(l, "\t", "    "))
		switch {
		case i == 0:
			c.p.errLine(c.word(transaction.Error) + " " + l)
		case i < mostReason:
			c.p.errLine("  " + l)
		}
	}
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
	if o.Status == transaction.Skip && o.Reason != "" && !o.Unselected {
		rest = name + " (" + oneLine(o.Reason) + ")"
		if room > 0 && columns(rest) > room {
			rest = name
		} else {
			c.shown[o.Reason] = true
		}
	}
	if room > 0 {
		rest = cutName(rest, max(room, shortest/2))
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
