package factories

import "github.com/brianvoe/gofakeit/v7"

// EventSubTopic is a row of event_sub_topics. It gets an event topic of its own unless one is given.
type EventSubTopic struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	// Slug follows from a Name that is given; that of a made-up name is the only one of its kind.
	Slug         string      `db:"slug"`
	EventTopicID int64       `db:"event_topic_id"`
	EventTopic   *EventTopic // inserted first, unless EventTopicID is given
}

func (*EventSubTopic) table() string { return "event_sub_topics" }
func (t *EventSubTopic) id() *int64  { return &t.ID }

func (t *EventSubTopic) fill(m *maker) error {
	fakeNameAndSlug(m.faker, &t.Name, &t.Slug)
	return parent(m, &t.EventTopicID, &t.EventTopic)
}

// fakeNameAndSlug names a topic of either kind.
func fakeNameAndSlug(f *gofakeit.Faker, name, slugged *string) {
	made, tail := pastime(f), "-"+hex8(f)
	if *name != "" {
		tail = ""
	}
	give(name, made)
	give(slugged, slug(*name)+tail)
}
