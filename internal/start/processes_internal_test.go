package start

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestHide is not parallel: the environment is of the whole process.
func TestHide(t *testing.T) {
	assert.Equal(t, nowhere, os.Getenv(hostProc), "it is hidden before anything else runs")
	_, err := os.ReadDir(nowhere)
	assert.Error(t, err)
	End()
	_, set := os.LookupEnv(hostProc)
	assert.False(t, set)

	t.Setenv(hostProc, "/host/proc")
	assert.False(t, hide())
	End()
	assert.Equal(t, "/host/proc", os.Getenv(hostProc), "somebody else's is left alone")
}
