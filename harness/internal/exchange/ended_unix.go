//go:build linux || darwin || freebsd || netbsd || openbsd || dragonfly

package exchange

import (
	"net"
	"syscall"
)

const canTellEnd = true

// ended reports that the other side has closed a connection on which nothing is under way. net/http learns
// of it too, but maybe a moment after it has sent the next request.
func ended(c net.Conn) bool {
	s, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	end := false
	err = raw.Control(func(fd uintptr) { // which does not wait for net/http, that reads meanwhile
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK)
		end = n == 0 && err == nil
	})
	return end && err == nil
}
