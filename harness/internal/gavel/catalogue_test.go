package gavel_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestCatalogueIsWritten(t *testing.T) {
	t.Parallel()
	seen := map[string]string{}
	for _, r := range gavel.Catalogue() {
		assert.NotEmpty(t, r.Group, r.ID)
		for _, line := range strings.Split(r.Example, "\n") {
			assert.Regexp(t, `^(documented|schema    |real      |declared  )  \S`, line, r.ID)
		}
		assert.LessOrEqual(t, strings.Count(r.Example, "\n"), 1, "%s: a line or two", r.ID)
		assert.Regexp(t, `^[A-Z].*[.]$`, r.Remedy, r.ID)
		for _, text := range []string{r.Means, r.Example, r.Remedy} {
			assert.Empty(t, seen[text], "%s and %s: %s", seen[text], r.ID, text)
			seen[text] = r.ID
		}
	}
}

// TestCatalogueKnowsTheLevels runs all cases at each level. What is found there is what the
// catalogue says that the level looks for, as severe as it says.
func TestCatalogueKnowsTheLevels(t *testing.T) {
	t.Parallel()
	made := generated()
	// A list that is too long at each level: a thousand keys are missing, and some.
	var keys strings.Builder
	for i := range 1100 {
		fmt.Fprintf(&keys, `"key-%d": 1, `, i)
	}
	made["many keys"] = testCase{
		expected: transaction.Response{Body: "{" + keys.String() + `"last": 1}`},
		real:     transaction.Response{Body: "{}"},
	}
	for _, file := range caseFiles(t) {
		made[file] = readCase(t, file)
	}
	found := map[string]map[transaction.Match]transaction.Severity{}
	for name, c := range made {
		for _, level := range levels {
			c.options.Match = level
			for _, f := range c.check().Findings {
				if found[f.ID] == nil {
					found[f.ID] = map[transaction.Match]transaction.Severity{}
				}
				if was, ok := found[f.ID][level]; ok {
					require.Equal(t, was, f.Severity, "%s at %s, in %s", f.ID, level, name)
				}
				found[f.ID][level] = f.Severity
			}
		}
	}
	for _, r := range gavel.Rules() {
		says := map[transaction.Match]transaction.Severity{}
		for _, level := range levels {
			if severity := r.Severity(level); severity != "" {
				says[level] = severity
			}
		}
		assert.Empty(t, cmp.Diff(says, found[r.ID]), "%s (-catalogue +found)", r.ID)
		delete(found, r.ID)
	}
	assert.Empty(t, found, "findings that are not in the catalogue")
}

// TestCataloguePage holds docs/findings.md against the catalogue.
//
//go:generate go test -run TestCataloguePage -update
func TestCataloguePage(t *testing.T) {
	t.Parallel()
	const file = "../../../docs/findings.md"
	want := page()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
		return
	}
	got, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, string(got)), "docs/findings.md is not what the catalogue says (-catalogue +page); make update writes it")
}

// introduction is the beginning of the page, behind its title.
const introduction = `Each difference between documentation and reality is a finding, and each finding has an id. Texts may
change; ids do not, so they are good for searching, for counting and for scripts.

A finding is an error, which fails its transaction, or a warning, which does not. How closely bailiff
looks is chosen by ` + "`--match`" + `: **structure** is what Dredd says, **type** looks at types and at every item
of a list too, **value** at values, undocumented keys and headers. A finding about the documentation
itself is at home in the file, not in the server.
`

// groups are the parts of the page.
var groups = []struct {
	group gavel.Group
	about string
}{
	{gavel.AboutStatus, "What the first line of the response says."},
	{gavel.AboutHeaders, "Headers that are documented; others are never looked at."},
	{gavel.AboutBody, "The body of the response, held against the documented one."},
	{gavel.AboutSchema, "The body of the response, held against the documented JSON Schema. Each id stands for a keyword, or for two that belong together."},
	{gavel.AboutPermissions, "Tables of who may do what, which [permissions.md](permissions.md) is about. They are tested by hooks in Go."},
	{gavel.AboutDocumentation, "What is wrong with the documentation itself, with its schemas, or with what is declared to vary."},
}

// page is the catalogue for people.
func page() string {
	var b strings.Builder
	b.WriteString("<!-- Code generated from harness/internal/gavel by `make update`. DO NOT EDIT. -->\n\n# Findings\n\n")
	b.WriteString(introduction)
	for _, g := range groups {
		fmt.Fprintf(&b, "\n- [%s](#%s):", g.group, anchor(string(g.group)))
		for _, r := range gavel.Catalogue() {
			if r.Group == g.group {
				fmt.Fprintf(&b, "\n  [%s](#%s)", r.ID, r.ID)
			}
		}
	}
	for _, g := range groups {
		fmt.Fprintf(&b, "\n\n## %s\n\n%s\n", g.group, g.about)
		for _, r := range gavel.Catalogue() {
			if r.Group == g.group {
				b.WriteString(entry(r))
			}
		}
	}
	return regexp.MustCompile(`\n{3,}`).ReplaceAllString(b.String(), "\n\n")
}

func anchor(heading string) string { return strings.ReplaceAll(strings.ToLower(heading), " ", "-") }

func entry(r gavel.Rule) string {
	return fmt.Sprintf("\n### %s\n\n%s\n\n%s\n\n```text\n%s\n```\n\n**What to do:** %s\n",
		r.ID, r.Means, severities(r), r.Example, r.Remedy)
}

// severities says in a line what such a finding is at each level.
func severities(r gavel.Rule) string {
	words := make([]string, len(levels))
	for i, level := range levels {
		words[i] = string(r.Severity(level))
		if words[i] == "" {
			words[i] = "not looked for"
		}
	}
	line := fmt.Sprintf("Structure: %s. Type: %s. Value: %s.", words[0], words[1], words[2])
	switch {
	case words[0] == words[1] && words[1] == words[2]:
		line = fmt.Sprintf("At each level: %s.", words[0])
	case words[0] == words[1]:
		line = fmt.Sprintf("Structure and type: %s. Value: %s.", words[0], words[2])
	case words[1] == words[2]:
		line = fmt.Sprintf("Structure: %s. Type and value: %s.", words[0], words[1])
	}
	return "*" + strings.TrimSpace(line+" "+r.Structure) + "*"
}
