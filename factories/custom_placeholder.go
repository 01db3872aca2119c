package factories

// CustomPlaceholder is a row of custom_placeholders: a picture for events of a sub-topic, which is inserted
// first when it is given without an identifier.
type CustomPlaceholder struct {
	ID                int64   `db:"id"`
	Name              *string `db:"name"`
	OriginalImageURL  string  `db:"original_image_url"`
	ThumbnailImageURL *string `db:"thumbnail_image_url"`
	LargeImageURL     *string `db:"large_image_url"`
	IconImageURL      *string `db:"icon_image_url"`
	Copyright         *string `db:"copyright"`
	Origin            *string `db:"origin"`
	EventSubTopicID   int64   `db:"event_sub_topic_id"`
	EventSubTopic     *EventSubTopic
}

func (*CustomPlaceholder) table() string { return "custom_placeholders" }
func (c *CustomPlaceholder) id() *int64  { return &c.ID }

func (c *CustomPlaceholder) fill(m *maker) error {
	f := m.faker
	giveNew(&c.Name, pastime(f))
	give(&c.OriginalImageURL, image(f))
	giveNew(&c.ThumbnailImageURL, image(f))
	giveNew(&c.LargeImageURL, image(f))
	giveNew(&c.IconImageURL, image(f))
	giveNew(&c.Copyright, f.Name())
	giveNew(&c.Origin, capital(word(f)))
	return optional(m, &c.EventSubTopicID, &c.EventSubTopic)
}
