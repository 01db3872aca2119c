package factories

// RolesPanels is a row of roles_panels: a role opens a panel. Each of the two is made unless it is given.
type RolesPanels struct {
	RoleID            int64 `db:"role_id"`
	PanelPermissionID int64 `db:"panel_permission_id"`
	Role              *CustomSysRole
	PanelPermission   *PanelPermission
}

func (*RolesPanels) table() string { return "roles_panels" }

// id is of no row: pairs have none.
func (*RolesPanels) id() *int64 { return new(int64) }

func (r *RolesPanels) fill(m *maker) error {
	if err := parent(m, &r.RoleID, &r.Role); err != nil {
		return err
	}
	return parent(m, &r.PanelPermissionID, &r.PanelPermission)
}
