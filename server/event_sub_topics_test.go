package server_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestEventSubTopics(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.topic("Sports")
	f.topic("Travel")
	create := func(topic string) *answer {
		return f.do(call{method: "POST", path: "/v1/event-sub-topics", token: token, body: `{"data": {"type": "event-sub-topic", "attributes": {"name": "Climbing"},
			"relationships": {"event-topic": {"data": {"type": "event-topic", "id": "` + topic + `"}}}}}`}).wants(201)
	}
	a := create("1")
	assert.Equal(t, map[string]any{"name": "Climbing", "slug": "climbing"}, a.at("data", "attributes"))
	assert.Equal(t, "/v1/event-sub-topics/1/events", a.at("data", "relationships", "events", "links", "related"))
	assert.Equal(t, "/v1/event-sub-topics/1/custom-placeholder", a.at("data", "relationships", "custom-placeholder", "links", "related"))
	create("2")
	assert.Equal(t, []string{"1"}, f.get("/v1/event-topics/1/event-sub-topics").wants(200).ids("data"))
	assert.Equal(t, "Sports", f.get("/v1/event-sub-topics/1/event-topic").at("data", "attributes", "name"))
	f.get("/v1/event-sub-topics").wants(405)
	f.event("Race", 1, "event_sub_topic_id = 1")
	assert.Equal(t, "Climbing", f.get("/v1/events/1/event-sub-topic").at("data", "attributes", "name"))
	assert.Equal(t, []string{"1"}, f.get("/v1/event-sub-topics/1/events").ids("data"))
	f.do(call{method: "PATCH", path: "/v1/event-sub-topics/1/relationships/event-topic", token: token, body: `{"data": {"type": "event-topic", "id": "2"}}`}).wants(200)
	assert.Equal(t, []string{"1", "2"}, f.get("/v1/event-topics/2/event-sub-topics").ids("data"))
	f.do(call{method: "DELETE", path: "/v1/event-sub-topics/2", token: token}).wants(200)
	f.get("/v1/event-sub-topics/2?get_trashed=true", token).wants(404)
}
