package harness_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const machines = `FORMAT: 1A

# Machines

## Machine [/machines/{id}]

+ Parameters
    + id: 1 (number)

### View [GET]

+ Response 200 (application/json)

        {
          "id": 1,
          "name": "press",
          "built-at": "2020-01-01T00:00:00Z"
        }

### Remove [DELETE]

+ Response 204
`

func document(text string) fs.FS { return fstest.MapFS{"machines.apib": {Data: []byte(text)}} }

// factory answers as machines documents, or with another name.
func factory(name string) func(postgres.DB) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /machines/1", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"id": 1, "name": %q, "built-at": "2024-02-29T12:00:00Z"}`, name)
	})
	mux.HandleFunc("DELETE /machines/1", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusNoContent)
	})
	return func(postgres.DB) http.Handler { return mux }
}

func config(name string) harness.Config {
	return harness.Config{
		Descriptions: []string{"machines.apib"},
		FS:           document(machines),
		Dir:          "docs",
		Handler:      factory(name),
		Volatile:     []transaction.Volatile{{Pointer: "/built-at", Kind: transaction.KindDateTime}},
	}
}

// heard is a reporter that remembers.
type heard struct {
	plan     harness.Plan
	outcomes []transaction.Outcome
	summary  *harness.Summary
	ends     int
}

func (h *heard) Begin(p harness.Plan)         { h.plan = p }
func (h *heard) Report(o transaction.Outcome) { h.outcomes = append(h.outcomes, o) }
func (h *heard) End(s harness.Summary) error  { h.summary = &s; h.ends++; return nil }

func TestServerThatHolds(t *testing.T) {
	t.Parallel()
	h, cfg := &heard{}, config("press")
	cfg.Reporter = h

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.True(t, result.OK())
	require.Equal(t, transaction.Stats{Passes: 2}, result.Stats)
	require.Equal(t, 2, h.plan.Transactions)
	require.Equal(t, []string{"docs/machines.apib"}, h.plan.Descriptions)
	require.Len(t, h.outcomes, 2)
	require.Equal(t, transaction.Name("Machine > View"), h.outcomes[0].Transaction.Name)
	require.Equal(t, result.Stats, h.summary.Stats)
}

func TestFindingNamesTheLineOfItsKey(t *testing.T) {
	t.Parallel()
	result, err := harness.Run(t.Context(), config("lathe"))

	require.NoError(t, err)
	require.False(t, result.OK())
	require.Equal(t, transaction.Stats{Passes: 1, Failures: 1}, result.Stats)
	require.Len(t, result.Outcomes[0].Findings, 1)
	f := result.Outcomes[0].Findings[0]
	require.Equal(t, "body-value-mismatch", f.ID)
	require.Equal(t, "/name", f.Pointer)
	require.Equal(t, "press", f.Expected)
	require.Equal(t, "lathe", f.Real)
	require.Equal(t, "docs/machines.apib", f.At.File)
	require.Equal(t, 16, f.At.Line)
}

func TestStructureDoesNotCompareValues(t *testing.T) {
	t.Parallel()
	cfg := config("lathe")
	cfg.Match = transaction.MatchStructure

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.True(t, result.OK())
}

func TestHooks(t *testing.T) {
	t.Parallel()
	const view = "Machine > View"
	for name, c := range map[string]struct {
		hooks  func(*hook.Registry)
		status transaction.Status
		reason string
	}{
		"skip before": {
			func(r *hook.Registry) {
				r.Before(view, func(c *hook.Case) error { c.Transaction.Skip = true; return nil })
			},
			transaction.Skip, "skipped by a hook",
		},
		"fail before": {
			func(r *hook.Registry) {
				r.Before(view, func(c *hook.Case) error { c.Transaction.Fail = "too late"; return nil })
			},
			transaction.Fail, "Failed in before hook: too late",
		},
		"fail after": {
			func(r *hook.Registry) {
				r.After(view, func(c *hook.Case) error { c.Transaction.Fail = "too late"; return nil })
			},
			transaction.Fail, "Failed in after hook: too late",
		},
		"skip wins over fail": {
			func(r *hook.Registry) {
				r.Before(view, func(c *hook.Case) error { c.Transaction.Skip, c.Transaction.Fail = true, "no"; return nil })
			},
			transaction.Skip, "skipped by a hook",
		},
		"error before": {
			func(r *hook.Registry) {
				r.Before(view, func(*hook.Case) error { return errors.New("no such factory") })
			},
			transaction.Error, "before hook: no such factory",
		},
		"error in validation": {
			func(r *hook.Registry) {
				r.BeforeValidation(view, func(*hook.Case) error { return errors.New("cannot look") })
			},
			transaction.Error, "beforeValidation hook: cannot look",
		},
		"error after a mismatch": {
			func(r *hook.Registry) {
				r.BeforeValidation(view, func(c *hook.Case) error { c.Transaction.Real.Body = "{}"; return nil })
				r.After(view, func(*hook.Case) error { return errors.New("cannot clean up") })
			},
			transaction.Error, "after hook: cannot clean up",
		},
		"another expectation": {
			func(r *hook.Registry) {
				r.BeforeValidation(view, func(c *hook.Case) error { c.Transaction.Expected.StatusCode = 404; return nil })
			},
			transaction.Fail, "",
		},
		"another request": {
			func(r *hook.Registry) {
				r.Before(view, func(c *hook.Case) error { c.Transaction.FullPath = "/machines/2"; return nil })
			},
			transaction.Fail, "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config("press")
			cfg.Hooks = hook.New()
			c.hooks(cfg.Hooks)

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			require.Equal(t, c.status, result.Outcomes[0].Status)
			require.Equal(t, c.reason, result.Outcomes[0].Reason)
			require.Equal(t, transaction.Pass, result.Outcomes[1].Status, "the other transaction is left alone")
		})
	}
}

func TestNothingIsSentAfterAnErrorBefore(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	cfg := config("press")
	cfg.Handler = func(postgres.DB) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) })
	}
	cfg.Hooks = hook.New()
	cfg.Hooks.BeforeEach(func(*hook.Case) error { panic("no seed") })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Errors: 2}, result.Stats)
	require.Zero(t, requests.Load())
}

func TestHookWithoutATransaction(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > Veiw", func(*hook.Case) error { return nil })

	_, err := harness.Run(t.Context(), cfg)

	var names *harness.HookNameError
	require.ErrorAs(t, err, &names)
	require.Len(t, names.Unmatched, 1)
	require.ErrorContains(t, err, "harness_test.go:")
	require.ErrorContains(t, err, `did you mean "Machine > View"?`)

	cfg.UnmatchedHooks = harness.UnmatchedWarn
	h := &heard{}
	cfg.Reporter = h
	_, err = harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	require.Len(t, h.plan.Warnings, 1)
	require.Contains(t, h.plan.Warnings[0], `before hook "Machine > Veiw" matches no transaction, did you mean "Machine > View"?`)

	cfg.UnmatchedHooks = harness.UnmatchedIgnore
	_, err = harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	require.Empty(t, h.plan.Warnings)
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error { c.Transaction.Request.Method = "HEAD"; return nil })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Pass, result.Outcomes[0].Status, result.Outcomes[0].Findings)
}

func TestHooksHaveTheLastWordOnWhatVaries(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error {
		c.Transaction.Volatile = append(c.Transaction.Volatile, transaction.Volatile{Pointer: "/built-at", Kind: transaction.KindUUID})
		return nil
	})

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Len(t, result.Outcomes[0].Findings, 1)
	require.Equal(t, "body-volatile-kind", result.Outcomes[0].Findings[0].ID)
}

func TestNothingDocumented(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.FS = document("FORMAT: 1A\n\n# Machines\n\n## Machine [/machines/1]\n\n### View [GET]\n\nLater.\n")

	_, err := harness.Run(t.Context(), cfg)

	require.ErrorIs(t, err, harness.ErrNoTransactions)
	require.ErrorContains(t, err, "docs/machines.apib")

	var plan harness.Plan
	cfg.AllowEmpty, cfg.Reporter = true, planKeeper{plan: &plan}
	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.True(t, result.OK())
	require.Empty(t, result.Outcomes)
	require.Len(t, plan.Warnings, 3)
	require.Contains(t, plan.Warnings[2], "there are no transactions in docs/machines.apib, so nothing is held against the server")
}

// planKeeper keeps the plan that a reporter gets.
type planKeeper struct {
	harness.Reporter
	plan *harness.Plan
}

func (k planKeeper) Begin(p harness.Plan)     { *k.plan = p }
func (planKeeper) Report(transaction.Outcome) {}
func (planKeeper) End(harness.Summary) error  { return nil }

func TestHandlerThatPanics(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Handler = func(postgres.DB) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("no such table") })
	}

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Failures: 2}, result.Stats)
	require.Contains(t, result.Outcomes[0].Transaction.Real.Body, "the handler panicked: no such table")
}

func TestEndpointWithABasePath(t *testing.T) {
	t.Parallel()
	for base, want := range map[string]string{"": "/machines/1", "/": "/machines/1", "/v2": "/v2/machines/1", "/v2/": "/v2/machines/1"} {
		paths := make(chan string, 2)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			paths <- r.RequestURI
			w.WriteHeader(http.StatusNoContent)
		}))
		cfg := config("press")
		cfg.Handler, cfg.Endpoint = nil, server.URL+base

		_, err := harness.Run(t.Context(), cfg)

		require.NoError(t, err)
		require.Equal(t, want, <-paths, base)
		server.Close()
	}
}

func TestOnly(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Only = []string{"Machine > Remove"}

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, transaction.Stats{Passes: 1, Skipped: 1}, result.Stats)
	require.Len(t, result.Outcomes, 2)

	cfg.Only = []string{"Machine > Remov"}
	_, err = harness.Run(t.Context(), cfg)
	require.ErrorIs(t, err, harness.ErrNotSelected)
	require.ErrorContains(t, err, `did you mean "Machine > Remove"?`)
}

func TestDescriptionWithErrors(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.FS = document("FORMAT: 1A\n\n# M\n\n## Machine [/machines/{id}]\n\n+ Parameters\n    + id (required)\n\n### View [GET]\n\n+ Response 200\n")

	_, err := harness.Run(t.Context(), cfg)

	var bad *harness.DescriptionError
	require.ErrorAs(t, err, &bad)
	require.ErrorContains(t, err, "docs/machines.apib")
}

func TestManyErrorsFitAScreen(t *testing.T) {
	t.Parallel()
	text := "FORMAT: 1A\n\n# M\n"
	for i := range 100 {
		text += fmt.Sprintf("\n## M%d [/m%[1]d/{id}]\n\n+ Parameters\n    + id (required)\n\n### View [GET]\n\n+ Response 200\n", i)
	}
	cfg := config("press")
	cfg.FS = document(text)

	_, err := harness.Run(t.Context(), cfg)

	require.ErrorContains(t, err, "more")
	require.Less(t, strings.Count(err.Error(), "\n"), 24)
}

func TestConfigThatLacksSomething(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*harness.Config)
		want   string
	}{
		"no description": {func(c *harness.Config) { c.Descriptions = nil }, "no API description is named"},
		"no server":      {func(c *harness.Config) { c.Handler = nil }, "no server under test"},
		"no host":        {func(c *harness.Config) { c.Handler, c.Endpoint = nil, "http:///path" }, "names no host"},
		"other scheme":   {func(c *harness.Config) { c.Handler, c.Endpoint = nil, "ftp://127.0.0.1/" }, "is no http or https one"},
		"bad volatile": {
			func(c *harness.Config) { c.Volatile = []transaction.Volatile{{Pointer: "/a", Kind: "moon"}} }, "moon",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config("press")
			c.change(&cfg)

			_, err := harness.Run(t.Context(), cfg)

			require.ErrorContains(t, err, c.want)
		})
	}
}

func TestInterruptedRunKeepsWhatRan(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	h, cfg := &heard{}, config("press")
	cfg.Reporter, cfg.Workers, cfg.Hooks = h, 1, hook.New()
	after := false
	cfg.Hooks.Before("Machine > Remove", func(*hook.Case) error { cancel(); return nil })
	cfg.Hooks.AfterAll(func(r *hook.Run) error { after = true; return r.Context().Err() })

	result, err := harness.Run(ctx, cfg)

	require.NoError(t, err)
	require.True(t, result.Interrupted)
	require.False(t, result.OK())
	require.Equal(t, 1, result.NotRun)
	require.Equal(t, transaction.Stats{Passes: 1}, result.Stats)
	require.NotNil(t, h.summary)
	require.True(t, after)
}

func TestOutcomesComeInTheOrderOfTheDocumentation(t *testing.T) {
	t.Parallel()
	var text strings.Builder
	text.WriteString("FORMAT: 1A\n\n# Many\n")
	var want []transaction.Name
	for i := range 50 {
		fmt.Fprintf(&text, "\n## R%d [/r%d]\n\n### Get [GET]\n\n+ Response 204\n", i, i)
		want = append(want, transaction.Name(fmt.Sprintf("R%d > Get", i)))
	}
	cfg := harness.Config{
		Descriptions: []string{"machines.apib"},
		FS:           document(text.String()),
		Workers:      8,
		Handler: func(postgres.DB) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
		},
	}

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	var got []transaction.Name
	for _, o := range result.Outcomes {
		got = append(got, o.Transaction.Name)
	}
	require.Equal(t, want, got)
	require.Equal(t, 50, result.Stats.Passes)
}

func TestFakeDataIsThatOfTheTransaction(t *testing.T) {
	t.Parallel()
	names := func(workers int, seed uint64) map[transaction.Name]string {
		got := make(chan [2]string, 2)
		cfg := config("press")
		cfg.Workers, cfg.Seed, cfg.Hooks = workers, seed, hook.New()
		cfg.Hooks.BeforeEach(func(c *hook.Case) error {
			got <- [2]string{string(c.Transaction.Name), c.Faker.Name()}
			return nil
		})
		_, err := harness.Run(t.Context(), cfg)
		require.NoError(t, err)
		all := map[transaction.Name]string{}
		for range 2 {
			pair := <-got
			all[transaction.Name(pair[0])] = pair[1]
		}
		return all
	}

	first := names(1, 0)

	require.Equal(t, first, names(2, 1), "neither the order nor the number of workers matters")
	require.NotEqual(t, first, names(1, 2))
	require.NotEqual(t, first["Machine > View"], first["Machine > Remove"])
}

func TestAsSubtests(t *testing.T) {
	t.Parallel()
	harness.Test(t, config("press"))
}
