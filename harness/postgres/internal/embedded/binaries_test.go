//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fakeBinaries makes what npm installs, as far as it is looked at.
func fakeBinaries(t *testing.T, modules string) string {
	t.Helper()
	native := filepath.Join(modules, "@embedded-postgres", platform(), "native")
	for _, name := range []string{"bin", "lib", "share", "include"} {
		require.NoError(t, os.MkdirAll(filepath.Join(native, name), 0o755))
	}
	files := map[string]string{
		"bin/postgres": "binary", "bin/initdb": "binary", "bin/pg_ctl": "binary",
		"lib/libpq.so.5.17": "library", "lib/libpq.a": "static", "include/pg.h": "header",
		"../package.json":  `{"version": "17.10.0-beta.17"}`,
		"pg-symlinks.json": `[{"source": "native/lib/libpq.so.5.17", "target": "native/lib/libpq.so.5"}]`,
	}
	for name, text := range files {
		require.NoError(t, os.WriteFile(filepath.Join(native, name), []byte(text), 0o755))
	}
	return native
}

// It cannot run beside others: it changes the working directory.
func TestBinariesAreFoundAbove(t *testing.T) {
	root := t.TempDir()
	native := fakeBinaries(t, filepath.Join(root, "tools", "native", "node_modules"))
	below := filepath.Join(root, "harness", "postgres")
	require.NoError(t, os.MkdirAll(below, 0o755))
	t.Chdir(below)
	b, err := findBinaries(Config{})
	require.NoError(t, err)
	assert.Equal(t, native, b.dir)
	assert.Equal(t, "17.10.0-beta.17", b.release)

	second := fakeBinaries(t, filepath.Join(below, "node_modules"))
	c, err := findBinaries(Config{})
	require.NoError(t, err)
	assert.Equal(t, second, c.dir)
	first, err := b.key()
	require.NoError(t, err)
	other, err := c.key()
	require.NoError(t, err)
	assert.Equal(t, first, other, "the same build in another checkout")
	require.NoError(t, os.WriteFile(c.program("postgres"), []byte("another build"), 0o755))
	other, err = c.key()
	require.NoError(t, err)
	assert.NotEqual(t, first, other)

	t.Chdir(t.TempDir())
	_, err = findBinaries(Config{})
	require.ErrorIs(t, err, ErrNoBinaries)
	require.ErrorContains(t, err, "make native")
	require.ErrorContains(t, err, "BAILIFF_POSTGRES_URL")
}

func TestNamedBinaries(t *testing.T) {
	t.Parallel()
	native := fakeBinaries(t, t.TempDir())
	for _, dir := range []string{native, filepath.Dir(native), filepath.Join(native, "bin")} {
		b, err := findBinaries(Config{Binaries: dir})
		require.NoError(t, err)
		assert.Equal(t, native, b.dir)
	}
	_, err := findBinaries(Config{Binaries: t.TempDir()})
	require.ErrorIs(t, err, ErrNoBinaries)
}

func TestCopyOfBinaries(t *testing.T) {
	t.Parallel()
	native := fakeBinaries(t, t.TempDir())
	target := filepath.Join(t.TempDir(), "native")
	b, err := describe(native).copyTo(target)
	require.NoError(t, err)
	assert.Equal(t, target, b.dir)
	linked, err := os.ReadFile(filepath.Join(target, "lib", "libpq.so.5"))
	require.NoError(t, err)
	assert.Equal(t, "library", string(linked))
	assert.NoFileExists(t, filepath.Join(target, "lib", "libpq.a"))
	assert.NoDirExists(t, filepath.Join(target, "include"))
	info, err := os.Stat(b.program("postgres"))
	require.NoError(t, err)
	assert.EqualValues(t, 0o755, info.Mode().Perm())
	left, err := filepath.Glob(filepath.Join(filepath.Dir(target), "*.tmp"))
	require.NoError(t, err)
	assert.Empty(t, left)

	require.NoError(t, os.WriteFile(filepath.Join(native, "pg-symlinks.json"),
		[]byte(`[{"source": "native/lib/x", "target": "native/../../x"}]`), 0o600))
	_, err = describe(native).copyTo(filepath.Join(t.TempDir(), "native"))
	require.ErrorContains(t, err, "leaves the package")
}

// TestInstalledBinaries takes the first folder with a whole server, and passes over those with clients alone.
func TestInstalledBinaries(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	folder := func(name string, programs ...string) string {
		bin := filepath.Join(root, name, "bin")
		require.NoError(t, os.MkdirAll(bin, 0o755))
		for _, p := range programs {
			require.NoError(t, os.WriteFile(filepath.Join(bin, p), nil, 0o755))
		}
		return bin
	}
	clients, half := folder("13", "psql"), folder("14", "postgres")
	whole, newer := folder("15", "postgres", "initdb"), folder("17", "postgres", "initdb")
	b, err := installedBinaries([]string{clients, half, whole, newer})
	require.NoError(t, err)
	assert.Equal(t, filepath.Dir(whole), b.dir)
	assert.Equal(t, "15", b.release)
	assert.True(t, b.installed)
	_, err = installedBinaries([]string{clients, half})
	require.ErrorIs(t, err, ErrNoBinaries)
	require.ErrorContains(t, err, "on this machine: install its server (apt-get install postgresql")
	require.ErrorContains(t, err, "BAILIFF_POSTGRES_BINARIES")
}

func TestVersionOf(t *testing.T) {
	t.Parallel()
	assert.Equal(t, []int{9, 6}, versionOf("/usr/lib/postgresql/9.6/bin"))
	assert.Equal(t, []int{17}, versionOf("/opt/homebrew/opt/postgresql@17/bin"))
	assert.Positive(t, slices.Compare(versionOf("/usr/lib/postgresql/15/bin"), versionOf("/usr/lib/postgresql/9.6/bin")))
}

// TestSettingsOfEachVersion: a setting that a version does not know keeps it from starting.
func TestSettingsOfEachVersion(t *testing.T) {
	t.Parallel()
	for major := 13; major <= 18; major++ {
		var names []string
		for _, s := range (cluster{major: major}).settings() {
			names = append(names, s.name)
		}
		assert.Equal(t, major >= 18, slices.Contains(names, "io_method"), major)
	}
}

func TestRoomless(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, roomless(dir, nil))
	plain := errors.New("exit status 1: no such user")
	assert.Equal(t, plain, roomless(dir, plain))
	for _, full := range []error{fmt.Errorf("write: %w", syscall.ENOSPC), errors.New("exit status 1: could not write: No space left on device")} {
		err := roomless(dir, full)
		require.ErrorIs(t, err, full)
		assert.Regexp(t, `^the file system of \S+ is full \(\d+ MB are left, about 64 are needed\): free some of it, or name a folder elsewhere in BAILIFF_CACHE: `, err.Error())
	}
}
