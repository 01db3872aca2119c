package postgres_test

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

func TestProbeOfAURL(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	closed := l.Addr().String()
	require.NoError(t, l.Close())
	p, err := postgres.Probe(t.Context(), postgres.Config{URL: "postgres://me:secret@" + closed + "/postgres"})
	require.ErrorContains(t, err, "start that server")
	assert.NotContains(t, err.Error(), "secret")
	assert.True(t, p.Given)
	assert.Empty(t, p.Detail)
	assert.Empty(t, p.Provider)
}

// TestProbeEnds is about a server that takes connections and says nothing.
func TestProbeEnds(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { require.NoError(t, l.Close()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err = postgres.Probe(ctx, postgres.Config{URL: "postgres://" + l.Addr().String() + "/postgres"})
	require.Error(t, err)
}

// TestProbeOfTheEmbedded is not parallel: the environment would say where binaries are.
func TestProbeOfTheEmbedded(t *testing.T) {
	t.Setenv("BAILIFF_POSTGRES_URL", "")
	_, err := postgres.Probe(t.Context(), postgres.Config{Binaries: filepath.Join(t.TempDir(), "nothing")})
	require.ErrorIs(t, err, postgres.ErrUnavailable)
}
