package server

import (
	"fmt"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// sessions declares what is held at an event. Anybody may submit one to an event that takes some; what
// the public sees is what was accepted. session_states.go has the states, and who moves one where.
func sessions() engine.Resource {
	programme := policy.AllOf(policy.Published(), policy.AnyOf(policy.SessionApproved(), policy.SessionConfirmed()))
	editors := policy.AnyOf(policy.SelfSubmitted(), policy.CoOrganizer(), policy.SpeakerOf())
	seen := policy.AnyOf(programme, editors)
	return engine.Resource{
		Type:          "session",
		Path:          "sessions",
		Table:         "sessions",
		SoftDelete:    true,
		Event:         "event_id",
		User:          "creator_id",
		Attributes:    sessionAttributes(),
		Relationships: sessionRelationships(),
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.AnyOf(policy.AllOf(policy.LoggedIn(), policy.Published()), policy.CoOrganizer()),
			Update: editors,
			Delete: editors,
		},
		BeforeCreate: beforeSessionCreate,
		BeforeUpdate: beforeSessionUpdate,
		BeforeDelete: checkLock,
	}
}

func sessionAttributes() []engine.Attribute {
	text := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.HTML, Nullable: true}
	}
	link := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.URL, Nullable: true}
	}
	when := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Time, Nullable: true}
	}
	return []engine.Attribute{
		{Name: "title", Kind: engine.String, Required: true},
		{Name: "subtitle", Kind: engine.String, Nullable: true},
		text("short-abstract"), text("long-abstract"), text("comments"),
		{Name: "language", Kind: engine.String, Nullable: true},
		{Name: "level", Kind: engine.String, Nullable: true, OneOf: []string{"Beginner", "Intermediate", "Advanced", "Expert"}},
		when("starts-at"), when("ends-at"),
		link("website"), link("twitter"), link("facebook"), link("github"), link("linkedin"), link("instagram"),
		link("gitlab"), link("mastodon"),
		link("slides-url"),
		{Name: "slides", Kind: engine.JSON, Nullable: true, Check: checkDocuments},
		link("video-url"), link("audio-url"), link("signup-url"),
		{Name: "state", Kind: engine.String, Nullable: true, Default: "draft", OneOf: sessionStates()},
		when("submitted-at"),
		{Name: "is-mail-sent", Kind: engine.Bool, Default: false, Writer: policy.CoOrganizer()},
		{Name: "send-email", Kind: engine.Bool, Nullable: true, WriteOnly: true},
		{Name: "is-locked", Kind: engine.Bool, Default: false},
		{Name: "complex-field-values", Kind: engine.JSON, Nullable: true, Check: checkFlat},
		{Name: "created-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		{Name: "last-modified-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		// Sessions are rated in feedbacks and marked in favourites. As long as neither is served, nobody
		// has.
		{Name: "average-rating", Kind: engine.Float, Expression: "NULL::double precision"},
		{Name: "rating-count", Kind: engine.Int, Expression: "0::bigint"},
		{Name: "favourite-count", Kind: engine.Int, Expression: "0::bigint"},
	}
}

func sessionRelationships() []engine.Relationship {
	return []engine.Relationship{
		ofEvent(),
		{Name: "creator", Type: "user", Column: "creator_id", ReadOnly: true},
		{Name: "track", Type: "track", Column: "track_id"},
		{Name: "session-type", Type: "session-type", Column: "session_type_id"},
		{Name: "microlocation", Type: "microlocation", Column: "microlocation_id"},
		{Name: "speakers", Type: "speaker", Many: true, Join: &engine.Join{
			Table: "speakers_sessions", Here: "session_id", There: "speaker_id", Same: "event_id",
		}},
		{Name: "speaker-invites", Type: "speaker-invite", Many: true, Reverse: "session_id"},
		{Name: "exhibitors", Type: "exhibitor", Many: true},
		{Name: "feedbacks", Type: "feedback", Many: true, Reverse: "session_id"},
		{Name: "favourites", Type: "user-favourite-session", Path: "user-favourite-sessions", Many: true, Reverse: "session_id"},
		{Name: "favourite", Type: "user-favourite-session", Path: "user-favourite-sessions", ReadOnly: true},
	}
}

func beforeSessionCreate(c *engine.Change) error {
	if err := enabled("is_sessions_speakers_enabled", "Sessions are disabled for this Event")(c); err != nil {
		return err
	}
	c.Values["creator"] = c.Actor.ID
	organizer, err := arranges(c)
	if err != nil {
		return err
	}
	state := c.Text("state")
	if !organizer && state != "draft" {
		if err := speakerMoves().check("draft", state); err != nil {
			return err
		}
	}
	if starts, ok := c.Will("starts-at").(time.Time); ok && starts.Before(c.Now) {
		return jsonapi.Unprocessable("/data/attributes/starts-at", "starts-at should be after current date-time")
	}
	if state == "pending" && c.Will("submitted-at") == nil {
		c.Values["submitted-at"] = c.Now
	}
	return checkSession(c)
}

func beforeSessionUpdate(c *engine.Change) error {
	if err := checkLock(c); err != nil {
		return err
	}
	if err := checkMove(c); err != nil {
		return err
	}
	if c.Changes("event") {
		if err := enabled("is_sessions_speakers_enabled", "Sessions are disabled for this Event")(c); err != nil {
			return err
		}
	}
	if c.Changes("state") {
		organizer, err := arranges(c)
		if err != nil {
			return err
		}
		allowed := speakerMoves()
		if organizer && c.Was("state") != "draft" {
			allowed = organizerMoves()
		}
		from, _ := c.Was("state").(string)
		if err := allowed.check(from, c.Text("state")); err != nil {
			return err
		}
		if from == "draft" && c.Will("submitted-at") == nil {
			c.Values["submitted-at"] = c.Now
		}
	}
	if err := checkSession(c); err != nil {
		return err
	}
	for name := range c.Values {
		if c.Changes(name) { // a request that says what is so already is no modification
			c.Values["last-modified-at"] = c.Now
			break
		}
	}
	return nil
}

// checkLock leaves locked sessions to organizers, and locking too.
func checkLock(c *engine.Change) error {
	if c.Was("is-locked") != true && !c.Changes("is-locked") {
		return nil
	}
	organizer, err := arranges(c)
	if err == nil && !organizer {
		err = jsonapi.Forbidden("/data/attributes/is-locked", "Locked sessions cannot be edited")
	}
	return err
}

// checkSession holds what there will be against the event that the session is in.
func checkSession(c *engine.Change) error {
	starts, hasStart := c.Will("starts-at").(time.Time)
	ends, hasEnd := c.Will("ends-at").(time.Time)
	if hasStart && hasEnd && !ends.After(starts) && (c.Changes("starts-at") || c.Changes("ends-at")) {
		return jsonapi.Unprocessable("/data/attributes/ends-at", "ends-at should be after starts-at")
	}
	if _, given := c.Values["microlocation"]; given {
		organizer, err := isIn(c, "owner", "organizer", "coorganizer")
		if err != nil {
			return err
		}
		if !organizer && !c.Actor.Staff() { // where a session is held is not for its speakers to say
			delete(c.Values, "microlocation")
		}
	}
	for _, part := range []struct{ name, table string }{{"track", "tracks"}, {"session-type", "session_types"}, {"microlocation", "microlocations"}} {
		if err := checkPart(c, part.name, part.table); err != nil {
			return err
		}
	}
	return checkForm(c, "session")
}

// checkPart wants a part of the event, such as a track, to be of the event that the session is in.
func checkPart(c *engine.Change, name, table string) error {
	if c.Will(name) == nil || (!c.Changes(name) && !c.Changes("event")) {
		return nil
	}
	var belongs bool
	err := c.DB.QueryRow(c.Context, "SELECT EXISTS (SELECT 1 FROM "+table+" WHERE id = $1::bigint AND event_id = $2::bigint)",
		c.Will(name), c.Will("event")).Scan(&belongs)
	if err != nil {
		return fmt.Errorf("look up %s %v: %w", name, c.Will(name), err)
	}
	if !belongs {
		return jsonapi.Unprocessable("/data/relationships/"+name, "The "+strings.ReplaceAll(name, "-", " ")+" is one of another event")
	}
	return nil
}
