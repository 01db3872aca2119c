package factories

import (
	"encoding/json"
	"errors"
	"time"
)

// Session is a row of sessions: one that was submitted and accepted, unless State says otherwise.
// Nobody is its creator, and no speaker holds it: see SpeakersSessions.
type Session struct {
	ID            int64      `db:"id"`
	Title         string     `db:"title"`
	Subtitle      *string    `db:"subtitle"`
	ShortAbstract *string    `db:"short_abstract"`
	LongAbstract  *string    `db:"long_abstract"`
	Comments      *string    `db:"comments"`
	Language      *string    `db:"language"`
	Level         *string    `db:"level"`
	StartsAt      *time.Time `db:"starts_at"`
	EndsAt        *time.Time `db:"ends_at"`

	Website   *string         `db:"website"`
	Twitter   *string         `db:"twitter"`
	Facebook  *string         `db:"facebook"`
	Github    *string         `db:"github"`
	Linkedin  *string         `db:"linkedin"`
	Instagram *string         `db:"instagram"`
	Gitlab    *string         `db:"gitlab"`
	Mastodon  *string         `db:"mastodon"`
	SlidesURL *string         `db:"slides_url"`
	Slides    json.RawMessage `db:"slides"`
	VideoURL  *string         `db:"video_url"`
	AudioURL  *string         `db:"audio_url"`
	SignupURL *string         `db:"signup_url"`

	EventID         int64 `db:"event_id"`
	CreatorID       int64 `db:"creator_id"`
	TrackID         int64 `db:"track_id"`
	MicrolocationID int64 `db:"microlocation_id"`
	SessionTypeID   int64 `db:"session_type_id"`
	// Event is made unless it is given. The others are inserted first when they are given without an
	// identifier, and belong to the same event unless they have one.
	Event         *EventBasic
	Creator       *User
	Track         *Track
	Microlocation *Microlocation
	SessionType   *SessionType

	State              *string         `db:"state"`
	SubmittedAt        *time.Time      `db:"submitted_at"`
	SubmissionModifier *string         `db:"submission_modifier"`
	IsMailSent         *bool           `db:"is_mail_sent"`
	SendEmail          *bool           `db:"send_email"`
	IsLocked           *bool           `db:"is_locked"`
	ComplexFieldValues json.RawMessage `db:"complex_field_values"`

	CreatedAt      time.Time  `db:"created_at"`
	LastModifiedAt *time.Time `db:"last_modified_at"`
	DeletedAt      *time.Time `db:"deleted_at"`
}

func (*Session) table() string { return "sessions" }
func (s *Session) id() *int64  { return &s.ID }

func (s *Session) fill(m *maker) error {
	f := m.faker
	give(&s.Title, pastime(f)+" for "+f.Animal()+"s")
	giveNew(&s.Subtitle, f.Sentence(4))
	giveNew(&s.ShortAbstract, f.Sentence(12))
	giveNew(&s.LongAbstract, f.Sentence(30))
	giveNew(&s.Comments, f.Sentence(6))
	giveNew(&s.Language, f.Language())
	giveNew(&s.Level, f.RandomString([]string{"Beginner", "Intermediate", "Advanced", "Expert"}))
	starts := far(f)
	if s.EndsAt != nil && !s.EndsAt.After(starts) {
		starts = s.EndsAt.Add(-time.Hour)
	}
	giveNew(&s.StartsAt, starts)
	giveNew(&s.EndsAt, s.StartsAt.Add(time.Duration(f.IntRange(2, 12))*10*time.Minute))
	giveNew(&s.SlidesURL, website(f))
	giveNew(&s.VideoURL, website(f))
	giveNew(&s.AudioURL, website(f))
	giveNew(&s.SignupURL, website(f))
	giveNew(&s.State, "accepted")
	giveNew(&s.SubmittedAt, past(f))
	give(&s.CreatedAt, *s.SubmittedAt)
	giveNew(&s.LastModifiedAt, s.CreatedAt)
	return s.refer(m)
}

// refer inserts what the session refers to.
func (s *Session) refer(m *maker) error {
	if s.Track != nil && s.EventID == 0 {
		give(&s.Event, s.Track.Event)
		give(&s.EventID, s.Track.EventID)
	}
	if err := parent(m, &s.EventID, &s.Event); err != nil {
		return err
	}
	if t := s.Track; t != nil && t.Event == nil {
		give(&t.EventID, s.EventID)
	}
	if l := s.Microlocation; l != nil && l.Event == nil {
		give(&l.EventID, s.EventID)
	}
	if t := s.SessionType; t != nil && t.Event == nil {
		give(&t.EventID, s.EventID)
	}
	return errors.Join(
		optional(m, &s.CreatorID, &s.Creator),
		optional(m, &s.TrackID, &s.Track),
		optional(m, &s.MicrolocationID, &s.Microlocation),
		optional(m, &s.SessionTypeID, &s.SessionType),
	)
}
