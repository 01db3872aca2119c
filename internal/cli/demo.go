package cli

import (
	"errors"
	"net/http"

	"github.com/spf13/cobra"

	"github.com/bailiff-dev/bailiff/blueprints"
	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/internal/config"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/drift"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

// demoSecret signs the tokens of a server that nobody but this process talks to.
var demoSecret = []byte(hooks.Secret)

func (a *app) demo() *cobra.Command {
	var withDrift bool
	cmd := &cobra.Command{
		Use:   "demo [DESCRIPTION...]",
		Short: "Run the reference API's documentation, or yours, against the reference server",
		Long: `demo starts the reference server inside this process, seeds a clean Postgres database
for each documented transaction, and holds every response against the documentation. What the
server remembers of logins is in a Redis; BAILIFF_REDIS says where it comes from.

Without a DESCRIPTION it runs the blueprints that bailiff carries. The hooks are those of the
reference API in either case.`,
		Example: `  bailiff demo
  bailiff demo --with-drift
  bailiff demo event_topics.apib --match structure`,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			defaults := config.Defaults()
			defaults.Match = transaction.MatchValue
			s, err := config.Load(config.Source{Arguments: &a.args, Defaults: defaults, Picked: verdictOptions})
			if err != nil {
				return a.refused(err)
			}
			cfg := reference(a)
			if !s.DryRun && !s.Names { // else there is nobody to remember
				keys, failed := redis.Open(cmd.Context(), redis.Config{Log: a.database().Log})
				if failed != nil {
					return failed
				}
				defer func() { err = errors.Join(err, keys.Close()) }()
				cfg.Handler = faithful(keys)
			}
			if len(args) > 0 {
				cfg.Descriptions, cfg.FS, cfg.Dir, cfg.UnmatchedHooks = args, nil, "", harness.UnmatchedIgnore
				cfg.StrictPermissions = false // the hooks know nothing of their tables
			}
			if withDrift {
				straight := cfg.Handler
				cfg.Handler = func(db postgres.DB) http.Handler { return drift.Wrap(straight(db), s.Seed) }
			}
			return a.hold(cmd, s, cfg)
		},
	}
	a.register(cmd, demoOptions)
	cmd.Flags().BoolVar(&withDrift, "with-drift", false, "let the server drift from its documentation, to see what a broken contract looks like")
	return cmd
}

// faithful is the reference server. What it remembers of tokens and logins is in a Redis, which each
// transaction finds empty, or in Postgres when there is none.
func faithful(keys *redis.Server) func(postgres.DB) http.Handler {
	c := server.Config{Secret: demoSecret, Password: password.Cheapest()}
	if keys == nil {
		api := server.New(c)
		return func(db postgres.DB) http.Handler { return api.With(db) }
	}
	c.Redis = keys.Client()
	api := server.New(c)
	return func(db postgres.DB) http.Handler { return api.With(db, server.KeyPrefix(keys.Prefix())) }
}

// reference is the reference API as the harness takes it: its documentation, hooks and server.
func reference(a *app) harness.Config {
	return harness.Config{
		Descriptions: []string{blueprints.Root},
		FS:           blueprints.FS,
		Dir:          "blueprints",
		Handler:      faithful(nil),
		Database:     a.database(),
		Hooks:        hooks.New(),
		Volatile:     hooks.Volatile(),

		StrictPermissions: true,
	}
}

// database is Postgres with the tables of the reference server. What takes time is told.
func (a *app) database() *postgres.Config {
	return &postgres.Config{
		Migrator: postgres.Migrators(postgres.Goose(migrations.FS), migrations.River()),
		Log:      func(line string) { a.stdout.line(a.stdout, "info: "+line) },
	}
}
