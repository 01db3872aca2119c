package redis_test

import (
	"context"
	"os"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/testcontainers/testcontainers-go"
	tclog "github.com/testcontainers/testcontainers-go/log"
	module "github.com/testcontainers/testcontainers-go/modules/redis"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// TestImage: testcontainers' own module, which was written for the official image, works with the one of make
// redis-image. It sets the environment that plain testcontainers needs here, so it is not parallel.
func TestImage(t *testing.T) {
	const image = "bailiff-redis"
	if there, err := container.HasImage(t.Context(), image); err != nil || !there {
		require.False(t, required(), "there is no image %s: run make redis-image (%v)", image, err)
		t.Skip("there is no image " + image)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	t.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true")
	if os.Getenv("TESTCONTAINERS_HOST_OVERRIDE") == "" {
		t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "127.0.0.1")
	}
	tclog.SetDefault(tclog.TestLogger(t))
	server, err := module.Run(ctx, image, module.WithSnapshotting(10, 1), module.WithLogLevel(module.LogLevelVerbose))
	testcontainers.CleanupContainer(t, server)
	require.NoError(t, err)
	url, err := server.ConnectionString(ctx)
	require.NoError(t, err)
	options, err := goredis.ParseURL(url)
	require.NoError(t, err)
	client := goredis.NewClient(options)
	defer func() { assert.NoError(t, client.Close()) }()
	require.NoError(t, client.Set(ctx, "a", 1, 0).Err())
	level, err := client.ConfigGet(ctx, "loglevel").Result()
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"loglevel": "verbose"}, level)
}
