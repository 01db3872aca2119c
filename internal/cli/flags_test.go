package cli

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestColorIsForTerminals(t *testing.T) {
	for _, c := range []struct {
		name, flag, noColor string
		terminal, want      bool
	}{
		{name: "terminal", flag: "auto", terminal: true, want: true},
		{name: "file", flag: "auto"},
		{name: "NO_COLOR", flag: "auto", noColor: "1", terminal: true},
		{name: "asked for", flag: "always", noColor: "1", want: true},
		{name: "not wanted", flag: "never", terminal: true},
	} {
		t.Run(c.name, func(t *testing.T) { // not parallel: it sets the environment
			t.Setenv("NO_COLOR", c.noColor)

			got, err := (&screen{terminal: c.terminal}).colored(c.flag)

			require.NoError(t, err)
			require.Equal(t, c.want, got)
		})
	}
}

func TestFlagsReachTheHarness(t *testing.T) {
	t.Parallel()
	own := transaction.Volatile{Pointer: "/own", Kind: transaction.KindAny}
	said := transaction.Volatile{Pointer: "/said", Kind: transaction.KindAny}
	cfg := harness.Config{Volatile: []transaction.Volatile{own}}
	f := contractFlags{only: []string{"A"}, workers: 3, seed: 7}
	f.allExamples, f.strict, f.noCache = true, true, true

	require.NoError(t, f.configure(&cfg, settings{match: transaction.MatchType, volatile: []transaction.Volatile{said}, noVolatileDefaults: true, explain: true}))

	require.Equal(t, transaction.MatchType, cfg.Match)
	require.Equal(t, []transaction.Volatile{own, said}, cfg.Volatile)
	require.True(t, cfg.NoVolatileDefaults)
	require.True(t, cfg.Explain)
	require.Equal(t, []string{"A"}, cfg.Only)
	require.Equal(t, 3, cfg.Workers)
	require.Equal(t, uint64(7), cfg.Seed)
	require.Equal(t, version(), cfg.Version)
	require.True(t, cfg.AllExamples)
	require.True(t, cfg.StrictDescriptions)
	require.True(t, cfg.NoCache)
}

func TestInterruptedBeforeAnythingRan(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out bytes.Buffer
	a := &app{stderr: &out}

	require.Equal(t, exitInterrupted, a.exitCode(ctx, context.Canceled))
	require.Equal(t, exitFailed, a.exitCode(t.Context(), context.Canceled))
	require.Equal(t, exitOK, a.exitCode(ctx, nil))
}
