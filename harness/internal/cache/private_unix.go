//go:build unix

package cache

import (
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// private says when a folder is not ours alone.
func private(dir string, info fs.FileInfo) error {
	owner := -1
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		owner = int(st.Uid)
	}
	switch {
	case owner != os.Geteuid():
		return fmt.Errorf("%s belongs to another user (uid %d)", dir, owner)
	case info.Mode()&0o022 != 0:
		return fmt.Errorf("%s may be changed by other users (mode %s)", dir, info.Mode().Perm())
	}
	return nil
}
