package queue

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/bailiff-dev/bailiff/server/migrations"
)

// Config configures a Worker; server.WorkerConfig says what the fields are.
type Config struct {
	Concurrency int
	Grace       time.Duration
	Beat        time.Duration
	Backoff     time.Duration
	Now         func() time.Time
	Log         *slog.Logger
}

// noteTimeout is how long a note about a job or a worker may take.
const noteTimeout = 5 * time.Second

// beats is how many heartbeats a worker misses before it is taken for dead.
const beats = 3

// Worker does jobs.
type Worker struct {
	pool     *pgxpool.Pool
	config   Config
	id, host string
	driver   *riverpgxv5.Driver
	stopping atomic.Bool
}

// NewWorker returns a worker, which does nothing before Run.
func NewWorker(pool *pgxpool.Pool, c Config) *Worker {
	if c.Concurrency <= 0 {
		c.Concurrency = 2
	}
	if c.Grace <= 0 {
		c.Grace = 10 * time.Second
	}
	if c.Beat <= 0 {
		c.Beat = 5 * time.Second
	}
	if c.Backoff <= 0 {
		c.Backoff = 2 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	name := host[:min(len(host), 60)] + "-" + rand.Text()[:12]
	return &Worker{pool: pool, config: c, id: name, host: host, driver: riverpgxv5.New(pool)}
}

// ID is the name of the worker in the queue, and that of its heartbeat.
func (w *Worker) ID() string { return w.id }

// Run works until the context ends. A worker runs once.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.check(ctx); err != nil {
		return err
	}
	client, err := w.client()
	if err != nil {
		return err
	}
	lasting := context.WithoutCancel(ctx)
	if err := w.beat(ctx); err != nil { // before it takes jobs: those of nobody who is alive are taken away
		return err
	}
	defer w.leave(lasting)
	if err := client.Start(lasting); err != nil {
		return fmt.Errorf("start: %w", err)
	}
	w.beatUntil(ctx)
	w.stopping.Store(true)
	return w.stop(lasting, client)
}

// check makes sure that the database has the tables.
func (w *Worker) check(ctx context.Context) error {
	const remedy = "apply the migrations first: bailiff migrations up"
	if err := migrations.River().Check(ctx, w.pool); err != nil {
		if errors.Is(err, migrations.ErrRiver) {
			return fmt.Errorf("%w: %s", err, remedy)
		}
		return err
	}
	var there bool
	err := w.pool.QueryRow(ctx, `SELECT to_regclass('tasks') IS NOT NULL AND to_regclass('task_results') IS NOT NULL
		AND to_regclass('task_result_parts') IS NOT NULL AND to_regclass('worker_heartbeats') IS NOT NULL`).Scan(&there)
	if err != nil {
		return fmt.Errorf("look for the tables of tasks: %w", err)
	}
	if !there {
		return errors.New("the database has no tables of tasks: " + remedy)
	}
	return nil
}

func (w *Worker) client() (*river.Client[pgx.Tx], error) {
	workers := river.NewWorkers()
	if err := errors.Join(river.AddWorkerSafely(workers, &exporter{worker: w}), river.AddWorkerSafely(workers, &cleaner{worker: w})); err != nil {
		return nil, fmt.Errorf("make a worker: %w", err)
	}
	hourly := river.NewPeriodicJob(river.PeriodicInterval(time.Hour), func() (river.JobArgs, *river.InsertOpts) {
		return cleaning{}, nil
	}, &river.PeriodicJobOpts{RunOnStart: true})
	// Jobs are announced; to look for them as well is for those that are given back, and for announcements
	// that got lost. There is no need to do so less often than the worker says that it is alive.
	poll := min(time.Second, w.config.Beat)
	client, err := river.NewClient(w.driver, &river.Config{
		ID:                w.id,
		FetchPollInterval: poll, FetchCooldown: min(river.FetchCooldownDefault, poll),
		Logger:  w.config.Log,
		Queues:  map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: w.concurrency()}},
		Workers: workers,
		// Jobs of workers that died are given back as soon as their heartbeat has ended. What river itself
		// does is for one that lives, and has lost a job.
		JobTimeout: jobTimeout, RescueStuckJobsAfter: 2*jobTimeout + time.Minute,
		MaxAttempts: maxAttempts, RetryPolicy: backoff(w.config.Backoff),
		SoftStopTimeout: w.config.Grace,
		PeriodicJobs:    []*river.PeriodicJob{hourly},
	})
	if err != nil {
		return nil, fmt.Errorf("make a worker: %w", err)
	}
	return client, nil
}

// concurrency leaves two connections of the pool to the queue and the heartbeat, and one to listen.
func (w *Worker) concurrency() int {
	return min(w.config.Concurrency, max(1, int(w.pool.Config().MaxConns)-3))
}

// stop waits for the jobs that are under way, for as long as they may go on and a little longer.
func (w *Worker) stop(ctx context.Context, client *river.Client[pgx.Tx]) error {
	const margin = 5 * time.Second
	ctx, cancel := context.WithTimeout(ctx, w.config.Grace+margin)
	defer cancel()
	if err := client.Stop(ctx); err != nil {
		return fmt.Errorf("stop: a job does not end, although it was canceled; another worker will do it: %w", err)
	}
	return nil
}

// backoff waits twice as long for every attempt.
type backoff time.Duration

// NextRetry is when a job is tried again that has just failed.
func (b backoff) NextRetry(job *rivertype.JobRow) time.Time {
	return time.Now().Add(time.Duration(b) << min(max(job.Attempt-1, 0), maxAttempts))
}
