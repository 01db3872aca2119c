package server

import (
	"time"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// sessionTypes declares the forms that sessions of an event have, such as talks of half an hour.
func sessionTypes() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:       "session-type",
		Path:       "session-types",
		Table:      "session_types",
		SoftDelete: true,
		Event:      "event_id",
		Without:    engine.List,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "length", Kind: engine.String, Always: "Length attribute is missing", Check: checkLength},
			{Name: "position", Kind: engine.Int, Default: int64(0)},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "sessions", Type: "session", Many: true, Reverse: "session_type_id"},
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

func checkLength(v any) string {
	text, _ := v.(string)
	if _, err := time.Parse("15:04", text); err != nil {
		return "Length should be in the format %H:%M"
	}
	return ""
}
