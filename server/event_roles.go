package server

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
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

// acceptInvite gives the role of an invitation to the user it was sent to. It is the one way to a role,
// besides creating an event. A new owner takes the place of the old one, who goes on as an organizer.
func acceptInvite(ctx context.Context, db engine.DB, invite int64) error {
	var user, event, role int64
	var name string
	err := db.QueryRow(ctx, `SELECT u.id, i.event_id, r.id, r.name FROM role_invites i JOIN roles r ON r.id = i.role_id
		JOIN users u ON lower(u.email) = lower(i.email) AND u.deleted_at IS NULL WHERE i.id = $1::bigint`, invite).Scan(&user, &event, &role, &name)
	if errors.Is(err, pgx.ErrNoRows) {
		return jsonapi.Unprocessable("", "User not registered")
	}
	if err == nil && name == "owner" {
		_, err = db.Exec(ctx, `UPDATE users_events_roles uer SET role_id = organizer.id FROM roles organizer, roles owner
			WHERE organizer.name = 'organizer' AND owner.name = 'owner' AND uer.role_id = owner.id AND uer.event_id = $1::bigint AND uer.user_id <> $2::bigint
			AND NOT EXISTS (SELECT 1 FROM users_events_roles o WHERE o.user_id = uer.user_id AND o.event_id = uer.event_id AND o.role_id = organizer.id)`, event, user)
	}
	if err == nil && name == "owner" { // who was an organizer too is just that now
		_, err = db.Exec(ctx, "DELETE FROM users_events_roles WHERE event_id = $1::bigint AND role_id = $2::bigint AND user_id <> $3::bigint", event, role, user)
	}
	if err == nil {
		_, err = db.Exec(ctx, `INSERT INTO users_events_roles (user_id, event_id, role_id)
			VALUES ($1::bigint, $2::bigint, $3::bigint) ON CONFLICT DO NOTHING`, user, event, role)
	}
	if err == nil {
		_, err = db.Exec(ctx, "UPDATE role_invites SET status = 'accepted' WHERE id = $1::bigint", invite)
	}
	if err != nil {
		return fmt.Errorf("accept role invite %d: %w", invite, err)
	}
	return nil
}

// isIn reports whether the caller has one of the roles in the event that the object belongs to: as it is
// stored, if it is.
func isIn(c *engine.Change, roles ...string) (bool, error) {
	event := c.Was("event")
	if event == nil {
		event = c.Will("event")
	}
	return isInEvent(c, event, roles...)
}

func isInEvent(c *engine.Change, event any, roles ...string) (is bool, err error) {
	err = c.DB.QueryRow(c.Context, `SELECT EXISTS (SELECT 1 FROM users_events_roles uer JOIN roles r ON r.id = uer.role_id
		WHERE uer.event_id = $1::bigint AND uer.user_id = $2::bigint AND r.name = ANY($3::text[]))`, event, c.Actor.ID, roles).Scan(&is)
	if err != nil {
		return false, fmt.Errorf("look up roles of user %d: %w", c.Actor.ID, err)
	}
	return is, nil
}

// arranges reports whether the caller is staff, or an organizer or the owner of the event.
func arranges(c *engine.Change) (bool, error) {
	if c.Actor.Staff() {
		return true, nil
	}
	return isIn(c, "owner", "organizer")
}

// checkMove leaves it to organizers of both events to move an object from one to the other: what was
// accepted in one was not accepted in the other.
func checkMove(c *engine.Change) error {
	if !c.Changes("event") {
		return nil
	}
	organizer, err := arranges(c)
	if err == nil && organizer && !c.Actor.Staff() {
		organizer, err = isInEvent(c, c.Values["event"], "owner", "organizer")
	}
	if err == nil && !organizer {
		err = jsonapi.Forbidden("/data/relationships/event", policy.Organizer().Refusal())
	}
	return err
}
