package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// lanterns is the sponsor that the documentation shows, of an event that has sponsors.
func lanterns() *factories.Sponsor {
	event := harbour()
	event.IsSponsorsEnabled = new(true)
	return &factories.Sponsor{
		Name:        "Lantern & Sons",
		Description: new("<p>Lamp makers since 1888.</p>"),
		URL:         new("https://lanterns.example.com/"),
		Level:       new(int32(2)),
		LogoURL:     new("https://images.example.com/lamp.png"),
		Type:        new("Silver"),
		Event:       event,
	}
}

func sponsors(r *hook.Registry, s *session) {
	sponsor := lanterns()
	event := sponsor.Event
	bakery := &factories.Sponsor{
		Name:        "Quay Bakery",
		Description: new("Keeps everybody fed."),
		URL:         new("https://bakery.example.com/"),
		Level:       new(int32(1)),
		LogoURL:     new("https://images.example.com/loaf.png"),
		Type:        new("Gold"),
		Event:       event,
	}
	hidden := &factories.Sponsor{Event: draft()}

	const collection = "Sponsors > Sponsors Post Collection > "
	r.Before(collection+"Create Sponsor", seed(event))
	exampleHooks(r, collection+"Refused Sponsors",
		seed(event), seed(event), seed(event), seed(event), seed(event),
		s.stranger(event), s.stranger(draft()), anonymous,
		seed(harbour()))

	const list = "Sponsors > Sponsors Get Collection > "
	r.Before(list+"List All Sponsors", seed(sponsor, bakery, &factories.Sponsor{})) // the last is of another event
	r.Before(list+"Filter Sponsors of an Event", seed(sponsor, bakery))
	r.Before(list+"List Sponsors by an Unknown Attribute", seed(event))
	exampleHooks(r, list+"Sponsors of an Event that is Not There", anonymous, s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))

	const details = "Sponsors > Sponsor Details > "
	r.Before(details+"Sponsor Details", seed(sponsor))
	r.Before(details+"Sponsor with its Event", seed(sponsor))
	exampleHooks(r, details+"Sponsor that is Not There", anonymous, s.stranger(&factories.Sponsor{ID: 9, Event: draft()}))
	r.Before(details+"Update Sponsor", seed(sponsor))
	exampleHooks(r, details+"Refused Updates of a Sponsor",
		seed(sponsor), seed(sponsor), seed(sponsor), s.stranger(sponsor), s.stranger(hidden), anonymous)
	r.Before(details+"Delete Sponsor", seed(sponsor))
	exampleHooks(r, details+"Refused Deletions of a Sponsor", s.stranger(sponsor), s.stranger(hidden), anonymous)

	const link = "Sponsors > Relationship of a Sponsor to its Event > "
	r.Before(link+"Event Linkage of a Sponsor", seed(sponsor))
	r.Before(link+"Move Sponsor to Another Event", seed(sponsor, draft()))
	exampleHooks(r, link+"Moves of a Sponsor that Change Nothing",
		seed(sponsor), seed(sponsor), seed(sponsor), seed(sponsor), s.stranger(sponsor, &factories.EventBasic{State: new("published")}))

	r.Before("Events > Get Event for a Sponsor > Event Details for a Sponsor", seed(&factories.Sponsor{Event: harbour()}))
}
