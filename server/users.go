package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
	"github.com/bailiff-dev/bailiff/server/password"
)

// users declares the people who have signed up. Others see only what they show of themselves, and
// only along with something that they belong to: not their e-mail address, which Open Event shows.
// Deleted users are not there for others at all; Open Event has a stand-in for them.
func (s *Server) users() engine.Resource {
	return engine.Resource{
		Type:          "user",
		Path:          "users",
		Table:         "users",
		SoftDelete:    true,
		User:          "id",
		Attributes:    userAttributes(),
		Relationships: userRelationships(),
		Policy: policy.Table{
			List:    policy.Staff(),
			View:    policy.Self(),
			Create:  policy.Anyone(), // to sign up
			Update:  policy.Self(),
			Delete:  policy.Self(),
			Include: policy.Anyone(),
		},
		Conflicts: map[string]*jsonapi.Error{
			"users_email_key": jsonapi.Conflict("/data/attributes/email", "Email already exists"),
		},
		BeforeCreate:  s.beforeUserCreate,
		AfterCreate:   s.afterUserWrite,
		BeforeUpdate:  s.beforeUserUpdate,
		AfterUpdate:   s.afterUserWrite,
		BeforeDelete:  beforeUserDelete,
		BeforeRestore: beforeUserRestore,
	}
}

func userAttributes() []engine.Attribute {
	public := []engine.Attribute{
		{Name: "avatar-url", Kind: engine.URL, Nullable: true},
		{Name: "first-name", Kind: engine.String, Nullable: true},
		{Name: "last-name", Kind: engine.String, Nullable: true},
		{Name: "public-name", Kind: engine.String, Nullable: true},
		{Name: "is-profile-public", Kind: engine.Bool, Default: false},
		{Name: "original-image-url", Kind: engine.URL, ReadOnly: true},
		{Name: "thumbnail-image-url", Kind: engine.URL, ReadOnly: true},
		{Name: "small-image-url", Kind: engine.URL, ReadOnly: true},
		{Name: "icon-image-url", Kind: engine.URL, ReadOnly: true},
		{Name: "was-registered-with-order", Kind: engine.Bool, Default: false},
	}
	private := []engine.Attribute{
		{Name: "email", Kind: engine.Email, Required: true},
		{Name: "password", Kind: engine.String, Required: true, WriteOnly: true},
		{Name: "facebook-url", Kind: engine.URL, Nullable: true},
		{Name: "twitter-url", Kind: engine.URL, Nullable: true},
		{Name: "instagram-url", Kind: engine.URL, Nullable: true},
		{Name: "google-plus-url", Kind: engine.URL, Nullable: true},
		{Name: "facebook-id", Kind: engine.Int, ReadOnly: true},
		{Name: "is-super-admin", Kind: engine.Bool, ReadOnly: true},
		{Name: "is-admin", Kind: engine.Bool, Default: false, Writer: policy.SuperAdmin()},
		{Name: "is-sales-admin", Kind: engine.Bool, Default: false, Writer: policy.Staff()},
		{Name: "is-marketer", Kind: engine.Bool, Default: false, Writer: policy.Staff()},
		{Name: "is-verified", Kind: engine.Bool, Default: false, Writer: policy.Staff()},
		{Name: "is-blocked", Kind: engine.Bool, Default: false, Writer: policy.Staff()},
		isUser("is-user-owner", "owner"),
		isUser("is-user-organizer", "organizer"),
		isUser("is-user-coorganizer", "coorganizer"),
		isUser("is-user-track-organizer", "track_organizer"),
		isUser("is-user-moderator", "moderator"),
		isUser("is-user-registrar", "registrar"),
		{Name: "last-accessed-at", Kind: engine.Time, ReadOnly: true},
		{Name: "created-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		{Name: "details", Kind: engine.String, Nullable: true},
		{Name: "language-prefrence", Kind: engine.String, Nullable: true}, // so spelt
		{Name: "contact", Kind: engine.String, Nullable: true},
		{Name: "company", Kind: engine.String, Nullable: true},
		{Name: "billing-contact-name", Kind: engine.String, Nullable: true},
		{Name: "billing-phone", Kind: engine.String, Nullable: true},
		{Name: "billing-state", Kind: engine.String, Nullable: true},
		{Name: "billing-country", Kind: engine.String, Nullable: true},
		{Name: "billing-tax-info", Kind: engine.String, Nullable: true},
		{Name: "billing-address", Kind: engine.String, Nullable: true},
		{Name: "billing-city", Kind: engine.String, Nullable: true},
		{Name: "billing-zip-code", Kind: engine.String, Nullable: true},
		{Name: "billing-additional-info", Kind: engine.String, Nullable: true},
		{Name: "is-rocket-chat-registered", Kind: engine.Bool, Expression: "{row}.rocket_chat_token IS NOT NULL"},
	}
	for i := range private {
		private[i].Visible = policy.Self()
	}
	return append(public, private...)
}

func userRelationships() []engine.Relationship {
	many := func(name, typ, path, column string) engine.Relationship {
		return engine.Relationship{Name: name, Type: typ, Path: path, Many: true, Reverse: column, Visible: policy.Self()}
	}
	// made are what only the user themself can make.
	made := func(name, typ, column string) engine.Relationship {
		return engine.Relationship{Name: name, Type: typ, Many: true, Reverse: column, ReadOnly: true, Visible: policy.Self()}
	}
	return []engine.Relationship{
		eventsAs("events", ""),
		eventsAs("owner-events", "owner"),
		eventsAs("organizer-events", "organizer"),
		eventsAs("coorganizer-events", "coorganizer"),
		eventsAs("track-organizer-events", "track_organizer"),
		eventsAs("registrar-events", "registrar"),
		eventsAs("moderator-events", "moderator"),
		eventsAs("marketer-events", "marketer"),
		eventsAs("sales-admin-events", "sales_admin"),
		many("access-codes", "access-code", "", "marketer_id"),
		many("alternate-emails", "user-email", "", "user_id"),
		many("attendees", "attendee", "", "user_id"),
		many("discount-codes", "discount-code", "", "marketer_id"),
		many("email-notifications", "email-notification", "", "user_id"),
		many("event-invoices", "event-invoice", "", "user_id"),
		many("favourite-events", "user-favourite-event", "user-favourite-events", "user_id"),
		many("favourite-sessions", "user-favourite-session", "user-favourite-sessions", "user_id"),
		many("feedbacks", "feedback", "", "user_id"),
		many("followed-groups", "user-follow-group", "", "user_id"),
		many("groups", "group", "", "user_id"),
		many("notifications", "notification", "", "user_id"),
		many("orders", "order", "", "user_id"),
		made("sessions", "session", "creator_id"),
		made("speakers", "speaker", "user_id"),
	}
}

func (s *Server) beforeUserCreate(c *engine.Change) error {
	if c.Values["is-verified"] == true {
		return jsonapi.Unprocessable("/data/attributes/is-verified", "You are not allowed to submit this field")
	}
	return s.hashPassword(c)
}

// beforeUserUpdate guards the way back to an account: who has only found a token that was left
// somewhere cannot take it over.
func (s *Server) beforeUserUpdate(c *engine.Change) error {
	if err := keepSuperAdmin(c); err != nil {
		return err
	}
	_, newPassword := c.Values["password"]
	newEmail := c.Changes("email") && c.Was("deleted-at") == nil && c.Values["deleted-at"] == nil
	if (newPassword || newEmail) && !c.Actor.Fresh {
		return &jsonapi.Plain{Status: http.StatusUnauthorized, Message: "Fresh token required"}
	}
	if old, _ := c.Was("email").(string); newEmail && !strings.EqualFold(c.Text("email"), old) {
		c.Values["is-verified"] = false
	}
	if !newPassword {
		return nil
	}
	if err := blacklist(c.Context, c.DB, c.ID, c.Now); err != nil {
		return err
	}
	return s.hashPassword(c)
}

// keepSuperAdmin leaves super admins to themselves and to each other: who could change the password of one
// would be one.
func keepSuperAdmin(c *engine.Change) error {
	if c.Was("is-super-admin") == true && !c.Actor.SuperAdmin {
		return jsonapi.Forbidden("", policy.SuperAdmin().Refusal())
	}
	return nil
}

// afterUserWrite asks whether a new e-mail address is the user's.
func (s *Server) afterUserWrite(c *engine.Change) error {
	if !c.Changes("email") || c.Values["deleted-at"] != nil || c.Was("deleted-at") != nil || c.Will("is-verified") == true {
		return nil
	}
	return s.mailVerification(c.Context, c.DB, c.ID, c.Text("email"))
}

// hashPassword puts a hash in the place of the password, and makes the token void that was sent out to
// reset the old one.
func (s *Server) hashPassword(c *engine.Change) error {
	given := c.Text("password")
	if tooShort(given) {
		return jsonapi.Unprocessable("/data/attributes/password",
			fmt.Sprintf("Password should be at least %d characters long", minPassword))
	}
	hash, err := password.Hash(given, s.config.Password)
	if err != nil {
		return err
	}
	c.Values["password"] = hash
	c.Columns["reset_password"], c.Columns["reset_password_expires_at"] = nil, nil
	return nil
}

// deletedSuffix is what the e-mail address of a deleted user ends with, so that the address is free
// for another account. Open Event leaves the id out, and a second deletion of one address fails.
func deletedSuffix(c *engine.Change) string { return fmt.Sprintf(".deleted-%d", c.ID) }

// beforeUserDelete keeps people who have something to do in an event that is still to come.
func beforeUserDelete(c *engine.Change) error {
	if err := keepSuperAdmin(c); err != nil {
		return err
	}
	var busy bool
	err := c.DB.QueryRow(c.Context, `SELECT EXISTS (SELECT 1
		FROM users_events_roles uer JOIN events e ON e.id = uer.event_id
		WHERE uer.user_id = $1::bigint AND e.deleted_at IS NULL AND e.ends_at > $2::timestamptz)`, c.ID, c.Now).Scan(&busy)
	if err != nil {
		return fmt.Errorf("look for events of user %d: %w", c.ID, err)
	}
	if busy {
		return jsonapi.Forbidden("", "Users associated with events cannot be deleted")
	}
	email, _ := c.Was("email").(string)
	c.Values["email"] = email + deletedSuffix(c)
	return nil
}

func beforeUserRestore(c *engine.Change) error {
	if err := keepSuperAdmin(c); err != nil {
		return err
	}
	email, _ := c.Was("email").(string)
	c.Values["email"] = strings.TrimSuffix(email, deletedSuffix(c))
	return nil
}
