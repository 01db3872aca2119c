package compile_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
)

func TestMayHoldTable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"":                  false,
		"| | List | View |": true,
		"text\n\nWho | **delete** | [Update](#x)": true,
		"| | List |\n| | View |":                  true,
		"list, view and create":                   false,
	} {
		assert.Equal(t, want, compile.MayHoldTable([]byte(text)), "%q", text)
	}
}
