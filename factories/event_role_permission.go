package factories

// EventRolePermission is a row of permissions: what a role may do with the objects of a service. Both are
// made unless they are given; everything is allowed.
type EventRolePermission struct {
	ID        int64 `db:"id"`
	RoleID    int64 `db:"role_id"`
	ServiceID int64 `db:"service_id"`
	Role      *Role
	Service   *Service
	CanCreate *bool `db:"can_create"`
	CanRead   *bool `db:"can_read"`
	CanUpdate *bool `db:"can_update"`
	CanDelete *bool `db:"can_delete"`
}

func (*EventRolePermission) table() string { return "permissions" }
func (e *EventRolePermission) id() *int64  { return &e.ID }

func (e *EventRolePermission) fill(m *maker) error {
	if err := parent(m, &e.RoleID, &e.Role); err != nil {
		return err
	}
	return parent(m, &e.ServiceID, &e.Service)
}
