// Package npm brings what a package-lock.json pins into the folder beside it, and does it once.
//
//	version, err := npm.Version("bench", "dredd")
//	err = npm.Install(ctx, "bench", os.Stderr)
//
// It runs the npm of the machine; which registry that asks is the machine's business.
package npm

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
)

// Version returns the version of a package that the folder's package-lock.json pins, "" when it pins
// none.
func Version(folder, name string) (string, error) {
	lock, err := read(folder)
	if err != nil {
		return "", err
	}
	var pinned struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal(lock, &pinned); err != nil {
		return "", fmt.Errorf("read what npm has to install: %w", err)
	}
	return pinned.Packages["node_modules/"+name].Version, nil
}

func read(folder string) ([]byte, error) {
	lock, err := os.ReadFile(filepath.Join(folder, "package-lock.json"))
	if err != nil {
		return nil, fmt.Errorf("read what npm has to install: %w", err)
	}
	return lock, nil
}

// Install brings what package-lock.json pins into the folder's node_modules, unless it is there. No
// package's scripts are run: Dredd does without the native parser that one of them would build. What
// npm has to say goes to stderr.
func Install(ctx context.Context, folder string, stderr io.Writer) error {
	lock, err := read(folder)
	if err != nil {
		return err
	}
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			return fmt.Errorf("%s is missing, and Dredd needs it. Get it with: apt-get install nodejs npm (Debian, Ubuntu) or brew install node (macOS)", tool)
		}
	}
	// The stamp is written last, so that an interrupted run does not pass for a finished one.
	stamp := filepath.Join(folder, "node_modules", ".bailiff-installed")
	installed, err := os.ReadFile(stamp)
	switch {
	case err == nil && bytes.Equal(installed, lock):
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("look whether Dredd is installed: %w", err)
	}
	fmt.Fprintf(stderr, "%s: installing what package-lock.json pins with npm ...\n", filepath.Base(folder))
	npm := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
	npm.Dir, npm.Stdout, npm.Stderr = folder, stderr, stderr
	if err := npm.Run(); err != nil {
		return fmt.Errorf("npm ci: %w; its message is above. It needs the npm registry or npm's cache, and a package-lock.json that fits package.json", err)
	}
	if err := os.WriteFile(stamp, lock, 0o644); err != nil {
		return fmt.Errorf("note that Dredd is installed: %w", err)
	}
	return nil
}
