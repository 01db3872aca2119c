package factories

// SpeakersSessions is a row of speakers_sessions: a speaker holds a session. Each of the two is made
// unless it is given; a speaker without an event belongs to that of the session.
type SpeakersSessions struct {
	SpeakerID int64 `db:"speaker_id"`
	SessionID int64 `db:"session_id"`
	Speaker   *Speaker
	Session   *Session
}

func (*SpeakersSessions) table() string { return "speakers_sessions" }

// id is of no row: pairs have none.
func (*SpeakersSessions) id() *int64 { return new(int64) }

func (s *SpeakersSessions) fill(m *maker) error {
	if err := parent(m, &s.SessionID, &s.Session); err != nil {
		return err
	}
	if s.SpeakerID == 0 && s.Speaker == nil {
		s.Speaker = &Speaker{}
	}
	if p := s.Speaker; p != nil && p.Event == nil && s.Session != nil {
		give(&p.EventID, s.Session.EventID)
	}
	return parent(m, &s.SpeakerID, &s.Speaker)
}
