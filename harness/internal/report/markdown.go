package report

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewMarkdown returns the reporter of a Markdown document (CommonMark, with a table of GitHub's): how the
// run stands and its counts at the top, a heading per transaction ("## Fail: GET (200) /v1/events"), and
// below those that did not pass what is wrong, the request, the documented response and the real one;
// with Options.Details below all that passed, too. It differs from Dredd 14 where that helps: it has a
// summary; the message is the diff, with the place of the documentation and the command to run again;
// errors have the same parts as failures; names and durations are told; and no title or body can end its
// heading or its fence.
func NewMarkdown(o Options) Reporter {
	m := &markdown{o: documentOptions(o), details: o.Details}
	m.d = newDocument(o, m.top, func() string { return "" })
	return m
}

type markdown struct {
	o       Options
	details bool
	d       *document
	state   state
	sum     Summary
}

// top is of the same length each time.
func (m *markdown) top() string {
	s := m.sum.Stats
	return "# Contract tests\n\n" +
		fmt.Sprintf("%-*s\n\n", longestSentence, m.state.sentence(m.sum)) +
		"| passing | failing | errors | skipped | total |\n" +
		"| ------: | ------: | -----: | ------: | ----: |\n" +
		fmt.Sprintf("| %7d | %7d | %7d | %7d | %7d |\n", s.Passes, s.Failures, s.Errors, s.Skipped, s.Total())
}

func (m *markdown) Begin(plan Plan) {
	m.state = running
	var b strings.Builder
	b.WriteString("\n" + inMarkdown(planText(plan, m.o.Sanitize)) + "\n")
	if plan.DryRun {
		b.WriteString("\nDry run. No request is sent.\n")
	}
	o := m.o
	o.Details = m.details
	for i, r := range remarks(plan, o) {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- " + inMarkdown(r) + "\n")
	}
	m.d.add(b.String())
}

func (m *markdown) Report(outcome transaction.Outcome) {
	o := view(outcome, m.o.Sanitize)
	m.sum.Stats.Add(o.Status)
	var b strings.Builder
	b.WriteString("\n## " + heading(o.Status) + ": " + inMarkdown(titleOf(o)) + "\n")
	var about []string
	if name := nameOf(o); name != "" {
		about = append(about, "Name: "+inMarkdown(name))
	}
	if o.Status != transaction.Skip {
		about = append(about, "Duration: "+duration(o.Duration))
	} else if o.Reason != "" {
		about = append(about, "Reason: "+inMarkdown(oneLine(o.Reason)))
	}
	if len(about) > 0 {
		b.WriteString("\n" + strings.Join(about, ", ") + "\n")
	}
	if shownInFull(o, m.details) {
		if text := dedent(o.detail(m.o)); text != "" && (o.Status != transaction.Pass || len(o.Findings) > 0) {
			b.WriteString("\n### Message\n\n" + fenced("diff", text))
		}
		for _, part := range messages(m.o, o.Transaction) {
			b.WriteString("\n### " + part.Title + "\n\n" + fenced("", part.Text))
		}
	}
	m.d.add(b.String())
}

func (m *markdown) End(s Summary) error {
	m.state, m.sum = ended, s
	c := closingOf(s, m.o)
	var b strings.Builder
	b.WriteString("\n## Summary\n\n**Tests completed:** " + c.Counts + ".\n\n**Tests took:** " + c.Took + "\n")
	if c.Error != "" {
		b.WriteString("\n### Error\n\n" + fenced("", c.Error))
	}
	if c.NotRun != "" {
		b.WriteString("\n" + c.NotRun + "\n")
	}
	for i, n := range c.Notes {
		if i == 0 {
			b.WriteString("\n")
		}
		b.WriteString("- Note: " + inMarkdown(n) + "\n")
	}
	for _, e := range c.HookErrors {
		b.WriteString("\n### Hook error\n\n" + fenced("", e))
	}
	m.d.add(b.String())
	return m.d.end()
}

// heading is the word of a status, as Dredd writes it in headings.
func heading(s transaction.Status) string {
	switch s {
	case transaction.Pass:
		return "Pass"
	case transaction.Fail:
		return "Fail"
	case transaction.Skip:
		return "Skip"
	case transaction.Error:
		return "Error"
	}
	return inMarkdown(clean(string(s)))
}

// countsText is the line of counts, as Dredd writes it.
func countsText(s transaction.Stats) string {
	return fmt.Sprintf("%d passing, %d failing, %d errors, %d skipped, %d total", s.Passes, s.Failures, s.Errors, s.Skipped, s.Total())
}

// inMarkdown escapes a clean text that stands within a line, behind a word of ours: what would begin an
// element of CommonMark, or a formula or a stroke of GitHub's, is taken as it is written.
func inMarkdown(s string) string {
	var b strings.Builder
	for i := range len(s) {
		special := false
		switch s[i] {
		case '\\', '`', '*', '[', ']', '<', '#', '~', '$':
			special = true
		case '_': // within a word it is none
			special = i == 0 || i == len(s)-1 || !alphanumeric(s[i-1]) || !alphanumeric(s[i+1])
		case '&':
			special = strings.IndexByte(s[i:], ';') > 0
		}
		if special {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

func alphanumeric(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

// fenced writes a text as a block of code. The fence is longer than any run of its sign in the text.
func fenced(language, text string) string {
	longest, run := 2, 0
	for i := range len(text) {
		if text[i] != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + language + "\n" + strings.TrimSuffix(text, "\n") + "\n" + fence + "\n"
}
