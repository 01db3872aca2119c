package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/password"
)

// DB is the database that a handler works on: what pgx.Tx, *pgx.Conn and *pgxpool.Pool have in
// common. Begin nests: inside a transaction it makes a savepoint.
type DB interface {
	Begin(ctx context.Context) (pgx.Tx, error)
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
}

// defaultMaxBody is plenty for a document of one object, and nothing to fill a memory with.
const defaultMaxBody = 1 << 20

// Config configures a Server. The zero value works.
type Config struct {
	// Secret is the key that tokens are signed with; at least 32 bytes are wise. Empty: a random
	// one, so that tokens end with the process.
	Secret []byte
	// Password is what hashing a password costs. Zero: password.Default, which is for production.
	Password password.Params
	// Now is the clock. nil: time.Now.
	Now func() time.Time
	// Log takes requests that ended in an error of the server, and at level debug all others. nil:
	// nothing is logged.
	Log *slog.Logger
	// MaxBody is how many bytes the body of a request may have. Zero: 1 MiB.
	MaxBody int64
}

// Server is the API without a database. It is safe for use by several goroutines.
type Server struct {
	config Config
	engine *engine.Engine
	router *router
	// bodies are buffers of answers that were written, as *[]byte.
	bodies sync.Pool
}

// New returns the server of a configuration.
func New(c Config) *Server {
	if len(c.Secret) == 0 {
		c.Secret = make([]byte, 32)
		rand.Read(c.Secret) // never fails: crypto/rand ends the process instead
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.MaxBody <= 0 {
		c.MaxBody = defaultMaxBody
	}
	s := &Server{config: c, router: &router{}}
	s.engine = engine.New(
		s.users(),
		events(),
		eventTopics(),
		eventSubTopics(),
		eventTypes(),
		tracks(),
		microlocations(),
		sessionTypes(),
		sponsors(),
		roles(),
		services(),
		eventRolePermissions(),
		customSystemRoles(),
		panelPermissions(),
		userPermissions(),
		speakersCalls(),
		customForms(),
		usersEventsRoles(),
		roleInvites(),
		settings(),
		sessions(),
		speakers(),
		customPlaceholders(),
		notifications(),
		emailNotifications(),
		eventInvoices(),
		accessCodes(),
		discountCodes(),
	)
	for _, r := range s.engine.Routes() {
		s.router.add(r.Method, r.Pattern, s.document(r.Handle), r.Unlisted)
	}
	for _, r := range s.plainRoutes() {
		s.router.add(r.method, r.pattern, r.serve, false)
	}
	return s
}

// With returns the API on a database. It costs nothing; a test may call it for each request with the
// transaction that the request shall run in. The handler answers requests one at a time when the
// database is a transaction, and any number when it is a pool.
func (s *Server) With(db DB) http.Handler { return &handler{Server: s, db: db} }

// Route is a method and a pattern of paths that the API serves. Variables of a pattern stand in
// braces: /v1/event-topics/{id}/events. HEAD is served wherever GET is.
type Route struct{ Method, Pattern string }

// Routes are all routes, in alphabetical order of their patterns.
func (s *Server) Routes() []Route { return s.router.list() }
