package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
)

// OK reports that everything that was to run did, and held.
func (s Summary) OK() bool { return s.Stats.OK() && !s.Interrupted && s.Error == "" }

// why is Error as reports show it: clean, without secrets, and of a bounded number of lines.
func (s Summary) why(mask *sanitize.Sanitizer) string {
	if s.Error == "" {
		return ""
	}
	return stackText(mask.Text(cut(strings.Trim(s.Error, blanks), longestText)))
}

// exitCode is what the process answers, as far as that is known.
func (s Summary) exitCode() (code int, known bool) {
	switch {
	case s.ExitCode != 0:
		return s.ExitCode, true
	case s.OK():
		return 0, true
	}
	return 1, !s.Interrupted
}
