package factories

import "time"

// EventTopic is a row of event_topics.
type EventTopic struct {
	ID             int64   `db:"id"`
	Name           string  `db:"name"`
	SystemImageURL *string `db:"system_image_url"`
	// Slug follows from a Name that is given; that of a made-up name is the only one of its kind.
	Slug      string     `db:"slug"`
	DeletedAt *time.Time `db:"deleted_at"`
}

func (*EventTopic) table() string { return "event_topics" }
func (t *EventTopic) id() *int64  { return &t.ID }

func (t *EventTopic) fill(m *maker) error {
	fakeNameAndSlug(m.faker, &t.Name, &t.Slug)
	giveNew(&t.SystemImageURL, image(m.faker))
	return nil
}
