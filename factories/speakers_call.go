package factories

import (
	"time"
)

// SpeakersCall is a row of speakers_calls: an event looks for speakers. It gets an event of its own unless
// one is given.
type SpeakersCall struct {
	ID           int64      `db:"id"`
	Announcement *string    `db:"announcement"`
	StartsAt     time.Time  `db:"starts_at"`
	SoftEndsAt   *time.Time `db:"soft_ends_at"`
	EndsAt       time.Time  `db:"ends_at"`
	Hash         *string    `db:"hash"`
	Privacy      string     `db:"privacy"`
	EventID      int64      `db:"event_id"`
	Event        *EventBasic
	DeletedAt    *time.Time `db:"deleted_at"`
}

func (*SpeakersCall) table() string { return "speakers_calls" }
func (s *SpeakersCall) id() *int64  { return &s.ID }

func (s *SpeakersCall) fill(m *maker) error {
	f := m.faker
	giveNew(&s.Announcement, f.Sentence(10))
	starts := past(f)
	if !s.EndsAt.IsZero() && !s.EndsAt.After(starts) {
		starts = s.EndsAt.Add(-time.Hour)
	}
	give(&s.StartsAt, starts)
	give(&s.EndsAt, s.StartsAt.AddDate(0, 0, f.IntRange(10, 60)))
	giveNew(&s.Hash, hex8(f))
	return parent(m, &s.EventID, &s.Event)
}
