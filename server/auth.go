package server

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/password"
)

// The cookies of a refresh token. The second is for scripts to read and to send back in csrfHeader: a
// page of another site can make a browser send cookies, but can neither read them nor set a header.
const (
	refreshCookie = "refresh_token_cookie"
	csrfCookie    = "csrf_refresh_token"
	csrfHeader    = "X-CSRF-Token"
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
		{http.MethodPost, "/v1/auth/fresh-login", s.freshLogin},
		{http.MethodPost, "/v1/auth/token/refresh", s.refresh},
		{http.MethodPost, "/v1/auth/logout", s.logout},
		{http.MethodPost, "/v1/auth/blacklist", s.blacklist},
		{http.MethodPost, "/v1/auth/verify-password", s.verifyPassword},
		{http.MethodPost, "/v1/auth/change-password", s.changePassword},
		{http.MethodPost, "/v1/auth/reset-password", s.askForReset},
		{http.MethodPatch, "/v1/auth/reset-password", s.resetPassword},
		{http.MethodPost, "/v1/auth/resend-verification-email", s.resendVerification},
		{http.MethodPost, "/v1/auth/verify-email", s.verifyEmail},
		{http.MethodPost, "/v1/users/check_email", s.checkEmail},
		{http.MethodPost, "/v1/users/checkEmail", s.checkEmail},
		{http.MethodGet, "/v1/users/user-details/get-user-id", s.userID},
		{http.MethodGet, "/v1/sessions/states", s.listStates},
		{http.MethodGet, "/v1/sessions/mails", s.listMails},
		{http.MethodPost, "/v1/sessions/{id}/notify", s.notifySpeakers},
		{http.MethodPost, "/v1/role_invites/user", s.inviteUser},
		{http.MethodPost, "/v1/role_invites/accept-invite", s.acceptByToken},
		{http.MethodPost, "/v1/test-mail", s.testMail},
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

// life is how long an access token is good for that these credentials get.
func (c *credentials) life() time.Duration {
	if c.RememberMe {
		return shortAccessLife
	}
	return accessLife
}

// tokens is the answer to a login.
type tokens struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token,omitempty"`
}

// readCredentials reads the body of a login, and finds the user who logs in. refused is the answer to one
// that is not let in: no error, since that would undo the count of what failed.
func (s *Server) readCredentials(x *exchange) (c *credentials, id int64, refused *reply, err error) {
	c = &credentials{}
	err = json.Unmarshal(x.body, c)
	if c.Email == "" {
		c.Email = c.Username
	}
	if err != nil || c.Email == "" || c.Password == "" {
		return nil, 0, nil, &jsonapi.Plain{Status: http.StatusBadRequest, Message: "username or password missing"}
	}
	id, refused, err = s.admit(x, c)
	return c, id, refused, err
}

// admit verifies credentials within the limits of logins. A login counts as failed until it is seen to be
// good, so that no more passwords can be tried at once than one after the other.
func (s *Server) admit(x *exchange, c *credentials) (id int64, refused *reply, err error) {
	failures := s.config.Logins.failures(c.Email)
	if refused, err = x.exceeds(s, slices.Concat(s.config.Logins.attempts(x), failures)); refused != nil || err != nil {
		return 0, refused, err
	}
	id, err = s.verify(x.http.Context(), x.db, c.Email, c.Password)
	if wrong, ok := errors.AsType[*jsonapi.Plain](err); ok {
		return 0, plainFailure(wrong), nil
	}
	if err == nil {
		err = s.memory.uncount(x, failures)
	}
	return id, nil, err
}

// login exchanges an e-mail address and a password for tokens. An Authorization header is not looked
// at: whoever logs in anew may have one that has expired.
func (s *Server) login(x *exchange) (*reply, error) {
	c, id, refused, err := s.readCredentials(x)
	if refused != nil || err != nil {
		return refused, err
	}
	user := claims{Identity: id, Login: randomHex(16)}
	access := user
	access.Type, access.Fresh = accessToken, true
	var answer tokens
	if answer.Access, err = s.issue(access, c.life()); err != nil {
		return nil, err
	}
	if !c.RememberMe {
		return plain(http.StatusOK, answer), nil
	}
	refresh := user
	refresh.Type = refreshToken
	if !c.IncludeInResponse {
		refresh.CSRF = randomHex(16)
	}
	token, err := s.issue(refresh, refreshLife)
	if err != nil {
		return nil, err
	}
	if c.IncludeInResponse {
		answer.Refresh = token
		return plain(http.StatusOK, answer), nil
	}
	out := plain(http.StatusOK, answer)
	setCookies(out.header, x.http, token, refresh.CSRF, refreshLife)
	return out, nil
}

// freshLogin gives a fresh access token to a caller who shows their password again. It belongs to the
// login that the caller's token came of, whose refresh token stays as it is.
func (s *Server) freshLogin(x *exchange) (*reply, error) {
	actor, shown, err := x.caller(s)
	if err != nil {
		return nil, err
	}
	c, id, refused, err := s.readCredentials(x)
	if refused != nil || err != nil {
		return refused, err
	}
	if id != actor.ID {
		return plainFailure(&jsonapi.Plain{Status: http.StatusUnauthorized, Message: invalidCredentials}), nil
	}
	token, err := s.issue(claims{Identity: id, Type: accessToken, Fresh: true, Login: shown.Login}, c.life())
	if err != nil {
		return nil, err
	}
	return plain(http.StatusOK, tokens{Access: token}), nil
}

// refresh exchanges a refresh token for an access token. That one is not fresh: nobody has shown a
// password.
func (s *Server) refresh(x *exchange) (*reply, error) {
	shown, err := s.shownRefresh(x)
	if err != nil {
		return nil, err
	}
	if _, err := s.loadActor(x, shown); err != nil {
		return nil, err
	}
	token, err := s.issue(claims{Identity: shown.Identity, Type: accessToken, Login: shown.Login}, shortAccessLife)
	if err != nil {
		return nil, err
	}
	return plain(http.StatusOK, tokens{Access: token}), nil
}

// shownRefresh is the refresh token of a request: that of the Authorization header, or else that of
// the cookie. flask-jwt-extended looks at the cookie first; a header is what somebody meant to send.
func (s *Server) shownRefresh(x *exchange) (*claims, error) {
	token, err := bearer(x.http.Header)
	if err != nil {
		return nil, err
	}
	if token != "" {
		return s.read(token, refreshToken)
	}
	cookie, err := x.http.Cookie(refreshCookie)
	if err != nil {
		return nil, unauthorized("Missing Authorization Header and cookie " + refreshCookie)
	}
	given := x.http.Header.Get(csrfHeader)
	if given == "" {
		return nil, unauthorized("Missing CSRF token")
	}
	c, err := s.read(cookie.Value, refreshToken)
	if err != nil {
		return nil, err
	}
	if c.CSRF == "" || subtle.ConstantTimeCompare([]byte(c.CSRF), []byte(given)) != 1 {
		return nil, unauthorized("CSRF double submit tokens do not match")
	}
	return c, nil
}

// invalidCredentials does not say which of the two is wrong.
const invalidCredentials = "Invalid Credentials"

// verify is the id of the user with this e-mail address and password. It takes as long for an address
// that nobody has as for a wrong password.
func (s *Server) verify(ctx context.Context, db DB, email, given string) (int64, error) {
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
		return 0, unauthorized(invalidCredentials)
	case err != nil:
		return 0, fmt.Errorf("look up user: %w", err)
	}
	switch {
	case !s.matches(ctx, id, given, stored):
		return 0, unauthorized(invalidCredentials)
	case blocked:
		return 0, unauthorized(marked)
	}
	return id, nil
}

// success is the answer to what has no other result.
type success struct {
	Success bool `json:"success"`
}

// logout ends the logins of the tokens that the request shows, in the header or the cookie: neither
// they nor others of the same logins are good from now on. It takes the cookies away. A token that is
// not good needs no end, so it is no error; a page of another site cannot log anybody out, for
// browsers do not send it cookies that are SameSite.
func (s *Server) logout(x *exchange) (*reply, error) {
	var shown []string
	if token, err := bearer(x.http.Header); err == nil && token != "" {
		shown = append(shown, token)
	}
	if cookie, err := x.http.Cookie(refreshCookie); err == nil {
		shown = append(shown, cookie.Value)
	}
	for _, token := range shown {
		c, err := s.read(token, accessToken, refreshToken)
		if err != nil {
			continue
		}
		if err := s.revoke(x, c); err != nil {
			return nil, err
		}
	}
	out := plain(http.StatusOK, success{true})
	setCookies(out.header, x.http, "", "", -time.Second)
	return out, nil
}

// blacklist ends all logins of the caller, wherever they logged in: no refresh token from before makes
// an access token any more.
func (s *Server) blacklist(x *exchange) (*reply, error) {
	actor, _, err := x.caller(s)
	if err != nil {
		return nil, err
	}
	if err := blacklist(x.http.Context(), x.db, actor.ID, x.now); err != nil {
		return nil, err
	}
	return plain(http.StatusOK, success{true}), nil
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
