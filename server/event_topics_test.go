package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEventTopics(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	create := func(name string) *answer {
		return f.do(call{method: "POST", path: "/v1/event-topics?page[size]=10&page[number]=2&sort=name", token: token, body: `{"data": {"type": "event-topic",
			"attributes": {"name": "` + name + `", "system-image-url": "https://example.com/pic.jpg", "slug": "mine"}}}`}).wants(201)
	}
	a := create("Travel & Outdoor")
	assert.Equal(t, "/v1/event-topics/1", a.Header().Get("Location"))
	assert.JSONEq(t, `{
		"data": {
			"type": "event-topic", "id": "1",
			"attributes": {"deleted-at": null, "name": "Travel & Outdoor", "slug": "travel-outdoor", "system-image-url": "https://example.com/pic.jpg"},
			"relationships": {
				"events": {"links": {"self": "/v1/event-topics/1/relationships/events", "related": "/v1/event-topics/1/events"}},
				"event-sub-topics": {"links": {"self": "/v1/event-topics/1/relationships/event-sub-topics", "related": "/v1/event-topics/1/event-sub-topics"}}
			},
			"links": {"self": "/v1/event-topics/1"}
		},
		"links": {"self": "/v1/event-topics/1"},
		"jsonapi": {"version": "1.0"}
	}`, a.Body.String())
	assert.Regexp(t, `^travel-outdoor-[0-9a-f]{32}$`, create("Travel & Outdoor").at("data", "attributes", "slug"), "taken")
	assert.Equal(t, "film-tv-stage", create("Film, TV/Stage").at("data", "attributes", "slug"))

	a = f.do(call{method: "PATCH", path: "/v1/event-topics/1", token: token, body: `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": "Travel", "slug": "x"}}}`}).wants(200)
	assert.Equal(t, "Travel", a.at("data", "attributes", "name"))
	assert.Equal(t, "travel-outdoor", a.at("data", "attributes", "slug"), "links with it are out")
	a = f.do(call{method: "DELETE", path: "/v1/event-topics/1", token: token}).wants(200)
	assert.JSONEq(t, `{"meta": {"message": "Object successfully deleted"}, "jsonapi": {"version": "1.0"}}`, a.Body.String())
	f.get("/v1/event-topics/1", token).wants(404)
	f.get("/v1/event-topics/1?get_trashed=true").wants(404)
	f.get("/v1/event-topics/1?get_trashed=true", token).wants(200)
}

// TestEventsOfATopic is the scenario that the project began with.
func TestEventsOfATopic(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	john := f.user("john@example.com")
	music := f.topic("Music")
	f.event("Concert", music)
	f.role(john, f.event("Rehearsal", music, "state = 'draft'"), "coorganizer")
	f.event("Secret", music, "state = 'draft'")
	f.event("Race", f.topic("Sports"))
	f.event("Cancelled", music, "deleted_at = now()")
	const path = "/v1/event-topics/1/events?sort=name&filter=[]"
	for name, c := range map[string]struct {
		token string
		want  []string
	}{
		"staff, with drafts":             {token, []string{"1", "2", "3"}},
		"a co-organizer, with their own": {f.login("john@example.com"), []string{"1", "2"}},
		"everybody else":                 {"", []string{"1"}},
	} {
		a := f.get(path, c.token).wants(200)
		assert.Equal(t, c.want, a.ids("data"), name)
		assert.EqualValues(t, len(c.want), a.at("meta", "count"), name)
		assert.Equal(t, "/v1/event-topics/1/events?filter=%5B%5D&sort=name", a.at("links", "self"), name)
	}
	a := f.get("/v1/events/1/event-topic").wants(200)
	assert.Equal(t, "Music", a.at("data", "attributes", "name"))
	assert.Equal(t, "/v1/event-topics/1", a.at("links", "self"))
	f.get("/v1/events/3/event-topic").fails(404, notFound, "?event_id", "Event: 3 not found")
	f.get("/v1/events/3/event-topic", token).wants(200)
}
