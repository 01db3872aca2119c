//go:build linux || darwin

package embedded

import (
	"errors"
	"fmt"
	"strings"
	"syscall"
)

// leastRoom is about what a new data folder needs, in bytes.
const leastRoom = 64 << 20

// roomless adds to an error that came of a full file system which one that is, and what to do. Programs of
// Postgres tell it in their output; a log on the same file system may tell nothing, so that having no room
// left counts too.
func roomless(dir string, err error) error {
	free, known := room(dir)
	switch {
	case err == nil:
		return nil
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT),
		strings.Contains(err.Error(), "No space left on device"), strings.Contains(err.Error(), "quota exceeded"):
	case !known || free >= 1<<20:
		return err
	}
	left := ""
	if known {
		left = fmt.Sprintf(" (%d MB are left, about %d are needed)", free>>20, leastRoom>>20)
	}
	return fmt.Errorf("the file system of %s is full%s: free some of it, or name a folder elsewhere in BAILIFF_CACHE: %w", dir, left, err)
}

// room is how many bytes a file system has left for us.
func room(dir string) (free uint64, known bool) {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		return 0, false
	}
	return uint64(fs.Bavail) * uint64(fs.Bsize), true
}
