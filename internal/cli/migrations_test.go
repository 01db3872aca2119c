package cli_test

import (
	"errors"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
)

// TestMigrationsScripts runs the scripts of testdata/migrations, each with an empty database, $BAILIFF_DATABASE_URL.
// The command "sql" runs a statement in it.
func TestMigrationsScripts(t *testing.T) {
	t.Parallel()
	server, err := postgres.Open(t.Context(), postgres.Config{Binaries: binaries(t)})
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("BAILIFF_REQUIRE_DB") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	// The scripts run in parallel, and end after this function.
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/migrations",
		UpdateScripts:       *update,
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(env *testscript.Env) error {
			setEnv(t, env)
			pool, drop, err := server.Database(t.Context())
			if err != nil {
				return err
			}
			env.Defer(func() {
				if err := drop(); err != nil {
					t.Error(err)
				}
			})
			env.Setenv("BAILIFF_DATABASE_URL", pool.Config().ConnString())
			return nil
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"sql": func(ts *testscript.TestScript, _ bool, args []string) {
				conn, err := pgx.Connect(t.Context(), ts.Getenv("BAILIFF_DATABASE_URL"))
				ts.Check(err)
				_, err = conn.Exec(t.Context(), args[0])
				ts.Check(errors.Join(err, conn.Close(t.Context())))
			},
		},
	})
}
