package apib_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib"
	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// TestProse holds which descriptions are kept, where their lines stand, and what they are about.
func TestProse(t *testing.T) {
	t.Parallel()
	const table = "| | List | View |\n|---|---|---|\n| A | ✓ | |\n"
	files := fstest.MapFS{
		"api.apib": {Data: []byte("FORMAT: 1A\n# Über\nAll.\n\n" + table + `
# Group Speakers
Theirs.

<!-- include(table.apib) -->

## Collection [/speakers]

### List [GET]
+ Response 200

        | | List | View |

## Details [/speakers/1]
Nothing.

### View [GET]
` + table + `
+ Response 200
+ Response 404

# Group Rooms
## Rooms [/rooms]
Rooms.

` + table + `
### List [GET]
+ Response 200
`)},
		"table.apib": {Data: []byte("  " + table + "\n1. One\n2. Two\n")},
	}
	docs, err := description.Load(t.Context(), description.Options{FS: files, Patterns: []string{"api.apib"}})
	require.NoError(t, err)
	r, err := apib.Compile(t.Context(), docs[0], apib.Options{})
	require.NoError(t, err)

	var got []string
	for _, p := range r.Prose {
		line := ""
		for i, text := range strings.Split(p.Text, "\n") {
			if strings.Contains(text, "List") {
				line = p.Lines.At(i + 1).String()
			}
		}
		got = append(got, fmt.Sprintf("%s/%s/%s %s %v", p.Origin.ResourceGroupName, p.Origin.ResourceName, p.Origin.ActionName, line, p.Transactions))
	}
	assert.Empty(t, cmp.Diff([]string{
		"// api.apib:5:1 [0 1 2]",
		"Speakers// table.apib:1:3 [0 1]",
		"Speakers/Details/View api.apib:25:1 [1]",
		"Rooms/Rooms/ api.apib:36:1 [2]",
	}, got), "(-want +got)")
	assert.Contains(t, r.Prose[1].Text, "1. One\n2. Two", "as it is written")
}
