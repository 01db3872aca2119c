package factories

import (
	"fmt"
	"time"
)

// RoleInvite is a row of role_invites: somebody is asked to take a role in an event. Event and Role are
// made unless they are given.
type RoleInvite struct {
	ID    int64  `db:"id"`
	Email string `db:"email"`
	// RoleName is that of the role, unless given.
	RoleName  string `db:"role_name"`
	EventID   int64  `db:"event_id"`
	RoleID    int64  `db:"role_id"`
	Event     *EventBasic
	Role      *Role
	Hash      *string   `db:"hash"`
	Status    *string   `db:"status"`
	CreatedAt time.Time `db:"created_at"`
}

func (*RoleInvite) table() string { return "role_invites" }
func (r *RoleInvite) id() *int64  { return &r.ID }

func (r *RoleInvite) fill(m *maker) error {
	f := m.faker
	give(&r.Email, email(f, f.FirstName(), f.LastName()))
	giveNew(&r.Hash, fmt.Sprint(f.Uint64(), f.Uint64()))
	give(&r.CreatedAt, past(f))
	if err := parent(m, &r.EventID, &r.Event); err != nil {
		return err
	}
	if err := parent(m, &r.RoleID, &r.Role); err != nil {
		return err
	}
	if r.Role != nil {
		give(&r.RoleName, r.Role.Name)
	}
	give(&r.RoleName, "organizer")
	return nil
}
