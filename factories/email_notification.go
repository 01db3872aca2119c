package factories

import (
	"time"
)

// EmailNotification is a row of email_notifications: about what of an event a user gets mail. Both are made
// unless they are given.
type EmailNotification struct {
	ID                  int64 `db:"id"`
	NextEvent           *bool `db:"next_event"`
	NewPaper            *bool `db:"new_paper"`
	SessionAcceptReject *bool `db:"session_accept_reject"`
	SessionSchedule     *bool `db:"session_schedule"`
	AfterTicketPurchase *bool `db:"after_ticket_purchase"`
	UserID              int64 `db:"user_id"`
	EventID             int64 `db:"event_id"`
	User                *User
	Event               *EventBasic
	DeletedAt           *time.Time `db:"deleted_at"`
}

func (*EmailNotification) table() string { return "email_notifications" }
func (e *EmailNotification) id() *int64  { return &e.ID }

func (e *EmailNotification) fill(m *maker) error {
	if err := parent(m, &e.UserID, &e.User); err != nil {
		return err
	}
	return parent(m, &e.EventID, &e.Event)
}
