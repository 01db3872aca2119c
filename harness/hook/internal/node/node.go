// Package node brings the worker along that runs JavaScript hook files: a program for Node.js, which
// is a hook handler in Dredd's protocol. It gives hook files the module `hooks` as Dredd does, and
// keeps the transactions, so that all hooks get the very same objects.
//
// It listens where BAILIFF_HOOKS_HOST and BAILIFF_HOOKS_PORT say. To Dredd's protocol it adds:
//   - the event "load", before all others, with the list of transactions and a member configuration.
//     Hook files are run then, and the answer's member hooks lists the names that they registered;
//   - the member length in the answer to beforeAll: hooks may have taken transactions away;
//   - the member error in an answer: what hooks threw, which does not end the flow.
//
// The package starts nothing.
package node

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

//go:embed worker.cjs
var worker []byte

// File puts the worker into the cache folder of the user, unless it is there, and returns its path. The
// name is that of its content, so that versions of bailiff do not disturb each other.
func File() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir() // a user without a home
	}
	sum := sha256.Sum256(worker)
	dir := filepath.Join(cache, "bailiff")
	path := filepath.Join(dir, "hooks-"+hex.EncodeToString(sum[:6])+".cjs")
	if there, err := os.ReadFile(path); err == nil && string(there) == string(worker) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", fmt.Errorf("keep the worker for JavaScript hooks: %w", err)
	}
	if err := write(dir, path); err != nil {
		return "", fmt.Errorf("keep the worker for JavaScript hooks: %w", err)
	}
	return path, nil
}

// write puts the file there in one step, since others may do the same.
func write(dir, path string) error {
	f, err := os.CreateTemp(dir, "hooks-*.tmp")
	if err != nil {
		return err
	}
	_, err = f.Write(worker)
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name()) // the error that counts is known
	}
	return err
}
