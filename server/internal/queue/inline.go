package queue

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// inlineWorker is who does jobs that nobody else does, as the queue knows it.
const inlineWorker = "inline"

// Inline does a task at once, in a savepoint of the transaction, and notes in the queue that it is done.
// There is one attempt. The error of the work is that of the task, and not returned; one that is returned
// says that the transaction is good for nothing.
func (q *Queue) Inline(ctx context.Context, tx pgx.Tx, task Task, now time.Time) error {
	if task.again {
		return nil // a worker does it
	}
	failed, err := inSavepoint(ctx, tx, func(tx pgx.Tx) error { return work(ctx, tx, task.job, task.order, now) })
	if err != nil {
		return fmt.Errorf("do task %d at once: %w", task.ID, err)
	}
	done := riverdriver.JobUpdateFullParams{
		ID: task.job, AttemptDoUpdate: true, Attempt: 1, AttemptedAtDoUpdate: true, AttemptedAt: &now,
		AttemptedByDoUpdate: true, AttemptedBy: []string{inlineWorker}, FinalizedAtDoUpdate: true, FinalizedAt: &now,
		StateDoUpdate: true, State: rivertype.JobStateCompleted,
	}
	if failed != nil {
		if err := fail(ctx, tx, task.job, failed, now); err != nil {
			return err
		}
		note, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: 1, Error: failed.Error()})
		if err != nil {
			return fmt.Errorf("note the failure of task %d: %w", task.ID, err)
		}
		done.State, done.ErrorsDoUpdate, done.Errors = rivertype.JobStateDiscarded, true, [][]byte{note}
	}
	if _, err := q.driver.UnwrapExecutor(tx).JobUpdateFull(ctx, &done); err != nil {
		return fmt.Errorf("note that task %d is done: %w", task.ID, err)
	}
	return nil
}

// inSavepoint does something in a savepoint, which is undone when it fails or panics. failed is why it
// did; err is that the savepoint itself does not work, or that nobody waits any more.
func inSavepoint(ctx context.Context, tx pgx.Tx, do func(pgx.Tx) error) (failed, err error) {
	inner, err := tx.Begin(ctx)
	if err != nil {
		return nil, err
	}
	failed = recovered(func() error { return do(inner) })
	if ctx.Err() != nil {
		failed, err = nil, ctx.Err()
	}
	if failed == nil && err == nil {
		return inner.Commit(ctx), nil
	}
	if undo := inner.Rollback(context.WithoutCancel(ctx)); err == nil {
		err = undo
	}
	return failed, err
}

// recovered makes an error of a panic.
func recovered(do func() error) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("panic: %v", problem)
		}
	}()
	return do()
}
