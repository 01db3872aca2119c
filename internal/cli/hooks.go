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

func (a *app) serveHooks(ctx context.Context, address, database string) error {
	if database == "" {
		return errors.New("name the database of the server under test, which bailiff serve prints, with --database URL")
	}
	pool, err := openTested(ctx, database)
	if err != nil {
		return err
	}
	defer pool.Close()
	server := &hook.Server{
		Runner: hooks.New(),
		Begin: func(ctx context.Context) (hook.DB, func() error, error) {
			return pool, func() error { return nil }, postgres.Empty(ctx, pool)
		},
		Out: a.stdout,
		Log: func(line string) { fmt.Fprintln(a.stderr, "bailiff hooks: "+line) },
	}
	err = server.Serve(ctx, address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("another program listens at %s, perhaps the hooks of another run: stop it, or choose another port with --port, and name it to Dredd with --hooks-worker-handler-port", address)
	}
	return err
}

// reachTime is how long the database may take to answer the first time; without it, one that is
// behind a firewall would keep Dredd guessing.
const reachTime = 10 * time.Second

// openTested opens the database of the server under test. One that hooks have no business with is not
// even touched, since it would be emptied.
func openTested(ctx context.Context, database string) (*pgxpool.Pool, error) {
	pool, err := pgxpool.New(ctx, database)
	if err != nil {
		return nil, fmt.Errorf("read the URL of the database: %w", err)
	}
	bounded, cancel := context.WithTimeout(ctx, reachTime)
	defer cancel()
	var lacking []string
	err = pool.QueryRow(bounded, `SELECT array_agg(name) FROM unnest($1::text[]) AS name
		WHERE to_regclass('public.' || name) IS NULL`, []string{"users", "events", "event_topics", "event_sub_topics"}).Scan(&lacking)
	switch {
	case err != nil:
		err = fmt.Errorf("reach the database of the server under test, is the server still running? %w", err)
	case len(lacking) > 0:
		err = fmt.Errorf("the database %s is not that of a reference server, and is not emptied: it has no table %s; name the one that bailiff serve prints",
			pool.Config().ConnConfig.Database, strings.Join(lacking, ", "))
	default:
		return pool, nil
	}
	pool.Close()
	return nil, err
}
