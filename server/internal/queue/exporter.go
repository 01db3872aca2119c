package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivertype"
)

// exporter does exports that are in the queue.
type exporter struct {
	river.WorkerDefaults[Order]
	worker *Worker
}

// Timeout is how long an attempt may take.
func (*exporter) Timeout(*river.Job[Order]) time.Duration { return jobTimeout }

// Work is one attempt at a job.
func (e *exporter) Work(ctx context.Context, job *river.Job[Order]) error {
	err := state(ctx, e.worker.pool, job.ID, "STARTED")
	if err == nil {
		err = recovered(func() error { return e.attempt(ctx, job) })
	}
	if err == nil {
		return nil
	}
	return e.failed(ctx, job, err)
}

// attempt does the job, and notes in the same transaction that it is done. That one sees a single state of
// the event, however long it takes.
func (e *exporter) attempt(ctx context.Context, job *river.Job[Order]) error {
	tx, err := e.worker.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead})
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer tx.Rollback(context.WithoutCancel(ctx)) //nolint:errcheck // after a commit it does nothing
	if err := work(ctx, tx, job.ID, job.Args, e.worker.config.Now()); err != nil {
		return err
	}
	done, err := river.JobCompleteTx[*riverpgxv5.Driver](ctx, tx, job)
	if err != nil {
		return fmt.Errorf("note that job %d is done: %w", job.ID, err)
	}
	if done.State != rivertype.JobStateCompleted {
		return fmt.Errorf("job %d was given to another worker", job.ID)
	}
	return tx.Commit(ctx)
}

// failed decides what becomes of a job that has failed.
func (e *exporter) failed(ctx context.Context, job *river.Job[Order], why error) error {
	lasting, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteTimeout)
	defer cancel()
	switch {
	case e.worker.stopping.Load() && ctx.Err() != nil: // it was the worker's fault: no attempt was lost
		return errors.Join(river.JobSnooze(0), state(lasting, e.worker.pool, job.ID, "WAITING"))
	case permanent(why):
		return errors.Join(river.JobCancel(why), fail(lasting, e.worker.pool, job.ID, why, e.worker.config.Now()))
	case job.Attempt >= job.MaxAttempts:
		return errors.Join(why, fail(lasting, e.worker.pool, job.ID, why, e.worker.config.Now()))
	}
	return errors.Join(why, state(lasting, e.worker.pool, job.ID, "RETRY"))
}

// cleaning is the job of taking away what is no longer kept.
type cleaning struct{}

// Kind is the name of these jobs in the queue.
func (cleaning) Kind() string { return "clean_tasks" }

// InsertOpts makes sure that one of them is there at most.
func (cleaning) InsertOpts() river.InsertOpts { return Order{}.InsertOpts() }

// cleaner takes away what is no longer kept.
type cleaner struct {
	river.WorkerDefaults[cleaning]
	worker *Worker
}

// Work deletes tasks a thousand at a time, and their results with them.
func (c *cleaner) Work(ctx context.Context, _ *river.Job[cleaning]) error {
	const many = 1000
	for {
		tag, err := c.worker.pool.Exec(ctx, `DELETE FROM tasks WHERE id IN
			(SELECT id FROM tasks WHERE expires_at <= $1::timestamptz ORDER BY id LIMIT 1000)`, c.worker.config.Now())
		if err != nil {
			return fmt.Errorf("delete old tasks: %w", err)
		}
		if tag.RowsAffected() < many {
			return nil
		}
	}
}
