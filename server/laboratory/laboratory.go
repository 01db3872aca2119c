package laboratory

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/laboratory/evaluation"
	"github.com/bailiff-dev/bailiff/server/laboratory/instrument"
	"github.com/bailiff-dev/bailiff/server/password"
)

// DB is the database of a handler; pgx.Tx, *pgx.Conn and *pgxpool.Pool have it.
type DB interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Config configures a Laboratory. The zero value works.
type Config struct {
	// Password is what hashing a password costs. Zero: password.Default, which is for production.
	Password password.Params
	// Now is the clock. nil: time.Now.
	Now func() time.Time
	// Log takes what was refused, and errors of the server. nil: nothing is logged.
	Log *slog.Logger
	// Seed makes the noise of the instruments; zero means 1.
	Seed uint64
	// SessionLife is how long a session lasts; zero means 12 hours.
	SessionLife time.Duration
	// EvaluationTime is how long a function string may take; zero means 2 seconds.
	EvaluationTime time.Duration
	// EvaluationsPerMinute is how many function strings a user may send; zero means 120.
	EvaluationsPerMinute int
	// AttemptsPerMinute is how often one address may sign up or log in; zero means 20.
	AttemptsPerMinute int
}

func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.Seed == 0 {
		c.Seed = 1
	}
	if c.SessionLife <= 0 {
		c.SessionLife = 12 * time.Hour
	}
	if c.EvaluationTime <= 0 {
		c.EvaluationTime = 2 * time.Second
	}
	if c.EvaluationsPerMinute <= 0 {
		c.EvaluationsPerMinute = 120
	}
	if c.AttemptsPerMinute <= 0 {
		c.AttemptsPerMinute = 20
	}
	return c
}

// Laboratory is the laboratory without a database. It is safe for use by several goroutines.
type Laboratory struct {
	config Config
	docs   evaluation.Docs
	// functions is what every instrument's dictionary holds.
	functions []*evaluation.Function
	// hashing holds what hashes a password at this moment: each takes 19 MiB, and anybody may ask for it.
	hashing chan struct{}
	// nobody is the hash that a password is held against when there is no such user, so that both cases
	// take the same time.
	nobody string
}

// New returns the laboratory of a configuration.
func New(c Config) (*Laboratory, error) {
	l := &Laboratory{config: c.withDefaults(), hashing: make(chan struct{}, maxHashing)}
	var err error
	if l.docs, err = evaluation.ReadDocs(instrument.Source); err != nil {
		return nil, fmt.Errorf("laboratory: %w", err)
	}
	d, err := evaluation.NewDictionary(instrument.New(0), instrument.Private(), l.docs)
	if err != nil {
		return nil, fmt.Errorf("laboratory: %w", err)
	}
	l.functions = d.Functions()
	if l.nobody, err = password.Hash("nobody's password", c.Password); err != nil {
		return nil, fmt.Errorf("laboratory: %w", err)
	}
	return l, nil
}

// handler is the laboratory on one database.
type handler struct {
	*Laboratory
	db    DB
	bench *bench
}

// With returns the laboratory on a database. Instruments and limits are the handler's own: a test that makes a
// handler for each request finds nothing of the one before.
func (l *Laboratory) With(db DB) http.Handler {
	h := &handler{Laboratory: l, db: db, bench: l.newBench()}
	mux := http.NewServeMux()
	for path, f := range map[string]formFunc{
		"/signUp": h.signUp, "/validateLogin": h.validateLogin, "/logout": h.logout, "/evalFunctionString": h.evalFunctionString,
	} {
		mux.HandleFunc("POST "+path, h.form(f))
		mux.HandleFunc(path, h.wrongMethod("POST"))
	}
	for path, f := range map[string]http.Handler{
		"/functions": http.HandlerFunc(h.listFunctions), "/account": http.HandlerFunc(h.account), "/laboratory/": page(),
	} {
		mux.Handle("GET "+path, f)
		mux.HandleFunc(path, h.wrongMethod("GET, HEAD"))
	}
	guard := http.NewCrossOriginProtection()
	guard.SetDenyHandler(http.HandlerFunc(h.crossOrigin))
	return guard.Handler(mux)
}

// Serves reports whether a path is the laboratory's, for those who serve it beside something else.
func Serves(path string) bool {
	switch path {
	case "/signUp", "/validateLogin", "/logout", "/evalFunctionString", "/functions", "/account", "/laboratory":
		return true
	}
	return strings.HasPrefix(path, "/laboratory/")
}
