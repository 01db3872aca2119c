package server

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// usersEventsRoles declares who has which role in an event. Nobody creates one here: they come of
// invitations that were accepted. event_roles.go has the other sides of it.
func usersEventsRoles() engine.Resource {
	return engine.Resource{
		Type:    "users-events-roles",
		Path:    "users-events-roles",
		Table:   "users_events_roles",
		Event:   "event_id",
		User:    "user_id",
		Without: engine.List | engine.Create,
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "user", Type: "user", Column: "user_id", Required: true},
			{Name: "role", Type: "role", Column: "role_id", Required: true},
		},
		Policy: policy.Table{
			List:   policy.CoOrganizer(),
			View:   policy.CoOrganizer(),
			Update: policy.Organizer(),
			Delete: policy.CoOrganizer(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"uq_uer_user_event_role": jsonapi.Conflict("/data", "The user has this role in the event already"),
		},
		BeforeUpdate: keepRanks,
		BeforeDelete: beforeRoleDelete,
	}
}

// keepRanks leaves it to owners to make or unmake one. Organizers say who else takes part as what: they are
// the ones who invite. (Open Event lets co-organizers change roles, and so go round invitations.)
func keepRanks(c *engine.Change) error {
	if err := keepEvent(c); err != nil {
		return err
	}
	if c.Changes("user") && !c.Actor.Staff() { // nobody is given a role who has not accepted it
		return jsonapi.Forbidden("/data/relationships/user", "The user cannot be changed: invite another one")
	}
	if !c.Changes("role") && !c.Changes("user") {
		return nil
	}
	var owners bool
	err := c.DB.QueryRow(c.Context, "SELECT coalesce(bool_or(name = 'owner'), false) FROM roles WHERE id IN ($1::bigint, $2::bigint)",
		c.Was("role"), c.Will("role")).Scan(&owners)
	switch {
	case err != nil:
		return fmt.Errorf("look up roles %v and %v: %w", c.Was("role"), c.Will("role"), err)
	case owners:
		return checkOwner(c, "/data/relationships/role")
	}
	return nil
}

// beforeRoleDelete keeps the owner of an event, and takes away the invitation that the role came of, so
// that there can be another.
func beforeRoleDelete(c *engine.Change) error {
	var owner bool
	err := c.DB.QueryRow(c.Context, "SELECT name = 'owner' FROM roles WHERE id = $1::bigint", c.Was("role")).Scan(&owner)
	if err != nil {
		return fmt.Errorf("look up role %v: %w", c.Was("role"), err)
	}
	if owner {
		return jsonapi.Forbidden("/data/relationships/role", "You cannot remove the owner of the event.")
	}
	_, err = c.DB.Exec(c.Context, `DELETE FROM role_invites i USING users u WHERE u.id = $1::bigint AND lower(i.email) = lower(u.email)
		AND i.event_id = $2::bigint AND i.role_id = $3::bigint`, c.Was("user"), c.Was("event"), c.Was("role"))
	if err != nil {
		return fmt.Errorf("delete invitations of user %v: %w", c.Was("user"), err)
	}
	return nil
}
