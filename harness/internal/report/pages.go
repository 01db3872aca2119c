package report

import (
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// documentOptions are those of the details in a document that people read: there is no terminal, and the
// messages are shown on their own.
func documentOptions(o Options) Options {
	o.Out, o.Err, o.Color, o.Width, o.Terminal = nil, nil, false, 0, false
	o.Details, o.Diff = false, DiffUnified
	return o
}

// shownInFull reports that a document has more to tell of an outcome than a line: what did not pass, what
// passed with warnings, and, with Options.Details, all that passed.
func shownInFull(o *seen, details bool) bool {
	switch o.Status {
	case transaction.Fail, transaction.Error:
		return true
	case transaction.Pass:
		return details || len(o.Findings) > 0
	}
	return false
}

// dedent takes the margin away that the details have below a line.
func dedent(text string) string {
	return strings.TrimPrefix(strings.ReplaceAll("\n"+strings.TrimSuffix(text, "\n"), "\n  ", "\n"), "\n")
}

// state says how a run stands, for the top of a document that is complete at every moment.
type state int

const (
	notBegun state = iota
	running
	ended
)

// sentence is what a document says about the run at its top. What a crash leaves must not look like a run
// that passed.
func (s state) sentence(sum Summary) string {
	switch {
	case s == notBegun:
		return "This run did not begin."
	case s == running:
		return "This run did not get to its end."
	case sum.Interrupted:
		return "This run was interrupted."
	case sum.Error != "":
		return "This run ended with an error."
	case !sum.Stats.OK():
		return "This run failed."
	}
	return "This run passed."
}

// longestSentence is as long as the longest of them: they replace each other in place.
const longestSentence = 32

// closing is what a document tells at its end.
type closing struct {
	Counts     string
	Took       string
	Error      string // why it is not whole
	NotRun     string
	HookErrors []string
	Notes      []string
}

// closingOf writes what a summary says. The texts are clean, and sanitised.
func closingOf(s Summary, o Options) closing {
	text := func(t string) string { return oneLine(o.Sanitize.Text(cut(t, longestText))) }
	c := closing{Counts: countsText(s.Stats), Took: strconv.FormatInt(s.Duration.Milliseconds(), 10) + " ms", Error: s.why(o.Sanitize)}
	if s.NotRun > 0 {
		c.NotRun = plural(s.NotRun, "transaction") + " did not run."
	}
	for _, e := range s.HookErrors {
		c.HookErrors = append(c.HookErrors, stackText(o.Sanitize.Text(cut(strings.TrimRight(e, blanks), longestText))))
	}
	for _, n := range s.Notes {
		c.Notes = append(c.Notes, text(n))
	}
	return c
}

// stackText is a sentence with a stack below it, of a bounded number of lines.
func stackText(text string) string {
	var lines []string
	for i, l := range strings.Split(text, "\n") {
		if i == mostReason {
			lines = append(lines, "…")
			break
		}
		lines = append(lines, clean(strings.ReplaceAll(l, "\t", "    ")))
	}
	return strings.Join(lines, "\n")
}

// remarks are what the parsers and the harness have to say before the first request, a line each.
func remarks(plan Plan, o Options) []string {
	var out []string
	kinds := group(plan.Annotations, o.Details)
	for i, k := range kinds {
		if i == mostKinds && !o.Details {
			out = append(out, "and "+plural(len(kinds)-i, "more kind"))
			break
		}
		line := string(k.first.Severity) + ": "
		if at := k.first.At.String(); at != "" {
			line += o.Sanitize.Text(at) + ": "
		}
		line += o.Sanitize.Text(k.first.Message)
		if n := len(k.more); n > 0 {
			line += " (and " + count(n) + " more like it)"
		}
		out = append(out, oneLine(line))
	}
	for _, w := range plan.Warnings {
		out = append(out, "warning: "+oneLine(o.Sanitize.Text(cut(w, longestText))))
	}
	return out
}
