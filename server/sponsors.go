package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// sponsors declares who supports an event. Those of a draft are hidden with it.
func sponsors() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "sponsor",
		Path:       "sponsors",
		Table:      "sponsors",
		SoftDelete: true,
		Event:      "event_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "description", Kind: engine.HTML, Nullable: true},
			{Name: "url", Kind: engine.URL, Nullable: true},
			{Name: "level", Kind: engine.Int, Nullable: true},
			{Name: "logo-url", Kind: engine.URL, Nullable: true},
			{Name: "type", Kind: engine.String, Nullable: true},
		},
		Relationships: []engine.Relationship{ofEvent()},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.CoOrganizer(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
		BeforeCreate: enabled("is_sponsors_enabled", "Sponsors are disabled for this Event"),
	}
}
