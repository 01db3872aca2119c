package factories

import (
	"time"
)

// UserPermission is a row of user_permissions.
type UserPermission struct {
	ID             int64      `db:"id"`
	Name           *string    `db:"name"`
	Description    *string    `db:"description"`
	UnverifiedUser *bool      `db:"unverified_user"`
	AnonymousUser  *bool      `db:"anonymous_user"`
	DeletedAt      *time.Time `db:"deleted_at"`
}

func (*UserPermission) table() string { return "user_permissions" }
func (u *UserPermission) id() *int64  { return &u.ID }

func (u *UserPermission) fill(m *maker) error {
	giveNew(&u.Name, word(m.faker)+"_"+hex8(m.faker))
	giveNew(&u.Description, m.faker.Sentence(6))
	giveNew(&u.UnverifiedUser, true)
	giveNew(&u.AnonymousUser, true)
	return nil
}
