package hooks_test

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/blueprints"
	"github.com/bailiff-dev/bailiff/harness"
)

// situation is what stands behind the action in the name of a case.
var situation = regexp.MustCompile(` (\[.*|denied)$`)

// tabled are the tables of permissions in the text of the blueprints, each with how many cells it has, every
// actor of a row counted by itself. It reads what it looks at in the plainest way, so that it sees a table
// that bailiff passes over, too.
func tabled(t *testing.T) map[string]int {
	t.Helper()
	names, err := fs.Glob(blueprints.FS, "*.apib")
	require.NoError(t, err)
	found := map[string]int{}
	for _, name := range names {
		text, err := fs.ReadFile(blueprints.FS, name)
		require.NoError(t, err)
		group, inTable := "", false
		for line := range strings.SplitSeq(string(text), "\n") {
			cells := strings.Split(strings.Trim(line, "|"), "|")
			switch {
			case strings.HasPrefix(line, "# Group "):
				group = strings.TrimPrefix(line, "# Group ")
			case strings.HasPrefix(line, "| Who |"):
				inTable = true
			case !strings.HasPrefix(line, "|"):
				inTable = false
			case inTable && !strings.HasPrefix(line, "|:-"):
				actors := strings.FieldsFunc(cells[0], func(r rune) bool { return r == '/' || r == ',' })
				found[group] += len(actors) * (len(cells) - 1)
			}
		}
	}
	return found
}

// countPermissions counts the cases of the tables of permissions that ran: no table and no cell is left out.
func countPermissions(t *testing.T, result *harness.Result) {
	t.Helper()
	tables, seen, cells, cases := map[string]int{}, map[string]bool{}, 0, 0
	for _, o := range result.Outcomes {
		table, rest, ok := strings.Cut(string(o.Transaction.Name), " > Permissions > ")
		if !ok {
			continue
		}
		cases++
		if cell := table + situation.ReplaceAllString(rest, ""); !seen[cell] {
			seen[cell] = true
			tables[table]++
			cells++
		}
	}
	t.Logf("%d tables, %d cells of an actor, %d cases", len(tables), cells, cases)
	assert.Equal(t, tabled(t), tables, "cells in the text of the blueprints, and those that ran")
	assert.GreaterOrEqual(t, len(tables), 22)
	assert.GreaterOrEqual(t, cells, 792)
	assert.GreaterOrEqual(t, cases, 1100)
}
