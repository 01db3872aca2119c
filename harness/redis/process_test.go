package redis_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/redis"
)

// envRole makes the test binary act as another process that uses a server: the provider that it takes.
const envRole = "BAILIFF_TEST_REDIS"

// used is what the other process tells about itself.
type used struct{ Error, URL, Key string }

// actAsUser writes a key, and closes everything when standard input ends.
func actAsUser() int {
	ctx := context.Background()
	s, err := redis.Open(ctx, redis.Config{Provider: redis.Provider(os.Getenv(envRole))})
	var u used
	if err == nil {
		u = used{URL: s.URL(), Key: s.Prefix() + "key"}
		err = s.Client().Set(ctx, u.Key, "1", 0).Err()
	}
	if err != nil {
		u.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(u); err != nil || u.Error != "" {
		return 1
	}
	_, _ = io.Copy(io.Discard, os.Stdin)
	if err := s.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

type process struct {
	used
	cmd   *exec.Cmd
	stdin io.Closer
}

func start(t *testing.T, cache string, env ...string) *process {
	t.Helper()
	exe, err := os.Executable()
	require.NoError(t, err)
	p := &process{cmd: exec.CommandContext(context.Background(), exe)}
	p.cmd.Env = append(append(os.Environ(), envRole+"=local", "BAILIFF_CACHE="+cache, "BAILIFF_REDIS_URL="), env...)
	p.cmd.Stderr = os.Stderr
	p.stdin, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	t.Cleanup(func() {
		_ = p.cmd.Process.Kill() // it has ended, or has to
		_ = p.cmd.Wait()
	})
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &p.used))
	require.Empty(t, p.Error)
	return p
}

// kill ends the process by SIGKILL.
func (p *process) kill(t *testing.T) {
	t.Helper()
	require.NoError(t, p.cmd.Process.Kill())
	_ = p.cmd.Wait()
}

// processesOf are those whose command line names a folder.
func processesOf(folder string) (list []string) {
	paths, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, path := range paths {
		if line, err := os.ReadFile(path); err == nil && strings.Contains(string(line), folder) {
			list = append(list, path+": "+strings.ReplaceAll(string(line), "\x00", " "))
		}
	}
	return list
}

// nothingIsLeft waits until no process and no folder of a server is there any more.
func nothingIsLeft(t *testing.T, cache string) {
	t.Helper()
	assert.Eventually(t, func() bool {
		runs, _ := filepath.Glob(filepath.Join(cache, "redis", "bailiff-redis-*"))
		return len(runs) == 0 && len(processesOf(cache)) == 0
	}, 10*time.Second, 10*time.Millisecond, "a process or a folder is left")
}

// cacheFolder is one with a short path, so that the socket is in it.
func cacheFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "redis")
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, os.RemoveAll(dir)) })
	return dir
}

func TestOneServerForAll(t *testing.T) {
	t.Parallel()
	skipWithoutServer(t)
	cache := cacheFolder(t)
	first, second := start(t, cache), start(t, cache)
	assert.Equal(t, first.URL, second.URL)
	first.kill(t)
	third, _ := open(t, redis.Config{Provider: redis.ProviderLocal, Cache: cache})
	assert.Equal(t, second.URL, third.URL())
	ctx := t.Context()
	assert.EqualValues(t, 0, third.Client().Exists(ctx, first.Key).Val(), "the keys of a process that was killed are removed")
	assert.EqualValues(t, 1, third.Client().Exists(ctx, second.Key).Val(), "those of one that lives are not")
	require.NoError(t, second.stdin.Close())
	require.NoError(t, second.cmd.Wait())
	assert.EqualValues(t, 0, third.Client().Exists(ctx, second.Key).Val(), "and one that ends in good order takes its own along")
	require.NoError(t, third.Close())
	nothingIsLeft(t, cache)
}

// TestKilled kills all users at once.
func TestKilled(t *testing.T) {
	t.Parallel()
	skipWithoutServer(t)
	cache := cacheFolder(t)
	a, b := start(t, cache), start(t, cache)
	a.kill(t)
	b.kill(t)
	nothingIsLeft(t, cache)
	next := start(t, cache)
	assert.NotEqual(t, a.URL, next.URL)
	next.kill(t)
	nothingIsLeft(t, cache)
}

// TestManyAtOnce starts processes at the same moment, again and again, while others end.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	skipWithoutServer(t)
	cache := cacheFolder(t)
	for range 3 {
		done := make(chan error, 8)
		for i := range cap(done) {
			go func() {
				s, err := redis.Open(context.Background(), redis.Config{Provider: redis.ProviderLocal, Cache: cache})
				if err == nil {
					err = s.Client().Set(context.Background(), s.Prefix()+"x", i, 0).Err()
					if closed := s.Close(); err == nil {
						err = closed
					}
				}
				done <- err
			}()
		}
		for range cap(done) {
			require.NoError(t, <-done)
		}
	}
	nothingIsLeft(t, cache)
}

// TestServerDies kills the server itself, and then what watches over it.
func TestServerDies(t *testing.T) {
	t.Parallel()
	skipWithoutServer(t)
	if _, err := os.Stat("/proc/self/cmdline"); err != nil {
		t.Skip("processes are found through /proc")
	}
	for name, which := range map[string]func(line string) bool{
		"redis": func(line string) bool {
			return strings.Contains(line, "unixsocket:") || strings.Contains(line, "redis.sock") && !strings.Contains(line, "watchdog")
		},
		"watchdog": func(line string) bool { return strings.Contains(line, "watchdog.sh") },
		"both":     func(string) bool { return true },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := cacheFolder(t)
			s, _ := open(t, redis.Config{Provider: redis.ProviderLocal, Cache: cache})
			socket := strings.TrimPrefix(s.URL(), "unix://")
			killed := 0
			for _, p := range processesOf(filepath.Dir(socket)) {
				var pid int
				if _, err := fmt.Sscanf(p, "/proc/%d/", &pid); err == nil && which(p) {
					victim, err := os.FindProcess(pid)
					require.NoError(t, err)
					require.NoError(t, victim.Kill())
					killed++
				}
			}
			require.Positive(t, killed, "%v", processesOf(cache))
			require.Eventually(t, func() bool {
				other, err := redis.Open(t.Context(), redis.Config{Provider: redis.ProviderLocal, Cache: cache})
				if err != nil {
					return false
				}
				defer func() { assert.NoError(t, other.Close()) }()
				return other.Client().Ping(t.Context()).Err() == nil
			}, 10*time.Second, 10*time.Millisecond)
			require.NoError(t, s.Close())
			next, _ := open(t, redis.Config{Provider: redis.ProviderLocal, Cache: cache})
			require.NoError(t, next.Client().Ping(t.Context()).Err())
			require.NoError(t, next.Close())
			nothingIsLeft(t, cache)
		})
	}
}

// TestFolders names those that cannot be.
func TestFolders(t *testing.T) {
	t.Parallel()
	skipWithoutServer(t)
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	_, err := redis.Open(t.Context(), redis.Config{Provider: redis.ProviderLocal, Cache: file})
	assert.ErrorContains(t, err, "name another one in BAILIFF_CACHE")
	everybody := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(everybody, "redis"), 0o700))
	require.NoError(t, os.Chmod(filepath.Join(everybody, "redis"), 0o777))
	_, err = redis.Open(t.Context(), redis.Config{Provider: redis.ProviderLocal, Cache: everybody})
	assert.ErrorContains(t, err, "may be changed by other users")
	long := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	s, _ := open(t, redis.Config{Provider: redis.ProviderLocal, Cache: long})
	assert.NotContains(t, s.URL(), long, "the path of a socket is short")
}

func skipWithoutServer(t *testing.T) {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil && !required() {
		t.Skip("no redis-server on this machine")
	}
}

// TestDockerEndsItself holds that a container goes when its users are killed.
func TestDockerEndsItself(t *testing.T) {
	t.Parallel()
	c := dockerConfig(t)
	p := start(t, c.Cache, envRole+"=docker")
	s, _ := open(t, c)
	assert.Equal(t, p.URL, s.URL(), "all share one")
	assert.EqualValues(t, 1, s.Client().Exists(t.Context(), p.Key).Val())
	p.kill(t)
	other, _ := open(t, c)
	assert.EqualValues(t, 0, other.Client().Exists(t.Context(), p.Key).Val())
}
