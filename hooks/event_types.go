package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func eventTypes(r *hook.Registry, s *session) {
	fair := &factories.EventType{Name: "Fair & Market"}
	concert := &factories.EventType{Name: "Concert"}
	event := harbour()
	event.EventType = fair
	hidden := draft()
	hidden.EventType = fair

	r.Permissions("Event Types", stored(fair))

	const collection = "Event Types > Event Types Collection > "
	r.Before(collection+"List All Event Types", seed(fair, concert))
	r.Before(collection+"Filter Event Types", seed(fair, concert))
	exampleHooks(r, collection+"Refused Event Types", seed(), seed(), seed(), s.stranger(), anonymous)

	const details = "Event Types > Event Type Details > "
	r.Before(details+"Event Type Details", seed(fair))
	r.Before(details+"Update Event Type", seed(fair))
	exampleHooks(r, details+"Refused Updates of an Event Type",
		seed(fair), seed(fair), seed(fair), seed(), s.stranger(fair), anonymous)
	r.Before(details+"Delete Event Type", seed(fair))
	exampleHooks(r, details+"Refused Deletions of an Event Type", seed(), s.stranger(fair), anonymous)

	r.Before("Event Types > Event Type of an Event > Event Type Details of an Event", seed(event))
	r.Before("Event Types > Event Type of an Event > Event without an Event Type", seed(harbour()))

	const events = "Event Types > Relationship of an Event Type to its Events > "
	r.Before(events+"Event Linkage of an Event Type", sequence(seed(event, hidden), anonymous))

	const link = "Event Types > Relationship of an Event to its Event Type > "
	r.Before(link+"Event Type Linkage of an Event", seed(event))
	r.Before(link+"Give an Event another Event Type", s.member("coorganizer", event, concert))
	r.Before(link+"Take the Event Type from an Event", s.member("coorganizer", event))
	exampleHooks(r, link+"Event Types that an Event Does Not Get",
		seed(event), seed(event), seed(event), s.stranger(event, concert), sequence(seed(event), anonymous))

	other := &factories.EventBasic{State: new("published")}
	r.Before("Events > Events of an Event Type > List All Events of an Event Type", s.member("coorganizer", event, hidden, other))
}
