// Package queue is the background work of the server, on river, whose queue is in Postgres: what somebody
// asked for is a row of the table tasks, and a job of river does it.
//
//	task, err := q.Start(ctx, tx, queue.Order{User: 1, Event: 1, Format: export.ICal}, now)
//	err = q.Inline(ctx, tx, task, now)                   // do it at once, in the same transaction
//	err = queue.NewWorker(pool, queue.Config{}).Run(ctx) // or do what others have left
//
// A job is there exactly when the transaction that asked for it was committed, and its result is there
// exactly when the job is done. The package does not decide who may ask for what.
package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"

	"github.com/bailiff-dev/bailiff/server/internal/export"
)

// Keep is how long a task is remembered, and its result with it, after it was asked for or has ended.
const Keep = 7 * 24 * time.Hour

// What bounds a job.
const (
	maxAttempts = 5
	jobTimeout  = 2 * time.Minute
)

// maxUnfinished is how many tasks of one user may wait or be done at a time. What fills the queue delays
// everybody's.
const maxUnfinished = 20

// ErrTooMany is the error of an order by somebody who has too many tasks that are not done. What Start has written
// has to be undone then.
var ErrTooMany = errors.New("too many tasks are not done")

// Order is an export that somebody asks for. It is also the job: two orders that are equal are one, as
// long as it is not done.
type Order struct {
	User   int64         `json:"user"`
	Event  int64         `json:"event"`
	Format export.Format `json:"format"`
	Status string        `json:"status"`
}

// Kind is the name of these jobs in the queue.
func (Order) Kind() string { return "export" }

// InsertOpts makes orders that are equal one.
func (Order) InsertOpts() river.InsertOpts {
	return river.InsertOpts{MaxAttempts: maxAttempts, UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
		rivertype.JobStateRunning, rivertype.JobStateScheduled,
	}}}
}

// Task is what an order has become.
type Task struct {
	ID    int64
	job   int64
	order Order
	// again says that it was asked for already, and is not done.
	again bool
}

// Queue takes orders. It is safe for use by several goroutines.
type Queue struct {
	driver *riverpgxv5.Driver
	client *river.Client[pgx.Tx]
}

// New returns a queue that needs no database of its own: it works in the transactions that it is given.
func New(log *slog.Logger) (*Queue, error) {
	driver := riverpgxv5.New(nil)
	client, err := river.NewClient(driver, &river.Config{Logger: log})
	if err != nil {
		return nil, fmt.Errorf("make a queue: %w", err)
	}
	return &Queue{driver, client}, nil
}

// Start puts an order into the queue, in a transaction. An order that is there already, and not done, is
// not put there twice: its task is returned. The error wraps ErrTooMany when the user has to wait.
func (q *Queue) Start(ctx context.Context, tx pgx.Tx, o Order, now time.Time) (Task, error) {
	inserted, err := q.client.InsertTx(ctx, tx, o, nil)
	if err != nil {
		return Task{}, fmt.Errorf("put an export into the queue: %w", err)
	}
	task := Task{job: inserted.Job.ID, order: o, again: inserted.UniqueSkippedAsDuplicate}
	if task.again {
		err := tx.QueryRow(ctx, "SELECT id FROM tasks WHERE job_id = $1::bigint", task.job).Scan(&task.ID)
		if !errors.Is(err, pgx.ErrNoRows) {
			return task, asked(err)
		}
		task.again = false // its task was deleted; that one gets a new one
	}
	if err := admit(ctx, tx, o.User, now); err != nil {
		return Task{}, err
	}
	err = tx.QueryRow(ctx, `INSERT INTO tasks (user_id, event_id, kind, job_id, created_at, expires_at)
		VALUES ($1::bigint, $2::bigint, $3::text, $4::bigint, $5::timestamptz, $6::timestamptz) RETURNING id`,
		o.User, o.Event, "export-"+string(o.Format), task.job, now, now.Add(Keep)).Scan(&task.ID)
	return task, asked(err)
}

func asked(err error) error {
	if err != nil {
		return fmt.Errorf("note a task: %w", err)
	}
	return nil
}

// admit makes sure that a user may have one more task. Orders of one user that come at the same time wait for
// each other.
func admit(ctx context.Context, tx pgx.Tx, user int64, now time.Time) error {
	_, err := tx.Exec(ctx, "SELECT pg_advisory_xact_lock(hashtextextended('tasks of ' || $1::bigint, 0))", user)
	var unfinished int
	if err == nil {
		err = tx.QueryRow(ctx, `SELECT count(*) FROM tasks WHERE user_id = $1::bigint AND finished_at IS NULL
			AND expires_at > $2::timestamptz`, user, now).Scan(&unfinished)
	}
	if err != nil {
		return fmt.Errorf("count tasks of user %d: %w", user, err)
	}
	if unfinished >= maxUnfinished {
		return fmt.Errorf("user %d: %w", user, ErrTooMany)
	}
	return nil
}
