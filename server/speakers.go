package server

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// speakers declares who holds the sessions of an event. The public sees those of accepted sessions;
// whoever submitted a session sees and edits its speakers. (Open Event has a speaker shown to everybody
// who knows the id.)
func speakers() engine.Resource {
	programme := policy.AllOf(policy.Published(), policy.AnyOf(policy.SessionApproved(), policy.SessionConfirmed()))
	editors := policy.AnyOf(policy.SelfSubmitted(), policy.CoOrganizer(), policy.SpeakerSelf())
	seen := policy.AnyOf(programme, editors)
	return engine.Resource{
		Type:       "speaker",
		Path:       "speakers",
		Table:      "speaker",
		SoftDelete: true,
		Event:      "event_id",
		User:       "user_id",
		Sessions:   "s.id IN (SELECT ss.session_id FROM speakers_sessions ss WHERE ss.speaker_id = {row}.id)",
		Without:    engine.List,
		Attributes: speakerAttributes(),
		Relationships: []engine.Relationship{
			ofEvent(),
			{Name: "user", Type: "user", Column: "user_id", ReadOnly: true},
			{Name: "sessions", Type: "session", Many: true, Join: &engine.Join{
				Table: "speakers_sessions", Here: "speaker_id", There: "session_id", Same: "event_id",
			}},
		},
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.AnyOf(policy.AllOf(policy.LoggedIn(), policy.Published()), policy.CoOrganizer()),
			Update: editors,
			Delete: editors,
		},
		Conflicts: map[string]*jsonapi.Error{
			"uq_speaker_event_email": jsonapi.Forbidden("", "Speaker with this Email ID already exists"),
		},
		BeforeCreate: beforeSpeakerCreate,
		BeforeUpdate: beforeSpeakerUpdate,
	}
}

func speakerAttributes() []engine.Attribute {
	text := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.String, Nullable: true}
	}
	long := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.HTML, Nullable: true}
	}
	link := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.URL, Nullable: true}
	}
	return []engine.Attribute{
		{Name: "name", Kind: engine.String, Required: true},
		{Name: "email", Kind: engine.Email, Nullable: true},
		{Name: "is-email-overridden", Kind: engine.Bool, Default: false},
		link("photo-url"), link("thumbnail-image-url"), link("small-image-url"), link("icon-image-url"),
		long("short-biography"), long("long-biography"), long("speaking-experience"), long("sponsorship-required"),
		text("heard-from"), text("mobile"),
		link("website"), link("twitter"), link("facebook"), link("github"), link("mastodon"), link("linkedin"), link("instagram"),
		text("organisation"), text("position"), text("country"), text("city"), text("address"),
		{Name: "gender", Kind: engine.String, Nullable: true, OneOf: []string{
			"Man", "Woman", "Non-binary", "Transgender", "Gender Fluid", "Other", "Prefer not to say",
		}},
		{Name: "is-featured", Kind: engine.Bool, Default: false, Writer: policy.CoOrganizer()},
		{Name: "order", Kind: engine.Int, Default: int64(0), Writer: policy.CoOrganizer()},
		{Name: "complex-field-values", Kind: engine.JSON, Nullable: true, Check: checkFlat},
		{Name: "speaker-positions", Kind: engine.JSON, Nullable: true, Check: checkFlat},
	}
}

func beforeSpeakerCreate(c *engine.Change) error {
	if err := enabled("is_sessions_speakers_enabled", "Speakers are disabled for this Event")(c); err != nil {
		return err
	}
	c.Values["user"] = c.Actor.ID
	organizer, err := arranges(c)
	if err != nil {
		return err
	}
	switch {
	case c.Values["is-email-overridden"] == true && !organizer:
		return errOverride()
	case c.Values["is-email-overridden"] == true:
		c.Values["email"] = nil
	case !organizer:
		c.Values["email"] = c.Actor.Email
	}
	if err := checkSubmitted(c, organizer); err != nil {
		return err
	}
	return checkForm(c, "speaker")
}

func errOverride() error {
	return jsonapi.Forbidden("/data/attributes/is-email-overridden", "Organizer access required to override email")
}

// beforeSpeakerUpdate leaves the address to organizers: who has the address of a speaker is that speaker.
func beforeSpeakerUpdate(c *engine.Change) error {
	c.Columns["modified_at"] = c.Now
	if c.Changes("email") || c.Changes("is-email-overridden") {
		organizer, err := arranges(c)
		if err != nil {
			return err
		}
		own := strings.EqualFold(c.Text("email"), c.Actor.Email)
		if !organizer && (c.Changes("is-email-overridden") || !own) {
			return errOverride()
		}
		if c.Changes("is-email-overridden") && c.Values["is-email-overridden"] == true {
			c.Values["email"] = nil
		}
	}
	if err := checkMove(c); err != nil {
		return err
	}
	if c.Changes("event") {
		if err := enabled("is_sessions_speakers_enabled", "Speakers are disabled for this Event")(c); err != nil {
			return err
		}
	}
	return checkForm(c, "speaker")
}

// checkSubmitted lets a new speaker hold the sessions that the caller has submitted, or those of the event
// when the caller organizes it, and no others. Which others there are is nobody's business.
func checkSubmitted(c *engine.Change, organizer bool) error {
	ids, _ := c.Values["sessions"].([]int64)
	if len(ids) == 0 {
		return nil
	}
	var other *int64
	err := c.DB.QueryRow(c.Context, `SELECT min(x) FROM unnest($1::bigint[]) x WHERE NOT EXISTS (SELECT 1 FROM sessions s
		WHERE s.id = x AND s.deleted_at IS NULL AND ($2::boolean OR ($3::boolean AND s.event_id = $4::bigint) OR s.creator_id = $5::bigint))`,
		ids, c.Actor.Staff(), organizer, c.Values["event"], c.Actor.ID).Scan(&other)
	if err != nil {
		return fmt.Errorf("look up sessions: %w", err)
	}
	if other != nil {
		return &jsonapi.Error{
			Status: http.StatusNotFound, Title: "Object not found", Parameter: "session_id",
			Detail: fmt.Sprintf("Session: %d not found", *other),
		}
	}
	return nil
}
