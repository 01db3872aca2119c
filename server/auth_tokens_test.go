package server_test

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

const (
	malformedToken = "Token is malformed or its signature is wrong"
	badScheme      = "Bad Authorization header. Expected value 'JWT <token>'"
	revokedToken   = "Token has been revoked"
	missingToken   = "Missing Authorization Header"
)

// signed is a token that the server would have given to user 1, but for a change.
func signed(tb testing.TB, method jwt.SigningMethod, key any, change func(*jwt.Token, jwt.MapClaims)) string {
	tb.Helper()
	claims := jwt.MapClaims{
		"identity": 1, "type": "access", "fresh": true, "jti": rand.Text(), "sid": rand.Text(),
		"iat": today.Unix(), "nbf": today.Unix(), "exp": today.Add(time.Hour).Unix(),
	}
	token := jwt.NewWithClaims(method, claims)
	change(token, claims)
	text, err := token.SignedString(key)
	require.NoError(tb, err)
	return text
}

func good(tb testing.TB, change func(jwt.MapClaims)) string {
	tb.Helper()
	return signed(tb, jwt.SigningMethodHS256, []byte(secret), func(_ *jwt.Token, c jwt.MapClaims) { change(c) })
}

func claim(name string, value any) func(jwt.MapClaims) {
	return func(c jwt.MapClaims) { c[name] = value }
}

func header(name string, value any) func(*jwt.Token, jwt.MapClaims) {
	return func(t *jwt.Token, _ jwt.MapClaims) { t.Header[name] = value }
}

// handmade is a token of three texts; the last is not encoded any more.
func handmade(head, body, signature string) string {
	e := base64.RawURLEncoding
	return e.EncodeToString([]byte(head)) + "." + e.EncodeToString([]byte(body)) + "." + signature
}

// hostile is a token that must be refused, and how.
type hostile struct {
	name, token string
	status      int
	message     string
}

func hostileTokens(tb testing.TB) []hostile {
	tb.Helper()
	own := []byte(secret)
	same := func(*jwt.Token, jwt.MapClaims) {}
	whole := good(tb, func(jwt.MapClaims) {})
	parts := strings.Split(whole, ".")
	body, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(tb, err)
	const none = `{"alg": "none"}`
	list := []hostile{
		{"expired", good(tb, claim("exp", today.Add(-11*time.Second).Unix())), 401, "Token has expired"},
		{"long expired", good(tb, claim("exp", 0)), 401, "Token has expired"},
		{"not yet valid", good(tb, claim("nbf", today.Add(time.Minute).Unix())), 401, "Token is not valid yet"},
		{"issued in the future", good(tb, claim("iat", today.Add(time.Minute).Unix())), 401, "Token is not valid yet"},
		{"of nobody", good(tb, claim("identity", 99)), 401, "Error loading the user 99"},
		{"of user 0", good(tb, claim("identity", 0)), 401, "Error loading the user 0"},
		{"of a negative user", good(tb, claim("identity", -1)), 401, "Error loading the user -1"},
		{"of a deleted user", good(tb, claim("identity", 3)), 401, "Error loading the user 3"},
		{"of a blocked user", good(tb, claim("identity", 2)), 401, "Admin has marked this account as spam"},
		{"a refresh token", good(tb, claim("type", "refresh")), 422, "Only access tokens are allowed"},
		{"a token of a mail", good(tb, claim("type", "verify-email")), 422, "Only access tokens are allowed"},
		{"of no type", good(tb, claim("type", "")), 422, "Only access tokens are allowed"},
		{"another key", signed(tb, jwt.SigningMethodHS256, []byte("another"), same), 422, malformedToken},
		{"an empty key", signed(tb, jwt.SigningMethodHS256, []byte{}, same), 422, malformedToken},
		{"another key and expired", signed(tb, jwt.SigningMethodHS256, []byte("x"), func(_ *jwt.Token, c jwt.MapClaims) { c["exp"] = 1 }), 422, malformedToken},
		{"alg none", signed(tb, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, same), 422, malformedToken},
		{"HS384", signed(tb, jwt.SigningMethodHS384, own, same), 422, malformedToken},
		{"HS512", signed(tb, jwt.SigningMethodHS512, own, same), 422, malformedToken},
		{"alg says HS512, signature is HS256", signed(tb, jwt.SigningMethodHS256, own, header("alg", "HS512")), 422, malformedToken},
		{"a critical extension", signed(tb, jwt.SigningMethodHS256, own, header("crit", []string{"exp"})), 422, malformedToken},
		{"for ever", good(tb, func(c jwt.MapClaims) { delete(c, "exp") }), 422, malformedToken},
		{"identity is text", good(tb, claim("identity", "1")), 422, malformedToken},
		{"identity is a fraction", good(tb, claim("identity", 1.5)), 422, malformedToken},
		{"identity is too large", good(tb, claim("identity", 1e30)), 422, malformedToken},
		{"exp is text", good(tb, claim("exp", "tomorrow")), 422, malformedToken},
		{"exp is an object", good(tb, claim("exp", map[string]any{})), 422, malformedToken},
		{"oversized", good(tb, claim("jti", strings.Repeat("a", 5000))), 422, malformedToken},
		{"huge", strings.Repeat("a", 1<<18), 422, malformedToken},
		{"one part", parts[0], 422, malformedToken},
		{"two parts", parts[0] + "." + parts[1], 422, malformedToken},
		{"four parts", whole + ".x", 422, malformedToken},
		{"no signature", parts[0] + "." + parts[1] + ".", 422, malformedToken},
		{"half a signature", whole[:len(whole)-10], 422, malformedToken},
		{"padding", whole + "=", 422, malformedToken},
		{"bits that do not count", whole[:len(whole)-1] + sibling(whole[len(whole)-1]), 422, malformedToken},
		{"other claims", parts[0] + "." + base64.RawURLEncoding.EncodeToString([]byte(strings.Replace(string(body), `"identity":1`, `"identity":2`, 1))) + "." + parts[2], 422, malformedToken},
		{"claims are a list", handmade(`{"alg": "HS256"}`, `[]`, parts[2]), 422, malformedToken},
		{"header is no JSON", handmade("alg", string(body), parts[2]), 422, malformedToken},
		{"no alg", handmade(`{}`, string(body), parts[2]), 422, malformedToken},
		{"alg is null", handmade(`{"alg": null}`, string(body), parts[2]), 422, malformedToken},
		{"alg is a list", handmade(`{"alg": ["HS256"]}`, string(body), parts[2]), 422, malformedToken},
		{"dots", "...", 422, malformedToken},
		{"nonsense", "x", 422, malformedToken},
		{"not ASCII", "é.é.é", 422, malformedToken},
		{"a placeholder", "<Auth Key>", 422, badScheme},
		{"a list", whole + ", " + whole, 422, badScheme},
	}
	for _, alg := range []string{"none", "None", "NONE", "nOnE", "hs256", "RS256", "ES256", "HS1"} {
		list = append(list, hostile{"alg is " + alg, handmade(strings.Replace(none, "none", alg, 1), string(body), parts[2]), 422, malformedToken})
	}
	return list
}

// sibling is another letter that stands for the same bits at the end of a signature, whose last letter
// has two bits too many.
func sibling(letter byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	return string(alphabet[strings.IndexByte(alphabet, letter)^1])
}

// TestHostileTokens shows each hostile token where one is needed, where none is, and where it should
// refresh. Each is refused in the documented form.
func TestHostileTokens(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	f.user("spam@example.com", "is_blocked = true")
	f.user("gone@example.com", "deleted_at = now()")
	f.get("/v1/users/1", good(t, func(jwt.MapClaims) {})).wants(200)
	for _, h := range hostileTokens(t) {
		t.Run(h.name, func(t *testing.T) {
			f.TB = t
			for _, c := range []call{
				{method: "GET", path: "/v1/users/1"},
				{method: "GET", path: "/v1/event-topics"},
				{method: "GET", path: "/v1/users/user-details/get-user-id"},
				{method: "POST", path: "/v1/auth/verify-password", body: `{"password": "x"}`},
				{method: "POST", path: "/v1/auth/change-password", body: `{}`},
				{method: "POST", path: "/v1/auth/blacklist"},
				{method: "POST", path: "/v1/auth/fresh-login", body: `{}`},
			} {
				c.token = h.token
				a := f.do(c)
				a.plainly(h.status, says(h.message))
				assert.Equal(t, h.status == 401, a.Header().Get("WWW-Authenticate") != "")
			}
			if refresh := f.do(call{method: "POST", path: "/v1/auth/token/refresh", token: h.token}); h.name != "a refresh token" {
				assert.Contains(t, []int{401, 422}, refresh.Code, refresh.Body)
			}
			// There is nothing to end, and nothing to complain of.
			f.do(call{method: "POST", path: "/v1/auth/logout", token: h.token}).wants(200)
		})
	}
}

// device is somebody who has logged in and is remembered.
type device struct{ access, refresh string }

func (f *fixture) device(email string) device {
	f.Helper()
	a := f.do(call{method: "POST", path: "/v1/auth/login", body: fmt.Sprintf(
		`{"email": %q, "password": %q, "remember-me": true, "include-in-response": true}`, email, known)}).wants(200)
	return device{a.json["access_token"].(string), a.json["refresh_token"].(string)}
}

func (f *fixture) send(path, token, body string) *answer {
	f.Helper()
	return f.do(call{method: "POST", path: path, token: token, body: body})
}

func (f *fixture) refresh(token string) *answer {
	f.Helper()
	return f.send("/v1/auth/token/refresh", token, "")
}

// clock is a time that tests can move.
type clock struct{ now time.Time }

func (c *clock) config() server.Config {
	c.now = today
	return server.Config{Now: func() time.Time { return c.now }}
}

func TestRefreshForApps(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	d := f.device("john@example.com")
	a := f.refresh(d.refresh).wants(200)
	assert.Len(t, a.json, 1)
	token := a.json["access_token"].(string)
	claims := claimsOf(t, token)
	assert.Equal(t, false, claims["fresh"])
	assert.Equal(t, "access", claims["type"])
	assert.InDelta(t, (90 * time.Minute).Seconds(), claims["exp"].(float64)-claims["iat"].(float64), 0)
	f.get("/v1/users/1", token).wants(200)
	f.patchUser(token, 1, `"password": "battery staple"`).plainly(401, says("Fresh token required"))

	c.now = today.Add(91 * time.Minute)
	f.get("/v1/users/1", token).plainly(401, says("Token has expired"))
	f.refresh(d.refresh).wants(200)
	c.now = today.Add(364 * 24 * time.Hour)
	f.refresh(d.refresh).wants(200)
	c.now = today.Add(366 * 24 * time.Hour)
	f.refresh(d.refresh).plainly(401, says("Token has expired"))
	c.now = today
	f.refresh(d.access).plainly(422, says("Only refresh tokens are allowed"))
	f.exec("UPDATE users SET is_blocked = true")
	f.refresh(d.refresh).plainly(401, says("Admin has marked this account as spam"))
	f.exec("UPDATE users SET is_blocked = false, deleted_at = now()")
	f.refresh(d.refresh).plainly(401, says("Error loading the user 1"))
}

func TestRefreshForBrowsers(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	app := f.device("john@example.com")
	login := f.send("/v1/auth/login", "", fmt.Sprintf(`{"email": "john@example.com", "password": %q, "remember-me": true}`, known)).wants(200)
	cookies := login.Result().Cookies()
	cookie, csrf := cookies[0].Value, cookies[1].Value
	assert.Equal(t, http.SameSiteLaxMode, cookies[0].SameSite)
	send := func(headers ...string) *answer {
		return f.do(call{method: "POST", path: "/v1/auth/token/refresh", headers: headers})
	}
	const name = "Cookie: refresh_token_cookie="
	f.get("/v1/users/1", send(name+cookie, "X-CSRF-Token: "+csrf).wants(200).json["access_token"].(string)).wants(200)
	send().plainly(401, says("Missing Authorization Header and cookie refresh_token_cookie"))
	send(name+cookie).plainly(401, says("Missing CSRF token"))
	send(name+cookie, "X-CSRF-Token: "+csrf[1:]).plainly(401, says("CSRF double submit tokens do not match"))
	send(name+"x", "X-CSRF-Token: x").plainly(422, says(malformedToken))
	send(name+app.access, "X-CSRF-Token: x").plainly(422, says("Only refresh tokens are allowed"))
	send(name+app.refresh, "X-CSRF-Token: x").plainly(401, says("CSRF double submit tokens do not match"))
	// A header counts more than a cookie, and a cookie gives no access to anything else.
	send(name+cookie, "X-CSRF-Token: "+csrf, "Authorization: JWT x").plainly(422, says(malformedToken))
	f.do(call{method: "GET", path: "/v1/users/1", headers: []string{name + cookie}}).plainly(401, says(missingToken))
	f.do(call{method: "POST", path: "/v1/auth/blacklist", headers: []string{name + cookie, "X-CSRF-Token: " + csrf}}).plainly(401, says(missingToken))
}

// TestLogoutEndsALogin replays all tokens of a login after its logout.
func TestLogoutEndsALogin(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	fresh := fmt.Sprintf(`{"email": "john@example.com", "password": %q}`, known)
	for _, by := range []string{"access", "refresh", "refreshed", "fresh", "cookie"} {
		t.Run(by, func(t *testing.T) {
			f.TB = t
			d, other := f.device("john@example.com"), f.device("john@example.com")
			of := map[string]string{
				"access": d.access, "refresh": d.refresh,
				"refreshed": f.refresh(d.refresh).wants(200).json["access_token"].(string),
				"fresh":     f.send("/v1/auth/fresh-login", d.access, fresh).wants(200).json["access_token"].(string),
			}
			logout := call{method: "POST", path: "/v1/auth/logout", token: of[by]}
			if by == "cookie" {
				logout.headers = []string{"Cookie: refresh_token_cookie=" + d.refresh}
			}
			for range 2 { // the second time is no error
				a := f.do(logout)
				a.plainly(200, map[string]any{"success": true})
				for _, c := range a.Result().Cookies() {
					assert.Negative(t, c.MaxAge, c.Name)
				}
			}
			for name, token := range of {
				if name == "refresh" {
					f.refresh(token).plainly(401, says(revokedToken))
					continue
				}
				f.get("/v1/users/1", token).plainly(401, says(revokedToken))
				f.get("/v1/event-topics", token).plainly(401, says(revokedToken))
				f.send("/v1/auth/fresh-login", token, fresh).plainly(401, says(revokedToken))
				f.send("/v1/auth/blacklist", token, "").plainly(401, says(revokedToken))
			}
			f.get("/v1/users/1", other.access).wants(200)
			f.refresh(other.refresh).wants(200)
		})
	}
	f.TB = t
	f.get("/v1/users/1", f.login("john@example.com")).wants(200)
	f.do(call{method: "POST", path: "/v1/auth/logout"}).plainly(200, map[string]any{"success": true})
}

// TestRevocationsExpire holds that the database forgets a logout when no token of it could be good.
func TestRevocationsExpire(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	rows := func() int64 { return revocations(f) }
	d := f.device("john@example.com")
	f.send("/v1/auth/logout", d.access, "").wants(200)
	assert.EqualValues(t, 1, rows())
	c.now = today.Add(365 * 24 * time.Hour)
	f.refresh(d.refresh).plainly(401, says(revokedToken))
	c.now = today.Add(365*24*time.Hour + time.Minute)
	f.refresh(d.refresh).plainly(401, says("Token has expired"))
	f.send("/v1/auth/logout", f.login("john@example.com"), "").wants(200)
	left := int64(1)
	if memoryOf(t) != nil {
		left = 2 // a key ends in a year of its own clock, which a test cannot turn
	}
	assert.Equal(t, left, rows(), "the old one is forgotten")
	f.send("/v1/auth/logout", good(t, func(c jwt.MapClaims) { delete(c, "jti"); delete(c, "sid") }), "").wants(200)
	assert.Equal(t, left, rows(), "there is nothing to remember it by")
}

func TestBlacklist(t *testing.T) {
	t.Parallel()
	var c clock
	f := setupWith(t, c.config())
	f.user("john@example.com")
	f.user("jane@example.com")
	john, jane := f.device("john@example.com"), f.device("jane@example.com")
	c.now = today.Add(time.Microsecond)
	f.send("/v1/auth/blacklist", "", "").plainly(401, says(missingToken))
	f.send("/v1/auth/blacklist", john.access, "").plainly(200, map[string]any{"success": true})
	f.refresh(john.refresh).plainly(401, says(revokedToken))
	f.refresh(jane.refresh).wants(200)
	f.get("/v1/users/1", john.access).wants(200)
	f.patchUser(john.access, 1, `"password": "battery staple"`).plainly(401, says("Fresh token required"))
	later := f.device("john@example.com") // in the very same second
	f.refresh(later.refresh).wants(200)
	c.now = c.now.Add(time.Hour)
	f.send("/v1/auth/blacklist", later.access, "").wants(200)
	f.refresh(later.refresh).plainly(401, says(revokedToken))
	f.exec("UPDATE user_token_blacklist_time SET blacklisted_at = '2000-01-01'")
	f.refresh(john.refresh).wants(200)
	assert.EqualValues(t, 1, f.id("SELECT count(*) FROM user_token_blacklist_time"))
	// A token that does not say when it was issued may be from before.
	old := good(t, func(c jwt.MapClaims) { c["type"] = "refresh"; delete(c, "iat") })
	f.refresh(old).plainly(401, says(revokedToken))
}

func TestFreshLogin(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	f.user("jane@example.com")
	stale := f.refresh(f.device("john@example.com").refresh).json["access_token"].(string)
	again := func(token, email, word string) *answer {
		return f.send("/v1/auth/fresh-login", token, fmt.Sprintf(`{"username": %q, "password": %q, "remember-me": true}`, email, word))
	}
	a := again(stale, "JOHN@example.com", known).wants(200)
	assert.Len(t, a.json, 1, "no refresh token")
	assert.Empty(t, a.Header()["Set-Cookie"])
	f.patchUser(a.json["access_token"].(string), 1, `"email": "jo@example.com"`).wants(200)
	again(stale, "jo@example.com", "x").plainly(401, says("Invalid Credentials"))
	again(stale, "jane@example.com", known).plainly(401, says("Invalid Credentials"))
	again(stale, "", known).plainly(400, says("username or password missing"))
	again("", "jo@example.com", known).plainly(401, says(missingToken))
}

// TestClaims holds what tokens say: nothing about the user but the id.
func TestClaims(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	d := f.device("john@example.com")
	access, refresh := claimsOf(t, d.access), claimsOf(t, d.refresh)
	names := func(m map[string]any) string {
		text, err := json.Marshal(m)
		require.NoError(t, err)
		return string(text)
	}
	assert.NotContains(t, names(access)+names(refresh), "john")
	assert.Equal(t, access["sid"], refresh["sid"])
	assert.NotEqual(t, access["jti"], refresh["jti"])
	assert.NotEqual(t, access["sid"], claimsOf(t, f.device("john@example.com").access)["sid"])
}
