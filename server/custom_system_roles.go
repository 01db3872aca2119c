package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// customSystemRoles declares roles in the whole system, as opposed to those in an event. They open
// panels of the site's administration.
func customSystemRoles() engine.Resource {
	return engine.Resource{
		Type:  "custom-system-role",
		Path:  "custom-system-roles",
		Table: "custom_sys_roles",
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
		},
		Relationships: []engine.Relationship{
			{Name: "panel-permissions", Type: "panel-permission", Many: true, Join: &engine.Join{
				Table: "roles_panels", Here: "role_id", There: "panel_permission_id",
			}},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"custom_sys_roles_name_key": jsonapi.Conflict("/data/attributes/name", "Another role has this name already"),
		},
	}
}
