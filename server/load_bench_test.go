package server_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// How the load run is made.
const (
	loadConnections = 16
	loadTurns       = 3
	// A turn of 5 seconds each is made of short ones that alternate: a busy moment of the machine hits both.
	loadSlices = 20
	loadSlice  = 250 * time.Millisecond
)

// BenchmarkEventList is a load run: requests per second of the list of events, 20 on a page, beside those
// of a handler by hand that sends Postgres the same statements and writes the same bytes, without looking
// at what Postgres answers. Both serve real connections that stay open, from one pool, turn by turn.
func BenchmarkEventList(b *testing.B) {
	const path = "/v1/events"
	pool := publicEvents(b, 300)
	reference := server.New(server.Config{}).With(pool)
	statements, body := recorded(b, pool, path)
	ours := listen(b, reference)
	bare := listen(b, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := runAll(r.Context(), pool, statements); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", media)
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		w.Write(body) //nolint:errcheck // the client counts
	}))
	load := map[string]*pressure{}
	for _, url := range []string{ours, bare} {
		load[url] = press(url+path, len(body))
		b.Cleanup(load[url].client.CloseIdleConnections)
		load[url].run(b) // to warm up
	}
	b.ResetTimer()
	for range b.N {
		var server, by []float64
		for range loadTurns {
			var sums [2]float64
			for range loadSlices {
				sums[0] += load[ours].run(b)
				sums[1] += load[bare].run(b)
			}
			server, by = append(server, sums[0]/loadSlices), append(by, sums[1]/loadSlices)
		}
		b.Logf("requests per second in each turn: server %.0f, by hand %.0f; %d bytes each", server, by, len(body))
		b.ReportMetric(median(server), "req/s")
		b.ReportMetric(median(by), "req/s-by-hand")
		b.ReportMetric(median(server)/median(by)*100, "%")
	}
	b.ReportMetric(0, "ns/op") // which says nothing here
}

func median(list []float64) float64 {
	slices.Sort(list)
	return list[len(list)/2]
}

// publicEvents is a database of its own with events, and a pool of connections to it.
func publicEvents(b *testing.B, n int) *pgxpool.Pool {
	b.Helper()
	setup(b) // opens databases
	pool, drop, err := databases.server.Database(context.Background())
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, drop()) })
	for i := range n {
		_, err := pool.Exec(b.Context(), `INSERT INTO events (identifier, name, state, starts_at, ends_at, timezone, description, location_name, latitude, longitude)
			VALUES ($1, $2, 'published', '2099-12-13T10:00:00Z', '2099-12-14T10:00:00Z', 'Europe/Berlin', $3, 'Old Quay 4', 38.5244, -8.8882)`,
			fmt.Sprintf("%07df", i), fmt.Sprintf("Concert %d", i), "<p>An evening at the harbour, with music & lanterns.</p>")
		require.NoError(b, err)
	}
	_, err = pool.Exec(b.Context(), "ANALYZE")
	require.NoError(b, err)
	return pool
}

// listen serves a handler on the loopback until the end of the benchmark.
func listen(b *testing.B, h http.Handler) (url string) {
	b.Helper()
	var config net.ListenConfig
	l, err := config.Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	s := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() { defer close(done); s.Serve(l) }() //nolint:errcheck // it ends with Close
	b.Cleanup(func() { require.NoError(b, s.Close()); <-done })
	return "http://" + l.Addr().String()
}

// pressure asks for one URL on several connections, again and again.
type pressure struct {
	client *http.Client
	url    string
	want   int // bytes of an answer
}

func press(url string, want int) *pressure {
	transport := &http.Transport{MaxIdleConnsPerHost: loadConnections, DisableCompression: true}
	return &pressure{client: &http.Client{Transport: transport}, url: url, want: want}
}

// run returns the requests per second that were answered in one slice.
func (p *pressure) run(b *testing.B) float64 {
	b.Helper()
	var answered atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	start := time.Now()
	for range loadConnections {
		all.Go(func() {
			for time.Since(start) < loadSlice && failed.Load() == nil {
				if err := p.once(); err != nil {
					failed.Store(&err)
				}
				answered.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		require.NoError(b, *err)
	}
	return float64(answered.Load()) / time.Since(start).Seconds()
}

func (p *pressure) once() error {
	r, err := http.NewRequest(http.MethodGet, p.url, http.NoBody) //nolint:noctx // a turn is short
	if err != nil {
		return err
	}
	res, err := p.client.Do(r)
	if err != nil {
		return err
	}
	defer res.Body.Close() //nolint:errcheck // what was read counts
	n, err := io.Copy(io.Discard, res.Body)
	if err == nil && (res.StatusCode != http.StatusOK || n != int64(p.want)) {
		err = fmt.Errorf("status %d, %d bytes, want %d", res.StatusCode, n, p.want)
	}
	return err
}

// query is a statement with its arguments.
type query struct {
	sql  string
	args []any
}

// recorded is what the server sends Postgres for one request, and its answer.
func recorded(b *testing.B, pool *pgxpool.Pool, path string) (statements []query, body []byte) {
	b.Helper()
	r := &recorder{Pool: pool}
	w := httptest.NewRecorder()
	server.New(server.Config{}).With(r).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, http.NoBody))
	require.Equal(b, http.StatusOK, w.Code, "%s", w.Body)
	require.Len(b, r.seen, 2, "a count and a page")
	return r.seen, bytes.Clone(w.Body.Bytes())
}

// recorder remembers the statements of batches.
type recorder struct {
	*pgxpool.Pool
	seen []query
}

func (r *recorder) Begin(ctx context.Context) (pgx.Tx, error) {
	tx, err := r.Pool.Begin(ctx)
	return &recordedTx{Tx: tx, by: r}, err
}

type recordedTx struct {
	pgx.Tx
	by *recorder
}

func (t *recordedTx) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	for _, q := range batch.QueuedQueries {
		t.by.seen = append(t.by.seen, query{q.SQL, q.Arguments})
	}
	return t.Tx.SendBatch(ctx, batch)
}

// runAll sends statements in one round trip, and runs through their rows.
func runAll(ctx context.Context, pool *pgxpool.Pool, statements []query) error {
	batch := &pgx.Batch{}
	for _, q := range statements {
		batch.Queue(q.sql, q.args...)
	}
	results := pool.SendBatch(ctx, batch)
	for range statements {
		rows, err := results.Query()
		if err != nil {
			return err
		}
		for rows.Next() { // nothing is read
		}
		rows.Close()
		if err := rows.Err(); err != nil {
			return err
		}
	}
	return results.Close()
}
