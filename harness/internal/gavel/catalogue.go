package gavel

import (
	"slices"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Rule describes the findings of one id.
type Rule struct {
	ID    string
	Group Group
	// From is the weakest level that looks for it; those above it do too. Empty means structure.
	From transaction.Match
	// Structure says in a sentence what structure looks at, where that is less than the levels above do;
	// the example is not found there.
	Structure string
	// Warns says that a finding is a warning under structure; it is an error otherwise.
	Warns bool
	// Means says in a sentence what such a finding tells.
	Means string
	// Example shows in a line or two what is documented and what came.
	Example string
	// Remedy says in a sentence or two what to do about it.
	Remedy string
}

// Group is what a finding is about.
type Group string

// The groups.
const (
	AboutStatus        Group = "Status code"
	AboutHeaders       Group = "Headers"
	AboutBody          Group = "Body"
	AboutSchema        Group = "Schema"
	AboutPermissions   Group = "Permissions"
	AboutDocumentation Group = "Documentation"
)

// Severity is how bad such a finding is at a level; "" means that the level does not look for it.
func (r Rule) Severity(match transaction.Match) transaction.Severity {
	switch at := levelOf(match); {
	case at < levelOf(r.From):
		return ""
	case at == structure && r.Warns:
		return transaction.SeverityWarning
	}
	return transaction.SeverityError
}

// Catalogue returns every id that a finding can have: the rules of this package, and those of tables of
// permissions. docs/findings.md is made from it.
func Catalogue() []Rule { return append(Rules(), about(AboutPermissions, permissionRules())...) }

// Rules returns every id that Check can find, in the order of the constants.
func Rules() []Rule {
	return slices.Concat(
		about(AboutStatus, statusRules()),
		about(AboutHeaders, headerRules()),
		about(AboutBody, formRules()),
		about(AboutBody, bodyRules()),
		about(AboutDocumentation, documentationRules()),
		about(AboutSchema, objectRules()),
		about(AboutSchema, scalarRules()),
		about(AboutSchema, listRules()),
	)
}

func about(g Group, rules []Rule) []Rule {
	for i := range rules {
		rules[i].Group = g
	}
	return rules
}

// held is the example of what came where something else is documented.
func held(documented, real string) string {
	return "documented  " + documented + "\nreal        " + real
}

// bySchema is the example of what came where a schema does not allow it.
func bySchema(schema, real string) string {
	return "schema      " + schema + "\nreal        " + real
}

// documented is the example of something wrong in the documentation.
func documented(text string) string { return "documented  " + text }

// brokenBy is the example of something wrong in a documented schema.
func brokenBy(text string) string { return "schema      " + text }
