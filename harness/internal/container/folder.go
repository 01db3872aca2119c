package container

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// folder returns the folder for locks and the key, made where it is missing, for this user alone.
func folder(cache string) (string, error) {
	if cache == "" {
		var err error
		if cache, err = userFolder(); err != nil {
			return "", fmt.Errorf("no folder for the cache: %w; name one in BAILIFF_CACHE", err)
		}
	}
	abs, err := filepath.Abs(cache)
	if err != nil {
		return "", err
	}
	dir := filepath.Join(abs, "containers")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("make the cache folder: %w; name another one in BAILIFF_CACHE", err)
	}
	info, err := os.Lstat(dir)
	switch {
	case err != nil:
		return "", err
	case !info.IsDir():
		return "", fmt.Errorf("%s is not a folder", dir)
	case !ours(info):
		return "", fmt.Errorf("%s belongs to another user: name another cache folder in BAILIFF_CACHE", dir)
	}
	return dir, nil
}

// userFolder is the folder in the user's folder for caches, or, for a user without a home, one for
// temporary files.
func userFolder() (string, error) {
	if base, err := os.UserCacheDir(); err == nil {
		return filepath.Join(base, "bailiff"), nil
	}
	dir := filepath.Join(os.TempDir(), fmt.Sprintf("bailiff-%d", os.Geteuid()))
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return "", err
	}
	if !info.IsDir() || !ours(info) {
		return "", fmt.Errorf("%s belongs to another user", dir)
	}
	return dir, nil
}

const keySize = 32

// readKey reads the key of a folder, and makes it where there is none. It appears whole or not at all, and
// of several makers one wins.
func readKey(dir string) ([]byte, error) {
	path := filepath.Join(dir, "key")
	for range 3 {
		key, err := os.ReadFile(path)
		if err == nil && len(key) == keySize {
			return key, nil
		}
		if err == nil { // a full disk, perhaps
			err = os.Remove(path)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		if err := makeKey(dir, path); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%s changes all the time", path)
}

func makeKey(dir, path string) (err error) {
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "key-*.tmp") // its mode is 0600
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(f.Name())) }()
	_, err = f.Write(key)
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}

// errTimeout tells that what was waited for did not come.
var errTimeout = errors.New("timed out")

// poll asks until the answer is yes, or an error, at growing intervals. What is waited for is done by other
// processes, which can only be asked.
func poll(ctx context.Context, atMost time.Duration, ask func() (bool, error)) error {
	deadline := time.Now().Add(atMost)
	for pause := 2 * time.Millisecond; ; pause = min(2*pause, 50*time.Millisecond) {
		done, err := ask()
		if done || err != nil {
			return err
		}
		if time.Now().After(deadline) {
			return errTimeout
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return ctx.Err()
		case <-timer.C:
		}
	}
}
