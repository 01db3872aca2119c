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
}
