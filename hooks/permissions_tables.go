package hooks

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// permissions registers the seeds of all tables of permissions.
func permissions(r *hook.Registry, s *session) {
	actors(r, s)
	ofTopics(r)
	ofEvents(r)
	ofUsers(r)
	ofInvites(r)
	ofMemberships(r)
}

// ofTopics are the tables of what events are about, which know no conditions.
func ofTopics(r *hook.Registry) {
	r.Permissions("Event Topics", func(c *hook.Case, s *hook.Situation) error {
		return stage(c, s, &factories.EventBasic{}, &factories.EventTopic{})
	})
	r.Permissions("Event Sub Topics", func(c *hook.Case, s *hook.Situation) error {
		topic := &factories.EventTopic{}
		return stage(c, s, &factories.EventBasic{EventTopic: topic}, &factories.EventSubTopic{EventTopic: topic})
	})
}

// ofEvents are the tables of events and of their parts.
func ofEvents(r *hook.Registry) {
	r.Permissions("Events", func(c *hook.Case, s *hook.Situation) error {
		if err := verify(c, s); err != nil {
			return err
		}
		return stage(c, s, eventOf(s))
	})
	r.Permissions("Tracks", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		return stage(c, s, event, &factories.Track{Event: event})
	})
	r.Permissions("Microlocations", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		return stage(c, s, event, &factories.Microlocation{Event: event})
	})
	r.Permissions("Session Type", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		return stage(c, s, event, &factories.SessionType{Event: event})
	})
	r.Permissions("Sponsors", func(c *hook.Case, s *hook.Situation) error {
		event := eventOf(s)
		event.IsSponsorsEnabled = new(s.Met("Only events that have sponsors enabled"))
		return stage(c, s, event, &factories.Sponsor{Event: event})
	})
}

// identifier is that of a document in a request.
var identifier = regexp.MustCompile(`"id": "\d+"`)

// ofUsers is about user 2 when that is the caller's own account, and about user 3 when it is not.
func ofUsers(r *hook.Registry) {
	r.Permissions("Users", func(c *hook.Case, s *hook.Situation) error {
		account := callerOf(s).user
		if account == nil || !s.Met("Only their own account") {
			account = &factories.User{}
			if err := factories.Insert(c.Context(), c.DB, c.Faker, account); err != nil {
				return err
			}
		}
		if err := stage(c, s, &factories.EventBasic{}); err != nil || s.Action == hook.Create {
			return err
		}
		s.Row = account.ID
		t := c.Transaction
		t.FullPath = strings.Replace(t.FullPath, "/users/2", fmt.Sprintf("/users/%d", account.ID), 1)
		t.Request.Body = identifier.ReplaceAllString(t.Request.Body, fmt.Sprintf(`"id": "%d"`, account.ID))
		return nil
	})
}

// ofInvites: who is invited answers, and organizers change everything but the answer. Role 1 is that of
// organizers, and role 2 that of moderators, as in the documented requests. The event is one that everybody
// sees, so that it is the invites that are denied.
func ofInvites(r *hook.Registry) {
	r.Permissions("Role Invites", func(c *hook.Case, s *hook.Situation) error {
		event, who := &factories.EventBasic{State: new("published")}, callerOf(s)
		organizer, moderator := who.named("organizer"), who.named("moderator")
		invite := &factories.RoleInvite{Event: event, Role: organizer}
		if s.Met("Only invites to the address of the user") {
			invite.Email = who.user.Email
		}
		if s.Applies(onlyVerified) {
			if err := verify(c, s); err != nil {
				return err
			}
		}
		if s.Action == hook.Update && s.Applies(onlyVerified) {
			c.Transaction.Request.Body = `{"data": {"type": "role-invite", "id": "1", "attributes": {"status": "accepted"}}}`
		}
		if err := factories.Insert(c.Context(), c.DB, c.Faker, organizer, moderator); err != nil {
			return err
		}
		return stage(c, s, event, invite)
	})
}

// ofMemberships is about the role of somebody else in the event, or about that of the caller, when it is one
// that gives no rights here: they may not even see or leave their own. Role 2 is that of moderators, as in the
// documented requests.
func ofMemberships(r *hook.Registry) {
	r.Permissions("Users Events Roles", func(c *hook.Case, s *hook.Situation) error {
		who, event := callerOf(s), &factories.EventBasic{State: new("published")}
		has := who.named("registrar")
		if who.role != nil && !s.Applies(onlySelfOwned) {
			if err := factories.Insert(c.Context(), c.DB, c.Faker, has, who.named("moderator")); err != nil {
				return err
			}
			return stage(c, s, event)
		}
		if s.Action == hook.Delete && !s.Met("Only roles other than that of the owner") {
			has = who.named("owner")
		}
		err := factories.Insert(c.Context(), c.DB, c.Faker,
			&factories.UsersEventsRoles{Event: event, Role: has}, who.named("moderator"))
		if err != nil {
			return err
		}
		return stage(c, s, event)
	})
}
