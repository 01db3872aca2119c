package policy

// The functions below are the rules that tables of permissions are made of. Whoever is granted
// something as a co-organizer is granted it as an organizer, owner or admin too.

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

// Published grants to everybody when the row's event is published.
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
