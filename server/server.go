package server

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/redis/go-redis/v9"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/queue"
	"github.com/bailiff-dev/bailiff/server/laboratory"
	"github.com/bailiff-dev/bailiff/server/migrations"
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
	// Redis holds the tokens that were revoked, and the counts of what is limited. While it does not
	// answer, tokens are not accepted and nobody logs in (503). nil: Postgres does.
	Redis redis.UniversalClient
	// Logins says how often somebody may try to log in. The zero value has limits.
	Logins LoginLimits
	// Jobs says when background work is carried out. Empty: JobsInline.
	Jobs Jobs
	// Hostname is what the health check calls this machine. Empty: what the machine calls itself.
	Hostname string
	// MaxBody is how many bytes the body of a request may have. Zero: 1 MiB.
	MaxBody int64
}

// Server is the API without a database. It is safe for use by several goroutines.
type Server struct {
	config Config
	engine *engine.Engine
	router *router
	memory memory
	// columns are all that the server reads or writes, found once.
	columns func() []migrations.Table
	// draining says that the server shuts down.
	draining atomic.Bool
	// laboratory is the second API, made when it is first asked for.
	laboratory func() (*laboratory.Laboratory, error)
	// bodies are buffers of answers that were written, as *[]byte.
	bodies sync.Pool
	// queue takes what is done beside requests.
	queue func() (*queue.Queue, error)
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
	if c.Hostname == "" {
		c.Hostname, _ = os.Hostname() // "" where the machine has none
	}
	c.Logins = c.Logins.withDefaults()
	s := &Server{config: c, router: &router{}, memory: memoryRows{}, laboratory: newLaboratory(c)}
	if c.Redis != nil {
		s.memory = newMemoryKeys(c.Redis, c.Log)
	}
	s.queue = sync.OnceValues(func() (*queue.Queue, error) { return queue.New(c.Log) })
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
	s.columns = sync.OnceValue(s.gatherColumns)
	for _, r := range s.engine.Routes() {
		s.router.add(r.Method, r.Pattern, transacted(s.document(r.Handle)), r.Unlisted)
	}
	for _, r := range slices.Concat(s.plainRoutes(), s.exportRoutes()) {
		s.router.add(r.method, r.pattern, transacted(r.serve), false)
	}
	for _, r := range s.healthRoutes() {
		s.router.add(r.method, r.pattern, r.serve, false)
	}
	return s
}

// With returns the API on a database. It costs nothing; a test may call it for each request with the
// transaction that the request shall run in. The handler answers requests one at a time when the
// database is a transaction, and any number when it is a pool.
func (s *Server) With(db DB, options ...Option) http.Handler {
	h := &handler{Server: s, db: db}
	h.monitors = sync.OnceValue(h.monitor)
	h.remote = sync.OnceValue(h.onDatabase)
	for _, o := range options {
		o(h)
	}
	return h
}

// Option says how a handler differs from the others of its server.
type Option func(*handler)

// KeyPrefix begins the names of all keys that the handler has in Redis, so that what one handler knows is
// unknown to the others.
func KeyPrefix(prefix string) Option { return func(h *handler) { h.prefix = prefix } }

// Route is a method and a pattern of paths that the API serves. Variables of a pattern stand in
// braces: /v1/event-topics/{id}/events. HEAD is served wherever GET is.
type Route struct{ Method, Pattern string }

// Routes are all routes, in alphabetical order of their patterns.
func (s *Server) Routes() []Route { return s.router.list() }
