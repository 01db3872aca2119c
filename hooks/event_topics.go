package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// food is the topic that the documentation shows.
func food() *factories.EventTopic {
	return &factories.EventTopic{Name: "Food & Drink", SystemImageURL: new("https://images.example.com/table.png")}
}

func eventTopics(r *hook.Registry, s *session) {
	camping := &factories.EventTopic{Name: "Camping", SystemImageURL: new("https://images.example.com/tent.png")}

	r.Before("Event Topics > Event Topics Collection > List All Event Topics", seed(food(), camping))

	r.Before("Event Topics > Event Topic Details > Event Topic Details", seed(food()))
	r.Before("Event Topics > Event Topic Details > Update Event Topic", seed(camping))
	r.Before("Event Topics > Event Topic Details > Delete Event Topic", seed(&factories.EventTopic{}))
	r.Before("Event Topics > Event Topic Details > Refused Update of an Event Topic", seed(&factories.EventTopic{}))
	r.Before("Event Topics > Event Topic Details > Delete Event Topic without Rights", seed(&factories.EventTopic{}))
	r.Before("Event Topics > Event Topic Details > Delete Event Topic without Rights", s.as(factories.User{}))

	r.Before("Event Topics > Event Topic of an Event > Event Topic Details of an Event",
		seed(&factories.EventBasic{EventTopic: food()}))
	r.Before("Event Topics > Event Topic of an Event > Event without an Event Topic", seed(&factories.EventBasic{}))

	r.Before("Event Topics > Event Topic of a Sub Topic > Event Topic Details of a Sub Topic",
		seed(&factories.EventSubTopic{EventTopic: food()}))
	refusedTopics(r, s)
	linksOfTopics(r, s)
}

func refusedTopics(r *hook.Registry, s *session) {
	gone := food()
	gone.DeletedAt = new(time.Date(2098, time.November, 1, 12, 0, 0, 0, time.UTC))
	exampleHooks(r, "Event Topics > Event Topics without Rights > Event Topics of Others",
		s.as(factories.User{}), s.member("owner", harbour()), anonymous)
	r.Before("Event Topics > Second Event Topics > Create Event Topic of a Name that is Taken", seed(food()))
	const changes = "Event Topics > Changes of an Event Topic > "
	exampleHooks(r, changes+"Refused Changes of an Event Topic",
		seed(food()), seed(food()), seed(food()), s.stranger(food()), nobody(food()), seed(gone))
	exampleHooks(r, changes+"Refused Deletions of an Event Topic", nobody(food()), seed(gone))
	r.Before("Event Topics > Restored Event Topics > Restore Event Topic", seed(gone))
}

func linksOfTopics(r *hook.Registry, s *session) {
	topic := food()
	about, untold := harbour(), hidden()
	about.EventTopic, untold.EventTopic, untold.Identifier = topic, topic, "5eaf00d2"
	other := &factories.EventBasic{}
	const events = "Event Topics > Relationship of an Event Topic to Events > "
	exampleHooks(r, events+"Event Linkage of an Event Topic", seed(about, untold, other), nobody(about, untold, other))
	exampleHooks(r, events+"Add Event to an Event Topic", seed(harbour(), food()), seed(about))
	r.Before(events+"Replace Events of an Event Topic", seed(about, other))
	exampleHooks(r, events+"Remove Event from an Event Topic", seed(about), seed(about, other))
	exampleHooks(r, events+"Refused Events of an Event Topic",
		seed(food()), seed(food()), s.member("owner", harbour(), food()), nobody(harbour(), food()))

	part := &factories.EventSubTopic{EventTopic: topic}
	const parts = "Event Topics > Relationship of an Event Topic to Sub Topics > "
	r.Before(parts+"Sub Topic Linkage of an Event Topic", nobody(part))
	r.Before(parts+"Add Sub Topic to an Event Topic", seed(food(), &factories.EventSubTopic{}))
	r.Before(parts+"Remove Sub Topic from an Event Topic", seed(part))

	const through = "Event Topics > Changes through an Event > "
	exampleHooks(r, through+"Update Event Topic of an Event", seed(about), s.member("owner", about))
	r.Before(through+"Delete Event Topic of an Event", seed(about))
}
