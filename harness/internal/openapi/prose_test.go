package openapi_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi"
)

// TestProse holds which descriptions are kept, where their lines stand, and what they are about.
func TestProse(t *testing.T) {
	t.Parallel()
	const table = `| | List | View |\n|---|---|---|\n| A | ✓ | |\n`
	block := func(indent string) string {
		return "|\n" + indent + "Text.\n\n" + indent + strings.ReplaceAll(strings.TrimSuffix(table, `\n`), `\n`, "\n"+indent) + "\n"
	}
	const paths = `paths:
  /rooms:
    get: {summary: Rooms, responses: {"200": {description: ok}}}
  /speakers:
    post: {tags: [Speakers], responses: {"201": {description: ok}}}
    get:
      tags: [Speakers]
      description: ` + "%s" + `      responses: {"200": {description: ok}}
`
	for version, want := range map[string][]string{
		"openapi: 3.1.0": {
			"// 4:17 [0 1 2]", "Speakers// 11:7 [1 2]", "//speakers/GET 24:9 [2]", "//speakers/ 31:7 [1 2]",
		},
		"swagger: '2.0'": {
			"// 4:17 [0 1 2]", "Speakers// 11:7 [1 2]", "Speakers//speakers/GET 24:9 [2]",
		},
	} {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			text := version + "\ninfo:\n  title: Über\n  description: \"" + table + "\"\n  version: '1'\ntags:\n  - name: Speakers\n    description: " + block("      ") +
				fmt.Sprintf(paths, block("        "))
			if strings.HasPrefix(version, "openapi") {
				text += "    description: " + block("      ")
			}
			doc, err := description.New("api.yaml", []byte(text))
			require.NoError(t, err)
			r, err := openapi.Compile(t.Context(), doc, openapi.Options{})
			require.NoError(t, err)
			var got []string
			for _, p := range r.Prose {
				line := ""
				for i, text := range strings.Split(p.Text, "\n") {
					if strings.Contains(text, "List") {
						line = strings.TrimPrefix(p.Lines.At(i+1).String(), "api.yaml:")
					}
				}
				got = append(got, fmt.Sprintf("%s/%s/%s %s %v", p.Origin.ResourceGroupName, p.Origin.ResourceName, p.Origin.ActionName, line, p.Transactions))
			}
			assert.Empty(t, cmp.Diff(want, got), "(-want +got)\n%s", text)
		})
	}
}
