package cli

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"time"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/internal/config"
)

// databases is about what --keep-failed has kept.
func (a *app) databases() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "databases",
		Short: "Look into the databases that --keep-failed has kept",
		Long: `databases lists the databases that were kept of transactions that failed, the newest first. The newest
20 are kept, for a week. They are in the Postgres that the run used, which is started if need be.`,
		Example: `  bailiff demo --keep-failed
  bailiff databases
  bailiff databases open bailiff_kept_events_view_event_20260102_030405_678
  bailiff databases drop --all`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return a.withDatabases(cmd.Context(), func(d *postgres.Databases) error { return a.listDatabases(cmd.Context(), d) })
		},
	}
	a.args.Register(cmd.PersistentFlags(), onlyPostgres)
	cmd.AddCommand(a.openDatabase(), a.dropDatabases())
	return cmd
}

// onlyPostgres picks the option that says where the server comes from.
func onlyPostgres(o config.Option) bool { return o.Name == "postgres" }

// withDatabases opens the server for as long as f works.
func (a *app) withDatabases(ctx context.Context, f func(*postgres.Databases) error) (err error) {
	s, err := config.Load(config.Source{Arguments: &a.args, Defaults: config.Defaults(), Picked: onlyPostgres})
	if err != nil {
		return a.refused(err)
	}
	c := *a.database()
	if s.Data.Postgres != "" {
		c.Provider = s.Data.Postgres
	}
	c.Log = func(line string) { fmt.Fprintln(a.stderr, "info: "+line) }
	d, err := postgres.OpenDatabases(ctx, c)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	return f(d)
}

func (a *app) listDatabases(ctx context.Context, d *postgres.Databases) error {
	all, err := d.List(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		fmt.Fprintln(a.stderr, "info: no databases are kept: run with --keep-failed to keep those of what fails")
	}
	for _, k := range all {
		fmt.Fprintf(a.stdout, "%s  %s  %s\n", k.At.Local().Format(time.DateTime), k.Name, k.Label)
	}
	return nil
}

func (a *app) openDatabase() *cobra.Command {
	return &cobra.Command{
		Use:   "open NAME",
		Short: "Run psql on one of them, or print its URL where there is no psql",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.withDatabases(cmd.Context(), func(d *postgres.Databases) error {
				at, err := d.URL(cmd.Context(), args[0])
				if err != nil {
					return a.notKept(err)
				}
				if program, err := exec.LookPath("psql"); err == nil {
					return psql(cmd, program, at)
				}
				fmt.Fprintln(a.stdout, at)
				fmt.Fprintln(a.stderr, "info: there is no psql on this machine; the server answers there until this command ends, by Ctrl-C")
				<-cmd.Context().Done()
				return nil
			})
		},
	}
}

// psql runs until it ends by itself: Ctrl-C is for its queries. The password is not among its arguments, which
// anybody on the machine may read.
func psql(cmd *cobra.Command, program, at string) error {
	environment := os.Environ()
	if u, err := url.Parse(at); err == nil && u.User != nil {
		if secret, given := u.User.Password(); given {
			environment = append(environment, "PGPASSWORD="+secret)
			u.User = url.User(u.User.Username())
			at = u.String()
		}
	}
	child := exec.CommandContext(context.WithoutCancel(cmd.Context()), program, "--dbname", at) //nolint:gosec // the user's own psql
	child.Env, child.Stdin, child.Stdout, child.Stderr = environment, cmd.InOrStdin(), os.Stdout, os.Stderr
	if err := child.Run(); err != nil {
		return fmt.Errorf("run %s: %w", program, err)
	}
	return nil
}

func (a *app) dropDatabases() *cobra.Command {
	var all bool
	cmd := &cobra.Command{
		Use:   "drop NAME... | --all",
		Short: "Drop some of them, or all",
		RunE: func(cmd *cobra.Command, args []string) error {
			if all == (len(args) > 0) {
				return errors.New("name the databases to drop, or give --all: bailiff databases lists them")
			}
			return a.withDatabases(cmd.Context(), func(d *postgres.Databases) error {
				if all {
					kept, err := d.List(cmd.Context())
					if err != nil {
						return err
					}
					for _, k := range kept {
						args = append(args, k.Name)
					}
				}
				for _, name := range args {
					if err := d.Drop(cmd.Context(), name); err != nil {
						return a.notKept(err)
					}
					fmt.Fprintln(a.stdout, "dropped "+name)
				}
				return nil
			})
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, "drop all of them")
	return cmd
}

// notKept adds to an error about a name where the right ones are.
func (a *app) notKept(err error) error {
	if errors.Is(err, postgres.ErrNotKept) {
		return fmt.Errorf("%w: bailiff databases lists those that were", err)
	}
	return err
}
