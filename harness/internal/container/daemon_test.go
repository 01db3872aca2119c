package container_test

import (
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// TestNoDaemon sets DOCKER_HOST, so it is not parallel.
func TestNoDaemon(t *testing.T) {
	for name, row := range map[string]struct {
		host string
		want []string
	}{
		"no socket":  {"unix:///nowhere/docker.sock", []string{"no Docker daemon answers at unix:///nowhere/docker.sock"}},
		"no port":    {"tcp://127.0.0.1:1", []string{"no Docker daemon answers at tcp://127.0.0.1:1"}},
		"it hangs":   {"unix://" + silentSocket(t), []string{"no Docker daemon answers", "says nothing for 3s", "restart it"}},
		"no address": {"nonsense", []string{"no Docker daemon answers", "DOCKER_HOST"}},
		"by ssh":     {"ssh://somewhere", []string{"no Docker daemon answers", "ssh://somewhere"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("HOME", t.TempDir())
			t.Setenv("DOCKER_HOST", row.host)
			begin := time.Now()
			err := container.Probe(t.Context())
			require.ErrorIs(t, err, container.ErrNoDaemon)
			assert.Less(t, time.Since(begin), 5*time.Second)
			for _, want := range row.want {
				assert.ErrorContains(t, err, want)
			}
		})
	}
	t.Setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
	_, err := container.HasImage(t.Context(), "x")
	require.ErrorIs(t, err, container.ErrNoDaemon)
	_, err = container.Open(t.Context(), config(t.TempDir()))
	require.ErrorIs(t, err, container.ErrNoDaemon)
}

// silentSocket takes connections and says nothing.
func silentSocket(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "bailiff-test-") // the path of a socket must be short
	require.NoError(t, err)
	path := filepath.Join(dir, "docker.sock")
	listener, err := net.Listen("unix", path)
	require.NoError(t, err)
	t.Cleanup(func() {
		_ = listener.Close()
		_ = os.RemoveAll(dir)
	})
	return path
}

func TestDialHost(t *testing.T) {
	t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "")
	for daemon, want := range map[string]string{
		"unix:///var/run/docker.sock": "127.0.0.1",
		"npipe:////./pipe/docker":     "127.0.0.1",
		"tcp://127.0.0.1:2375":        "127.0.0.1",
		"tcp://docker:2376":           "docker",
		"https://[::1]:2376":          "::1",
	} {
		host, err := container.DialHost(daemon)
		require.NoError(t, err)
		assert.Equal(t, want, host, daemon)
	}
	_, err := container.DialHost("ssh://docker")
	require.ErrorContains(t, err, "scheme")
	t.Setenv("TESTCONTAINERS_HOST_OVERRIDE", "172.17.0.1")
	host, err := container.DialHost("unix:///var/run/docker.sock")
	require.NoError(t, err)
	assert.Equal(t, "172.17.0.1", host)
}

func TestDaemonAddress(t *testing.T) {
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1")
	assert.Empty(t, container.DaemonAddress(), "DOCKER_HOST is the client's business")
	properties := "# tc.host=tcp://no:1\ntc.host = tcp\\://127.0.0.1\\:2375\n"
	require.NoError(t, os.WriteFile(filepath.Join(home, ".testcontainers.properties"), []byte(properties), 0o600))
	assert.Equal(t, "tcp://127.0.0.1:2375", container.DaemonAddress())
}

func TestSecret(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	secret := func(cache, service string) string {
		s, err := container.Secret(cache, service)
		require.NoError(t, err)
		return s
	}
	first := secret(cache, "postgres")
	assert.Len(t, first, 32)
	assert.Equal(t, first, secret(cache, "postgres"))
	assert.NotEqual(t, first, secret(cache, "redis"))
	assert.NotEqual(t, first, secret(t.TempDir(), "postgres"))
	info, err := os.Stat(filepath.Join(cache, "containers", "key"))
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode())

	require.NoError(t, os.Truncate(filepath.Join(cache, "containers", "key"), 7))
	assert.NotEqual(t, first, secret(cache, "postgres"), "a key that was cut off is made anew")
}

// TestConfig: mistakes of the caller.
func TestConfig(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*container.Config){
		"lowercase":     func(c *container.Config) { c.Service = "My service" },
		"no image":      func(c *container.Config) { c.Image = "" },
		"0 is no port":  func(c *container.Config) { c.Port = 0 },
		"nothing tells": func(c *container.Config) { c.Ready = nil },
	} {
		c := config(t.TempDir())
		change(&c)
		_, err := container.Open(t.Context(), c)
		require.ErrorContains(t, err, want)
	}
}
