package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// emailNotifications declares about what of an event users want to get mail.
func emailNotifications() engine.Resource {
	flag := func(name string, unless bool) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Bool, Nullable: true, Default: unless}
	}
	return engine.Resource{
		Type:       "email-notification",
		Path:       "email-notifications",
		Table:      "email_notifications",
		SoftDelete: true,
		User:       "user_id",
		Without:    engine.Create,
		Attributes: []engine.Attribute{
			flag("next-event", false), flag("new-paper", false), flag("session-accept-reject", false),
			flag("session-schedule", false), flag("after-ticket-purchase", true),
			{Name: "event-id", Kind: engine.Int, ReadOnly: true},
		},
		Relationships: []engine.Relationship{
			{Name: "event", Type: "event", Column: "event_id", ReadOnly: true},
			{Name: "user", Type: "user", Column: "user_id", ReadOnly: true},
		},
		Policy: policy.Table{
			List:   policy.Self(),
			View:   policy.Self(),
			Update: policy.Self(),
			Delete: policy.Self(),
		},
	}
}
