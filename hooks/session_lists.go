package hooks

import (
	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

func listsOfSessions(r *hook.Registry, s *session) {
	event := lit()
	tin := stated("pending", event)
	tin.Title = "Lamps made of Tin"
	track := &factories.Track{Name: "Light & Shade", Event: event}
	kind := &factories.SessionType{Event: event}
	place := &factories.Microlocation{Event: event}
	first := folding(event)
	first.Track, first.SessionType, first.Microlocation = track, kind, place
	other := &factories.Session{}
	list := func(of string) string { return "Sessions > List Sessions under " + of + " > " }

	under := list("an Event")
	r.Before(under+"List Sessions under an Event", seed(first, tin, other))
	r.Before(under+"Programme of an Event", nobody(first, folding(event), stated("pending", event)))
	exampleHooks(r, under+"Sessions of an Event that is Not There",
		anonymous, s.stranger(&factories.EventBasic{ID: 9, State: new("draft")}))
	r.Before(under+"Filter Sessions by Something Unknown", seed(event))
	r.Before(list("a Track")+"List Sessions under a Track", seed(first, tin))
	r.Before(list("a Session Type")+"List Sessions under a Session Type", seed(first, tin))
	r.Before(list("a Microlocation")+"List Sessions under a Microlocation", seed(first, tin))
	r.Before(list("a Speaker")+"List Sessions under a Speaker", seed(held("accepted", ines(event)), tin))
	r.Before(list("a Speaker")+"Sessions of a Speaker who is Not There", nobody(held("pending", ines(event))))
	r.Before(list("a User")+"List Sessions under a User", s.author(mine("pending"), other))
	exampleHooks(r, list("a User")+"Sessions of Another User", s.stranger(folding(event)), anonymous)
}

func linksOfSessions(r *hook.Registry, s *session) {
	linksOfParts(r, s)
	event := lit()
	link := func(to string) string { return "Sessions > Relationship of a Session to its " + to + " > " }
	away := lit()
	away.Identifier = "5eaf00d2"
	home := link("Event")
	r.Before(home+"Event Linkage of a Session", nobody(folding(event)))
	exampleHooks(r, home+"Move Session to Another Event", sequence(seed(folding(event), away), changed()), seed(folding(event)))
	exampleHooks(r, home+"Refused Moves of a Session to Another Event",
		s.author(mine("accepted"), away), s.member("organizer", folding(event), away),
		seed(folding(event), &factories.EventBasic{}), seed(inTrack(event), away))
	r.Before(link("Creator")+"Creator Linkage of a Session", seed(&factories.Session{Creator: ada()}))
	r.Before(link("Creator")+"Change of the Creator of a Session", seed(folding(event)))

	hands := link("Speakers")
	pair := held("accepted", ines(event))
	r.Before(hands+"Speaker Linkage of a Session", nobody(pair, bela(event)))
	exampleHooks(r, hands+"Add Speaker to a Session", seed(folding(event), ines(event)), seed(pair))
	r.Before(hands+"Replace Speakers of a Session", seed(pair, bela(event)))
	exampleHooks(r, hands+"Remove Speaker from a Session", seed(pair), seed(pair, bela(event)))
	locked := mine("accepted")
	locked.IsLocked = new(true)
	own := ines(locked.Event)
	own.UserID = 2
	exampleHooks(r, hands+"Refused Speakers of a Session",
		seed(folding(event), &factories.Speaker{}), seed(folding(event)), seed(folding(event)), s.author(locked, own),
		s.stranger(folding(event), ines(event)), nobody(folding(event), ines(event)))
	r.Before("Sessions > Unknown Relationship of a Session > Linkage of an Unknown Relationship of a Session", seed(folding(event)))
}

// linksOfParts are those to parts of the event.
func linksOfParts(r *hook.Registry, s *session) {
	event := lit()
	track, moved := inTrack(event), sequence(seed(inTrack(event), &factories.Track{Event: event}), changed())
	const strand = "Sessions > Relationship of a Session to its Track > "
	exampleHooks(r, strand+"Track Linkage of a Session", nobody(track), nobody(folding(event)))
	exampleHooks(r, strand+"Replace Track of a Session", moved, sequence(seed(track), changed()), seed(track))
	exampleHooks(r, strand+"Remove Track from a Session", sequence(seed(track), changed()), seed(track))
	locked := mine("accepted")
	locked.IsLocked = new(true)
	own := &factories.Track{Event: locked.Event}
	exampleHooks(r, strand+"Refused Tracks of a Session",
		seed(folding(event), &factories.Track{}), seed(track), seed(track), seed(track), s.author(locked, own),
		s.stranger(folding(event), &factories.Track{Event: event}), nobody(folding(event), &factories.Track{Event: event}))

	typed, placed := folding(event), folding(event)
	typed.SessionType = &factories.SessionType{Event: event}
	placed.Microlocation = &factories.Microlocation{Event: event}
	const kind = "Sessions > Relationship of a Session to its Session Type > "
	r.Before(kind+"Session Type Linkage of a Session", nobody(typed))
	r.Before(kind+"Replace Session Type of a Session", seed(folding(event), &factories.SessionType{Event: event}))
	r.Before(kind+"Replace Session Type of a Session", changed())
	const place = "Sessions > Relationship of a Session to its Place > "
	r.Before(place+"Microlocation Linkage of a Session", nobody(placed))
	unplaced := mine("accepted")
	exampleHooks(r, place+"Replace Microlocation of a Session",
		sequence(s.member("coorganizer", folding(event), &factories.Microlocation{Event: event}), changed()),
		s.author(unplaced, &factories.Microlocation{Event: unplaced.Event}))
}
