package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// hidden is the event that the documentation shows before it is published.
func hidden() *factories.EventBasic {
	event := harbour()
	event.State = new("draft")
	return event
}

// past is the event when it was deleted.
func past() *factories.EventBasic {
	event := harbour()
	event.DeletedAt = new(time.Date(2098, time.November, 1, 12, 0, 0, 0, time.UTC))
	return event
}

func eventDetails(r *hook.Registry, s *session) {
	verified := factories.User{IsVerified: new(true)}
	exampleHooks(r, "Events > Submitted Events > Events without Rights", s.as(factories.User{}), s.as(verified), anonymous)
	r.Before("Events > Small Events > Create a Small Event", s.as(verified))

	const seen = "Events > Events and Who Sees Them > "
	exampleHooks(r, seen+"Event by its Identifier", nobody(harbour()), s.member("moderator", harbour()))
	exampleHooks(r, seen+"Draft of One's Own",
		s.member("owner", hidden()), s.member("organizer", hidden()), s.member("coorganizer", hidden()))
	ninth := func(event *factories.EventBasic) *factories.EventBasic {
		event.Identifier = "5eaf00d9"
		return event
	}
	exampleHooks(r, seen+"Event that is Not There",
		seed(harbour()), seed(ninth(past())), nobody(ninth(hidden())), s.member("registrar", ninth(hidden())))
	r.Before(seen+"Deleted Event", seed(past()))

	const versions = "Events > Versions of an Event > "
	examples(r, versions+"Event with its Version", 3, seed(harbour()))
	examples(r, versions+"Update of a Version", 2, seed(harbour()))
	r.Before(versions+"Deletion of a Version", seed(harbour()))

	const changes = "Events > Changes of an Event > "
	plain := seed(harbour())
	exampleHooks(r, changes+"Refused Updates of an Event",
		plain, plain, plain, plain, plain, plain, s.member("organizer", hidden()), s.member("organizer", harbour()),
		s.stranger(hidden()), s.member("track_organizer", harbour()), nobody(harbour()))
	exampleHooks(r, changes+"Deletion of an Event",
		s.member("owner", harbour()), s.member("coorganizer", harbour()), s.member("moderator", harbour()),
		s.stranger(hidden()), seed(past()), nobody(harbour()))
	r.Before("Events > Restored Events > Restore Event", seed(past()))
}

func linksOfEvents(r *hook.Registry, s *session) {
	const topics = "Events > Relationship of an Event to its Topic > "
	about := harbour()
	about.EventTopic = food()
	exampleHooks(r, topics+"Topic Linkage of an Event", nobody(about), nobody(harbour()))
	exampleHooks(r, topics+"Replace Topic of an Event", seed(harbour(), food()), seed(about), seed(about))
	exampleHooks(r, topics+"Remove Topic from an Event", seed(about), seed(about, &factories.EventTopic{}))
	plain := seed(harbour(), food())
	exampleHooks(r, topics+"Refused Topics of an Event",
		plain, plain, plain, s.member("moderator", harbour(), food()), s.stranger(hidden(), food()), nobody(harbour(), food()))

	closer := harbour()
	closer.EventSubTopic = &factories.EventSubTopic{}
	const subTopics = "Events > Relationship of an Event to its Sub-topic > "
	r.Before(subTopics+"Sub-topic Linkage of an Event", nobody(closer))
	r.Before(subTopics+"Replace Sub-topic of an Event", seed(harbour(), &factories.EventSubTopic{}))

	const tracks = "Events > Relationship of an Event to its Tracks > "
	r.Before(tracks+"Track Linkage of an Event", nobody(&factories.Track{Event: harbour()}))
	exampleHooks(r, tracks+"Add Track to an Event", seed(harbour(), &factories.Track{}), seed(&factories.Track{Event: harbour()}))
	r.Before(tracks+"Remove Track from an Event", seed(&factories.Track{Event: harbour()}))

	event := lit()
	const programme = "Events > Relationship of an Event to its Sessions > "
	exampleHooks(r, programme+"Session Linkage of an Event",
		nobody(folding(event), stated("pending", event)), s.member("coorganizer", folding(event), stated("pending", event)))

	foreign := mine("accepted")
	foreign.Event.Identifier = "5eaf00d2"
	exampleHooks(r, programme+"Add Session to an Event", seed(lit(), &factories.Session{}),
		sequence(s.author(lit(), foreign), seed(&factories.UsersEventsRoles{EventID: 1, UserID: 2, Role: &factories.Role{Name: "owner"}})))

	part := func(role string) *factories.UsersEventsRoles {
		return &factories.UsersEventsRoles{User: ada(), Event: harbour(), Role: &factories.Role{Name: role}}
	}
	const owner = "Events > Relationship of an Event to its Owner > "
	r.Before(owner+"Owner Linkage of an Event", seed(part("owner")))
	r.Before(owner+"Change of the Owner of an Event", seed(part("owner")))
	exampleHooks(r, "Events > Relationship of an Event to Moderators > Moderator Linkage of an Event",
		seed(part("moderator")), s.member("moderator", harbour()), nobody(part("moderator")))
	r.Before("Events > Unknown Relationship of an Event > Linkage of an Unknown Relationship of an Event", plain)
}
