package factories

// CustomSysRole is a row of custom_sys_roles: a role in the whole system.
type CustomSysRole struct {
	ID   int64   `db:"id"`
	Name *string `db:"name"`
}

func (*CustomSysRole) table() string { return "custom_sys_roles" }
func (c *CustomSysRole) id() *int64  { return &c.ID }

func (c *CustomSysRole) fill(m *maker) error {
	giveNew(&c.Name, capital(word(m.faker))+" keeper "+hex8(m.faker))
	return nil
}
