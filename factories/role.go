package factories

import "strings"

// Role is a row of roles.
type Role struct {
	ID int64 `db:"id"`
	// Name is what the server knows it by, such as "owner". A made-up one grants nothing.
	Name      string  `db:"name"`
	TitleName *string `db:"title_name"`
}

func (*Role) table() string { return "roles" }
func (r *Role) id() *int64  { return &r.ID }

func (r *Role) fill(m *maker) error {
	give(&r.Name, word(m.faker)+"_keeper_"+hex8(m.faker))
	giveNew(&r.TitleName, capital(strings.ReplaceAll(r.Name, "_", " ")))
	return nil
}
