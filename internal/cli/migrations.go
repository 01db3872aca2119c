package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/migrations"
)

// siteVariable names the database that a server stands on for good, as for bailiff serve. The one of hooks is another:
// they empty it.
const siteVariable = "BAILIFF_DATABASE_URL"

// migrationsCommand is bailiff migrations.
func (a *app) migrationsCommand() *cobra.Command {
	var database string
	cmd := &cobra.Command{
		Use:   "migrations COMMAND",
		Short: "Bring a database of the reference server up to date, or look whether it is",
		Long: `migrations applies the migrations that bailiff carries to a database of the reference server, takes
them back, and holds a database against what the server needs.

Each migration runs in a transaction: when one fails, the database is as the one before it has made it,
and the message names the file, the line and what to do. Processes that migrate the same database at
the same time wait for each other.`,
		Example: `  bailiff migrations status --database postgres://me@localhost/site
  bailiff migrations up --database postgres://me@localhost/site
  bailiff migrations down --to 33 --database postgres://me@localhost/site
  bailiff migrations check`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return fmt.Errorf("there is no command %q of migrations: use status, up, down or check", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().StringVar(&database, "database", "", "`URL` of the database, as postgres://user:password@host/name (or "+siteVariable+")")
	cmd.AddCommand(a.migrationsStatus(&database), a.migrationsUp(&database), a.migrationsDown(&database), a.migrationsCheck(&database))
	return cmd
}

func (a *app) migrationsStatus(database *string) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "List the migrations, and which of them are applied",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withMigrations(cmd.Context(), *database, func(db *migrations.Database) error {
				status, err := db.Status(cmd.Context())
				if err != nil {
					return err
				}
				for _, m := range status.Migrations {
					a.tellMigration(m)
				}
				unknown := len(status.Unknown())
				pending := len(status.Pending())
				fmt.Fprintf(a.stdout, "%d applied, %d pending, %d unknown\n", len(status.Migrations)-pending-unknown, pending, unknown)
				return nil
			})
		},
	}
}

func (a *app) tellMigration(m migrations.Migration) {
	state, at := "applied", m.Applied.UTC().Format(time.DateTime)
	switch {
	case m.Applied.IsZero():
		state, at = "pending", ""
	case m.Name == "":
		state = "unknown"
	}
	fmt.Fprintf(a.stdout, "%-7s  %-19s  %s\n", state, at, m)
}

func (a *app) migrationsUp(database *string) *cobra.Command {
	return &cobra.Command{
		Use:   "up",
		Short: "Apply all migrations that are not applied yet",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return withMigrations(cmd.Context(), *database, func(db *migrations.Database) error {
				steps, err := db.Up(cmd.Context())
				a.tellSteps("applied", steps)
				if err == nil && len(steps) == 0 {
					fmt.Fprintln(a.stdout, "nothing to apply: the database is up to date")
				}
				return err
			})
		},
	}
}

func (a *app) migrationsDown(database *string) *cobra.Command {
	var to int64
	cmd := &cobra.Command{
		Use:   "down",
		Short: "Take migrations back, down to the one that is named",
		Long: `down takes back all migrations after the one with the number of --to, the last first, with the data
that is in what they have made. --to 0 takes back all of them, and the tables of the queue too.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if !cmd.Flags().Changed("to") {
				return errors.New("say how far down: --to VERSION takes back all migrations after that one, with their data, and --to 0 all; " +
					"bailiff migrations status lists them")
			}
			if to < 0 {
				return fmt.Errorf("cannot go down to %d: name the number of a migration, or 0 for none", to)
			}
			return withMigrations(cmd.Context(), *database, func(db *migrations.Database) error {
				steps, err := db.Down(cmd.Context(), to)
				a.tellSteps("took back", steps)
				if err == nil && len(steps) == 0 {
					fmt.Fprintln(a.stdout, "nothing to take back")
				}
				return err
			})
		},
	}
	cmd.Flags().Int64Var(&to, "to", 0, "the `version` to go down to, which stays; 0: none stays")
	return cmd
}

func (a *app) tellSteps(what string, steps []migrations.Step) {
	for _, s := range steps {
		fmt.Fprintf(a.stdout, "%s %s (%s)\n", what, s.Name, s.Took.Round(time.Millisecond))
	}
}

func (a *app) migrationsCheck(database *string) *cobra.Command {
	return &cobra.Command{
		Use:   "check",
		Short: "Hold a database against what the server needs of it",
		Long: `check finds out in two ways whether a database fits the server: its revision must be that of the last
migration, and all columns that the server reads or writes must be there. The second finds a column
that was declared without a migration for it, which the first cannot see.

Without --database it makes a database of the migrations as they are, so that it tells whether one is
missing. Each problem is a line, with the model, the column and what to do. The exit code is 0 when
there is none, otherwise 1.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if named := databaseURL(*database); named != "" {
				return withMigrations(cmd.Context(), named, func(db *migrations.Database) error { return a.checkMigrations(cmd.Context(), db.Pool()) })
			}
			return a.checkTemplate(cmd.Context())
		},
	}
}

// checkTemplate checks a database that is made for it.
func (a *app) checkTemplate(ctx context.Context) (err error) {
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
	return a.checkMigrations(ctx, pool)
}

func (a *app) checkMigrations(ctx context.Context, db migrations.DB) error {
	tables := server.New(server.Config{}).Columns()
	problems, err := migrations.Check(ctx, db, tables)
	for _, p := range problems {
		fmt.Fprintln(a.stdout, p)
	}
	switch {
	case err != nil:
		return err
	case len(problems) > 0:
		return errFailed
	}
	columns := 0
	for _, t := range tables {
		columns += len(t.Columns)
	}
	fmt.Fprintf(a.stdout, "the database is as the server needs it: all migrations are applied, and %d columns of %d tables are there\n", columns, len(tables))
	return nil
}

// databaseURL is the one of an option, or else that of the environment.
func databaseURL(option string) string {
	if option != "" {
		return option
	}
	return os.Getenv(siteVariable)
}

// withMigrations does something with a database.
func withMigrations(ctx context.Context, database string, do func(*migrations.Database) error) (err error) {
	url := databaseURL(database)
	if url == "" {
		return fmt.Errorf("name the database with --database URL, or with %s", siteVariable)
	}
	db, err := migrations.Open(ctx, migrations.Config{URL: url})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	return do(db)
}
