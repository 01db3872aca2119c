package server_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// plainly asserts an answer in plain JSON.
func (a *answer) plainly(status int, want map[string]any) {
	a.tb.Helper()
	a.wants(status)
	assert.Equal(a.tb, want, a.json)
	assert.Equal(a.tb, "application/json", a.Header().Get("Content-Type"))
}

func says(message string) map[string]any { return map[string]any{"error": message} }

func TestLogin(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("John@Example.com")
	f.user("spam@example.com", "is_blocked = true")
	f.user("gone@example.com", "deleted_at = now()")
	f.user("broken@example.com", "password = 'correct horse'")
	for _, c := range []struct {
		name, body string
		status     int
		message    string
	}{
		{"no body", ``, 400, "username or password missing"},
		{"no JSON", `email=a`, 400, "username or password missing"},
		{"no password", `{"email": "john@example.com"}`, 400, "username or password missing"},
		{"no email", `{"password": "correct horse"}`, 400, "username or password missing"},
		{"numbers", `{"email": 1, "password": 2}`, 400, "username or password missing"},
		{"wrong password", `{"email": "john@example.com", "password": "correct hors"}`, 401, "Invalid Credentials"},
		{"unknown", `{"email": "jane@example.com", "password": "correct horse"}`, 401, "Invalid Credentials"},
		{"NUL", `{"email": "a\u0000", "password": "correct horse"}`, 401, "Invalid Credentials"},
		{"deleted", `{"email": "gone@example.com", "password": "correct horse"}`, 401, "Invalid Credentials"},
		{"no hash stored", `{"email": "broken@example.com", "password": "correct horse"}`, 401, "Invalid Credentials"},
		{"blocked", `{"email": "spam@example.com", "password": "correct horse"}`, 401, "Admin has marked this account as spam"},
		{"blocked with a wrong password", `{"email": "spam@example.com", "password": "x"}`, 401, "Invalid Credentials"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, path := range []string{"/v1/auth/login", "/v1/auth/session"} {
				f.TB = t
				f.do(call{method: "POST", path: path, body: c.body}).plainly(c.status, says(c.message))
			}
		})
	}
	for _, body := range []string{
		`{"email": "john@example.com", "password": "correct horse"}`,
		`{"username": " JOHN@example.com ", "password": "correct horse"}`,
	} {
		a := f.do(call{method: "POST", path: "/v1/auth/login", body: body, headers: []string{"Authorization: JWT expired", "Content-Type: application/json"}}).wants(200)
		assert.Len(t, a.json, 1)
		f.get("/v1/users/1", a.json["access_token"].(string)).wants(200)
	}
}

// claimsOf reads a token without verifying it.
func claimsOf(t *testing.T, token any) map[string]any {
	t.Helper()
	parts := strings.Split(token.(string), ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims map[string]any
	require.NoError(t, json.Unmarshal(text, &claims))
	return claims
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	login := func(more string) *answer {
		return f.do(call{method: "POST", path: "/v1/auth/login", body: `{"email": "john@example.com", "password": "correct horse"` + more + `}`}).wants(200)
	}
	life := func(claims map[string]any) time.Duration {
		return time.Duration(claims["exp"].(float64)-claims["iat"].(float64)) * time.Second
	}
	a := login("")
	access := claimsOf(t, a.json["access_token"])
	assert.Equal(t, 24*time.Hour, life(access))
	assert.EqualValues(t, today.Unix(), access["nbf"])
	assert.EqualValues(t, 1, access["identity"])
	assert.Equal(t, true, access["fresh"])
	assert.Equal(t, "access", access["type"])
	assert.Len(t, access["jti"], 32)
	assert.Empty(t, a.Header()["Set-Cookie"])

	a = login(`, "remember-me": true, "include-in-response": "true"`)
	assert.Len(t, a.json, 2)
	assert.Equal(t, 90*time.Minute, life(claimsOf(t, a.json["access_token"])))
	refresh := claimsOf(t, a.json["refresh_token"])
	assert.Equal(t, 365*24*time.Hour, life(refresh))
	assert.Equal(t, "refresh", refresh["type"])
	assert.Empty(t, a.Header()["Set-Cookie"])
	f.get("/v1/users/1", a.json["refresh_token"].(string)).plainly(422, says("Only access tokens are allowed"))

	a = login(`, "remember-me": true`)
	assert.Len(t, a.json, 1)
	cookies := a.Result().Cookies()
	require.Len(t, cookies, 2)
	assert.Equal(t, "refresh_token_cookie", cookies[0].Name)
	assert.True(t, cookies[0].HttpOnly)
	assert.Equal(t, "csrf_refresh_token", cookies[1].Name)
	assert.False(t, cookies[1].HttpOnly, "for scripts to read")
	assert.Equal(t, claimsOf(t, cookies[0].Value)["csrf"], cookies[1].Value)

	a = f.do(call{method: "POST", path: "/v1/auth/logout"})
	a.plainly(200, map[string]any{"success": true})
	for _, c := range a.Result().Cookies() {
		assert.Negative(t, c.MaxAge, c.Name)
	}
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	whole := good(t, func(jwt.MapClaims) {})
	for _, c := range []struct {
		name, header string
		status       int
		message      string
	}{
		{"good", "JWT " + whole, 200, ""},
		{"other scheme", "Bearer " + whole, 200, ""},
		{"other case", "jwt " + whole, 200, ""},
		{"none", "", 401, missingToken},
		{"unknown scheme", "Basic am9objpqb2hu", 401, missingToken},
		{"no token", "JWT", 422, badScheme},
		{"just expired", "JWT " + good(t, claim("exp", today.Add(-9*time.Second).Unix())), 200, ""},
		{"a clock ahead", "JWT " + good(t, claim("iat", today.Add(9*time.Second).Unix())), 200, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			a := f.do(call{method: "GET", path: "/v1/users/1", headers: []string{"Authorization: " + c.header}})
			if c.status == 200 {
				a.wants(200)
				return
			}
			a.plainly(c.status, says(c.message))
			assert.Equal(t, c.status == 401, a.Header().Get("WWW-Authenticate") != "")
		})
	}
}

func TestTokensOutliveTheDatabase(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	token := f.login("john@example.com")
	f.exec("DELETE FROM users")
	f.exec("INSERT INTO users (id, email, password) VALUES (1, 'jane@example.com', 'x')")
	assert.Equal(t, "jane@example.com", f.get("/v1/users/1", token).at("data", "attributes", "email"))
	assert.Equal(t, "2030-05-17T12:00:00+00:00", f.get("/v1/users/1", token).at("data", "attributes", "last-accessed-at"))
}

func TestRandomSecret(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	a := f.login("john@example.com")
	f.handler = server.New(server.Config{Now: func() time.Time { return today }}).With(f.db)
	f.get("/v1/users/1", a).wants(http.StatusUnprocessableEntity)
}

func TestAccounts(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("John@example.com")
	check := func(body string) *answer {
		return f.do(call{method: "POST", path: "/v1/users/check_email", body: body})
	}
	check(`{"email": "john@example.com"}`).plainly(200, map[string]any{"exists": true})
	check(`{"email": "jane@example.com"}`).plainly(200, map[string]any{"exists": false})
	check(`{}`).plainly(422, says("Email field missing"))
	check(`{"email": "\u0000"}`).plainly(422, says("Email field missing"))
	f.get("/v1/users/user-details/get-user-id").plainly(401, says("Missing Authorization Header"))
	f.get("/v1/users/user-details/get-user-id", f.login("john@example.com")).plainly(200, map[string]any{"user_id": "1"})
}
