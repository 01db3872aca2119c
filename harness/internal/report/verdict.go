package report

import (
	"path/filepath"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The ids of what reports for programs tell and no finding does. They are stable, as those of findings.
const (
	idFailed    = "transaction-failed" // by a hook, or by a list of known failures
	idError     = "transaction-error"  // could not be carried out
	idHookError = "hook-error"         // a hook around the whole run

	// What JUnit says of the run itself.
	idRunError       = "run-error"
	idRunInterrupted = "run-interrupted"
	idRunUnfinished  = "run-unfinished"
	idAnnotation     = "description-annotation" // of a parser
)

// ownRules are the rules of those that are told at a line of the documentation.
func ownRules() []Rule {
	return []Rule{
		{
			ID: idFailed, Group: "Run", Means: "Something else than the response failed the transaction, such as a hook.",
			Remedy: "Read the reason that is given: it is the one that the hook gave.",
		},
		{
			ID: idError, Group: "Run", Means: "The transaction could not be carried out, so nothing is known about the response.",
			Remedy: "See that the server under test runs and can be reached, and that no hook ends with an error.",
		},
		{
			ID: idAnnotation, Group: "Run", Means: "A parser has something to say about the description; no transaction fails by it.",
			Remedy: "Mend the description at that line.",
		},
	}
}

// told is one thing that is wrong with a transaction, as reports for programs tell it: a finding, or the
// reason where there is none.
type told struct {
	id      string
	warn    bool
	message string // a line
	at      transaction.Position
	finding transaction.Finding // its zero value where there is none
}

// tell lists what is wrong, errors first. Of passed transactions these are warnings.
func (s *seen) tell() []told {
	var errs, warns []told
	switch s.Status {
	case transaction.Error:
		errs = append(errs, told{id: idError, message: s.because("could not be carried out"), at: home(s.Outcome)})
	case transaction.Fail:
		if s.Reason != "" || !transaction.Fails(s.Findings) {
			errs = append(errs, told{id: idFailed, message: s.because("failed"), at: home(s.Outcome)})
		}
	case transaction.Pass, transaction.Skip:
	}
	for _, f := range s.Findings {
		at := f.At
		if at.IsZero() {
			at = home(s.Outcome)
		}
		t := told{f.ID, f.Severity == transaction.SeverityWarning, findingText(f), at, f}
		if t.warn {
			warns = append(warns, t)
		} else {
			errs = append(errs, t)
		}
	}
	return append(errs, warns...)
}

// because is the reason in one line.
func (s *seen) because(otherwise string) string {
	if text := oneLine(s.Reason); text != "" {
		return text
	}
	return otherwise
}

// findingText is a finding as a line: the part of the response, and the sentence.
func findingText(f transaction.Finding) string {
	text := oneLine(f.Message)
	if f.Field == "" || strings.HasPrefix(text, f.Field+":") {
		return text
	}
	return clean(f.Field) + ": " + text
}

// headline is what is wrong with a transaction: all errors in a line.
func (s *seen) headline() string {
	var parts []string
	for _, t := range s.tell() {
		if !t.warn {
			parts = append(parts, strings.TrimSuffix(t.message, "."))
		}
	}
	return cut(strings.Join(parts, "; "), 4*longestTitle)
}

// group is what a transaction belongs to: the group and the resource, or the document.
func (s *seen) group() string {
	t := s.Transaction
	if t == nil {
		return ""
	}
	var parts []string
	for _, p := range []string{t.Origin.ResourceGroupName, t.Origin.ResourceName} {
		if p = oneLine(p); p != "" {
			parts = append(parts, p)
		}
	}
	if len(parts) == 0 {
		return oneLine(t.Origin.APIName)
	}
	return strings.Join(parts, " > ")
}

// now tells the time.
func (o Options) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o Options) version() string {
	if o.Version == "" {
		return "dev"
	}
	return o.Version
}

// root is the folder that other programs name files from: the checkout of a CI system, where this
// process runs in one that says so, and else Options.Dir.
func (o Options) root() string {
	for _, name := range []string{"GITHUB_WORKSPACE", "CI_PROJECT_DIR"} {
		if o.Getenv == nil {
			break
		}
		folder := o.Getenv(name)
		if _, ok := o.below(folder, o.Dir); ok {
			return folder
		}
	}
	return o.Dir
}

// below names a file from a folder, with slashes; false when it is not in that folder, or no file of this
// machine. root is absolute.
func (o Options) below(root, file string) (name string, ok bool) {
	if file == "" || root == "" || strings.Contains(file, "://") {
		return "", false
	}
	if !filepath.IsAbs(file) {
		if o.Dir == "" {
			return "", false
		}
		file = filepath.Join(o.Dir, file)
	}
	rel, err := filepath.Rel(root, file)
	if err != nil || !filepath.IsLocal(rel) {
		return "", false
	}
	return filepath.ToSlash(rel), true
}
