//go:build linux || darwin

package postgres

import (
	"errors"
	"net"
	"syscall"
)

// peek looks at what has arrived on a connection, without taking it and without waiting: the first byte,
// nothing, or that the other side has hung up. It costs a system call.
func peek(conn net.Conn) (first byte, hungUp bool) {
	if secure, ok := conn.(interface{ NetConn() net.Conn }); ok {
		return peekAt(secure.NetConn(), true)
	}
	return peekAt(conn, false)
}

func peekAt(conn net.Conn, encrypted bool) (first byte, hungUp bool) {
	raw, ok := conn.(syscall.Conn)
	if !ok {
		return 0, false
	}
	descriptor, err := raw.SyscallConn()
	if err != nil {
		return 0, true // it is closed
	}
	var buffer [1]byte
	var n int
	var failed error
	err = descriptor.Control(func(fd uintptr) {
		n, _, failed = syscall.Recvfrom(int(fd), buffer[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	})
	switch {
	case err != nil:
		return 0, true
	case errors.Is(failed, syscall.EAGAIN), errors.Is(failed, syscall.EINTR):
		return 0, false
	case failed != nil, n == 0:
		return 0, true
	case encrypted:
		return 0, false
	}
	return buffer[0], false
}
