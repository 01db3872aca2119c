package hooks

import (
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// The conditions that many tables of permissions share.
const (
	onlySelfOwned = "Only self-owned events"
	onlyPublished = "Only events with state published"
	onlyVerified  = "Only users whose e-mail address is verified"
)

// caller is who makes a request, as tables of permissions call them. What the rest of the hook needs to
// know is here.
type caller struct {
	// user is nil for everyone else, who has not logged in.
	user *factories.User
	// role is what the caller is in the event that the request is about; nil for no part in it.
	role *factories.Role
}

// callerOf is who makes the request of a situation.
func callerOf(s *hook.Situation) caller {
	who, _ := s.User.(caller) // nobody has logged in when it is nil
	return who
}

// named is the role of that name: that of the caller, or another one. There is one of each name.
func (who caller) named(role string) *factories.Role {
	if who.role != nil && who.role.Name == role {
		return who.role
	}
	return &factories.Role{Name: role}
}

// actors registers everybody whom a table of permissions has a row for.
func actors(r *hook.Registry, s *session) {
	r.Actor("Superadmin", s.actor("", factories.User{IsSuperAdmin: new(true)}))
	r.Actor("Admin", s.actor("", factories.User{IsAdmin: new(true)}))
	r.Actor("Owner", s.actor("owner", factories.User{}))
	r.Actor("Organizer", s.actor("organizer", factories.User{}))
	r.Actor("Co-organizer", s.actor("coorganizer", factories.User{}))
	r.Actor("Track organizer", s.actor("track_organizer", factories.User{}))
	r.Actor("Moderator", s.actor("moderator", factories.User{}))
	r.Actor("Registrar", s.actor("registrar", factories.User{}))
	r.Actor("Registered user", s.actor("", factories.User{}))
	r.Actor("Everyone else", func(c *hook.Case, at *hook.Situation) error {
		at.User = nil
		return anonymous(c)
	})
}

// actor returns a hook that inserts a user, who is user 2, and makes the request in that name. The address
// of the user is verified: what the table denies is denied to verified users, too.
func (s *session) actor(role string, user factories.User) hook.PermissionFunc {
	return func(c *hook.Case, at *hook.Situation) error {
		u := factories.Clone(&user)[0].(*factories.User)
		u.IsVerified = new(true)
		if err := factories.Insert(c.Context(), c.DB, c.Faker, u); err != nil {
			return err
		}
		token, err := s.login(c.Context(), c.Transaction, u.Email, u.Password)
		authorize(c.Transaction, token)
		who := caller{user: u}
		if role != "" {
			who.role = &factories.Role{Name: role}
		}
		at.User = who
		return err
	}
}

// verify sees to it that the address of the caller is verified if the table asks for that.
func verify(c *hook.Case, s *hook.Situation) error {
	u := callerOf(s).user
	if u == nil {
		return nil
	}
	_, err := c.DB.Exec(c.Context(), "UPDATE users SET is_verified = $1 WHERE id = $2", s.Met(onlyVerified), u.ID)
	if err != nil {
		return fmt.Errorf("verify address: %w", err)
	}
	return nil
}

// stage inserts an event, the part that the caller has in it, and rows that belong to it. The first of
// its table is what the request is about.
//
// Owners and the like have no part in the event when it must not be theirs. Those whose row of the table
// does not ask for that always have one: a moderator is a moderator of this event.
func stage(c *hook.Case, s *hook.Situation, event *factories.EventBasic, rows ...factories.Row) error {
	var all []factories.Row
	if event.ID == 0 { // it is not there yet
		all = append(all, event)
	}
	who := callerOf(s)
	if who.role != nil && (!s.Applies(onlySelfOwned) || s.Met(onlySelfOwned)) {
		all = append(all, &factories.UsersEventsRoles{Event: event, User: who.user, Role: who.role})
	}
	if s.Action != hook.Create { // what is created is not there
		all = append(all, rows...)
	}
	if s.Action == hook.List { // documented lists have filters and pages that leave rows out
		c.Transaction.FullPath, _, _ = strings.Cut(c.Transaction.FullPath, "?")
	}
	s.Row = 1
	return factories.Insert(c.Context(), c.DB, c.Faker, all...)
}

// eventOf is an event that is as a table asks for.
func eventOf(s *hook.Situation) *factories.EventBasic {
	return &factories.EventBasic{State: new(hook.If(s, onlyPublished, "published", "draft"))}
}
