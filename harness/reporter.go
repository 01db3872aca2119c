package harness

import (
	"io/fs"
	"os"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// ReportOptions say where and how a reporter writes.
type ReportOptions = report.Options

// ReportFile is what a document is kept complete in; *os.File is one.
type ReportFile = report.File

// ReporterKind says where a reporter writes.
type ReporterKind = report.Kind

// The kinds. Of the console reporters exactly one is used; a document makes a file; the third kind
// writes beside the console reporter.
const (
	ReporterConsole  = report.Console
	ReporterDocument = report.Document
	ReporterBeside   = report.Beside
)

// ReporterInfo tells about one reporter.
type ReporterInfo struct {
	Name string
	// About is a sentence for help texts.
	About string
	Kind  ReporterKind
	// File is what the document of a ReporterDocument is called that is told no name.
	File string
}

// Reporters lists the reporters, in the order that help texts show them.
func Reporters() []ReporterInfo {
	var all []ReporterInfo
	for _, e := range report.Table() {
		all = append(all, ReporterInfo{Name: e.Name, About: e.About, Kind: e.Kind, File: e.File})
	}
	return all
}

// NewReporter makes the reporter that the command line calls by that name. An unknown name is an
// error that lists those that there are. Without Rules in o, the catalogue of findings is taken.
func NewReporter(name string, o ReportOptions) (Reporter, error) {
	if o.Rules == nil {
		for _, r := range gavel.Rules() {
			o.Rules = append(o.Rules, report.Rule{
				ID: r.ID, Group: string(r.Group), Means: r.Means, Remedy: r.Remedy, Example: r.Example,
			})
		}
	}
	return report.New(name, o)
}

// MultiReporter passes everything on to all of rs, in order. Its End joins their errors.
func MultiReporter(rs ...Reporter) Reporter { return report.Multi(rs...) }

// Excerpts returns what ReportOptions.Excerpt asks for: the lines of the descriptions of cfg.
func Excerpts(cfg Config) func(transaction.Position) (lines []string, ok bool) {
	return report.Excerpts(func(name string) ([]byte, error) {
		for _, t := range cfg.Texts {
			if t.Name == name {
				return []byte(t.Content), nil
			}
		}
		if cfg.FS == nil {
			return os.ReadFile(name)
		}
		if cfg.Dir != "" {
			name = strings.TrimPrefix(name, strings.TrimSuffix(cfg.Dir, "/")+"/")
		}
		return fs.ReadFile(cfg.FS, name)
	})
}
