//go:build !linux && !darwin

package local

import (
	"context"
	"fmt"
	"runtime"
)

// Server is a running Redis; there is none on this operating system.
type Server struct{}

// Open says that the server does not run here.
func Open(context.Context, Config) (*Server, error) {
	return nil, fmt.Errorf("%w (bailiff runs none on %s)", ErrNoBinary, runtime.GOOS)
}

// Find says that the server does not run here.
func Find() (string, error) { return "", ErrNoBinary }

// URL is empty.
func (s *Server) URL() string { return "" }

// String is empty.
func (s *Server) String() string { return "" }

// Joined is false.
func (s *Server) Joined() bool { return false }

// Close does nothing.
func (s *Server) Close(context.Context) error { return nil }
