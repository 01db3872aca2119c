//go:build linux || darwin

package postgres_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// TestLocal runs the Postgres of the machine beside that of the npm package, each in a home of its own.
func TestLocal(t *testing.T) {
	t.Parallel()
	cache := newFolder(t)
	var log lines
	c := postgres.Config{Provider: postgres.ProviderLocal, Cache: cache, Migrator: postgres.Goose(schema), Log: log.add}
	s, err := postgres.Open(t.Context(), c)
	if errors.Is(err, postgres.ErrUnavailable) && !required() {
		t.Skip(err)
	}
	require.NoError(t, err)
	defer func() { require.NoError(t, s.Close()) }()
	assert.Regexp(t, `^local Postgres \S+ \(started\)$`, s.String())
	assert.Regexp(t, `(?m)^postgres: local \d\d\.\d+, started in \S+ m?s$`, log.String())
	assert.NotContains(t, log.String(), "warning")

	embedded := newServer(t, postgres.Config{Provider: postgres.ProviderEmbedded, Cache: cache, Migrator: postgres.Goose(schema)})
	for _, s := range []*postgres.Server{s, embedded} {
		w, err := s.Worker(t.Context())
		require.NoError(t, err)
		d := begin(t, w)
		assert.Equal(t, 1, value[int](t, d.DB(), addTopic, "travel"))
		assert.Equal(t, "off", value[string](t, d.DB(), "SHOW fsync"))
		end(t, d)
		require.NoError(t, w.Close())
	}
}
