package postgres

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
)

// address is where a server is, as a URL or as keywords and values. It may hold a password, so it
// is printed by String only.
type address string

func (a address) isURL() bool {
	return strings.HasPrefix(string(a), "postgres://") || strings.HasPrefix(string(a), "postgresql://")
}

// database returns the address of another database of the same server.
func (a address) database(name string) (address, error) {
	if !a.isURL() {
		return a + address(" dbname="+name), nil // the last of two values counts
	}
	u, err := a.parse()
	if err != nil {
		return "", err
	}
	u.Path, u.RawPath = "/"+name, ""
	q := u.Query()
	q.Del("dbname")
	q.Del("database")
	u.RawQuery = q.Encode()
	return address(u.String()), nil
}

// parse refuses a URL that can be read in two ways: pgx takes all before the last @ for user and password, where a
// URL's reader ends that at the first slash, question mark or number sign, and would take the rest of a
// password for something to print.
func (a address) parse() (*url.URL, error) {
	u, err := url.Parse(string(a))
	if err != nil || u.Fragment != "" || u.Host != "" && strings.Contains(u.EscapedPath()+u.RawQuery, "@") {
		return nil, errBadAddress
	}
	return u, nil
}

var passwordValue = regexp.MustCompile(`(?is)((?:ssl)?password\s*=\s*)('(?:[^'\\]|\\.)*'?|(?:[^\s\\]|\\.)+)`)

// String is the address without its password.
func (a address) String() string {
	if !a.isURL() {
		return passwordValue.ReplaceAllString(string(a), "${1}xxxxx")
	}
	u, err := a.parse()
	if err != nil {
		return "(not a URL)"
	}
	q := u.Query()
	for name := range q {
		if strings.Contains(strings.ToLower(name), "password") {
			q.Set(name, "xxxxx")
		}
	}
	u.RawQuery = q.Encode()
	return u.Redacted()
}

// errBadAddress does not repeat the address, which may hold a password.
var errBadAddress = errors.New("not an address of a Postgres server: it must look like " +
	"postgres://user:password@host:5432/database, with special characters percent-encoded")

// config returns how to connect. Canceling a context cancels the statement and not the connection:
// a request that is given up must not take its case along. Only where the server does not react
// within half a second is the connection closed.
func (a address) config() (*pgx.ConnConfig, error) {
	if a.isURL() {
		if _, err := a.parse(); err != nil && !strings.ContainsAny(string(a), "% ") { // pgx tells more about those
			return nil, err
		}
	}
	c, err := pgx.ParseConfig(string(a))
	if err != nil {
		var parse *pgconn.ParseConfigError
		if errors.As(err, &parse) && parse.Unwrap() != nil && !strings.Contains(parse.Unwrap().Error(), "parse") {
			return nil, fmt.Errorf("%w (%w)", errBadAddress, parse.Unwrap())
		}
		return nil, errBadAddress
	}
	setSession(&c.Config)
	return c, nil
}

// setSession gives all connections the same session, whatever the server's own defaults are.
func setSession(c *pgconn.Config) {
	if c.ConnectTimeout == 0 {
		c.ConnectTimeout = 10 * time.Second
	}
	params := map[string]string{
		"application_name":                    "bailiff",
		"timezone":                            "UTC",
		"idle_in_transaction_session_timeout": "0", // a hook may wait in a debugger
	}
	for name, value := range params {
		if _, set := c.RuntimeParams[name]; !set {
			c.RuntimeParams[name] = value
		}
	}
	c.BuildContextWatcherHandler = func(conn *pgconn.PgConn) ctxwatch.Handler {
		return &pgconn.CancelRequestContextWatcherHandler{Conn: conn, DeadlineDelay: 500 * time.Millisecond}
	}
}
