package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/drift"
	"github.com/bailiff-dev/bailiff/server/password"
	"github.com/bailiff-dev/bailiff/server/telemetry"
	"github.com/bailiff-dev/bailiff/server/web"
)

// driftSeed is the one that demo has when none is named.
const driftSeed = 1

// flushTime bounds how long the last spans may take to a collector at the end.
const flushTime = 2 * time.Second

func (a *app) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the reference server alone",
		Long: `serve runs the reference server. Without --database it has a database of its own, which is dropped
when the server stops. The roles, permissions and settings of a new site are there, and an
administrator to log in with; serve prints who.

With --database it stands on a database that stays, for real use. Its tables are those of bailiff
migrations up; BAILIFF_SECRET, of at least 32 bytes, is the key that tokens are signed with; and
--admin makes the first administrator, with the password in BAILIFF_ADMIN_PASSWORD or one that is
printed once.

Every option can be given by the variable that stands beside it, too; an option wins over its
variable. docs/serve.md tells how to run it under systemd and on Kubernetes.`,
		Example: `  bailiff serve
  bailiff serve --database postgres://me@localhost/site --migrate --admin me@example.com
  bailiff serve --database postgres://me@localhost/site --worker`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			s, err := readServeSettings(cmd.Flags(), os.Getenv)
			if err != nil {
				return err
			}
			return a.serveWith(cmd.Context(), s)
		},
	}
	registerServeOptions(cmd.Flags())
	return cmd
}

// serveWith serves as the settings say until ctx ends, and takes back what it made.
func (a *app) serveWith(ctx context.Context, s *serveSettings) (err error) {
	log := a.serveLog(s)
	l, err := listen(ctx, s)
	if err != nil {
		return err
	}
	if l != nil {
		defer func() { _ = l.Close() }() // closed by Serve already when all went well
	}
	spans, err := openTelemetry(ctx, s, log)
	if err != nil {
		return err
	}
	defer func() {
		bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
		defer cancel()
		spans.Close(bounded)
	}()
	base, err := a.openBase(ctx, s, spans)
	defer func() { err = errors.Join(err, base.close(log)) }()
	if err != nil {
		return err
	}
	run := &service{settings: s, log: log, listener: l, spans: spans, base: base}
	if err := a.sayWhere(run); err != nil {
		return err
	}
	return run.until(ctx)
}

// sayWhere prints where the server is, and what it stands on.
func (a *app) sayWhere(run *service) error {
	text := ""
	switch {
	case run.listener == nil:
		text = "A worker of the reference API runs\n"
	case run.settings.worker:
		text = "A worker of the reference API runs; its probes are at " + run.url() + "\n"
	default:
		text = "The reference API listens at " + run.url() + "\n"
	}
	if _, err := fmt.Fprint(a.stdout, text+run.base.about); err != nil {
		return fmt.Errorf("say where the server listens: %w", err)
	}
	return nil
}

// serveLog is the log of a server, on standard error.
func (a *app) serveLog(s *serveSettings) *slog.Logger {
	options := &slog.HandlerOptions{Level: s.logLevel}
	if s.logJSON {
		return slog.New(web.NewLogHandler(slog.NewJSONHandler(a.stderr, options), telemetry.Attrs))
	}
	return slog.New(web.NewLogHandler(slog.NewTextHandler(a.stderr, options), telemetry.Attrs))
}

// service is what runs: a server, a worker, or both.
type service struct {
	settings *serveSettings
	log      *slog.Logger
	listener *place // nil: nothing listens
	spans    *telemetry.Telemetry
	base     *base
}

// until runs until ctx ends or something breaks, and lets what is under way end.
func (r *service) until(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	if r.worksInBackground() {
		worker := server.NewWorker(r.base.pool, server.WorkerConfig{
			Concurrency: r.settings.jobs, Grace: r.settings.web.ShutdownTime, Log: r.log,
		})
		group.Go(func() error {
			err := worker.Run(ctx)
			if ctx.Err() != nil && errors.Is(err, context.Canceled) {
				return nil // it was asked to end before it had begun
			}
			return err
		})
	}
	if r.listener != nil {
		group.Go(func() error { return web.New(r.web()).Serve(ctx, r.listener) })
	}
	return group.Wait()
}

func (r *service) worksInBackground() bool { return !r.settings.api }

// web is the configuration of the HTTP server.
func (r *service) web() web.Config {
	c := r.settings.web
	c.Log, c.Probes, c.Refusal = r.log, probes, refusal
	if r.spans != nil {
		c.Trace = r.spans.Handler
	}
	api := server.New(r.apiConfig())
	c.Draining = api.Drain
	handler := api.With(r.base.pool, server.KeyPrefix(r.base.prefix))
	if r.settings.worker {
		handler = only(handler, probes)
	}
	if r.settings.drift {
		handler = drift.Wrap(handler, driftSeed)
	}
	c.Handler = handler
	return c
}

func (r *service) apiConfig() server.Config {
	jobs := server.JobsQueued
	if r.settings.api && r.settings.database == "" {
		jobs = server.JobsInline // nobody else knows the database
	}
	return server.Config{
		Secret: r.base.secret, Password: password.Default(), Log: r.log,
		Redis: r.base.redis, Jobs: jobs, MaxBody: r.settings.maxBody,
	}
}
