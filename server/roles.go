package server

import (
	"slices"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// roles declares what users can be in an event. The server goes by the names of some of them, so those
// cannot go away.
func roles() engine.Resource {
	return engine.Resource{
		Type:  "role",
		Path:  "roles",
		Table: "roles",
		Attributes: []engine.Attribute{
			{Name: "name", Kind: engine.String, Required: true},
			{Name: "title-name", Kind: engine.String, Nullable: true},
		},
		Policy: policy.Table{
			List:   policy.Anyone(),
			View:   policy.Anyone(),
			Create: policy.Staff(),
			Update: policy.Staff(),
			Delete: policy.Staff(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"roles_name_key": jsonapi.Conflict("/data/attributes/name", "Another role has this name already"),
		},
		BeforeUpdate: func(c *engine.Change) error {
			if c.Changes("name") && builtIn(c.Was("name")) {
				return jsonapi.Unprocessable("/data/attributes/name", "The resource with given name cannot be updated")
			}
			return nil
		},
		BeforeDelete: func(c *engine.Change) error {
			if builtIn(c.Was("name")) {
				return jsonapi.Unprocessable("/data/attributes/name", "The resource with given name cannot be deleted")
			}
			return nil
		},
	}
}

// roleNames are the names of the roles that the server knows.
func roleNames() []string {
	return []string{"owner", "organizer", "coorganizer", "track_organizer", "moderator", "attendee", "registrar"}
}

func builtIn(role any) bool {
	name, _ := role.(string)
	return slices.Contains(roleNames(), name)
}
