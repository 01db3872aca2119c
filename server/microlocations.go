package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// microlocations declares the rooms and places of an event.
func microlocations() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "microlocation",
		Path:       "microlocations",
		Table:      "microlocations",
		SoftDelete: true,
		Event:      "event_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "latitude", Kind: engine.Float, Nullable: true, Check: within(90)},
			{Name: "longitude", Kind: engine.Float, Nullable: true, Check: within(180)},
			{Name: "floor", Kind: engine.Int, Nullable: true},
			{Name: "room", Kind: engine.String, Nullable: true},
			{Name: "hidden-in-scheduler", Kind: engine.Bool, Default: false},
			{Name: "position", Kind: engine.Int, Default: int64(0)},
			{Name: "is-chat-enabled", Kind: engine.Bool, Nullable: true, Default: false},
			{Name: "is-global-event-room", Kind: engine.Bool, Nullable: true, Default: false},
			{Name: "chat-room-name", Kind: engine.String, Expression: "CASE WHEN {row}.is_chat_enabled THEN " +
				"regexp_replace({row}.name, '[^0-9A-Za-z]+', '-', 'g') || '-' || {row}.id END"},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "sessions", Type: "session", Many: true, Reverse: "microlocation_id"},
			{Name: "video-stream", Type: "video-stream", Column: "video_stream_id"},
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
