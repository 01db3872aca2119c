package server

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/export"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
	"github.com/bailiff-dev/bailiff/server/internal/queue"
)

// exportRoutes are those that start the export of an event, and those that tell what became of it. Some of
// Open Event's exports start with a GET; what they start is the same every time, so it does no harm when
// somebody fetches one twice. Exports of orders, attendees and badges are not served: nor are orders,
// attendees and badges.
func (s *Server) exportRoutes() []plainRoute {
	const of = "/v1/events/{event_identifier}/export/"
	return []plainRoute{
		{http.MethodPost, of + "json", s.export(export.JSON, readMedia)},
		{http.MethodGet, of + "ical", s.export(export.ICal, nil)},
		{http.MethodGet, of + "xcal", s.export(export.XCal, nil)},
		{http.MethodGet, of + "pentabarf", s.export(export.Pentabarf, nil)},
		{http.MethodPost, of + "sessions/csv", s.export(export.SessionsCSV, readStatus)},
		{http.MethodPost, of + "speakers/csv", s.export(export.SpeakersCSV, readStatus)},
		{http.MethodGet, "/v1/tasks/{task_id}", s.task},
		{http.MethodGet, "/v1/tasks/{task_id}/download", s.download},
	}
}

// exportWait is when somebody is asked to come back who has too many exports that are not done.
const exportWait = time.Minute

// started is the answer to a request that starts a task.
type started struct {
	TaskURL string `json:"task_url"`
}

// export starts a task that exports an event. read reads what the body asks for into the order; nil does
// not look at the body.
func (s *Server) export(format export.Format, read func([]byte, *queue.Order) error) endpoint {
	return inTransaction(func(x *exchange) (*reply, error) {
		actor, _, err := x.caller(s)
		if err != nil {
			return nil, err
		}
		event, err := x.exportable(actor)
		if err != nil {
			return nil, err
		}
		order := queue.Order{User: actor.ID, Event: event, Format: format, Status: export.All}
		if read != nil {
			if err := read(x.body, &order); err != nil {
				return nil, err
			}
		}
		if x.http.Method == http.MethodHead { // it asks what a GET would be answered, and nothing else
			return plain(http.StatusOK, nil), nil
		}
		id, err := s.start(x, order)
		if errors.Is(err, queue.ErrTooMany) {
			return nil, &undone{tooMany(exportWait)}
		}
		if err != nil {
			return nil, err
		}
		return plain(http.StatusOK, started{"/v1/tasks/" + strconv.FormatInt(id, 10)}), nil
	})
}

// exportable is the event of the URL, for those who may organize it. Others learn no more of it than they
// could see.
func (x *exchange) exportable(actor *policy.Actor) (int64, error) {
	var args []any
	scope := policy.Scope{Table: "events", Alias: "t", Event: "id", Arg: func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}}
	view, action := events().Policy.View.Compile(actor, scope), policy.CoOrganizer().Compile(actor, scope)
	key := x.vars["event_identifier"]
	var where string
	switch id, err := strconv.ParseInt(key, 10, 64); {
	case err == nil:
		where = "t.id = " + scope.Arg(id) + "::bigint"
	case utf8.ValidString(key) && !strings.ContainsRune(key, 0):
		where = "t.identifier = " + scope.Arg(key) + "::text"
	default:
		return 0, jsonapi.NotFound()
	}
	var event int64
	var sees, may bool
	rows, err := x.db.Query(x.http.Context(), "SELECT t.id, coalesce("+string(view)+", false), coalesce("+string(action)+
		", false) FROM events t WHERE "+where+" AND t.deleted_at IS NULL", args...)
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&event, &sees, &may}, func() error { return nil })
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("hold a policy against event %s: %w", key, err)
	case !sees:
		return 0, jsonapi.NotFound()
	case !may:
		return 0, jsonapi.Forbidden("", policy.CoOrganizer().Refusal())
	}
	return event, nil
}

// readStatus reads which sessions a table is about.
func readStatus(body []byte, o *queue.Order) error {
	var wanted struct {
		Status *string `json:"status"`
	}
	if err := optional(body, &wanted); err != nil {
		return jsonapi.Invalid("", "Not a valid choice of sessions: want an object with a status.")
	}
	if wanted.Status == nil {
		return nil
	}
	o.Status = *wanted.Status
	known := append([]string{export.All}, sessionStates()...)
	if !slices.Contains(known, o.Status) {
		return jsonapi.Invalid("/status", "Must be one of: "+strings.Join(known, ", ")+".")
	}
	return nil
}

// readMedia reads which media an archive shall have. The server keeps none: the archive has the links to
// them in any case, so what is asked for makes no difference.
func readMedia(body []byte, _ *queue.Order) error {
	var wanted struct{ Image, Video, Document, Audio bool }
	if err := optional(body, &wanted); err != nil {
		return jsonapi.Invalid("", "Not a valid choice of media: image, video, document and audio are booleans.")
	}
	return nil
}

// optional reads a body that may be missing.
func optional(body []byte, into any) error {
	if len(bytes.TrimSpace(body)) == 0 {
		return nil
	}
	return json.Unmarshal(body, into)
}
