package server_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

const (
	ical     = "/v1/events/1/export/ical"
	speakers = "/v1/events/1/export/speakers/csv"
	// workerURL is the environment of a process of this test's that is a worker.
	workerURL = "BAILIFF_TEST_WORKER_URL"
)

// queued is the API on a database of its own, where what is done is committed, and whose work is left to
// workers. There is the event of fixture.fair; token is that of its co-organizer.
func queued(tb testing.TB) (f *fixture, pool *pgxpool.Pool, token string) {
	tb.Helper()
	setup(tb) // opens databases
	pool, drop, err := databases.server.Database(context.Background())
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, drop()) })
	require.NoError(tb, server.Populate(context.Background(), pool))
	f = &fixture{TB: tb, db: pool, server: server.New(server.Config{
		Secret: []byte(secret), Password: password.Cheapest(), Jobs: server.JobsQueued,
	})}
	f.handler = f.server.With(pool)
	return f, pool, f.fair()
}

// impatient is a worker that notices everything soon.
func impatient() server.WorkerConfig {
	return server.WorkerConfig{Beat: 100 * time.Millisecond, Backoff: time.Millisecond, Grace: 5 * time.Second}
}

// work runs a worker until the test ends, or until stop is called, which returns what Run did.
func work(tb testing.TB, pool *pgxpool.Pool, c server.WorkerConfig) (w *server.Worker, stop func() error) {
	tb.Helper()
	w = server.NewWorker(pool, c)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	stop = sync.OnceValue(func() error {
		cancel()
		return <-ended
	})
	tb.Cleanup(func() { assert.NoError(tb, stop()) })
	return w, stop
}

// ask asks for an export and returns the URL of its task.
func (f *fixture) ask(path, token string) string {
	f.Helper()
	method := http.MethodGet
	if strings.HasSuffix(path, "csv") {
		method = http.MethodPost
	}
	return f.do(call{method: method, path: path, token: token}).wants(200).at("task_url").(string)
}

// comesTo waits until a task is in a state.
func (f *fixture) comesTo(url, token, state string) *answer {
	f.Helper()
	var last *answer
	require.Eventually(f, func() bool {
		last = f.get(url, token).wants(200)
		return last.at("state") == state
	}, 10*time.Second, 10*time.Millisecond, "%s does not come to %s", url, state)
	return last
}

func TestWorker(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	url := f.ask(speakers, token)
	assert.Equal(t, map[string]any{"state": "WAITING"}, f.get(url, token).wants(200).json)
	f.get(url+"/download", token).wants(404)
	s, err := server.Workers(t.Context(), pool, time.Now())
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1}, []int{s.Alive, s.Waiting})
	assert.WithinDuration(t, time.Now(), s.Oldest, time.Minute)

	w, stop := work(t, pool, server.WorkerConfig{Now: time.Now})
	f.comesTo(url, token, "SUCCESS")
	got := f.raw(call{method: "GET", path: url + "/download", token: token})
	rows, err := csv.NewReader(got.Body).ReadAll()
	require.NoError(t, err)
	assert.Len(t, rows, 4)
	s, err = server.Workers(t.Context(), pool, time.Now())
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, []int{s.Alive, s.Waiting})
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM worker_heartbeats WHERE id = $1", w.ID()))
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM river_job WHERE kind = 'export' AND state = 'completed'"))

	s, err = server.Workers(t.Context(), pool, time.Now().Add(time.Minute))
	require.NoError(t, err)
	assert.Zero(t, s.Alive, "nobody has seen it for a minute")
	assert.NotZero(t, s.Seen)

	require.NoError(t, stop())
	assert.Zero(t, f.id("SELECT count(*) FROM worker_heartbeats"), "it has said that it leaves")
	assert.NotEqual(t, url, f.ask(speakers, token), "what is done is done anew")
}

// TestWorkerTriesAgain is a job that fails twice: a sequence counts the attempts, for it is not rolled back.
func TestWorkerTriesAgain(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	f.fails(2)
	url := f.ask(ical, token)
	work(t, pool, impatient())
	f.comesTo(url, token, "SUCCESS")
	assert.Equal(t, int64(3), f.id("SELECT attempt FROM river_job WHERE kind = 'export'"))
	assert.Equal(t, int64(2), f.id("SELECT array_length(errors, 1) FROM river_job WHERE kind = 'export'"))
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM task_result_parts"), "nothing is left of attempts that failed")
}

// fails lets so many attempts fail that keep a result.
func (f *fixture) fails(attempts int) {
	f.Helper()
	f.exec("CREATE SEQUENCE attempts")
	f.exec(fmt.Sprintf(`CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
		IF nextval('attempts') <= %d THEN RAISE EXCEPTION 'the disk is full'; END IF; RETURN NEW; END $$`, attempts))
	f.exec("CREATE TRIGGER fail BEFORE INSERT ON task_results FOR EACH ROW EXECUTE FUNCTION fail()")
}

func TestWorkerGivesUp(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	f.fails(100)
	url := f.ask(ical, token)
	work(t, pool, impatient())
	failed := f.comesTo(url, token, "FAILURE")
	assert.Equal(t, "The export could not be made because of an error of the server", failed.at("result", "message"))
	require.Eventually(t, func() bool {
		return f.id("SELECT count(*) FROM river_job WHERE kind = 'export' AND state = 'discarded' AND attempt = 5") == 1
	}, 5*time.Second, 10*time.Millisecond)
}

// TestWorkerRefuses is a job that no attempt can do.
func TestWorkerRefuses(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	url := f.ask(ical, token)
	f.exec("UPDATE events SET deleted_at = now()")
	work(t, pool, impatient())
	assert.Equal(t, "the event is no longer there", f.comesTo(url, token, "FAILURE").at("result", "message"))
	require.Eventually(t, func() bool {
		return f.id("SELECT count(*) FROM river_job WHERE kind = 'export' AND state = 'cancelled' AND attempt = 1") == 1
	}, 5*time.Second, 10*time.Millisecond)
}

// held keeps results from being written until release is called.
func (f *fixture) held(pool *pgxpool.Pool) (release func()) {
	f.Helper()
	tx, err := pool.Begin(context.Background())
	require.NoError(f, err)
	_, err = tx.Exec(context.Background(), "LOCK TABLE task_results IN EXCLUSIVE MODE")
	require.NoError(f, err)
	release = sync.OnceFunc(func() { assert.NoError(f, tx.Rollback(context.Background())) })
	f.Cleanup(release)
	return release
}

// TestWorkerDies kills a worker with SIGKILL in the middle of a job: another one does it.
func TestWorkerDies(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	release := f.held(pool)
	url := f.ask(ical, token)
	cmd := exec.Command(os.Args[0], "-test.run=^TestWorkerProcess$")
	cmd.Env = append(os.Environ(), workerURL+"="+pool.Config().ConnString())
	require.NoError(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	f.comesTo(url, token, "STARTED")
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	release()
	assert.Equal(t, "STARTED", f.get(url, token).at("state"), "nobody knows yet")

	work(t, pool, impatient())
	f.comesTo(url, token, "SUCCESS")
	assert.Equal(t, int64(2), f.id("SELECT attempt FROM river_job WHERE kind = 'export'"))
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM task_results"))
}

// TestWorkerProcess is no test: it is the process that TestWorkerDies kills.
func TestWorkerProcess(t *testing.T) { //nolint:paralleltest // it is alone in its process
	url := os.Getenv(workerURL)
	if url == "" {
		t.Skip("the process of another test")
	}
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, server.NewWorker(pool, impatient()).Run(t.Context()))
}

// TestWorkerStops stops a worker in the middle of a job, which ends within the time that it has, or not.
func TestWorkerStops(t *testing.T) {
	t.Parallel()
	t.Run("the job ends", func(t *testing.T) {
		t.Parallel()
		f, pool, token := queued(t)
		release := f.held(pool)
		url := f.ask(ical, token)
		_, stop := work(t, pool, impatient())
		f.comesTo(url, token, "STARTED")
		stopped := make(chan error, 1)
		go func() { stopped <- stop() }()
		release()
		require.NoError(t, <-stopped)
		assert.Equal(t, "SUCCESS", f.get(url, token).at("state"))
	})
	t.Run("the job does not end", func(t *testing.T) {
		t.Parallel()
		f, pool, token := queued(t)
		release := f.held(pool)
		url := f.ask(ical, token)
		c := impatient()
		c.Grace = 50 * time.Millisecond
		_, stop := work(t, pool, c)
		f.comesTo(url, token, "STARTED")
		require.NoError(t, stop())
		assert.Equal(t, "WAITING", f.get(url, token).at("state"), "it is given back")
		assert.Zero(t, f.id("SELECT attempt FROM river_job WHERE kind = 'export'"), "and has lost no attempt")
		release()
		work(t, pool, impatient())
		f.comesTo(url, token, "SUCCESS")
	})
}

// TestWorkerBounds lets no more jobs run at once than it is told.
func TestWorkerBounds(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	release := f.held(pool)
	urls := []string{f.ask(ical, token), f.ask(speakers, token), f.ask("/v1/events/1/export/xcal", token)}
	c := impatient()
	c.Concurrency = 1
	work(t, pool, c)
	f.comesTo(urls[0], token, "STARTED")
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM tasks WHERE state = 'STARTED'"))
	release()
	for _, url := range urls {
		f.comesTo(url, token, "SUCCESS")
	}
}

// TestSameExport asks for one export many times at once: there is one task, for each who asks.
func TestSameExport(t *testing.T) {
	t.Parallel()
	f, _, token := queued(t)
	var all sync.WaitGroup
	var urls [8]string
	for i := range urls {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodGet, ical, http.NoBody)
			r.Header.Set("Authorization", "JWT "+token)
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			urls[i] = w.Body.String()
		})
	}
	all.Wait()
	for _, url := range urls {
		assert.Equal(t, urls[0], url)
	}
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM tasks"))
	assert.Equal(t, int64(1), f.id("SELECT count(*) FROM river_job"))
	f.ask(speakers, token)
	f.ask(ical, f.admin())
	assert.Equal(t, int64(3), f.id("SELECT count(*) FROM tasks"), "another table, and somebody else's")
}

// TestTooManyExports asks for more than one may wait for, also at once.
func TestTooManyExports(t *testing.T) {
	t.Parallel()
	f, _, token := queued(t)
	const most = 20
	f.exec(`INSERT INTO tasks (user_id, event_id, kind, job_id, created_at, expires_at, state)
		SELECT user_id, 1, 'export-ical', 1000 + n, now(), now() + interval '7 days', 'RETRY' FROM users_events_roles, generate_series(1, 18) n LIMIT 18`)
	var all sync.WaitGroup
	codes := make([]int, 6)
	for i, path := range []string{"ical", "xcal", "pentabarf", "ical", "xcal", "pentabarf"} {
		all.Go(func() {
			r := httptest.NewRequest(http.MethodGet, "/v1/events/1/export/"+path, http.NoBody)
			r.Header.Set("Authorization", "JWT "+token)
			w := httptest.NewRecorder()
			f.handler.ServeHTTP(w, r)
			codes[i] = w.Code
		})
	}
	all.Wait()
	slices.Sort(codes)
	assert.Equal(t, []int{200, 200, 200, 200, 429, 429}, codes, "who asks again for what waits already gets that")
	assert.Equal(t, int64(most), f.id("SELECT count(*) FROM tasks"))
	assert.Equal(t, int64(2), f.id("SELECT count(*) FROM river_job"), "what was refused leaves no job")
	f.do(call{method: "POST", path: speakers, token: token}).tooMany("60")
	f.ask(speakers, f.admin()) // it is nobody else's matter
	f.exec("UPDATE tasks SET state = 'FAILURE', finished_at = now() WHERE job_id = 1001")
	f.ask(speakers, token)
}

// TestWorkerOutlivesItsDatabase takes the database away from a worker, and gives it back.
func TestWorkerOutlivesItsDatabase(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	g := gated(t, pool)
	work(t, g.pool, impatient())
	f.comesTo(f.ask(ical, token), token, "SUCCESS")
	g.shut(t, pool)
	url := f.ask(speakers, token)
	assert.Equal(t, "WAITING", f.get(url, token).at("state"))
	g.open()
	f.comesTo(url, token, "SUCCESS")
}

// TestWorkerCleans takes away what is older than a week.
func TestWorkerCleans(t *testing.T) {
	t.Parallel()
	f, pool, token := queued(t)
	_, stop := work(t, pool, impatient())
	url := f.ask(ical, token)
	f.comesTo(url, token, "SUCCESS")
	require.NoError(t, stop())
	c := impatient()
	c.Now = func() time.Time { return time.Now().Add(8 * 24 * time.Hour) }
	work(t, pool, c)
	require.Eventually(t, func() bool { return f.id("SELECT count(*) FROM tasks") == 0 }, 10*time.Second, 10*time.Millisecond)
	assert.Zero(t, f.id("SELECT count(*) FROM task_result_parts"))
	f.get(url, token).wants(404)
}

// TestWorkerWantsTables says what is missing, and what to do.
func TestWorkerWantsTables(t *testing.T) {
	t.Parallel()
	_, pool, _ := queued(t)
	for _, step := range []struct{ sql, want string }{
		{"DROP TABLE worker_heartbeats", "worker: the database has no tables of tasks: apply the migrations first: bailiff migrations up"},
		{"DELETE FROM river_migration WHERE version > 3", "they are at 3 and must be at 8: apply the migrations first"},
		{"DROP TABLE river_migration", "they are at 0 and must be at 8: apply the migrations first"},
	} {
		_, err := pool.Exec(t.Context(), step.sql)
		require.NoError(t, err)
		require.ErrorContains(t, server.NewWorker(pool, impatient()).Run(t.Context()), step.want)
	}
}

// TestWorkerLeavesNothing looks at the goroutines of a worker that has ended.
func TestWorkerLeavesNothing(t *testing.T) { //nolint:paralleltest // goroutines of other tests would be seen
	f, pool, token := queued(t)
	before := goleak.IgnoreCurrent()
	_, stop := work(t, pool, impatient())
	f.comesTo(f.ask(ical, token), token, "SUCCESS")
	require.NoError(t, stop())
	pool.Reset() // its connections have goroutines that watch them
	goleak.VerifyNone(t, before, goleak.IgnoreTopFunction("github.com/jackc/pgx/v5/pgxpool.(*Pool).backgroundHealthCheck"))
}
