package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// eventSubTopics declares the parts of event topics. They are listed under their topic only, and a
// deleted one is gone.
func eventSubTopics() engine.Resource {
	return engine.Resource{
		Type:    "event-sub-topic",
		Path:    "event-sub-topics",
		Table:   "event_sub_topics",
		Without: engine.List,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "slug", Kind: engine.String, ReadOnly: true},
		},
		Relationships: []engine.Relationship{
			{Name: "events", Type: "event", Many: true, Reverse: "event_sub_topic_id"},
			{Name: "event-topic", Type: "event-topic", Column: "event_topic_id", Required: true},
			{Name: "custom-placeholder", Type: "custom-placeholder", Reverse: "event_sub_topic_id", ReadOnly: true},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		BeforeCreate: func(c *engine.Change) error { return giveSlug(c, "event_sub_topics") },
	}
}
