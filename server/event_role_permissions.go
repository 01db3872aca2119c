package server

import (
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// eventRolePermissions declares what a role in an event may do with the objects of a service. They
// are for clients to show; the policies of the resources do not ask them.
func eventRolePermissions() engine.Resource {
	return engine.Resource{
		Type:    "event-role-permissions",
		Path:    "event-role-permissions",
		Table:   "permissions",
		Without: engine.Create | engine.Delete,
		Attributes: []engine.Attribute{
			{Name: "can-create", Kind: engine.Bool},
			{Name: "can-read", Kind: engine.Bool},
			{Name: "can-update", Kind: engine.Bool},
			{Name: "can-delete", Kind: engine.Bool},
		},
		Relationships: []engine.Relationship{
			{Name: "role", Type: "role", Column: "role_id", Required: true},
			{Name: "service", Type: "service", Column: "service_id", Required: true},
		},
		Policy: policy.Table{
			List:   policy.Staff(),
			View:   policy.Anyone(),
			Update: policy.Staff(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"role_service_uc": jsonapi.Conflict("/data/relationships/service", "The role has permissions for this service already"),
		},
	}
}
