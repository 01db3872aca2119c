package server_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
)

// probe makes a request that leaves nothing behind. Unlike do, it takes any URL and any answer.
func (f *fixture) probe(c call) *httptest.ResponseRecorder {
	f.Helper()
	tx, err := f.db.Begin(context.Background())
	require.NoError(f, err)
	defer func() { require.NoError(f, tx.Rollback(context.Background())) }()
	r := httptest.NewRequest(c.method, "/", strings.NewReader(c.body))
	path, query, _ := strings.Cut(c.path, "?")
	r.URL = &url.URL{RawPath: path, RawQuery: query}
	r.URL.Path, err = url.PathUnescape(path)
	require.NoError(f, err)
	if c.token != "" {
		r.Header.Set("Authorization", "JWT "+c.token)
	}
	r.Header.Set("Content-Type", media)
	for _, h := range c.headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.server.With(tx).ServeHTTP(w, r)
	return w
}

// isError asserts that an answer is one that clients can read: no error of the server, and an error
// document or the plain error when it is an error. It tells nothing of the inside.
func isError(t *testing.T, c call, a *httptest.ResponseRecorder) {
	t.Helper()
	what := fmt.Sprintf("%s %.200q %.200q %q: %d %s", c.method, c.path, c.body, c.headers, a.Code, a.Body)
	require.Less(t, a.Code, 500, what)
	for _, inside := range []string{"SQLSTATE", "pgx", "argon2id", ".go:", "goroutine ", "syntax error at"} {
		require.NotContains(t, a.Body.String(), inside, what)
	}
	require.True(t, utf8.Valid(a.Body.Bytes()), what)
	if a.Code < 400 || c.method == http.MethodHead {
		return
	}
	var document struct {
		Error   *string
		Message *string
		Errors  []struct {
			Status, Title, Detail string
			Source                map[string]string
		}
		JSONAPI map[string]string
	}
	d := json.NewDecoder(bytes.NewReader(a.Body.Bytes()))
	require.NoError(t, d.Decode(&document), what)
	switch a.Header().Get("Content-Type") {
	case media:
		require.NotEmpty(t, document.Errors, what)
		require.Equal(t, map[string]string{"version": "1.0"}, document.JSONAPI, what)
		require.Equal(t, fmt.Sprint(a.Code), document.Errors[0].Status, what) // others may be more special
		for _, e := range document.Errors {
			require.Regexp(t, "^4..$", e.Status, what)
			require.NotEmpty(t, e.Title, what)
			require.NotEmpty(t, e.Detail, what)
			require.Len(t, e.Source, 1, what)
		}
	case "application/json":
		require.NotNil(t, document.Error, what)
	default:
		t.Errorf("no media type of an error: %q: %s", a.Header().Get("Content-Type"), what)
	}
}

// hostileBodies are documents that are none, or that no object is of.
func hostileBodies(typ string) []string {
	object := func(members string) string { return fmt.Sprintf(`{"data": {"type": %q, "id": "1", %s}}`, typ, members) }
	return []string{
		``, `{`, `null`, `1`, `"x"`, `[]`, `{"data": null}`, `{"data": []}`, `{"data": [[]]}`, `{"data": {"type": {}}}`, "\xff\xfe", "\x00",
		`{"data": {"type": "` + typ + `", "id": {"$gt": ""}}}`, `{"data": {"type": "x'; DROP TABLE users; --", "id": "1"}}`,
		strings.Repeat("[", 50_000), strings.Repeat(`{"data":`, 20_000), `{"data": ` + strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000) + `}`,
		object(`"attributes": {"a": ` + strings.Repeat(`{"a":`, 9_000) + `1` + strings.Repeat(`}`, 9_000) + `}`),
		`{"data": {"type": "` + strings.Repeat("long", 20_000) + `"}}`, strings.Repeat(" ", maxHostile+1),
		object(`"attributes": {"no-such-field": 1, "__proto__": {}, "is-super-admin": true, "": 1, "id": 7, "deleted_at": "x"}`),
		object(`"attributes": {"name": "x'); DROP TABLE users; --", "email": "x' OR '1'='1", "title": "\u0000", "description": "\ud800"}`),
		object(`"attributes": []`), object(`"attributes": null, "relationships": "x"`), object(`"attributes": {"name": {"$ne": null}, "state": [], "position": 1e400}`),
		object(`"relationships": {"event": {"data": [{"type": "event", "id": "1"}]}}`), object(`"relationships": {"event": null, "user": {}, "x": {"data": 1}}`),
		object(`"relationships": {"event": {"data": {"type": "event", "id": "1 OR 1=1"}}, "role": {"data": {"type": "role", "id": "-99999999999999999999"}}}`),
		`{"data": [{"type": "` + typ + `", "id": "1'--"}, {"type": "` + typ + `"}]}`, `{"data": {"type": "user", "id": 1.5}}`,
		`{"email": "' OR 1=1 --", "password": {"$ne": 1}, "recipient": [], "token": "\u0000", "data": {"email": 1, "token": {}}}`,
		`{"subject": "\u0000", "message": [], "bcc": [1]}`, `{"data": {"old-password": [], "new-password": 1}}`,
		object(`"attributes": {"name": "` + "\xff\xfe" + `"}`), `{"data": 1, "data": {"type": "` + typ + `"}}`,
	}
}

const maxHostile = 1 << 17

// hostileQueries are query strings.
func hostileQueries() []string {
	list := []string{
		"%zz", "a;b=c", "&&&=", "page[size]=-1", "page[size]=99999999999999999999", "page[number]=0&page[size]=0", "page[number]=2147483647&page[size]=2147483647", "page=1", "page[]=1",
		"page[size][]=1", "sort=", "sort=-", "sort=,-,", "sort=" + strings.Repeat("id,", 100), "sort=a.b.c", "include=.", "include=" + strings.Repeat("event.", 40) + "event",
		"include=" + strings.Repeat("event,", 100), "include=event.event.event.event.event", "fields[]=x", "fields[event", "fields[nothing]=name", "fields[user]=password", "fields[event]=",
		"filter=", "filter={", "filter=1", "filter=[1]", `filter=[{}]`, "filter=[[]]", "filter=" + strings.Repeat("[", 20_000), `filter=[{"name":"id","op":"in_","val":{}}]`,
		"filter=" + url.QueryEscape(strings.Repeat(`[{"not":`, 3000)), "filter=" + url.QueryEscape(`[`+strings.Repeat(`{"and":[`, 200)+`{"name":"id","op":"eq","val":1}`+strings.Repeat(`]}`, 200)+`]`),
		"filter=" + url.QueryEscape(`[{"name":"id","op":"between","val":[1,2,3]}]`), "filter=" + url.QueryEscape(`[{"name":"id","op":"eq","val":1e400}]`),
		"get_trashed=true&permanent=true", "get_trashed=%00", "\xff=\xfe", "filter[name]=x", "filter[name][]=x", "q=" + strings.Repeat("a", 20_000),
	}
	for _, p := range poison() {
		q := url.QueryEscape(p)
		list = append(list, "sort="+q, "include="+q, "fields["+q+"]="+q, "page["+q+"]="+q, "get_trashed="+q,
			"filter="+url.QueryEscape(fmt.Sprintf(`[{"name":"%s","op":"%s","val":"%s"}]`, quoteless(p), quoteless(p), quoteless(p))),
			"filter="+url.QueryEscape(fmt.Sprintf(`[{"name":"id","op":"eq","val":"%s"}]`, quoteless(p))))
	}
	return list
}

// hostileIDs are what stands in a URL in the place of an id.
func hostileIDs() []string {
	ids := []string{"0", "-1", "+1", "1.0", "1e3", "0x1", "9223372036854775807", "9223372036854775808", "999999999999999999999999", "%20", "1%20", "1%00", "%ff", "%2e%2e", "١", "1%2F2", "relationships"}
	for _, p := range poison() {
		ids = append(ids, url.PathEscape(p))
	}
	return slices.DeleteFunc(ids, func(id string) bool { return id == "" })
}

func hostileHeaders() []string {
	return []string{
		"Accept: " + media + "; charset=utf-8", "Accept: ;;;,,\xff", "Content-Type: ", "Content-Type: text/html", "Content-Type: " + media + "; ext=x", "If-Match: \xff,\"", "If-Match: " + strings.Repeat(`W/"x",`, 5000),
		"If-None-Match: *", "Authorization: JWT", "Authorization: JWT a.b.c", "Authorization: Bearer \xff", "Authorization: JWT " + strings.Repeat("a", 9000), "Authorization: Basic Og==",
		"X-HTTP-Method-Override: DELETE", "Cookie: refresh_token_cookie=a.b.c", "Content-Length: -1",
	}
}

// typeOf is the type of the objects that a document sent to a route is about, as far as the pattern tells.
func typeOf(s *server.Server, pattern string) string {
	segments := strings.Split(pattern, "/")
	for i := len(segments) - 1; i > 1; i-- {
		for _, r := range s.Resources() {
			if r.Path == segments[i] {
				return r.Type
			}
		}
	}
	return "event"
}

// rotation gives out the items of a list one after the other, beginning anew.
type rotation struct {
	items []string
	next  int
}

func (r *rotation) take(n int) []string {
	taken := make([]string, n)
	for i := range taken {
		taken[i] = r.items[r.next%len(r.items)]
		r.next++
	}
	return taken
}

// TestHostileRequests sends to every route, as each kind of caller, what no client should: each route gets
// some of it, and all of it comes to many routes.
func TestHostileRequests(t *testing.T) {
	t.Parallel()
	for n, c := range everybody() {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := setupWith(t, server.Config{MaxBody: maxHostile})
			user, event := f.place()
			for _, r := range f.server.Resources() {
				f.id(sampleOf(f, r).row)
			}
			token := f.enter(c, user, event)
			ids, queries, headers := &rotation{hostileIDs(), n * 7}, &rotation{hostileQueries(), n * 31}, &rotation{hostileHeaders(), n * 3}
			bodies, sent := n*5, 0
			try := func(c call) {
				c.token = token
				isError(t, c, f.probe(c))
				sent++
			}
			for _, route := range f.server.Routes() {
				typ := typeOf(f.server, route.Pattern)
				valid := strings.NewReplacer("{id}", "1", "{by}", "1").Replace(route.Pattern)
				for _, id := range ids.take(1) {
					if path := strings.NewReplacer("{id}", id, "{by}", id).Replace(route.Pattern); path != valid {
						try(call{method: route.Method, path: path, body: `{"data": {"type": "` + typ + `", "id": "1"}}`})
					}
				}
				for _, query := range queries.take(1) {
					try(call{method: route.Method, path: valid + "?" + query, body: `{"data": {"type": "` + typ + `", "id": "1"}}`})
				}
				for _, header := range headers.take(1) {
					try(call{method: route.Method, path: valid, headers: []string{header}})
				}
				list := hostileBodies(typ)
				for range map[bool]int{true: 1, false: 2}[route.Method == http.MethodGet] {
					try(call{method: route.Method, path: valid, body: list[bodies%len(list)]})
					bodies++
				}
			}
			t.Logf("%d requests to %d routes", sent, len(f.server.Routes()))
			assert.Equal(t, 1, len(f.rows("SELECT id FROM events")), "nothing stays")
		})
	}
}

// rows are the ids that a statement finds.
func (f *fixture) rows(sql string) (ids []int64) {
	f.Helper()
	rows, err := f.db.Query(context.Background(), sql)
	require.NoError(f, err)
	defer rows.Close()
	for rows.Next() {
		var id int64
		require.NoError(f, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(f, rows.Err())
	return ids
}

// TestOtherMethods asks every path with every other method.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	served := map[string][]string{}
	for _, r := range f.server.Routes() {
		served[r.Pattern] = append(served[r.Pattern], r.Method)
	}
	for pattern, methods := range served {
		path := strings.NewReplacer("{id}", "1", "{by}", "1").Replace(pattern)
		for _, method := range []string{"GET", "HEAD", "POST", "PATCH", "DELETE", "PUT", "OPTIONS", "TRACE", "CONNECT", "PROPFIND", "get"} {
			c := call{method: method, path: path, token: token, body: "{}"}
			a := f.probe(c)
			isError(t, c, a)
			served := slices.Contains(methods, method) || method == "HEAD" && slices.Contains(methods, "GET") || method == "OPTIONS"
			assert.Equal(t, !served, a.Code == http.StatusMethodNotAllowed, "%s %s: %d, served with %q", method, pattern, a.Code, methods)
		}
	}
}
