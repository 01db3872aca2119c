package factories

import (
	"time"
)

// Sponsor is a row of sponsors. It gets an event of its own unless one is given.
type Sponsor struct {
	ID          int64   `db:"id"`
	Name        string  `db:"name"`
	Description *string `db:"description"`
	URL         *string `db:"url"`
	Level       *int32  `db:"level"`
	LogoURL     *string `db:"logo_url"`
	Type        *string `db:"type"`
	EventID     int64   `db:"event_id"`
	Event       *EventBasic
	DeletedAt   *time.Time `db:"deleted_at"`
}

func (*Sponsor) table() string { return "sponsors" }
func (s *Sponsor) id() *int64  { return &s.ID }

func (s *Sponsor) fill(m *maker) error {
	f := m.faker
	give(&s.Name, capital(word(f))+" Works")
	giveNew(&s.Description, f.Sentence(8))
	giveNew(&s.URL, website(f))
	giveNew(&s.Level, int32(f.IntRange(1, 5)))
	giveNew(&s.LogoURL, image(f))
	giveNew(&s.Type, f.RandomString([]string{"Gold", "Silver", "Bronze"}))
	return parent(m, &s.EventID, &s.Event)
}
