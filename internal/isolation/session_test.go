package isolation_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

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

// drifting is the seed of the faults of the server.
const drifting = 7

// reference is the reference API, with a server that drifts from its documentation.
func reference(database postgres.Config) harness.Config {
	api := server.New(server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()})
	return harness.Config{
		Descriptions: []string{blueprints.Root},
		FS:           blueprints.FS,
		Dir:          "blueprints",
		Handler:      func(db postgres.DB) http.Handler { return drift.Wrap(api.With(db), drifting) },
		Database:     &database,
		Hooks:        hooks.New(),
		Volatile:     hooks.Volatile(),
	}
}

// migrator makes the tables of the reference server.
func migrator() postgres.Migrator {
	return postgres.Migrators(postgres.Goose(migrations.FS), migrations.River())
}

// database is that of the cell. Its server stays up until the test ends, so that those that join it find it
// warm. A test is skipped whose provider is not there, unless all have to be.
func (c cell) database(t *testing.T) postgres.Config {
	t.Helper()
	cfg := postgres.Config{Provider: c.provider, Isolation: c.way, Migrator: migrator()}
	if c.provider == postgres.ProviderURL {
		cfg.URL = given(t)
	}
	keep(t, cfg)
	return cfg
}

// given is the URL of a server that somebody else runs, as far as who connects to it can tell.
func given(t testing.TB) string {
	t.Helper()
	pool, drop, err := keep(t, postgres.Config{Provider: postgres.ProviderEmbedded}).Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, drop()) })
	return pool.Config().ConnString()
}

func keep(t testing.TB, cfg postgres.Config) *postgres.Server {
	t.Helper()
	s, err := postgres.Open(context.WithoutCancel(t.Context()), cfg)
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("CI") == "" && os.Getenv("BAILIFF_REQUIRE_DB") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	return s
}

// session is one of the harness that is ready to run.
type session struct {
	*harness.Session
	transactions []*transaction.Transaction
	workers      int
}

func open(t testing.TB, database postgres.Config, workers int, change ...func(*harness.Config)) *session {
	t.Helper()
	cfg := reference(database)
	cfg.Workers = workers
	for _, c := range change {
		c(&cfg)
	}
	s, err := harness.Open(context.WithoutCancel(t.Context()), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, s.Close()) })
	require.NoError(t, s.BeforeAll(t.Context()))
	return &session{Session: s, transactions: s.Transactions(), workers: workers}
}

func (s *session) close(t *testing.T) {
	t.Helper()
	require.NoError(t, s.Close())
}

func (s *session) size() int { return len(s.transactions) }

// name tells transactions apart; several may have one name.
func (s *session) name(i int) string { return fmt.Sprintf("%s (%d)", s.transactions[i].Name, i) }

// find returns the index of a transaction.
func (s *session) find(t testing.TB, name transaction.Name) int {
	t.Helper()
	i := slices.IndexFunc(s.transactions, func(tr *transaction.Transaction) bool { return tr.Name == name })
	require.NotEqual(t, -1, i, name)
	return i
}

// outcomes carries transactions out one after the other.
func (s *session) outcomes(t *testing.T, order ...int) []transaction.Outcome {
	t.Helper()
	var list []transaction.Outcome
	for _, i := range order {
		o, err := s.Run(t.Context(), i)
		require.NoError(t, err)
		list = append(list, o)
	}
	return list
}

// run carries transactions out in this order, as many at a time as there are workers.
func (s *session) run(t *testing.T, order []int) []verdict {
	t.Helper()
	list := make([]verdict, len(order))
	errs := make([]error, len(order))
	queue := make(chan int, len(order))
	for n := range order {
		queue <- n
	}
	close(queue)
	var all sync.WaitGroup
	for range s.workers {
		all.Go(func() {
			for n := range queue {
				var o transaction.Outcome
				o, errs[n] = s.Run(t.Context(), order[n])
				list[n] = verdictOf(o)
			}
		})
	}
	all.Wait()
	require.NoError(t, errors.Join(errs...))
	return list
}

// verdict is all that came of a transaction, but for what is another in each run.
type verdict struct {
	failed bool
	text   string
}

func verdictOf(o transaction.Outcome) verdict {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", o.Status, o.Reason)
	for _, f := range o.Findings {
		fmt.Fprintf(&b, "%s %s %s %s: %s; expected %v %v, real %v %v, at %s\n", f.Severity, f.ID, f.Field, f.Pointer, f.Message,
			f.HasExpected, f.Expected, f.HasReal, f.Real, f.At)
	}
	if o.Transaction != nil && o.Transaction.Real != nil {
		real := o.Transaction.Real
		fmt.Fprintf(&b, "%d\n%s\n", real.StatusCode, real.Body)
	}
	return verdict{failed: o.Status == transaction.Fail, text: masked(b.String())}
}

// masks are what a server makes up anew for each request.
var masks = []struct {
	pattern *regexp.Regexp
	with    string
}{
	{regexp.MustCompile(`[\w-]+\.[\w-]{16,}\.[\w-]{16,}`), "TOKEN"},
	{regexp.MustCompile(`20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)`), "MOMENT"},
	{regexp.MustCompile(`\b1\d{9}\.\d+`), "MOMENT"}, // seconds since 1970
	{regexp.MustCompile(`"(hash|identifier)":"[0-9a-f]+"`), `"$1":"RANDOM"`},
	{regexp.MustCompile(`127\.0\.0\.1:\d+`), "ADDRESS"},
}

func masked(text string) string {
	for _, m := range masks {
		text = m.pattern.ReplaceAllString(text, m.with)
	}
	return text
}
