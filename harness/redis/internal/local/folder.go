//go:build linux || darwin

package local

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// maxSocketPath is the longest path of a Unix socket that every system takes: 104 bytes on macOS (108 on
// Linux), less the closing zero.
const maxSocketPath = 103

// runPrefix begins the names of run folders.
const runPrefix = "bailiff-redis-"

func fifoPath(run string) string   { return filepath.Join(run, "alive") }
func socketPath(run string) string { return filepath.Join(run, "redis.sock") }
func logPath(home string) string   { return filepath.Join(home, "redis.log") }

// homeFolder returns the folder inside the cache, made where it is missing.
func homeFolder(cache string) (string, error) {
	if cache == "" {
		if dir, err := os.UserCacheDir(); err == nil {
			cache = filepath.Join(dir, "bailiff")
		} else {
			cache = filepath.Join(os.TempDir(), "bailiff-"+strconv.Itoa(os.Geteuid()))
		}
	}
	cache, err := filepath.Abs(cache)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(cache, 0o700); err != nil {
		return "", fmt.Errorf("make the cache folder: %w; name another one in BAILIFF_CACHE", err)
	}
	home := filepath.Join(cache, "redis")
	if err := ownFolder(home); err != nil {
		return "", fmt.Errorf("%w; name another folder in BAILIFF_CACHE", err)
	}
	return home, nil
}

// ownFolder makes a folder for us alone, and refuses one that somebody else owns or may write to, or has
// put a link in the place of: what lies there is run and believed.
func ownFolder(dir string) error {
	err := os.Mkdir(dir, 0o700)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	st, ok := info.Sys().(*syscall.Stat_t)
	switch {
	case !info.IsDir():
		return fmt.Errorf("%s is not a folder", dir)
	case !ok || int(st.Uid) != os.Geteuid():
		return fmt.Errorf("%s belongs to another user", dir)
	case info.Mode()&0o022 != 0:
		return fmt.Errorf("%s may be changed by other users (mode %s)", dir, info.Mode().Perm())
	}
	return nil
}

// makeRunFolder makes the folder of one server: in the home, or where the path of a socket is short enough.
func makeRunFolder(home string) (string, error) {
	bases := []string{home}
	if dir := os.Getenv("XDG_RUNTIME_DIR"); filepath.IsAbs(dir) {
		bases = append(bases, dir)
	}
	bases = append(bases, os.TempDir(), "/tmp")
	var errs []error
	for _, base := range bases {
		run := filepath.Join(base, runPrefix+strings.ToLower(rand.Text()[:10]))
		if len(socketPath(run)) > maxSocketPath || !filepath.IsAbs(run) {
			continue
		}
		err := os.Mkdir(run, 0o700)
		if err == nil {
			return run, nil
		}
		errs = append(errs, err)
	}
	return "", errors.Join(errs...)
}

// readState are the run folders of servers that may be there, that of the last first.
func readState(home string) []string {
	text, err := os.ReadFile(filepath.Join(home, "state"))
	if err != nil {
		return nil
	}
	return slices.DeleteFunc(strings.Split(string(text), "\n"), func(run string) bool {
		return !filepath.IsAbs(run) || !strings.HasPrefix(filepath.Base(run), runPrefix)
	})
}

func writeState(home string, runs []string) error {
	return replaceFile(filepath.Join(home, "state"), []byte(strings.Join(runs, "\n")))
}

// replaceFile writes a file that appears whole or not at all.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+"-*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // it is gone when all went well
	_, err = temp.Write(content)
	if err := errors.Join(err, temp.Close()); err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// tryLock takes an flock if it is free.
func tryLock(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		}
		return false, fmt.Errorf("lock %s: %w", f.Name(), err)
	}
}
