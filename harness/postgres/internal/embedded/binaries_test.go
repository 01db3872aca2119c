//go:build linux || darwin

package embedded

import (
	"os"
	"path/filepath"
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
	b, err := findBinaries("")
	require.NoError(t, err)
	assert.Equal(t, native, b.dir)
	assert.Equal(t, "17.10.0-beta.17", b.release)

	second := fakeBinaries(t, filepath.Join(below, "node_modules"))
	c, err := findBinaries("")
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
	_, err = findBinaries("")
	require.ErrorIs(t, err, ErrNoBinaries)
	require.ErrorContains(t, err, "make native")
	require.ErrorContains(t, err, "BAILIFF_POSTGRES_URL")
}

func TestNamedBinaries(t *testing.T) {
	t.Parallel()
	native := fakeBinaries(t, t.TempDir())
	for _, dir := range []string{native, filepath.Dir(native), filepath.Join(native, "bin")} {
		b, err := findBinaries(dir)
		require.NoError(t, err)
		assert.Equal(t, native, b.dir)
	}
	_, err := findBinaries(t.TempDir())
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
