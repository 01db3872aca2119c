package report

import (
	"errors"
	"io"
	"time"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Plan is what a run is going to do.
type Plan struct {
	// Transactions is how many will run.
	Transactions int
	// Descriptions names the files or URLs they come from.
	Descriptions []string
	// Annotations is what the parsers and the compiler had to say.
	Annotations []transaction.Annotation
	// Server names what the requests go to; empty says nothing about it.
	Server string
	// Database names what the cases are seeded in; empty says nothing about it.
	Database string
	// Match is how strictly bodies are compared; empty says nothing about it.
	Match transaction.Match
	// Warnings are sentences that belong to no line of the documentation.
	Warnings []string
	// Volatile is what may vary in all responses, in the order in which it was declared. It is
	// printed with Options.Explain.
	Volatile []transaction.Volatile
	// Sanitize says what is masked, a line each, as sanitize.Sanitizer.Describe does. It is printed
	// with Options.Explain.
	Sanitize []string
}

// Summary is what came of a run.
type Summary struct {
	Stats    transaction.Stats
	Duration time.Duration
	// Interrupted says that the run was stopped before its end.
	Interrupted bool
	// NotRun is how many transactions of the plan have no outcome.
	NotRun int
	// HookErrors is what hooks around the whole run reported; each counts as an error in Stats.
	HookErrors []string
	// Notes are sentences to print before the counts, a line each.
	Notes []string
}

// Reporter is told about a run. Its methods are never called at the same time.
type Reporter interface {
	// Begin comes once, before the first request.
	Begin(Plan)
	// Report comes once per transaction, in the order of the documentation. The reporter does
	// not keep the outcome.
	Report(transaction.Outcome)
	// End comes once, also when the run was interrupted. It returns the first error of writing
	// the report, from whichever method it came; after an error nothing more is written.
	End(Summary) error
}

// Options is what a reporter needs from outside. The zero value prints plain text to nowhere.
type Options struct {
	// Out takes the report; nil discards it.
	Out io.Writer
	// Color allows ANSI colours. What they say is always said by a word or a sign too.
	Color bool
	// Width is the width of the terminal in columns; zero means that there is none, and then
	// lines per transaction are not cut.
	Width int
	// Terminal allows a status line that is rewritten in place.
	Terminal bool
	// Details prints the whole exchange of every transaction, and every annotation.
	Details bool
	// Diff is DiffUnified or DiffSideBySide, which needs 100 columns; empty means DiffUnified.
	Diff string
	// Explain prints what is declared volatile and what is masked, and below each transaction the
	// places that were not compared for it.
	Explain bool
	// Sanitize takes the secrets out of everything that is printed; nil does so by the defaults.
	Sanitize *sanitize.Sanitizer
	// Rerun returns the command that runs this transaction alone; nil prints none.
	Rerun func(transaction.Outcome) string
	// Excerpt returns all lines of the file that a place is in. Printed are the line before it, the
	// line itself and the line after it; the others tell what must be masked in them. Excerpts makes
	// one. nil prints none.
	Excerpt func(at transaction.Position) (lines []string, ok bool)
}

// Multi returns a reporter that passes everything on to all of rs, in order. Its End joins their
// errors.
func Multi(rs ...Reporter) Reporter { return multi(rs) }

type multi []Reporter

func (m multi) Begin(p Plan) {
	for _, r := range m {
		r.Begin(p)
	}
}

func (m multi) Report(o transaction.Outcome) {
	for _, r := range m {
		r.Report(o)
	}
}

func (m multi) End(s Summary) error {
	var errs []error
	for _, r := range m {
		errs = append(errs, r.End(s))
	}
	return errors.Join(errs...)
}
