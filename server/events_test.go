package server_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

const dates = `"timezone": "UTC", "starts-at": "2099-12-13T23:59:59.123456+00:00", "ends-at": "2099-12-14T23:59:59.123456+00:00"`

func (f *fixture) createEvent(token, attributes, rest string) *answer {
	f.Helper()
	return f.do(call{method: "POST", path: "/v1/events", token: token, body: `{"data": {"type": "event", "attributes": {` + attributes + `}` + rest + `}}`})
}

func (f *fixture) patchEvent(token string, id int64, attributes string) *answer {
	f.Helper()
	return f.do(call{method: "PATCH", path: fmt.Sprintf("/v1/events/%d", id), token: token, body: fmt.Sprintf(
		`{"data": {"type": "event", "id": "%d", "attributes": {%s}}}`, id, attributes)})
}

func TestEventCreate(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.exec("DELETE FROM roles") // the first event of an empty database
	john := f.user("john@example.com", "is_verified = true")
	token := f.login("john@example.com")
	f.exec("INSERT INTO event_topics (name, slug, system_image_url) VALUES ('Music', 'music', 'https://example.com/music.png')")
	topic := `, "relationships": {"event-topic": {"data": {"type": "event-topic", "id": "1"}}}`
	a := f.createEvent(token, `"name": "example", "latitude": "1.23456789", "is-map-shown": "true", "can_pay_onsite": "true", "identifier": "x",
		"document-links": [{"name": "a", "link": "b"}], "description": "<b>Q & A</b><script>x</script>", `+dates, topic).wants(201)
	attributes := a.at("data", "attributes").(map[string]any)
	assert.Regexp(t, `^[0-9a-f]{8}$`, attributes["identifier"])
	for name, want := range map[string]any{
		"state": "draft", "privacy": "public", "latitude": 1.23456789, "is-map-shown": true, "can-pay-onsite": true, "online": false,
		"starts-at": "2099-12-13T23:59:59.123456+00:00", "created-at": "2030-05-17T12:00:00+00:00", "is-badges-enabled": true,
		"original-image-url": "https://example.com/music.png", "document-links": []any{map[string]any{"name": "a", "link": "b"}},
		"description": "<b>Q &amp; A</b>", "completed-order-sales": nil, "chat-room-name": nil,
	} {
		assert.Equal(t, want, attributes[name], name)
	}
	assert.Contains(t, attributes, "pending-order-tickets", "who made it sees all of it")
	assert.Equal(t, fmt.Sprint(john), f.get("/v1/events/1/relationships/owner", token).at("data", "id"))
	assert.Equal(t, true, f.get("/v1/users/1", token).at("data", "attributes", "is-user-owner"))
	assert.Equal(t, []string{"1"}, f.get("/v1/users/1/owner-events", token).ids("data"))
	f.get("/v1/events/1").wants(404)
	f.get("/v1/events/"+attributes["identifier"].(string), token).wants(200)
	assert.Equal(t, "Music", f.get("/v1/events/"+attributes["identifier"].(string)+"/event-topic", token).at("data", "attributes", "name"))
}

func TestEventRules(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.user("john@example.com", "is_verified = true")
	token := f.login("john@example.com")
	const published = `"state": "published", `
	for _, c := range []struct {
		name, attributes      string
		status                int
		title, source, detail string
	}{
		{"no name", published + `"name": " ", ` + dates, 409, "Conflict", "/data/attributes/name", "Event Name is required to publish the event"},
		{"ends first", published + `"name": "x", "timezone": "UTC", "starts-at": "2099-01-02T00:00:00Z", "ends-at": "2099-01-01T00:00:00Z"`, 422, "Unprocessable Entity", "/data/attributes/ends-at", "ends-at should be after starts-at"},
		{"too long", published + `"name": "x", "timezone": "UTC", "starts-at": "2099-01-01T00:00:00Z", "ends-at": "2099-01-21T00:00:01Z"`, 422, "Unprocessable Entity", "/data/attributes/ends-at", "Event duration can not be more than 20 days"},
		{"timezone", `"name": "x", ` + strings.Replace(dates, "UTC", "Local", 1), 422, invalid, "/data/attributes/timezone", "Unknown timezone: 'Local'"},
		{"latitude", `"name": "x", "latitude": -90.1, ` + dates, 422, invalid, "/data/attributes/latitude", "Must be between -90 and 90."},
		{"longitude", `"name": "x", "longitude": 181, ` + dates, 422, invalid, "/data/attributes/longitude", "Must be between -180 and 180."},
		{"document", `"name": "x", "document-links": [{"name": "a"}], ` + dates, 422, invalid, "/data/attributes/document-links", "Documents need a name and a link."},
		{"documents", `"name": "x", "document-links": "a", ` + dates, 422, invalid, "/data/attributes/document-links", "Invalid type: want a list of documents."},
		{"featured", `"name": "x", "is-featured": true, ` + dates, 403, "Access Forbidden", "/data/attributes/is-featured", "Admin access is required to update this information."},
	} {
		t.Run(c.name, func(t *testing.T) {
			f.TB = t
			f.createEvent(token, c.attributes, "").fails(c.status, c.title, c.source, c.detail)
		})
	}
	f.TB = t
	f.createEvent(token, `"name": "draft", "timezone": "UTC", "starts-at": "2099-01-02T00:00:00Z", "ends-at": "2099-01-01T00:00:00Z"`, "").wants(201)
	f.user("jane@example.com")
	f.createEvent(f.login("jane@example.com"), `"name": "x", `+dates, "").fails(403, "Access Forbidden", "", "Please verify your Email")
}

func TestEventUpdate(t *testing.T) {
	t.Parallel()
	f := setup(t)
	jane := f.user("jane@example.com")
	token := f.login("jane@example.com")
	event := f.event("Concert", 0, "state = 'draft'", "ends_at = '2000-01-01'")
	f.role(jane, event, "coorganizer")
	f.patchEvent(token, event, `"logo-url": "https://example.com/a.png", "is-chat-enabled": true`).wants(200)
	a := f.patchEvent(token, event, `"name": "Big  concert!"`).wants(200)
	assert.Regexp(t, `^Big-concert--[0-9a-f]{8}$`, a.at("data", "attributes", "chat-room-name"))
	f.patchEvent(token, event, `"state": "published"`).fails(403, "Access Forbidden", "", "Only verified accounts can publish events")
	f.exec("UPDATE users SET is_verified = true")
	f.patchEvent(token, event, `"state": "published"`).fails(422, "Unprocessable Entity", "/data/attributes/ends-at", "ends-at should be after starts-at")
	f.patchEvent(token, event, `"state": "published", `+dates).wants(200)
	f.get("/v1/events/1").wants(200)
}

func TestEventSales(t *testing.T) {
	t.Parallel()
	f := setup(t)
	jane := f.user("jane@example.com")
	f.role(jane, f.event("Concert", 0), "organizer")
	f.role(jane, f.event("Other", 0), "track_organizer")
	list := f.get("/v1/events", f.login("jane@example.com"))
	assert.Contains(t, list.at("data", 0, "attributes"), "placed-order-sales")
	assert.NotContains(t, list.at("data", 1, "attributes"), "placed-order-sales", "of somebody else's event, in the same list")
	assert.Contains(t, list.at("data", 0, "relationships"), "attendees")
	assert.NotContains(t, list.at("data", 1, "relationships"), "attendees")
}

// TestHiddenRelationships looks for the staff of an event in every way there is.
func TestHiddenRelationships(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	john := f.user("john@example.com")
	f.role(john, f.event("Concert", 0), "moderator")
	f.role(john, 1, "organizer")
	stranger := f.user("jane@example.com")
	f.role(stranger, f.event("Other", 0), "organizer")
	jane := f.login("jane@example.com")
	const anyModerator = "/v1/events?filter=%5B%7B%22name%22:%22moderators__first-name%22,%22op%22:%22any%22,%22val%22:%22John%22%7D%5D"
	assert.Equal(t, []string{"1"}, f.get(anyModerator, token).ids("data"))
	assert.Empty(t, f.get(anyModerator, jane).ids("data"))
	assert.Equal(t, []string{"2"}, f.get("/v1/events/1?include=organizers", jane).ids("included"), "these are public")
	assert.Empty(t, f.get("/v1/events/1?include=moderators", jane).ids("included"))
	assert.Equal(t, []string{"2"}, f.get("/v1/events/1/relationships/moderators", token).ids("data"))
	f.get("/v1/events/1/relationships/moderators", jane).fails(403, "Access Forbidden", "", "Co-organizer access is required.")
	f.get("/v1/events/1/relationships/moderators").wants(401)
	f.get("/v1/events/1/moderators", jane).wants(403)
}

func TestUpcomingEvents(t *testing.T) {
	t.Parallel()
	f := setup(t)
	music := f.topic("Music")
	f.exec("INSERT INTO event_sub_topics (name, slug, event_topic_id) VALUES ('Jazz', 'jazz', $1)", music)
	const full = "logo_url = 'a', original_image_url = 'b', event_sub_topic_id = 1"
	f.event("bare", music)
	f.event("promoted", 0, "is_promoted = true")
	f.event("full", music, full)
	f.event("demoted", music, full, "is_demoted = true")
	f.event("past", music, full, "starts_at = '2030-05-16'")
	f.event("private", music, full, "privacy = 'private'")
	f.event("draft", music, full, "state = 'draft'")
	a := f.get("/v1/events/upcoming?sort=-name")
	assert.Equal(t, []string{"2", "3"}, a.ids("data"))
	assert.Equal(t, "/v1/events/upcoming?sort=-name", a.at("links", "self"))
}

func TestEventIncludes(t *testing.T) {
	t.Parallel()
	f := setup(t)
	john := f.user("john@example.com")
	music := f.topic("Music")
	f.role(john, f.event("Concert", music), "owner")
	f.role(john, f.event("Secret", music, "state = 'draft'"), "owner")
	a := f.get("/v1/event-topics?include=events.owner,events.event-topic&fields[event]=name,owner,event-topic").wants(200)
	assert.Equal(t, []string{"1", "1"}, a.ids("included"), "no draft")
	assert.Equal(t, "event", a.at("included", 0, "type"))
	assert.Equal(t, map[string]any{"type": "user", "id": "1"}, a.at("included", 0, "relationships", "owner", "data"))
	assert.Equal(t, map[string]any{"type": "event-topic", "id": "1"}, a.at("included", 0, "relationships", "event-topic", "data"))
	owner := a.at("included", 1, "attributes").(map[string]any)
	assert.Equal(t, "John", owner["first-name"])
	for _, private := range []string{"email", "is-admin", "billing-phone", "details", "last-accessed-at"} {
		assert.NotContains(t, owner, private, "what is nobody else's business")
	}
	assert.NotContains(t, a.at("included", 1), "relationships")
	own := f.get("/v1/events/1?include=owner", f.login("john@example.com"))
	assert.Equal(t, "john@example.com", own.at("included", 0, "attributes", "email"), "one sees oneself")
}
