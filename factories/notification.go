package factories

import (
	"encoding/json"
	"time"
)

// Notification is a row of notifications: something that a user was told. The user is made unless given.
type Notification struct {
	ID         int64 `db:"id"`
	UserID     int64 `db:"user_id"`
	User       *User
	IsRead     *bool           `db:"is_read"`
	Content    json.RawMessage `db:"content"`
	CreatedAt  time.Time       `db:"created_at"`
	ModifiedAt time.Time       `db:"modified_at"`
}

func (*Notification) table() string { return "notifications" }
func (n *Notification) id() *int64  { return &n.ID }

func (n *Notification) fill(m *maker) error {
	f := m.faker
	if n.Content == nil {
		n.Content = json.RawMessage(`{"type": "` + word(f) + `"}`)
	}
	give(&n.CreatedAt, past(f))
	give(&n.ModifiedAt, n.CreatedAt)
	return parent(m, &n.UserID, &n.User)
}
