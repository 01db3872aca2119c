package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// harbour is the event that the documentation shows: a published one, with about everything.
func harbour() *factories.EventBasic {
	return &factories.EventBasic{
		Identifier:             "5eaf00d1",
		Name:                   "Harbour Lights",
		Description:            new("<p>Boats, lanterns and music on the quay.</p>"),
		State:                  new("published"),
		StartsAt:               time.Date(2099, time.June, 12, 16, 0, 0, 0, time.UTC),
		EndsAt:                 time.Date(2099, time.June, 13, 0, 0, 0, 0, time.UTC),
		Timezone:               "Europe/Lisbon",
		LocationName:           new("Old Quay 4, Setúbal"),
		SearchableLocationName: new("Setúbal"),
		Latitude:               new(38.5203),
		Longitude:              new(-8.8987),
		IsMapShown:             new(true),
		LogoURL:                new("https://images.example.com/lantern.png"),
		OriginalImageURL:       new("https://images.example.com/quay.jpg"),
		ExternalEventURL:       new("https://harbour.example.com/"),
		TicketURL:              new("https://harbour.example.com/tickets"),
		OwnerName:              new("Friends of the Quay"),
		OwnerDescription:       new("We light it up once a year."),
		HasOwnerInfo:           new(true),
		CodeOfConduct:          new("Be kind, and mind the edge."),
		RefundPolicy:           new("Tickets can be given back until the day before."),
		PaymentCountry:         new("PT"),
		PaymentCurrency:        new("EUR"),
		PaypalEmail:            new("quay@example.org"),
		CanPayByBank:           new(true),
		BankDetails:            new("To be sent with the invoice."),
		CanPayOnsite:           new(true),
		OnsiteDetails:          new("Cash, at the red hut."),
		// What a request that does not speak of them creates.
		IsBadgesEnabled:         new(true),
		IsOneclickSignupEnabled: new(false),
		CreatedAt:               time.Date(2025, time.January, 20, 8, 15, 0, 0, time.UTC),
	}
}

func events(r *hook.Registry, s *session) {
	draft := &factories.EventBasic{State: new("draft")}

	r.Before("Events > Events Collection > List All Events", seed(harbour(), draft))
	r.Before("Events > Events Collection > Create Event", seed(&factories.Role{Name: "owner"}))
	r.Before("Events > Events Collection > Create Event", vary(createdAt(), transaction.Volatile{
		Pointer: "/data/attributes/identifier", Kind: transaction.KindRegexp, Pattern: "[0-9a-f]{8}",
	}))

	r.Before("Events > Event Details > Event Details", seed(harbour()))
	before := harbour()
	before.Name, before.IsMapShown = "Quay Lights", new(false)
	r.Before("Events > Event Details > Update Event", seed(before))
	r.Before("Events > Event Details > Delete Event", seed(harbour()))
	r.Before("Events > Event Details > Draft of Somebody Else", seed(draft))
	r.Before("Events > Event Details > Draft of Somebody Else", s.as(factories.User{}))
	r.Before("Events > Event Details > Update Event without Rights", seed(harbour()))
	r.Before("Events > Event Details > Update Event without Rights", s.as(factories.User{}))

	under := harbour()
	topic := &factories.EventTopic{}
	under.EventTopic, under.EventSubTopic = topic, &factories.EventSubTopic{EventTopic: topic}
	over := &factories.EventBasic{State: new("published"), EndsAt: time.Date(2020, time.May, 1, 20, 0, 0, 0, time.UTC)}
	r.Before("Events > Upcoming Events Collection > List All Upcoming Events", seed(under, over, draft))
	r.Before("Events > Events under an Event Topic > List All Events under an Event Topic",
		seed(under, &factories.EventBasic{State: new("published")}))
	r.Before("Events > Events under an Event Sub-topic > List All Events under an Event Sub-topic",
		seed(under, &factories.EventBasic{State: new("published")}))

	r.Before("Events > Events under a User > List All Events under a User", seed(&factories.UsersEventsRoles{
		UserID: 1, Event: harbour(), Role: &factories.Role{Name: "owner"},
	}))
	eventLists(r, s)
	eventParents(r)
	eventDetails(r, s)
	linksOfEvents(r, s)
}
