package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func microlocations(r *hook.Registry, s *session) {
	event := harbour()
	place := &factories.Microlocation{
		Name: "Boat House", Latitude: new(38.5209), Longitude: new(-8.8992), Floor: new(int32(1)), Room: new("B 12"), Event: event,
	}
	pier := &factories.Microlocation{
		Name: "Pier", Latitude: new(38.519), Longitude: new(-8.8981), Floor: new(int32(0)), Room: new("Bench 3"), Event: event,
		HiddenInScheduler: new(true), Position: 2, IsChatEnabled: new(true), IsGlobalEventRoom: new(true),
	}
	hidden := &factories.Microlocation{Event: draft()}

	const collection = "Microlocations > Microlocation Collection > "
	r.Before(collection+"Create Microlocation", seed(event))
	exampleHooks(r, collection+"Refused Microlocations",
		seed(event), seed(event), seed(event), seed(event), seed(event),
		s.stranger(event), s.stranger(draft()), anonymous)

	const list = "Microlocations > Microlocations under an Event > "
	r.Before(list+"Get List of Microlocations under an Event", seed(place, pier, &factories.Microlocation{})) // the last is of another event
	r.Before(list+"Filter Microlocations of an Event", seed(place, pier))
	r.Before(list+"List Microlocations by an Unknown Attribute", seed(event))
	exampleHooks(r, list+"Microlocations of an Event that is Not There", anonymous, s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))

	const details = "Microlocations > Microlocation Details > "
	r.Before(details+"Microlocation Details", seed(place))
	r.Before(details+"Microlocation with its Event", seed(place))
	exampleHooks(r, details+"Microlocation that is Not There", anonymous, s.stranger(&factories.Microlocation{ID: 9, Event: draft()}))
	r.Before(details+"Update Microlocation", seed(place))
	exampleHooks(r, details+"Refused Updates of a Microlocation",
		seed(place), seed(place), seed(place), s.stranger(place), s.stranger(hidden), anonymous)
	r.Before(details+"Delete Microlocation", seed(place))
	exampleHooks(r, details+"Refused Deletions of a Microlocation", s.stranger(place), s.stranger(hidden), anonymous)

	const of = "Microlocations > Microlocation Details of a Session > "
	r.Before(of+"Get Microlocation Details of a Session", seed(&factories.Session{Event: event, Microlocation: place}))
	r.Before(of+"Session without a Microlocation", seed(&factories.Session{Event: event}))

	r.Before("Microlocations > Relationship of a Microlocation to its Sessions > Session Linkage of a Microlocation", seed(
		&factories.Session{Event: event, Microlocation: place},
		&factories.Session{Event: event, Microlocation: place, State: new("pending")},
	))
	r.Before("Microlocations > Relationship of a Microlocation to its Sessions > Session Linkage of a Microlocation", anonymous)

	const link = "Microlocations > Relationship of a Microlocation to its Event > "
	r.Before(link+"Event Linkage of a Microlocation", seed(place))
	r.Before(link+"Move Microlocation to Another Event", seed(place, draft()))
	exampleHooks(r, link+"Moves of a Microlocation that Change Nothing",
		seed(place), seed(place), seed(place), seed(place), s.stranger(place, &factories.EventBasic{State: new("published")}))

	r.Before("Events > Get Event for a Microlocation > Event Details for a Microlocation", seed(place))
}
