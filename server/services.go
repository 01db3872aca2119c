package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// services declares the kinds of objects that event role permissions are about.
func services() engine.Resource {
	return engine.Resource{
		Type:    "service",
		Path:    "services",
		Table:   "services",
		Without: engine.Create | engine.Delete,
		Attributes: []engine.Attribute{
			{
				Name: "name", Kind: engine.String,
				OneOf: []string{"microlocation", "session", "speaker", "track", "sponsor"},
			},
		},
		Policy: policy.Table{
			List:   policy.Staff(),
			View:   policy.Anyone(),
			Update: policy.Staff(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"services_name_key": jsonapi.Conflict("/data/attributes/name", "Another service has this name already"),
		},
	}
}
