package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

func TestEntityTags(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.topic("Music")
	a := f.get("/v1/event-topics/1").wants(200)
	tag := a.Header().Get("ETag")
	assert.Regexp(t, `^W/"[0-9a-f]{40}"$`, tag)
	a = f.do(call{method: "GET", path: "/v1/event-topics/1", headers: []string{"If-None-Match: " + tag}}).wants(304)
	assert.Empty(t, a.Body.String())
	assert.Equal(t, tag, a.Header().Get("ETag"))
	f.do(call{method: "GET", path: "/v1/event-topics/1", headers: []string{`If-None-Match: W/"x"`}}).wants(200)
	f.do(call{method: "GET", path: "/v1/event-topics/1", headers: []string{"If-Match: " + tag}}).wants(200)
	patch := call{method: "PATCH", path: "/v1/event-topics/1", token: token, headers: []string{"If-Match: " + tag}, body: `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": "Noise"}}}`}
	a = f.do(patch).wants(200)
	assert.NotEqual(t, tag, a.Header().Get("ETag"))
	f.do(patch).wants(412)
	assert.Equal(t, a.Header().Get("ETag"), f.get("/v1/event-topics/1").Header().Get("ETag"), "the answer to a change names what is there now")
}

func TestHead(t *testing.T) {
	t.Parallel()
	f := setup(t)
	get, head := f.get("/v1/event-topics"), f.do(call{method: "HEAD", path: "/v1/event-topics"}).wants(200)
	assert.Empty(t, head.Body.String())
	for _, name := range []string{"Content-Type", "Content-Length", "ETag"} {
		assert.Equal(t, get.Header().Get(name), head.Header().Get(name), name)
	}
	f.do(call{method: "HEAD", path: "/v1/auth/login"}).wants(405)
}

func TestMethodsAndOrigins(t *testing.T) {
	t.Parallel()
	f := setup(t)
	a := f.do(call{method: "PUT", path: "/v1/event-topics"}).wants(405)
	assert.Equal(t, "GET, HEAD, OPTIONS, POST", a.Header().Get("Allow"))
	assert.Equal(t, "*", a.Header().Get("Access-Control-Allow-Origin"))
	a = f.do(call{method: "OPTIONS", path: "/v1/event-topics/1/relationships/events"}).wants(204)
	assert.Equal(t, "DELETE, GET, HEAD, OPTIONS, PATCH, POST", a.Header().Get("Allow"))
	assert.Equal(t, a.Header().Get("Allow"), a.Header().Get("Access-Control-Allow-Methods"))
	assert.Contains(t, a.Header().Get("Access-Control-Allow-Headers"), "Authorization")
	for _, path := range []string{"/", "/v1", "/v1/", "/v1/event-topics/", "/v1//event-topics", "/v1/event-topics/1/2/3", "/v1/event-topics/%zz"} {
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.URL.Path, r.URL.RawPath = path, path
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		assert.Equal(t, 404, w.Code, path)
		assert.Equal(t, media, w.Header().Get("Content-Type"), path)
	}
}

func TestPagination(t *testing.T) {
	t.Parallel()
	f := setup(t)
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		f.topic(name)
	}
	a := f.get("/v1/event-topics?page[size]=2&page[number]=2&sort=-name")
	assert.Equal(t, []string{"3", "2"}, a.ids("data"))
	assert.EqualValues(t, 5, a.at("meta", "count"))
	link := func(n string) string {
		return "/v1/event-topics?page%5Bnumber%5D=" + n + "&page%5Bsize%5D=2&sort=-name"
	}
	assert.Equal(t, map[string]any{"self": link("2"), "first": link("1"), "last": link("3"), "prev": link("1"), "next": link("3")}, a.at("links"))
	seen := map[string]bool{}
	for next := any("/v1/event-topics?page[size]=2"); next != nil; {
		page := f.get(next.(string)).wants(200)
		for _, id := range page.ids("data") {
			assert.False(t, seen[id], "twice: %s", id)
			seen[id] = true
		}
		next = page.at("links", "next")
	}
	assert.Len(t, seen, 5, "following the links visits everything once")
	a = f.get("/v1/event-topics?page[size]=10&page[number]=2")
	assert.Equal(t, []string{}, a.ids("data"), "past the end")
	assert.EqualValues(t, 5, a.at("meta", "count"))
	assert.Len(t, f.get("/v1/event-topics?page[size]=0").ids("data"), 5)
	assert.Equal(t, map[string]any{"self": "/v1/event-topics"}, f.get("/v1/event-topics").at("links"))
}

func TestRoutes(t *testing.T) {
	t.Parallel()
	routes := server.New(server.Config{}).Routes()
	for _, want := range []server.Route{
		{Method: "GET", Pattern: "/v1/event-topics/{id}/events"},
		{Method: "POST", Pattern: "/v1/event-topics/{id}/events"},
		{Method: "GET", Pattern: "/v1/events/{id}/event-topic"},
		{Method: "DELETE", Pattern: "/v1/event-topics/{id}/relationships/events"},
		{Method: "GET", Pattern: "/v1/events/upcoming"},
		{Method: "POST", Pattern: "/v1/auth/login"},
	} {
		assert.Contains(t, routes, want)
	}
	for _, r := range routes {
		assert.NotContains(t, r.Pattern, "{relationship}")
		assert.NotEqual(t, "/v1/events/{id}/tickets", r.Pattern, "just a link")
	}
	f := setup(t)
	for _, r := range routes { // each of them answers, and needs more than this to do something
		a := f.do(call{method: r.Method, path: strings.NewReplacer("{id}", "1").Replace(r.Pattern)})
		assert.NotEqual(t, 405, a.Code, "%s %s", r.Method, r.Pattern)
		assert.Less(t, a.Code, 500, "%s %s: %s", r.Method, r.Pattern, a.Body)
	}
}

// broken is a database of which something goes wrong.
type broken struct {
	server.DB
	begin func() (pgx.Tx, error)
}

func (b broken) Begin(context.Context) (pgx.Tx, error) { return b.begin() }

func TestErrorsOfTheServer(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func() (pgx.Tx, error){
		"error": func() (pgx.Tx, error) { return nil, errors.New("the database is on fire") },
		"panic": func() (pgx.Tx, error) { panic("the database is on fire") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			h := server.New(server.Config{Log: slog.New(slog.NewTextHandler(&log, nil))}).With(broken{begin: begin})
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/v1/event-topics?sort=name", http.NoBody))
			assert.Equal(t, 500, w.Code)
			assert.JSONEq(t, `{"errors": [{"status": "500", "source": {"pointer": ""}, "title": "Unknown error", "detail": "Unknown error"}], "jsonapi": {"version": "1.0"}}`, w.Body.String())
			assert.Contains(t, log.String(), "the database is on fire")
			assert.Contains(t, log.String(), "uri=\"/v1/event-topics?sort=name\"")
		})
	}
}

type half struct{}

func (half) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestBodyThatEndsEarly(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/v1/event-topics", half{})
	server.New(server.Config{}).With(broken{}).ServeHTTP(w, r)
	assert.Equal(t, 400, w.Code)
	assert.Contains(t, w.Body.String(), "The request body ended early")
}

func TestNoBody(t *testing.T) {
	t.Parallel()
	f := setup(t)
	for _, method := range []string{"GET", "POST"} {
		r, err := http.NewRequestWithContext(t.Context(), method, "/v1/event-topics", nil)
		require.NoError(t, err)
		w := httptest.NewRecorder()
		f.handler.ServeHTTP(w, r)
		assert.Less(t, w.Code, 500, w.Body)
	}
}

func TestMaxBody(t *testing.T) {
	t.Parallel()
	f := setupWith(t, server.Config{MaxBody: 10})
	f.do(call{method: "POST", path: "/v1/auth/login", body: `{"a": 123}`}).wants(400)
	f.do(call{method: "POST", path: "/v1/auth/login", body: `{"a": 1234}`}).wants(413)
}

// TestPool runs the server on a pool, where requests overlap and are committed.
func TestPool(t *testing.T) {
	t.Parallel()
	setup(t) // opens the server of databases, or skips
	pool, drop, err := databases.server.Database(t.Context())
	require.NoError(t, err)
	t.Cleanup(func() {
		if err := drop(); err != nil {
			t.Log(err)
		}
	})
	f := &fixture{TB: t, db: pool, server: server.New(server.Config{Secret: []byte(secret)})}
	f.handler = f.server.With(pool)
	token := f.admin()
	results := make(chan int)
	for range 8 {
		go func() {
			w := httptest.NewRecorder()
			r := httptest.NewRequest(http.MethodPost, "/v1/event-topics", strings.NewReader(`{"data": {"type": "event-topic", "attributes": {"name": "Same"}}}`))
			r.Header.Set("Content-Type", media)
			r.Header.Set("Authorization", "JWT "+token)
			f.handler.ServeHTTP(w, r)
			results <- w.Code
		}()
	}
	created := 0
	for range 8 {
		switch code := <-results; code {
		case 201:
			created++
		case 409: // two took the same slug at the same time
		default:
			t.Errorf("status %d", code)
		}
	}
	assert.EqualValues(t, created, f.get("/v1/event-topics").at("meta", "count"))
}
