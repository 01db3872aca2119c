//go:build linux || darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"
	"time"
)

// lockFile opens a file to lock it. The descriptor is close-on-exec, so no child keeps the lock.
func lockFile(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_CREATE|os.O_RDWR|syscall.O_NOFOLLOW, 0o600)
}

// tryLock takes an flock (LOCK_SH or LOCK_EX) if it is free.
func tryLock(f *os.File, how int) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
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

// waitLock takes an flock when it gets free. It asks again and again, since a flock that waits
// cannot be given up when the context ends.
func waitLock(ctx context.Context, f *os.File, how int, atMost time.Duration) error {
	return poll(ctx, atMost, func() (bool, error) { return tryLock(f, how) })
}

// errTimeout tells that what was waited for did not come.
var errTimeout = errors.New("timed out")

// poll asks until the answer is yes, or an error, at growing intervals of at most 10 ms. What is
// waited for is done by other processes, which can only be asked.
func poll(ctx context.Context, atMost time.Duration, ask func() (bool, error)) error {
	deadline := time.Now().Add(atMost)
	for pause := 500 * time.Microsecond; ; pause = min(2*pause, 10*time.Millisecond) {
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
