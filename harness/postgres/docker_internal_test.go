package postgres

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
)

// required tells whether a part that is missing fails a test, where it is only skipped otherwise.
func required() bool { return os.Getenv("CI") != "" || os.Getenv("BAILIFF_REQUIRE_DB") == "1" }

// MustPostgresImage makes the image bailiff-postgres where it is not up to date. Without Docker the test is
// skipped, unless it is required.
func MustPostgresImage(t testing.TB) {
	t.Helper()
	if err := postgresImage(); err != nil {
		if required() {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

var postgresImage = sync.OnceValue(func() error {
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	if err := container.Probe(ctx); err != nil {
		return err
	}
	out, err := exec.CommandContext(ctx, filepath.Join("..", "..", "tools", "images", "build.sh"), "postgres").CombinedOutput()
	if err != nil {
		return fmt.Errorf("%w: %s", err, out)
	}
	return nil
})

func runDocker(t testing.TB, args ...string) string {
	t.Helper()
	out, err := exec.Command("docker", args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	return strings.TrimSpace(string(out))
}

func mustContain(t testing.TB, c Config) *contained {
	t.Helper()
	s, err := contain(t.Context(), c)
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		assert.NoError(t, s.Close(ctx))
		_ = exec.CommandContext(ctx, "docker", "rm", "--force", s.container.Name()).Run()
	})
	return s
}

// TestContained: what is asked of the server is in force, it is shared, and it stays for as long as it is
// used or kept.
func TestContained(t *testing.T) {
	t.Parallel()
	MustPostgresImage(t)
	c := Config{Image: "bailiff-postgres", Cache: t.TempDir(), Linger: time.Second, Log: func(line string) { t.Log(line) }}
	s := mustContain(t, c)
	assert.Equal(t, "started", s.How())
	assert.Contains(t, s.String(), "in the container bailiff-postgres-")
	assert.NotContains(t, s.String()+s.Place(), strings.Split(s.URL(), "@")[0])

	conn, err := pgx.Connect(t.Context(), s.URL())
	require.NoError(t, err)
	for _, setting := range containerSettings() {
		name, want, _ := strings.Cut(setting, "=")
		var got string
		require.NoError(t, conn.QueryRow(t.Context(), "SELECT setting FROM pg_settings WHERE name = $1", name).Scan(&got))
		if name == "shared_buffers" {
			want = "8192" // pages of 8 KB
		}
		assert.Equal(t, want, got, name)
	}
	var encoding, collate, folder string
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT pg_encoding_to_char(encoding), datcollate, current_setting('data_directory') "+
		"FROM pg_database WHERE datname = 'template1'").Scan(&encoding, &collate, &folder))
	assert.Equal(t, []string{"UTF8", "C", "/bailiff/data"}, []string{encoding, collate, folder})
	assert.Contains(t, runDocker(t, "exec", s.container.ID(), "grep", "/bailiff", "/proc/mounts"), "tmpfs")
	require.NoError(t, conn.Close(t.Context()))

	at := strings.Replace(s.URL(), "@", "x@", 1)
	_, err = pgx.Connect(t.Context(), at)
	require.ErrorContains(t, err, "28P01", "a wrong password")

	other := mustContain(t, c)
	assert.Equal(t, "joined", other.How())
	assert.Equal(t, s.container.ID(), other.container.ID())
	require.NoError(t, s.Close(t.Context()))
	require.NoError(t, other.Keep(t.Context()))
	require.NoError(t, other.Close(t.Context()))
	time.Sleep(4 * time.Second) // longer than it would linger
	runDocker(t, "exec", s.container.ID(), "rm", container.KeepFile)
	require.Eventually(t, func() bool {
		return runDocker(t, "ps", "--all", "--quiet", "--filter", "id="+s.container.ID()) == ""
	}, 30*time.Second, 100*time.Millisecond)
}

// TestContainedAnew: the container is gone in the middle.
func TestContainedAnew(t *testing.T) {
	t.Parallel()
	MustPostgresImage(t)
	c := Config{Image: "bailiff-postgres", Cache: t.TempDir(), Linger: time.Second}
	s := mustContain(t, c)
	runDocker(t, "kill", s.container.ID())
	again := mustContain(t, c)
	assert.Equal(t, "started", again.How())
	assert.NotEqual(t, s.container.ID(), again.container.ID())
}

// TestContainedWithoutImage says all that can be done.
func TestContainedWithoutImage(t *testing.T) {
	t.Parallel()
	MustPostgresImage(t)
	_, err := openContainer(t.Context(), Config{Image: "127.0.0.1:1/postgres:17", Cache: t.TempDir()})
	require.ErrorIs(t, err, container.ErrNoImage)
	for _, want := range []string{"docker pull 127.0.0.1:1/postgres:17", "make postgres-image", envImage, envProvider + "=auto"} {
		assert.ErrorContains(t, err, want)
	}
}
