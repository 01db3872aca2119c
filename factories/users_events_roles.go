package factories

// UsersEventsRoles is a row of users_events_roles: a user has a role in an event. Each of the three
// is made unless it is given.
type UsersEventsRoles struct {
	ID      int64 `db:"id"`
	EventID int64 `db:"event_id"`
	UserID  int64 `db:"user_id"`
	RoleID  int64 `db:"role_id"`
	// Event, User and Role are inserted first, unless their identifier is given.
	Event *EventBasic
	User  *User
	Role  *Role
}

func (*UsersEventsRoles) table() string { return "users_events_roles" }
func (r *UsersEventsRoles) id() *int64  { return &r.ID }

func (r *UsersEventsRoles) fill(m *maker) error {
	if err := parent(m, &r.EventID, &r.Event); err != nil {
		return err
	}
	if err := parent(m, &r.UserID, &r.User); err != nil {
		return err
	}
	return parent(m, &r.RoleID, &r.Role)
}
