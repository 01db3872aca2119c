package harness

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// It is within the package because a skipped test cannot be seen from outside.
func TestMissingPartsFailWhereTheyAreRequired(t *testing.T) {
	for _, c := range []struct {
		ci, db string
		want   bool
	}{
		{"", "", false},
		{"false", "0", false},
		{"true", "", true},
		{"", "1", true},
	} {
		t.Setenv("CI", c.ci) // so it is not parallel
		t.Setenv("BAILIFF_REQUIRE_DB", c.db)
		require.Equal(t, c.want, required(), c)
	}
}
