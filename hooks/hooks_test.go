package hooks_test

import (
	"bytes"
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
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/drift"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

// reference is the reference API: its documentation, its hooks and its server, which is wrapped.
func reference(wrap func(http.Handler) http.Handler) harness.Config {
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()})
	return harness.Config{
		Descriptions: []string{blueprints.Root},
		FS:           blueprints.FS,
		Dir:          "blueprints",
		Handler:      func(db postgres.DB) http.Handler { return wrap(api.With(db)) },
		Database:     &postgres.Config{Migrator: postgres.Goose(migrations.FS)},
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
	cfg := reference(plain)
	cfg.Database = nil
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, s.Close()) })
	assert.Empty(t, s.Plan().Annotations)
	assert.Empty(t, s.Plan().Warnings)
}

// TestSeedsDoNotMatter holds that the documentation shows nothing that is fake: with other fake data
// all of it still passes by value.
func TestSeedsDoNotMatter(t *testing.T) {
	t.Parallel()
	cfg := reference(plain)
	cfg.Seed = 20
	for _, o := range run(t, cfg).Outcomes {
		assert.Equal(t, transaction.Pass, o.Status, "%s: %s %v", o.Transaction.Name, o.Reason, o.Findings)
	}
}

// TestOneRegistryServesManyRuns holds that hooks leave the rows they insert as they were.
func TestOneRegistryServesManyRuns(t *testing.T) {
	t.Parallel()
	cfg := reference(plain)
	for range 2 {
		assert.True(t, run(t, cfg).OK())
	}
}

func TestAdminLogsInOnce(t *testing.T) {
	t.Parallel()
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

// TestDriftIsCaught lets the server drift by a number of seeds: each time something fails, nothing
// ends in an error, and each finding says where the documentation is no longer true.
func TestDriftIsCaught(t *testing.T) {
	t.Parallel()
	found := map[string]bool{}
	for seed := uint64(1); seed <= 3; seed++ {
		cfg := reference(func(h http.Handler) http.Handler { return drift.Wrap(h, seed) })
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
