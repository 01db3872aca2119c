package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func eventSubTopics(r *hook.Registry, s *session) {
	topic := &factories.EventTopic{}
	bread := &factories.EventSubTopic{Name: "Bread", EventTopic: topic}
	street := &factories.EventSubTopic{Name: "Street Food", EventTopic: topic}

	r.Before("Event Sub Topics > Event Sub Topics Collection Get > List All Event Sub Topics",
		seed(street, bread, &factories.EventSubTopic{})) // the last is of another topic

	r.Before("Event Sub Topics > Event Sub Topics Collection Post > Create Event Sub Topic", seed(topic))

	r.Before("Event Sub Topics > Event Sub Topic Details > Event Sub Topic Details", seed(bread))
	r.Before("Event Sub Topics > Event Sub Topic Details > Event Sub Topic with its Topic",
		seed(&factories.EventSubTopic{Name: "Bread", EventTopic: food()}))
	r.Before("Event Sub Topics > Event Sub Topic Details > Update Event Sub Topic", seed(bread))
	r.Before("Event Sub Topics > Event Sub Topic Details > Delete Event Sub Topic", seed(bread))
	r.Before("Event Sub Topics > Event Sub Topic Details > Delete Event Sub Topic as Nobody", seed(bread))
	r.Before("Event Sub Topics > Event Sub Topic Details > Delete Event Sub Topic as Nobody", anonymous)
	r.Before("Event Sub Topics > Event Sub Topic Details > Update Event Sub Topic without Rights", seed(bread))
	r.Before("Event Sub Topics > Event Sub Topic Details > Update Event Sub Topic without Rights", s.as(factories.User{}))

	r.Before("Event Sub Topics > Event Sub Topic of an Event > Event Sub Topic Details of an Event",
		seed(&factories.EventBasic{EventSubTopic: bread}))
	refusedSubTopics(r, s, bread)
	linksOfSubTopics(r, s, bread)
}

func refusedSubTopics(r *hook.Registry, s *session, bread *factories.EventSubTopic) {
	const of = "Event Sub Topics > Event Sub Topic of Custom Placeholder > "
	r.Before(of+"Event Sub Topic Details of Custom Placeholder", seed(&factories.CustomPlaceholder{EventSubTopic: bread}))

	const without = "Event Sub Topics > Event Sub Topics without Rights > "
	exampleHooks(r, without+"Event Sub Topics of Others", s.stranger(food()), nobody(food()))
	examples(r, without+"Event Sub Topics of a Wrong Form", 4, seed(food()))

	const changes = "Event Sub Topics > Changes of an Event Sub Topic > "
	exampleHooks(r, changes+"Refused Changes of an Event Sub Topic",
		seed(bread), seed(bread), seed(bread), seed(bread), nobody(bread))
	r.Before(changes+"Refused Deletions of an Event Sub Topic", s.stranger(bread))
	r.Before(changes+"Deletion of an Unknown Event Sub Topic", seed(bread))
}

func linksOfSubTopics(r *hook.Registry, s *session, bread *factories.EventSubTopic) {
	const topic = "Event Sub Topics > Relationship of an Event Sub Topic to its Topic > "
	r.Before(topic+"Topic Linkage of an Event Sub Topic", nobody(bread))
	exampleHooks(r, topic+"Replace Topic of an Event Sub Topic",
		seed(bread, food()), seed(bread), seed(bread), seed(bread), s.stranger(bread, food()), nobody(bread, food()))
	about := harbour()
	about.EventSubTopic = bread
	const events = "Event Sub Topics > Relationship of an Event Sub Topic to Events > "
	r.Before(events+"Event Linkage of an Event Sub Topic", nobody(about))
	r.Before(events+"Add Event to an Event Sub Topic", seed(bread, harbour()))
	r.Before(events+"Remove Event from an Event Sub Topic", seed(about))
	r.Before("Event Sub Topics > Relationship of an Event Sub Topic to its Placeholder > Placeholder Linkage of an Event Sub Topic",
		seed(&factories.CustomPlaceholder{EventSubTopic: bread}))
}
