package hooks_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/blueprints"
	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/drift"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

// keys is the Redis of all tests of this package.
var keys *redis.Server

func TestMain(m *testing.M) {
	var err error
	if keys, err = redis.Open(context.Background(), redis.Config{}); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := keys.Close(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// reference is the reference API: its documentation, its hooks and its server, which is wrapped.
func reference(wrap func(http.Handler) http.Handler) harness.Config {
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest(), Redis: keys.Client()})
	return harness.Config{
		Descriptions: []string{blueprints.Root},
		FS:           blueprints.FS,
		Dir:          "blueprints",
		Handler:      func(db postgres.DB) http.Handler { return wrap(api.With(db, server.KeyPrefix(keys.Prefix()))) },
		Database:     &postgres.Config{Migrator: postgres.Migrators(postgres.Goose(migrations.FS), migrations.River())},
		Hooks:        hooks.New(),
		Volatile:     hooks.Volatile(),

		StrictPermissions: true,
	}
}

func plain(h http.Handler) http.Handler { return h }

// TestBlueprints holds the reference server against its documentation, by value.
func TestBlueprints(t *testing.T) {
	t.Parallel()
	harness.Test(t, reference(plain))
}

// TestDocumentationIsClean holds that nothing about the documentation is warned of.
func TestDocumentationIsClean(t *testing.T) {
	t.Parallel()
	anywhere(t)
	cfg := reference(plain)
	cfg.Database = nil
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	assert.Empty(t, s.Plan().Annotations)
	assert.Empty(t, s.Plan().Warnings)
}

func TestAdminLogsInOnce(t *testing.T) {
	t.Parallel()
	anywhere(t)
	var logins atomic.Int32
	cfg := reference(func(h http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/v1/auth/login" {
				body, _ := io.ReadAll(r.Body)
				r.Body = io.NopCloser(bytes.NewReader(body))
				if bytes.Contains(body, []byte(hooks.AdminEmail)) {
					logins.Add(1)
				}
			}
			h.ServeHTTP(w, r)
		})
	})
	cfg.Workers = 4
	cfg.Only = []string{
		"Event Topics > Event Topics Collection > List All Event Topics",
		"Event Topics > Event Topics Collection > Create Event Topic",
		"Events > Event Details > Event Details",
		"Events > Event Details > Update Event",
		"Users > User Details > Get Details",
	}
	assert.True(t, run(t, cfg).OK())
	assert.Equal(t, int32(1), logins.Load())
}

// TestLoginFails holds what the error of a hook says about a server that gives no token.
func TestLoginFails(t *testing.T) {
	t.Parallel()
	anywhere(t)
	cfg := reference(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
			_, _ = fmt.Fprint(w, "come back later")
		})
	})
	const name = "Events > Event Details > Event Details"
	cfg.Only = []string{name}
	result := run(t, cfg)
	assert.Equal(t, 1, result.Stats.Errors, "hooks of the others have nothing to do: each has a database of its own")
	o := result.Outcomes[slices.IndexFunc(result.Outcomes, func(o transaction.Outcome) bool { return o.Transaction.Name == name })]
	assert.Equal(t, transaction.Error, o.Status)
	assert.Regexp(t, `log in: http://127\.0\.0\.1:\d+/v1/auth/login answered 503 Service Unavailable without a token: come back later`, o.Reason)
}

// TestDriftAndBack lets the server drift, and then stop drifting. The hooks are the same all the time, so
// that one which does not leave its rows as they were shows in the end.
func TestDriftAndBack(t *testing.T) {
	t.Parallel()
	anywhere(t)
	cfg := reference(plain)
	isCaught(t, cfg)
	cfg.Seed = 20
	passesAgain(t, cfg)
}

// isCaught lets the server drift by a number of seeds, each of which takes its share of the transactions:
// each time something fails, nothing ends in an error, and each finding says where the documentation is no
// longer true.
func isCaught(t *testing.T, cfg harness.Config) {
	t.Helper()
	straight, found := cfg.Handler, map[string]bool{}
	const seeds = 3
	for seed := range uint64(seeds) {
		cfg.Handler = func(db postgres.DB) http.Handler { return drift.Wrap(straight(db), seed) }
		cfg.Only = chosen(t, cfg, func(i int, _ transaction.Name) bool { return uint64(i)%seeds == seed })
		result := run(t, cfg)
		assert.Positive(t, result.Stats.Failures, "seed %d", seed)
		assert.Zero(t, result.Stats.Errors, "seed %d", seed)
		for _, o := range result.Outcomes {
			for _, f := range o.Findings {
				found[f.ID] = true
				assert.True(t, strings.HasSuffix(f.At.File, ".apib"), "%s: %v", o.Transaction.Name, f.At)
				assert.Positive(t, f.At.Line, o.Transaction.Name)
			}
		}
	}
	for _, id := range []string{
		"status-code-mismatch", "content-type-mismatch", "body-missing-key", "body-undocumented-key",
		"body-value-mismatch", "body-type-mismatch", "list-example-never-checked",
	} {
		assert.True(t, found[id], "no drift was found as %s", id)
	}
}

// passesAgain holds that the documentation shows nothing that is fake: with other fake data all of it still
// passes by value. Among it are the tables of permissions, which are counted.
func passesAgain(t *testing.T, cfg harness.Config) {
	t.Helper()
	result := run(t, cfg)
	for _, o := range result.Outcomes {
		assert.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
	}
	countPermissions(t, result)
}

// anywhere skips a test that is the same whatever the database comes from, where only what depends on that
// is wanted.
func anywhere(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("it is the same on any database")
	}
}

// run carries a run out; without Postgres or Drafter it skips the test, unless they are required.
func run(t *testing.T, cfg harness.Config) *harness.Result {
	t.Helper()
	result, err := harness.Run(t.Context(), cfg)
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("BAILIFF_REQUIRE_DB") == "" && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	return result
}
