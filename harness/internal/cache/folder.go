package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// envCache names the folder of all caches of bailiff.
const envCache = "BAILIFF_CACHE"

// Folder returns where entries are kept when nobody says where: the folder "compile" in BAILIFF_CACHE
// or, if that is not set, in "bailiff" in the user's folder for caches.
func Folder() (string, error) {
	if dir := os.Getenv(envCache); dir != "" {
		return filepath.Join(dir, "compile"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no folder for the cache: %w; name one in %s", err, envCache)
	}
	return filepath.Join(dir, "bailiff", "compile"), nil
}

// own makes a folder, and refuses one that somebody else owns, may write to, or has put a link in the
// place of.
func own(dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o755); err != nil {
		return err
	}
	err := os.Mkdir(dir, 0o700)
	if err == nil || !errors.Is(err, fs.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return fmt.Errorf("%s is not a folder", dir)
	}
	return private(dir, info)
}
