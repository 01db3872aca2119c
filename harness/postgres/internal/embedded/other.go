//go:build !linux && !darwin

package embedded

import (
	"context"
	"errors"
	"fmt"
	"runtime"
)

// ErrNoBinaries tells that no Postgres to run was found.
var ErrNoBinaries = errors.New("no Postgres binaries found")

// Server is a running Postgres; there is none on this operating system.
type Server struct{}

// Open says that the embedded Postgres does not run here.
func Open(context.Context, Config) (*Server, error) {
	return nil, fmt.Errorf("the embedded Postgres does not run on %s: set BAILIFF_POSTGRES_URL to a server of your own",
		runtime.GOOS)
}

// URL is empty.
func (s *Server) URL() string { return "" }

// String is empty.
func (s *Server) String() string { return "" }

// How is empty.
func (s *Server) How() string { return "" }

// Gone is true: there never is one.
func (s *Server) Gone() bool { return true }

// Home is empty.
func (s *Server) Home() string { return "" }

// Memory is empty.
func (s *Server) Memory() string { return "" }

// LogTail is empty.
func (s *Server) LogTail() string { return "" }

// Close does nothing.
func (s *Server) Close(context.Context) error { return nil }
