package redis_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9/logging"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
	"github.com/bailiff-dev/bailiff/harness/redis"
)

func TestMain(m *testing.M) {
	if os.Getenv(envRole) != "" {
		os.Exit(actAsUser())
	}
	logging.Disable()
	goleak.VerifyTestMain(m)
}

// required tells whether a part that is missing fails a test, where it is only skipped otherwise.
func required() bool { return os.Getenv("CI") != "" || os.Getenv("BAILIFF_REQUIRE_DB") == "1" }

// open opens a server, and closes it after the test. Where redis-server is missing the test is skipped, unless
// it is required.
func open(t *testing.T, c redis.Config) (*redis.Server, *[]string) {
	t.Helper()
	said := &[]string{}
	c.Log = func(line string) { *said = append(*said, line) }
	s, err := redis.Open(t.Context(), c)
	if errors.Is(err, redis.ErrUnavailable) && !required() {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	return s, said
}

// openLocal opens a redis-server that no other test uses.
func openLocal(t *testing.T) *redis.Server {
	t.Helper()
	s, _ := open(t, redis.Config{Provider: redis.ProviderLocal, Cache: t.TempDir()})
	return s
}

// TestProviders puts all that can be had through the same.
func TestProviders(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		config func(*testing.T) redis.Config
		said   string
	}{
		{"miniredis", func(*testing.T) redis.Config { return redis.Config{Provider: redis.ProviderMiniredis} }, `^redis: miniredis, started in \d+ ms$`},
		{"local", func(t *testing.T) redis.Config {
			return redis.Config{Provider: redis.ProviderLocal, Cache: t.TempDir()}
		}, `^redis: local \d+\.\d+\.\d+, started in \d+ ms$`},
		{"url", func(t *testing.T) redis.Config {
			return redis.Config{Provider: redis.ProviderURL, URL: openLocal(t).URL()}
		}, `^redis: url \d+\.\d+\.\d+, connected in \d+ ms, unix:///\S+ \(from the configured URL\)$`},
		{"url of auto", func(t *testing.T) redis.Config {
			return redis.Config{URL: openLocal(t).URL() + "?db=3"}
		}, `^redis: url \d+\.\d+\.\d+, connected in \d+ ms, unix:///\S+ \(from the configured URL\)$`},
		{"docker", dockerConfig, `^redis: docker \d+\.\d+\.\d+, (started|joined) in \d+ ms$`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, said := open(t, tt.config(t))
			require.NotEmpty(t, *said)
			assert.Regexp(t, tt.said, (*said)[len(*said)-1])
			exercise(t, s)
		})
	}
}

// builtImage makes the image where it is not up to date.
var builtImage = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	if err := container.Probe(ctx); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, filepath.Join("..", "..", "tools", "images", "build.sh"), "redis").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
})

// dockerConfig is that of a container, where a daemon and the image are there.
func dockerConfig(t *testing.T) redis.Config {
	t.Helper()
	if err := builtImage(); err != nil {
		require.False(t, required(), "%v", err)
		t.Skip(err)
	}
	return redis.Config{Provider: redis.ProviderDocker, Image: "bailiff-redis", Cache: t.TempDir()}
}

// exercise holds what a server has to do, wherever it comes from.
func exercise(t *testing.T, s *redis.Server) {
	t.Helper()
	ctx := t.Context()
	client := s.Client()
	a, b := s.Prefix(), s.Prefix()
	assert.NotEqual(t, a, b)
	assert.Regexp(t, `^bailiff:[a-z0-9]{26}:1:$`, a)
	require.NoError(t, client.Set(ctx, a+"key", "1", time.Minute).Err())
	n, err := client.Exists(ctx, a+"key").Result()
	require.NoError(t, err)
	assert.EqualValues(t, 1, n)
	n, err = client.Exists(ctx, b+"key").Result()
	require.NoError(t, err)
	assert.Zero(t, n)
	require.NoError(t, client.PExpire(ctx, a+"key", time.Millisecond).Err())
	require.Eventually(t, func() bool { return client.Exists(ctx, a+"key").Val() == 0 }, 5*time.Second, time.Millisecond)
	sum, err := client.Eval(ctx, "return redis.call('INCRBY', KEYS[1], ARGV[1])", []string{b + "count"}, 7).Int()
	require.NoError(t, err)
	assert.Equal(t, 7, sum)

	other, _ := open(t, redis.Config{Provider: redis.ProviderURL, URL: s.URL()})
	assert.Equal(t, "7", other.Client().Get(ctx, b+"count").Val(), "the URL is that of the same server")
	require.NoError(t, other.Client().Set(ctx, other.Prefix()+"x", 1, 0).Err())
	require.NoError(t, other.Client().Set(ctx, "somebody-elses", 1, 0).Err())
	require.NoError(t, other.Close())
	require.NoError(t, other.Close(), "twice")
	assert.ElementsMatch(t, []string{b + "count", "somebody-elses", "bailiff:processes"}, withRegister(client.Keys(ctx, "*").Val()), "its keys are gone, and no others")
	if u := strings.SplitN(s.URL(), "@", 2); len(u) == 2 {
		secret := u[0][strings.LastIndex(u[0], ":")+1:]
		assert.NotContains(t, s.String(), secret)
	}
}

// withRegister adds the register where it is not, for in a miniredis nobody is written down.
func withRegister(keys []string) []string {
	for _, k := range keys {
		if k == "bailiff:processes" {
			return keys
		}
	}
	return append(keys, "bailiff:processes")
}

func TestParseProvider(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]redis.Provider{
		"": redis.ProviderAuto, "auto": redis.ProviderAuto, "URL": redis.ProviderURL, "Docker": redis.ProviderDocker,
		"local": redis.ProviderLocal, "miniredis": redis.ProviderMiniredis,
	} {
		got, err := redis.ParseProvider(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := redis.Open(t.Context(), redis.Config{Provider: "memcached"})
	assert.EqualError(t, err, `BAILIFF_REDIS: unknown provider of Redis "memcached": use auto, url, docker, local or miniredis`)
}

// TestWithoutRedisServer cannot run beside others, since it changes the environment.
func TestWithoutRedisServer(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	t.Setenv("BAILIFF_REDIS", "")
	t.Setenv("BAILIFF_REDIS_URL", "")
	_, said := open(t, redis.Config{})
	assert.Regexp(t, `^redis: miniredis, started in \d+ ms \(no redis-server on this machine\)$`, (*said)[0])
	found, err := redis.Probe(t.Context(), redis.Config{})
	require.NoError(t, err)
	assert.Equal(t, redis.ProviderMiniredis, found.Provider)
	_, err = redis.Open(t.Context(), redis.Config{Provider: redis.ProviderLocal})
	require.ErrorIs(t, err, redis.ErrUnavailable)
	assert.ErrorContains(t, err, "apt-get install redis-server")
	_, err = redis.Open(t.Context(), redis.Config{Provider: redis.ProviderURL})
	assert.EqualError(t, err, "redis: no URL of a Redis: set BAILIFF_REDIS_URL, such as redis://user:password@host:6379/0")
	t.Setenv("BAILIFF_REDIS_URL", "redis://:secret@127.0.0.1:1/0")
	_, err = redis.Open(t.Context(), redis.Config{})
	assert.ErrorContains(t, err, "redis://:xxxxx@127.0.0.1:1/0 (from BAILIFF_REDIS_URL)")
	t.Setenv("BAILIFF_REDIS", "miniredis")
	_, said = open(t, redis.Config{})
	assert.Regexp(t, `^redis: miniredis, started in \d+ ms$`, (*said)[0])
}

// TestRedisServerIsThere holds that where all is required a real one is tested with.
func TestRedisServerIsThere(t *testing.T) {
	t.Parallel()
	if !required() {
		t.Skip("it is not required here")
	}
	_, err := exec.LookPath("redis-server")
	require.NoError(t, err)
}

// TestBounded holds that a server that says nothing keeps nobody.
func TestBounded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := redis.Open(ctx, redis.Config{URL: "redis://:secret@" + silent(t) + "/0"})
	require.Error(t, err)
	assert.Less(t, time.Since(began), 5*time.Second)
	assert.NotContains(t, err.Error(), "secret")
	s := openLocal(t)
	require.NoError(t, s.Client().Do(t.Context(), "CLIENT", "PAUSE", "20000", "ALL").Err())
	began = time.Now()
	require.NoError(t, s.Close())
	assert.Less(t, time.Since(began), 5*time.Second)
}
