package server

import (
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// roleInvites declares the invitations to a role in an event. Whoever is invited may accept or decline,
// and change nothing else; the role follows from the acceptance.
//
// The hash is what an invitation is accepted with, and who accepts one has shown that its address is
// theirs. So it is for the mail alone, and staff: an organizer who saw it could verify any address. (Open
// Event shows it, and the address, to everybody.)
func roleInvites() engine.Resource {
	return engine.Resource{
		Type:    "role-invite",
		Path:    "role-invites",
		Table:   "role_invites",
		Event:   "event_id",
		Without: engine.List,
		Attributes: []engine.Attribute{
			{Name: "email", Kind: engine.Email, Required: true},
			{Name: "hash", Kind: engine.String, ReadOnly: true, Visible: policy.Staff(), Sealed: true},
			{Name: "role-name", Kind: engine.String, OneOf: roleNames()},
			{Name: "status", Kind: engine.String, Default: "pending", OneOf: []string{"pending", "accepted", "declined"}},
			{Name: "created-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		},
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "role", Type: "role", Column: "role_id", Required: true},
		},
		Policy: policy.Table{
			List:   policy.CoOrganizer(),
			View:   policy.AnyOf(policy.Invited(), policy.CoOrganizer()).ElseNotFound(),
			Create: policy.Organizer(),
			Update: policy.LoggedIn(), // beforeInviteUpdate says who, and what
			Delete: policy.Organizer(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"email_role_event_uc": jsonapi.Conflict("/data", "Role Invite has already been sent for this email."),
		},
		BeforeCreate: beforeInviteCreate,
		AfterCreate:  mailInvite,
		BeforeUpdate: beforeInviteUpdate,
		AfterUpdate:  afterInviteUpdate,
		BeforeDelete: func(c *engine.Change) error {
			if c.Was("status") == "accepted" {
				return jsonapi.Conflict("/data/status", "You cannot delete an accepted role invite.")
			}
			return nil
		},
	}
}

func beforeInviteCreate(c *engine.Change) error {
	c.Values["hash"] = inviteHash()
	if err := checkRoleName(c); err != nil {
		return err
	}
	if status := c.Text("status"); status == "accepted" || status == "declined" { // that is for the invited to say
		return jsonapi.Unprocessable("/data/attributes/status", "An invite begins as pending")
	}
	if err := checkSent(c); err != nil {
		return err
	}
	if c.Text("role-name") != "owner" {
		return nil
	}
	if err := checkOwner(c, ""); err != nil {
		return err
	}
	_, err := c.DB.Exec(c.Context, "DELETE FROM role_invites WHERE event_id = $1::bigint AND role_name = 'owner' AND status = 'pending'", c.Will("event"))
	if err != nil {
		return fmt.Errorf("delete pending invites of owners: %w", err)
	}
	return nil
}

// checkSent refuses a second invitation of an address to an event.
func checkSent(c *engine.Change) error {
	var sent bool
	err := c.DB.QueryRow(c.Context, `SELECT EXISTS (SELECT 1 FROM role_invites
		WHERE lower(email) = lower($1::text) AND event_id = $2::bigint AND id <> $3::bigint)`,
		c.Text("email"), c.Will("event"), c.ID).Scan(&sent)
	if err != nil {
		return fmt.Errorf("look up invites: %w", err)
	}
	if sent {
		return jsonapi.Conflict("/data", "Role Invite has already been sent for this email.")
	}
	return nil
}

// mailInvite mails the token of an invitation to whom it is for.
func mailInvite(c *engine.Change) error {
	return post(c.Context, c.DB, letter{
		recipient: c.Text("email"), action: "role-invite", subject: "You are invited to take part in an event",
		message: "You are asked to be its " + c.Text("role-name") + ". Accept within a day with the token " + c.Text("hash"),
	}, c.Now)
}

// checkRoleName wants the name of the role, if it is given, to be that of the role that is.
func checkRoleName(c *engine.Change) error {
	var name string
	err := c.DB.QueryRow(c.Context, "SELECT name FROM roles WHERE id = $1::bigint", c.Will("role")).Scan(&name)
	if err != nil {
		return fmt.Errorf("look up role %v: %w", c.Will("role"), err)
	}
	if given, set := c.Values["role-name"]; set && given != name {
		return jsonapi.Unprocessable("/data/attributes/role", "Role id do not match role name")
	}
	c.Values["role-name"] = name
	return nil
}

// checkOwner leaves it to the owner of an event to make another one.
func checkOwner(c *engine.Change, pointer string) error {
	if c.Actor.Staff() {
		return nil
	}
	is, err := isIn(c, "owner")
	if err == nil && !is {
		err = jsonapi.Forbidden(pointer, policy.Owner().Refusal())
	}
	return err
}

// beforeInviteUpdate lets the invited change the status of their invitation, and organizers all else: nobody
// answers for somebody.
func beforeInviteUpdate(c *engine.Change) error {
	organizer, err := isIn(c, "owner", "organizer")
	if err != nil {
		return err
	}
	organizer = organizer || c.Actor.Staff()
	invited := c.Actor.Verified && strings.EqualFold(c.Actor.Email, fmt.Sprint(c.Was("email")))
	if !invited && !organizer {
		return jsonapi.Unprocessable("", "Only users can edit their own status")
	}
	for _, name := range []string{"email", "role-name", "event", "role"} {
		if c.Changes(name) && !organizer {
			return jsonapi.Unprocessable("", "You can only change your status")
		}
	}
	if err := keepEvent(c); err != nil {
		return err
	}
	email, role := c.Changes("email"), c.Changes("role") || c.Changes("role-name")
	switch {
	case c.Was("status") == "accepted" && (c.Changes("status") || email || role):
		return jsonapi.Conflict("/data/attributes/status", "The invite was accepted: change the role instead")
	case c.Changes("status") && (!invited || email):
		return inviteeMissing(c)
	}
	if role {
		if err := checkRoleName(c); err != nil {
			return err
		}
	}
	if email {
		if err := checkSent(c); err != nil {
			return err
		}
		// Whoever was invited before has the old token.
		c.Values["hash"], c.Values["created-at"] = inviteHash(), c.Now
	}
	if (email || role) && c.Text("role-name") == "owner" {
		return checkOwner(c, "")
	}
	return nil
}

// afterInviteUpdate gives the role that was accepted, and mails the token to another address.
func afterInviteUpdate(c *engine.Change) error {
	switch {
	case c.Was("status") != "accepted" && c.Text("status") == "accepted":
		return acceptInvite(c.Context, c.DB, c.ID)
	case c.Changes("email"):
		return mailInvite(c)
	}
	return nil
}

// inviteeMissing refuses an answer by somebody else.
func inviteeMissing(c *engine.Change) error {
	var registered bool
	err := c.DB.QueryRow(c.Context, "SELECT EXISTS (SELECT 1 FROM users WHERE lower(email) = lower($1::text) AND deleted_at IS NULL)", c.Was("email")).Scan(&registered)
	switch {
	case err != nil:
		return fmt.Errorf("look up invited user: %w", err)
	case registered:
		return jsonapi.Unprocessable("", "Only users can edit their own status")
	}
	return jsonapi.Unprocessable("", "User not registered")
}

// inviteHash is 128 random bits in decimal digits.
func inviteHash() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails: crypto/rand ends the process instead
	return new(big.Int).SetBytes(b).String()
}

// inviteToken reads {"data": {"token": "..."}}.
func (x *exchange) inviteToken() (string, error) {
	var body struct {
		Data struct {
			Token string `json:"token"`
		} `json:"data"`
	}
	if err := json.Unmarshal(x.body, &body); err != nil || strings.ContainsRune(body.Data.Token, 0) || body.Data.Token == "" {
		return "", &jsonapi.Error{Status: http.StatusNotFound, Title: "Object not found", Detail: "Role Invite Not Found"}
	}
	return body.Data.Token, nil
}

// inviteUser says whom an invitation is for, to whoever has its token.
func (s *Server) inviteUser(x *exchange) (*reply, error) {
	invite, err := x.invite()
	if err != nil {
		return nil, err
	}
	return plain(http.StatusOK, struct {
		Email string `json:"email"`
	}{invite.email}), nil
}

// invite is a row of role_invites with what an answer says of it.
type invite struct {
	id                             int64
	email, status, role, eventName string
	event                          int64
	identifier                     string
	expired                        bool
}

// inviteLife is how many hours an invitation can be accepted by its token.
const inviteLife = 24

// invite is the invitation whose token the request has.
func (x *exchange) invite() (*invite, error) {
	token, err := x.inviteToken()
	if err != nil {
		return nil, err
	}
	i := &invite{}
	err = x.db.QueryRow(x.http.Context(), `SELECT i.id, i.email, coalesce(i.status, 'pending'), i.role_name, e.name, e.id, e.identifier,
		i.created_at < $2::timestamptz - make_interval(hours => $3::int)
		FROM role_invites i JOIN events e ON e.id = i.event_id WHERE i.hash = $1::text AND e.deleted_at IS NULL ORDER BY i.id LIMIT 1`,
		token, x.now, inviteLife).Scan(&i.id, &i.email, &i.status, &i.role, &i.eventName, &i.event, &i.identifier, &i.expired)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return nil, &jsonapi.Error{Status: http.StatusNotFound, Title: "Object not found", Detail: "Role Invite Not Found"}
	case err != nil:
		return nil, fmt.Errorf("look up role invite: %w", err)
	}
	return i, nil
}

// acceptByToken accepts an invitation for whom it was sent to: who has the token has read their mail.
func (s *Server) acceptByToken(x *exchange) (*reply, error) {
	i, err := x.invite()
	if err != nil {
		return nil, err
	}
	switch {
	case i.status == "declined":
		return nil, jsonapi.Conflict("/data/token", "Role Invite was declined")
	case i.status == "pending" && i.expired:
		return nil, jsonapi.Conflict("/data/token", "Role Invite has expired")
	case i.status == "pending":
		err := acceptInvite(x.http.Context(), x.db, i.id)
		if err == nil {
			_, err = x.db.Exec(x.http.Context(), "UPDATE users SET is_verified = true WHERE lower(email) = lower($1::text)", i.email)
		}
		if err != nil {
			return nil, err
		}
	}
	var name *string
	if err := x.db.QueryRow(x.http.Context(), "SELECT coalesce(public_name, first_name) FROM users WHERE lower(email) = lower($1::text)", i.email).Scan(&name); err != nil {
		return nil, fmt.Errorf("look up invited user: %w", err)
	}
	return plain(http.StatusOK, struct {
		Email      string  `json:"email"`
		Event      int64   `json:"event"`
		Identifier string  `json:"event_identifier"`
		Name       *string `json:"name"`
		Role       string  `json:"role"`
	}{i.email, i.event, i.identifier, name, i.role}), nil
}
