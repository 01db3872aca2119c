package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// eventTypes declares what kinds of events there are, such as concerts. Only staff edit them.
func eventTypes() engine.Resource {
	return engine.Resource{
		Type:       "event-type",
		Path:       "event-types",
		Table:      "event_types",
		SoftDelete: true,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "slug", Kind: engine.String, ReadOnly: true},
		},
		Relationships: []engine.Relationship{
			{Name: "events", Type: "event", Many: true, Reverse: "event_type_id"},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		BeforeCreate: func(c *engine.Change) error { return giveSlug(c, "event_types") },
	}
}
