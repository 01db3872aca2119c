package factories

import (
	"time"
)

// Track is a row of tracks. It gets an event of its own unless one is given.
type Track struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Description *string `db:"description"`
	Color       string  `db:"color"`
	Position    int32   `db:"position"`
	EventID     int64   `db:"event_id"`
	Event       *EventBasic
	DeletedAt   *time.Time `db:"deleted_at"`
}

func (*Track) table() string { return "tracks" }
func (t *Track) id() *int64  { return &t.ID }

func (t *Track) fill(m *maker) error {
	f := m.faker
	give(&t.Name, pastime(f))
	giveNew(&t.Description, f.Sentence(8))
	give(&t.Color, "#"+hex8(f)[:6])
	return parent(m, &t.EventID, &t.Event)
}
