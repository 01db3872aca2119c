package server_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// speaking is the body of a speaker of event 1 who holds sessions.
func speaking(attributes string, sessions ...int) string {
	list := ""
	for i, id := range sessions {
		if i > 0 {
			list += ", "
		}
		list += fmt.Sprintf(`{"type": "session", "id": "%d"}`, id)
	}
	return fmt.Sprintf(`{"data": {"type": "speaker", "attributes": {%s}, "relationships": {%s, "sessions": {"data": [%s]}}}}`, attributes, inEvent, list)
}

func TestSpeakerCreation(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	f.post("/v1/sessions", tokens["bob"], create("session", `"title": "Ants", "state": "pending"`)).wants(201)

	a := f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada", "email": "somebody@example.com", "gender": "Woman", "order": "0", "user": 1,
		"short-biography": "<b>x</b><script>y</script>"`, 1)).wants(201)
	assert.Equal(t, "ada@example.com", a.at("data", "attributes", "email"), "nobody speaks in the name of another")
	assert.Equal(t, "<b>x</b>", a.at("data", "attributes", "short-biography"))
	id := a.at("data", "id").(string)
	assert.Equal(t, []string{"1"}, f.get("/v1/speakers/"+id+"/sessions", tokens["ada"]).wants(200).ids("data"))
	ada := fmt.Sprint(f.id("SELECT id FROM users WHERE email = 'ada@example.com'"))
	assert.Equal(t, ada, f.get("/v1/speakers/"+id+"/user", tokens["ada"]).wants(200).at("data", "id"))
	var links int
	require.NoError(t, f.db.QueryRow(t.Context(), "SELECT count(*) FROM sessions_speakers_links WHERE event_id = 1 AND session_id = 1 AND session_state = 'pending'").Scan(&links))
	assert.Equal(t, 1, links)

	f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada again"`)).fails(403, forbidden, "", "Speaker with this Email ID already exists")
	for _, session := range []int{2, 999} {
		f.post("/v1/speakers", tokens["ada"], speaking(`"name": "x"`, session)).fails(404, notFound, "?session_id", fmt.Sprintf("Session: %d not found", session))
	}
	const overridden = "/data/attributes/is-email-overridden"
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "x", "is-email-overridden": true`)).fails(403, forbidden, overridden, "Organizer access required to override email")
	a = f.post("/v1/speakers", tokens["organizer"], speaking(`"name": "x", "email": "x@example.com", "is-email-overridden": true`, 1, 2)).wants(201)
	assert.Nil(t, a.at("data", "attributes", "email"))
	a = f.post("/v1/speakers", tokens["organizer"], speaking(`"name": "y", "email": " Y@example.com "`)).wants(201)
	assert.Equal(t, "Y@example.com", a.at("data", "attributes", "email"))
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "x", "gender": "Robot"`)).fails(422, invalid, "/data/attributes/gender", "Not a valid choice.")
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "x", "website": "javascript:alert(1)"`)).fails(422, invalid, "/data/attributes/website", "Not a valid URL.")
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "x", "complex-field-values": {"a": []}`)).
		fails(422, invalid, "/data/attributes/complex-field-values", "Only flat JSON is allowed: a is no plain value.")
	f.exec("UPDATE events SET is_sessions_speakers_enabled = false")
	f.post("/v1/speakers", tokens["root"], speaking(`"name": "x"`)).fails(403, forbidden, "", "Speakers are disabled for this Event")
}

// TestSpeakersOfSessions is the table of the source documents: the public sees the speakers of accepted
// sessions of published events, who submitted a session sees and edits its speakers.
func TestSpeakersOfSessions(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	a := f.post("/v1/speakers", tokens["organizer"], speaking(`"name": "Eve", "email": "eve@example.com"`, 1)).wants(201)
	eve := "/v1/speakers/" + a.at("data", "id").(string)
	rename := fmt.Sprintf(`{"data": {"type": "speaker", "id": %q, "attributes": {"name": "Eva"}}}`, a.at("data", "id"))
	sees := func(token string, list ...string) {
		t.Helper()
		if len(list) == 0 {
			f.get(eve, token).fails(404, notFound, "", "Object Not Found")
		} else {
			f.get(eve, token).wants(200)
		}
		assert.Equal(t, append([]string{}, list...), f.get("/v1/events/1/speakers", token).wants(200).ids("data"))
	}
	sees(tokens["bob"])
	sees("")
	sees(tokens["ada"], "1") // of her session
	f.get("/v1/sessions/1/speakers").fails(404, notFound, "?session_id", "Session: 1 not found")
	f.patch(eve, tokens["ada"], rename).wants(200)
	f.patch(eve, tokens["bob"], rename).wants(404)
	for _, state := range []string{"accepted", "approved", "confirmed"} {
		f.exec("UPDATE sessions SET state = $1", state)
		sees("", "1")
		sees(tokens["bob"], "1")
		assert.Equal(t, []string{"1"}, f.get("/v1/sessions/1/speakers").wants(200).ids("data"))
	}
	f.patch(eve, tokens["bob"], rename).fails(403, forbidden, "", "Detail ownership is required, access denied.")
	f.exec("UPDATE events SET state = 'draft'")
	f.get(eve).wants(404)
	f.get("/v1/events/1/speakers").fails(404, notFound, "?event_id", "Event: 1 not found")
	f.exec("UPDATE events SET state = 'published'")

	// Eve signs up. Anybody could, with her address, so she has to show that it is hers.
	f.user("Eve@example.com")
	token := f.login("eve@example.com")
	f.exec("UPDATE sessions SET state = 'pending'")
	sees(token)
	f.exec("UPDATE users SET is_verified = true WHERE lower(email) = 'eve@example.com'")
	sees(token, "1")
	f.get("/v1/sessions/1", token).wants(200)
	f.patch(eve, token, rename).wants(200)
	f.do(call{method: "DELETE", path: eve, token: token}).wants(200)
}

// TestLinkingSpeakers relates speakers to sessions: a pair needs rights on both sides, and one event.
func TestLinkingSpeakers(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	f.post("/v1/sessions", tokens["bob"], create("session", `"title": "Ants", "state": "pending"`)).wants(201)
	f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada"`)).wants(201)
	f.post("/v1/speakers", tokens["bob"], speaking(`"name": "Bob"`)).wants(201)
	f.exec("UPDATE sessions SET state = 'accepted'")
	link := func(by, path, typ string, id int) *answer {
		return f.post(path, tokens[by], fmt.Sprintf(`{"data": [{"type": %q, "id": "%d"}]}`, typ, id))
	}
	const bees, ada = "/v1/sessions/1/relationships/speakers", "/v1/speakers/1/relationships/sessions"
	link("ada", bees, "speaker", 2).fails(404, "Related object not found", "/data", "Speaker.id: 2 not found")
	link("ada", ada, "session", 2).fails(403, forbidden, "", "Access denied.")
	link("ada", bees, "speaker", 1).wants(200)
	link("ada", bees, "speaker", 1).wants(204)
	link("bob", bees, "speaker", 2).fails(403, forbidden, "", "Access denied.")
	link("organizer", bees, "speaker", 2).wants(200)
	f.do(call{method: "DELETE", path: bees, token: tokens["ada"], body: `{"data": [{"type": "speaker", "id": "2"}]}`}).wants(200)
	assert.Equal(t, []string{"1"}, f.get("/v1/sessions/1/speakers").wants(200).ids("data"))

	other := f.event("Other", 0, "is_sessions_speakers_enabled = true")
	f.exec("INSERT INTO sessions (title, event_id, state) VALUES ('Far', $1, 'accepted')", other)
	link("root", ada, "session", 3).fails(422, unprocessable, "/data/relationships/sessions", "The objects differ in their event id")
	f.post("/v1/speakers", tokens["root"], speaking(`"name": "x"`, 3)).fails(422, unprocessable, "/data/relationships/sessions", "The objects differ in their event id")

	// The address of a speaker is who may edit them: it is for organizers to change.
	patch := func(by, attributes string) *answer {
		return f.patch("/v1/speakers/1", tokens[by], change("speaker", 1, attributes))
	}
	patch("ada", `"email": "else@example.com"`).fails(403, forbidden, "/data/attributes/is-email-overridden", "Organizer access required to override email")
	patch("ada", `"is-email-overridden": true`).wants(403)
	patch("ada", `"email": "ADA@example.com", "name": "Ada L."`).wants(200)
	patch("organizer", `"email": "else@example.com"`).wants(200)
	assert.Nil(t, patch("organizer", `"is-email-overridden": true`).wants(200).at("data", "attributes", "email"))
}

func TestNotifySpeakers(t *testing.T) {
	t.Parallel()
	f, tokens := stage(t)
	f.post("/v1/sessions", tokens["ada"], create("session", `"title": "Bees", "state": "pending"`)).wants(201)
	f.post("/v1/speakers", tokens["ada"], speaking(`"name": "Ada"`, 1)).wants(201)
	const path, body = "/v1/sessions/1/notify", `{"subject": "Soon", "message": "Bring honey.", "bcc": ["desk@example.com"]}`
	f.post(path, "", body).wants(401)
	f.post(path, tokens["bob"], body).fails(404, notFound, "", "Object Not Found")
	f.post("/v1/sessions/x/notify", tokens["root"], body).fails(404, notFound, "", "Object Not Found")
	f.post(path, tokens["ada"], body).fails(403, forbidden, "", "Co-organizer access is required.")
	for _, bad := range []string{``, `[]`, `{}`, `{"subject": 1}`, `{"subject": "x", "message": "\u0000"}`, `{"subject": "x", "message": "y", "bcc": ["no address"]}`} {
		f.post(path, tokens["coorganizer"], bad).wants(422)
	}
	a := f.post(path, tokens["coorganizer"], body).wants(200)
	assert.Equal(t, map[string]any{"success": true}, a.json)
	f.post(path, tokens["root"], body).wants(200)
	var recipients string
	require.NoError(t, f.db.QueryRow(t.Context(), "SELECT string_agg(recipient, ' ' ORDER BY id) FROM mails WHERE subject = 'Soon'").Scan(&recipients))
	assert.Equal(t, "ada@example.com desk@example.com ada@example.com desk@example.com", recipients)
}
