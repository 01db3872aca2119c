package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// userPermissions declares what users may do who have not verified their address, or not signed up.
func userPermissions() engine.Resource {
	return engine.Resource{
		Type:       "user-permission",
		Path:       "user-permissions",
		Table:      "user_permissions",
		SoftDelete: true,
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "description", Kind: engine.String, Nullable: true},
			{Name: "unverified-user", Kind: engine.Bool, Nullable: true},
			{Name: "anonymous-user", Kind: engine.Bool, Nullable: true},
		},
		Policy: policy.Table{
			List:   policy.Staff(),
			View:   policy.Staff(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"user_permissions_name_key": jsonapi.Conflict("/data/attributes/name", "Another permission has this name already"),
		},
	}
}
