package harness_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

func names(outcomes []transaction.Outcome) []string {
	var list []string
	for _, o := range outcomes {
		list = append(list, string(o.Transaction.Name)+" "+string(o.Status))
	}
	return list
}

func TestBeforeAllMayReorderAddAndTakeAway(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*hook.Run)
		want   []string
	}{
		"reorder": {
			func(r *hook.Run) { r.Transactions[0], r.Transactions[1] = r.Transactions[1], r.Transactions[0] },
			[]string{"Machine > Remove pass", "Machine > View pass"},
		},
		"take away": {func(r *hook.Run) { r.Transactions = r.Transactions[1:] }, []string{"Machine > Remove pass"}},
		"add": {
			func(r *hook.Run) {
				r.Transactions = append(r.Transactions, &transaction.Transaction{
					Name:     "made up",
					Request:  transaction.Request{Method: "GET", URI: "/nowhere"},
					Expected: transaction.Response{StatusCode: 404},
				})
			},
			[]string{"Machine > View pass", "Machine > Remove pass", "made up pass"},
		},
		"twice": {
			func(r *hook.Run) { r.Transactions = append(r.Transactions, r.Transactions[0], nil) },
			[]string{"Machine > View pass", "Machine > Remove pass", "Machine > View pass"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config("press")
			cfg.Hooks = hook.New()
			cfg.Hooks.BeforeAll(func(r *hook.Run) error { c.change(r); return nil })

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			assert.Equal(t, c.want, names(result.Outcomes))
			assert.Zero(t, result.NotRun)
		})
	}
}

func TestHooksOfOneTransactionMayChangeAnother(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Workers = 1
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error {
		c.Run().Transactions[1].Skip = true
		return nil
	})

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, []string{"Machine > View pass", "Machine > Remove skip"}, names(result.Outcomes))
}

func TestRunningATransactionAgainBeginsAnew(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error {
		c.Transaction.Request.URI += "x"
		c.Transaction.FullPath += c.Transaction.Request.URI[len("/machines/1x"):]
		return nil
	})
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	for range 3 {
		o, err := s.Run(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, transaction.Pass, o.Status)
		require.Equal(t, "/machines/1x", o.Transaction.Request.URI)
	}
}

func TestReasonOfASkip(t *testing.T) {
	t.Parallel()
	cfg := config("another name")
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > Remove", func(*hook.Case) error { return hook.Skip("no machine to spare") })
	cfg.Hooks.After("Machine > View", func(*hook.Case) error { return hook.Skip("known to differ") })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, []string{"Machine > View skip", "Machine > Remove skip"}, names(result.Outcomes))
	assert.Equal(t, "known to differ", result.Outcomes[0].Reason)
	assert.Equal(t, "no machine to spare", result.Outcomes[1].Reason)
}

func TestAfterHooksMayChangeTheOutcome(t *testing.T) {
	t.Parallel()
	cfg := config("another name")
	cfg.Hooks = hook.New()
	cfg.Hooks.After("Machine > View", func(c *hook.Case) error {
		require.NotEmpty(t, c.Outcome.Findings)
		c.Outcome.Findings = nil
		return nil
	})

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, transaction.Stats{Passes: 2}, result.Stats)
}

func TestReportedErrorDoesNotEndTheFlow(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	var requests atomic.Int32
	inner := cfg.Handler
	cfg.Handler = func(db postgres.DB) http.Handler {
		h := inner(db)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests.Add(1)
			h.ServeHTTP(w, r)
		})
	}
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error { c.Report(errors.New("broken")); return nil })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, []string{"Machine > View error", "Machine > Remove pass"}, names(result.Outcomes))
	assert.Equal(t, "broken", result.Outcomes[0].Reason)
	assert.EqualValues(t, 2, requests.Load())
}

func TestHookThatHangsFailsItsTransactionOnly(t *testing.T) {
	t.Parallel()
	release, ended := make(chan struct{}), make(chan struct{})
	cfg := config("press")
	cfg.HookTimeout = 20 * time.Millisecond
	cfg.Hooks = hook.New()
	cfg.Hooks.Before("Machine > View", func(c *hook.Case) error {
		defer close(ended)
		<-release
		c.Transaction.Name = "changed when nobody waits any more"
		return nil
	})
	after := false
	cfg.Hooks.After("Machine > View", func(*hook.Case) error { after = true; return nil })

	result, err := harness.Run(t.Context(), cfg)

	close(release)
	<-ended
	require.NoError(t, err)
	require.Equal(t, []string{"Machine > View error", "Machine > Remove pass"}, names(result.Outcomes))
	assert.Contains(t, result.Outcomes[0].Reason, "before hook took more than")
	assert.Contains(t, result.Outcomes[0].Reason, "lifecycle_test.go:")
	assert.False(t, after, "the hook that hangs still has the transaction")
}

// dying is a handler that is gone at one of its events.
type dying struct {
	hook.Runner
	at string
}

func (d dying) die(event string) error {
	if d.at == event {
		return fmt.Errorf("the handler died: %w", hook.ErrAbort)
	}
	return nil
}

func (d dying) RunBeforeAll(*hook.Run) error         { return d.die("beforeAll") }
func (d dying) RunBefore(*hook.Case) error           { return d.die("before") }
func (d dying) RunBeforeValidation(*hook.Case) error { return d.die("validation") }
func (d dying) RunAfter(*hook.Case) error            { return d.die("after") }
func (d dying) RunAfterAll(*hook.Run) error          { return d.die("afterAll") }

func TestHandlerThatDiesEndsTheRunWithItsReport(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]transaction.Stats{
		"beforeAll":  {},
		"before":     {Errors: 1},
		"validation": {Errors: 1},
		"after":      {Errors: 1},
		"afterAll":   {Passes: 2},
	} {
		t.Run(event, func(t *testing.T) {
			t.Parallel()
			cfg, h := config("press"), &heard{}
			cfg.Handlers = []hook.Runner{dying{at: event}}
			cfg.Reporter = h

			result, err := harness.Run(t.Context(), cfg)

			require.ErrorIs(t, err, hook.ErrAbort)
			require.NotNil(t, result)
			assert.Equal(t, want, result.Stats)
			assert.Equal(t, 2-want.Total(), result.NotRun)
			require.NotNil(t, h.summary, "the report has its end")
			assert.Equal(t, result.NotRun, h.summary.NotRun)
			assert.Contains(t, h.summary.Error, hook.ErrAbort.Error())
			assert.Equal(t, 1, h.ends)
			assert.False(t, h.summary.OK())
			assert.False(t, result.OK())
		})
	}
}

// TestRunThatDoesNotBeginEndsItsReporter looks at runs that end before there is a plan.
func TestRunThatDoesNotBeginEndsItsReporter(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		spoil  func(*harness.Config)
		reason string
	}{
		"no description":     {func(c *harness.Config) { c.Descriptions = []string{"lost.apib"} }, "lost.apib"},
		"broken":             {func(c *harness.Config) { c.FS = document("openapi: 3.0.0\ninfo: [") }, "nothing was run"},
		"a name is misspelt": {func(c *harness.Config) { c.Hooks = hook.New(); c.Hooks.Before("Machine > Veiw", nil) }, `did you mean "Machine > View"?`},
		"the server does not start": {func(c *harness.Config) {
			c.Handler, c.Endpoint = nil, "http://127.0.0.1:1"
			c.Server = &harness.Server{Command: "no-such-program-anywhere"}
		}, "no-such-program-anywhere"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, h := config("press"), &heard{}
			tc.spoil(&cfg)
			cfg.Reporter = h

			result, err := harness.Run(t.Context(), cfg)

			require.ErrorContains(t, err, tc.reason)
			require.Nil(t, result)
			require.NotNil(t, h.summary)
			assert.Equal(t, err.Error(), h.summary.Error)
			assert.Equal(t, 1, h.ends)
			assert.Empty(t, h.plan)
			assert.False(t, h.summary.OK())
		})
	}
}

func TestRunThatIsInterruptedBeforeItBegins(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	cfg, h := config("press"), &heard{}
	cfg.Reporter = h

	_, err := harness.Run(ctx, cfg)

	require.ErrorIs(t, err, context.Canceled)
	require.NotNil(t, h.summary)
	assert.True(t, h.summary.Interrupted)
	assert.Empty(t, h.summary.Error)
}

func TestHandlersGetOneTransactionAfterTheOther(t *testing.T) {
	t.Parallel()
	var busy, most atomic.Int32
	r := hook.New()
	r.BeforeEach(func(*hook.Case) error { most.Store(max(most.Load(), busy.Add(1))); return nil })
	r.AfterEach(func(*hook.Case) error { busy.Add(-1); return nil })
	cfg := config("press")
	cfg.Handlers = []hook.Runner{r}

	_, err := harness.Run(context.Background(), cfg)

	require.NoError(t, err)
	assert.EqualValues(t, 1, most.Load())
}

func TestInterruptionDoesNotWaitForHooks(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.BeforeEach(func(c *hook.Case) error { interrupt(); <-c.Context().Done(); return c.Context().Err() })
	ran := false
	cfg.Hooks.AfterAll(func(r *hook.Run) error {
		ran = r.Context().Err() == nil // there is time to clean up
		<-r.Context().Done()           // but not for ever
		return r.Context().Err()
	})

	result, err := harness.Run(ctx, cfg)

	require.NoError(t, err)
	assert.True(t, result.Interrupted)
	assert.True(t, ran)
}

func TestInterruptionOfTheLastHooks(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.AfterAll(func(r *hook.Run) error { interrupt(); <-r.Context().Done(); return r.Context().Err() })

	result, err := harness.Run(ctx, cfg)

	require.NoError(t, err)
	assert.True(t, result.Interrupted)
	assert.Equal(t, transaction.Stats{Passes: 2}, result.Stats)
}

func TestHookThatTakesTheResponseAway(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Hooks = hook.New()
	cfg.Hooks.BeforeValidation("Machine > View", func(c *hook.Case) error { c.Transaction.Real = nil; return nil })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, []string{"Machine > View error", "Machine > Remove pass"}, names(result.Outcomes))
	assert.Contains(t, result.Outcomes[0].Reason, "set Transaction.Real to nil")
}
