package server_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/password"
)

// lastMail is the token at the end of the last mail, and how many mails there are to that address.
func (f *fixture) lastMail(to string) (token string, count int64) {
	f.Helper()
	count = f.id("SELECT count(*) FROM mails WHERE recipient = $1", to)
	if count > 0 {
		var text string
		require.NoError(f, f.db.QueryRow(context.Background(), "SELECT message FROM mails WHERE recipient = $1 ORDER BY id DESC LIMIT 1", to).Scan(&text))
		words := strings.Fields(text)
		token = words[len(words)-1]
	}
	return token, count
}

func (f *fixture) canLogIn(email, word string) bool {
	f.Helper()
	return f.send("/v1/auth/login", "", fmt.Sprintf(`{"email": %q, "password": %q}`, email, word)).Code == 200
}

func TestVerifyPassword(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	token := f.login("john@example.com")
	f.send("/v1/auth/verify-password", token, fmt.Sprintf(`{"password": %q}`, known)).plainly(200, map[string]any{"result": true})
	f.send("/v1/auth/verify-password", token, `{"password": "x"}`).plainly(200, map[string]any{"result": false})
	for _, body := range []string{``, `{`, `{}`, `[]`, `null`, `{"password": ""}`, `{"password": 1}`} {
		f.send("/v1/auth/verify-password", token, body).plainly(400, says("user or password missing"))
	}
	f.send("/v1/auth/verify-password", "", `{"password": "x"}`).plainly(401, says(missingToken))
	f.exec("UPDATE users SET password = 'no hash'")
	f.send("/v1/auth/verify-password", token, `{"password": "no hash"}`).plainly(200, map[string]any{"result": false})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com", "last_name = 'Doe'")
	d := f.device("john@example.com")
	change := func(token, before, after string) *answer {
		return f.send("/v1/auth/change-password", token, fmt.Sprintf(`{"data": {"old-password": %q, "new-password": %q}}`, before, after))
	}
	change(d.access, "x", "battery staple").fails(400, "Bad request", "/data/old-password", "Wrong Password. Please enter correct current password.")
	change(d.access, known, known).fails(400, "Bad request", "/data/new-password", "Old and New passwords must be different")
	change(d.access, known, "seven77").fails(400, "Bad request", "/data/new-password", "Password should have minimum 8 characters")
	change(d.access, known, "").fails(400, "Bad request", "/data/new-password", "Missing data for required field.")
	change(d.access, "\x00", "battery staple").wants(400)
	for _, body := range []string{``, `{`, `[]`, `null`, `{}`, `{"data": []}`, `{"data": null}`, `{"data": {"old-password": 1, "new-password": {}}}`} {
		f.send("/v1/auth/change-password", d.access, body).wants(400)
	}
	change("", known, "battery staple").plainly(401, says(missingToken))
	change(f.refresh(d.refresh).json["access_token"].(string), known, "battery staple").plainly(401, says("Fresh token required"))
	assert.True(t, f.canLogIn("john@example.com", known), "nothing has changed yet")

	c.now = c.now.Add(time.Second)
	change(d.access, known, "battery staple").plainly(200, map[string]any{
		"id": "1", "email": "john@example.com", "name": "John Doe", "password-changed": true,
	})
	assert.False(t, f.canLogIn("john@example.com", known))
	assert.True(t, f.canLogIn("john@example.com", "battery staple"))
	f.refresh(d.refresh).plainly(401, says(revokedToken))
	change(d.access, "battery staple", known).plainly(401, says("Fresh token required"))
	_, count := f.lastMail("john@example.com")
	assert.EqualValues(t, 1, count)
}

// TestPasswordOfAUser holds that a PATCH ends what a stolen token could do, too.
func TestPasswordOfAUser(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	thief, john := f.device("john@example.com"), f.login("john@example.com")
	c.now = c.now.Add(time.Second)
	f.patchUser(john, 1, `"password": "battery staple"`).wants(200)
	f.refresh(thief.refresh).plainly(401, says(revokedToken))
	f.patchUser(thief.access, 1, `"email": "thief@example.com"`).plainly(401, says("Fresh token required"))
}

func (f *fixture) askForReset(email string) *answer {
	f.Helper()
	return f.send("/v1/auth/reset-password", "", fmt.Sprintf(`{"data": {"email": %q}}`, email))
}

func (f *fixture) reset(token, word string) *answer {
	f.Helper()
	return f.do(call{method: "PATCH", path: "/v1/auth/reset-password", body: fmt.Sprintf(`{"data": {"token": %q, "password": %q}}`, token, word)})
}

func TestResetPassword(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com", "public_name = 'Jo'")
	thief := f.device("john@example.com")
	f.askForReset(" JOHN@example.com").wants(200)
	first, _ := f.lastMail("john@example.com")
	c.now = c.now.Add(61 * time.Second)
	f.askForReset("john@example.com").wants(200)
	token, count := f.lastMail("john@example.com")
	assert.EqualValues(t, 2, count)

	const title, detail = "Object not found", "User Not Found"
	for _, guess := range []string{first, token[1:], token + "0", strings.ToUpper(token), "x", "%", "' OR ''='"} {
		f.reset(guess, "battery staple").fails(404, title, "", detail)
	}
	f.reset(token, "seven77").fails(400, "Bad request", "/data/password", "Password should have minimum 8 characters")
	f.reset("", "battery staple").fails(400, "Bad request", "/data/token", "Missing data for required field.")
	f.reset(token, "battery staple").plainly(200, map[string]any{"id": "1", "email": "john@example.com", "name": "Jo"})
	assert.True(t, f.canLogIn("john@example.com", "battery staple"))
	f.refresh(thief.refresh).plainly(401, says(revokedToken))
	f.reset(token, "once again").fails(404, title, "", detail)

	c.now = c.now.Add(time.Hour)
	f.askForReset("john@example.com").wants(200)
	token, _ = f.lastMail("john@example.com")
	c.now = c.now.Add(time.Hour)
	f.reset(token, "too late now").fails(404, title, "", detail)

	for i, state := range []string{"is_blocked = true", "is_blocked = false, deleted_at = now()"} {
		f.exec("UPDATE users SET reset_password = 'mailed', reset_password_expires_at = '2099-01-01', " + state)
		f.reset("mailed", "battery staple").fails(404, title, "", detail)
		_, before := f.lastMail("john@example.com")
		c.now = c.now.Add(time.Duration(i+1) * time.Hour)
		f.askForReset("john@example.com").wants(200)
		_, after := f.lastMail("john@example.com")
		assert.Equal(t, before, after, state)
	}
}

// TestNobodyIsEnumerated holds that answers do not say whether somebody has an address, where Open
// Event does not say so.
func TestNobodyIsEnumerated(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	f.user("gone@example.com", "deleted_at = now()")
	f.user("spam@example.com", "is_blocked = true")
	for path, body := range map[string]string{
		"/v1/auth/login":          `{"email": %q, "password": "wrong"}`,
		"/v1/auth/reset-password": `{"data": {"email": %q}}`,
	} {
		var first *answer
		for range 4 { // the limit is reached by those who are there and by those who are not alike
			c.now = c.now.Add(61 * time.Second)
			for i, email := range []string{"john@example.com", "jane@example.com", "gone@example.com", "spam@example.com"} {
				c.now = c.now.Add(61 * time.Second)
				a := f.send(path, "", fmt.Sprintf(body, email))
				if i == 0 {
					first = a
					continue
				}
				assert.Equal(t, first.Code, a.Code, email)
				assert.Equal(t, strings.ReplaceAll(first.Body.String(), "john@", ""), strings.ReplaceAll(a.Body.String(), email[:5], ""), email)
			}
		}
		if path == "/v1/auth/reset-password" {
			assert.Equal(t, 429, first.Code)
		}
	}
}

// from is a request from another place.
func (f *fixture) from(place, path, email string) *answer {
	f.Helper()
	r := httptest.NewRequest("POST", path, strings.NewReader(fmt.Sprintf(`{"data": {"email": %q}}`, email)))
	r.RemoteAddr = place
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return &answer{ResponseRecorder: w, tb: f.TB}
}

func TestMailLimits(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"/v1/auth/reset-password", "/v1/auth/resend-verification-email"} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			var c clock
			f := setupWith(t, c.config())
			f.user("john@example.com")
			wait := func(d time.Duration) { c.now = c.now.Add(d) }
			exceeded := func(a *answer, after string) {
				t.Helper()
				a.wants(429)
				assert.JSONEq(t, `{"status": 429, "title": "Request Limit Exceeded"}`, a.Body.String())
				assert.Equal(t, after, a.Header().Get("Retry-After"))
			}
			f.from("10.0.0.1:50000", path, "john@example.com").wants(200)
			wait(500 * time.Millisecond)
			exceeded(f.from("10.0.0.1:50001", path, "jane@example.com"), "60")
			f.from("[fe80::1]:50000", path, "JOHN@example.com ").wants(200)
			wait(59 * time.Second)
			exceeded(f.from("10.0.0.1:50001", path, "jane@example.com"), "1")
			wait(501 * time.Millisecond)
			f.from("10.0.0.1:50001", path, "john@example.com").wants(200)
			exceeded(f.from("10.0.0.2:50001", path, "john@example.com"), "3540")
			exceeded(f.from("10.0.0.3:50001", path, "John@Example.com"), "3540")
			wait(58*time.Minute + 59*time.Second)
			exceeded(f.from("10.0.0.4:50001", path, "john@example.com"), "1")
			wait(time.Second)
			f.from("nowhere", path, "john@example.com").wants(200)
			_, count := f.lastMail("john@example.com")
			assert.EqualValues(t, 4, count)
			assert.Less(t, f.from("10.0.0.5:1", path, "jane@example.com").Code, 429)
			exceeded(f.from("10.0.0.5:1", path, "jim@example.com"), "60")
			wait(2 * time.Hour)
			f.from("10.0.0.1:50000", path, "john@example.com").wants(200)
			if memoryOf(t) == nil { // keys have a time to live
				assert.EqualValues(t, 2, f.id("SELECT count(*) FROM rate_limit_hits"), "what no longer counts is forgotten")
			}
		})
	}
}

func TestVerifyEmail(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	const email = "john@example.com"
	f.createUser(`"email": "john@example.com", "password": "correct horse"`).wants(201)
	signUp, count := f.lastMail(email)
	assert.EqualValues(t, 1, count, "who signs up gets a mail")
	verify := func(token string) *answer {
		return f.send("/v1/auth/verify-email", "", fmt.Sprintf(`{"data": {"token": %q}}`, token))
	}
	verified := func() bool { return f.id("SELECT is_verified::int FROM users WHERE id = 1") == 1 }
	invalid := func(token string) {
		t.Helper()
		verify(token).fails(400, "Bad request", "/data/token", "Invalid Token")
		assert.False(t, verified())
	}
	for _, token := range []string{"x", signUp + "x", f.login(email), f.device(email).refresh, "your token"} {
		invalid(token)
	}
	for _, h := range hostileTokens(t) {
		invalid(h.token)
	}
	verify("").fails(400, "Bad request", "/data/token", "Missing data for required field.")
	f.get("/v1/users/1", signUp).plainly(422, says("Only access tokens are allowed"))
	f.refresh(signUp).plainly(422, says("Only refresh tokens are allowed"))
	for range 2 {
		verify(signUp).plainly(200, map[string]any{"message": "Email Verified"})
	}
	assert.True(t, verified())

	token := f.login(email)
	f.patchUser(token, 1, `"email": "jo@example.com"`).wants(200)
	assert.False(t, verified())
	invalid(signUp)
	moved, count := f.lastMail("jo@example.com")
	assert.EqualValues(t, 1, count, "a new address gets a mail")
	f.send("/v1/auth/resend-verification-email", "", `{"data": {"email": "jo@example.com"}}`).
		plainly(200, map[string]any{"message": "Verification email resent"})
	again, _ := f.lastMail("jo@example.com")
	c.now = c.now.Add(8 * 24 * time.Hour)
	invalid(moved)
	invalid(again)
	f.send("/v1/auth/resend-verification-email", "", `{"data": {"email": "jane@example.com"}}`).
		fails(422, "Unprocessable Entity", "", "User with email: jane@example.com not found.")
	c.now = c.now.Add(time.Hour)
	f.send("/v1/auth/resend-verification-email", "", `{"data": {"email": "jo@example.com"}}`).wants(200)
	token, _ = f.lastMail("jo@example.com")
	f.exec("UPDATE users SET is_blocked = true")
	invalid(token)
	f.exec("UPDATE users SET is_blocked = false")
	verify(token).wants(200)
	for _, body := range []string{``, `[]`, `{"data": {"token": 1}}`, `{"data": "x"}`, `{"data": {"token": "\u0000"}}`} {
		f.send("/v1/auth/verify-email", "", body).wants(400)
	}
}

// TestMailLimitsAtOnce sends requests at the same time, on connections of their own: no more pass than
// would one after the other.
func TestMailLimitsAtOnce(t *testing.T) {
	t.Parallel()
	databases.idle <- worker(t) // opens the server, or skips
	pool, drop, err := databases.server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, drop()) })
	handler := overMemory(t, server.Config{Password: password.Cheapest()}, pool)
	const requests = 8
	codes := make(chan int, requests)
	for i := range requests {
		go func() {
			r := httptest.NewRequest("POST", "/v1/auth/reset-password", strings.NewReader(`{"data": {"email": "john@example.com"}}`))
			r.RemoteAddr = fmt.Sprintf("10.0.0.%d:1", i)
			w := httptest.NewRecorder()
			handler.ServeHTTP(w, r)
			codes <- w.Code
		}()
	}
	count := map[int]int{}
	for range requests {
		count[<-codes]++
	}
	assert.Equal(t, map[int]int{200: 3, 429: requests - 3}, count)
}
