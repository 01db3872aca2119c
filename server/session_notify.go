package server

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// What a message to speakers may have: characters, and copies.
const (
	maxSubject = 250
	maxMessage = 5000
	maxCopies  = 50
)

// announcement is the body of a notification.
type announcement struct {
	Subject string   `json:"subject"`
	Message string   `json:"message"`
	BCC     []string `json:"bcc"`
}

// notifySpeakers mails a message of the organizers to the speakers of a session.
func (s *Server) notifySpeakers(x *exchange) (*reply, error) {
	actor, err := x.authenticator(s)()
	if err != nil {
		return nil, err
	}
	if actor == nil {
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Missing Authorization Header"}
	}
	var m announcement
	if err := json.Unmarshal(x.body, &m); err != nil {
		return nil, jsonapi.Invalid("", "Not a valid message: want subject, message and bcc.")
	}
	if err := m.check(); err != nil {
		return nil, err
	}
	id, _ := strconv.ParseInt(x.vars["id"], 10, 64)
	if err := x.mayNotify(actor, id); err != nil {
		return nil, err
	}
	rows, err := x.db.Query(x.http.Context(), `SELECT p.email FROM speaker p JOIN speakers_sessions ss ON ss.speaker_id = p.id
		WHERE ss.session_id = $1::bigint AND p.deleted_at IS NULL AND p.email <> '' ORDER BY p.id`, id)
	if err != nil {
		return nil, fmt.Errorf("look up speakers of session %d: %w", id, err)
	}
	recipients, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("look up speakers of session %d: %w", id, err)
	}
	for _, recipient := range append(recipients, m.BCC...) {
		if err := post(x.http.Context(), x.db, letter{recipient: recipient, action: "session-notify", subject: m.Subject, message: m.Message}, x.now); err != nil {
			return nil, err
		}
	}
	return plain(http.StatusOK, success{true}), nil
}

// check says what is wrong with a message.
func (m announcement) check() error {
	switch {
	case m.Subject == "" || len([]rune(m.Subject)) > maxSubject:
		return jsonapi.Invalid("/subject", fmt.Sprintf("Length must be between 1 and %d.", maxSubject))
	case m.Message == "" || len([]rune(m.Message)) > maxMessage:
		return jsonapi.Invalid("/message", fmt.Sprintf("Length must be between 1 and %d.", maxMessage))
	case len(m.BCC) > maxCopies:
		return jsonapi.Invalid("/bcc", fmt.Sprintf("At most %d addresses.", maxCopies))
	case strings.ContainsRune(m.Subject+m.Message, 0):
		return jsonapi.Invalid("", "Not a valid string.")
	}
	for _, address := range m.BCC {
		if !strings.Contains(address, "@") || strings.ContainsAny(address, " ,;\r\n\x00") {
			return jsonapi.Invalid("/bcc", "Not a valid email address.")
		}
	}
	return nil
}

// mayNotify is for those who may organize the event of the session. Others learn no more of it than they
// could see.
func (x *exchange) mayNotify(actor *policy.Actor, session int64) error {
	var args []any
	scope := policy.Scope{Table: "sessions", Alias: "t", Event: "event_id", User: "creator_id", Arg: func(v any) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}}
	view, action := sessions().Policy.View.Compile(actor, scope), policy.CoOrganizer().Compile(actor, scope)
	var sees, may bool
	rows, err := x.db.Query(x.http.Context(), "SELECT coalesce("+string(view)+", false), coalesce("+string(action)+
		", false) FROM sessions t WHERE t.id = "+scope.Arg(session)+"::bigint AND t.deleted_at IS NULL", args...)
	if err == nil {
		_, err = pgx.ForEachRow(rows, []any{&sees, &may}, func() error { return nil })
	}
	switch {
	case err != nil:
		return fmt.Errorf("hold a policy against session %d: %w", session, err)
	case !sees:
		return jsonapi.NotFound()
	case !may:
		return jsonapi.Forbidden("", policy.CoOrganizer().Refusal())
	}
	return nil
}
