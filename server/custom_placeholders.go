package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// customPlaceholders declares the pictures that events of a sub-topic show that have none of their own.
func customPlaceholders() engine.Resource {
	return engine.Resource{
		Type:  "custom-placeholder",
		Path:  "custom-placeholders",
		Table: "custom_placeholders",
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "original-image-url", Kind: engine.URL, Required: true},
			{Name: "thumbnail-image-url", Kind: engine.URL, ReadOnly: true},
			{Name: "large-image-url", Kind: engine.URL, ReadOnly: true},
			{Name: "icon-image-url", Kind: engine.URL, ReadOnly: true},
			{Name: "copyright", Kind: engine.String, Nullable: true},
			{Name: "origin", Kind: engine.String, Nullable: true},
		},
		Relationships: []engine.Relationship{
			{Name: "event-sub-topic", Type: "event-sub-topic", Column: "event_sub_topic_id"},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
	}
}
