package cli

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5/pgxpool"
	goredis "github.com/redis/go-redis/v9"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/telemetry"
)

// How long services may take to answer when the server starts, and to let go when it ends.
const (
	answerTime = 5 * time.Second
	letGoTime  = 5 * time.Second
)

// base is what a server stands on.
type base struct {
	pool   *pgxpool.Pool
	redis  goredis.UniversalClient // nil: Postgres holds what Redis would
	prefix string                  // of keys in Redis
	secret []byte
	about  string // lines for who started the server
	ends   []func() error
}

// close lets go of everything, the last first.
func (b *base) close(log *slog.Logger) error {
	var errs []error
	if b.pool != nil {
		errs = append(errs, closePool(b.pool, log))
	}
	for i := len(b.ends) - 1; i >= 0; i-- {
		errs = append(errs, b.ends[i]())
	}
	return errors.Join(errs...)
}

// closePool waits for connections that are in use, but not for those of a handler that hangs.
func closePool(pool *pgxpool.Pool, log *slog.Logger) error {
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		pool.Close()
	}()
	select {
	case <-closed:
	case <-time.After(letGoTime):
		log.Warn("connections to the database are still in use, and end with the process")
	}
	return nil
}

// openBase opens what the settings name, or makes it. The base is there to be closed also when there is an
// error.
func (a *app) openBase(ctx context.Context, s *serveSettings, spans *telemetry.Telemetry) (*base, error) {
	b := &base{secret: []byte(s.secret)}
	if s.database == "" {
		return b, a.makeBase(ctx, b, s, spans)
	}
	return b, a.takeBase(ctx, b, s, spans)
}

// makeBase makes a database for the time of the process, and an administrator whom everybody knows.
func (a *app) makeBase(ctx context.Context, b *base, s *serveSettings, spans *telemetry.Telemetry) error {
	db, err := postgres.Open(ctx, *a.database())
	if err != nil {
		return err
	}
	b.ends = append(b.ends, db.Close)
	made, drop, err := db.Database(ctx)
	if err != nil {
		return err
	}
	b.ends = append(b.ends, drop)
	if err := errors.Join(server.Populate(ctx, made), administrator(ctx, made)); err != nil {
		return err
	}
	address := made.Config().ConnString()
	if b.pool, err = openPool(ctx, address, s, spans); err != nil {
		return err
	}
	keys, err := redis.Open(ctx, redis.Config{URL: s.redis})
	if err != nil {
		return err
	}
	b.ends = append(b.ends, keys.Close)
	b.redis, b.prefix = keys.Client(), keys.Prefix()
	if len(b.secret) == 0 {
		// The key is known, as the password of the administrator is, so that hooks can make tokens for it.
		b.secret = []byte(hooks.Secret)
	}
	b.about = fmt.Sprintf("Its database is %s\nLog in as %s, password %s\nCtrl-C stops it and drops its database.\n",
		address, hooks.AdminEmail, hooks.AdminPassword)
	return nil
}

// administrator makes the account that serve prints.
func administrator(ctx context.Context, pool *pgxpool.Pool) error {
	admin := hooks.Admin()
	return factories.Insert(ctx, pool, gofakeit.New(1), &admin)
}

// takeBase takes a database that stays.
func (a *app) takeBase(ctx context.Context, b *base, s *serveSettings, spans *telemetry.Telemetry) error {
	if s.admin != "" && s.adminsWord != "" { // before anything is changed
		if err := (server.Administrator{Email: s.admin, Password: s.adminsWord}).Check(); err != nil {
			return fmt.Errorf("--admin and BAILIFF_ADMIN_PASSWORD: %w", err)
		}
	}
	if err := a.migrated(ctx, s); err != nil {
		return err
	}
	var err error
	if b.pool, err = openPool(ctx, s.database, s, spans); err != nil {
		return err
	}
	b.about = "Its database is " + redacted(s.database) + ", which stays\n"
	if !s.worker {
		if _, err := server.Begin(ctx, b.pool); err != nil {
			return err
		}
		said, err := firstAdministrator(ctx, b.pool, s)
		if err != nil {
			return err
		}
		b.about += said
	}
	if s.redis == "" {
		return nil
	}
	return b.takeRedis(ctx, s.redis)
}

// migrated makes sure that the tables of a database are those of this program.
func (a *app) migrated(ctx context.Context, s *serveSettings) (err error) {
	db, err := migrations.Open(ctx, migrations.Config{URL: s.database})
	if err != nil {
		return fmt.Errorf("%w: start that server, or correct --database or BAILIFF_DATABASE_URL", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if s.migrate {
		steps, err := db.Up(ctx)
		for _, step := range steps {
			fmt.Fprintf(a.stdout, "info: applied migration %s\n", step.Name)
		}
		if err != nil {
			return err
		}
	}
	status, err := db.Status(ctx)
	if err != nil {
		return err
	}
	pending := status.Pending()
	if len(pending) == 0 {
		// One that this program does not know is of a newer one, which stands on the same database while
		// servers are replaced one by one.
		return nil
	}
	return fmt.Errorf("the database is not up to date: %s to apply, the first is %s: run bailiff migrations up --database %s, or serve with --migrate",
		count(len(pending), "migration"), pending[0], redacted(s.database))
}

// firstAdministrator makes the administrator that was asked for, and says what is to be said about it.
func firstAdministrator(ctx context.Context, pool *pgxpool.Pool, s *serveSettings) (said string, err error) {
	if s.admin == "" {
		return "", nil
	}
	admin := server.Administrator{Email: s.admin, Password: s.adminsWord}
	if s.adminsWord == "" {
		admin.Password = strings.ToLower(rand.Text())
	}
	made, err := server.FirstAdministrator(ctx, pool, admin)
	switch {
	case err != nil:
		return "", err
	case !made:
		return "There is an administrator already\n", nil
	case s.adminsWord == "":
		return fmt.Sprintf("Log in as %s, password %s (it is not shown again)\n", admin.Email, admin.Password), nil
	}
	return fmt.Sprintf("Log in as %s, with the password in BAILIFF_ADMIN_PASSWORD\n", admin.Email), nil
}

// takeRedis connects to a Redis that stays. Its keys are those of all servers on it.
func (b *base) takeRedis(ctx context.Context, address string) error {
	o, err := goredis.ParseURL(address)
	if err != nil {
		return errors.New("--redis: this is no URL of a Redis: write redis://user:password@host:6379/0, rediss:// for TLS")
	}
	o.ContextTimeoutEnabled = true
	client := goredis.NewClient(o)
	b.ends = append(b.ends, client.Close)
	bounded, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	if err := client.Ping(bounded).Err(); err != nil {
		return fmt.Errorf("connect to Redis at %s: %w: start it, or correct --redis or BAILIFF_REDIS_URL", o.Addr, err)
	}
	b.redis = client
	return nil
}

// openPool opens connections to a database. Workers need some of their own, so that requests do not wait
// for jobs.
func openPool(ctx context.Context, address string, s *serveSettings, spans *telemetry.Telemetry) (*pgxpool.Pool, error) {
	config, err := poolConfig(address)
	if err != nil {
		return nil, err
	}
	if !strings.Contains(address, "pool_max_conns") {
		config.MaxConns = int32(max(4, runtime.NumCPU()))
		if !s.api {
			config.MaxConns += int32(s.jobs) + 3 // as server.WorkerConfig has it, and one to listen with
		}
	}
	config.ConnConfig.RuntimeParams["application_name"] = "bailiff serve"
	if spans != nil {
		config.ConnConfig.Tracer = spans.Queries()
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("connect to the database: %w", err)
	}
	return pool, nil
}

// poolConfig reads the address of a database. The error does not repeat it: it may hold a password.
func poolConfig(address string) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errors.New("this is no address of a database: write postgres://user:password@host:5432/name, with special characters percent-encoded")
	}
	if config.ConnConfig.ConnectTimeout == 0 {
		config.ConnConfig.ConnectTimeout = answerTime
	}
	return config, nil
}

// redacted is the address of a database as a URL without its password.
func redacted(address string) string {
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return "a database"
	}
	c := config.ConnConfig
	u := url.URL{Scheme: "postgres", User: url.User(c.User), Path: "/" + c.Database}
	if strings.HasPrefix(c.Host, "/") {
		u.RawQuery = url.Values{"host": {c.Host}, "port": {fmt.Sprint(c.Port)}}.Encode()
		return u.String()
	}
	u.Host = fmt.Sprintf("%s:%d", c.Host, c.Port)
	if strings.Contains(c.Host, ":") {
		u.Host = fmt.Sprintf("[%s]:%d", c.Host, c.Port)
	}
	return u.String()
}
