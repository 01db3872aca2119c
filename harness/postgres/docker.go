package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/testcontainers/testcontainers-go"
	module "github.com/testcontainers/testcontainers-go/modules/postgres"

	"github.com/bailiff-dev/bailiff/harness/internal/container"
	"github.com/bailiff-dev/bailiff/harness/postgres/internal/embedded"
)

const (
	// containerData is a folder in memory for the data folder, beside the volume that the image declares: where
	// that is differs from version to version.
	containerData = "/bailiff"
	// containerInitdb makes a cluster that compares text as the embedded one does.
	containerInitdb = "--encoding=UTF8 --locale=C --no-sync"
)

// containerSettings are those of the embedded server, as far as they make sense where clients come over a
// network. What the container holds goes with it, so nothing need survive a crash.
func containerSettings() []string {
	return []string{
		"fsync=off", "synchronous_commit=off", "full_page_writes=off", "wal_level=minimal", "max_wal_senders=0",
		"autovacuum=off", "jit=off", "shared_buffers=64MB", "max_connections=200", "max_parallel_workers_per_gather=0",
		"max_logical_replication_workers=0", "max_locks_per_transaction=256", "bgwriter_lru_maxpages=0",
		"checkpoint_timeout=3600", "log_checkpoints=off", "log_min_messages=log",
		// A container has 64 MB for segments of shared memory; files in the data folder are in memory too.
		"dynamic_shared_memory_type=mmap",
		"TimeZone=UTC", "log_timezone=UTC", "cluster_name=bailiff",
		// A client on another machine that is gone without a goodbye must not keep the container.
		"tcp_keepalives_idle=20", "tcp_keepalives_interval=5", "tcp_keepalives_count=4",
	}
}

// contained is a server in a container that all bailiff processes share. The connection that it holds is what
// keeps the container.
type contained struct {
	container *container.Container
	image     string
	url       address

	mu      sync.Mutex
	conn    *pgx.Conn
	version string
}

// openContainer starts a container with Postgres, or joins the one that runs. Who may connect knows the
// password, which lies in the cache folder of this user, and whoever may talk to the Docker daemon, which
// can do more than that. The error says what to do.
func openContainer(ctx context.Context, c Config) (source, error) {
	s, err := contain(ctx, c)
	if err != nil {
		return nil, err // and not a nil *contained, which is no nil source
	}
	return s, nil
}

func contain(ctx context.Context, c Config) (s *contained, err error) {
	if c.Image == "" {
		images := c.images()
		c.Image = images[len(images)-1]
	}
	secret, err := container.Secret(c.Cache, "postgres")
	if err != nil {
		return nil, err
	}
	env, err := containerEnvironment(secret)
	if err != nil {
		return nil, err
	}
	cmd := []string{"postgres"}
	for _, s := range containerSettings() {
		cmd = append(cmd, "-c", s)
	}
	s = &contained{image: c.Image}
	defer func() {
		if err != nil {
			clean, cancel := closing()
			defer cancel()
			err = errors.Join(err, s.Close(clean))
		}
	}()
	s.container, err = container.Open(ctx, container.Config{
		Service: "postgres", Image: c.Image, Port: 5432, Env: env, Cmd: cmd, Cache: c.Cache, Linger: c.Linger, Pull: true,
		Tmpfs: map[string]string{containerData: "rw,nosuid,nodev,noexec,mode=1777"},
		ImageAdvice: fmt.Sprintf("run docker pull %s or make postgres-image, name another image in %s, or choose another provider with %s=auto",
			c.Image, envImage, envProvider),
		Ready: func(ctx context.Context, at string) error { return s.join(ctx, containerAddress(at, secret)) },
		Log:   c.log,
	})
	return s, err
}

// containerEnvironment is what the image is told by environment variables. The module of testcontainers knows
// how they are called.
func containerEnvironment(secret string) (map[string]string, error) {
	var r testcontainers.GenericContainerRequest
	for _, option := range []testcontainers.ContainerCustomizer{
		module.WithUsername(embedded.Superuser), module.WithPassword(secret), module.WithDatabase("postgres"),
		testcontainers.WithEnv(map[string]string{"PGDATA": containerData + "/data", "POSTGRES_INITDB_ARGS": containerInitdb}),
	} {
		if err := option.Customize(&r); err != nil {
			return nil, fmt.Errorf("settle the container: %w", err)
		}
	}
	return r.Env, nil
}

func containerAddress(at, secret string) address {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(embedded.Superuser, secret), Host: at, Path: "/postgres",
		RawQuery: "sslmode=disable",
	}
	return address(u.String())
}

// join connects, and keeps the connection: from then on the container stays.
func (s *contained) join(ctx context.Context, at address) error {
	config, err := at.config()
	if err != nil {
		return err
	}
	conn, err := pgx.ConnectConfig(ctx, config)
	if err != nil {
		var pg *pgconn.PgError
		if errors.As(err, &pg) && pg.Code != "57P03" && pg.Code != "57P01" { // it starts, or it ends
			return fmt.Errorf("%w: %w", container.ErrRefused, briefly(err))
		}
		return briefly(err)
	}
	var one int
	if err := conn.QueryRow(ctx, "SELECT 1").Scan(&one); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.url, s.conn, s.version = at, conn, conn.PgConn().ParameterStatus("server_version")
	return nil
}

// URL is the address of a database to connect to as a superuser.
func (s *contained) URL() string { return string(s.url) }

// String says what runs, for people.
func (s *contained) String() string {
	return fmt.Sprintf("Postgres %s in the container %s (%s)", s.version, s.Place(), s.How())
}

// Place is where it runs.
func (s *contained) Place() string {
	return s.container.Name() + " of " + container.ShortImage(s.image)
}

// How says how this process came to use it: "started", or "joined" where another one had started it.
func (s *contained) How() string {
	if s.container.Started() {
		return "started"
	}
	return "joined"
}

// Keep has the container stay for a day after its last user left, so that people can look into its databases.
// docker rm --force with its name removes it.
func (s *contained) Keep(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conn == nil {
		return errors.New("the server is closed")
	}
	if _, err := s.conn.Exec(ctx, "COPY (SELECT 1) TO '"+container.KeepFile+"'"); err != nil {
		return fmt.Errorf("keep the container: %w", err)
	}
	return nil
}

// Close lets go of the container, which ends when nobody else uses it.
func (s *contained) Close(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	conn := s.conn
	s.conn = nil
	if conn == nil || conn.IsClosed() {
		return nil
	}
	_ = conn.Close(ctx) // also where the container is gone
	return nil
}
