package factories

import (
	"time"
)

// DiscountCode is a row of discount_codes.
type DiscountCode struct {
	ID            int64      `db:"id"`
	Code          string     `db:"code"`
	DiscountURL   *string    `db:"discount_url"`
	Value         float64    `db:"value"`
	Type          string     `db:"type"`
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
	UsedFor   string     `db:"used_for"`
	CreatedAt time.Time  `db:"created_at"`
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*DiscountCode) table() string { return "discount_codes" }
func (d *DiscountCode) id() *int64  { return &d.ID }

func (d *DiscountCode) fill(m *maker) error {
	f := m.faker
	give(&d.Code, "save-"+hex8(f))
	giveNew(&d.DiscountURL, website(f))
	give(&d.Value, float64(f.IntRange(5, 50)))
	give(&d.Type, "percent")
	give(&d.UsedFor, "ticket")
	giveNew(&d.TicketsNumber, int32(f.IntRange(10, 90)))
	giveNew(&d.ValidFrom, past(f))
	giveNew(&d.ValidTill, far(f))
	give(&d.CreatedAt, past(f))
	if err := parent(m, &d.EventID, &d.Event); err != nil {
		return err
	}
	return optional(m, &d.MarketerID, &d.Marketer)
}
