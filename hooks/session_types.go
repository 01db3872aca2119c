package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func sessionTypes(r *hook.Registry, s *session) {
	event := harbour()
	walk := &factories.SessionType{Name: "Walk", Length: "01:15", Event: event}
	demonstration := &factories.SessionType{Name: "Demonstration", Length: "00:20", Position: 1, Event: event}
	hidden := &factories.SessionType{Event: draft()}

	const collection = "Session Type > Session Type Collection > "
	r.Before(collection+"Create Session Type", seed(event))
	exampleHooks(r, collection+"Refused Session Types",
		seed(event), seed(event), seed(event), seed(event), seed(event),
		s.stranger(event), s.stranger(draft()), anonymous)

	const list = "Session Type > List Session Types under an Event > "
	r.Before(list+"List Session Types", seed(walk, demonstration, &factories.SessionType{})) // the last is of another event
	r.Before(list+"Filter Session Types of an Event", seed(walk, demonstration))
	r.Before(list+"List Session Types by an Unknown Attribute", seed(event))
	exampleHooks(r, list+"Session Types of an Event that is Not There", anonymous, s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))

	const details = "Session Type > Session Type Details > "
	r.Before(details+"Session Type Details", seed(walk))
	r.Before(details+"Session Type with its Event", seed(walk))
	exampleHooks(r, details+"Session Type that is Not There", anonymous, s.stranger(&factories.SessionType{ID: 9, Event: draft()}))
	r.Before(details+"Update Session Type", seed(walk))
	exampleHooks(r, details+"Refused Updates of a Session Type",
		seed(walk), seed(walk), seed(walk), s.stranger(walk), s.stranger(hidden), anonymous)
	r.Before(details+"Delete Session Type", seed(walk))
	exampleHooks(r, details+"Refused Deletions of a Session Type", s.stranger(walk), s.stranger(hidden), anonymous)

	const of = "Session Type > Get Session Type of a Session > "
	r.Before(of+"Get Session Type Details", seed(&factories.Session{Event: event, SessionType: walk}))
	r.Before(of+"Session without a Session Type", seed(&factories.Session{Event: event}))

	r.Before("Session Type > Relationship of a Session Type to its Sessions > Session Linkage of a Session Type", seed(
		&factories.Session{Event: event, SessionType: walk},
		&factories.Session{Event: event, SessionType: walk, State: new("pending")},
	))
	r.Before("Session Type > Relationship of a Session Type to its Sessions > Session Linkage of a Session Type", anonymous)

	const link = "Session Type > Relationship of a Session Type to its Event > "
	r.Before(link+"Event Linkage of a Session Type", seed(walk))
	r.Before(link+"Move Session Type to Another Event", seed(walk, draft()))
	exampleHooks(r, link+"Moves of a Session Type that Change Nothing",
		seed(walk), seed(walk), seed(walk), seed(walk), s.stranger(walk, &factories.EventBasic{State: new("published")}))

	r.Before("Events > Get Event for a Session Type > Event Details for a Session Type", seed(walk))
}
