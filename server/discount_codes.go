package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// discountCodes declares codes that make tickets cheaper. Like access codes, they are for organizers and
// marketers to hand out.
func discountCodes() engine.Resource {
	seen := policy.AnyOf(policy.Self(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "discount-code",
		Path:       "discount-codes",
		Table:      "discount_codes",
		SoftDelete: true,
		Event:      "event_id",
		User:       "marketer_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "code", Kind: engine.String, Required: true, Check: notBlank},
			{Name: "discount-url", Kind: engine.URL, Nullable: true},
			{Name: "value", Kind: engine.Float, Required: true, Check: notNegative},
			{Name: "type", Kind: engine.String, Required: true, OneOf: []string{"amount", "percent"}},
			{Name: "is-active", Kind: engine.Bool, Default: true},
			{Name: "tickets-number", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "min-quantity", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "max-quantity", Kind: engine.Int, Nullable: true, Check: notNegative},
			{Name: "valid-from", Kind: engine.Time, Nullable: true},
			{Name: "valid-till", Kind: engine.Time, Nullable: true},
			{Name: "used-for", Kind: engine.String, Default: "ticket", OneOf: []string{"event", "ticket"}},
			{Name: "created-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "marketer", Type: "user", Column: "marketer_id"},
			{Name: "tickets", Type: "ticket", Many: true},
			{Name: "events", Type: "event", Many: true},
		},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.CoOrganizer(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"uq_event_discount_code": jsonapi.Conflict("/data/attributes/code", "The event has this discount code already"),
		},
	}
}
