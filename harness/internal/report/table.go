package report

import (
	"fmt"
	"strings"
)

// Kind says where a reporter writes.
type Kind string

// The kinds. Of the console reporters exactly one is used.
const (
	// Console is for people who watch: it writes to the screen.
	Console Kind = "console"
	// Document makes a file, or what can be one.
	Document Kind = "document"
	// Beside writes to the screen too, beside the console reporter, or somewhere else altogether.
	Beside Kind = "beside"
)

// Entry is one reporter that can be asked for by name.
type Entry struct {
	Name string
	// About is a sentence for help texts.
	About string
	Kind  Kind
	// File is what a Document is called that is told no name.
	File string
	// New makes the reporter.
	New func(Options) Reporter
}

// Table lists the reporters, in the order that help texts show them. The names that Dredd has, and
// the files of their documents, are Dredd's.
func Table() []Entry {
	return []Entry{
		{"cli", "a line per transaction, then the diff of each failure", Console, "", NewCLI},
		{"dot", "a character per transaction, then the diff of each failure", Console, "", NewDot},
		{"nyan", "a cat that runs over a rainbow", Console, "", NewNyan},
		{"xunit", "a JUnit document whose suite has the name that Dredd gives it", Document, "report.xml", NewXUnit},
		{"junit", "a JUnit document, for Jenkins, GitLab and others", Document, "report.xml", NewJUnit},
		{"markdown", "a Markdown document", Document, "report.md", NewMarkdown},
		{"html", "a page for browsers", Document, "report.html", NewHTML},
		{"apiary", "sends the run to the URL that is configured under custom", Beside, "", NewApiary},
		{"json", "one JSON document about the whole run", Document, "report.json", NewJSON},
		{"jsonl", "a line of JSON for each event, as it happens", Document, "report.jsonl", NewJSONLines},
		{"github", "annotations of GitHub Actions, and the summary of the job", Beside, "", NewGitHub},
		{"sarif", "a SARIF 2.1.0 log, for code scanning and editors", Document, "report.sarif", NewSARIF},
	}
}

// New makes the reporter of that name. The error lists the names there are, or the layouts of a diff.
func New(name string, o Options) (Reporter, error) {
	switch o.Diff {
	case "", DiffUnified, DiffSideBySide:
	default:
		return nil, fmt.Errorf("unknown layout %q of a diff: use %s or %s", o.Diff, DiffUnified, DiffSideBySide)
	}
	var names []string
	for _, e := range Table() {
		if e.Name == name {
			return e.New(o), nil
		}
		names = append(names, e.Name)
	}
	return nil, fmt.Errorf("no reporter is called %q: use %s", name, strings.Join(names, ", "))
}
