//go:build unix

package container

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// ours says that a folder belongs to us and nobody else may write to it.
func ours(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid() && info.Mode()&0o022 == 0
}

// lock waits until nobody else starts or joins the service's container. The kernel lets go of it when the
// process ends.
func lock(ctx context.Context, dir, service string, atMost time.Duration) (unlock func(), err error) {
	path := filepath.Join(dir, service+".lock")
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	err = poll(ctx, atMost, func() (bool, error) {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if errors.Is(err, syscall.EWOULDBLOCK) || errors.Is(err, syscall.EINTR) {
			return false, nil
		}
		return err == nil, err
	})
	if err != nil {
		_ = f.Close() // only read
		if errors.Is(err, errTimeout) {
			err = fmt.Errorf("another process starts it since %s", atMost)
		}
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return func() { _ = f.Close() }, nil // nothing was written
}
