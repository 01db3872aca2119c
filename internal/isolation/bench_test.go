package isolation_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/sync/errgroup"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/redis"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// BenchmarkOpen is how long it takes until there is a server with the tables of the reference API in it. Cold
// is with an empty cache folder, so that the cluster or the container is made and the migrations are applied;
// warm is with a server of before that stopped, and join with one that another process keeps up.
func BenchmarkOpen(b *testing.B) {
	for _, p := range []postgres.Provider{postgres.ProviderEmbedded, postgres.ProviderLocal, postgres.ProviderDocker} {
		b.Run(string(p)+"/cold", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				cfg := postgres.Config{Provider: p, Migrator: migrator(), Cache: folder(b)}
				b.StartTimer()
				openAndClose(b, cfg)
			}
		})
		if p != postgres.ProviderDocker { // which leaves nothing to begin with
			b.Run(string(p)+"/warm", func(b *testing.B) {
				cfg := postgres.Config{Provider: p, Migrator: migrator(), Cache: folder(b)}
				openAndClose(b, cfg)
				for b.Loop() {
					openAndClose(b, cfg)
				}
			})
		}
		b.Run(string(p)+"/join", func(b *testing.B) {
			cfg := postgres.Config{Provider: p, Migrator: migrator(), Cache: folder(b)}
			keep(b, cfg)
			for b.Loop() {
				openAndClose(b, cfg)
			}
		})
	}
	b.Run("url/join", func(b *testing.B) {
		cfg := postgres.Config{Provider: postgres.ProviderURL, URL: given(b), Migrator: migrator()}
		keep(b, cfg)
		for b.Loop() {
			openAndClose(b, cfg)
		}
	})
}

// openAndClose times the opening only.
func openAndClose(b *testing.B, cfg postgres.Config) {
	b.Helper()
	s, err := postgres.Open(b.Context(), cfg)
	require.NoError(b, err)
	b.StopTimer()
	require.NoError(b, s.Close())
	b.StartTimer()
}

// folder is one that the account of a server can enter. What the server still writes as it ends may be in it.
func folder(tb testing.TB) string {
	tb.Helper()
	dir, err := os.MkdirTemp("", "bailiff-bench-")
	require.NoError(tb, err)
	require.NoError(tb, os.Chmod(dir, 0o755))
	tb.Cleanup(func() {
		require.Eventually(tb, func() bool { return os.RemoveAll(dir) == nil }, 5*time.Second, 50*time.Millisecond)
	})
	return dir
}

// casesInARow is how many cases a worker does before it is the other side's turn: a busy moment of the
// machine hits both.
const casesInARow = 5

// BenchmarkCase takes the time of a whole case (rows are seeded, one request is answered from the database,
// and the response is judged) in each way of isolation and by 1, 2 and 4 workers, beside that of the same SQL
// and HTTP by hand, turn by turn. ms/case is the time of the run by the number of its cases.
func BenchmarkCase(b *testing.B) {
	for _, way := range []postgres.Isolation{postgres.IsolationRollback, postgres.IsolationDelete, postgres.IsolationClone} {
		for _, workers := range []int{1, 2, 4} {
			b.Run(fmt.Sprintf("%s/%d-workers", way, workers), func(b *testing.B) { caseBesideHand(b, way, workers) })
		}
	}
}

func caseBesideHand(b *testing.B, way postgres.Isolation, workers int) {
	database := postgres.Config{Provider: postgres.ProviderEmbedded, Isolation: way, Migrator: migrator()}
	keep(b, database)
	s := open(b, database, workers, faithful)
	index := s.find(b, leaky)
	ours := func(int) error {
		o, err := s.Run(b.Context(), index)
		if err == nil && o.Status != transaction.Pass {
			err = fmt.Errorf("%s: %s %v", o.Status, o.Reason, o.Findings)
		}
		return err
	}
	hands := make([]*hand, workers)
	for w := range hands {
		hands[w] = newHand(b, way)
	}
	byHand := func(w int) error { return hands[w].run(b.Context()) }
	turn := func(do func(w int) error) time.Duration {
		start := time.Now()
		var all errgroup.Group
		for w := range workers {
			all.Go(func() (err error) {
				for n := 0; n < casesInARow && err == nil; n++ {
					err = do(w)
				}
				return err
			})
		}
		require.NoError(b, all.Wait())
		return time.Since(start)
	}
	turn(ours) // both warm
	turn(byHand)
	var us, them time.Duration
	for b.Loop() {
		us += turn(ours)
		them += turn(byHand)
	}
	n := float64(b.N * workers * casesInARow)
	b.ReportMetric(us.Seconds()*1e3/n, "ms/case")
	b.ReportMetric(them.Seconds()*1e3/n, "ms/by-hand")
	b.ReportMetric(float64(us)/float64(them), "ratio")
	b.ReportMetric(0, "ns/op") // which is of both
}

// BenchmarkRedis takes the time of an authenticated request of a server that keeps revoked tokens and limits
// in Postgres, and of one that keeps them in Redis, turn by turn. All is in one process.
func BenchmarkRedis(b *testing.B) {
	for _, p := range []redis.Provider{redis.ProviderMiniredis, redis.ProviderLocal} {
		b.Run(string(p), func(b *testing.B) {
			kept, err := redis.Open(b.Context(), redis.Config{Provider: p})
			require.NoError(b, err)
			b.Cleanup(func() { require.NoError(b, kept.Close()) })
			pool := pool(b)
			insert(b, pool)
			cfg := server.Config{Secret: []byte(hooks.Secret), Password: password.Cheapest()}
			without := server.New(cfg).With(pool)
			cfg.Redis = kept.Client()
			with := server.New(cfg).With(pool, server.KeyPrefix(kept.Prefix()))
			token := login(b, without)
			var sums [2]time.Duration
			for b.Loop() {
				for i, h := range []http.Handler{without, with} {
					start := time.Now()
					for range casesInARow {
						ask(b, h, token)
					}
					sums[i] += time.Since(start)
				}
			}
			n := float64(b.N * casesInARow)
			b.ReportMetric(sums[0].Seconds()*1e6/n, "µs/in-Postgres")
			b.ReportMetric(sums[1].Seconds()*1e6/n, "µs/in-Redis")
			b.ReportMetric(0, "ns/op")
		})
	}
}

const path = "/v1/event-topics/1"

func ask(b *testing.B, h http.Handler, token string) {
	b.Helper()
	r := httptest.NewRequest(http.MethodGet, path, http.NoBody)
	r.Header.Set("Authorization", "JWT "+token)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	require.Equal(b, http.StatusOK, w.Code, "%s", w.Body)
}

func login(b *testing.B, h http.Handler) string {
	b.Helper()
	body := fmt.Sprintf(`{"email": %q, "password": %q}`, hooks.AdminEmail, hooks.AdminPassword)
	r := httptest.NewRequest(http.MethodPost, "/v1/auth/login", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	var answer struct {
		Token string `json:"access_token"`
	}
	require.NoError(b, json.Unmarshal(w.Body.Bytes(), &answer), "%s", w.Body)
	return answer.Token
}

// web serves whatever handler is current on a port of its own, and gets the path from it.
type web struct {
	current atomic.Pointer[http.Handler]
	url     string
}

func newWeb(b *testing.B) *web {
	b.Helper()
	w := &web{}
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { (*w.current.Load()).ServeHTTP(rw, r) }))
	b.Cleanup(s.Close)
	w.url = s.URL
	return w
}

func (w *web) get(ctx context.Context, h http.Handler, token string) error {
	w.current.Store(&h)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, w.url+path, http.NoBody)
	if err != nil {
		return err
	}
	r.Header.Set("Authorization", "JWT "+token)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = res.Body.Close() }() // it is read whole
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", res.Status, body)
	}
	var document any
	return json.Unmarshal(body, &document)
}
