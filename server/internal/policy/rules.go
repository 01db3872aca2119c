package policy

import "strings"

// The functions below are the rules that tables of permissions are made of. Whoever is granted
// something as a co-organizer is granted it as an organizer, owner or admin too.
//
// Rules about a caller (Staff, CoOrganizer, SelfSubmitted) grant to staff on any row. Rules about a
// row alone (Published, SessionApproved) are conditions: they hold for everybody or for nobody.

// Anyone grants to everybody.
func Anyone() Rule {
	return Rule{name: "Anyone", compile: func(*Actor, Scope) Predicate { return Always }}
}

// LoggedIn grants to whoever has logged in.
func LoggedIn() Rule {
	return byCaller("LoggedIn", "Access Forbidden", func(a *Actor) bool { return a != nil })
}

// Verified grants to callers whose e-mail address is verified, and to staff.
func Verified() Rule {
	return byCaller("Verified", "Please verify your Email", func(a *Actor) bool {
		return a != nil && (a.Verified || a.Staff())
	})
}

// Staff grants to admins and super admins.
func Staff() Rule { return byCaller("Staff", "Admin access is required", (*Actor).Staff) }

// SuperAdmin grants to super admins.
func SuperAdmin() Rule {
	return byCaller("SuperAdmin", "Super admin access is required", func(a *Actor) bool {
		return a != nil && a.SuperAdmin
	})
}

// Self grants to the user that the row belongs to, and to staff.
func Self() Rule {
	return orStaff("Self", "Access Forbidden", func(a *Actor, s Scope) Predicate {
		if s.User == "" {
			return Never
		}
		return Predicate(s.Alias + "." + s.User + " = " + s.Arg(a.ID) + "::bigint")
	})
}

// Owner grants to the owner of the row's event.
func Owner() Rule { return eventRole("Owner", "Owner access is required", "owner") }

// Organizer grants to the owner and the organizers of the row's event.
func Organizer() Rule {
	return eventRole("Organizer", "Organizer access is required", "owner", "organizer")
}

// CoOrganizer grants to the owner, organizers and co-organizers of the row's event.
func CoOrganizer() Rule {
	return eventRole("CoOrganizer", "Co-organizer access is required.", "owner", "organizer", "coorganizer")
}

// TrackOrganizer grants to the track organizers of the row's event, and to whom CoOrganizer does.
func TrackOrganizer() Rule {
	return eventRole("TrackOrganizer", "Track Organizer access is Required.", "owner", "organizer", "coorganizer", "track_organizer")
}

// Registrar grants to the registrars of the row's event, and to whom CoOrganizer does.
func Registrar() Rule {
	return eventRole("Registrar", "Registrar Access is Required.", "owner", "organizer", "coorganizer", "registrar")
}

// Moderator grants to the moderators of the row's event, and to whom CoOrganizer does.
func Moderator() Rule {
	return eventRole("Moderator", "Moderator Access is Required.", "owner", "organizer", "coorganizer", "moderator")
}

// CoOrganizerOrSelf grants to whom CoOrganizer does, and to the user that the row belongs to.
func CoOrganizerOrSelf() Rule { return AnyOf(Self(), CoOrganizer()) }

// RegistrarOrSelf grants to whom Registrar does, and to the user that the row belongs to.
func RegistrarOrSelf() Rule { return AnyOf(Self(), Registrar()) }

// SelfSubmitted grants to the user who submitted the row's session, or one of them.
func SelfSubmitted() Rule {
	return orStaff("SelfSubmitted", "Access denied.", func(a *Actor, s Scope) Predicate {
		return s.session(func(session string) Predicate {
			return Predicate(session + ".creator_id = " + s.Arg(a.ID) + "::bigint")
		})
	})
}

// SpeakerOf grants to the speakers of the row's session: to users whom a speaker is linked to, and to
// those with the e-mail address of one. (Open Event does not ask whether the address is verified.)
func SpeakerOf() Rule {
	return orStaff("SpeakerOf", "Access denied.", func(a *Actor, s Scope) Predicate {
		return s.session(func(session string) Predicate {
			return "EXISTS (SELECT 1 FROM speakers_sessions ss JOIN speaker p ON p.id = ss.speaker_id" +
				" WHERE ss.session_id = " + Predicate(session) + ".id AND p.deleted_at IS NULL AND " + a.isSpeaker("p", s) + ")"
		})
	})
}

// SpeakerSelf grants to the user that a row of speakers is about: by the user it is linked to, or by
// the e-mail address.
func SpeakerSelf() Rule {
	return orStaff("SpeakerSelf", "Detail ownership is required, access denied.", func(a *Actor, s Scope) Predicate {
		if s.Table != "speaker" {
			return Never
		}
		return a.isSpeaker(s.Alias, s)
	})
}

// isSpeaker is the condition that a row of the table speaker, with this alias, is about the caller.
func (a *Actor) isSpeaker(alias string, s Scope) Predicate {
	byUser := Predicate(alias + ".user_id = " + s.Arg(a.ID) + "::bigint")
	if !a.Verified || a.Email == "" {
		return byUser
	}
	return Or(byUser, Predicate("lower("+alias+".email) = lower("+s.Arg(a.Email)+"::text)"))
}

// Invited grants to the user whose e-mail address the row has.
func Invited() Rule {
	return orStaff("Invited", "Access Forbidden", func(a *Actor, s Scope) Predicate {
		if s.Table != "role_invites" || !a.Verified || a.Email == "" {
			return Never
		}
		return Predicate("lower(" + s.Alias + ".email) = lower(" + s.Arg(a.Email) + "::text)")
	})
}

// SessionApproved holds for rows with a session that was approved or accepted.
func SessionApproved() Rule { return sessionState("SessionApproved", "approved", "accepted") }

// SessionConfirmed holds for rows with a session that was accepted, and then confirmed by its
// speakers.
func SessionConfirmed() Rule { return sessionState("SessionConfirmed", "confirmed") }

func sessionState(name string, states ...string) Rule {
	return Rule{name: name, compile: func(_ *Actor, s Scope) Predicate {
		return s.session(func(session string) Predicate {
			return Predicate(session + ".state IN ('" + strings.Join(states, "', '") + "')")
		})
	}}
}

// session is the condition that a session of the row meets a condition, which gets the alias of the
// session.
func (s Scope) session(condition func(session string) Predicate) Predicate {
	switch {
	case s.Table == "sessions":
		return condition(s.Alias)
	case s.Sessions == "":
		return Never
	}
	return "EXISTS (SELECT 1 FROM sessions s WHERE " + Predicate(strings.ReplaceAll(s.Sessions, "{row}", s.Alias)) +
		" AND s.deleted_at IS NULL AND " + condition("s") + ")"
}

// Published holds for rows whose event is published.
func Published() Rule {
	return Rule{name: "Published", compile: func(_ *Actor, s Scope) Predicate {
		switch {
		case s.Event == "":
			return Never
		case s.Table == "events":
			return Predicate(s.Alias + ".state = 'published'")
		}
		return Predicate("EXISTS (SELECT 1 FROM events e WHERE e.id = " + s.Alias + "." + s.Event +
			" AND e.state = 'published' AND e.deleted_at IS NULL)")
	}}
}

func byCaller(name, refusal string, grants func(*Actor) bool) Rule {
	return Rule{name: name, refusal: refusal, compile: func(a *Actor, _ Scope) Predicate {
		if grants(a) {
			return Always
		}
		return Never
	}}
}

// orStaff is a rule about rows for callers who have logged in; staff are granted it on any row.
func orStaff(name, refusal string, row func(*Actor, Scope) Predicate) Rule {
	return Rule{name: name, refusal: refusal, compile: func(a *Actor, s Scope) Predicate {
		switch {
		case a == nil:
			return Never
		case a.Staff():
			return Always
		}
		return row(a, s)
	}}
}

// eventRole grants to callers who have one of the roles in the event of the row.
func eventRole(name, refusal string, roles ...string) Rule {
	return orStaff(name, refusal, func(a *Actor, s Scope) Predicate {
		if s.Event == "" {
			return Never
		}
		return Predicate("EXISTS (SELECT 1 FROM users_events_roles uer JOIN roles r ON r.id = uer.role_id" +
			" WHERE uer.event_id = " + s.Alias + "." + s.Event +
			" AND uer.user_id = " + s.Arg(a.ID) + "::bigint" +
			" AND r.name = ANY(" + s.Arg(roles) + "::text[]))")
	})
}
