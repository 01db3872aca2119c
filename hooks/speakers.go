package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// lit is the event that the documentation shows, when it takes sessions.
func lit() *factories.EventBasic {
	event := harbour()
	event.IsSessionsSpeakersEnabled = new(true)
	return event
}

// unlit is lit before it is published.
func unlit() *factories.EventBasic {
	event := lit()
	event.State = new("draft")
	return event
}

// ines is the speaker that the documentation shows.
func ines(event *factories.EventBasic) *factories.Speaker {
	return &factories.Speaker{
		Name:                "Ines Marques",
		Email:               new("ines@example.org"),
		PhotoURL:            new("https://images.example.com/ines.png"),
		ShortBiography:      new("<p>Folds lanterns out of paper.</p>"),
		LongBiography:       new("<p>She has folded boats, birds and a whole harbour.</p>"),
		SpeakingExperience:  new("Ten years of workshops."),
		SponsorshipRequired: new("A bed for two nights"),
		HeardFrom:           new("A poster on the quay"),
		Mobile:              new("+351 265 000 018"),
		Website:             new("https://ines.example.com/"),
		Mastodon:            new("https://social.example.com/@ines"),
		Organisation:        new("Paper Boats"),
		Position:            new("Founder"),
		Country:             new("PT"),
		City:                new("Setúbal"),
		Gender:              new("Woman"),
		Event:               event,
	}
}

// bela is another speaker.
func bela(event *factories.EventBasic) *factories.Speaker {
	p := ines(event)
	p.Name, p.Email = "Bela Costa", new("bela@example.org")
	p.SpeakingExperience = new("Twelve years of fairs.")
	return p
}

// held is a session in a state that a speaker holds.
func held(state string, speaker *factories.Speaker) *factories.SpeakersSessions {
	session := folding(speaker.Event)
	session.State = new(state)
	return &factories.SpeakersSessions{Session: session, Speaker: speaker}
}

// submitted is held for a session that user 2 has submitted.
func submitted(state string, speaker *factories.Speaker) *factories.SpeakersSessions {
	pair := held(state, speaker)
	pair.Session.CreatorID = 2
	return pair
}

// author returns a hook that makes the request in the name of user 2, and then inserts rows, which may
// refer to that user.
func (s *session) author(rows ...factories.Row) hook.Func {
	return sequence(s.as(factories.User{}), seed(rows...))
}

// speaking is author for a user whose address is that of the speaker whom the documentation shows.
func (s *session) speaking(rows ...factories.Row) hook.Func {
	return sequence(s.as(factories.User{Email: "Ines@example.org", IsVerified: new(true)}), seed(rows...))
}

// nobody returns a hook that inserts rows, and makes the request in nobody's name.
func nobody(rows ...factories.Row) hook.Func { return sequence(seed(rows...), anonymous) }

func speakers(r *hook.Registry, s *session) {
	createSpeakers(r, s)
	speakerDetails(r, s)
	updateSpeakers(r, s)
	deleteSpeakers(r, s)
	listsOfSpeakers(r, s)
	linksOfSpeakers(r, s)
	speakerPermissions(r, s)
}

func createSpeakers(r *hook.Registry, s *session) {
	const collection = "Speakers > Speakers Collection > "
	const everybody = "Speakers > Speakers of Everybody > "
	event := lit()
	closed := harbour()
	r.Before(collection+"Create Speaker", seed(folding(event)))
	r.Before(everybody+"Create Speaker of Oneself", sequence(s.as(*ada()), seed(event)))
	mobile, boats := field(event, "mobile"), field(event, "boats")
	mobile.Form, boats.Form, boats.IsComplex = "speaker", "speaker", new(true)
	plain := seed(event)
	exampleHooks(r, collection+"Refused Speakers",
		plain, plain, plain, plain, plain, plain, plain, plain, plain, plain,
		seed(event, &factories.Setting{MaxComplexCustomFields: 1}), seed(mobile, boats), seed(ines(event)), seed(closed),
		seed(event, folding(&factories.EventBasic{})), plain, plain, plain)

	exampleHooks(r, everybody+"Speakers without Rights",
		s.stranger(folding(event)), s.stranger(unlit()), s.stranger(event), s.member("coorganizer", event), nobody(event))
}

func speakerDetails(r *hook.Registry, s *session) {
	const details = "Speakers > Speaker Details > "
	event := lit()
	r.Before(details+"Speaker Details", seed(held("accepted", ines(event))))
	exampleHooks(r, seen+"Speaker of an Accepted Session",
		nobody(held("accepted", ines(event))), nobody(held("confirmed", ines(event))))
	exampleHooks(r, seen+"Speaker before the Session is Accepted",
		s.author(submitted("pending", ines(unlit()))), s.speaking(held("pending", ines(unlit()))),
		s.member("coorganizer", held("rejected", ines(unlit()))))

	speaker := ines(event)
	r.Before(details+"Speaker with Sessions", nobody(held("accepted", speaker), held("pending", speaker)))
	ninth := func(event *factories.EventBasic) *factories.Speaker {
		speaker := ines(event)
		speaker.ID = 9
		return speaker
	}
	// A row whose identifier is given is not inserted for one that refers to it.
	ninthIn := func(state string, event *factories.EventBasic) []factories.Row {
		pair := held(state, ninth(event))
		return []factories.Row{pair.Speaker, pair}
	}
	gone := ninth(event)
	gone.DeletedAt = new(time.Date(2098, time.November, 1, 12, 0, 0, 0, time.UTC))
	exampleHooks(r, details+"Speaker that is Not There",
		seed(ines(event)), nobody(ninth(event)), s.stranger(ninthIn("pending", event)...),
		nobody(ninthIn("accepted", unlit())...), seed(gone))
}

func updateSpeakers(r *hook.Registry, s *session) {
	const details = "Speakers > Speaker Details > "
	event := lit()
	before := ines(event)
	before.Name, before.Organisation, before.Position, before.Mastodon = "Ines", new("Nobody's"), nil, nil
	r.Before(details+"Update Speaker", seed(before))
	moved := ines(event)
	moved.City = new("Porto")
	exampleHooks(r, seen+"Update Speaker by Others",
		s.speaking(moved), s.author(submitted("pending", moved)), s.member("coorganizer", moved))
	r.Before("Speakers > Addresses of Speakers > Override the Address of a Speaker", s.member("organizer", ines(event)))

	plain := seed(ines(event))
	exampleHooks(r, details+"Refused Updates of a Speaker",
		plain, plain, plain, plain, plain,
		seed(ines(event), &factories.CustomForm{
			Event: event, Form: "speaker", FieldIdentifier: "mobile", IsRequired: new(true), IsIncluded: new(true),
		}),
		seed(ines(event), &factories.Speaker{Email: new("ada@example.org"), Event: event}))
	boats := field(event, "boats")
	boats.Form, boats.IsComplex = "speaker", new(true)
	examples(r, "Speakers > Forms of Speakers > Fill in a Form of a Speaker", 2, seed(ines(event), boats))
	exampleHooks(r, seen+"Updates of a Speaker without Rights",
		s.author(submitted("accepted", ines(event))), s.author(submitted("accepted", ines(event))),
		s.author(submitted("accepted", ines(event))), s.stranger(held("accepted", ines(event))),
		s.stranger(held("pending", ines(event))), nobody(ines(event)))
}

func deleteSpeakers(r *hook.Registry, s *session) {
	const details = "Speakers > Speaker Details > "
	event := lit()
	gone := ines(event)
	gone.DeletedAt = new(time.Date(2098, time.November, 1, 12, 0, 0, 0, time.UTC))
	r.Before(details+"Delete Speaker", seed(ines(event)))
	exampleHooks(r, details+"Refused Deletions of a Speaker",
		s.stranger(held("accepted", ines(event))), s.stranger(held("pending", ines(event))), seed(gone), nobody(ines(event)))
	r.Before(details+"Restore Speaker", seed(gone))
}

func listsOfSpeakers(r *hook.Registry, s *session) {
	const under = "Speakers > List Speakers under an Event > "
	const programme = "Speakers > Speakers of a Programme > "
	event := lit()
	both := []factories.Row{held("accepted", ines(event)), submitted("pending", bela(event))}
	apart := []factories.Row{held("accepted", ines(event)), held("pending", bela(event)), &factories.Speaker{}}
	r.Before(under+"List Speakers under an Event", seed(apart...))
	exampleHooks(r, programme+"Speakers of the Programme", nobody(apart...), s.stranger(apart...), s.author(both...))
	untold := held("accepted", bela(event))
	untold.Session.Title = "Lamps made of Tin"
	r.Before(under+"Filter Speakers of an Event", seed(held("accepted", ines(event)), untold))
	r.Before(under+"List Speakers by an Unknown Attribute", seed(event))
	exampleHooks(r, programme+"Speakers of an Event that is Not There",
		nobody(), s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))

	const of = "Speakers > List Speakers under a Session > "
	r.Before(of+"List Speakers under a Session", seed(held("accepted", ines(event)), bela(event)))
	exampleHooks(r, of+"Speakers of a Pending Session", s.author(submitted("pending", ines(event))),
		s.stranger(held("pending", ines(event))), nobody(held("pending", ines(event))))

	mine := ines(event)
	mine.UserID = 1
	r.Before("Speakers > List Speaker Profiles for a User > List Speakers Profiles for a User", seed(mine, bela(event)))
}

func linksOfSpeakers(r *hook.Registry, s *session) {
	const link = "Speakers > Relationship of a Speaker to Sessions > "
	event, speaker := lit(), ines(lit())
	other := folding(event)
	speaker.Event = event
	exampleHooks(r, link+"Session Linkage of a Speaker",
		seed(held("accepted", speaker), held("pending", speaker)), nobody(held("accepted", speaker), held("pending", speaker)))
	exampleHooks(r, link+"Add Session to a Speaker", seed(speaker, other), seed(held("accepted", speaker)))
	r.Before(link+"Replace Sessions of a Speaker", seed(held("accepted", speaker), other))
	exampleHooks(r, link+"Remove Session from a Speaker", seed(held("accepted", speaker)), seed(held("accepted", speaker), other))
	plain := seed(speaker)
	exampleHooks(r, link+"Refused Sessions of a Speaker",
		seed(speaker, folding(&factories.EventBasic{})), plain, plain, plain, plain,
		s.author(submitted("accepted", speaker), other), s.stranger(held("accepted", speaker), other), nobody(speaker, other))

	const home = "Speakers > Relationship of a Speaker to the Event > "
	away := lit()
	away.Name, away.Identifier = "Elsewhere", "5eaf00d2"
	r.Before(home+"Event Linkage of a Speaker", seed(speaker))
	exampleHooks(r, home+"Move Speaker to Another Event", seed(speaker, away), seed(speaker))
	exampleHooks(r, home+"Refused Moves of a Speaker",
		s.speaking(speaker, away), s.member("organizer", speaker, away), seed(speaker, &factories.EventBasic{}), plain, plain)

	user := ines(event)
	user.User = ada()
	const who = "Speakers > Relationship of a Speaker to the User > "
	r.Before(who+"User Linkage of a Speaker", seed(user))
	r.Before(who+"Change of the User of a Speaker", seed(user))
}

// seen is where the documentation tells who sees a speaker, and who changes one.
const seen = "Speakers > Speakers and Who Sees Them > "

// The conditions of the tables of sessions and speakers.
const (
	onlyApproved      = "Only of sessions with state approved or accepted"
	onlySelfSubmitted = "Only of self-submitted sessions"
	onlyToPublished   = "Only to events with state published"
	onlyThemselves    = "Only themselves, by their verified e-mail address"
)

func speakerPermissions(r *hook.Registry, s *session) {
	r.Actor("Speaker", s.actor("", factories.User{IsVerified: new(true)}))
	table := r.Permissions("Speakers", func(c *hook.Case, at *hook.Situation) error {
		who := callerOf(at)
		event := lit()
		event.State = new(hook.If(at, onlyToPublished, "published", "draft"))
		speaker := ines(event)
		if at.Met(onlyThemselves) {
			speaker.Email = &who.user.Email
		}
		pair := held(hook.If(at, onlyApproved, "accepted", "pending"), speaker)
		if at.Met(onlySelfSubmitted) {
			pair.Session.CreatorID = who.user.ID
		}
		return stage(c, at, event, pair)
	})
	table.Request(hook.List, "Speakers > List Speakers under a Session > List Speakers under a Session")
	table.Request(hook.Create, "Speakers > Speakers of Everybody > Create Speaker of Oneself")
}
