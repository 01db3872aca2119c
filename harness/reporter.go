package harness

import (
	"io/fs"
	"os"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// ReportOptions say where and how a reporter writes.
type ReportOptions = report.Options

// NewReporter makes the reporter that the command line calls by that name. An unknown name is an
// error that lists those that there are.
func NewReporter(name string, o ReportOptions) (Reporter, error) { return report.New(name, o) }

// Excerpts returns what ReportOptions.Excerpt asks for: the lines of the descriptions of cfg.
func Excerpts(cfg Config) func(transaction.Position) (lines []string, ok bool) {
	return report.Excerpts(func(name string) ([]byte, error) {
		if cfg.FS == nil {
			return os.ReadFile(name)
		}
		if cfg.Dir != "" {
			name = strings.TrimPrefix(name, strings.TrimSuffix(cfg.Dir, "/")+"/")
		}
		return fs.ReadFile(cfg.FS, name)
	})
}
