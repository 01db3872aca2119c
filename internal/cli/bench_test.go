package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brianvoe/gofakeit/v7"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/bailiff-dev/bailiff/hooks"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

const benchmarked = "Event Topics > Event Topic Details > Event Topic Details"

// BenchmarkCase takes the time of one whole case (seed, request, verdict) beside that of the same
// SQL and HTTP by hand, turn by turn, and reports what the harness adds.
func BenchmarkCase(b *testing.B) {
	harnessed := harnessedCase(b)
	byHand := handmadeCase(b)
	harnessed(b) // both warm
	byHand(b)

	var ours, theirs time.Duration
	for b.Loop() {
		start := time.Now()
		harnessed(b)
		middle := time.Now()
		byHand(b)
		ours += middle.Sub(start)
		theirs += time.Since(middle)
	}
	n := float64(b.N)
	b.ReportMetric(ours.Seconds()*1e3/n, "ms/case")
	b.ReportMetric(theirs.Seconds()*1e3/n, "ms/by-hand")
	b.ReportMetric((ours-theirs).Seconds()*1e3/n, "ms/overhead")
	b.ReportMetric(float64(ours)/float64(theirs), "ratio")
}

func harnessedCase(b *testing.B) func(*testing.B) {
	b.Helper()
	cfg := reference(&app{stdout: newScreen(io.Discard)})
	cfg.Workers = 1
	s, err := harness.Open(b.Context(), cfg)
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, s.Close()) })
	require.NoError(b, s.BeforeAll(b.Context()))
	index := slices.IndexFunc(s.Transactions(), func(t *transaction.Transaction) bool { return t.Name == benchmarked })
	return func(b *testing.B) {
		o, err := s.Run(b.Context(), index)
		require.NoError(b, err)
		require.Equal(b, "pass", string(o.Status), o.Reason)
	}
}

// handmadeCase does the same without bailiff: in one database transaction, the statements that the
// hooks send, then the request, then decoding the response.
func handmadeCase(b *testing.B) func(*testing.B) {
	b.Helper()
	pool := database(b)
	api := server.New(server.Config{Secret: demoSecret, Password: password.Cheapest()})
	var current atomic.Pointer[http.Handler]
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		(*current.Load()).ServeHTTP(w, r)
	}))
	b.Cleanup(web.Close)

	seeds := record(b, pool)
	inTransaction := func(b *testing.B, do func()) {
		tx, err := pool.Begin(b.Context())
		require.NoError(b, err)
		for _, s := range seeds {
			_, err := tx.Exec(b.Context(), s.sql, s.args...)
			require.NoError(b, err)
		}
		h := api.With(tx)
		current.Store(&h)
		do()
		require.NoError(b, tx.Rollback(b.Context()))
	}
	var token string
	inTransaction(b, func() { token = login(b, web.URL) })
	return func(b *testing.B) {
		inTransaction(b, func() {
			var document any
			get(b, web.URL+"/v1/event-topics/1", token, &document)
		})
	}
}

func database(b *testing.B) *pgxpool.Pool {
	b.Helper()
	db, err := postgres.Open(b.Context(), *(&app{stdout: newScreen(io.Discard)}).database())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, db.Close()) })
	pool, drop, err := db.Database(b.Context())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, drop()) })
	return pool
}

type statement struct {
	sql  string
	args []any
}

// recorder remembers the statements that pass through it.
type recorder struct {
	factories.DB
	seen []statement
}

func (r *recorder) QueryRow(ctx context.Context, sql string, args ...any) pgx.Row {
	r.seen = append(r.seen, statement{sql, args})
	return r.DB.QueryRow(ctx, sql, args...)
}

// record learns which statements the hooks of the case send. They run with the identifiers 1.
func record(b *testing.B, pool *pgxpool.Pool) []statement {
	b.Helper()
	tx, err := pool.Begin(b.Context())
	require.NoError(b, err)
	defer func() { require.NoError(b, tx.Rollback(b.Context())) }()
	r := &recorder{DB: tx}
	admin := hooks.Admin()
	admin.ID = 1
	require.NoError(b, factories.Insert(b.Context(), r, gofakeit.New(1), &admin, &factories.EventTopic{ID: 1}))
	return r.seen
}

func login(b *testing.B, url string) string {
	b.Helper()
	body, err := json.Marshal(map[string]string{"email": hooks.AdminEmail, "password": hooks.AdminPassword})
	require.NoError(b, err)
	req, err := http.NewRequestWithContext(b.Context(), http.MethodPost, url+"/v1/auth/login", bytes.NewReader(body))
	require.NoError(b, err)
	req.Header.Set("Content-Type", "application/json")
	var answer struct {
		Token string `json:"access_token"`
	}
	send(b, req, &answer)
	require.NotEmpty(b, answer.Token)
	return answer.Token
}

func get(b *testing.B, url, token string, into any) {
	b.Helper()
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, url, http.NoBody)
	require.NoError(b, err)
	req.Header.Set("Authorization", "JWT "+token)
	send(b, req, into)
}

func send(b *testing.B, req *http.Request, into any) {
	b.Helper()
	res, err := http.DefaultClient.Do(req)
	require.NoError(b, err)
	body, err := io.ReadAll(res.Body)
	require.NoError(b, err)
	require.NoError(b, res.Body.Close())
	require.Equalf(b, http.StatusOK, res.StatusCode, "%s", body)
	require.NoError(b, json.Unmarshal(body, into))
}
