package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// eventTopics declares what events are about. Only staff edit them.
//
// An image's URL is taken as it is: a server must not fetch what its callers name.
func eventTopics() engine.Resource {
	return engine.Resource{
		Type:       "event-topic",
		Path:       "event-topics",
		Table:      "event_topics",
		SoftDelete: true,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "system-image-url", Kind: engine.URL},
			{Name: "slug", Kind: engine.String, ReadOnly: true},
		},
		Relationships: []engine.Relationship{
			{Name: "events", Type: "event", Many: true, Reverse: "event_topic_id"},
			{Name: "event-sub-topics", Type: "event-sub-topic", Many: true, Reverse: "event_topic_id"},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		BeforeCreate: func(c *engine.Change) error { return giveSlug(c, "event_topics") },
	}
}
