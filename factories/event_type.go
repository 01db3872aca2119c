package factories

import (
	"time"
)

// EventType is a row of event_types: a kind of events.
type EventType struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	// Slug follows from a Name that is given; that of a made-up name is the only one of its kind.
	Slug      string     `db:"slug"`
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*EventType) table() string { return "event_types" }
func (e *EventType) id() *int64  { return &e.ID }

func (e *EventType) fill(m *maker) error {
	fakeNameAndSlug(m.faker, &e.Name, &e.Slug)
	return nil
}
