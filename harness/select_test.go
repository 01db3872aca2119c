package harness_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// recorder remembers which hooks ran, and which requests came.
type recorder struct {
	mu    sync.Mutex
	lines []string
}

func (r *recorder) note(parts ...string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.lines = append(r.lines, strings.Join(parts, " "))
}

// hooks notes every hook of every transaction.
func (r *recorder) hooks() *hook.Registry {
	h := hook.New()
	noted := func(event string) hook.Func {
		return func(c *hook.Case) error {
			r.note(event, string(c.Transaction.Name))
			return nil
		}
	}
	h.BeforeEach(noted("beforeEach"))
	h.BeforeEachValidation(noted("beforeEachValidation"))
	h.AfterEach(noted("afterEach"))
	return h
}

// watched is a config with one worker whose hooks and requests are remembered.
func watched(name string) (harness.Config, *recorder) {
	r, cfg := &recorder{}, config(name)
	inner := cfg.Handler
	cfg.Workers, cfg.Hooks = 1, r.hooks()
	cfg.Handler = func(db postgres.DB) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			r.note(req.Method)
			inner(db).ServeHTTP(w, req)
		})
	}
	return cfg, r
}

func TestSelection(t *testing.T) {
	t.Parallel()
	const view, remove = "Machine > View", "Machine > Remove"
	tests := []struct {
		name       string
		change     func(*harness.Config)
		sent       []string
		want       []string // status and reason of View, then of Remove
		unselected int
	}{
		{name: "all", change: func(*harness.Config) {}, sent: []string{"GET", "DELETE"}, want: []string{"pass ", "pass "}},
		{
			name: "only", change: func(c *harness.Config) { c.Only = []string{remove} },
			sent: []string{"DELETE"}, want: []string{"skip the name is not selected", "pass "}, unselected: 1,
		},
		{
			name: "methods", change: func(c *harness.Config) { c.Methods = []string{"get", "POST"} },
			sent: []string{"GET"}, want: []string{"pass ", "skip the method is not selected"}, unselected: 1,
		},
		{
			name: "a method that a hook sets counts",
			change: func(c *harness.Config) {
				c.Methods = []string{"DELETE"}
				c.Hooks.Before(view, func(c *hook.Case) error { c.Transaction.Request.Method = "DELETE"; return nil })
				c.Hooks.BeforeValidation(view, func(c *hook.Case) error { c.Transaction.Expected = *c.Transaction.Real; return nil })
			},
			sent: []string{"DELETE", "DELETE"}, want: []string{"pass ", "pass "},
		},
		{
			name: "both", change: func(c *harness.Config) { c.Methods, c.Only = []string{"GET"}, []string{remove} },
			want: []string{"skip the name is not selected", "skip the method is not selected"}, unselected: 2,
		},
		{
			name: "again", change: func(c *harness.Config) { c.Rerun = []string{view} },
			sent: []string{"GET"}, want: []string{"pass ", "skip it did not fail the last time"}, unselected: 1,
		},
		{
			name: "again, and gone", change: func(c *harness.Config) { c.Rerun = []string{"Machine > Vieuw"} },
			want: []string{"skip it did not fail the last time", "skip it did not fail the last time"}, unselected: 2,
		},
		{
			name: "dry run", change: func(c *harness.Config) { c.DryRun = true },
			want: []string{"skip a dry run sends nothing", "skip a dry run sends nothing"}, unselected: 2,
		},
		{
			name: "names", change: func(c *harness.Config) { c.Names = true },
			want: []string{"skip only names are asked for", "skip only names are asked for"}, unselected: 2,
		},
		{
			name: "a skip of a hook comes first",
			change: func(c *harness.Config) {
				c.DryRun = true
				c.Hooks.Before(view, func(*hook.Case) error { return hook.Skip("not today") })
			},
			want: []string{"skip not today", "skip a dry run sends nothing"}, unselected: 1,
		},
		{
			name: "and so does a failure",
			change: func(c *harness.Config) {
				c.Names = true
				c.Hooks.Before(view, func(c *hook.Case) error { c.Transaction.Fail = "no"; return nil })
			},
			want: []string{"fail Failed in before hook: no", "skip only names are asked for"}, unselected: 1,
		},
		{
			name: "after hooks see it skipped, and cannot take that back",
			change: func(c *harness.Config) {
				c.Only = []string{remove}
				c.Hooks.After(view, func(c *hook.Case) error {
					if !c.Transaction.Skip || !c.Outcome.Unselected {
						return errors.New("this is skipped, and an after hook does not see it")
					}
					c.Transaction.Skip = false
					return nil
				})
			},
			sent: []string{"DELETE"}, want: []string{"skip the name is not selected", "pass "}, unselected: 1,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg, r := watched("press")
			test.change(&cfg)
			h := &heard{}
			cfg.Reporter = h

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			var got []string
			unselected := 0
			for _, o := range result.Outcomes {
				got = append(got, string(o.Status)+" "+o.Reason)
				if o.Unselected {
					unselected++
				}
			}
			assert.Equal(t, test.want, got)
			assert.Equal(t, test.unselected, unselected)
			assert.Zero(t, result.NotRun)
			assert.Equal(t, 2, result.Stats.Total())
			assert.Equal(t, 2, h.plan.Transactions)
			assert.Equal(t, cfg.Names, h.plan.Names)
			assert.Equal(t, cfg.DryRun, h.plan.DryRun)
			var sent []string
			validated := 0
			for _, line := range r.lines {
				switch {
				case strings.HasPrefix(line, "beforeEachValidation"):
					validated++
				case !strings.Contains(line, " "):
					sent = append(sent, line)
				}
			}
			assert.Equal(t, test.sent, sent)
			assert.Equal(t, len(test.sent), validated)
			for _, name := range []string{view, remove} {
				assert.Contains(t, r.lines, "beforeEach "+name)
				assert.Contains(t, r.lines, "afterEach "+name)
			}
		})
	}
}

func TestErrorOfAHookIsNoSelection(t *testing.T) {
	t.Parallel()
	cfg, _ := watched("press")
	cfg.Only = []string{"Machine > Remove"}
	cfg.Hooks.After("Machine > View", func(*hook.Case) error { return assert.AnError })

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	require.Equal(t, []string{"Machine > View error", "Machine > Remove pass"}, names(result.Outcomes))
	require.False(t, result.Outcomes[0].Unselected)
}

func TestNamesNeedNoServer(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*harness.Config){
		"none":               nil,
		"one that is not up": func(c *harness.Config) { c.Endpoint = "http://127.0.0.1:1" },
		"a command that does": func(c *harness.Config) {
			c.Endpoint, c.Server = "http://127.0.0.1:1", &harness.Server{Command: "no-such-command-anywhere"}
		},
		"a handler": func(c *harness.Config) {
			c.Handler = func(postgres.DB) http.Handler { panic("it was not to be made") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, names := range []bool{true, false} {
				cfg := config("press")
				cfg.Handler, cfg.Names, cfg.DryRun = nil, names, !names
				if change != nil {
					change(&cfg)
				}
				result, err := harness.Run(t.Context(), cfg)
				require.NoError(t, err)
				assert.Equal(t, transaction.Stats{Skipped: 2}, result.Stats)
				assert.Equal(t, "/machines/1", result.Outcomes[0].Transaction.FullPath)
			}
		})
	}

	cfg := config("press")
	cfg.Handler = nil
	cfg.Endpoint, cfg.Server = "http://127.0.0.1:1", &harness.Server{Command: "no-such-command-anywhere"}
	_, err := harness.Run(t.Context(), cfg)
	require.ErrorContains(t, err, "start the server under test")
}

func TestWarningsOfASelection(t *testing.T) {
	t.Parallel()
	cfg := config("press")
	cfg.Rerun, cfg.Methods = []string{"Machine > Vieuw"}, []string{"GETT", "GET"}
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })

	require.Equal(t, []string{
		`"Machine > Vieuw" failed before, and is not documented any more, did you mean "Machine > View"?`,
		"the method GETT is selected, and no transaction has it",
	}, s.Plan().Warnings)
}

func TestUnselectedSubtestsAreSkipped(t *testing.T) {
	t.Parallel()
	cfg, r := watched("press")
	cfg.Only = []string{"Machine > Remove"}
	t.Run("all", func(t *testing.T) { harness.Test(t, cfg) })

	require.Equal(t, 1, len(slices.DeleteFunc(slices.Clone(r.lines), func(l string) bool { return l != "DELETE" })))
	require.NotContains(t, r.lines, "GET")
	require.Contains(t, r.lines, "afterEach Machine > View")
}

func TestSettingsThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for says, change := range map[string]func(*harness.Config){
		"the setting Bail is -1: give a number from 0 up":           func(c *harness.Config) { c.Bail = -1 },
		"the setting Retries is -2: give a number from 0 up":        func(c *harness.Config) { c.Retries = -2 },
		"the setting HTTP.Redirects is -3: give a number from 0 up": func(c *harness.Config) { c.HTTP.Redirects = -3 },
		"there are two servers under test":                          func(c *harness.Config) { c.Server = &harness.Server{Command: "x"} },
		`a header of all requests has no name, only the value "x"`:  func(c *harness.Config) { c.Headers = transaction.Headers{{Value: "x"}} },
		"read the certificates to trust: open ":                     func(c *harness.Config) { c.HTTP.TLS.CA = "no-such-file" },
		`the proxy "foo" is no URL`:                                 func(c *harness.Config) { c.HTTP.Proxy = "foo" },
		"has the port 65536: give one from 1 to 65535":              func(c *harness.Config) { c.HTTP.Proxy = "http://x:65536" },
		"has the port 99999: give one from 1 to 65535":              func(c *harness.Config) { c.Handler, c.Endpoint = nil, "http://x:99999" },
		"the URL of the proxy":                                      func(c *harness.Config) { c.HTTP.Proxy = "ftp://x" },
	} {
		cfg := config("press")
		change(&cfg)
		_, err := harness.Run(t.Context(), cfg)
		require.ErrorContains(t, err, says)
	}
}

func TestGivenHeaders(t *testing.T) {
	t.Parallel()
	got := make(chan http.Header, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got <- r.Header
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	text := "FORMAT: 1A\n\n# M\n\n## Machine [/machines]\n\n### Remove [DELETE]\n\n+ Request\n\n    + Headers\n\n" +
		"            Accept: text/plain\n            X-Kept: 1\n            X-Key: documented\n\n+ Response 204\n"
	cfg := harness.Config{
		Descriptions: []string{"machines.apib"}, FS: document(text), Endpoint: server.URL,
		Headers: transaction.Headers{
			{Name: "Authorization", Value: "Basic abc"},
			{Name: "x-key", Value: "given"},
			{Name: "User-Agent", Value: "mine"},
			{Name: "X-Twice", Value: "1"},
			{Name: "x-twice", Value: "2"},
		},
	}
	var seen transaction.Headers
	cfg.Hooks = hook.New()
	cfg.Hooks.BeforeEach(func(c *hook.Case) error { seen = c.Transaction.Request.Headers.Clone(); return nil })
	s, err := harness.Open(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })

	for range 2 { // the second time with a transaction that was made anew
		o, err := s.Run(t.Context(), 0)
		require.NoError(t, err)
		require.Equal(t, transaction.Pass, o.Status, o.Reason)
		h := <-got
		assert.Equal(t, []string{"Basic abc"}, h["Authorization"])
		assert.Equal(t, []string{"given"}, h["X-Key"])
		assert.Equal(t, []string{"1"}, h["X-Kept"])
		assert.Equal(t, []string{"2"}, h["X-Twice"])
		assert.Equal(t, "mine", h.Get("User-Agent"))
		assert.Equal(t, transaction.Headers{
			{Name: "Accept", Value: "text/plain"},
			{Name: "X-Kept", Value: "1"},
			{Name: "Authorization", Value: "Basic abc"},
			{Name: "x-key", Value: "given"},
			{Name: "User-Agent", Value: "mine"},
			{Name: "x-twice", Value: "2"},
		}, seen, "hooks see them")
	}
}
