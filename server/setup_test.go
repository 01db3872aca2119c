package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/postgres"
	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/migrations"
	"github.com/bailiff-dev/bailiff/server/password"
)

const (
	media  = "application/vnd.api+json"
	secret = "a secret for tests that is long enough"
	// known is the password of every user that fixtures make.
	known = "correct horse"
)

// today is the time of every request, in the years before all events.
var today = time.Date(2030, 5, 17, 12, 0, 0, 0, time.UTC)

// databases is the Postgres of all tests of this package, and its workers that nobody uses.
var databases struct {
	sync.Mutex
	opened bool
	server *postgres.Server
	err    error
	idle   chan *postgres.Worker
}

func TestMain(m *testing.M) {
	code := m.Run()
	closeMemories()
	if databases.server != nil {
		if err := databases.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, err) // on a busy machine; the next run drops what is left
		}
	}
	os.Exit(code)
}

// worker lends a database to a test.
func worker(tb testing.TB) *postgres.Worker {
	tb.Helper()
	databases.Lock()
	defer databases.Unlock()
	if !databases.opened {
		databases.opened = true
		databases.idle = make(chan *postgres.Worker, 64)
		databases.server, databases.err = postgres.Open(context.Background(), postgres.Config{Migrator: postgres.Migrators(postgres.Goose(migrations.FS), migrations.River())})
	}
	if databases.err != nil {
		if os.Getenv("BAILIFF_REQUIRE_DB") == "1" || os.Getenv("CI") != "" {
			tb.Fatal(databases.err)
		}
		tb.Skipf("no Postgres to test with: set BAILIFF_POSTGRES_URL, or run make native (%v)", databases.err)
	}
	select {
	case w := <-databases.idle:
		return w
	default:
	}
	w, err := databases.server.Worker(context.Background())
	require.NoError(tb, err)
	return w
}

// fixture is the API on a clean database.
type fixture struct {
	testing.TB
	db      postgres.DB
	server  *server.Server
	handler http.Handler
	prefix  string // of the keys in Redis
}

// setup gives a test a clean database of its own, with the roles in it.
func setup(tb testing.TB) *fixture {
	tb.Helper()
	return setupWith(tb, server.Config{})
}

func setupWith(tb testing.TB, c server.Config) *fixture {
	tb.Helper()
	w := worker(tb)
	open, err := w.Begin(context.Background())
	require.NoError(tb, err)
	tb.Cleanup(func() {
		assert.NoError(tb, open.End())
		databases.idle <- w
	})
	c.Password = password.Cheapest()
	var prefix string
	if m := memoryOf(tb); m != nil && c.Redis == nil {
		c.Redis, prefix = m.Client(), m.Prefix()
	}
	if c.Secret == nil {
		c.Secret = []byte(secret)
	}
	if c.Now == nil {
		c.Now = func() time.Time { return today }
	}
	f := &fixture{TB: tb, db: open.DB(), server: server.New(c), prefix: prefix}
	f.handler = f.server.With(f.db, server.KeyPrefix(prefix))
	f.exec(`INSERT INTO roles (name, title_name) VALUES ('owner', 'Owner'), ('organizer', 'Organizer'),
		('coorganizer', 'Co-organizer'), ('track_organizer', 'Track Organizer'), ('moderator', 'Moderator'), ('registrar', 'Registrar')`)
	return f
}

func (f *fixture) exec(sql string, args ...any) {
	f.Helper()
	_, err := f.db.Exec(context.Background(), sql, args...)
	require.NoError(f, err)
}

// id runs a statement that returns one id.
func (f *fixture) id(sql string, args ...any) int64 {
	f.Helper()
	var id int64
	require.NoError(f, f.db.QueryRow(context.Background(), sql, args...).Scan(&id))
	return id
}

// user inserts a user. set is more columns, as in "is_admin = true".
func (f *fixture) user(email string, set ...string) int64 {
	f.Helper()
	hash, err := password.Hash(known, password.Cheapest())
	require.NoError(f, err)
	id := f.id("INSERT INTO users (email, password, first_name) VALUES ($1, $2, 'John') RETURNING id", email, hash)
	if len(set) > 0 {
		f.exec("UPDATE users SET "+strings.Join(set, ", ")+" WHERE id = $1", id)
	}
	return id
}

func (f *fixture) topic(name string) int64 {
	f.Helper()
	return f.id("INSERT INTO event_topics (name, slug) VALUES ($1, lower($1)) RETURNING id", name)
}

// event inserts a published event under a topic, 0 for none.
func (f *fixture) event(name string, topic int64, set ...string) int64 {
	f.Helper()
	id := f.id(`INSERT INTO events (identifier, name, state, starts_at, ends_at, event_topic_id)
		VALUES (substr(md5($1), 1, 7) || 'f', $1, 'published', '2099-12-13T10:00:00Z', '2099-12-14T10:00:00Z', nullif($2::bigint, 0))
		RETURNING id`, name, topic)
	if len(set) > 0 {
		f.exec("UPDATE events SET "+strings.Join(set, ", ")+" WHERE id = $1", id)
	}
	return id
}

func (f *fixture) role(user, event int64, role string) {
	f.Helper()
	f.exec(`INSERT INTO users_events_roles (user_id, event_id, role_id) SELECT $1, $2, id FROM roles WHERE name = $3`, user, event, role)
}

// answer is a response with its body decoded.
type answer struct {
	*httptest.ResponseRecorder
	tb   testing.TB
	json map[string]any
}

// call is a request. A header is written "Name: value".
type call struct {
	method, path, body string
	token              string
	headers            []string
}

func (f *fixture) do(c call) *answer {
	f.Helper()
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	if c.body != "" {
		r.Header.Set("Content-Type", media)
	}
	if c.token != "" {
		r.Header.Set("Authorization", "JWT "+c.token)
	}
	for _, h := range c.headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	a := &answer{ResponseRecorder: w, tb: f.TB}
	if w.Body.Len() > 0 && strings.HasSuffix(w.Header().Get("Content-Type"), "json") { // files and /healthz are not
		d := json.NewDecoder(bytes.NewReader(w.Body.Bytes()))
		require.NoError(f, d.Decode(&a.json), "%s %s: %s", c.method, c.path, w.Body)
	}
	return a
}

func (f *fixture) get(path string, token ...string) *answer {
	f.Helper()
	return f.do(call{method: "GET", path: path, token: strings.Join(token, "")})
}

// login returns an access token of a user.
func (f *fixture) login(email string) string {
	f.Helper()
	a := f.do(call{method: "POST", path: "/v1/auth/session", body: fmt.Sprintf(`{"email": %q, "password": %q}`, email, known)})
	require.Equal(f, 200, a.Code, a.Body)
	return a.json["access_token"].(string)
}

// admin makes a super admin and returns their token.
func (f *fixture) admin() string {
	f.Helper()
	f.user("root@example.com", "is_super_admin = true", "is_admin = true", "is_verified = true")
	return f.login("root@example.com")
}

// at is the value at a path of keys and indexes, nil when there is none.
func (a *answer) at(path ...any) any {
	var v any = a.json
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			list, _ := v.([]any)
			if key >= len(list) {
				return nil
			}
			v = list[key]
		}
	}
	return v
}

// ids are those of the objects in data or included.
func (a *answer) ids(member string) []string {
	list, _ := a.json[member].([]any)
	ids := []string{}
	for _, o := range list {
		object, _ := o.(map[string]any)
		ids = append(ids, fmt.Sprint(object["id"]))
	}
	return ids
}

// wants asserts a status, and shows the body when it is another one.
func (a *answer) wants(status int) *answer {
	a.tb.Helper()
	require.Equal(a.tb, status, a.Code, "%s", a.Body)
	return a
}

// fails asserts the one error of a document.
func (a *answer) fails(status int, title, source, detail string) {
	a.tb.Helper()
	a.wants(status)
	want := map[string]any{
		"errors": []any{map[string]any{
			"status": fmt.Sprint(status), "title": title, "detail": detail, "source": sourceOf(source),
		}},
		"jsonapi": map[string]any{"version": "1.0"},
	}
	assert.Equal(a.tb, want, a.json)
	assert.Equal(a.tb, media, a.Header().Get("Content-Type"))
}

// sourceOf is the source object of "/data/..." (a pointer, "" too) or of "?name" (a parameter).
func sourceOf(s string) map[string]any {
	if name, ok := strings.CutPrefix(s, "?"); ok {
		return map[string]any{"parameter": name}
	}
	return map[string]any{"pointer": s}
}
