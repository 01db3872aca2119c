package server

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/password"
)

const (
	// minPassword is how many characters a password has at least.
	minPassword = 8
	// resetLife is how long a mailed token resets a password.
	resetLife = time.Hour
)

// tooShort reports whether a password has too few characters.
func tooShort(given string) bool { return len([]rune(given)) < minPassword }

// matches reports whether a password is the one of the hash that is stored for a user.
func (s *Server) matches(ctx context.Context, user int64, given, stored string) bool {
	ok, err := password.Verify(given, stored)
	if err != nil { // what is stored is no hash, so no password is right
		s.config.Log.WarnContext(ctx, "cannot verify a password", "user", user, "error", err)
	}
	return ok
}

// account is a user as plain answers about passwords show them.
type account struct {
	ID    string  `json:"id"`
	Email string  `json:"email"`
	Name  *string `json:"name"`

	id     int64
	stored string
}

// accountColumns are what scan wants.
const accountColumns = `id, email, password, coalesce(nullif(public_name, ''), nullif(concat_ws(' ', first_name, last_name), ''))`

func (a *account) scan(row pgx.Row, more ...any) error {
	err := row.Scan(append([]any{&a.id, &a.Email, &a.stored, &a.Name}, more...)...)
	a.ID = strconv.FormatInt(a.id, 10)
	return err
}

// account is the one of a user who is there.
func (x *exchange) account(user int64) (*account, error) {
	a := &account{}
	if err := a.scan(x.db.QueryRow(x.http.Context(), "SELECT "+accountColumns+" FROM users WHERE id = $1::bigint", user)); err != nil {
		return nil, fmt.Errorf("read account %d: %w", user, err)
	}
	return a, nil
}

// verifyPassword says whether a password is the caller's.
func (s *Server) verifyPassword(x *exchange) (*reply, error) {
	actor, _, err := x.caller(s)
	if err != nil {
		return nil, err
	}
	var body struct {
		Password string `json:"password"`
	}
	if err := json.Unmarshal(x.body, &body); err != nil || body.Password == "" {
		return nil, &jsonapi.Plain{Status: http.StatusBadRequest, Message: "user or password missing"}
	}
	a, err := x.account(actor.ID)
	if err != nil {
		return nil, err
	}
	right, refused, err := s.shows(x, a, body.Password)
	if refused != nil || err != nil {
		return refused, err
	}
	return plain(http.StatusOK, struct {
		Result bool `json:"result"`
	}{right}), nil
}

// shows says whether a password is the one of a caller, within the limit of logins that fail: whoever has found a
// token could try passwords here as well. A password that is wrong must not end in an error, which would undo
// that it was counted.
func (s *Server) shows(x *exchange, a *account, given string) (right bool, refused *reply, err error) {
	failures := s.config.Logins.failures(a.Email)
	if refused, err = x.exceeds(s, failures); refused != nil || err != nil {
		return false, refused, err
	}
	if !s.matches(x.http.Context(), a.id, given, a.stored) {
		return false, nil, nil
	}
	return true, nil, s.memory.uncount(x, failures)
}

// changePassword gives the caller another password. As with every change of a password, no refresh
// token from before is good any more, and access tokens from before are no longer fresh.
func (s *Server) changePassword(x *exchange) (*reply, error) {
	actor, err := x.freshCaller(s)
	if err != nil {
		return nil, err
	}
	var before, after string
	if err := x.readData(field{"old-password", &before}, field{"new-password", &after}); err != nil {
		return nil, err
	}
	a, err := x.account(actor.ID)
	if err != nil {
		return nil, err
	}
	right, refused, err := s.shows(x, a, before)
	switch {
	case refused != nil || err != nil:
		return refused, err
	case !right:
		return refusal(jsonapi.Errors{jsonapi.BadRequest("/data/old-password", "Wrong Password. Please enter correct current password.")}), nil
	case before == after:
		return nil, jsonapi.BadRequest("/data/new-password", "Old and New passwords must be different")
	case tooShort(after):
		return nil, jsonapi.BadRequest("/data/new-password", "Password should have minimum 8 characters")
	}
	if err := s.setPassword(x, a, after); err != nil {
		return nil, err
	}
	return plain(http.StatusOK, struct {
		*account
		Changed bool `json:"password-changed"`
	}{a, true}), nil
}

// setPassword stores a password, and tells its user.
func (s *Server) setPassword(x *exchange, a *account, given string) error {
	ctx := x.http.Context()
	hash, err := password.Hash(given, s.config.Password)
	if err != nil {
		return err
	}
	_, err = x.db.Exec(ctx, `UPDATE users SET password = $2::text, reset_password = NULL, reset_password_expires_at = NULL
		WHERE id = $1::bigint`, a.id, hash)
	if err != nil {
		return fmt.Errorf("store password of user %d: %w", a.id, err)
	}
	if err := blacklist(ctx, x.db, a.id, x.now); err != nil {
		return err
	}
	return post(ctx, x.db, letter{
		recipient: a.Email, action: "password-changed", subject: "Your password was changed",
		message: "If it was not you who changed it, reset it.",
	}, x.now)
}

// askForReset mails a token that resets a password. The answer is the same whether or not somebody
// has the address.
func (s *Server) askForReset(x *exchange) (*reply, error) {
	var email string
	if err := x.readData(field{"email", &email}); err != nil {
		return nil, err
	}
	address := strings.TrimSpace(email)
	if refused, err := x.exceeds(s, mailLimits(x, "reset-password", address)); refused != nil || err != nil {
		return refused, err
	}
	// One statement, so that it takes about as long for nobody.
	token := randomHex(32)
	_, err := x.db.Exec(x.http.Context(), `
		WITH asked AS (
			UPDATE users SET reset_password = $2::text, reset_password_expires_at = $3::timestamptz
			WHERE lower(email) = lower($1::text) AND deleted_at IS NULL AND NOT is_blocked
			RETURNING email
		)
		INSERT INTO mails (recipient, action, subject, message, created_at)
		SELECT email, 'reset-password', 'A new password', 'Set it within an hour with the token ' || $2::text, $4::timestamptz FROM asked`,
		address, token, x.now.Add(resetLife), x.now)
	if err != nil {
		return nil, fmt.Errorf("mail a token to reset a password: %w", err)
	}
	return plain(http.StatusOK, message{
		Message: "If somebody has signed up with this address, a mail with a token is on its way to it",
		Email:   email,
	}), nil
}

// resetPassword gives another password to the user that a token was mailed to.
func (s *Server) resetPassword(x *exchange) (*reply, error) {
	var token, after string
	if err := x.readData(field{"token", &token}, field{"password", &after}); err != nil {
		return nil, err
	}
	if tooShort(after) {
		return nil, jsonapi.BadRequest("/data/password", "Password should have minimum 8 characters")
	}
	a := &account{}
	var stored string
	// The database finds the row by a hash of the token, so how long that takes says nothing of it.
	err := a.scan(x.db.QueryRow(x.http.Context(), "SELECT "+accountColumns+`, reset_password FROM users
		WHERE hashtextextended(reset_password, 0) = hashtextextended($1::text, 0)
			AND reset_password_expires_at > $2::timestamptz AND deleted_at IS NULL AND NOT is_blocked
		ORDER BY id LIMIT 1 FOR UPDATE`, token, x.now), &stored)
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return nil, fmt.Errorf("look up token: %w", err)
	case err != nil || subtle.ConstantTimeCompare([]byte(stored), []byte(token)) != 1:
		return nil, &jsonapi.Error{Status: http.StatusNotFound, Title: "Object not found", Detail: "User Not Found"}
	}
	if err := s.setPassword(x, a, after); err != nil {
		return nil, err
	}
	return plain(http.StatusOK, a), nil
}
