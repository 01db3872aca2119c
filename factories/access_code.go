package factories

import (
	"time"
)

// AccessCode is a row of access_codes.
type AccessCode struct {
	ID            int64      `db:"id"`
	Code          *string    `db:"code"`
	AccessURL     *string    `db:"access_url"`
	IsActive      *bool      `db:"is_active"`
	TicketsNumber *int32     `db:"tickets_number"`
	MinQuantity   *int32     `db:"min_quantity"`
	MaxQuantity   *int32     `db:"max_quantity"`
	ValidFrom     *time.Time `db:"valid_from"`
	ValidTill     *time.Time `db:"valid_till"`
	EventID       int64      `db:"event_id"`
	MarketerID    int64      `db:"marketer_id"`
	// Event is made unless it is given; Marketer is inserted first when they are given without an identifier.
	Event     *EventBasic
	Marketer  *User
	CreatedAt time.Time  `db:"created_at"`
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*AccessCode) table() string { return "access_codes" }
func (a *AccessCode) id() *int64  { return &a.ID }

func (a *AccessCode) fill(m *maker) error {
	f := m.faker
	giveNew(&a.Code, "open-"+hex8(f))
	giveNew(&a.AccessURL, website(f))
	giveNew(&a.IsActive, true)
	giveNew(&a.TicketsNumber, int32(f.IntRange(10, 90)))
	giveNew(&a.MinQuantity, 1)
	giveNew(&a.MaxQuantity, 5)
	giveNew(&a.ValidFrom, past(f))
	giveNew(&a.ValidTill, far(f))
	give(&a.CreatedAt, past(f))
	if err := parent(m, &a.EventID, &a.Event); err != nil {
		return err
	}
	return optional(m, &a.MarketerID, &a.Marketer)
}
