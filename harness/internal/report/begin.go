package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	mostKinds = 30 // kinds of annotations that are printed
	mostAlike = 3  // places of annotations like one that was printed
)

// begin writes what there is to know before the first request: what the parsers have to say, then
// the plan in one line.
func begin(p *printer, plan Plan, o Options) {
	details := o.Details
	kinds := group(plan.Annotations, details)
	for i, k := range kinds {
		if i == mostKinds && !details {
			p.line(p.paint(yellow, "warn") + ": " + plural(len(kinds)-i, "more kind") + " of annotations are not shown; the details show all")
			break
		}
		writeKind(p, k, o.Sanitize)
	}
	for _, w := range plan.Warnings {
		p.line(p.paint(yellow, "warn") + ": " + clean(o.Sanitize.Text(cut(w, longestText))))
	}
	if plan.Names {
		return // lines that begin with "info:" are the names
	}
	p.line("info: " + planText(plan, o.Sanitize))
	if plan.DryRun {
		p.line("info: Dry run. No request is sent")
	}
	if o.Explain {
		explainPlan(p, plan, o.Sanitize)
	}
}

// planText is the plan as a sentence.
func planText(plan Plan, s *sanitize.Sanitizer) string {
	parts := []string{plural(plan.Transactions, "transaction")}
	switch n := len(plan.Descriptions); n {
	case 0:
	case 1:
		parts[0] += " of " + clean(s.Text(plan.Descriptions[0]))
	default:
		parts[0] += " of " + plural(n, "description")
	}
	if plan.Match != "" {
		parts = append(parts, "matched by "+clean(string(plan.Match)))
	}
	if plan.Server != "" {
		parts = append(parts, "server "+clean(s.Text(plan.Server)))
	}
	if plan.Database != "" {
		parts = append(parts, "database "+clean(s.Text(plan.Database)))
	}
	return strings.Join(parts, ", ")
}

// kind is an annotation and those like it: their messages differ in quoted words and numbers only.
type kind struct {
	first transaction.Annotation
	more  []transaction.Position
}

func group(as []transaction.Annotation, apart bool) []kind {
	var kinds []kind
	index := map[string]int{}
	for _, a := range as {
		a.Message = strings.Join(strings.Fields(cut(a.Message, longestText)), " ")
		key := string(a.Severity) + "\x00" + a.Component + "\x00" + shape(a.Message)
		if i, ok := index[key]; ok && !apart && a.Severity != transaction.SeverityError {
			kinds[i].more = append(kinds[i].more, a.At)
			continue
		}
		index[key] = len(kinds)
		kinds = append(kinds, kind{first: a})
	}
	return kinds
}

// shape is a message without what is quoted in it and without its digits.
func shape(message string) string {
	var b strings.Builder
	quote := rune(0)
	for _, r := range message {
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case r == '\'' || r == '"' || r == '`':
			quote = r
			b.WriteRune(r)
		case r < '0' || r > '9':
			b.WriteRune(r)
		}
	}
	return b.String()
}

func writeKind(p *printer, k kind, s *sanitize.Sanitizer) {
	word, line := p.paint(yellow, "warn"), p.line
	if k.first.Severity == transaction.SeverityError {
		word, line = p.paint(red, "error"), p.errLine
	}
	at := k.first.At.String()
	if at != "" {
		at += ": "
	}
	line(word + ": " + clean(s.Text(at)) + clean(s.Text(k.first.Message)))
	if len(k.more) == 0 {
		return
	}
	var places []string
	for i, at := range k.more {
		if i == mostAlike {
			places = append(places, "…")
			break
		}
		places = append(places, clean(s.Text(at.String())))
	}
	p.line(p.paint(dim, "      and "+count(len(k.more))+" more like it: "+strings.Join(places, ", ")))
}
