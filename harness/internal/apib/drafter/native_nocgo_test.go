//go:build !cgo

package drafter_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/apib/drafter"
)

func TestWithoutCgo(t *testing.T) {
	t.Parallel()
	out, err := drafter.Parse([]byte("# A\n"), drafter.Options{})
	assert.Nil(t, out)
	require.ErrorIs(t, err, drafter.ErrUnavailable)
	for _, remedy := range []string{"C++ compiler", "CGO_ENABLED=1", "make native"} {
		assert.Contains(t, err.Error(), remedy)
	}
	assert.Empty(t, drafter.Version())

	var input *drafter.InputError
	_, err = drafter.Parse([]byte("\xff"), drafter.Options{})
	assert.ErrorAs(t, err, &input)
}
