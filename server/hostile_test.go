package server_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// poison is text that would be something else in a statement that was glued together.
func poison() []string {
	return []string{
		"'", `"`, "''--", "name;DROP TABLE users", "name) UNION SELECT password FROM users--", "1 OR 1=1", "$1", "$$x$$", "pg_sleep(9)",
		"{row}.password", "name::text", "name->>'a'", "id,(SELECT password FROM users)", "\\", "%", "%00", "\x00", "\xff", "../..", "__class__", "name__password",
		"owner__password", "t1.id", "*", "é", strings.Repeat("a", 5000), strings.Repeat("a.", 300), "null", "[]", "-", "--name", ",,,", ".", "a..b",
	}
}

// TestInjection puts poison into every place of a URL that reaches a statement. Every answer is a
// document; none is an error of the server; and the database is what it was.
func TestInjection(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.event("Concert", f.topic("Music"))
	for _, p := range poison() {
		q := url.QueryEscape(p)
		name := func(s string) string { return url.QueryEscape(strings.ReplaceAll(s, "POISON", quoteless(p))) }
		for _, path := range []string{
			"/v1/events?sort=" + q,
			"/v1/events?sort=event-topic." + q,
			"/v1/events?include=" + q,
			"/v1/events?include=event-topic." + q,
			"/v1/events?fields[event]=" + q,
			"/v1/events?fields[" + q + "]=name",
			"/v1/events?page[size]=" + q,
			"/v1/events?page[number]=" + q,
			"/v1/events?page[" + q + "]=1",
			"/v1/events?filter=" + q,
			"/v1/events?filter=" + name(`[{"name":"POISON","op":"eq","val":1}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"POISON","val":"x"}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"eq","val":"POISON"}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"like","val":"POISON"}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"match","val":"POISON"}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"in_","val":["POISON"]}]`),
			"/v1/events?filter=" + name(`[{"name":"starts-at","op":"gt","val":"POISON"}]`),
			"/v1/events?filter=" + name(`[{"name":"name","op":"eq","field":"POISON"}]`),
			"/v1/events?filter=" + name(`[{"name":"event-topic__POISON","op":"has","val":1}]`),
			"/v1/events?filter=" + name(`[{"name":"owner","op":"has","val":{"name":"POISON","op":"eq","val":"x"}}]`),
			"/v1/events/" + url.PathEscape(p),
			"/v1/events/" + url.PathEscape(p) + "/event-topic",
			"/v1/event-topics/" + url.PathEscape(p) + "/events",
			"/v1/events/1/relationships/" + url.PathEscape(p),
		} {
			a := f.get(path, token)
			assert.Less(t, a.Code, 500, "%s: %s", path, a.Body)
			assert.NotContains(t, a.Body.String(), "argon2id", path)
		}
	}
	f.get("/v1/users/1", token).wants(200)
	assert.EqualValues(t, 1, f.get("/v1/events").at("meta", "count"))
}

// quoteless makes text fit into a JSON string.
func quoteless(s string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\x00", `\u0000`).Replace(s)
}

// TestHostileBodies sends what is no sensible document everywhere where a document is read.
func TestHostileBodies(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.event("Concert", f.topic("Music"))
	bodies := []string{
		`null`, `1`, `"x"`, `[]`, `{"data": 1}`, `{"data": []}`, `{"data": {"type": []}}`, strings.Repeat("[", 100000),
		`{"data": {"type": "event-topic", "id": "1", "attributes": {"name": {"$ne": 1}}}}`,
		`{"data": {"type": "event-topic", "id": "1", "attributes": {"name": "\u0000"}}}`,
		`{"data": {"type": "event", "id": "1", "attributes": {"latitude": 1e999, "document-links": {"a": "\u0000"}}}}`,
		`{"data": {"type": "event", "id": "1", "attributes": {"document-links": [{"name": "\u0000", "link": "x"}]}}}`,
		`{"data": {"type": "event", "id": "1", "attributes": {"starts-at": "9999-99-99"}}}`,
		`{"data": {"type": "event", "id": "1", "attributes": {"starts-at": "+10000-01-01T00:00:00Z"}}}`,
		`{"data": {"type": "event", "id": "1", "relationships": {"event-topic": {"data": {"type": "event-topic", "id": "99999999999999999999"}}}}}`,
		`{"data": {"type": "event", "id": "1", "relationships": {"event-topic": {"data": {"type": "event-topic", "id": "1; DROP TABLE users"}}}}}`,
		`{"data": [{"type": "event", "id": "-1"}, {"type": "event", "id": "9223372036854775807"}]}`,
		`{"data": {"type": "user", "id": "1", "attributes": {"email": "a'--@example.com", "first-name": "\ud800"}}}`,
	}
	for _, body := range bodies {
		for _, c := range []call{
			{method: "POST", path: "/v1/event-topics"},
			{method: "PATCH", path: "/v1/event-topics/1"},
			{method: "POST", path: "/v1/events"},
			{method: "PATCH", path: "/v1/events/1"},
			{method: "PATCH", path: "/v1/users/1"},
			{method: "POST", path: "/v1/event-topics/1/relationships/events"},
			{method: "PATCH", path: "/v1/events/1/relationships/event-topic"},
			{method: "POST", path: "/v1/auth/login"},
			{method: "POST", path: "/v1/users/check_email"},
		} {
			c.body, c.token = body, token
			a := f.do(c)
			assert.Less(t, a.Code, 500, "%s %s %.80s: %s", c.method, c.path, body, a.Body)
		}
	}
	f.get("/v1/users/1", token).wants(200)
}

// TestMassAssignment sends every attribute that is not the caller's to set.
func TestMassAssignment(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com")
	token := f.login("john@example.com")
	patch := func(attribute, value string) *answer {
		return f.do(call{method: "PATCH", path: "/v1/users/1", token: token, body: fmt.Sprintf(
			`{"data": {"type": "user", "id": "1", "attributes": {%q: %s}}}`, attribute, value)})
	}
	for _, ignored := range []string{"is-super-admin", "is_super_admin", "created-at", "last-accessed-at", "facebook-id", "is-user-owner", "reset-password", "id", "salt"} {
		patch(ignored, "true").wants(200)
	}
	for _, refused := range []string{"is-admin", "is_admin", "is-sales-admin", "is-marketer", "is-verified", "is-blocked"} {
		patch(refused, `"true"`).wants(403)
		patch(refused, "false").wants(200)
	}
	var privileged bool
	f.exec("SELECT 1")
	require.NoError(t, f.db.QueryRow(t.Context(), `SELECT is_super_admin OR is_admin OR is_sales_admin OR is_marketer OR is_verified OR is_blocked FROM users`).Scan(&privileged))
	assert.False(t, privileged)
	for _, attribute := range []string{"is-admin", "is-sales-admin", "is-marketer", "is-blocked"} {
		a := f.do(call{method: "POST", path: "/v1/users", body: fmt.Sprintf(
			`{"data": {"type": "user", "attributes": {"email": "x@example.com", "password": "long enough", %q: true}}}`, attribute)})
		a.wants(403)
	}
}

// FuzzRequests sends fuzzed queries and documents to the whole server.
func FuzzRequests(f *testing.F) {
	f.Add("sort=-event-topic.name&page[size]=1", `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": "x"}}}`)
	f.Add(`filter=[{"name":"event-topic__name","op":"has","val":"x"},{"not":{"name":"starts-at","op":"between","val":["2000-01-01","2100-01-01"]}}]`, `{"data": {"type": "event", "id": "1"}}`)
	f.Add("include=event-topic.events,owner&fields[event]=name", `{"data": [{"type": "event", "id": "1"}]}`)
	f.Add("get_trashed=true&permanent=true", `{"data": {"type": "event-topic", "id": "1", "attributes": {"deleted-at": "2000-01-01"}}}`)
	f.Fuzz(func(t *testing.T, query, body string) {
		fx := setup(t)
		token := fx.admin()
		fx.event("Concert", fx.topic("Music"))
		for _, c := range []call{
			{method: "GET", path: "/v1/events"},
			{method: "GET", path: "/v1/event-topics/1/events"},
			{method: "GET", path: "/v1/users/1"},
			{method: "POST", path: "/v1/event-topics", body: body},
			{method: "PATCH", path: "/v1/events/1", body: body},
			{method: "POST", path: "/v1/event-topics/1/relationships/events", body: body},
			{method: "PATCH", path: "/v1/event-topics/1", body: body},
		} {
			c.path += "?" + (&url.URL{RawQuery: query}).Query().Encode()
			c.token = token
			a := fx.do(c)
			require.Less(t, a.Code, 500, "%s %s %s: %s", c.method, c.path, body, a.Body)
		}
	})
}
