package server_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// create is the body of a creation in event 1.
func create(typ, attributes string) string {
	return fmt.Sprintf(`{"data": {"type": %q, "attributes": {%s}, "relationships": {%s}}}`, typ, attributes, inEvent)
}

// change is the body of an update.
func change(typ string, id int, attributes string) string {
	return fmt.Sprintf(`{"data": {"type": %q, "id": "%d", "attributes": {%s}}}`, typ, id, attributes)
}

// post and patch make requests with documents.
func (f *fixture) post(path, token, body string) *answer {
	f.Helper()
	return f.do(call{method: "POST", path: path, token: token, body: body})
}

func (f *fixture) patch(path, token, body string) *answer {
	f.Helper()
	return f.do(call{method: "PATCH", path: path, token: token, body: body})
}

const (
	unprocessable = "Unprocessable Entity"
	forbidden     = "Access Forbidden"
)

func TestTracks(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	a := f.post("/v1/tracks", token, create("track", `"name": "Web", "color": "#f3Ab07", "font_color": "#123456", "position": "3"`)).wants(201)
	assert.Equal(t, "/v1/tracks/1", a.Header().Get("Location"))
	assert.Equal(t, map[string]any{
		"deleted-at": nil, "name": "Web", "description": nil, "color": "#f3Ab07", "font-color": "#000000", "position": 3.0,
	}, a.at("data", "attributes"))
	assert.Equal(t, "/v1/tracks/1/event", a.at("data", "relationships", "event", "links", "related"))
	assert.Equal(t, "/v1/tracks/1/sessions", a.at("data", "relationships", "sessions", "links", "related"))

	for color, font := range map[string]string{"#fff": "#000000", "#000": "#ffffff", "#00f": "#ffffff", "#0f0": "#000000", "#7f7f7f": "#ffffff", "#808080": "#000000"} {
		a := f.patch("/v1/tracks/1", token, change("track", 1, `"color": "`+color+`"`)).wants(200)
		assert.Equal(t, font, a.at("data", "attributes", "font-color"), color)
	}
	const pointer = "/data/attributes/color"
	f.post("/v1/tracks", token, create("track", `"name": "Web"`)).fails(422, unprocessable, pointer, "Color attribut is required")
	f.patch("/v1/tracks/1", token, change("track", 1, `"name": "Net"`)).fails(422, unprocessable, pointer, "Color attribut is required")
	for _, color := range []string{"red", "#ff", "#gggggg", "#fffff", "#fff\n", "fff", ""} {
		f.patch("/v1/tracks/1", token, change("track", 1, fmt.Sprintf(`"color": %q`, color))).
			fails(422, invalid, pointer, "Color should be proper HEX color code")
	}
	f.post("/v1/tracks", token, `{"data": {"type": "track", "attributes": {"name": "Web", "color": "#fff"}}}`).
		fails(422, unprocessable, "/data/relationships/event", "A valid relationship with event resource is required")

	// A colour that somebody has put into the table otherwise is no reason to fail.
	f.exec("INSERT INTO tracks (name, color, event_id) VALUES ('Odd', 'mauve', 1)")
	assert.Nil(t, f.get("/v1/tracks/2").wants(200).at("data", "attributes", "font-color"))
	assert.Equal(t, []string{"1", "2"}, f.get("/v1/tracks?sort=font-color").wants(200).ids("data"))
}

func TestSessionTypes(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	a := f.post("/v1/session-types", token, create("session-type", `"name": "Talk", "length": "00:30"`)).wants(201)
	assert.Equal(t, map[string]any{"deleted-at": nil, "name": "Talk", "length": "00:30", "position": 0.0}, a.at("data", "attributes"))
	const pointer = "/data/attributes/length"
	f.patch("/v1/session-types/1", token, change("session-type", 1, `"name": "x"`)).fails(422, unprocessable, pointer, "Length attribute is missing")
	for _, length := range []string{"30", "24:00", "00:60", "-1:00", "0:1", "00:30:00", ""} {
		f.patch("/v1/session-types/1", token, change("session-type", 1, fmt.Sprintf(`"length": %q`, length))).
			fails(422, invalid, pointer, "Length should be in the format %H:%M")
	}
}

func TestMicrolocations(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	a := f.post("/v1/microlocations", token, create("microlocation",
		`"name": "Hall (old)", "latitude": "45.00", "longitude": -8.5, "floor": "2", "room": "r1", "is-chat-enabled": "true"`)).wants(201)
	assert.Equal(t, map[string]any{
		"deleted-at": nil, "name": "Hall (old)", "latitude": 45.0, "longitude": -8.5, "floor": 2.0, "room": "r1", "hidden-in-scheduler": false,
		"position": 0.0, "is-chat-enabled": true, "is-global-event-room": false, "chat-room-name": "Hall-old--1",
	}, a.at("data", "attributes"))
	f.patch("/v1/microlocations/1", token, change("microlocation", 1, `"latitude": 90.5`)).fails(422, invalid, "/data/attributes/latitude", "Must be between -90 and 90.")
	f.patch("/v1/microlocations/1", token, change("microlocation", 1, `"floor": 1.5`)).fails(422, invalid, "/data/attributes/floor", "Not a valid integer.")
	f.patch("/v1/microlocations/1", token, change("microlocation", 1, `"floor": 3000000000`)).fails(422, invalid, "/data", "A value is out of range or too long.")
	assert.Equal(t, "/v1/microlocations/1/video-stream", a.at("data", "relationships", "video-stream", "links", "related"))
}

func TestSponsors(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	token := f.admin()
	a := f.post("/v1/sponsors?sort=name&filter=[]", token, create("sponsor",
		`"name": "Acme", "description": "<b>Anvils</b><script>x</script>", "url": "https://acme.example.com", "level": "2", "logo_url": null, "type": "Gold"`)).wants(201)
	assert.Equal(t, map[string]any{
		"deleted-at": nil, "name": "Acme", "description": "<b>Anvils</b>", "url": "https://acme.example.com", "level": 2.0, "logo-url": nil, "type": "Gold",
	}, a.at("data", "attributes"))
	f.exec("UPDATE events SET is_sponsors_enabled = false")
	f.post("/v1/sponsors", token, create("sponsor", `"name": "Acme"`)).fails(403, forbidden, "", "Sponsors are disabled for this Event")
	f.exec("UPDATE events SET is_sponsors_enabled = NULL")
	f.post("/v1/events/1/sponsors", token, `{"data": {"type": "sponsor", "attributes": {"name": "Acme"}}}`).fails(403, forbidden, "", "Sponsors are disabled for this Event")

	f.user("john@example.com")
	john := f.login("john@example.com")
	f.exec("UPDATE events SET is_sponsors_enabled = true")
	f.post("/v1/sponsors", john, create("sponsor", `"name": "Acme"`)).fails(403, forbidden, "", "Co-organizer access is required.")
	f.patch("/v1/sponsors/1", john, change("sponsor", 1, `"name": "Mine"`)).fails(403, forbidden, "", "Co-organizer access is required.")
}

// TestHiddenEvent looks for every sign of an event that is a draft, as somebody whom it is no business of:
// a row of it, and one that is not there, are the same to them.
func TestHiddenEvent(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.place()
	f.user("john@example.com", "is_verified = true")
	john := f.login("john@example.com")
	parts := []string{"track", "microlocation", "session-type", "sponsor", "speakers-call", "custom-form"}
	for _, typ := range parts {
		f.id(samples()[typ].row)
	}
	f.exec("UPDATE events SET state = 'draft'")
	var identifier string
	assert.NoError(t, f.db.QueryRow(t.Context(), "SELECT identifier FROM events").Scan(&identifier))
	for _, token := range []string{"", john} {
		f.get("/v1/tracks", token).wants(200)
		assert.EqualValues(t, 0, f.get("/v1/tracks", token).at("meta", "count"))
		for _, list := range []string{"tracks", "microlocations", "session-types", "sponsors", "sessions", "speakers", "custom-forms", "role-invites", "users-events-roles", "speakers-call"} {
			f.get("/v1/events/1/"+list, token).fails(404, notFound, "?event_id", "Event: 1 not found")
			f.get("/v1/events/"+identifier+"/"+list, token).fails(404, notFound, "?event_identifier", "Event: "+identifier+" not found")
		}
		for _, r := range f.server.Resources() {
			for _, typ := range parts {
				if r.Type != typ {
					continue
				}
				for _, id := range []int{1, 999} {
					path := fmt.Sprintf("/v1/%s/%d", r.Path, id)
					f.get(path, token).fails(404, notFound, "", "Object Not Found")
					if token != "" {
						f.patch(path, token, change(typ, id, samples()[typ].always)).fails(404, notFound, "", "Object Not Found")
						f.do(call{method: "DELETE", path: path, token: token}).fails(404, notFound, "", "Object Not Found")
					}
				}
			}
		}
	}
	for _, typ := range []string{"track", "microlocation", "session-type", "sponsor", "speakers-call", "session", "speaker"} {
		for _, r := range f.server.Resources() {
			if r.Type == typ {
				f.post("/v1/"+r.Path, john, create(typ, samples()[typ].attributes)).
					fails(404, "Related object not found", "/data/relationships/event", "Event.id: 1 not found")
			}
		}
	}
	f.post("/v1/custom-forms", john, create("custom-form", samples()["custom-form"].attributes)).wants(404)
}

// TestMovingParts moves a part of an event to another one: who may not write there cannot.
func TestMovingParts(t *testing.T) {
	t.Parallel()
	f := setup(t)
	user, event := f.place()
	other := f.event("Other", 0)
	f.role(user, event, "track_organizer")
	f.exec(samples()["track"].row)
	token := f.login("row@example.com")
	body := fmt.Sprintf(`{"data": {"type": "track", "id": "1", "attributes": {"color": "#fff"}, "relationships": {"event": {"data": {"type": "event", "id": "%d"}}}}}`, other)
	f.patch("/v1/tracks/1", token, body).fails(403, forbidden, "", "Track Organizer access is Required.")
	f.patch("/v1/tracks/1/relationships/event", token, fmt.Sprintf(`{"data": {"type": "event", "id": "%d"}}`, other)).wants(403)
	assert.Equal(t, "1", f.get("/v1/tracks/1/event").wants(200).at("data", "id"))
	f.role(user, other, "track_organizer")
	f.patch("/v1/tracks/1", token, body).wants(200)

	// In a draft they can still work, though they do not see the event, and send what they got.
	f.exec("UPDATE events SET state = 'draft'")
	f.patch("/v1/tracks/1", token, body).wants(200)
	f.post("/v1/tracks", token, create("track", `"name": "New", "color": "#fff"`)).wants(201)
	// They list what they may list there, by each of its URLs, and nothing else of it.
	a := f.get(fmt.Sprintf("/v1/events/%d/tracks", other), token).wants(200)
	assert.Equal(t, []string{"1"}, a.ids("data"))
	assert.Equal(t, []string{"2"}, f.get("/v1/events/"+f.identifier(event)+"/tracks", token).wants(200).ids("data"))
	f.get("/v1/events/1", token).fails(404, notFound, "", "Object Not Found")
	for _, hidden := range []string{"sponsors", "microlocations", "sessions", "custom-forms", "speakers-call", "relationships/tracks"} {
		f.get("/v1/events/1/"+hidden, token).fails(404, notFound, "?event_id", "Event: 1 not found")
	}
	f.exec("UPDATE events SET deleted_at = now() WHERE id = 1")
	f.get("/v1/events/1/tracks", token).wants(404)
	f.exec("UPDATE events SET deleted_at = NULL")
	f.exec("UPDATE users_events_roles SET role_id = (SELECT id FROM roles WHERE name = 'moderator')")
	f.get("/v1/events/1/tracks", token).fails(404, notFound, "?event_id", "Event: 1 not found")
}

// identifier is that of an event.
func (f *fixture) identifier(event int64) (identifier string) {
	f.Helper()
	require.NoError(f, f.db.QueryRow(context.Background(), "SELECT identifier FROM events WHERE id = $1", event).Scan(&identifier))
	return identifier
}
