package server

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// status is what a task has come to, as Open Event tells it.
type status struct {
	State string `json:"state"`
	// Result is nil as long as there is none.
	Result any `json:"result,omitempty"`
}

// downloadable is the result of a task that has made a file.
type downloadable struct {
	URL string `json:"download_url"`
}

// failureNote is the result of a task that has failed.
type failureNote struct {
	Message string `json:"message"`
}

// task tells what a task has come to: WAITING for a worker, STARTED, RETRY after an attempt that failed,
// SUCCESS or FAILURE.
func (s *Server) task(x *exchange) (*reply, error) {
	id, err := s.ownTask(x)
	if err != nil {
		return nil, err
	}
	var told status
	var why *string
	err = x.db.QueryRow(x.http.Context(), "SELECT state, error FROM tasks WHERE id = $1::bigint", id).Scan(&told.State, &why)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, jsonapi.NotFound()
	}
	if err != nil {
		return nil, fmt.Errorf("look up task %d: %w", id, err)
	}
	switch {
	case told.State == "SUCCESS":
		told.Result = downloadable{"/v1/tasks/" + strconv.FormatInt(id, 10) + "/download"}
	case told.State == "FAILURE" && why != nil:
		told.Result = failureNote{*why}
	}
	return plain(http.StatusOK, told), nil
}

// ownTask is the task of the URL, if the caller has asked for it or is staff. To others it is not there:
// identifiers of tasks can be guessed.
func (s *Server) ownTask(x *exchange) (int64, error) {
	actor, _, err := x.caller(s)
	if err != nil {
		return 0, err
	}
	id, err := strconv.ParseInt(x.vars["task_id"], 10, 64)
	if err != nil {
		return 0, jsonapi.NotFound()
	}
	var seen bool
	err = x.db.QueryRow(x.http.Context(), `SELECT EXISTS (SELECT 1 FROM tasks WHERE id = $1::bigint AND expires_at > $2::timestamptz
		AND ($3::boolean OR user_id = $4::bigint))`, id, x.now, actor.Staff(), actor.ID).Scan(&seen)
	if err != nil {
		return 0, fmt.Errorf("look up task %d: %w", id, err)
	}
	if !seen {
		return 0, jsonapi.NotFound()
	}
	return id, nil
}

// download answers with the file that a task has made. It is read and sent part by part.
func (s *Server) download(x *exchange) (*reply, error) {
	id, err := s.ownTask(x)
	if err != nil {
		return nil, err
	}
	var name, mediaType string
	var size int64
	err = x.db.QueryRow(x.http.Context(), "SELECT file_name, media_type, size FROM task_results WHERE task_id = $1::bigint", id).
		Scan(&name, &mediaType, &size)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, jsonapi.NotFound() // not yet, or never
	}
	if err != nil {
		return nil, fmt.Errorf("look up the result of task %d: %w", id, err)
	}
	return &reply{
		status: http.StatusOK, mediaType: mediaType, size: size,
		header: http.Header{
			"Content-Disposition":    {mime.FormatMediaType("attachment", map[string]string{"filename": name})},
			"X-Content-Type-Options": {"nosniff"},
			"Cache-Control":          {"private, no-store"},
		},
		stream: func(ctx context.Context, db DB, w io.Writer) error { return sendParts(ctx, db, id, w) },
	}, nil
}

// sendParts writes the parts of a result in their order.
func sendParts(ctx context.Context, db DB, task int64, w io.Writer) error {
	for number := 0; ; number++ {
		var content []byte
		err := db.QueryRow(ctx, "SELECT content FROM task_result_parts WHERE task_id = $1::bigint AND number = $2::int", task, number).
			Scan(&content)
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read part %d of the result of task %d: %w", number, task, err)
		}
		if _, err := w.Write(content); err != nil {
			return err
		}
	}
}
