package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// notifications declares what users are told by the site. They are the user's own; the server makes them.
func notifications() engine.Resource {
	return engine.Resource{
		Type:    "notification",
		Path:    "notifications",
		Table:   "notifications",
		User:    "user_id",
		Without: engine.Create,
		Attributes: []engine.Attribute{
			{Name: "is-read", Kind: engine.Bool},
			{Name: "content", Kind: engine.JSON, ReadOnly: true},
			{Name: "created-at", Kind: engine.Time, ReadOnly: true},
		},
		Relationships: []engine.Relationship{
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
