//go:build linux || darwin

package embedded

import (
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOwnFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fresh := filepath.Join(dir, "a", "b")
	require.NoError(t, ownFolder(fresh))
	require.NoError(t, ownFolder(fresh))

	require.NoError(t, os.Chmod(fresh, 0o775))
	require.ErrorContains(t, ownFolder(fresh), "may be changed by other users")

	link := filepath.Join(dir, "link")
	require.NoError(t, os.Symlink(filepath.Join(dir, "a"), link))
	require.ErrorContains(t, ownFolder(link), "is not a folder")

	if os.Geteuid() == 0 {
		nobody, err := user.Lookup("nobody")
		require.NoError(t, err)
		uid, err := strconv.Atoi(nobody.Uid)
		require.NoError(t, err)
		foreign := filepath.Join(dir, "foreign")
		require.NoError(t, os.Mkdir(foreign, 0o755))
		require.NoError(t, os.Chown(foreign, uid, -1))
		require.ErrorContains(t, ownFolder(foreign), "belongs to another user")
	}
}

func TestOldHomesAreRemoved(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	home := func(name string, age time.Duration) string {
		dir := filepath.Join(cache, name)
		require.NoError(t, os.Mkdir(dir, 0o700))
		state := filepath.Join(dir, "state")
		require.NoError(t, os.WriteFile(state, nil, 0o600))
		require.NoError(t, os.Chtimes(state, time.Now(), time.Now().Add(-age)))
		return dir
	}
	const month = 31 * 24 * time.Hour
	current, recent, old := home("postgres-a", month), home("postgres-b", time.Hour), home("postgres-c", month)
	used, other := home("postgres-d", month), home("something", month)
	lock, err := lockFile(filepath.Join(used, "users"))
	require.NoError(t, err)
	defer func() { _ = lock.Close() }()
	free, err := tryLock(lock, syscall.LOCK_SH)
	require.NoError(t, err)
	require.True(t, free)
	pruneHomes(current)
	assert.NoDirExists(t, old)
	for _, dir := range []string{current, recent, used, other} {
		assert.DirExists(t, dir)
	}
}

func TestNamedCache(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "new")
	got, err := cacheFolder(dir)
	require.NoError(t, err)
	assert.Equal(t, filepath.Base(dir), filepath.Base(got))
	require.NoError(t, os.Chmod(dir, 0o777))
	_, err = cacheFolder(dir)
	require.ErrorContains(t, err, "may be changed by anybody")
	require.NoError(t, os.Chmod(dir, 0o777|os.ModeSticky))
	_, err = cacheFolder(dir)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "file"), nil, 0o600))
	_, err = cacheFolder(filepath.Join(dir, "file"))
	require.ErrorContains(t, err, "make the cache folder")
}

func TestRunFolderIsShort(t *testing.T) {
	t.Parallel()
	short := t.TempDir()
	dirs, err := runFolders(short, account{})
	require.NoError(t, err)
	if len(short) < 60 {
		assert.True(t, strings.HasPrefix(dirs[0], short))
	}
	long := filepath.Join(short, strings.Repeat("long", 30))
	require.NoError(t, os.Mkdir(long, 0o700))
	dirs, err = runFolders(long, account{})
	require.NoError(t, err)
	require.NotEmpty(t, dirs)
	for _, dir := range dirs {
		assert.False(t, strings.HasPrefix(dir, long))
		assert.LessOrEqual(t, len(socketPath(dir)), maxSocketPath)
	}
}
