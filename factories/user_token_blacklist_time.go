package factories

import (
	"time"
)

// UserTokenBlacklistTime is a row of user_token_blacklist_time: the tokens of a user that were issued before
// are void. The user is made unless they are given.
type UserTokenBlacklistTime struct {
	ID            int64 `db:"id"`
	UserID        int64 `db:"user_id"`
	User          *User
	BlacklistedAt time.Time `db:"blacklisted_at"`
}

func (*UserTokenBlacklistTime) table() string { return "user_token_blacklist_time" }
func (u *UserTokenBlacklistTime) id() *int64  { return &u.ID }

func (u *UserTokenBlacklistTime) fill(m *maker) error {
	give(&u.BlacklistedAt, past(m.faker))
	return parent(m, &u.UserID, &u.User)
}
