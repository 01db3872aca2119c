package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/hooks"
)

// databaseVariable names the database of the server under test, for commands that Dredd starts.
const databaseVariable = "BAILIFF_DATABASE"

func (a *app) hooks() *cobra.Command {
	var host, database string
	var port uint16
	cmd := &cobra.Command{
		Use:   "hooks [HOOKFILE...]",
		Short: "Run the reference API's hooks for Dredd",
		Long: `hooks is a hook handler for Dredd: it answers what Dredd asks with the hooks of the reference
API, which are written in Go. Before each transaction it empties the database of the server under
test, so that the hooks seed a clean one; give it a database that may be emptied.

The hook files that Dredd names are not read: these hooks are part of bailiff.`,
		Example: `  bailiff serve                       # prints the URL of its database
  dredd api.apib http://127.0.0.1:8080 --hookfiles api.apib \
    --language "bailiff hooks --database URL"`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if database == "" {
				database = os.Getenv(databaseVariable)
			}
			return a.serveHooks(cmd.Context(), net.JoinHostPort(host, strconv.Itoa(int(port))), database)
		},
	}
	cmd.Flags().StringVar(&host, "host", "127.0.0.1", "where to listen for Dredd")
	cmd.Flags().Uint16Var(&port, "port", 61321, "where to listen for Dredd; 61321 is where it looks")
	cmd.Flags().StringVar(&database, "database", "", "`URL` of the database of the server under test, which is emptied (or "+databaseVariable+")")
	return cmd
}

func (a *app) serveHooks(ctx context.Context, address, database string) (err error) {
	if database == "" {
		return errors.New("name the database of the server under test, which bailiff serve prints, with --database URL")
	}
	if err := portIsFree(ctx, address); err != nil { // before another run is waited for that has the database too
		return err
	}
	log := func(line string) { fmt.Fprintln(a.stderr, "bailiff hooks: "+line) }
	tested, err := openTested(ctx, database, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, tested.close()) }()
	server := &hook.Server{
		Runner: hooks.New(),
		Begin: func(ctx context.Context) (hook.DB, func() error, error) {
			c, err := tested.worker.Begin(ctx)
			if err != nil {
				return nil, nil, err
			}
			return c.DB(), c.End, nil
		},
		Out: a.stdout,
		Log: log,
	}
	return portTaken(server.Serve(ctx, address), address)
}

// portIsFree tells whether somebody else listens there.
func portIsFree(ctx context.Context, address string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return portTaken(err, address)
	}
	return l.Close()
}

// portTaken says what to do about a port that another program has.
func portTaken(err error, address string) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program listens at %s, perhaps the hooks of another run: stop it, or choose another port with --port, and name it to Dredd with --hooks-worker-handler-port", address)
	}
	return err
}

// reachTime is how long the database may take to answer the first time; without it, one that is
// behind a firewall would keep Dredd guessing.
const reachTime = 10 * time.Second

// tested is the database of the server under test.
type tested struct {
	server *postgres.Server
	worker *postgres.Worker
}

func (t *tested) close() error { return errors.Join(t.worker.Close(), t.server.Close()) }

// openTested empties the database of the server under test, and sees to it that it is as empty before each
// transaction. One that hooks have no business with is not even touched.
func openTested(ctx context.Context, database string, log func(string)) (*tested, error) {
	if err := emptyTested(ctx, database); err != nil {
		return nil, err
	}
	server, err := postgres.Open(ctx, postgres.Config{Database: database, Log: log})
	if err != nil {
		return nil, err
	}
	worker, err := server.Worker(ctx)
	if err != nil {
		return nil, errors.Join(err, server.Close())
	}
	return &tested{server, worker}, nil
}

func emptyTested(ctx context.Context, database string) error {
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return fmt.Errorf("read the URL of the database: %w", err)
	}
	defer pool.Close()
	bounded, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	var lacking []string
	err = pool.QueryRow(bounded, `SELECT array_agg(name) FROM unnest($1::text[]) AS name
		WHERE to_regclass('public.' || name) IS NULL`, []string{"users", "events", "event_topics", "event_sub_topics", "river_migration"}).Scan(&lacking)
	switch {
	case err != nil:
		return fmt.Errorf("reach the database of the server under test, is the server still running? %w", err)
	case len(lacking) > 0:
		return fmt.Errorf("the database %s is not that of a reference server, and is not emptied: it has no table %s; name the one that bailiff serve prints",
			pool.Config().ConnConfig.Database, strings.Join(lacking, ", "))
	}
	return postgres.Empty(ctx, pool)
}
