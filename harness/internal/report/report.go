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
	// Transactions is how many outcomes are expected.
	Transactions int
	// Names says that the run is about the names of the transactions alone: a console reporter prints
	// each as "info: NAME", and nothing of its outcome.
	Names bool
	// DryRun says that nothing is sent.
	DryRun bool
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
	// Error says why the run was not carried out, or not wholly: a description that cannot be read, a
	// server that does not start, a hook handler that died. It may have several lines. It is no part of
	// Stats; empty means that there is nothing to say.
	Error string
	// Annotations is what the parsers had to say of descriptions that nothing was run of; Error has the
	// errors among it as a text. Where there was a beginning, Plan has it.
	Annotations []transaction.Annotation
	// ExitCode is what the process will answer to whoever started it, where that is known to be another
	// code than 0 for a run that is OK and 1 for one that is not. Zero says nothing.
	ExitCode int
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
	// End comes once, also when the run was interrupted; and also when it could not begin, and Begin
	// did not come: Summary.Error says why then, unless it was interrupted. It returns the first error
	// of writing the report, from whichever method it came; after an error nothing more is written.
	End(Summary) error
}

// Options is what a reporter needs from outside. The zero value prints plain text to nowhere.
type Options struct {
	// Out takes the report; nil discards it.
	Out io.Writer
	// Err takes the lines of a console reporter that tell of errors, as Dredd has it; nil means Out.
	Err io.Writer
	// File is where a reporter of documents writes, in place of Out, when the report is a file: the
	// reporter keeps it complete and valid at every moment, so that what was done until a crash can be
	// read. nil means that there is only Out, which takes the document at the end.
	File File
	// InlineErrors prints the details of a failure at once instead of at the end.
	InlineErrors bool
	// Version is that of the program, such as "1.2.0"; empty means "dev".
	Version string
	// Custom is what the settings say under "custom"; reporters that send reports find theirs in it.
	Custom map[string]string
	// Getenv reads the environment; nil means that it is empty.
	Getenv func(string) string
	// Now tells the time; nil means time.Now.
	Now func() time.Time
	// Hostname is what reports call this machine; empty leaves that out.
	Hostname string
	// Dir is the folder that relative names of files start from, as an absolute path. Reports for other
	// programs name files by it; empty leaves names as they are.
	Dir string
	// Rules describe the findings that there can be, for reports that hold a catalogue; nil leaves it
	// out but for what was found.
	Rules []Rule
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

// Rule describes the findings of one id.
type Rule struct {
	ID string
	// Group is what such findings are about, such as "Headers".
	Group string
	// Means says in a sentence what a finding tells, and Remedy what to do about it.
	Means, Remedy string
	// Example shows in a line or two what is documented and what came.
	Example string
}

// File is what a document is kept complete in; *os.File is one.
type File interface {
	io.WriterAt
	Truncate(size int64) error
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
