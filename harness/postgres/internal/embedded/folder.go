//go:build linux || darwin

package embedded

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// maxSocketPath is the longest path of a Unix socket that every system takes: 104 bytes on macOS
// (108 on Linux), less the closing zero.
const maxSocketPath = 103

// homeFolder returns the folder of one build inside the cache, made where it is missing.
func homeFolder(cache, key string) (string, error) {
	base, err := cacheFolder(cache)
	if err != nil {
		return "", err
	}
	home := filepath.Join(base, key)
	return home, roomless(base, ownFolder(home))
}

const (
	// homePrefix begins the names of homes.
	homePrefix = "postgres-"
	// homeAge is for how long a home stays that nobody starts a server in.
	homeAge = 30 * 24 * time.Hour
)

// pruneHomes removes our other homes that were not used for long: a build that has gone leaves some
// 60 MB behind.
func pruneHomes(home string) {
	dirs, err := filepath.Glob(filepath.Join(filepath.Dir(home), homePrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		info, err := os.Lstat(dir)
		if err != nil || dir == home || !info.IsDir() || ownerOf(info) != os.Geteuid() {
			continue
		}
		// The state is written at each start.
		if st, err := os.Stat(filepath.Join(dir, "state")); err == nil && time.Since(st.ModTime()) > homeAge {
			removeUnused(dir)
		}
	}
}

// removeUnused removes a home if nobody uses it.
func removeUnused(home string) {
	for _, name := range []string{"lock", "users"} {
		f, err := lockFile(filepath.Join(home, name))
		if err != nil {
			return
		}
		defer func() { _ = f.Close() }()
		if free, err := tryLock(f, syscall.LOCK_EX); err != nil || !free {
			return
		}
	}
	_ = os.RemoveAll(home)
}

// cacheFolder returns the folder that the homes are in. A folder that was named is taken as it is
// unless anybody may rename what is in it; one that was not named must be ours alone.
func cacheFolder(named string) (string, error) {
	if named != "" {
		abs, err := filepath.Abs(named)
		if err != nil {
			return "", err
		}
		if err := os.MkdirAll(abs, 0o755); err != nil {
			return "", fmt.Errorf("make the cache folder: %w; name another one in BAILIFF_CACHE", err)
		}
		real, err := filepath.EvalSymlinks(abs)
		if err != nil {
			return "", err
		}
		info, err := os.Stat(real)
		if err != nil {
			return "", err
		}
		if info.Mode()&0o002 != 0 && info.Mode()&fs.ModeSticky == 0 {
			return "", fmt.Errorf("the cache folder %s may be changed by anybody: name another one in BAILIFF_CACHE", real)
		}
		return real, nil
	}
	var first error
	for _, dir := range cacheCandidates() {
		err := ownFolder(dir)
		if err == nil {
			return dir, nil
		}
		if first == nil {
			first = err
		}
	}
	return "", fmt.Errorf("no folder for the cache: %w; name one in BAILIFF_CACHE", first)
}

// cacheCandidates are the places for a cache that nobody named. Root does not use its own cache
// folder, since root's home is closed to the account that the server runs under.
func cacheCandidates() []string {
	uid := os.Geteuid()
	temp := filepath.Join(os.TempDir(), fmt.Sprintf("bailiff-%d", uid))
	switch {
	case uid == 0 && runtime.GOOS == "darwin":
		return []string{"/Library/Caches/bailiff", "/tmp/bailiff-0"}
	case uid == 0:
		return []string{"/var/cache/bailiff", "/tmp/bailiff-0"}
	}
	if dir, err := os.UserCacheDir(); err == nil {
		return []string{filepath.Join(dir, "bailiff"), temp}
	}
	return []string{temp}
}

// ownFolder makes a folder, and refuses one that somebody else owns, may write to, or has put a
// link in the place of. What lies there is run and believed, so it must be ours.
func ownFolder(dir string) error {
	mode := fs.FileMode(0o700)
	if os.Geteuid() == 0 {
		mode = 0o755
	}
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	err := os.Mkdir(dir, mode)
	if err == nil {
		return os.Chmod(dir, mode) // whatever the umask is
	}
	if !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	switch owner := ownerOf(info); {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	case owner != os.Geteuid():
		return fmt.Errorf("%s belongs to another user (uid %d)", dir, owner)
	case info.Mode()&0o022 != 0:
		return fmt.Errorf("%s may be changed by other users (mode %s)", dir, info.Mode().Perm())
	}
	return probeWrite(dir)
}

// probeWrite finds out whether files can be made in a folder, which on a read-only file system
// its mode does not tell.
func probeWrite(dir string) error {
	f, err := os.CreateTemp(dir, "probe-*.tmp")
	if err != nil {
		return err
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

func ownerOf(info fs.FileInfo) int {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(st.Uid)
	}
	return -1
}

// trusted refuses binaries that were found, not named, and that a third party may have put there: a
// folder above the working directory can be anybody's, such as /tmp. Root runs them under an
// account without rights, so there they may be anybody's.
func trusted(dir string) error {
	if os.Geteuid() == 0 {
		return nil
	}
	for _, path := range []string{dir, filepath.Join(dir, "bin", "postgres"), filepath.Join(dir, "bin", "initdb")} {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if owner := ownerOf(info); owner != 0 && owner != os.Geteuid() {
			return fmt.Errorf("%s belongs to another user (uid %d): to run it all the same, name it in BAILIFF_POSTGRES_BINARIES",
				path, owner)
		}
	}
	return nil
}

// runFolders returns the names that the folder of one server could have: in its home, or where the
// path of a socket in it is short enough. They are made only when the state tells them, so that the
// next start finds what a killed process left.
func runFolders(home string, owner account) ([]string, error) {
	// The account must be able to remove it, so it may not lie in the home itself, which is root's.
	own := filepath.Join(home, "run")
	if err := os.Mkdir(own, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return nil, err
	}
	if err := owner.give(own); err != nil {
		return nil, err
	}
	bases := []string{own}
	if !owner.drop {
		if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
			bases = append(bases, dir)
		}
		if dir, err := filepath.Abs(os.TempDir()); err == nil {
			bases = append(bases, dir)
		}
	}
	bases = append(bases, "/tmp")
	var dirs []string
	for _, base := range bases {
		if dir := filepath.Join(base, runName()); len(socketPath(dir)) <= maxSocketPath {
			dirs = append(dirs, dir)
		}
	}
	return dirs, nil
}

// makeFolder makes a folder for the account alone; it must not exist.
func makeFolder(dir string, owner account) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	if err := owner.give(dir); err != nil {
		return errors.Join(err, os.Remove(dir))
	}
	return nil
}

func runName() string { return runPrefix + strings.ToLower(rand.Text()[:10]) }

// runPrefix begins the names of run folders.
const runPrefix = "bailiff-"

// port is part of a socket's name and nothing else: the server listens on no network.
const port = "5432"

func socketPath(run string) string { return filepath.Join(run, ".s.PGSQL."+port) }
