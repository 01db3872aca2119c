package factories

import (
	"time"
)

// SessionsSpeakersLink is a row of sessions_speakers_links, which has the pairs of SpeakersSessions with
// the event, and the state of the session. Session and Speaker are made unless they are given.
type SessionsSpeakersLink struct {
	ID        int64 `db:"id"`
	EventID   int64 `db:"event_id"`
	SessionID int64 `db:"session_id"`
	SpeakerID int64 `db:"speaker_id"`
	// SessionState is that of the session, unless given.
	SessionState string `db:"session_state"`
	Session      *Session
	Speaker      *Speaker
	DeletedAt    *time.Time `db:"deleted_at"`
}

func (*SessionsSpeakersLink) table() string { return "sessions_speakers_links" }
func (s *SessionsSpeakersLink) id() *int64  { return &s.ID }

func (s *SessionsSpeakersLink) fill(m *maker) error {
	if err := parent(m, &s.SessionID, &s.Session); err != nil {
		return err
	}
	if s.SpeakerID == 0 && s.Speaker == nil {
		s.Speaker = &Speaker{}
	}
	if p := s.Speaker; p != nil && p.Event == nil && s.Session != nil {
		give(&p.EventID, s.Session.EventID)
	}
	if s.Session != nil {
		give(&s.EventID, s.Session.EventID)
		give(&s.SessionState, *s.Session.State)
	}
	give(&s.SessionState, "accepted")
	return parent(m, &s.SpeakerID, &s.Speaker)
}
