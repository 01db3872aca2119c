package report

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// stepSummary is what GitHub shows below a job: a table of what did not pass, and the counts. It is in
// GitHub Flavored Markdown. Without a file there is none.
type stepSummary struct {
	o     Options
	doc   *document // nil without a file
	stats transaction.Stats
	begun bool
	rows  int
	bytes int
	left  int
	ended bool
	last  Summary
}

// GitHub takes a mebibyte per step, which others may write to as well.
const (
	mostSummaryRows = 200
	mostRowBytes    = 1 << 19
)

func newStepSummary(o Options) *stepSummary {
	s := &stepSummary{o: o}
	if o.File != nil {
		s.doc = newDocument(o, nil, s.tail)
	}
	return s
}

const summaryTitle = "\n### API contract\n"

func (s *stepSummary) begin(p Plan) {
	if s.doc == nil {
		return
	}
	s.begun = true
	s.doc.add(summaryTitle + "\n" + cell(planText(p, s.o.Sanitize)) + "\n")
}

func (s *stepSummary) add(v *seen) {
	if s.doc == nil {
		return
	}
	s.stats.Add(v.Status)
	text := ""
	if v.Status == transaction.Fail || v.Status == transaction.Error {
		text = s.row(v)
	}
	switch {
	case text == "":
	case s.rows == mostSummaryRows || s.bytes+len(text) > mostRowBytes:
		s.left++
		text = ""
	default:
		if s.rows == 0 {
			text = "\n| | Transaction | What is wrong | Documented at |\n| --- | --- | --- | --- |\n" + text
		}
		s.rows++
		s.bytes += len(text)
	}
	s.doc.add(text)
}

func (s *stepSummary) row(v *seen) string {
	name := ""
	if v.Transaction != nil {
		name = oneLine(string(v.Transaction.Name))
	}
	all := v.tell()
	at := ""
	if len(all) > 0 {
		at = clean(s.o.Sanitize.Text(all[0].at.String()))
	}
	return fmt.Sprintf("| %s | %s<br>%s | %s | %s |\n", v.Status, cell(titleOf(v)), cell(name),
		cell(cut(v.headline(), longestTitle)), cell(at))
}

func (s *stepSummary) tail() string {
	stats := s.stats
	if s.ended {
		stats = s.last.Stats
	}
	var b strings.Builder
	if s.left > 0 {
		fmt.Fprintf(&b, "\nand %d more\n", s.left)
	}
	if why := s.last.why(s.o.Sanitize); why != "" {
		b.WriteString("\nThe run ended with an error:\n\n" + fenced("", why))
	}
	for _, e := range s.last.HookErrors {
		b.WriteString("\n**error** " + cell(oneLine(s.o.Sanitize.Text(cut(e, longestText)))) + "\n")
	}
	b.WriteString("\n**" + countsText(stats) + "**\n")
	switch {
	case !s.ended:
		b.WriteString("\nThe run did not come to its end.\n")
	case s.last.Interrupted:
		b.WriteString("\nThe run was interrupted.\n")
	}
	if n := s.last.NotRun; n > 0 {
		b.WriteString("\n" + plural(n, "transaction") + " did not run.\n")
	}
	return b.String()
}

func (s *stepSummary) end(sum Summary) error {
	if s.doc == nil {
		return nil
	}
	s.ended, s.last = true, sum
	if !s.begun {
		s.doc.add(summaryTitle)
	}
	return s.doc.end()
}

// cell writes a text so that it stays in its cell of a table, or on its line, and is shown as it is.
func cell(s string) string { return strings.ReplaceAll(inMarkdown(oneLine(s)), "|", `\|`) }
