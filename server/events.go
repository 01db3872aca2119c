package server

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // the zones of events, on machines that have none

	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/jsonapi"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// maxEventDuration is how long an event lasts at most.
const maxEventDuration = 20 * 24 * time.Hour

// events declares the events themselves. URLs take the id or the identifier. A draft is hidden from
// everybody but its organizers and staff, wherever it would be seen: in lists, under its topic, along
// with other objects. (Open Event shows drafts to everybody under their topic.)
func events() engine.Resource {
	seen := policy.AnyOf(policy.Published(), policy.CoOrganizer())
	return engine.Resource{
		Type:          "event",
		Path:          "events",
		Table:         "events",
		Key:           "identifier",
		SoftDelete:    true,
		Event:         "id",
		Attributes:    eventAttributes(),
		Relationships: eventRelationships(),
		Policy: policy.Table{
			List:   seen,
			View:   seen.ElseNotFound(),
			Create: policy.Verified(),
			Update: policy.CoOrganizer(),
			Delete: policy.CoOrganizer(),
		},
		Views:        []engine.View{{Name: "upcoming", Where: upcoming}},
		BeforeCreate: beforeEventCreate,
		AfterCreate:  afterEventCreate,
		BeforeUpdate: beforeEventUpdate,
	}
}

// upcoming are the events for a front page: to come, for the public, and either promoted or with
// everything that a card on the page shows.
const upcoming = `{row}.starts_at > {now} AND {row}.ends_at > {now}
	AND {row}.state = 'published' AND {row}.privacy = 'public'
	AND ({row}.is_promoted OR NOT {row}.is_demoted
		AND {row}.original_image_url IS NOT NULL AND {row}.logo_url IS NOT NULL
		AND {row}.event_topic_id IS NOT NULL AND {row}.event_sub_topic_id IS NOT NULL)`

func eventAttributes() []engine.Attribute {
	flag := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Bool, Default: false}
	}
	highlight := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Bool, Default: false, Writer: policy.Staff()}
	}
	text := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.String, Nullable: true}
	}
	link := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.URL, Nullable: true}
	}
	made := func(name string, kind engine.Kind) engine.Attribute {
		return engine.Attribute{Name: name, Kind: kind, ReadOnly: true}
	}
	sales := func(name string) engine.Attribute {
		return engine.Attribute{Name: name, Kind: engine.Int, ReadOnly: true, Visible: policy.CoOrganizer()}
	}
	return []engine.Attribute{
		made("identifier", engine.String),
		{Name: "name", Kind: engine.String, Required: true},
		{Name: "description", Kind: engine.HTML, Nullable: true},
		{Name: "state", Kind: engine.String, Nullable: true, Default: "draft", OneOf: []string{"published", "draft"}},
		{Name: "privacy", Kind: engine.String, Default: "public", OneOf: []string{"public", "private"}},
		{Name: "starts-at", Kind: engine.Time, Required: true},
		{Name: "ends-at", Kind: engine.Time, Required: true},
		{Name: "timezone", Kind: engine.String, Required: true, Check: checkTimezone},
		{Name: "schedule-published-on", Kind: engine.Time, Nullable: true},
		{Name: "created-at", Kind: engine.Time, ReadOnly: true, Default: engine.Now{}},
		flag("online"),
		{Name: "latitude", Kind: engine.Float, Nullable: true, Check: within(90)},
		{Name: "longitude", Kind: engine.Float, Nullable: true, Check: within(180)},
		text("location-name"), text("searchable-location-name"), flag("is-map-shown"),
		link("logo-url"), link("original-image-url"), made("thumbnail-image-url", engine.URL),
		made("large-image-url", engine.URL), made("icon-image-url", engine.URL),
		link("external-event-url"), link("ticket-url"),
		made("pentabarf-url", engine.URL), made("ical-url", engine.URL), made("xcal-url", engine.URL),
		text("owner-name"),
		{Name: "owner-description", Kind: engine.HTML, Nullable: true},
		flag("has-owner-info"),
		{Name: "code-of-conduct", Kind: engine.HTML, Nullable: true},
		{Name: "after-order-message", Kind: engine.HTML, Nullable: true},
		text("refund-policy"),
		highlight("is-featured"), highlight("is-promoted"), highlight("is-demoted"),
		flag("is-announced"), flag("is-cfs-enabled"), flag("is-sessions-speakers-enabled"), flag("is-sponsors-enabled"),
		{Name: "is-badges-enabled", Kind: engine.Bool, Default: true},
		{Name: "is-ticket-form-enabled", Kind: engine.Bool, Default: true},
		flag("is-oneclick-signup-enabled"), flag("show-remaining-tickets"), flag("is-donation-enabled"),
		flag("is-document-enabled"),
		{Name: "document-links", Kind: engine.JSON, Nullable: true, Check: checkDocuments},
		text("public-stream-link"), flag("stream-loop"), flag("stream-autoplay"),
		flag("is-videoroom-enabled"), flag("is-chat-enabled"),
		{Name: "chat-room-name", Kind: engine.String, Expression: "CASE WHEN {row}.is_chat_enabled THEN " +
			"regexp_replace({row}.name, '[^0-9A-Za-z]+', '-', 'g') || '-' || {row}.identifier END"},
		text("payment-country"), text("payment-currency"),
		{Name: "paypal-email", Kind: engine.Email, Nullable: true},
		flag("is-tax-enabled"), flag("is-billing-info-mandatory"), made("is-stripe-linked", engine.Bool),
		flag("can-pay-by-paypal"), flag("can-pay-by-stripe"), flag("can-pay-by-cheque"), flag("can-pay-by-bank"),
		flag("can-pay-by-invoice"), flag("can-pay-by-omise"), flag("can-pay-by-alipay"), flag("can-pay-by-paytm"),
		flag("can-pay-onsite"),
		text("cheque-details"), text("invoice-details"), text("bank-details"), text("onsite-details"),
		sales("completed-order-sales"), sales("placed-order-sales"), sales("pending-order-sales"),
		sales("completed-order-tickets"), sales("placed-order-tickets"), sales("pending-order-tickets"),
	}
}

// eventRelationships are all of Open Event's. Those of types that are not declared are links, until
// they are.
func eventRelationships() []engine.Relationship {
	many := func(name, typ string) engine.Relationship {
		return engine.Relationship{Name: name, Type: typ, Many: true, Reverse: "event_id"}
	}
	at := func(path string, rel engine.Relationship) engine.Relationship {
		rel.Path = path
		return rel
	}
	one := func(name string) engine.Relationship {
		return engine.Relationship{Name: name, Type: name, Reverse: "event_id", ReadOnly: true}
	}
	// given are made in another way: no relationship endpoint must be a way round it.
	given := func(rel engine.Relationship) engine.Relationship {
		rel.ReadOnly = true
		return rel
	}
	internal := func(rel engine.Relationship) engine.Relationship {
		rel.Visible = policy.CoOrganizer()
		return rel
	}
	owner := usersWith("owner", "owner")
	owner.Many = false
	return []engine.Relationship{
		{Name: "event-type", Type: "event-type", Column: "event_type_id"},
		{Name: "event-topic", Type: "event-topic", Column: "event_topic_id"},
		{Name: "event-sub-topic", Type: "event-sub-topic", Column: "event_sub_topic_id"},
		{Name: "group", Type: "group", Column: "group_id"},
		owner,
		usersWith("organizers", "organizer"),
		usersWith("coorganizers", "coorganizer"),
		internal(usersWith("track-organizers", "track_organizer")),
		internal(usersWith("moderators", "moderator")),
		internal(usersWith("registrars", "registrar")),
		many("tickets", "ticket"), many("ticket-tags", "ticket-tag"),
		many("sessions", "session"), many("session-types", "session-type"), many("tracks", "track"),
		many("microlocations", "microlocation"), many("speakers", "speaker"), one("speakers-call"),
		many("sponsors", "sponsor"), many("exhibitors", "exhibitor"), many("social-links", "social-link"),
		many("faqs", "faq"), many("faq-types", "faq-type"), many("feedbacks", "feedback"),
		{Name: "custom-forms", Type: "custom-form", Many: true, Reverse: "event_id", By: "form_id"},
		many("badge-forms", "badge-form"), many("tags", "tag"),
		at("stations", many("station", "station")),
		at("user-favourite-sessions", many("session-favourites", "user-favourite-session")),
		many("speaker-invites", "speaker-invite"),
		one("event-copyright"), one("tax"), one("stripe-authorization"), one("video-stream"),
		{Name: "order-statistics", Type: "order-statistics-event"},
		{Name: "general-statistics", Type: "event-statistics-general"},
		internal(many("attendees", "attendee")), internal(many("orders", "order")),
		internal(many("event-invoices", "event-invoice")),
		internal(many("access-codes", "access-code")), internal(many("discount-codes", "discount-code")),
		internal(given(many("role-invites", "role-invite"))),
		internal(given(at("users-events-roles", many("roles", "users-events-roles")))),
	}
}

// within checks that a number is not farther from zero than the limit.
func within(limit float64) func(any) string {
	return func(v any) string {
		if f := v.(float64); f < -limit || f > limit { //nolint:forcetypeassert // the kind has made it one
			return fmt.Sprintf("Must be between -%g and %g.", limit, limit)
		}
		return ""
	}
}

func checkTimezone(v any) string {
	name, _ := v.(string)
	if _, err := time.LoadLocation(name); err != nil || name == "" || name == "Local" {
		return fmt.Sprintf("Unknown timezone: '%s'", name)
	}
	return ""
}

// checkDocuments wants a list of documents, each with a name and a link.
func checkDocuments(v any) string {
	var documents []struct{ Name, Link string }
	text, _ := v.(string)
	if err := json.Unmarshal([]byte(text), &documents); err != nil {
		return "Invalid type: want a list of documents."
	}
	for _, d := range documents {
		if d.Name == "" || d.Link == "" {
			return "Documents need a name and a link."
		}
	}
	return ""
}

func beforeEventCreate(c *engine.Change) error {
	c.Values["identifier"] = identifier()
	if err := checkEvent(c); err != nil {
		return err
	}
	topic, ok := c.Values["event-topic"].(int64)
	if !ok || c.Values["original-image-url"] != nil {
		return nil
	}
	var image *string
	err := c.DB.QueryRow(c.Context, "SELECT system_image_url FROM event_topics WHERE id = $1::bigint", topic).Scan(&image)
	if err != nil {
		return fmt.Errorf("look up image of topic %d: %w", topic, err)
	}
	if image != nil {
		c.Values["original-image-url"] = *image
	}
	return nil
}

// afterEventCreate makes the caller the owner, as if by an invitation, and begins the form for attendees
// with the one field that it cannot be without.
func afterEventCreate(c *engine.Change) error {
	if err := makeOwner(c, c.Actor.ID, c.ID); err != nil {
		return err
	}
	_, err := c.DB.Exec(c.Context, `INSERT INTO role_invites (email, role_name, event_id, role_id, hash, status, created_at)
		SELECT u.email, r.name, $2::bigint, r.id, $3::text, 'accepted', $4::timestamptz FROM users u, roles r
		WHERE u.id = $1::bigint AND r.name = 'owner'`, c.Actor.ID, c.ID, inviteHash(), c.Now)
	if err == nil {
		_, err = c.DB.Exec(c.Context, `INSERT INTO custom_forms (event_id, field_identifier, form, type, name, is_required, is_included, is_fixed)
			VALUES ($1::bigint, 'email', 'attendee', 'text', 'Email', true, true, true)`, c.ID)
	}
	if err != nil {
		return fmt.Errorf("complete event %d: %w", c.ID, err)
	}
	return nil
}

func beforeEventUpdate(c *engine.Change) error {
	for _, name := range []string{"state", "name", "starts-at", "ends-at"} {
		if c.Changes(name) {
			return checkEvent(c)
		}
	}
	return nil // an event that was stored with worse dates can still get another logo
}

// checkEvent holds an event that is not a draft, or is none any more, against what the public may
// expect of it.
func checkEvent(c *engine.Change) error {
	if c.Text("state") != "published" {
		return nil
	}
	if c.Was("state") != "published" && !c.Actor.Verified && !c.Actor.Staff() {
		return jsonapi.Forbidden("", "Only verified accounts can publish events")
	}
	if strings.TrimSpace(c.Text("name")) == "" {
		return jsonapi.Conflict("/data/attributes/name", "Event Name is required to publish the event")
	}
	starts, hasStart := c.Will("starts-at").(time.Time)
	ends, hasEnd := c.Will("ends-at").(time.Time)
	switch {
	case !hasStart || !hasEnd:
		return jsonapi.Unprocessable("/data/attributes/date", "enter required fields starts-at/ends-at")
	case !ends.After(starts):
		return jsonapi.Unprocessable("/data/attributes/ends-at", "ends-at should be after starts-at")
	case ends.Sub(starts) > maxEventDuration:
		return jsonapi.Unprocessable("/data/attributes/ends-at", "Event duration can not be more than 20 days")
	}
	return nil
}

// identifier is eight hexadecimal digits. One of them is a letter, so that none is taken for an id.
func identifier() string {
	for {
		if s := randomHex(4); strings.ContainsAny(s, "abcdef") {
			return s
		}
	}
}
