package server_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// stage is an event that takes sessions, an organizer, a co-organizer, and two people without a role.
func stage(t *testing.T) (f *fixture, tokens map[string]string) {
	t.Helper()
	f = setup(t)
	event := f.event("Concert", 0, "is_sessions_speakers_enabled = true")
	tokens = map[string]string{"root": f.admin()}
	for _, name := range []string{"organizer", "coorganizer", "ada", "bob"} {
		id := f.user(name+"@example.com", "is_verified = true")
		if name == "organizer" || name == "coorganizer" {
			f.role(id, event, name)
		}
		tokens[name] = f.login(name + "@example.com")
	}
	return f, tokens
}

func TestSessionCreation(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	a := f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "short-abstract": "<i>x</i><script>y</script>", "level": "Expert",
		"creator": 1, "is-locked": "false", "average-rating": 5, "created-at": "2001-01-01", "send-email": true, "slides": [{"name": "a", "link": "b"}]`)).wants(201)
	assert.Equal(t, "draft", a.at("data", "attributes", "state"))
	assert.Equal(t, "<i>x</i>", a.at("data", "attributes", "short-abstract"))
	assert.Nil(t, a.at("data", "attributes", "average-rating"))
	assert.Nil(t, a.at("data", "attributes", "submitted-at"))
	assert.NotContains(t, a.at("data", "attributes"), "send-email")
	assert.Equal(t, "2030-05-17T12:00:00+00:00", a.at("data", "attributes", "created-at"))
	ada := f.id("SELECT id FROM users WHERE email = 'ada@example.com'")
	assert.Equal(t, fmt.Sprint(ada), f.get("/v1/sessions/1?include=creator", tokens["ada"]).at("included", 0, "id"))

	a = f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Ants", "state": "pending"`)).wants(201)
	assert.Equal(t, "2030-05-17T12:00:00+00:00", a.at("data", "attributes", "submitted-at"))
	for _, state := range []string{"accepted", "confirmed", "rejected", "canceled", "withdrawn"} {
		for _, name := range []string{"ada", "coorganizer"} {
			f.post("/v1/sessions", tokens[name], create("session", `"title": "Me", "state": "`+state+`"`)).
				fails(403, forbidden, "/data/attributes/state", fmt.Sprintf("You cannot change a session state from \"draft\" to %q", state))
		}
		f.post("/v1/sessions", tokens["organizer"], create("session", `"title": "Us", "state": "`+state+`"`)).wants(201)
	}
	fails := func(attributes, pointer, detail string) {
		t.Helper()
		f.post("/v1/sessions", tokens["ada"], create("session", `"title": "x", `+attributes)).fails(422, unprocessable, pointer, detail)
	}
	fails(`"starts-at": "2030-05-17T11:59:59Z"`, "/data/attributes/starts-at", "starts-at should be after current date-time")
	fails(`"starts-at": "2099-12-13T11:00:00Z", "ends-at": "2099-12-13T11:00:00Z"`, "/data/attributes/ends-at", "ends-at should be after starts-at")
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "x", "level": "Master"`)).fails(422, invalid, "/data/attributes/level", "Not a valid choice.")
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "x", "state": "approved"`)).fails(422, invalid, "/data/attributes/state", "Not a valid choice.")
	f.post("/v1/sessions", "", create("session", `"title": "x"`)).wants(401)
	f.exec("UPDATE events SET is_sessions_speakers_enabled = false")
	f.post("/v1/sessions", tokens["root"], create("session", `"title": "x"`)).fails(403, forbidden, "", "Sessions are disabled for this Event")
}

// TestSessionMoves tries every move of a session between two states, as its author and as organizers.
func TestSessionMoves(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.exec("INSERT INTO sessions (title, event_id, creator_id) SELECT 'Bees', 1, id FROM users WHERE email = 'ada@example.com'")
	states := []string{"draft", "pending", "accepted", "confirmed", "rejected", "canceled", "withdrawn"}
	organizer := map[string]string{ // as the table of the documentation has it: a letter for each state that can be reached
		"draft": "", "pending": "warc", "accepted": "pwrcx", "confirmed": "pwarx", "rejected": "pwac", "canceled": "pwarc", "withdrawn": "pwarx",
	}
	author := map[string]string{"draft": "p", "pending": "w", "accepted": "w", "confirmed": "w", "rejected": "w", "canceled": "w", "withdrawn": ""}
	letter := map[string]string{"draft": "d", "pending": "p", "accepted": "a", "confirmed": "c", "rejected": "r", "canceled": "x", "withdrawn": "w"}
	for _, from := range states {
		for _, to := range states {
			for _, name := range []string{"ada", "coorganizer", "organizer", "root"} {
				table := author
				if (name == "organizer" || name == "root") && from != "draft" {
					table = organizer
				}
				f.exec("UPDATE sessions SET state = $1", from)
				a := f.patch("/v1/sessions/1", tokens[name], change("session", 1, `"state": "`+to+`"`))
				if from == to || slices.Contains(letters(table[from]), letter[to]) {
					assert.Equal(t, 200, a.Code, "%s: %s to %s: %s", name, from, to, a.Body)
					continue
				}
				a.fails(403, forbidden, "/data/attributes/state", fmt.Sprintf("You cannot change a session state from %q to %q", from, to))
			}
		}
	}
	a := f.get("/v1/sessions/states").wants(200)
	assert.Equal(t, "application/json", a.Header().Get("Content-Type"))
	for who, table := range map[string]map[string]string{"organizer": organizer, "speaker": author} {
		for _, from := range states {
			want := map[string]any{}
			for _, to := range states {
				if slices.Contains(letters(table[from]), letter[to]) {
					want[to] = true
				}
			}
			assert.Equal(t, want, a.at(who, from), "%s from %s", who, from)
		}
	}
}

func letters(s string) (list []string) {
	for _, c := range s {
		list = append(list, string(c))
	}
	return list
}

func TestSessionMails(t *testing.T) {
	t.Parallel()
	a := setup(t).get("/v1/sessions/mails").wants(200)
	assert.Len(t, a.json, 7)
	for _, state := range []string{"accepted", "canceled", "confirmed", "pending", "rejected", "withdrawn"} {
		assert.Contains(t, a.at(state, "subject"), "{session_name}")
		assert.Contains(t, a.at(state, "message"), "{event_name}")
	}
}

func TestSessionUpdates(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	patch := func(by, attributes string) *answer {
		return f.patch("/v1/sessions/1", tokens[by], change("session", 1, attributes))
	}
	f.get("/v1/sessions/1").fails(404, notFound, "", "Object Not Found")
	patch("bob", `"title": "Mine"`).fails(404, notFound, "", "Object Not Found")
	f.get("/v1/sessions/1", tokens["ada"]).wants(200)
	patch("ada", `"title": "Bees and wasps", "last-modified-at": "2001-01-01"`).wants(200)
	patch("ada", `"is-locked": true`).fails(403, forbidden, "/data/attributes/is-locked", "Locked sessions cannot be edited")
	patch("organizer", `"is-locked": true, "state": "accepted"`).wants(200)
	patch("ada", `"title": "x"`).fails(403, forbidden, "/data/attributes/is-locked", "Locked sessions cannot be edited")
	patch("coorganizer", `"is-locked": false`).wants(403)
	f.do(call{method: "DELETE", path: "/v1/sessions/1", token: tokens["ada"]}).fails(403, forbidden, "/data/attributes/is-locked", "Locked sessions cannot be edited")
	patch("organizer", `"is-locked": false`).wants(200)
	f.get("/v1/sessions/1").wants(200) // it was accepted
	patch("bob", `"title": "Mine"`).fails(403, forbidden, "", "Access denied.")

	// Parts of the event: those of another one are out of reach, and where it is held is not Ada's to say.
	f.event("Other", 0, "is_sessions_speakers_enabled = true")
	f.exec("INSERT INTO tracks (name, color, event_id) VALUES ('Here', '#fff', 1), ('There', '#fff', 2)")
	f.exec("INSERT INTO microlocations (name, event_id) VALUES ('Hall', 1)")
	relate := func(by, name, id string) *answer {
		return f.patch("/v1/sessions/1", tokens[by], fmt.Sprintf(`{"data": {"type": "session", "id": "1", "relationships": {%q: {"data": {"type": %q, "id": %q}}}}}`, name, name, id))
	}
	relate("ada", "track", "1").wants(200)
	relate("ada", "track", "2").fails(422, unprocessable, "/data/relationships/track", "The track is one of another event")
	relate("ada", "microlocation", "1").wants(200)
	f.get("/v1/sessions/1/microlocation").fails(404, notFound, "", "Object Not Found")
	relate("coorganizer", "microlocation", "1").wants(200)
	f.get("/v1/sessions/1/microlocation").wants(200)
	f.patch("/v1/sessions/1/relationships/creator", tokens["ada"], `{"data": {"type": "user", "id": "1"}}`).wants(405)
	for _, list := range []string{"/v1/tracks/1/sessions", "/v1/microlocations/1/sessions", "/v1/events/1/sessions", "/v1/sessions"} {
		assert.Equal(t, []string{"1"}, f.get(list).wants(200).ids("data"), list)
	}
	ada := f.id("SELECT id FROM users WHERE email = 'ada@example.com'")
	assert.Equal(t, []string{"1"}, f.get(fmt.Sprintf("/v1/users/%d/sessions", ada), tokens["ada"]).wants(200).ids("data"))
	// What was accepted here was not accepted there.
	const elsewhere = `{"data": {"type": "event", "id": "2"}}`
	f.patch("/v1/sessions/1/relationships/event", tokens["ada"], elsewhere).fails(403, forbidden, "/data/relationships/event", "Organizer access is required")
	f.role(ada, 2, "owner")
	f.patch("/v1/sessions/1/relationships/event", tokens["ada"], elsewhere).wants(403)
	f.patch("/v1/sessions/1/relationships/event", tokens["organizer"], elsewhere).wants(403)
	f.patch("/v1/sessions/1/relationships/event", tokens["root"], elsewhere).fails(422, unprocessable, "/data/relationships/track", "The track is one of another event")

	f.do(call{method: "DELETE", path: "/v1/sessions/1", token: tokens["ada"]}).wants(200)
	f.get("/v1/sessions/1").wants(404)
}

// TestSessionsThroughTheOtherEnd holds that a relationship of another object is no way round what is asked
// of a session: neither its lock, nor that organizers of both events move it, nor that its parts are of its event.
func TestSessionsThroughTheOtherEnd(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada"`)).wants(201)
	f.exec("UPDATE sessions SET state = 'accepted'")
	other := f.event("Other", 0, "is_sessions_speakers_enabled = true")
	ada := f.id("SELECT id FROM users WHERE email = 'ada@example.com'")
	f.role(ada, other, "owner")
	f.exec("INSERT INTO tracks (name, color, event_id) VALUES ('There', '#fff', $1)", other)

	const session, speaker = `{"data": [{"type": "session", "id": "1"}]}`, `{"data": [{"type": "speaker", "id": "1"}]}`
	f.post("/v1/events/2/relationships/sessions", tokens["ada"], session).
		fails(403, forbidden, "/data/relationships/event", "Organizer access is required")
	f.post("/v1/events/2/relationships/speakers", tokens["ada"], speaker).
		fails(403, forbidden, "/data/relationships/event", "Organizer access is required")
	f.post("/v1/tracks/1/relationships/sessions", tokens["ada"], session).
		fails(422, unprocessable, "/data/relationships/track", "The track is one of another event")

	f.post("/v1/speakers/1/relationships/sessions", tokens["ada"], session).wants(200)
	f.exec("UPDATE sessions SET is_locked = true")
	const lock, locked = "/data/attributes/is-locked", "Locked sessions cannot be edited"
	for _, end := range []string{"/v1/speakers/1/relationships/sessions", "/v1/sessions/1/relationships/speakers"} {
		body := session
		if end == "/v1/sessions/1/relationships/speakers" {
			body = speaker
		}
		f.do(call{method: "DELETE", path: end, token: tokens["ada"], body: body}).fails(403, forbidden, lock, locked)
		f.do(call{method: "DELETE", path: end, token: tokens["organizer"], body: body}).wants(200)
		f.post(end, tokens["ada"], body).fails(403, forbidden, lock, locked)
		f.post(end, tokens["organizer"], body).wants(200)
	}
	f.post("/v1/speakers", tokens["organizer"], speaking(`"name": "Eve", "email": "eve@example.com"`, 1)).wants(201)
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "Bob"`)).wants(201)
	f.exec("UPDATE sessions SET creator_id = (SELECT id FROM users WHERE email = 'bob@example.com')")
	f.exec("DELETE FROM speaker WHERE name = 'Bob'")
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "Bob"`, 1)).fails(403, forbidden, lock, locked)
	f.post("/v1/sessions/1/speakers", tokens["bob"], speaking(`"name": "Bob"`)).fails(403, forbidden, lock, locked)
}
