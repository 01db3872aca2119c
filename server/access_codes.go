package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// accessCodes declares codes that open tickets which are not for everybody. The organizers of the event hand
// them out, and the marketer whom one was given.
func accessCodes() engine.Resource {
	seen := policy.AnyOf(policy.Self(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "access-code",
		Path:       "access-codes",
		Table:      "access_codes",
		SoftDelete: true,
		Event:      "event_id",
		User:       "marketer_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "code", Kind: engine.String, Required: true, Check: notBlank},
			{Name: "access-url", Kind: engine.URL, Nullable: true},
			{Name: "is-active", Kind: engine.Bool, Default: false},
			{Name: "tickets-number", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "min-quantity", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "max-quantity", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "valid-from", Kind: engine.Time, Required: true},
			{Name: "valid-till", Kind: engine.Time, Nullable: true},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "marketer", Type: "user", Column: "marketer_id"},
			{Name: "tickets", Type: "ticket", Many: true},
		},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.CoOrganizer(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
	}
}
