package laboratory_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server/laboratory"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

// database is a clean one with the tables of the reference server.
func database(t *testing.T) postgres.DB {
	t.Helper()
	server, err := postgres.Open(context.Background(), postgres.Config{Migrator: postgres.Goose(migrations.FS)})
	if errors.Is(err, postgres.ErrUnavailable) && os.Getenv("CI") == "" {
		t.Skip(err)
	}
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, server.Close()) })
	worker, err := server.Worker(t.Context())
	require.NoError(t, err)
	c, err := worker.Begin(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, c.End()) })
	return c.DB()
}

// bench is a laboratory with a clock that stands still, and a log.
type bench struct {
	t       *testing.T
	handler http.Handler
	another func() http.Handler
	log     bytes.Buffer
	mu      sync.Mutex
	now     time.Time
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func newBench(t *testing.T, c laboratory.Config) *bench {
	t.Helper()
	b := &bench{t: t, now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)}
	c.Password, c.Now, c.Log = password.Cheapest(), b.clock, slog.New(slog.NewTextHandler(&b.log, nil))
	lab, err := laboratory.New(c)
	require.NoError(t, err)
	db := database(t)
	b.handler, b.another = lab.With(db), func() http.Handler { return lab.With(db) }
	return b
}

// client is a browser without scripts.
type client struct {
	*bench
	cookie *http.Cookie
}

// post sends a form, and returns the status and the answer.
func (c *client) post(path string, fields ...string) (int, map[string]any) {
	c.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(r)
}

func (c *client) send(r *http.Request) (int, map[string]any) {
	c.t.Helper()
	if c.cookie != nil {
		r.AddCookie(c.cookie)
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	for _, set := range w.Result().Cookies() {
		c.cookie = set
		if set.MaxAge < 0 {
			c.cookie = nil
		}
	}
	assert.Equal(c.t, "application/json", w.Header().Get("Content-Type"))
	assert.Equal(c.t, "no-store", w.Header().Get("Cache-Control"))
	answer := map[string]any{}
	require.NoError(c.t, json.Unmarshal(w.Body.Bytes(), &answer), w.Body.String())
	return w.Code, answer
}

// user signs up and logs in.
func (b *bench) user(name string) *client {
	b.t.Helper()
	c := &client{bench: b}
	email := strings.ToLower(name) + "@example.org"
	_, answer := c.post("/signUp", "inputName", name, "inputEmail", email, "inputPassword", "a long password")
	require.Equal(b.t, true, answer["status"], answer)
	c.login(email)
	return c
}

func (c *client) login(email string) {
	c.t.Helper()
	_, answer := c.post("/validateLogin", "inputEmail", email, "inputPassword", "a long password")
	require.Equal(c.t, true, answer["status"], answer)
}

// evaluate returns the result of a function string.
func (c *client) evaluate(text string) any {
	c.t.Helper()
	code, answer := c.post("/evalFunctionString", "function", text)
	require.Equal(c.t, http.StatusOK, code, answer)
	return answer["result"]
}

const nobody = "unauthorized access"

func TestSessionExpires(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{SessionLife: time.Hour})
	ada := b.user("Ada")
	assert.Equal(t, 3600, ada.cookie.MaxAge)
	assert.True(t, ada.cookie.HttpOnly)
	assert.Equal(t, http.SameSiteStrictMode, ada.cookie.SameSite)
	assert.False(t, ada.cookie.Secure, "over plain HTTP a browser would not send it back")
	assert.NotEqual(t, nobody, ada.evaluate("get_voltage('CH1')"))
	b.pass(time.Hour - time.Second)
	assert.NotEqual(t, nobody, ada.evaluate("get_voltage('CH1')"))
	b.pass(time.Second)
	assert.Equal(t, nobody, ada.evaluate("get_voltage('CH1')"))
}

// Whoever was given a cookie, or has stolen one, is not in the session that begins or ended after that.
func TestCookiesAreNotReplayed(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{})
	ada := b.user("Ada")
	first := ada.cookie
	ada.login("ada@example.org")
	assert.NotEqual(t, first.Value, ada.cookie.Value)
	thief := &client{bench: b, cookie: first}
	assert.Equal(t, nobody, thief.evaluate("get_voltage('CH1')"))

	second := ada.cookie
	_, answer := ada.post("/logout")
	assert.Equal(t, true, answer["status"])
	assert.Nil(t, ada.cookie)
	thief.cookie = second
	assert.Equal(t, nobody, thief.evaluate("get_voltage('CH1')"))
	thief.cookie = &http.Cookie{Name: laboratory.SessionCookie, Value: "' OR '1'='1"}
	assert.Equal(t, nobody, thief.evaluate("get_voltage('CH1')"))
	assert.Contains(t, b.log.String(), "a cookie that opens no session")
	assert.NotContains(t, b.log.String(), second.Value)
}

func TestEachUserHasAnInstrument(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{})
	ada, eve := b.user("Ada"), b.user("Eve")
	assert.Nil(t, ada.evaluate("set_square1(1000, 50)"))
	assert.EqualValues(t, 1000, ada.evaluate("get_frequency('ID1')"))
	assert.EqualValues(t, 0, eve.evaluate("get_frequency('ID1')"))
}

func TestEvaluationsAreLimited(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{EvaluationsPerMinute: 2})
	ada, eve := b.user("Ada"), b.user("Eve")
	for range 2 {
		ada.evaluate("get_voltage('CH1')")
	}
	code, answer := ada.post("/evalFunctionString", "function", "get_voltage('CH1')")
	assert.Equal(t, http.StatusTooManyRequests, code)
	assert.Equal(t, "too many function strings: try again in 30 s", answer["message"])
	eve.evaluate("get_voltage('CH1')")
	b.pass(30 * time.Second)
	ada.evaluate("get_voltage('CH1')")
	assert.Contains(t, b.log.String(), "too many function strings")
}

func TestForms(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{AttemptsPerMinute: 1000})
	c := &client{bench: b}
	long := strings.Repeat("x", 20_000)
	for name, row := range map[string]struct {
		fields  []string
		code    int
		message string
	}{
		"large":         {[]string{"inputName", long}, http.StatusRequestEntityTooLarge, "the form has more than 16384 bytes"},
		"long name":     {[]string{"inputName", long[:101]}, http.StatusBadRequest, "inputName has more than 100 characters"},
		"blank name":    {[]string{"inputName", "  "}, http.StatusBadRequest, "inputName is blank"},
		"control":       {[]string{"inputName", "A\x00da"}, http.StatusBadRequest, "inputName has a control character"},
		"no UTF-8":      {[]string{"inputName", "A\xffda"}, http.StatusBadRequest, "inputName is not UTF-8"},
		"local address": {[]string{"inputName", "Ada", "inputEmail", "ada@localhost"}, http.StatusBadRequest, "inputEmail is no e-mail address, such as ada@example.org"},
		"display name":  {[]string{"inputName", "Ada", "inputEmail", "Ada <ada@example.org>"}, http.StatusBadRequest, "inputEmail is no e-mail address, such as ada@example.org"},
		"header":        {[]string{"inputName", "Ada", "inputEmail", "ada@example.org\r\nBcc: eve@example.org"}, http.StatusBadRequest, "inputEmail is no e-mail address, such as ada@example.org"},
	} {
		code, answer := c.post("/signUp", row.fields...)
		assert.Equal(t, row.code, code, name)
		assert.Equal(t, row.message, answer["message"], name)
		assert.Equal(t, false, answer["status"], name)
	}

	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, value := range map[string]string{"inputName": "Zoë <b>", "inputEmail": "zoe@example.org", "inputPassword": "a long password"} {
		require.NoError(t, parts.WriteField(name, value))
	}
	require.NoError(t, parts.Close())
	r := httptest.NewRequest(http.MethodPost, "/signUp", &body)
	r.Header.Set("Content-Type", parts.FormDataContentType())
	_, answer := c.send(r)
	assert.Equal(t, "User Zoë <b> created successfully. e-mail:zoe@example.org !", answer["message"])
}

// What a text looks like in JSON and what it looks like as a text are told apart.
func TestStringify(t *testing.T) {
	t.Parallel()
	ada := newBench(t, laboratory.Config{}).user("Ada")
	_, answer := ada.post("/evalFunctionString", "function", "capture1('CH1', 2, 1)", "stringify", "1")
	assert.Equal(t, true, answer["stringified"])
	assert.IsType(t, "", answer["result"])
	_, answer = ada.post("/evalFunctionString", "function", "capture1('CH1', 2, 1)", "stringify", "")
	assert.Equal(t, false, answer["stringified"])
	assert.Len(t, answer["result"], 2)
}

func TestCrossOriginRequestsAreRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{})
	ada := b.user("Ada")
	for _, header := range []string{"Origin: https://elsewhere.example", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null"} {
		name, value, _ := strings.Cut(header, ": ")
		r := httptest.NewRequest(http.MethodPost, "/logout", nil)
		r.Header.Set(name, value)
		code, _ := ada.send(r)
		assert.Equal(t, http.StatusForbidden, code, header)
	}
	assert.NotEqual(t, nobody, ada.evaluate("get_voltage('CH1')"))
	assert.Equal(t, 4, strings.Count(b.log.String(), "comes from another site"))
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t, laboratory.Config{EvaluationsPerMinute: 10_000})
	ada := b.user("Ada")
	cookie := ada.cookie
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			c := &client{bench: b, cookie: cookie}
			for range 10 {
				c.post("/evalFunctionString", "function", fmt.Sprintf("[set_sine1(%d), capture2(10, 1)]", i+1))
			}
		})
	}
	all.Wait()
}

func TestPageIsGuarded(t *testing.T) {
	t.Parallel()
	lab, err := laboratory.New(laboratory.Config{Password: password.Cheapest()})
	require.NoError(t, err)
	h := lab.With(nil)
	for path, code := range map[string]int{
		"/laboratory/": 200, "/laboratory/page.js": 200, "/laboratory/../evaluate.go": 307, "/laboratory/nothing": 404,
		"/laboratory": 307, "/v1/users": 404, "/laboratoryx": 404,
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		assert.Equal(t, code, w.Code, path)
		if code == 200 {
			assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
			assert.NotContains(t, w.Header().Get("Content-Security-Policy"), "unsafe")
		}
	}
}
