//go:build linux

package harness

import (
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// served is a run of two transactions against a server that a command starts.
func served(t *testing.T, role string) Config {
	t.Helper()
	base := free(t, "127.0.0.1")
	text := "FORMAT: 1A\n\n# M\n\n## A [/a]\n\n### Do [GET]\n\n+ Response 404\n\n## B [/b]\n\n### Do [GET]\n\n+ Response 404\n"
	return Config{
		Descriptions: []string{"a.apib"}, FS: fstest.MapFS{"a.apib": {Data: []byte(text)}}, NoCache: true,
		Endpoint: base.String(), Server: &Server{Command: asServer(role, base.Host), Wait: time.Minute},
	}
}

func TestRunStartsAndStopsTheServer(t *testing.T) {
	t.Parallel()
	cfg := served(t, "listen")

	result, err := Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, transaction.Stats{Passes: 2}, result.Stats)
	assert.Empty(t, result.Notes)
	base, err := endpoint(cfg)
	require.NoError(t, err)
	requireNobody(t, base)
}

func TestRunTellsThatTheServerDied(t *testing.T) {
	t.Parallel()

	result, err := Run(t.Context(), served(t, "crash"))

	require.NoError(t, err)
	assert.Equal(t, transaction.Stats{Errors: 2}, result.Stats)
	require.Len(t, result.Notes, 1)
	assert.Contains(t, result.Notes[0], "exited with status: 9 while it was tested; it printed last:\n  out of memory")
	for _, o := range result.Outcomes {
		assert.Contains(t, o.Reason, "the server under test exited with status: 9 while it was tested: ")
	}
	assert.Contains(t, result.Outcomes[1].Reason, "nothing listens at")
}
