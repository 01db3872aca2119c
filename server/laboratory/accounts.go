package laboratory

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/mail"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/bailiff-dev/bailiff/server/password"
)

// How many passwords are hashed at once, and how long others wait.
const (
	maxHashing = 4
	maxWait    = 5 * time.Second
)

// How many characters the fields may have.
const (
	maxName     = 100
	maxEmail    = 254 // RFC 5321, section 4.5.3.1.3, less the angle brackets
	minPassword = 8
	maxPassword = 200
)

// uniqueViolation is Postgres' code of a row that is there already.
const uniqueViolation = "23505"

// signUp makes an account.
func (h *handler) signUp(_ http.ResponseWriter, r *http.Request) (any, error) {
	if err := h.limited(h.bench.wait(h.bench.attempts.get(place(r), h.config.Now())), "attempts from your address"); err != nil {
		return nil, err
	}
	name, err := nameField(r)
	if err != nil {
		return nil, err
	}
	email, err := emailField(r)
	if err != nil {
		return nil, err
	}
	secret, err := field(r, "inputPassword", maxPassword)
	if err != nil {
		return nil, err
	}
	if utf8.RuneCountInString(secret) < minPassword {
		return nil, bad("inputPassword", fmt.Sprintf("inputPassword has fewer than %d characters", minPassword))
	}
	var hash string
	err = h.costly(r.Context(), func() (err error) {
		hash, err = password.Hash(secret, h.config.Password)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("hash the password: %w", err)
	}
	// An insert that conflicts would spoil the transaction of a test.
	tag, err := h.db.Exec(r.Context(), `INSERT INTO laboratory_users (name, email, password) VALUES ($1, $2, $3)
		ON CONFLICT DO NOTHING`, name, email, hash)
	var pg *pgconn.PgError
	if errors.As(err, &pg) && pg.Code == uniqueViolation || err == nil && tag.RowsAffected() == 0 {
		message := fmt.Sprintf("An account with the e-mail %s exists already", email)
		return nil, &refusal{code: http.StatusOK, answer: answer{Message: message, Field: "inputEmail"}, reason: "sign-up with an e-mail that is taken"}
	}
	if err != nil {
		return nil, fmt.Errorf("add a user: %w", err)
	}
	return answer{Status: true, Message: fmt.Sprintf("User %s created successfully. e-mail:%s !", name, email)}, nil
}

// costly hashes a password, when there is room for one more. Who waits for too long is refused.
func (h *handler) costly(ctx context.Context, hash func() error) error {
	patient, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	select {
	case h.hashing <- struct{}{}:
		defer func() { <-h.hashing }()
		return hash()
	case <-patient.Done():
		const busy = "too many people sign up or log in at this moment: try again"
		return &refusal{code: http.StatusServiceUnavailable, wait: maxWait, answer: answer{Message: busy}, reason: busy}
	}
}

// nameField returns the name of a form: one line, written in one direction.
func nameField(r *http.Request) (string, error) {
	name, err := field(r, "inputName", maxName)
	switch {
	case err != nil:
		return "", err
	case strings.TrimSpace(name) == "":
		return "", bad("inputName", "inputName is blank")
	case strings.ContainsFunc(name, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) }):
		return "", bad("inputName", "inputName has a control character")
	}
	return name, nil
}

// emailField returns the e-mail address of a form. It is in ASCII: what looks the same is the same then, and case
// is all that has to be looked past.
func emailField(r *http.Request) (string, error) {
	email, err := field(r, "inputEmail", maxEmail)
	if err != nil {
		return "", err
	}
	if strings.ContainsFunc(email, func(c rune) bool { return c > unicode.MaxASCII }) {
		return "", bad("inputEmail", "inputEmail has a character outside ASCII: write its domain in Punycode")
	}
	parsed, err := mail.ParseAddress(email)
	if err != nil || parsed.Address != email || !strings.Contains(email[strings.LastIndex(email, "@"):], ".") {
		return "", bad("inputEmail", "inputEmail is no e-mail address, such as ada@example.org")
	}
	return email, nil
}

// validateLogin opens a session.
func (h *handler) validateLogin(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := h.limited(h.bench.wait(h.bench.attempts.get(place(r), h.config.Now())), "attempts from your address"); err != nil {
		return nil, err
	}
	email, err := field(r, "inputEmail", maxEmail)
	if err != nil {
		return nil, err
	}
	secret, err := field(r, "inputPassword", maxPassword)
	if err != nil {
		return nil, err
	}
	u := user{}
	var stored string
	err = h.db.QueryRow(r.Context(), "SELECT id, name, password FROM laboratory_users WHERE lower(email) = lower($1)", email).
		Scan(&u.id, &u.Name, &stored)
	known := !errors.Is(err, pgx.ErrNoRows)
	if known && err != nil {
		return nil, fmt.Errorf("find a user: %w", err)
	}
	if !known {
		stored = h.nobody
	}
	var right bool
	err = h.costly(r.Context(), func() (err error) {
		right, err = password.Verify(secret, stored)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("verify the password of user %d: %w", u.id, err)
	}
	if !known || !right {
		return nil, &refusal{
			code: http.StatusOK, answer: answer{Message: "The e-mail or the password is wrong"}, reason: "login with a wrong e-mail or password",
		}
	}
	if err := h.open(w, r, u.id); err != nil {
		return nil, err
	}
	return answer{Status: true, Message: "Logged in as " + u.Name}, nil
}

// logout ends the session, if there is one.
func (h *handler) logout(w http.ResponseWriter, r *http.Request) (any, error) {
	if err := h.end(w, r); err != nil {
		return nil, err
	}
	return answer{Status: true, Message: "Logged out"}, nil
}

// account answers who is logged in.
func (h *handler) account(w http.ResponseWriter, r *http.Request) {
	u, err := h.user(r)
	if err != nil {
		h.failed(w, r, err)
		return
	}
	if u == nil {
		reply(w, http.StatusOK, answer{Message: "Nobody is logged in"})
		return
	}
	reply(w, http.StatusOK, struct {
		answer
		Name string `json:"name"`
	}{answer{Status: true}, u.Name})
}
