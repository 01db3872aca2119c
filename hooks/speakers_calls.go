package hooks

import (
	"fmt"
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// glow is the call that the documentation shows, that of event 1.
func glow() *factories.SpeakersCall {
	return &factories.SpeakersCall{
		Announcement: new("<p>Tell us what glows.</p>"),
		StartsAt:     time.Date(2098, time.September, 1, 8, 0, 0, 0, time.UTC),
		SoftEndsAt:   new(time.Date(2098, time.November, 15, 22, 0, 0, 0, time.UTC)),
		EndsAt:       time.Date(2098, time.November, 30, 22, 0, 0, 0, time.UTC),
		Hash:         new("lanterns"),
		Event:        harbour(),
	}
}

// covert is a call of a draft.
func covert() *factories.SpeakersCall {
	call := glow()
	call.Event.State = new("draft")
	return call
}

func speakersCalls(r *hook.Registry, s *session) {
	createCalls(r, s)
	callDetails(r, s)
	callsOfEvents(r, s)
	r.Before("Events > Get Event for a Speakers Call > Event Details for a Speakers Call", seed(glow()))
	r.Permissions("Speakers Calls", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		return stage(c, s, event, &factories.SpeakersCall{Event: event})
	})
}

func createCalls(r *hook.Registry, s *session) {
	const collection = "Speakers Calls > Speakers Call Collection > "
	r.Before(collection+"Create Speakers Call", seed(harbour()))
	examples(r, collection+"Refused Speakers Calls", 4, seed(harbour()))
	for i, f := range []hook.Func{
		seed(glow()),
		seed(harbour()),
		seed(harbour()),
		seed(harbour()),
		seed(harbour()),
		seed(harbour()),
		seed(harbour()),
		s.member("track_organizer", harbour()),
		s.stranger(draft()),
		anonymous,
	} {
		r.Before(fmt.Sprintf("%sRefused Speakers Calls > Example %d", collection, i+5), f)
	}
}

func callDetails(r *hook.Registry, s *session) {
	const details = "Speakers Calls > Speakers Call Details > "
	r.Before(details+"Speakers Call Details", seed(glow()))
	r.Before(details+"Speakers Call of a Draft > Example 1", s.member("moderator", covert()))
	r.Before(details+"Speakers Call of a Draft > Example 2", sequence(seed(covert()), anonymous))

	before := glow()
	before.SoftEndsAt = nil
	r.Before(details+"Update Speakers Call", seed(before))
	examples(r, details+"Refused Updates of a Speakers Call", 6, seed(glow()))
	r.Before(details+"Refused Updates of a Speakers Call > Example 7", s.member("registrar", glow()))
	r.Before(details+"Refused Updates of a Speakers Call > Example 8", s.stranger(covert()))
	r.Before(details+"Refused Updates of a Speakers Call > Example 9", sequence(seed(glow()), anonymous))

	r.Before(details+"Delete Speakers Call", seed(glow()))
	r.Before(details+"Refused Deletions of a Speakers Call > Example 1", s.stranger(glow()))
	r.Before(details+"Refused Deletions of a Speakers Call > Example 2", sequence(seed(glow()), anonymous))

	gone := glow()
	gone.DeletedAt = new(time.Date(2098, time.October, 1, 12, 0, 0, 0, time.UTC))
	r.Before(details+"Deleted Speakers Call", seed(gone))
	r.Before(details+"Restore Speakers Call", seed(gone))
	r.Before("Speakers Calls > Unknown Speakers Call > Unknown Speakers Call", seed(glow()))
}

func callsOfEvents(r *hook.Registry, s *session) {
	const of = "Speakers Calls > Get Speakers Call for an Event > "
	r.Before(of+"Get Speakers Call Details for an Event", seed(glow()))
	r.Before(of+"Event without a Speakers Call > Example 1", seed(harbour()))
	r.Before(of+"Event without a Speakers Call > Example 2", s.stranger(covert()))
	r.Before(of+"Update Speakers Call of an Event", seed(glow()))
	r.Before(of+"Delete Speakers Call of an Event", seed(glow()))

	const link = "Speakers Calls > Relationship of a Speakers Call to its Event > "
	published := &factories.EventBasic{State: new("published")}
	early := &factories.EventBasic{State: new("published"), EndsAt: time.Date(2098, time.October, 5, 20, 0, 0, 0, time.UTC)}
	r.Before(link+"Event Linkage of a Speakers Call", seed(glow()))
	r.Before(link+"Move Speakers Call to Another Event", seed(glow(), published))
	r.Before(link+"Refused Moves of a Speakers Call > Example 1", seed(glow(), &factories.SpeakersCall{Event: published}))
	r.Before(link+"Refused Moves of a Speakers Call > Example 2", seed(glow(), early))
	r.Before(link+"Refused Moves of a Speakers Call > Example 3", s.member("coorganizer", glow(), published))
	r.Before(link+"Refused Moves of a Speakers Call > Example 4", seed(glow()))
}
