package harness

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// selection says which transactions a run is about. The others are skipped; see Session.leavesAlone for their hooks.
type selection struct {
	names, dryRun bool
	methods       []string
	only, rerun   map[transaction.Name]bool // nil means all
}

// newSelection checks that each name of Config.Only is one of a transaction. A name of Config.Rerun may be
// gone by now, which is a warning.
func newSelection(cfg Config, names []transaction.Name) (selection, []string, error) {
	s := selection{names: cfg.Names, dryRun: cfg.DryRun}
	for _, o := range cfg.Only {
		if !slices.Contains(names, transaction.Name(o)) {
			return s, nil, notSelected(o, names)
		}
	}
	s.only = setOf(cfg.Only)
	for _, m := range cfg.Methods {
		s.methods = append(s.methods, strings.ToUpper(m))
	}
	var warnings []string
	if cfg.Rerun != nil {
		s.rerun = map[transaction.Name]bool{}
	}
	for _, r := range cfg.Rerun {
		name := transaction.Name(r)
		if !slices.Contains(names, name) {
			warnings = append(warnings, fmt.Sprintf("%q failed before, and is not documented any more%s", r, meant(r, texts(names))))
		}
		s.rerun[name] = true
	}
	if s.only != nil && s.rerun != nil && !slices.ContainsFunc(cfg.Only, func(o string) bool { return s.rerun[transaction.Name(o)] }) {
		warnings = append(warnings, fmt.Sprintf("nothing is selected: %s did not fail the last time, and only what did is run again", strings.Join(quoted(cfg.Only), ", ")))
	}
	return s, warnings, nil
}

func quoted(names []string) []string {
	list := make([]string, len(names))
	for i, n := range names {
		list[i] = strconv.Quote(n)
	}
	return list
}

func setOf(names []string) map[transaction.Name]bool {
	if len(names) == 0 {
		return nil
	}
	set := make(map[transaction.Name]bool, len(names))
	for _, n := range names {
		set[transaction.Name(n)] = true
	}
	return set
}

// nothingSent reports that no transaction is sent at all, so that no server need be there.
func (s selection) nothingSent() bool { return s.dryRun || s.names }

const onlyNames = "only names are asked for"

// leavesOut says why a transaction is not sent, as it is after its before hooks; "" when it is. The order
// is Dredd's.
func (s selection) leavesOut(t *transaction.Transaction) string {
	switch {
	case s.dryRun:
		return "a dry run sends nothing"
	case s.names:
		return onlyNames
	case len(s.methods) > 0 && !slices.Contains(s.methods, t.Request.Method):
		return "the method is not selected"
	}
	return s.leavesOutName(t.Name)
}

// leavesOutName is leavesOut for what is known from the name alone.
func (s selection) leavesOutName(name transaction.Name) string {
	switch {
	case s.only != nil && !s.only[name]:
		return "the name is not selected"
	case s.rerun != nil && !s.rerun[name]:
		return "it did not fail the last time"
	}
	return ""
}
