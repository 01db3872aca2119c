package server

import (
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// unreachable reports whether an error says that there is no database to ask, or that it went away in the middle:
// whoever tries again later may be served, so it is no error of this server's.
func unreachable(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch pg.Code {
		case "57P01", "57P02", "57P03", "53300": // it shuts down, has crashed, starts, or has no connection left
			return true
		}
		return strings.HasPrefix(pg.Code, "08") // connection exceptions
	}
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	// The end of a connection in the middle of an answer, and one that has ended before a question was sent.
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.Is(err, net.ErrClosed) || pgconn.SafeToRetry(err)
}

// noDatabase is the error of a request that cannot be served because of it.
func noDatabase() *jsonapi.Error {
	return &jsonapi.Error{
		Status: http.StatusServiceUnavailable, Title: "Service Unavailable", Detail: "The database does not answer at the moment. Try again soon.",
		Header: http.Header{"Retry-After": {strconv.Itoa(int(retryAfter.Seconds()))}},
	}
}
