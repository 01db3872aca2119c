package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// panelPermissions declares the panels of the site's administration, and to whom they are open.
func panelPermissions() engine.Resource {
	return engine.Resource{
		Type:  "panel-permission",
		Path:  "panel-permissions",
		Table: "panel_permissions",
		Attributes: []engine.Attribute{
			{Name: "panel-name", Kind: engine.String},
			{Name: "can-access", Kind: engine.Bool, Default: true},
		},
		Relationships: []engine.Relationship{
			{Name: "custom-system-roles", Type: "custom-system-role", Many: true, Join: &engine.Join{
				Table: "roles_panels", Here: "panel_permission_id", There: "role_id",
			}},
		},
		Policy: policy.Table{
			List:   policy.Staff(),
			View:   policy.Staff(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
	}
}
