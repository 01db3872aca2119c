package factories

import (
	"encoding/json"
	"time"
)

// Speaker is a row of speaker: somebody who speaks in an event. Their sessions are rows of
// SpeakersSessions.
type Speaker struct {
	ID                int64   `db:"id"`
	Name              string  `db:"name"`
	Email             *string `db:"email"`
	IsEmailOverridden *bool   `db:"is_email_overridden"`
	PhotoURL          *string `db:"photo_url"`
	ThumbnailImageURL *string `db:"thumbnail_image_url"`
	SmallImageURL     *string `db:"small_image_url"`
	IconImageURL      *string `db:"icon_image_url"`

	ShortBiography      *string `db:"short_biography"`
	LongBiography       *string `db:"long_biography"`
	SpeakingExperience  *string `db:"speaking_experience"`
	SponsorshipRequired *string `db:"sponsorship_required"`
	HeardFrom           *string `db:"heard_from"`
	Mobile              *string `db:"mobile"`
	Website             *string `db:"website"`
	Twitter             *string `db:"twitter"`
	Facebook            *string `db:"facebook"`
	Github              *string `db:"github"`
	Mastodon            *string `db:"mastodon"`
	Linkedin            *string `db:"linkedin"`
	Instagram           *string `db:"instagram"`
	Organisation        *string `db:"organisation"`
	Position            *string `db:"position"`
	Country             *string `db:"country"`
	City                *string `db:"city"`
	Address             *string `db:"address"`
	Gender              *string `db:"gender"`

	IsFeatured         *bool           `db:"is_featured"`
	Order              int32           `db:"order"`
	ComplexFieldValues json.RawMessage `db:"complex_field_values"`
	SpeakerPositions   json.RawMessage `db:"speaker_positions"`

	EventID int64 `db:"event_id"`
	UserID  int64 `db:"user_id"`
	// Event is made unless it is given; User is inserted first when it is given without an identifier.
	Event      *EventBasic
	User       *User
	CreatedAt  time.Time  `db:"created_at"`
	ModifiedAt *time.Time `db:"modified_at"`
	DeletedAt  *time.Time `db:"deleted_at"`
}

func (*Speaker) table() string { return "speaker" }
func (s *Speaker) id() *int64  { return &s.ID }

func (s *Speaker) fill(m *maker) error {
	f := m.faker
	first, last := f.FirstName(), f.LastName()
	give(&s.Name, first+" "+last)
	giveNew(&s.Email, email(f, first, last))
	giveNew(&s.PhotoURL, image(f))
	giveNew(&s.ShortBiography, f.Sentence(10))
	giveNew(&s.LongBiography, f.Sentence(25))
	giveNew(&s.SpeakingExperience, f.Sentence(6))
	giveNew(&s.SponsorshipRequired, f.Sentence(4))
	giveNew(&s.HeardFrom, capital(word(f)))
	giveNew(&s.Mobile, "+1"+f.Phone())
	giveNew(&s.Website, website(f))
	giveNew(&s.Organisation, capital(word(f))+" Society")
	giveNew(&s.Position, f.JobTitle())
	giveNew(&s.Country, f.CountryAbr())
	giveNew(&s.City, f.City())
	give(&s.CreatedAt, past(f))
	giveNew(&s.ModifiedAt, s.CreatedAt)
	if err := optional(m, &s.UserID, &s.User); err != nil {
		return err
	}
	return parent(m, &s.EventID, &s.Event)
}
