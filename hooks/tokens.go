package hooks

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// Secret is the key that the server should sign tokens with while it is tested by these hooks: then
// they can make tokens that it would never give, such as one that has expired. What needs one is
// skipped when the server has another key. It is no key for a server that others can reach.
const Secret = "known to everybody, so good for tests and nothing else"

// forgery is a token as it should not be. Its zero value is one that the server could have given to
// user 1.
type forgery struct {
	key       string // Secret unless given
	algorithm string // HS256 unless given; "none" leaves the signature out
	user      int
	expired   bool
	early     bool // good from a moment on that is still to come
}

// forged returns a hook that makes the request with such a token.
func (s *session) forged(f forgery) hook.Func {
	return func(c *hook.Case) error {
		given, err := s.adminToken(c)
		if err != nil {
			return err
		}
		if head, signature, _ := cutLast(given, "."); signature != mac(sha256.New, Secret, head) {
			return hook.Skip("the server signs with another key than hooks.Secret, so this token cannot be made")
		}
		token, err := f.token(time.Now())
		if err != nil {
			return err
		}
		authorize(c.Transaction, token)
		return nil
	}
}

func (f forgery) token(now time.Time) (string, error) {
	give := func(s *string, v string) {
		if *s == "" {
			*s = v
		}
	}
	give(&f.key, Secret)
	give(&f.algorithm, "HS256")
	begin, end := now.Add(-time.Hour), now.Add(time.Hour)
	if f.expired {
		end = now.Add(-time.Minute)
	}
	if f.early {
		begin = now.Add(time.Minute)
	}
	parts := make([]string, 0, 2)
	for _, part := range []any{
		map[string]string{"alg": f.algorithm, "typ": "JWT"},
		map[string]any{
			"identity": max(f.user, 1), "type": "access", "fresh": true,
			"iat": now.Add(-time.Hour).Unix(), "nbf": begin.Unix(), "exp": end.Unix(),
		},
	} {
		text, err := json.Marshal(part)
		if err != nil {
			return "", fmt.Errorf("make token: %w", err)
		}
		parts = append(parts, base64.RawURLEncoding.EncodeToString(text))
	}
	head := strings.Join(parts, ".")
	switch f.algorithm {
	case "none":
		return head + ".", nil
	case "HS512":
		return head + "." + mac(sha512.New, f.key, head), nil
	}
	return head + "." + mac(sha256.New, f.key, head), nil
}

func mac(h func() hash.Hash, key, text string) string {
	m := hmac.New(h, []byte(key))
	m.Write([]byte(text))
	return base64.RawURLEncoding.EncodeToString(m.Sum(nil))
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// remembered is a login of Admin with a refresh token: in the answer for an app, in a cookie for a
// browser.
func (s *session) remembered(c *hook.Case, app bool) (signedIn, error) {
	return s.signIn(c.Context(), c.Transaction, map[string]any{
		"email": AdminEmail, "password": AdminPassword, "remember-me": true, "include-in-response": app,
	})
}

// asApp returns a hook that logs in for a refresh token, does something with what it got, and makes
// the request with that refresh token in the header.
func (s *session) asApp(then func(*hook.Case, signedIn) error) hook.Func {
	return func(c *hook.Case) error {
		in, err := s.remembered(c, true)
		if err != nil {
			return err
		}
		authorize(c.Transaction, in.Refresh)
		if then == nil {
			return nil
		}
		return then(c, in)
	}
}

// asBrowser returns a hook that makes the request with the cookies of a login, and the value of the
// one that scripts can read in a header. csrf is another value for that header; nil leaves it right,
// and an empty one leaves it out.
func (s *session) asBrowser(csrf *string) hook.Func {
	return func(c *hook.Case) error {
		in, err := s.remembered(c, false)
		if err != nil {
			return err
		}
		h := &c.Transaction.Request.Headers
		h.Del("Authorization")
		h.Set("Cookie", "refresh_token_cookie="+in.cookies["refresh_token_cookie"]+"; csrf_refresh_token="+in.cookies["csrf_refresh_token"])
		switch {
		case csrf == nil:
			h.Set("X-CSRF-Token", in.cookies["csrf_refresh_token"])
		case *csrf == "":
			h.Del("X-CSRF-Token")
		default:
			h.Set("X-CSRF-Token", *csrf)
		}
		return nil
	}
}

// loggedOut makes the request in the name of a user who has logged out.
func (s *session) loggedOut(c *hook.Case) error {
	if err := s.as(factories.User{})(c); err != nil {
		return err
	}
	value, _ := c.Transaction.Request.Headers.Get("Authorization")
	return s.must(c, request{path: "/v1/auth/logout", token: strings.TrimPrefix(value, "JWT ")})
}

// guesses tries wrong passwords for the e-mail address of the request until the server has had enough.
func (s *session) guesses(c *hook.Case) error {
	var body struct {
		Email string `json:"email"`
	}
	if err := json.Unmarshal([]byte(c.Transaction.Request.Body), &body); err != nil {
		return fmt.Errorf("read the e-mail address of the request: %w", err)
	}
	for range 10 {
		a, err := s.post(c.Context(), c.Transaction, request{path: loginPath, body: map[string]any{"email": body.Email, "password": "a guess"}})
		if err != nil {
			return err
		}
		if strings.HasPrefix(a.status, "429 ") {
			return nil
		}
	}
	return errors.New("ten wrong passwords in a row, and the server would take another")
}

// stale makes the request in the name of a user, with an access token that is not fresh.
func (s *session) stale(c *hook.Case) error {
	user := ada()
	user.Password = "difference engine"
	if err := seed(user)(c); err != nil {
		return err
	}
	in, err := s.signIn(c.Context(), c.Transaction, map[string]any{
		"email": user.Email, "password": user.Password, "remember-me": true, "include-in-response": true,
	})
	if err != nil {
		return err
	}
	token, err := s.refreshed(c, in.Refresh)
	authorize(c.Transaction, token)
	return err
}

// update returns a hook that runs a statement, for what factories cannot say.
func update(sql string) hook.Func {
	return func(c *hook.Case) error {
		if _, err := c.DB.Exec(c.Context(), sql); err != nil {
			return fmt.Errorf("%s: %w", sql, err)
		}
		return nil
	}
}

// given is a text in the object data of the request's body, "" when there is none.
func given(c *hook.Case, name string) string {
	var body struct {
		Data map[string]any `json:"data"`
	}
	if json.Unmarshal([]byte(c.Transaction.Request.Body), &body) != nil {
		return ""
	}
	text, _ := body.Data[name].(string)
	return text
}
