package hooks

import (
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
}
