package container_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// TestEndsWithItsUsers: processes that start at the same moment share one container, others join it, and it is
// gone with all that it had when all of them are killed.
func TestEndsWithItsUsers(t *testing.T) {
	t.Parallel()
	mustImage(t)
	cache := t.TempDir()
	users := []*user{newUser(t, cache), newUser(t, cache), newUser(t, cache)}
	ids, starters := map[string]bool{}, 0
	for _, u := range users {
		id, started := u.opened(t)
		ids[id] = true
		if started {
			starters++
		}
	}
	require.Len(t, ids, 1)
	assert.Equal(t, 1, starters)

	opened := mustOpen(t, config(cache))
	assert.False(t, opened.Started())
	assert.Contains(t, ids, opened.ID())
	assert.True(t, strings.HasPrefix(opened.Address(), "127.0.0.1:"), opened.Address())
	assert.True(t, strings.HasPrefix(docker(t, "port", opened.ID(), "6379/tcp"), "127.0.0.1:"))
	assert.Equal(t, opened.Name(), docker(t, "ps", "--filter", "label="+container.LabelService+"=redis", "--filter", "id="+opened.ID(),
		"--format", "{{.Names}}"))
	assert.Equal(t, "map[/data:rw,nosuid,nodev,noexec] []", docker(t, "inspect", "--format", "{{.HostConfig.Tmpfs}} {{.Mounts}}", opened.ID()),
		"a volume would stay")

	for _, u := range users {
		u.kill()
	}
	mustGo(t, opened.ID(), 30*time.Second)
}

// TestBeginsAnew finds containers of its name that cannot be used.
func TestBeginsAnew(t *testing.T) {
	t.Parallel()
	mustImage(t)
	for name, spoil := range map[string]func(t testing.TB, name string){
		"killed":        func(t testing.TB, name string) { docker(t, "kill", name) },
		"never started": func(t testing.TB, name string) { replace(t, name, "create") },
		"ended":         func(t testing.TB, name string) { docker(t, "wait", replace(t, name, "run", "--detach"), "--") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cache := t.TempDir()
			before := mustOpen(t, config(cache))
			spoil(t, before.Name())
			after := mustOpen(t, config(cache))
			assert.True(t, after.Started())
			assert.NotEqual(t, before.ID(), after.ID())
		})
	}
}

// replace puts another container in the place of one.
func replace(t testing.TB, name string, how ...string) string {
	docker(t, "rm", "--force", name)
	return docker(t, append(how, "--name", name, image, "redis-server", "--version")...)
}

// TestReplacesASilentOne: the container runs, and nothing is behind its port.
func TestReplacesASilentOne(t *testing.T) {
	t.Parallel()
	mustImage(t)
	cache := t.TempDir()
	before := mustOpen(t, config(cache))
	docker(t, "rm", "--force", before.Name())
	docker(t, "run", "--detach", "--name", before.Name(), "--publish", "127.0.0.1::6379", image, "sleep", "600")

	var told atomic.Value
	c := container.WithPatience(config(cache), time.Second)
	c.Log = func(line string) {
		if strings.Contains(line, "replaced") {
			told.Store(line)
		}
	}
	after := mustOpen(t, c)
	assert.True(t, after.Started())
	assert.Contains(t, told.Load(), "does not answer for 1s")
}

// TestKeepFile: somebody wants to look into it.
func TestKeepFile(t *testing.T) {
	t.Parallel()
	mustImage(t)
	opened := mustOpen(t, config(t.TempDir()))
	docker(t, "exec", opened.ID(), "sh", "-c", ": >"+container.KeepFile)
	require.Never(t, func() bool { return !exists(t, opened.ID()) }, 4*time.Second, 500*time.Millisecond)
}

func TestStartFails(t *testing.T) {
	t.Parallel()
	mustImage(t)
	for name, row := range map[string]struct {
		change func(*container.Config)
		want   []string
		is     error
	}{
		"the service ends": {
			change: func(c *container.Config) { c.Cmd = []string{"redis-server", "--port", "nonsense"} },
			want:   []string{"the container of bailiff-redis ended before redis answered", "nonsense"},
		},
		"it refuses": {
			change: func(c *container.Config) {
				c.Ready = func(ctx context.Context, address string) error {
					conn, err := dial(ctx, address)
					if err != nil {
						return err
					}
					return errors.Join(fmt.Errorf("%w: a wrong password", container.ErrRefused), conn.Close())
				}
			},
			want: []string{"a wrong password"}, is: container.ErrRefused,
		},
		"no image": {
			change: func(c *container.Config) { c.Image = "bailiff-nothing" },
			want:   []string{"bailiff-nothing", "run docker pull bailiff-nothing"}, is: container.ErrNoImage,
		},
		"no image to pull": {
			change: func(c *container.Config) {
				c.Image, c.Pull, c.ImageAdvice = "127.0.0.1:1/nothing:latest", true, "run make redis-image"
			},
			want: []string{"127.0.0.1:1/nothing:latest cannot be pulled", "refused", "run make redis-image"}, is: container.ErrNoImage,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(t.TempDir())
			row.change(&c)
			_, err := container.Open(t.Context(), c)
			require.Error(t, err)
			for _, want := range row.want {
				assert.ErrorContains(t, err, want)
			}
			if row.is != nil {
				assert.ErrorIs(t, err, row.is)
			}
		})
	}
}

// TestInterrupted: a start that is given up leaves no container.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	mustImage(t)
	ctx, cancel := context.WithCancel(t.Context())
	c := config(t.TempDir())
	c.Ready = func(context.Context, string) error {
		cancel()
		return errors.New("not yet")
	}
	_, err := container.Open(ctx, c)
	require.ErrorIs(t, err, context.Canceled)

	c = config(c.Cache)
	opened := mustOpen(t, c)
	assert.True(t, opened.Started())
}

func TestHasImage(t *testing.T) {
	t.Parallel()
	mustImage(t)
	for name, want := range map[string]bool{image: true, "bailiff-nothing": false} {
		there, err := container.HasImage(t.Context(), name)
		require.NoError(t, err)
		assert.Equal(t, want, there, name)
	}
}
