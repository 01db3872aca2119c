package server_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
)

// filtering is a list with one filter.
func filtering(path string, filter any) string {
	text, err := json.Marshal([]any{filter})
	if err != nil {
		panic(err)
	}
	return path + "?page[size]=0&filter=" + url.QueryEscape(string(text))
}

// TestFilterOracle looks for filters that fail on rows the caller may not see: the answer must be the one
// without these rows, whatever text they hold, for every operator, directly and through relationships.
func TestFilterOracle(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	f.exec(samples()["sponsor"].row)
	odd := strings.Repeat("a b-c x.y/z ", 80_000)
	f.exec("UPDATE events SET state = 'draft', name = 'othd', description = $1", odd)
	f.exec(`INSERT INTO sessions (title, state, event_id, creator_id, long_abstract) VALUES ('othd', 'pending', 1, 1, $1)`, odd)
	f.exec(`INSERT INTO speaker (name, email, event_id) VALUES ('othd', 'othd@example.com', 1)`)
	f.exec("INSERT INTO tracks (name, color, event_id, deleted_at) VALUES ('othd', '#fff', 1, now()), ('othd', 'mauve', 1, NULL)")
	topic := f.topic("Open")
	f.event("Seen", topic)
	f.exec("UPDATE events SET event_topic_id = $1", topic)
	f.user("john@example.com")

	values := []string{`othd`, `othd\`, `oth_\`, `%\`, `%d\`, `\`, `\\\`, `%th%\`, `%a%\`, strings.Repeat("%a", 3000) + "#", `o\thd`, `othd\\`, "x"}
	operators := []string{"like", "notlike", "ilike", "notilike", "contains", "startswith", "endswith", "match", "eq", "ne", "gt", "le"}
	var filters []call
	add := func(path string, of func(op, val string) any) {
		for _, op := range operators {
			for _, val := range values {
				filters = append(filters, call{path: filtering(path, of(op, val)), body: op + " " + val[:min(len(val), 20)]})
			}
		}
	}
	plain := func(name string) func(op, val string) any {
		return func(op, val string) any { return map[string]any{"name": name, "op": op, "val": val} }
	}
	through := func(relationship, how, name string) func(op, val string) any {
		return func(op, val string) any {
			return map[string]any{"name": relationship, "op": how, "val": plain(name)(op, val)}
		}
	}
	for path, names := range map[string][]string{
		"/v1/events": {"name", "description"}, "/v1/sessions": {"title", "long-abstract"}, "/v1/tracks": {"name", "font-color"},
	} {
		for _, name := range names {
			add(path, plain(name))
		}
	}
	add("/v1/event-topics", through("events", "any", "name"))
	add("/v1/event-topics", through("events", "any", "description"))
	add("/v1/events", through("sessions", "any", "title"))
	add("/v1/events", through("speakers", "any", "email"))
	add("/v1/sessions", through("event", "has", "name"))
	add("/v1/sessions", through("creator", "has", "email"))

	ask := func(token string) []string {
		seen := make([]string, len(filters))
		for i, one := range filters {
			a := f.probe(call{method: "GET", path: one.path, token: token})
			require.Contains(t, []int{200, 400}, a.Code, "%s: %s", one.body, a.Body)
			seen[i] = fmt.Sprint(a.Code, a.Body)
		}
		return seen
	}
	john := f.login("john@example.com")
	with := [][]string{ask(""), ask(john)}
	f.exec("DELETE FROM speaker")
	f.exec("DELETE FROM sessions")
	f.exec("DELETE FROM tracks")
	f.exec("UPDATE events SET name = 'q', description = 'q' WHERE id = 1")
	without := [][]string{ask(""), ask(john)}
	for who := range with {
		for i, one := range filters {
			assert.Equal(t, without[who][i], with[who][i], one.body)
		}
	}
	t.Logf("%d filters", len(filters))
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.event(`back\slash`, 0)
	for _, op := range []string{"like", "notlike", "ilike", "notilike"} {
		for _, val := range []string{`\`, `x\`, `%\\\`} {
			f.get(filtering("/v1/events", map[string]any{"name": "name", "op": op, "val": val})).
				fails(400, "Invalid filters querystring parameter.", "?filters", "name: "+op+" wants a pattern that does not end in a backslash: two stand for one")
		}
		f.get(filtering("/v1/events", map[string]any{"name": "name", "op": op, "val": strings.Repeat("%", 101)})).
			fails(400, "Invalid filters querystring parameter.", "?filters", "name: "+op+" wants a pattern that has at most 100 of %")
	}
	for op, val := range map[string]string{"like": `back\\%`, "ilike": `BACK\\\s%`, "contains": `k\`, "startswith": `back\`, "endswith": `\slash`} {
		assert.Equal(t, []string{"1"}, f.get(filtering("/v1/events", map[string]any{"name": "name", "op": op, "val": val})).wants(200).ids("data"), op)
	}
}

// TestSuperAdmins are left alone by those who are just admins.
func TestSuperAdmins(t *testing.T) {
	t.Parallel()
	f := setup(t)
	root := f.user("root@example.com", "is_super_admin = true", "is_admin = true", "is_verified = true")
	f.user("warden@example.com", "is_admin = true", "is_verified = true")
	f.user("john@example.com")
	warden, path := f.login("warden@example.com"), fmt.Sprintf("/v1/users/%d", root)
	refused := func(a *answer) { t.Helper(); a.fails(403, forbidden, "", "Super admin access is required") }
	for _, attributes := range []string{
		`"password": "mine from now on"`, `"email": "mine@example.com"`, `"is-blocked": true`, `"is-verified": false`, `"first-name": "x"`,
		`"deleted-at": "2030-01-01T00:00:00Z"`,
	} {
		refused(f.patch(path, warden, change("user", int(root), attributes)))
	}
	refused(f.do(call{method: "DELETE", path: path, token: warden}))
	refused(f.do(call{method: "DELETE", path: path + "?permanent=true", token: warden}))
	f.exec("UPDATE users SET deleted_at = now() WHERE id = $1", root)
	refused(f.patch(path, warden, change("user", int(root), `"deleted-at": null`)))
	f.exec("UPDATE users SET deleted_at = NULL WHERE id = $1", root)
	f.patch(path, f.login("root@example.com"), change("user", int(root), `"first-name": "Root", "email": "other@example.com"`)).wants(200)
	f.patch("/v1/users/3", warden, change("user", 3, `"first-name": "Jack", "password": "another one"`)).wants(200)
}

// TestPartsOfDeletedEvents asks for, changes and deletes what belongs to an event that was deleted.
func TestPartsOfDeletedEvents(t *testing.T) {
	t.Parallel()
	f := setup(t)
	user, event := f.place()
	f.role(user, event, "owner")
	parts := map[string]engine.Resource{}
	for _, r := range f.server.Resources() {
		if slices.ContainsFunc(r.Relationships, func(rel engine.Relationship) bool { return rel.Name == "event" && rel.Required }) && r.Type != "users-events-roles" {
			f.id(sampleOf(f, r).row)
			parts[r.Type] = r
		}
	}
	require.Greater(t, len(parts), 9)
	john := f.user("john@example.com", "is_verified = true")
	f.exec("UPDATE role_invites SET email = 'john@example.com', hash = 'x', created_at = $1", today)
	owner, guest := f.login("row@example.com"), f.login("john@example.com")
	f.exec("UPDATE events SET deleted_at = now()")
	const gone = "Object Not Found"
	for typ, r := range parts {
		path := "/v1/" + r.Path + "/1"
		f.get(path, owner).fails(404, notFound, "", gone)
		f.get(path+"?get_trashed=true", guest).fails(404, notFound, "", gone)
		f.get(path+"?get_trashed=true", owner).wants(200)
		f.patch(path, owner, change(typ, 1, samples()[typ].always)).fails(404, notFound, "", gone)
		f.patch(path+"?get_trashed=true", owner, change(typ, 1, samples()[typ].always)).fails(404, notFound, "", gone)
		f.do(call{method: "DELETE", path: path, token: owner}).fails(404, notFound, "", gone)
		f.patch(path+"/relationships/event", owner, `{"data": {"type": "event", "id": "1"}}`).wants(404)
	}
	f.patch("/v1/role-invites/1", guest, change("role-invite", 1, `"status": "accepted"`)).fails(404, notFound, "", gone)
	f.do(call{method: "POST", path: "/v1/role_invites/accept-invite", body: `{"data": {"token": "x"}}`, headers: []string{"Content-Type: application/json"}}).
		fails(404, notFound, "", "Role Invite Not Found")
	assert.Empty(t, f.rows(fmt.Sprintf("SELECT id FROM users_events_roles WHERE user_id = %d", john)))
	f.get("/v1/tracks", owner).wants(200)
	assert.Empty(t, f.get("/v1/tracks", owner).ids("data"))
	assert.Equal(t, []string{"1"}, f.get("/v1/tracks?get_trashed=true", owner).ids("data"))
}

// TestRolesStayWithTheirUsers gives a role to somebody who has not accepted it, in every way.
func TestRolesStayWithTheirUsers(t *testing.T) {
	t.Parallel()
	f := setup(t)
	user, event := f.place()
	other := f.user("other@example.com")
	f.role(user, event, "owner")
	f.role(f.user("helper@example.com"), event, "moderator")
	token, root := f.login("row@example.com"), f.admin()
	to := fmt.Sprintf(`{"data": {"type": "user", "id": "%d"}}`, user)
	body := `{"data": {"type": "users-events-roles", "id": "2", "relationships": {"user": ` + to + `}}}`
	const why = "The user cannot be changed: invite another one"
	f.patch("/v1/users-events-roles/2", token, body).fails(403, forbidden, "/data/relationships/user", why)
	f.patch("/v1/users-events-roles/2/relationships/user", token, to).fails(403, forbidden, "/data/relationships/user", why)
	hidden := strings.ReplaceAll(body, to, fmt.Sprintf(`{"data": {"type": "user", "id": "%d"}}`, other))
	assert.GreaterOrEqual(t, f.patch("/v1/users-events-roles/2", token, hidden).Code, 400)
	f.patch("/v1/users-events-roles/2", root, hidden).wants(200)
}

// TestMovesAndConflicts moves rows to an event where the caller may do nothing: that one there is like
// them already, they do not learn.
func TestMovesAndConflicts(t *testing.T) {
	t.Parallel()
	f := setup(t)
	user, event := f.place()
	f.role(user, event, "owner")
	other := f.event("Other", 0)
	for _, id := range []int64{event, other} {
		f.exec(`INSERT INTO speakers_calls (starts_at, ends_at, event_id) VALUES ('2031-01-01', '2031-02-01', $1)`, id)
		f.exec(`INSERT INTO custom_forms (field_identifier, form, type, name, event_id) VALUES ('x', 'session', 'text', 'x', $1)`, id)
	}
	token := f.login("row@example.com")
	for typ, path := range map[string]string{"speakers-call": "/v1/speakers-calls/1", "custom-form": "/v1/custom-forms/1"} {
		to := fmt.Sprintf(`{"data": {"type": "event", "id": "%d"}}`, other)
		body := fmt.Sprintf(`{"data": {"type": %q, "id": "1", "relationships": {"event": %s}}}`, typ, to)
		f.patch(path, token, body).fails(403, forbidden, "", "Co-organizer access is required.")
		f.patch(path+"/relationships/event", token, to).fails(403, forbidden, "", "Co-organizer access is required.")
		f.patch(path, f.adminOnce(), body).wants(409)
	}
}

// adminOnce is admin, or the token of the one that there is.
func (f *fixture) adminOnce() string {
	f.Helper()
	if len(f.rows("SELECT id FROM users WHERE email = 'root@example.com'")) > 0 {
		return f.login("root@example.com")
	}
	return f.admin()
}

// TestWhatIsTheEvents are attributes by which an event says something of a speaker or a session.
func TestWhatIsTheEvents(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending", "is-mail-sent": true`)).
		fails(403, forbidden, "/data/attributes/is-mail-sent", "Co-organizer access is required to update this information.")
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending", "is-mail-sent": false`)).wants(201)
	for _, attribute := range []string{`"is-featured": true`, `"order": 7`} {
		name := strings.Split(attribute, `"`)[1]
		f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada", `+attribute)).
			fails(403, forbidden, "/data/attributes/"+name, "Co-organizer access is required to update this information.")
	}
	f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada", "is-featured": false`)).wants(201)
	id := int(f.id("SELECT id FROM speaker"))
	path := fmt.Sprintf("/v1/speakers/%d", id)
	f.patch(path, tokens["ada"], change("speaker", id, `"is-featured": true`)).
		fails(403, forbidden, "/data/attributes/is-featured", "Co-organizer access is required to update this information.")
	f.patch(path, tokens["ada"], change("speaker", id, `"order": 0, "is-featured": false, "name": "Ada L."`)).wants(200)
	f.patch(path, tokens["organizer"], change("speaker", id, `"order": 3, "is-featured": true`)).wants(200)
}
