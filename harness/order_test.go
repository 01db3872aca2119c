package harness_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// many documents an action of each of these methods, and a server that answers status to all.
func many(status int, methods ...string) harness.Config {
	var text strings.Builder
	text.WriteString("FORMAT: 1A\n\n# Many\n")
	for i, m := range methods {
		fmt.Fprintf(&text, "\n## R%d [/r%d]\n\n### Do [%s]\n\n+ Response 204\n", i, i, m)
	}
	return harness.Config{
		Descriptions: []string{"machines.apib"},
		FS:           document(text.String()),
		Workers:      1,
		Handler: func(postgres.DB) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		},
	}
}

// order is which resources ran, one after the other.
func order(t *testing.T, cfg harness.Config) string {
	t.Helper()
	var listed []string
	if cfg.Hooks == nil {
		cfg.Hooks = hook.New()
	}
	cfg.Hooks.BeforeAll(func(r *hook.Run) error {
		listed = nil
		for _, tr := range r.Transactions {
			listed = append(listed, strings.TrimSuffix(strings.TrimPrefix(string(tr.Name), "R"), " > Do"))
		}
		return nil
	})
	result, err := harness.Run(t.Context(), cfg)
	require.NoError(t, err)
	var ran []string
	for _, o := range result.Outcomes {
		ran = append(ran, strings.TrimSuffix(strings.TrimPrefix(string(o.Transaction.Name), "R"), " > Do"))
	}
	require.Equal(t, listed, ran, "beforeAll hooks see the order of the run")
	return strings.Join(ran, " ")
}

func TestSorted(t *testing.T) {
	t.Parallel()
	cfg := many(204, "COPY", "DELETE", "GET", "PATCH", "PUT", "POST", "GET", "OPTIONS", "HEAD", "CONNECT", "LINK", "UNLINK", "POST")
	require.Equal(t, "0 1 2 3 4 5 6 7 8 9 10 11 12", order(t, cfg))
	cfg.Sorted = true
	require.Equal(t, "0 9 7 5 12 2 6 8 4 3 10 11 1", order(t, cfg), "what Dredd does not know comes first")

	paths := "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n" +
		"  /a: {trace: {responses: {'200': {description: ok}}}}\n  /b: {delete: {responses: {'200': {description: ok}}}}\n"
	s, err := harness.Open(t.Context(), harness.Config{Descriptions: []string{"machines.apib"}, FS: document(paths), Names: true, Sorted: true})
	require.NoError(t, err)
	require.Equal(t, "DELETE", s.Transactions()[0].Request.Method)
	require.Equal(t, "TRACE", s.Transactions()[1].Request.Method)
	require.NoError(t, s.Close())
}

func TestShuffled(t *testing.T) {
	t.Parallel()
	cfg := many(204, strings.Fields(strings.Repeat("GET DELETE ", 5))...)
	cfg.Shuffle = 1
	// That a seed gives the same order for good is what makes it worth noting down.
	const first = "7 1 6 2 3 5 9 4 8 0"
	require.Equal(t, first, order(t, cfg))
	cfg.Workers = 4
	require.Equal(t, first, order(t, cfg), "the results too")
	cfg.Shuffle = 2
	second := order(t, cfg)
	require.NotEqual(t, first, second)
	require.ElementsMatch(t, strings.Fields(first), strings.Fields(second))

	cfg.Shuffle, cfg.Sorted = 1, true
	var get, remove []string
	for _, n := range strings.Fields(first) {
		if strings.Contains("02468", n) {
			get = append(get, n)
		} else {
			remove = append(remove, n)
		}
	}
	require.Equal(t, strings.Join(append(get, remove...), " "), order(t, cfg), "those of a method stay shuffled")
}

func TestBail(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		bail  int
		stats transaction.Stats
		left  int
		notes []string
	}{
		{name: "never", stats: transaction.Stats{Failures: 4, Errors: 1}},
		{
			name: "at once", bail: 1, stats: transaction.Stats{Failures: 1}, left: 4,
			notes: []string{"the run ended early, since 1 transaction failed; 4 were not run"},
		},
		{
			name: "errors count", bail: 2, stats: transaction.Stats{Failures: 1, Errors: 1}, left: 3,
			notes: []string{"the run ended early, since 2 transactions failed; 3 were not run"},
		},
		{
			name: "before the last", bail: 4, stats: transaction.Stats{Failures: 3, Errors: 1}, left: 1,
			notes: []string{"the run ended early, since 4 transactions failed; 1 was not run"},
		},
		{name: "with the last", bail: 5, stats: transaction.Stats{Failures: 4, Errors: 1}},
		{name: "after more than there are", bail: 6, stats: transaction.Stats{Failures: 4, Errors: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			cfg := many(500, "GET", "GET", "GET", "GET", "GET")
			cfg.Bail, cfg.Hooks = test.bail, hook.New()
			cfg.Hooks.Before("R1 > Do", func(*hook.Case) error { return assert.AnError })
			after := false
			cfg.Hooks.AfterAll(func(*hook.Run) error { after = true; return nil })

			result, err := harness.Run(t.Context(), cfg)

			require.NoError(t, err)
			assert.Equal(t, test.stats, result.Stats)
			assert.Equal(t, test.left, result.NotRun)
			assert.Equal(t, test.notes, result.Notes)
			assert.False(t, result.Interrupted)
			assert.False(t, result.OK())
			assert.True(t, after)
		})
	}
}

// What is under way finishes, nothing new begins, and the order stays.
func TestBailWithManyWorkers(t *testing.T) {
	t.Parallel()
	cfg := many(500, strings.Fields(strings.Repeat("GET ", 40))...)
	cfg.Bail, cfg.Workers = 1, 4
	together := make(chan struct{})
	var started atomic.Int32
	cfg.Hooks = hook.New()
	cfg.Hooks.BeforeEach(func(*hook.Case) error {
		if started.Add(1) == 4 {
			close(together)
		}
		<-together
		return nil
	})

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	assert.Equal(t, transaction.Stats{Failures: 4}, result.Stats)
	assert.Equal(t, 36, result.NotRun)
	for i, o := range result.Outcomes {
		assert.Equal(t, fmt.Sprintf("R%d > Do", i), string(o.Transaction.Name))
	}
}

// Several transactions run at a time against a URL too, and are told in the order of the documentation.
func TestWorkersOfAnEndpoint(t *testing.T) {
	t.Parallel()
	third := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/r0", "/r1": // they end after the third one
			<-third
		case "/r2":
			close(third)
		}
		if r.URL.Path == "/r3" {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer server.Close()
	h, cfg := &heard{}, many(204, "GET", "GET", "GET", "GET", "GET")
	cfg.Handler, cfg.Endpoint, cfg.Workers, cfg.Reporter = nil, server.URL, 3, h
	cfg.KnownFailing = []harness.KnownFailing{{Name: "R3 > Do"}}

	result, err := harness.Run(t.Context(), cfg)

	require.NoError(t, err)
	want := []string{"R0 > Do pass", "R1 > Do pass", "R2 > Do pass", "R3 > Do skip", "R4 > Do pass"}
	assert.Equal(t, want, names(result.Outcomes))
	assert.Equal(t, want, names(h.outcomes))
}
