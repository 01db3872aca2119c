package factories

// PanelPermission is a row of panel_permissions: a panel of the administration.
type PanelPermission struct {
	ID        int64   `db:"id"`
	PanelName *string `db:"panel_name"`
	CanAccess *bool   `db:"can_access"`
}

func (*PanelPermission) table() string { return "panel_permissions" }
func (p *PanelPermission) id() *int64  { return &p.ID }

func (p *PanelPermission) fill(m *maker) error {
	giveNew(&p.PanelName, word(m.faker))
	return nil
}
