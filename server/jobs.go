package server

import (
	"errors"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/queue"
)

// Jobs says when background work is carried out.
type Jobs string

// When background work is carried out: by the request that asks for it, inside its transaction, or by
// workers, from a queue in Postgres. A Worker is what carries it out.
const (
	JobsInline Jobs = "inline"
	JobsQueued Jobs = "queued"
)

// inTransaction runs an endpoint in a transaction, also where one that answers a GET has none.
func inTransaction(serve endpoint) endpoint {
	return func(x *exchange) (*reply, error) {
		if _, already := x.db.(pgx.Tx); already {
			return serve(x)
		}
		return x.transact(serve)
	}
}

// start puts an order into the queue, or carries it out at once. It returns the identifier of the task. A
// task that fails is no error: whoever asks for it learns that.
func (s *Server) start(x *exchange, o queue.Order) (int64, error) {
	tx, ok := x.db.(pgx.Tx)
	if !ok {
		return 0, errors.New("start a task: there is no transaction")
	}
	q, err := s.queue()
	if err != nil {
		return 0, err
	}
	task, err := q.Start(x.http.Context(), tx, o, x.now)
	if err == nil && s.config.Jobs != JobsQueued {
		err = q.Inline(x.http.Context(), tx, task, x.now)
	}
	return task.ID, err
}
