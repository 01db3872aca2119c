package queue

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/internal/export"
)

// What bounds a result: how large it is, and the parts that it is kept in.
const (
	maxResult = 64 << 20
	partSize  = 256 << 10
)

// errTooLarge is the error of a result that would be larger than maxResult.
var errTooLarge = fmt.Errorf("the file would have more than %d MiB", maxResult>>20)

// errNoTask is the error of a job whose task has gone, or has ended.
var errNoTask = errors.New("nobody waits for it any more")

// permanent reports whether another attempt would end in the same error.
func permanent(err error) bool {
	return errors.Is(err, export.ErrNoEvent) || errors.Is(err, errTooLarge) || errors.Is(err, errNoTask)
}

// told is an error in words for who asked; the queue and the log have it whole.
func told(err error) string {
	for _, known := range []error{export.ErrNoEvent, errTooLarge} {
		if errors.Is(err, known) {
			return known.Error()
		}
	}
	return "The export could not be made because of an error of the server"
}

// work is a job: it writes the export, and notes in the same transaction that the task has succeeded.
func work(ctx context.Context, tx pgx.Tx, job int64, o Order, now time.Time) error {
	var task int64
	err := tx.QueryRow(ctx, "SELECT id FROM tasks WHERE job_id = $1::bigint AND finished_at IS NULL FOR UPDATE", job).Scan(&task)
	if errors.Is(err, pgx.ErrNoRows) {
		return errNoTask
	}
	if err != nil {
		return fmt.Errorf("look up the task of job %d: %w", job, err)
	}
	out := &parts{ctx: ctx, tx: tx, task: task}
	file, err := export.Write(ctx, tx, export.Order{Event: o.Event, Format: o.Format, Status: o.Status}, out)
	if err == nil {
		err = out.flush()
	}
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `INSERT INTO task_results (task_id, file_name, media_type, size)
		VALUES ($1::bigint, $2::text, $3::text, $4::bigint)`, task, file.Name, file.MediaType, out.size)
	if err == nil {
		_, err = tx.Exec(ctx, `UPDATE tasks SET state = 'SUCCESS', error = NULL, finished_at = $2::timestamptz, expires_at = $3::timestamptz
			WHERE id = $1::bigint`, task, now, now.Add(Keep))
	}
	if err != nil {
		return fmt.Errorf("note the result of task %d: %w", task, err)
	}
	return nil
}

// executor is a pool or a transaction.
type executor interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
}

// state notes what a task that has not ended is at.
func state(ctx context.Context, db executor, job int64, state string) error {
	_, err := db.Exec(ctx, "UPDATE tasks SET state = $2::text WHERE job_id = $1::bigint AND finished_at IS NULL", job, state)
	if err != nil {
		return fmt.Errorf("note that the task of job %d is %s: %w", job, state, err)
	}
	return nil
}

// fail notes that a task has failed for good.
func fail(ctx context.Context, db executor, job int64, why error, now time.Time) error {
	_, err := db.Exec(ctx, `UPDATE tasks SET state = 'FAILURE', error = $2::text, finished_at = $3::timestamptz, expires_at = $4::timestamptz
		WHERE job_id = $1::bigint AND finished_at IS NULL`, job, told(why), now, now.Add(Keep))
	if err != nil {
		return fmt.Errorf("note that the task of job %d failed: %w", job, err)
	}
	return nil
}

// parts keeps what is written to it as the parts of a result.
type parts struct {
	ctx    context.Context //nolint:containedctx // io.Writer has no place for it
	tx     pgx.Tx
	task   int64
	number int
	size   int64
	buffer []byte
}

func (p *parts) Write(b []byte) (int, error) {
	if p.size+int64(len(b)) > maxResult {
		return 0, errTooLarge
	}
	p.size += int64(len(b))
	written := len(b)
	for len(b) > 0 {
		n := min(len(b), partSize-len(p.buffer))
		p.buffer, b = append(p.buffer, b[:n]...), b[n:]
		if len(p.buffer) == partSize {
			if err := p.flush(); err != nil {
				return 0, err
			}
		}
	}
	return written, nil
}

// flush writes the part that is not full.
func (p *parts) flush() error {
	if len(p.buffer) == 0 {
		return nil
	}
	_, err := p.tx.Exec(p.ctx, "INSERT INTO task_result_parts (task_id, number, content) VALUES ($1::bigint, $2::int, $3::bytea)",
		p.task, p.number, p.buffer)
	if err != nil {
		return fmt.Errorf("keep part %d of the result of task %d: %w", p.number, p.task, err)
	}
	p.number++
	p.buffer = p.buffer[:0]
	return nil
}
