package gavel_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// accompanied lists the rules that never come alone, and why.
var accompanied = map[string]string{
	gavel.BodySchemaAnyOf:         "what failed in each branch is reported too",
	gavel.BodySchemaPropertyNames: "what is wrong with the name is reported too",
	gavel.BodySchemaIf:            "what failed in the branch is reported too",
	gavel.FindingsCut:             "it ends a long list",
}

// generated holds the cases that are too large, or too broken, for a file.
func generated() map[string]testCase {
	json := transaction.Headers{{Name: "Content-Type", Value: "application/json"}}
	body := func(expected, real string) testCase {
		return testCase{
			options:  gavel.Options{Match: transaction.MatchValue},
			expected: transaction.Response{StatusCode: 200, Headers: json, Body: expected},
			real:     transaction.Response{StatusCode: 200, Headers: json, Body: real},
		}
	}
	fork := `{"$ref": "#/definitions/x"}`
	costly := body("", strings.Repeat(`{"a":`, 60)+"1"+strings.Repeat("}", 60))
	costly.expected.Schema = `{"$ref": "#/definitions/x", "definitions": {"x": {"properties": {"a": {"allOf": [` +
		fork + `, ` + fork + `]}}}}}`
	return map[string]testCase{
		gavel.BodyNotUTF8:              body(`{"a": "x"}`, "{\"a\": \"\xff\"}"),
		gavel.BodyTooDeep:              body(`[]`, strings.Repeat("[", 20_000)),
		gavel.BodyTooLarge:             body(`[]`, "["+strings.Repeat("1,", 5<<20)+"1]"),
		gavel.DocumentedBodyUnreadable: body(strings.Repeat("[", 20_000), `[]`),
		gavel.FindingsCut:              body("["+strings.Repeat("1,", 2000)+"1]", "["+strings.Repeat("2,", 2000)+"2]"),
		gavel.SchemaTooCostly:          costly,
	}
}

// TestRules walks the catalogue: each rule has a case that fails by it, and by nothing else.
func TestRules(t *testing.T) {
	t.Parallel()
	made := generated()
	seen := map[string]bool{}
	for _, rule := range gavel.Rules() {
		require.False(t, seen[rule.ID], "%s is listed twice", rule.ID)
		seen[rule.ID] = true
		t.Run(rule.ID, func(t *testing.T) {
			t.Parallel()
			assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, rule.ID)
			assert.Regexp(t, `^[A-Z].*\.$`, rule.Means)
			c, ok := made[rule.ID]
			if !ok {
				file := "testdata/rules/" + rule.ID + ".txtar"
				require.FileExists(t, file, "give the rule a case that fails only by it")
				c = readCase(t, file)
			}
			ids := map[string]bool{}
			for _, f := range c.check().Findings {
				ids[f.ID] = true
			}
			require.Contains(t, ids, rule.ID)
			if reason, ok := accompanied[rule.ID]; ok {
				assert.Greater(t, len(ids), 1, "it comes alone although %s", reason)
				return
			}
			assert.Len(t, ids, 1, "%v", ids)
		})
	}
}

// TestRulesAreComplete compares the catalogue with the constants in the source.
func TestRulesAreComplete(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("rules.go")
	require.NoError(t, err)
	var declared, listed []string
	for _, m := range regexp.MustCompile(`(?m)^\t[A-Z]\w+\s+= "(.*)"$`).FindAllStringSubmatch(string(source), -1) {
		declared = append(declared, m[1])
	}
	for _, rule := range gavel.Rules() {
		listed = append(listed, rule.ID)
	}
	require.NotEmpty(t, declared)
	assert.Equal(t, declared, listed, "in the same order")
}
