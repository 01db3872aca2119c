package server

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/bailiff-dev/bailiff/server/internal/queue"
)

// WorkerConfig configures a Worker. The zero value works.
type WorkerConfig struct {
	// Concurrency is how many jobs are done at once. Each needs a connection of the pool, and the worker
	// two more. Zero: 2.
	Concurrency int
	// Grace is how long jobs may go on when the worker is asked to stop; then they are given back to the
	// queue. Zero: 10 s.
	Grace time.Duration
	// Beat is how often the worker says that it is alive. It is taken for dead when it has not said so
	// for three beats, and another worker does its jobs. Zero: 5 s.
	Beat time.Duration
	// Backoff is how long the second attempt at a job waits; every further one waits twice as long. Zero:
	// 2 s.
	Backoff time.Duration
	// Now is the clock of tasks and heartbeats. nil: time.Now.
	Now func() time.Time
	// Log takes what goes wrong. nil: nothing is logged.
	Log *slog.Logger
}

// Worker does the work that a server with JobsQueued leaves in the queue. Any number of them may work on
// one database.
type Worker struct{ worker *queue.Worker }

// NewWorker returns a worker on a database. It does nothing before Run.
func NewWorker(pool *pgxpool.Pool, c WorkerConfig) *Worker {
	return &Worker{queue.NewWorker(pool, queue.Config(c))}
}

// Run works until the context ends, and then stops in an orderly way: it takes no more jobs, and those
// under way have WorkerConfig.Grace to end. That it was stopped is no error; that the database has not
// the tables which it needs is one, at once.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.worker.Run(ctx); err != nil {
		return fmt.Errorf("worker: %w", err)
	}
	return nil
}

// ID is the name of the worker in the queue and in the table worker_heartbeats.
func (w *Worker) ID() string { return w.worker.ID() }

// WorkerStatus says how the workers of a database are.
type WorkerStatus struct {
	// Alive is how many workers there are that were seen lately.
	Alive int
	// Seen is when one was seen last, dead ones too. It is zero when there is none.
	Seen time.Time
	// Waiting is how many tasks wait for a worker.
	Waiting int
	// Oldest is since when the first of them waits, zero when none does.
	Oldest time.Time
}

// Workers looks at the workers of a database at a time of the server's clock.
func Workers(ctx context.Context, db DB, now time.Time) (WorkerStatus, error) {
	var s WorkerStatus
	var seen, oldest *time.Time
	err := db.QueryRow(ctx, `SELECT w.alive, w.seen, t.waiting, t.oldest
		FROM (SELECT count(*) FILTER (WHERE expires_at > $1::timestamptz) AS alive, max(seen_at) AS seen FROM worker_heartbeats) w,
			(SELECT count(*) AS waiting, min(created_at) AS oldest FROM tasks WHERE state = 'WAITING') t`, now).
		Scan(&s.Alive, &seen, &s.Waiting, &oldest)
	if err != nil {
		return WorkerStatus{}, fmt.Errorf("look at the workers: %w", err)
	}
	if seen != nil {
		s.Seen = *seen
	}
	if oldest != nil {
		s.Oldest = *oldest
	}
	return s, nil
}
