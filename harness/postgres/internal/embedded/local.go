//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// machinePlaces are where packages of Postgres put their programs without a link in PATH: Debian and
// Ubuntu, Red Hat's from postgresql.org, Homebrew on both kinds of Macs, and Postgres.app.
func machinePlaces() []string {
	return []string{
		"/usr/lib/postgresql/*/bin",
		"/usr/pgsql-*/bin",
		"/opt/homebrew/opt/postgresql*/bin",
		"/usr/local/opt/postgresql*/bin",
		"/home/linuxbrew/.linuxbrew/opt/postgresql*/bin",
		"/Applications/Postgres.app/Contents/Versions/*/bin",
	}
}

// bindirTimeout is how long pg_config may take to answer, which is a script on some systems.
const bindirTimeout = 3 * time.Second

// machineFolders are the folders of programs to look in: what pg_config says, PATH, and the places that
// packages use, the highest version first in each.
func machineFolders() []string {
	var folders []string
	ctx, cancel := context.WithTimeout(context.Background(), bindirTimeout)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "pg_config", "--bindir").Output(); err == nil {
		folders = append(folders, strings.TrimSpace(string(out)))
	}
	if program, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(program); err == nil {
			folders = append(folders, filepath.Dir(real))
		}
		folders = append(folders, filepath.Dir(program))
	}
	for _, place := range machinePlaces() {
		found, err := filepath.Glob(place)
		if err != nil {
			continue // a pattern of ours, which is well-formed
		}
		slices.SortFunc(found, func(a, b string) int { return slices.Compare(versionOf(b), versionOf(a)) })
		folders = append(folders, found...)
	}
	return folders
}

// versionOf are the numbers in the name of the folder above bin: 9 and 6 of /usr/lib/postgresql/9.6/bin.
func versionOf(bin string) []int {
	var numbers []int
	for part := range strings.FieldsFuncSeq(filepath.Base(filepath.Dir(bin)), func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(part)
		if err != nil {
			return nil // it has more digits than any version
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// installedBinaries takes the first of the folders of programs that holds a whole server. A server has
// initdb beside it: a folder with clients alone is passed over.
func installedBinaries(folders []string) (binaries, error) {
	var refused error
	for _, bin := range folders {
		dir := filepath.Dir(bin)
		if filepath.Base(bin) != "bin" || !complete(dir) {
			continue
		}
		if err := trusted(dir); err != nil {
			refused = errors.Join(refused, err)
			continue
		}
		b := describe(dir)
		b.installed = true
		return b, nil
	}
	err := fmt.Errorf("%w on this machine: install its server (apt-get install postgresql, dnf install postgresql-server, "+
		"brew install postgresql), or name the folder of its programs in BAILIFF_POSTGRES_BINARIES", ErrNoBinaries)
	if refused != nil {
		return binaries{}, errors.Join(err, refused)
	}
	return binaries{}, err
}
