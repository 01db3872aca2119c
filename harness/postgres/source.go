package postgres

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

// ErrUnavailable is in the chain of Open's error when no server is to be had in the way that was asked for,
// or in any: something to install or to start, where other errors are something to mend. A test may skip
// then.
var ErrUnavailable = embedded.ErrNoBinaries

// source is a server that answers, wherever it comes from.
type source interface {
	// URL is the address of a database to connect to, with all rights that are needed.
	URL() string
	// String says what it is, for people, without a password.
	String() string
	// Close lets go of the server within the context's time.
	Close(ctx context.Context) error
}

// given is a server that somebody else runs.
type given struct {
	address address
	origin  string
}

// openGiven finds out whether the server answers, so that the error can say which URL is at fault.
func openGiven(ctx context.Context, a address, origin string) (source, error) {
	g := given{address: a, origin: origin}
	config, err := a.config()
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", origin, err)
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		return nil, g.explain(err)
	}
	return g, conn.Close(ctx)
}

// explain adds to an error of connecting what a person can do about it.
func (g given) explain(err error) error {
	advice := fmt.Sprintf("start that server, correct %s, or leave it empty to take another Postgres", g.origin)
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "28P01", "28000":
			advice = "correct the user or the password in " + g.origin
		case "3D000":
			advice = fmt.Sprintf("name a database that exists in %s, such as postgres", g.origin)
		case "08P01":
			advice = "is it a connection pooler? Name the server behind it in " + g.origin + ": databases, locks and sessions are needed that stay"
		case "53300":
			advice = "the server has no connection to spare: raise max_connections, or end what uses them"
		}
	}
	return fmt.Errorf("connect to %s (from %s): %w: %s", g.address, g.origin, briefly(err), advice)
}

// connectError is an error of connecting without what pgx says before and after the cause: the address
// is told already, and each try of the same host fails the same way.
type connectError struct{ *pgconn.ConnectError }

func (e connectError) Error() string {
	var pg *pgconn.PgError
	var op *net.OpError
	switch {
	case errors.As(e.ConnectError, &pg):
		return pg.Error()
	case errors.As(e.ConnectError, &op):
		return op.Error()
	}
	return e.ConnectError.Unwrap().Error()
}

func (e connectError) Unwrap() error { return e.ConnectError }

func briefly(err error) error {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) && connect.Unwrap() != nil {
		return connectError{connect}
	}
	return err
}

// URL is the address that was given.
func (g given) URL() string { return string(g.address) }

// String is the address without its password.
func (g given) String() string { return fmt.Sprintf("Postgres at %s (from %s)", g.address, g.origin) }

// Place is where it is, without its password, and who said so.
func (g given) Place() string { return fmt.Sprintf("%s, from %s", g.address, g.origin) }

// Close does nothing: the server is somebody else's.
func (g given) Close(context.Context) error { return nil }
