package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func tracks(r *hook.Registry, s *session) {
	event := harbour()
	track := &factories.Track{
		Name:        "Light & Shade",
		Description: new("Lamps, lanterns and what to do with them."),
		Color:       "#ffc845",
		Event:       event,
	}
	boats := &factories.Track{
		Name: "Boats", Description: new("Everything that floats."), Color: "#148", Position: 1, Event: event,
	}
	hidden := &factories.Track{Event: draft()}

	const collection = "Tracks > Tracks Collection > "
	r.Before(collection+"Create Track", seed(event))
	exampleHooks(r, collection+"Refused Tracks",
		seed(event), seed(event), seed(event), seed(event), seed(event),
		s.stranger(event), s.stranger(draft()), anonymous)

	const list = "Tracks > Tracks under an Event > "
	r.Before(list+"Get List of Tracks under an Event", seed(track, boats, &factories.Track{})) // the last is of another event
	r.Before(list+"Filter Tracks of an Event", seed(track, boats))
	r.Before(list+"List Tracks by an Unknown Attribute", seed(event))
	exampleHooks(r, list+"Tracks of an Event that is Not There", anonymous, s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))

	const details = "Tracks > Track Detail > "
	r.Before(details+"Get Details", seed(track))
	r.Before(details+"Track with its Event", seed(track))
	exampleHooks(r, details+"Track that is Not There", anonymous, s.stranger(&factories.Track{ID: 9, Event: draft()}))
	r.Before(details+"Update Track", seed(track))
	exampleHooks(r, details+"Refused Updates of a Track",
		seed(track), seed(track), seed(track), s.stranger(track), s.stranger(hidden), anonymous)
	r.Before(details+"Delete Track", seed(track))
	exampleHooks(r, details+"Refused Deletions of a Track", s.stranger(track), s.stranger(hidden), anonymous)

	const of = "Tracks > Tracks Details of a Session > "
	r.Before(of+"Get Track Details of a Session", seed(&factories.Session{Event: event, Track: track}))
	r.Before(of+"Update Track of a Session", s.member("track_organizer", &factories.Session{Event: event, Track: track}))
	r.Before(of+"Session without a Track", seed(&factories.Session{Event: event}))

	r.Before("Tracks > Relationship of a Track to its Sessions > Session Linkage of a Track", seed(
		&factories.Session{Event: event, Track: track},
		&factories.Session{Event: event, Track: track, State: new("pending")},
	))
	r.Before("Tracks > Relationship of a Track to its Sessions > Session Linkage of a Track", anonymous)

	const link = "Tracks > Relationship of a Track to its Event > "
	r.Before(link+"Event Linkage of a Track", seed(track))
	r.Before(link+"Move Track to Another Event", seed(track, draft()))
	exampleHooks(r, link+"Moves of a Track that Change Nothing",
		seed(track), seed(track), seed(track), seed(track), s.stranger(track, &factories.EventBasic{State: new("published")}))

	r.Before("Events > Get Event for a Track > Event Details for a Track", seed(track))
}
