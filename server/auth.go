package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/password"
)

// The cookies of a refresh token. The second is for scripts to read and to send back in a header.
const (
	refreshCookie = "refresh_token_cookie"
	csrfCookie    = "csrf_refresh_token"
)

// plainRoute is a route that speaks plain JSON.
type plainRoute struct {
	method, pattern string
	serve           endpoint
}

func (s *Server) plainRoutes() []plainRoute {
	return []plainRoute{
		{http.MethodPost, "/v1/auth/login", s.login},
		{http.MethodPost, "/v1/auth/session", s.login},
		{http.MethodPost, "/v1/auth/logout", s.logout},
		{http.MethodPost, "/v1/users/check_email", s.checkEmail},
		{http.MethodPost, "/v1/users/checkEmail", s.checkEmail},
		{http.MethodGet, "/v1/users/user-details/get-user-id", s.userID},
	}
}

// credentials is the body of a login.
type credentials struct {
	Email    string `json:"email"`
	Username string `json:"username"`
	Password string `json:"password"`
	// RememberMe asks for a refresh token too, in a cookie unless IncludeInResponse.
	RememberMe        wish `json:"remember-me"`
	IncludeInResponse wish `json:"include-in-response"`
}

// wish is a boolean of a client that may write it as a string; anything but true is false.
type wish bool

// UnmarshalJSON takes any value.
func (w *wish) UnmarshalJSON(b []byte) error {
	*w = wish(strings.EqualFold(strings.Trim(string(b), `"`), "true"))
	return nil
}

// tokens is the answer to a login.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token,omitempty"`
}

// login exchanges an e-mail address and a password for tokens. An Authorization header is not looked
// at: whoever logs in anew may have one that has expired.
func (s *Server) login(x *exchange) (*reply, error) {
	var c credentials
	err := json.Unmarshal(x.body, &c)
	if c.Email == "" {
		c.Email = c.Username
	}
	if err != nil || c.Email == "" || c.Password == "" {
		return nil, &jsonapi.Plain{Status: http.StatusBadRequest, Message: "username or password missing"}
	}
	id, err := s.verify(x.http.Context(), x.db, c.Email, c.Password)
	if err != nil {
		return nil, err
	}
	life := accessLife
	if c.RememberMe {
		life = shortAccessLife
	}
	var answer tokens
	if answer.Access, _, err = s.issue(id, accessToken, true, life); err != nil {
		return nil, err
	}
	if !c.RememberMe {
		return plain(http.StatusOK, answer), nil
	}
	refresh, csrf, err := s.issue(id, refreshToken, false, refreshLife)
	if err != nil {
		return nil, err
	}
	if c.IncludeInResponse {
		answer.Refresh = refresh
		return plain(http.StatusOK, answer), nil
	}
	out := plain(http.StatusOK, answer)
	setCookies(out.header, x.http, refresh, csrf, refreshLife)
	return out, nil
}

// verify is the id of the user with this e-mail address and password. It takes as long for an address
// that nobody has as for a wrong password.
func (s *Server) verify(ctx context.Context, db DB, email, given string) (int64, error) {
	wrong := &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Invalid Credentials"}
	var id int64
	var stored string
	var blocked bool
	err := db.QueryRow(ctx, `SELECT id, password, is_blocked FROM users
		WHERE lower(email) = lower($1::text) AND deleted_at IS NULL`,
		strings.ReplaceAll(strings.TrimSpace(email), "\x00", "")).Scan(&id, &stored, &blocked)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		if _, err := password.Hash(given, s.config.Password); err != nil {
			return 0, err
		}
		return 0, wrong
	case err != nil:
		return 0, fmt.Errorf("look up user: %w", err)
	}
	ok, err := password.Verify(given, stored)
	if err != nil { // what is stored is no hash, so no password is right
		s.config.Log.WarnContext(ctx, "cannot verify a password", "user", id, "error", err)
	}
	switch {
	case !ok:
		return 0, wrong
	case blocked:
		return 0, errBlocked()
	}
	return id, nil
}

// success is the answer to what has no other result.
type success struct {
	Success bool `json:"success"`
}

// logout takes the cookies of a refresh token away. Access tokens end by themselves.
func (s *Server) logout(x *exchange) (*reply, error) {
	out := plain(http.StatusOK, success{true})
	setCookies(out.header, x.http, "", "", -time.Second)
	return out, nil
}

// setCookies sets the cookies of a refresh token; a negative life takes them away.
func setCookies(h http.Header, r *http.Request, refresh, csrf string, life time.Duration) {
	for _, c := range []http.Cookie{
		{Name: refreshCookie, Value: refresh, Path: "/v1/auth", HttpOnly: true},
		{Name: csrfCookie, Value: csrf, Path: "/"},
	} {
		c.MaxAge = int(life.Seconds())
		c.Secure, c.SameSite = r.TLS != nil, http.SameSiteLaxMode
		h.Add("Set-Cookie", c.String())
	}
}

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
	actor, err := x.authenticator(s)()
	if err != nil {
		return nil, err
	}
	if actor == nil {
		return nil, &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Missing Authorization Header"}
	}
	return plain(http.StatusOK, struct {
		ID string `json:"user_id"`
	}{fmt.Sprint(actor.ID)}), nil
}
