package factories

import (
	"fmt"
	"time"
)

// SessionType is a row of session_types. It gets an event of its own unless one is given.
type SessionType struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	// Length is hours and minutes, such as 00:30.
	Length    string `db:"length"`
	Position  int32  `db:"position"`
	EventID   int64  `db:"event_id"`
	Event     *EventBasic
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*SessionType) table() string { return "session_types" }
func (s *SessionType) id() *int64  { return &s.ID }

func (s *SessionType) fill(m *maker) error {
	f := m.faker
	give(&s.Name, capital(f.AdjectiveDescriptive())+" talk")
	give(&s.Length, fmt.Sprintf("%02d:%02d", f.IntRange(0, 2), 5*f.IntRange(1, 11)))
	return parent(m, &s.EventID, &s.Event)
}
