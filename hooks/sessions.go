package hooks

import (
	"time"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// folding is the session that the documentation shows: an accepted one.
func folding(event *factories.EventBasic) *factories.Session {
	return &factories.Session{
		Title:          "Lanterns out of Paper",
		Subtitle:       new("Bring your own candle"),
		ShortAbstract:  new("<p>We fold lanterns that float.</p>"),
		LongAbstract:   new("<p>There is paper for sixty. At dusk, we let them swim.</p>"),
		Comments:       new("A tap nearby would be good."),
		Language:       new("English"),
		Level:          new("Beginner"),
		StartsAt:       new(time.Date(2099, time.June, 12, 17, 0, 0, 0, time.UTC)),
		EndsAt:         new(time.Date(2099, time.June, 12, 18, 30, 0, 0, time.UTC)),
		SlidesURL:      new("https://harbour.example.com/lanterns.pdf"),
		VideoURL:       new("https://harbour.example.com/lanterns.webm"),
		AudioURL:       new("https://harbour.example.com/lanterns.ogg"),
		SignupURL:      new("https://harbour.example.com/fold"),
		State:          new("accepted"),
		SubmittedAt:    new(time.Date(2098, time.October, 5, 9, 0, 0, 0, time.UTC)),
		CreatedAt:      time.Date(2098, time.October, 4, 20, 15, 0, 0, time.UTC),
		LastModifiedAt: new(time.Date(2098, time.October, 5, 9, 0, 0, 0, time.UTC)),
		Event:          event,
	}
}

// stated is the session in another state.
func stated(state string, event *factories.EventBasic) *factories.Session {
	session := folding(event)
	session.State = new(state)
	return session
}

// mine is a session of user 2.
func mine(state string) *factories.Session {
	session := stated(state, lit())
	session.CreatorID = 2
	return session
}

// inTrack is the session in a track, which is track 1.
func inTrack(event *factories.EventBasic) *factories.Session {
	session := folding(event)
	session.Track = &factories.Track{Name: "Light & Shade", Event: event}
	return session
}

// removed is the session when it was deleted.
func removed(session *factories.Session) *factories.Session {
	session.DeletedAt = new(time.Date(2098, time.November, 1, 12, 0, 0, 0, time.UTC))
	return session
}

// field is one of the form for sessions that has to be filled in.
func field(event *factories.EventBasic, name string) *factories.CustomForm {
	return &factories.CustomForm{Event: event, Form: "session", FieldIdentifier: name, IsRequired: new(true), IsIncluded: new(true)}
}

// changed declares that the server has written down when a session was changed.
func changed() hook.Func {
	return vary(transaction.Volatile{Pointer: "/data/attributes/last-modified-at", Kind: transaction.KindDateTime})
}

func sessions(r *hook.Registry, s *session) {
	createSessions(r, s)
	sessionDetails(r, s)
	updateSessions(r, s)
	deleteSessions(r, s)
	sessionPermissions(r)
	lockSessions(r, s)
	moveSessions(r, s)
	notifySpeakers(r, s)
	listsOfSessions(r, s)
	linksOfSessions(r, s)
}

func createSessions(r *hook.Registry, s *session) {
	const collection = "Sessions > Sessions Collection > "
	event := lit()
	r.Before(collection+"List All Sessions",
		nobody(folding(event), stated("pending", event), folding(&factories.EventBasic{})))
	parts := seed(&factories.Track{Event: event}, &factories.SessionType{Event: event}, &factories.Microlocation{Event: event})
	r.Before(collection+"Create Sessions", parts)
	r.Before(collection+"Create Sessions", changed())
	r.Before(collection+"Create Sessions", vary(createdAt()))

	own := field(event, "paper")
	own.IsComplex = new(true)
	plain, elsewhere := seed(event), &factories.EventBasic{}
	exampleHooks(r, collection+"Refused Sessions",
		plain, plain, plain, plain, plain, plain, plain, plain, plain, plain, plain, plain, plain, plain,
		seed(event, &factories.Setting{MaxComplexCustomFields: 1}),
		seed(field(event, "longAbstract"), own, field(event, "track"), field(event, "level")),
		seed(event, &factories.Track{Event: elsewhere}), seed(event, &factories.SessionType{Event: elsewhere}),
		seed(event, &factories.Microlocation{Event: elsewhere}), seed(harbour()), plain, plain)

	const submissions = "Sessions > Submissions > "
	exampleHooks(r, submissions+"Submit Session", s.stranger(event), s.stranger(event), s.member("coorganizer", unlit()))
	exampleHooks(r, submissions+"Submissions without Rights",
		s.stranger(event), s.member("coorganizer", event), s.stranger(unlit()), nobody(event))
	r.Before("Sessions > Places of Sessions > Submit Session in a Place", s.stranger(&factories.Microlocation{Event: event}))
}

func sessionDetails(r *hook.Registry, s *session) {
	const details = "Sessions > Sessions Details > "
	event := lit()
	r.Before(details+"Session Details", seed(folding(event)))
	ninth := func(session *factories.Session) *factories.Session {
		session.ID = 9
		return session
	}
	exampleHooks(r, details+"Session that is Not There",
		seed(folding(event)), nobody(ninth(stated("pending", event))), s.stranger(ninth(stated("pending", event))),
		nobody(ninth(folding(unlit()))), seed(ninth(removed(folding(event)))))
	r.Before(details+"Session with Track and Speakers", nobody(&factories.SpeakersSessions{Session: inTrack(event), Speaker: ines(event)}))
	r.Before(details+"Session with Something Unknown", seed(folding(event)))

	const programme = "Sessions > Sessions and Who Sees Them > "
	exampleHooks(r, programme+"Session of the Programme", nobody(folding(event)), nobody(stated("confirmed", event)))
	exampleHooks(r, programme+"Session before it is Accepted",
		s.author(mine("pending")), s.speaking(held("pending", ines(event))), s.member("coorganizer", stated("rejected", unlit())))
}

func updateSessions(r *hook.Registry, s *session) {
	const details = "Sessions > Sessions Details > "
	event := lit()
	before := folding(event)
	before.Subtitle, before.Level = new("Bring nothing"), new("Expert")
	r.Before(details+"Update Session", seed(before))
	r.Before(details+"Update Session", changed())

	plain := seed(folding(event))
	exampleHooks(r, details+"Refused Updates of a Session",
		plain, plain, plain, plain, plain, plain, seed(folding(event), field(event, "longAbstract")),
		seed(folding(event), &factories.Track{}))
	paper := field(event, "paper")
	paper.IsComplex = new(true)
	examples(r, "Sessions > Forms of Sessions > Fill in a Form of a Session", 3, seed(folding(event), paper))

	const who = "Sessions > Sessions and Who Sees Them > "
	exampleHooks(r, who+"Update Session by Others",
		s.author(mine("pending")), s.speaking(held("pending", ines(event))), s.member("coorganizer", stated("pending", event)))
	exampleHooks(r, who+"Updates of a Session without Rights",
		s.stranger(folding(event)), s.stranger(stated("pending", event)), nobody(folding(event)))
}

func deleteSessions(r *hook.Registry, s *session) {
	const details = "Sessions > Sessions Details > "
	event := lit()
	r.Before(details+"Delete Session", seed(folding(event)))
	exampleHooks(r, details+"Refused Deletions of a Session",
		s.stranger(folding(event)), s.stranger(stated("pending", event)), seed(removed(folding(event))), nobody(folding(event)))
}

func sessionPermissions(r *hook.Registry) {
	table := r.Permissions("Sessions", func(c *hook.Case, at *hook.Situation) error {
		who := callerOf(at)
		event := lit()
		event.State = new(hook.If(at, onlyToPublished, "published", "draft"))
		pair := held(hook.If(at, "Only with state approved or accepted", "accepted", "pending"), ines(event))
		if at.Met("Only sessions that they hold") {
			pair.Speaker.Email = &who.user.Email
		}
		if at.Met("Only self-submitted sessions") {
			pair.Session.CreatorID = who.user.ID
		}
		return stage(c, at, event, pair)
	})
	table.Request(hook.View, "Sessions > Sessions Details > Session Details")
	table.Request(hook.Create, "Sessions > Submissions > Submit Session > Example 1")
}
