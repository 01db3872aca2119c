package server

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
)

// checkEmail says whether an e-mail address is taken.
func (s *Server) checkEmail(x *exchange) (*reply, error) {
	var body struct {
		Email string `json:"email"`
	}
	if err := json.Unmarshal(x.body, &body); err != nil || body.Email == "" || strings.ContainsRune(body.Email, 0) {
		return nil, &jsonapi.Plain{Status: http.StatusUnprocessableEntity, Message: "Email field missing"}
	}
	var answer struct {
		Exists bool `json:"exists"`
	}
	err := x.db.QueryRow(x.http.Context(), `SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower($1::text))`,
		strings.TrimSpace(body.Email)).Scan(&answer.Exists)
	if err != nil {
		return nil, fmt.Errorf("look up e-mail address: %w", err)
	}
	return plain(http.StatusOK, answer), nil
}

// userID says who the caller is.
func (s *Server) userID(x *exchange) (*reply, error) {
	actor, _, err := x.caller(s)
	if err != nil {
		return nil, err
	}
	return plain(http.StatusOK, struct {
		ID string `json:"user_id"`
	}{fmt.Sprint(actor.ID)}), nil
}

// field is a text in the object data of a plain request.
type field struct {
	name string
	text *string
}

// readData reads {"data": {"name": "text", ...}}, in which every field must be.
func (x *exchange) readData(fields ...field) error {
	var body struct {
		Data map[string]any `json:"data"`
	}
	if err := json.Unmarshal(x.body, &body); err != nil {
		return jsonapi.BadRequest("/data", "The request body must be JSON with an object data")
	}
	for _, f := range fields {
		text, ok := body.Data[f.name].(string)
		switch {
		case body.Data[f.name] == nil || (ok && text == ""):
			return jsonapi.BadRequest("/data/"+f.name, "Missing data for required field.")
		case !ok || strings.ContainsRune(text, 0):
			return jsonapi.BadRequest("/data/"+f.name, "Not a valid string.")
		}
		*f.text = text
	}
	return nil
}

// message is the answer to what has no other result than a mail.
type message struct {
	Message string `json:"message"`
	Email   string `json:"email,omitempty"`
}

// resendVerification mails the token once more that shows an e-mail address to be the user's. Open
// Event says whether there is such a user, and so does this server; the mails are as limited as those
// that reset a password.
func (s *Server) resendVerification(x *exchange) (*reply, error) {
	var email string
	if err := x.readData(field{"email", &email}); err != nil {
		return nil, err
	}
	email = strings.TrimSpace(email)
	if refused, err := x.exceeds(s, mailLimits(x, "resend-verification-email", email)); refused != nil || err != nil {
		return refused, err
	}
	var id int64
	var to string
	err := x.db.QueryRow(x.http.Context(), `SELECT id, email FROM users
		WHERE lower(email) = lower($1::text) AND deleted_at IS NULL AND NOT is_blocked`, email).Scan(&id, &to)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		// A reply, for an error would undo the count: then one could try addresses without a limit.
		return errorDocument(jsonapi.Unprocessable("", "User with email: "+email+" not found.")), nil
	case err != nil:
		return nil, fmt.Errorf("look up user: %w", err)
	}
	if err := s.mailVerification(x.http.Context(), x.db, id, to); err != nil {
		return nil, err
	}
	return plain(http.StatusOK, message{Message: "Verification email resent"}), nil
}

// verifyEmail takes the token of such a mail. It is good for the address that it was sent to, as long
// as it is the user's.
func (s *Server) verifyEmail(x *exchange) (*reply, error) {
	var token string
	if err := x.readData(field{"token", &token}); err != nil {
		return nil, err
	}
	c, err := s.read(token, verifyToken)
	if err != nil {
		return nil, jsonapi.BadRequest("/data/token", "Invalid Token")
	}
	tag, err := x.db.Exec(x.http.Context(), `UPDATE users SET is_verified = true
		WHERE id = $1::bigint AND lower(email) = lower($2::text) AND deleted_at IS NULL AND NOT is_blocked`, c.Identity, c.Email)
	switch {
	case err != nil:
		return nil, fmt.Errorf("verify e-mail address of user %d: %w", c.Identity, err)
	case tag.RowsAffected() == 0:
		return nil, jsonapi.BadRequest("/data/token", "Invalid Token")
	}
	return plain(http.StatusOK, message{Message: "Email Verified"}), nil
}

// errorDocument is an error as an answer that lets what the request wrote stand.
func errorDocument(e *jsonapi.Error) *reply {
	return &reply{status: e.Status, header: http.Header{}, mediaType: jsonapi.MediaType, body: jsonapi.Errors{e}.Append(nil)}
}
