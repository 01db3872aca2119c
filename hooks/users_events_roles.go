package hooks

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
)

// membership is the row that the documentation shows: Ada, user 2, has a role, role 1, in event 1.
func membership(role string) *factories.UsersEventsRoles {
	return &factories.UsersEventsRoles{Event: harbour(), User: ada(), Role: &factories.Role{Name: role}}
}

func usersEventsRoles(r *hook.Registry, s *session) {
	listMemberships(r, s)
	changeMemberships(r, s)
	deleteMemberships(r, s)
	relatedOfMemberships(r, s)
	r.Before("Events > Get Event for Users Events Roles > Event Details for Users Events Roles", seed(membership("coorganizer")))
}

// fellow returns a hook that inserts rows, the first of which gives Ada a role, and makes the request in the
// name of somebody with the same role.
func (s *session) fellow(rows ...factories.Row) hook.Func {
	return sequence(seed(rows...), s.as(factories.User{}), seed(&factories.UsersEventsRoles{EventID: 1, UserID: 3, RoleID: 1}))
}

// other returns a hook like member, for a user 3, since Ada is user 2.
func (s *session) other(role string, rows ...factories.Row) hook.Func {
	return sequence(seed(rows...), s.as(factories.User{}), seed(&factories.UsersEventsRoles{
		EventID: 1, UserID: 3, Role: &factories.Role{Name: role},
	}))
}

func listMemberships(r *hook.Registry, s *session) {
	r.Before("Users Events Roles > Users Events Roles Collection > Create Users Events Roles", seed(membership("coorganizer")))

	const list = "Users Events Roles > Users Events Roles Collection List > "
	first := membership("coorganizer")
	second := &factories.UsersEventsRoles{Event: first.Event, Role: &factories.Role{Name: "moderator"}}
	elsewhere := &factories.UsersEventsRoles{Role: first.Role}
	r.Before(list+"List All Users Events Roles", seed(first, second, elsewhere))
	r.Before(list+"List Who is a Co-organizer", seed(first, second, elsewhere))
	r.Before(list+"Refused Lists of Users Events Roles > Example 1", s.other("moderator", first))
	r.Before(list+"Refused Lists of Users Events Roles > Example 2", s.stranger(first))
	r.Before(list+"Refused Lists of Users Events Roles > Example 3", sequence(seed(first), anonymous))
	r.Before(list+"Create Users Events Roles of an Event", seed(first))

	const details = "Users Events Roles > Users Events Roles Details > "
	r.Before(details+"Users Events Roles Details", seed(first))
	r.Before(details+"Refused Users Events Roles > Example 1", s.other("registrar", first))
	r.Before(details+"Refused Users Events Roles > Example 2", s.stranger(first))
	r.Before(details+"Refused Users Events Roles > Example 3", sequence(seed(first), anonymous))
	r.Before("Users Events Roles > Unknown Users Events Roles > Unknown Users Events Roles", seed(first))
}

func changeMemberships(r *hook.Registry, s *session) {
	const details = "Users Events Roles > Users Events Roles Details > "
	first := membership("coorganizer")
	moderator, owner := &factories.Role{Name: "moderator"}, &factories.Role{Name: "owner"}
	published := &factories.EventBasic{State: new("published")}
	r.Before(details+"Update Users Events Roles", s.other("organizer", first, moderator))
	for i, f := range []hook.Func{
		s.other("organizer", first, owner),
		s.other("organizer", membership("owner")),
		s.fellow(first, &factories.Role{Name: "organizer"}),
		sequence(s.fellow(first), seed(&factories.User{})),
		s.other("organizer", first, published),
		s.other("organizer", first, &factories.UsersEventsRoles{Event: first.Event, User: first.User, Role: moderator}),
		s.other("organizer", first),
		s.other("organizer", first),
		s.other("organizer", first, moderator),
		s.other("organizer", first, moderator),
		s.other("organizer", first, moderator),
		s.other("moderator", first),
		sequence(seed(first, moderator), anonymous),
	} {
		r.Before(fmt.Sprintf("%sRefused Updates of Users Events Roles > Example %d", details, i+1), f)
	}
}

func deleteMemberships(r *hook.Registry, s *session) {
	const details = "Users Events Roles > Users Events Roles Details > "
	first := membership("coorganizer")
	accepted := &factories.RoleInvite{Email: first.User.Email, Event: first.Event, Role: first.Role, Status: new("accepted")}
	r.Before(details+"Delete Users Events Roles", seed(first, accepted))
	r.After(details+"Delete Users Events Roles", hasRoles(first.User.Email))
	r.After(details+"Delete Users Events Roles", uninvited)
	r.Before(details+"Refused Deletions of Users Events Roles > Example 1", seed(membership("owner")))
	r.Before(details+"Refused Deletions of Users Events Roles > Example 2", s.other("registrar", first))
	r.Before(details+"Refused Deletions of Users Events Roles > Example 3", sequence(seed(first), anonymous))
	r.After(details+"Refused Deletions of Users Events Roles > Example 1", hasRoles(first.User.Email, "owner"))
}

func relatedOfMemberships(r *hook.Registry, s *session) {
	first, moderator := membership("coorganizer"), &factories.Role{Name: "moderator"}
	r.Before("Users Events Roles > Role of Users Events Roles > *", seed(first))
	const role = "Users Events Roles > Relationship of Users Events Roles to the Role > "
	r.Before(role+"Identifier of the Role", seed(first))
	r.Before(role+"Change the Role", s.other("organizer", first, moderator))
	r.After(role+"Change the Role", hasRoles(first.User.Email, "moderator"))
	r.Before(role+"Refused Changes of the Role > Example 1", s.other("organizer", first, &factories.Role{Name: "owner"}))
	r.Before(role+"Refused Changes of the Role > Example 2", s.stranger(first, moderator))
	const user = "Users Events Roles > Relationship of Users Events Roles to the User > "
	r.Before(user+"Identifier of the User", seed(first))
	r.Before(user+"Refused Change of the User", s.other("organizer", first))
	r.After(user+"Refused Change of the User", hasRoles(first.User.Email, "coorganizer"))
	const event = "Users Events Roles > Relationship of Users Events Roles to the Event > "
	r.Before(event+"Identifier of the Event", seed(first))
	r.Before(event+"Move Users Events Roles", s.other("organizer", first, &factories.EventBasic{State: new("published")}))
}

// uninvited looks into the database behind a request: there is no invite left.
func uninvited(c *hook.Case) error {
	var left int
	if err := c.DB.QueryRow(c.Context(), "SELECT count(*) FROM role_invites").Scan(&left); err != nil {
		return fmt.Errorf("count invites: %w", err)
	}
	if left > 0 {
		c.Transaction.Fail = fmt.Sprintf("role_invites has %d rows left", left)
	}
	return nil
}
