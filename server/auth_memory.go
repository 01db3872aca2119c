package server

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// memory is what servers that share a secret remember together for a while: the logins that were ended,
// and how often somebody did what is limited. There are two, memoryRows in Postgres and memoryKeys in
// Redis.
//
// An error that is an *unavailable says that the memory cannot be asked at the moment.
type memory interface {
	// revoked looks for identifiers of a token among those that were revoked. Where the query of its user
	// can do that on the way, for no round trip of its own, it says which to look for in revoked_tokens.
	revoked(x *exchange, ids []string) (void bool, rows []string, err error)
	// revoke makes all tokens void that have an identifier, for as long as one of them could be good.
	revoke(x *exchange, id string) error
	// count counts the request against all of the limits, unless it exceeds one: then it counts against
	// none, and wait is how long to wait until it would not. Requests that come at the same time
	// cannot exceed a limit together.
	count(x *exchange, limits []limit) (wait time.Duration, err error)
	// uncount takes back what count did for this request.
	uncount(x *exchange, limits []limit) error
}

// revokedLife is how long a login is remembered that was ended: as long as its refresh token could be good.
const revokedLife = refreshLife + clockSkew

// unavailable says that the memory cannot be asked. A token that may have been revoked is not accepted
// then, and nobody logs in: whoever got a token could not use it, and passwords could be tried without a
// limit by whoever brings Redis down.
type unavailable struct{ cause error }

// retryAfter is when the memory is asked again after it could not be.
const retryAfter = time.Second

const unavailableMessage = "The server cannot tell at the moment whether a token is good. Try again soon."

func (e *unavailable) Error() string {
	return "the memory of tokens and logins is unavailable: " + e.cause.Error()
}
func (e *unavailable) Unwrap() error { return e.cause }

func (e *unavailable) header() http.Header {
	return http.Header{"Retry-After": {strconv.Itoa(int(retryAfter.Seconds()))}}
}

// inDocument is an error as routes answer it that speak JSON:API.
func inDocument(err error) error {
	if gone, ok := errors.AsType[*unavailable](err); ok {
		return &jsonapi.Error{
			Status: http.StatusServiceUnavailable, Title: "Service Unavailable", Detail: unavailableMessage, Header: gone.header(),
		}
	}
	return err
}

// inPlain is an answer of routes that speak plain JSON.
func (e *unavailable) inPlain() *reply {
	answer := plainFailure(&jsonapi.Plain{Status: http.StatusServiceUnavailable, Message: unavailableMessage})
	for name, values := range e.header() {
		answer.header[name] = values
	}
	return answer
}

// memoryRows remembers in Postgres, in the transaction of the request: what a request that fails has
// counted is forgotten with everything else that it did, so requests that shall count answer with a reply.
type memoryRows struct{}

func (memoryRows) revoked(_ *exchange, ids []string) (bool, []string, error) { return false, ids, nil }

// What the database remembers is good for as long as a token could be, and then goes with a later logout.
func (memoryRows) revoke(x *exchange, id string) error {
	ctx := x.http.Context()
	_, err := x.db.Exec(ctx, `INSERT INTO revoked_tokens (id, expires_at) VALUES ($1::text, $2::timestamptz)
		ON CONFLICT (id) DO UPDATE SET expires_at = greatest(revoked_tokens.expires_at, EXCLUDED.expires_at)`,
		id, x.now.Add(revokedLife))
	if err == nil {
		_, err = x.db.Exec(ctx, "DELETE FROM revoked_tokens WHERE expires_at < $1::timestamptz", x.now)
	}
	if err != nil {
		return fmt.Errorf("revoke token: %w", err)
	}
	return nil
}

// The count is in the database, so that servers share it, and requests that run at the same time wait for
// each other.
func (memoryRows) count(x *exchange, limits []limit) (time.Duration, error) {
	ctx := x.http.Context()
	for _, l := range limits {
		_, err := x.db.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended($1::text, 0))", l.action+" "+l.caller)
		var hits int
		var first *time.Time
		if err == nil {
			err = x.db.QueryRow(ctx, `SELECT count(*), min(hit_at) FROM rate_limit_hits
				WHERE action = $1::text AND caller = $2::text AND hit_at > $3::timestamptz`,
				l.action, l.caller, x.now.Add(-l.per)).Scan(&hits, &first)
		}
		if err != nil {
			return 0, fmt.Errorf("count requests: %w", err)
		}
		if hits >= l.most {
			return first.Add(l.per).Sub(x.now), nil
		}
	}
	for _, l := range limits {
		_, err := x.db.Exec(ctx, "INSERT INTO rate_limit_hits (action, caller, hit_at) VALUES ($1::text, $2::text, $3::timestamptz)",
			l.action, l.caller, x.now)
		if err != nil {
			return 0, fmt.Errorf("count request: %w", err)
		}
	}
	if _, err := x.db.Exec(ctx, "DELETE FROM rate_limit_hits WHERE hit_at <= $1::timestamptz", x.now.Add(-longestLimit)); err != nil {
		return 0, fmt.Errorf("forget requests: %w", err)
	}
	return 0, nil
}

func (memoryRows) uncount(x *exchange, limits []limit) error {
	for _, l := range limits {
		_, err := x.db.Exec(x.http.Context(), `DELETE FROM rate_limit_hits WHERE id = (SELECT max(id) FROM rate_limit_hits
			WHERE action = $1::text AND caller = $2::text AND hit_at = $3::timestamptz)`, l.action, l.caller, x.now)
		if err != nil {
			return fmt.Errorf("uncount request: %w", err)
		}
	}
	return nil
}
