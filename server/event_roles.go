package server

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// usersWith declares the users who have a role in an event. Roles are given elsewhere: a
// relationship endpoint must not be a way round invitations.
func usersWith(name, role string) engine.Relationship {
	return engine.Relationship{Name: name, Type: "user", Many: true, ReadOnly: true, Join: &engine.Join{
		Table: "users_events_roles", Here: "event_id", There: "user_id", Where: hasRole(role),
	}}
}

// eventsAs declares the events in which a user has a role; an empty one is any role.
func eventsAs(name, role string) engine.Relationship {
	join := &engine.Join{Table: "users_events_roles", Here: "user_id", There: "event_id"}
	if role != "" {
		join.Where = hasRole(role)
	}
	return engine.Relationship{Name: name, Type: "event", Many: true, ReadOnly: true, Join: join, Visible: policy.Self()}
}

// isUser is an attribute that says whether a user has a role in any event.
func isUser(name, role string) engine.Attribute {
	return engine.Attribute{Name: name, Kind: engine.Bool, Visible: policy.Self(), Expression: `EXISTS (SELECT 1
		FROM users_events_roles uer WHERE uer.user_id = {row}.id
		AND uer.role_id = (SELECT id FROM roles WHERE name = '` + role + `'))`}
}

// hasRole is the condition on a row of users_events_roles. The role is one that is written in a
// declaration.
func hasRole(role string) string {
	return "{row}.role_id = (SELECT id FROM roles WHERE name = '" + role + "')"
}

// makeOwner gives a user the role of the owner in an event. A database that has no such role yet gets
// it.
func makeOwner(c *engine.Change, user, event int64) error {
	_, err := c.DB.Exec(c.Context,
		`INSERT INTO roles (name, title_name) SELECT 'owner', 'Owner' WHERE NOT EXISTS (SELECT 1 FROM roles WHERE name = 'owner')`)
	if err == nil {
		_, err = c.DB.Exec(c.Context, `INSERT INTO users_events_roles (user_id, event_id, role_id)
			SELECT $1::bigint, $2::bigint, id FROM roles WHERE name = 'owner'`, user, event)
	}
	if err != nil {
		return fmt.Errorf("make user %d owner of event %d: %w", user, event, err)
	}
	return nil
}
