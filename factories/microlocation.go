package factories

import (
	"strconv"
	"time"
)

// Microlocation is a row of microlocations: a room of an event, which gets made unless it is given.
type Microlocation struct {
	ID                int64    `db:"id"`
	Name              string   `db:"name"`
	Latitude          *float64 `db:"latitude"`
	Longitude         *float64 `db:"longitude"`
	Floor             *int32   `db:"floor"`
	Room              *string  `db:"room"`
	HiddenInScheduler *bool    `db:"hidden_in_scheduler"`
	Position          int32    `db:"position"`
	IsChatEnabled     *bool    `db:"is_chat_enabled"`
	IsGlobalEventRoom *bool    `db:"is_global_event_room"`
	ChatRoomID        *string  `db:"chat_room_id"`
	EventID           int64    `db:"event_id"`
	Event             *EventBasic
	DeletedAt         *time.Time `db:"deleted_at"`
}

func (*Microlocation) table() string { return "microlocations" }
func (l *Microlocation) id() *int64  { return &l.ID }

func (l *Microlocation) fill(m *maker) error {
	f := m.faker
	give(&l.Name, capital(word(f))+" Hall")
	giveNew(&l.Latitude, float64(f.IntRange(-600000, 700000))/10000)
	giveNew(&l.Longitude, float64(f.IntRange(-1800000, 1800000))/10000)
	giveNew(&l.Floor, int32(f.IntRange(-1, 12)))
	giveNew(&l.Room, strconv.Itoa(f.IntRange(1, 99)))
	return parent(m, &l.EventID, &l.Event)
}
