package hooks

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/factories"
	"github.com/bailiff-dev/bailiff/harness/hook"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// invite is the invite that the documentation shows: Nadia is to be an organizer, which is role 1, of event
// 1.
func invite() *factories.RoleInvite {
	return &factories.RoleInvite{
		Email:     "nadia@example.org",
		Event:     harbour(),
		Role:      &factories.Role{Name: "organizer"},
		Hash:      new("85070591730234615865843651857942052864"),
		CreatedAt: time.Date(2025, time.March, 1, 8, 15, 0, 0, time.UTC),
	}
}

// with returns an invite with another status.
func with(status string) *factories.RoleInvite {
	i := invite()
	i.Status = &status
	return i
}

// toOwn is an invite to own the event.
func toOwn() *factories.RoleInvite {
	i := invite()
	i.Role = &factories.Role{Name: "owner"}
	return i
}

// nadia is who is invited.
func nadia() factories.User {
	return factories.User{Email: "nadia@example.org", PublicName: new("Nadia"), IsVerified: new(true)}
}

func roleInvites(r *hook.Registry, s *session) {
	createInvites(r, s)
	manageInvites(r, s)
	answerInvites(r, s)
	relatedOfInvites(r, s)
	acceptByToken(r)
	r.Before("Events > Get Event for a Role Invite > Event Details for a Role Invite", seed(invite()))
}

// organizer returns a hook that inserts rows, the first of which has event 1 and role 1, and makes the
// request in the name of a user with that role, which is that of organizers.
func (s *session) organizer(rows ...factories.Row) hook.Func {
	return sequence(s.stranger(rows...), seed(&factories.UsersEventsRoles{EventID: 1, UserID: 2, RoleID: 1}))
}

// invited returns a hook that inserts rows, and makes the request in Nadia's name.
func (s *session) invited(rows ...factories.Row) hook.Func {
	return sequence(seed(rows...), s.as(nadia()))
}

// unverified is Nadia, of whom nobody knows yet whether the address is hers.
func unverified() factories.User {
	user := nadia()
	user.IsVerified = nil
	return user
}

func createInvites(r *hook.Registry, s *session) {
	const collection = "Role Invites > Role Invites Collection > "
	organizer, event := &factories.Role{Name: "organizer"}, harbour()
	r.Before(collection+"Create Role Invite", seed(organizer, event))
	r.Before(collection+"Create Role Invite", vary(createdAt(), transaction.Volatile{
		Pointer: "/data/attributes/hash", Kind: transaction.KindRegexp, Pattern: "[0-9]{1,39}",
	}))
	r.After(collection+"Create Role Invite", tokenMailed)
	examples(r, collection+"Refused Role Invites", 9, seed(invite()))
	r.Before(collection+"Refused Role Invites > Example 10", s.member("coorganizer", event, organizer))
	r.Before(collection+"Refused Role Invites > Example 11", s.organizer(invite(), &factories.Role{Name: "owner"}))
	r.Before(collection+"Refused Role Invites > Example 12", anonymous)

	const list = "Role Invites > Role Invites Collection List > "
	first := invite()
	ines := &factories.RoleInvite{
		Email: "ines@example.org", Event: first.Event, Role: &factories.Role{Name: "moderator"},
		Hash: new("19807040628566084398385987584"), Status: new("declined"),
		CreatedAt: time.Date(2025, time.March, 2, 17, 40, 0, 0, time.UTC),
	}
	r.Before(list+"List All Role Invites", seed(first, ines, &factories.RoleInvite{})) // the last is to another event
	r.Before(list+"Filter Role Invites by their Tokens", s.member("coorganizer", invite()))
	r.Before(list+"Refused Lists of Role Invites > Example 1", s.stranger(invite()))
	r.Before(list+"Refused Lists of Role Invites > Example 2", sequence(seed(invite()), anonymous))
}

func manageInvites(r *hook.Registry, s *session) {
	const details = "Role Invites > Role Invite Details > "
	moderator, owner := &factories.Role{Name: "moderator"}, &factories.Role{Name: "owner"}
	account, first := nadia(), invite()
	r.Before(details+"Role Invite Details", seed(invite()))
	r.Before(details+"Role Invite of Somebody Else > Example 1", s.stranger(invite()))
	r.Before(details+"Role Invite of Somebody Else > Example 2", sequence(seed(invite()), anonymous))
	r.Before(details+"Role Invite of Somebody Else > Example 3", sequence(seed(invite()), s.as(unverified())))

	r.Before(details+"Update Role Invite", s.organizer(invite(), moderator))
	r.Before(details+"Update Role Invite", vary(createdAt()))
	r.After(details+"Update Role Invite", tokenMailed)
	for i, f := range []hook.Func{
		sequence(s.organizer(invite()), seed(&account)),
		s.organizer(invite()),
		s.member("coorganizer", invite()),
		s.organizer(invite(), owner),
		s.stranger(invite()),
		sequence(seed(invite()), anonymous),
		s.organizer(invite(), moderator),
		s.organizer(invite()),
		s.organizer(invite()),
		sequence(s.member("organizer", toOwn()), seed(&account)),
		sequence(s.organizer(invite()), seed(&account)),
		s.organizer(first, &factories.RoleInvite{Email: "ines@example.org", Event: first.Event, Role: moderator}),
	} {
		name := fmt.Sprintf("%sRefused Updates of a Role Invite > Example %d", details, i+1)
		r.Before(name, f)
		r.After(name, nadiaHas())
	}

	r.Before(details+"Delete Role Invite", seed(invite()))
	r.Before(details+"Refused Deletions of a Role Invite > Example 1", seed(with("accepted")))
	r.Before(details+"Refused Deletions of a Role Invite > Example 2", s.member("coorganizer", invite()))
	r.Before(details+"Refused Deletions of a Role Invite > Example 3", s.invited(invite()))
	r.Before(details+"Refused Deletions of a Role Invite > Example 4", sequence(seed(invite()), anonymous))
}

// answerInvites has what the invited do. Behind each request, it looks into the database: a role follows
// from an acceptance, and from nothing else.
func answerInvites(r *hook.Registry, s *session) {
	const answer = "Role Invites > Answer to a Role Invite > "
	r.Before(answer+"Role Invite of the Invited", s.invited(invite()))

	r.Before(answer+"Accept Role Invite", s.invited(invite()))
	r.After(answer+"Accept Role Invite", nadiaHas("organizer"))
	r.Before(answer+"Decline Role Invite", s.invited(invite()))
	r.After(answer+"Decline Role Invite", nadiaHas())

	r.Before(answer+"Accept the Ownership", sequence(
		s.invited(toOwn(), &factories.Role{Name: "organizer"}),
		seed(&factories.UsersEventsRoles{EventID: 1, RoleID: 1, User: ada()}),
	))
	r.After(answer+"Accept the Ownership", nadiaHas("owner"))
	r.After(answer+"Accept the Ownership", hasRoles(ada().Email, "organizer"))

	const refused = answer + "Refused Answers"
	examples(r, refused, 5, s.invited(invite(), &factories.Role{Name: "owner"}, &factories.EventBasic{State: new("published")}))
	r.Before(refused+" > Example 6", s.invited(with("accepted")))
	r.Before(refused+" > Example 7", sequence(seed(invite()), s.as(unverified())))
	r.After(refused+" > *", nadiaHas())
}

func relatedOfInvites(r *hook.Registry, s *session) {
	moderator := &factories.Role{Name: "moderator"}
	const role = "Role Invites > Role of a Role Invite > "
	r.Before(role+"Identifier of the Role", seed(invite()))
	r.Before(role+"Change the Role", s.organizer(invite(), moderator))
	r.Before(role+"Refused Changes of the Role > Example 1", s.invited(invite(), moderator))
	r.Before(role+"Refused Changes of the Role > Example 2", s.organizer(invite()))
	r.Before(role+"Refused Changes of the Role > Example 3", s.organizer(invite()))

	const event = "Role Invites > Event of a Role Invite > "
	r.Before(event+"Identifier of the Event", seed(invite()))
	r.Before(event+"Move a Role Invite", s.organizer(invite(), &factories.EventBasic{State: new("published")}))
}

// acceptByToken has the requests with the token of an invite. They need no login.
func acceptByToken(r *hook.Registry) {
	const details = "Role Invites > User Email Details By Role Invite > "
	r.Before(details+"*", anonymous)
	r.Before(details+"Get User Email Detail By Role Invite Token", sent("pending"))
	r.Before(details+"User Email Detail By an Unknown Token", seed(invite()))

	account := unverified()
	const accept = "Role Invites > Accept Role Invite > "
	r.Before(accept+"*", anonymous)
	r.Before(accept+"Accept Role Invite using Token", elsewherePlain)
	r.Before(accept+"Accept Role Invite using Token", sequence(sent("pending"), seed(&account)))
	r.After(accept+"Accept Role Invite using Token", nadiaHas("organizer"))
	r.Before(accept+"Refused Tokens > Example 1", seed(invite(), &account))
	r.Before(accept+"Refused Tokens > Example 2", seed(invite(), &account))
	r.Before(accept+"Refused Tokens > Example 3", sequence(sent("declined"), seed(&account)))
	r.Before(accept+"Refused Tokens > Example 4", sent("pending"))
	r.After(accept+"Refused Tokens > *", nadiaHas())
}

// sent returns a hook that inserts the invite of the token that the request has, sent an hour ago.
func sent(status string) hook.Func {
	return func(c *hook.Case) error {
		var body struct {
			Data struct {
				Token string `json:"token"`
			} `json:"data"`
		}
		if err := json.Unmarshal([]byte(c.Transaction.Request.Body), &body); err != nil {
			return fmt.Errorf("read token of request: %w", err)
		}
		i := with(status)
		i.CreatedAt = time.Now().Add(-time.Hour)
		i.Hash = &body.Data.Token
		return factories.Insert(c.Context(), c.DB, c.Faker, i)
	}
}

// elsewherePlain skips a request whose answer another document calls a JSON:API document, though it has
// none of a document's members.
func elsewherePlain(c *hook.Case) error {
	if mediaType, _ := c.Transaction.Expected.Headers.Get("Content-Type"); mediaType != "application/json" {
		return hook.Skip("the answer is documented as " + mediaType + ", and is plain JSON")
	}
	return nil
}

// nadiaHas is hasRoles for who is invited.
func nadiaHas(roles ...string) hook.Func { return hasRoles(nadia().Email, roles...) }

// hasRoles returns a hook that looks into the database behind a request: a user has these roles, and no
// others, in event 1. It fails the transaction otherwise.
func hasRoles(email string, want ...string) hook.Func {
	return func(c *hook.Case) error {
		if c.Transaction.Skip {
			return nil
		}
		rows, err := c.DB.Query(c.Context(), `SELECT r.name FROM users_events_roles uer JOIN users u ON u.id = uer.user_id
			JOIN roles r ON r.id = uer.role_id WHERE uer.event_id = 1 AND u.email = $1 ORDER BY 1`, email)
		if err != nil {
			return fmt.Errorf("look up roles: %w", err)
		}
		got, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return fmt.Errorf("look up roles: %w", err)
		}
		if !slices.Equal(got, want) {
			c.Transaction.Fail = fmt.Sprintf("users_events_roles gives %s the roles %q, not %q", email, got, want)
		}
		return nil
	}
}

// tokenMailed looks into the database behind a request: a mail with the token of invite 1 is on its way to
// its address, and the token is a new one. It fails the transaction otherwise.
func tokenMailed(c *hook.Case) error {
	var sent bool
	err := c.DB.QueryRow(c.Context(), `SELECT EXISTS (SELECT 1 FROM mails m JOIN role_invites i
		ON m.recipient = i.email AND m.message LIKE '%' || i.hash WHERE i.id = 1 AND i.hash <> $1)`, *invite().Hash).Scan(&sent)
	if err != nil {
		return fmt.Errorf("look up mails: %w", err)
	}
	if !sent && !c.Transaction.Skip {
		c.Transaction.Fail = "no mail brings a new token to the address of the invite"
	}
	return nil
}
