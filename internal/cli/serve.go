package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/drift"
	"github.com/bailiff-dev/bailiff/server/password"
)

// driftSeed is the one that demo has when none is named.
const driftSeed = 1

// shutdownTime is how long requests that are under way may take to end after Ctrl-C.
const shutdownTime = 500 * time.Millisecond

func (a *app) serve() *cobra.Command {
	var address string
	var withDrift bool
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Run the reference server alone",
		Long: `serve runs the reference server on a database of its own, which is dropped when the
server stops. The roles, permissions and settings of a new site are there, and an administrator to
log in with; serve prints who.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return a.serveAt(cmd.Context(), address, withDrift) },
	}
	cmd.Flags().StringVar(&address, "address", "127.0.0.1:8080", "where to listen: `host:port`")
	cmd.Flags().BoolVar(&withDrift, "with-drift", false, "let the server drift from its documentation, as demo --with-drift does")
	return cmd
}

func (a *app) serveAt(ctx context.Context, address string, withDrift bool) (err error) {
	var listen net.ListenConfig
	l, err := listen.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program listens at %s: stop it, or choose another port with --address", address)
	}
	if err != nil {
		return fmt.Errorf("listen at %s: %w; choose another place with --address", address, err)
	}
	defer func() { _ = l.Close() }() // closed by Shutdown already when all went well
	db, err := postgres.Open(ctx, *a.database())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	pool, drop, err := db.Database(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop()) }()
	if err := errors.Join(server.Populate(ctx, pool), administrator(ctx, pool)); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(a.stderr, nil))
	// The key is known, as the password of the administrator is, so that hooks can make tokens for it.
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Default(), Log: log})
	_, err = fmt.Fprintf(a.stdout, "The reference API listens at http://%s\nIts database is %s\nLog in as %s, password %s\nCtrl-C stops it and drops its database.\n",
		l.Addr(), pool.Config().ConnString(), hooks.AdminEmail, hooks.AdminPassword)
	if err != nil {
		return fmt.Errorf("say where the server listens: %w", err)
	}
	handler := api.With(pool)
	if withDrift {
		handler = drift.Wrap(handler, driftSeed)
	}
	return serveUntil(ctx, l, handler)
}

// administrator makes the account that serve prints.
func administrator(ctx context.Context, pool *pgxpool.Pool) error {
	admin := hooks.Admin()
	return factories.Insert(ctx, pool, gofakeit.New(1), &admin)
}

// serveUntil serves until ctx ends, and then lets requests under way finish for a moment.
func serveUntil(ctx context.Context, l net.Listener, h http.Handler) error {
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	served := make(chan error, 1)
	go func() { served <- s.Serve(l) }()
	select {
	case err := <-served:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	bounded, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if s.Shutdown(bounded) != nil { // some requests take longer than that
		return s.Close()
	}
	return nil
}
