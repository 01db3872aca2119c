package report

import (
	"fmt"
	"strings"
)

// Entry is one reporter that can be asked for by name.
type Entry struct {
	Name string
	// About is a sentence for help texts.
	About string
	// New makes the reporter.
	New func(Options) Reporter
}

// Table lists the reporters, in the order that help texts show them.
func Table() []Entry {
	return []Entry{
		{"cli", "a line per transaction, then the diff of each failure", NewCLI},
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
