package queue

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/rivertype"
)

// errDied is why a job fails that no worker has survived.
var errDied = errors.New("the worker that did it died")

// beatUntil says that the worker is alive until the context ends. A beat that fails is logged: the
// database may come back, and the queue waits for it as well.
func (w *Worker) beatUntil(ctx context.Context) {
	ticker := time.NewTicker(w.config.Beat)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			if err := w.beat(ctx); err != nil && ctx.Err() == nil {
				w.config.Log.ErrorContext(ctx, "a worker cannot say that it is alive", "worker", w.id, "error", err)
			}
		}
	}
}

// beat says that the worker is alive, and looks after those that are not.
func (w *Worker) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, max(beats*w.config.Beat, noteTimeout))
	defer cancel()
	now := w.config.Now()
	_, err := w.pool.Exec(ctx, `INSERT INTO worker_heartbeats (id, hostname, started_at, seen_at, expires_at)
		VALUES ($1::text, $2::text, $3::timestamptz, $3::timestamptz, $4::timestamptz)
		ON CONFLICT (id) DO UPDATE SET seen_at = EXCLUDED.seen_at, expires_at = EXCLUDED.expires_at`,
		w.id, w.host, now, now.Add(beats*w.config.Beat))
	if err != nil {
		return fmt.Errorf("say that the worker is alive: %w", err)
	}
	return w.rescue(ctx, now)
}

// leave takes the heartbeat away. Jobs that did not end are then free for others.
func (w *Worker) leave(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, noteTimeout)
	defer cancel()
	if _, err := w.pool.Exec(ctx, "DELETE FROM worker_heartbeats WHERE id = $1::text", w.id); err != nil {
		w.config.Log.ErrorContext(ctx, "a worker cannot say that it leaves", "worker", w.id, "error", err)
	}
}

// lost is a job whose worker died.
type lost struct {
	ID       int64
	Attempts int
	Allowed  int
}

// rescue gives the jobs of workers that died back to the queue, or lets them fail when there is no attempt
// left. Tasks whose job river has given up fail as well.
func (w *Worker) rescue(ctx context.Context, now time.Time) error {
	err := pgx.BeginFunc(ctx, w.pool, func(tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `SELECT id, attempt::int AS attempts, max_attempts::int AS allowed FROM river_job j
			WHERE state = 'running' AND NOT EXISTS (SELECT 1 FROM worker_heartbeats w
				WHERE w.id = j.attempted_by[array_upper(j.attempted_by, 1)] AND w.expires_at > $1::timestamptz)
			ORDER BY id LIMIT 1000 FOR UPDATE SKIP LOCKED`, now)
		if err != nil {
			return err
		}
		jobs, err := pgx.CollectRows(rows, pgx.RowToStructByName[lost])
		if err == nil && len(jobs) > 0 {
			err = w.release(ctx, tx, jobs)
		}
		if err != nil {
			return err
		}
		_, err = tx.Exec(ctx, `UPDATE tasks t SET state = 'FAILURE', error = $2::text, finished_at = $1::timestamptz
			FROM river_job j WHERE t.finished_at IS NULL AND j.id = t.job_id AND j.state IN ('discarded', 'cancelled')`, now, told(errDied))
		if err == nil {
			_, err = tx.Exec(ctx, `UPDATE tasks t SET state = 'RETRY' FROM river_job j
				WHERE t.state = 'STARTED' AND j.id = t.job_id AND j.state IN ('available', 'retryable', 'scheduled')`)
		}
		if err == nil {
			_, err = tx.Exec(ctx, "DELETE FROM worker_heartbeats WHERE expires_at < $1::timestamptz", now.Add(-24*time.Hour))
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("look after jobs of workers that died: %w", err)
	}
	return nil
}

// release gives jobs back to the queue.
func (w *Worker) release(ctx context.Context, tx pgx.Tx, jobs []lost) error {
	now := time.Now() // the queue has its own clock
	p := &riverdriver.JobRescueManyParams{StuckHorizon: now}
	for _, job := range jobs {
		note, err := json.Marshal(rivertype.AttemptError{At: now, Attempt: max(job.Attempts, 0), Error: errDied.Error()})
		if err != nil {
			return err
		}
		state, finalized := rivertype.JobStateAvailable, (*time.Time)(nil)
		if job.Attempts >= job.Allowed {
			state, finalized = rivertype.JobStateDiscarded, &now
		}
		p.ID, p.Error = append(p.ID, job.ID), append(p.Error, note)
		p.FinalizedAt, p.ScheduledAt, p.State = append(p.FinalizedAt, finalized), append(p.ScheduledAt, now), append(p.State, string(state))
		w.config.Log.WarnContext(ctx, "a worker died, and its job is given back", "job", job.ID, "attempt", job.Attempts)
	}
	_, err := w.driver.UnwrapExecutor(tx).JobRescueMany(ctx, p)
	return err
}
