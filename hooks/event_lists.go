package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// three are the events that lists show: Harbour Lights about food, Market of Moments with a track, and a
// draft, Dry Dock, which takes place in Dry Dock.
func three() []factories.Row {
	first := harbour()
	first.EventTopic = food()
	second := harbour()
	second.Name, second.Identifier, second.Latitude = "Market of Moments", "5eaf00d2", new(41.15)
	second.PublicStreamLink = new("https://market.example.com/live")
	third := hidden()
	third.Name, third.Identifier, third.LocationName, third.Latitude = "Dry Dock", "5eaf00d3", new("Dry Dock"), new(-33.9)
	return []factories.Row{first, &factories.Track{Name: "Boats", Event: second}, third}
}

func eventLists(r *hook.Registry, s *session) {
	for resource, actions := range map[string][]string{
		"Filtered Events": {
			"Filter Events by Part of the Name", "Filter Events by Time and State", "Filter Events by What they are Not",
			"Filter Events by a List of Names", "Filter Events by their Tracks", "Filter Events by their Topic",
			"Filter Events by What is There", "Filter Events by Two Attributes", "Filter Events by a Range",
		},
		"Refused Filters": {"Filter Events with Statements"},
		"Pages of Events": {"Second Page of Events", "Page behind the Last", "Page without Limits"},
		"Sorted Events":   {"Sort Events by State and Name", "Sort Events by their Topics"},
	} {
		for _, action := range actions {
			r.Before("Events > "+resource+" > "+action, seed(three()...))
		}
	}
	r.Before("Events > Refused Filters > Filter Events by What is Hidden", anonymous)
	r.Before("Events > Parts of Events > Events with Topics and Tracks", nobody(three()...))

	topic := &factories.EventTopic{}
	part := &factories.EventSubTopic{EventTopic: topic}
	public, draft := harbour(), hidden()
	public.EventTopic, public.EventSubTopic, draft.EventTopic, draft.EventSubTopic = topic, part, topic, part
	draft.Name, draft.Identifier = "Dry Dock", "5eaf00d2"
	for _, what := range []string{"an Event Topic", "an Event Sub-topic"} {
		list := "Events > Published Events under " + what + " > "
		exampleHooks(r, list+"List Published Events under "+what, nobody(public, draft), sequence(s.stranger(public, draft),
			seed(&factories.UsersEventsRoles{EventID: 2, UserID: 2, Role: &factories.Role{Name: "coorganizer"}})))
		r.Before(list+"Create Event under "+what, seed(part))
	}

	for list, role := range map[string]string{
		"Events that a User Owns": "owner", "Events that a User Organises": "organizer",
		"Events that a User Helps to Organise": "coorganizer", "Events whose Tracks a User Organises": "track_organizer",
		"Events that a User Registers People for": "registrar", "Events that a User Moderates": "moderator",
	} {
		r.Before("Events > "+list+" > List "+list, s.member(role, harbour(), &factories.EventBasic{State: new("published")}))
	}
	exampleHooks(r, "Events > Events that a User Owns > Events that Another User Owns", s.stranger(harbour()), anonymous)
}

// eventParents seeds what leads to an event.
func eventParents(r *hook.Registry) {
	of := func(what string, row factories.Row) {
		r.Before("Events > Get Event for "+what+" > Event Details for "+what, seed(row))
	}
	of("an Event Invoice", &factories.EventInvoice{Event: harbour()})
	of("a Discount Code", &factories.DiscountCode{Event: harbour()})
	of("an Access Code", &factories.AccessCode{Event: harbour()})
	of("an Email Notification", &factories.EmailNotification{Event: harbour()})
	of("a Session", folding(harbour()))
	of("a Speaker", ines(harbour()))
	r.Before("Events > Get Event for a Session > Event of a Session that is Not There", nobody(stated("pending", lit())))
	r.Before("Events > Get Event for a Speaker > Event of a Speaker that is Not There", nobody(held("pending", ines(lit()))))
}
