package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bailiff-dev/bailiff/server/internal/health"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// What the checks say, in the words of Open Event where it has them.
const (
	databaseOK      = "database ok"
	databaseLost    = "Error connecting to database"
	migrationsOK    = "database up to date with migrations"
	migrationsLate  = "database out of date with migrations"
	modelLate       = "%s model out of date with migrations"
	workersOK       = "workers ok"
	workersInline   = "workers not needed"
	workersLost     = "No running workers were found."
	workersUnknown  = "workers not ok"
	redisOK         = "redis ok"
	redisUnset      = "redis not configured"
	redisLost       = "cannot connect to redis server"
	shuttingDown    = "the server is shutting down"
	livenessText    = "ok\n"
	readinessMemory = time.Second
)

// The names of the checks. Open Event's check of workers has the name of Celery.
const (
	checkWorkers    = "health_check_workers"
	checkDatabase   = "health_check_db"
	checkMigrations = "health_check_migrations"
	checkRedis      = "health_check_redis"
	checkShutdown   = "health_check_shutdown"
)

// healthRoutes are those that tell whether the server, and what it stands on, is well. They run in no
// transaction, since they have to answer without a database.
func (s *Server) healthRoutes() []plainRoute {
	return []plainRoute{
		{http.MethodGet, "/health-check", s.healthCheck},
		{http.MethodGet, "/healthz", s.alive},
		{http.MethodGet, "/readyz", s.ready},
	}
}

// Drain makes the server say that it is not ready, so that no more requests are sent to it. It goes on answering
// those that are.
func (s *Server) Drain() { s.draining.Store(true) }

// healthCheck reports how everything is. People and monitors ask for it.
func (s *Server) healthCheck(x *exchange) (*reply, error) {
	return told(x.report(x.monitors().full), http.StatusInternalServerError), nil
}

// alive says that the process answers, whatever it stands on: it is not for the better when a process is
// started anew because its database is away.
func (s *Server) alive(*exchange) (*reply, error) {
	answer := &reply{status: http.StatusOK, header: http.Header{}, mediaType: "text/plain; charset=utf-8", body: []byte(livenessText)}
	answer.header.Set("Cache-Control", "no-store")
	return answer, nil
}

// ready says whether requests can be served.
func (s *Server) ready(x *exchange) (*reply, error) {
	if s.draining.Load() {
		now := health.Seconds(x.now)
		report := &health.Report{Status: health.Failure, Timestamp: now, Hostname: s.config.Hostname}
		report.Add(health.Result{Output: shuttingDown, Checker: checkShutdown, Timestamp: now, Expires: now})
		return told(report, http.StatusServiceUnavailable), nil
	}
	return told(x.report(x.monitors().ready), http.StatusServiceUnavailable), nil
}

// report is what a monitor says. A request with Cache-Control: no-cache (RFC 9111, section 5.2.1.4) wants to hear
// nothing that was found out before.
func (x *exchange) report(m *health.Monitor) *health.Report {
	if strings.Contains(strings.ToLower(x.http.Header.Get("Cache-Control")), "no-cache") {
		return m.Fresh(x.http.Context())
	}
	return m.Report(x.http.Context())
}

// told is the answer with a report.
func told(report *health.Report, failed int) *reply {
	status := http.StatusOK
	if !report.Passed() {
		status = failed
	}
	answer := plain(status, report)
	answer.header.Set("Cache-Control", "no-store")
	return answer
}

// monitors are the checks of one handler: what it stands on is its own.
type monitors struct {
	// full is for /health-check, whose results count as long as those of Open Event.
	full *health.Monitor
	// ready is for /readyz, which a load balancer relies on: its results are shared by those who ask at the same
	// time, and are soon old.
	ready *health.Monitor
}

// monitor makes the checks.
func (h *handler) monitor() *monitors {
	_, pool := h.db.(*pgxpool.Pool)
	c := health.Config{Now: h.config.Now, Hostname: h.config.Hostname, OneByOne: !pool, Log: h.config.Log}
	database := health.Check{Name: checkDatabase, Run: h.checkDatabase, Late: databaseLost}
	redis := health.Check{Name: checkRedis, Run: h.checkRedis, Late: redisLost}
	m := &monitors{full: health.New(
		c,
		health.Check{Name: checkWorkers, Run: h.checkWorkers, Late: workersUnknown},
		database,
		health.Check{Name: checkMigrations, Run: h.checkMigrations, Late: databaseLost},
		redis,
	)}
	c.Passed, c.Failed = readinessMemory, readinessMemory
	m.ready = health.New(c, database, health.Check{Name: checkMigrations, Run: h.checkServable, Late: databaseLost}, redis)
	return m
}

// apart runs something so that what fails in it leaves a transaction usable that the handler may be in.
func (h *handler) apart(ctx context.Context, do func(db DB) error) error {
	if _, pool := h.db.(*pgxpool.Pool); pool {
		return do(h.db)
	}
	tx, err := h.db.Begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // nothing was written
	return do(tx)
}

// checkDatabase asks the database whether it answers.
func (h *handler) checkDatabase(ctx context.Context) (bool, string) {
	err := h.apart(ctx, func(db DB) error {
		_, err := db.Exec(ctx, "SELECT 1")
		return err
	})
	if err != nil {
		h.config.Log.ErrorContext(ctx, "health check of the database", "error", err)
		return false, databaseLost
	}
	return true, databaseOK
}

// checkMigrations holds the database against what this program needs, in both ways: a revision that is not the
// highest is told before what is missing because of it.
func (h *handler) checkMigrations(ctx context.Context) (bool, string) {
	return h.holdMigrations(ctx, func(migrations.Problem) bool { return true })
}

// checkServable is checkMigrations without migrations that this program does not have: while a new version is
// rolled out, the database is ahead of the old one, which can serve as long as it finds its columns.
func (h *handler) checkServable(ctx context.Context) (bool, string) {
	return h.holdMigrations(ctx, func(p migrations.Problem) bool { return !p.Unknown })
}

func (h *handler) holdMigrations(ctx context.Context, counts func(migrations.Problem) bool) (bool, string) {
	var problems []migrations.Problem
	err := h.apart(ctx, func(db DB) error {
		var err error
		problems, err = migrations.Check(ctx, db, h.columns())
		return err
	})
	if err != nil {
		h.config.Log.ErrorContext(ctx, "health check of migrations", "error", err)
		return false, databaseLost
	}
	for _, p := range problems {
		if !counts(p) {
			continue
		}
		h.config.Log.ErrorContext(ctx, "health check of migrations", "problem", p.Text, "problems", len(problems))
		if p.Table == "" {
			return false, migrationsLate
		}
		return false, fmt.Sprintf(modelLate, p.Model)
	}
	return true, migrationsOK
}

// checkWorkers asks whether somebody does the work that requests leave behind.
func (h *handler) checkWorkers(ctx context.Context) (bool, string) {
	if h.config.Jobs != JobsQueued {
		return true, workersInline
	}
	var workers WorkerStatus
	err := h.apart(ctx, func(db DB) error {
		var err error
		workers, err = Workers(ctx, db, h.config.Now())
		return err
	})
	switch {
	case err != nil:
		h.config.Log.ErrorContext(ctx, "health check of workers", "error", err)
		return false, workersUnknown
	case workers.Alive == 0:
		h.config.Log.ErrorContext(ctx, "health check of workers", "alive", 0, "seen", workers.Seen,
			"waiting", workers.Waiting, "oldest", workers.Oldest)
		return false, workersLost
	}
	return true, workersOK
}

// checkRedis asks Redis whether it answers.
func (h *handler) checkRedis(ctx context.Context) (bool, string) {
	if h.config.Redis == nil {
		return true, redisUnset
	}
	if err := h.config.Redis.Ping(ctx).Err(); err != nil {
		h.config.Log.ErrorContext(ctx, "health check of Redis", "error", err)
		return false, redisLost
	}
	return true, redisOK
}
