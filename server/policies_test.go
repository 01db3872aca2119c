package server_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/internal/engine"
	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// caller is somebody who asks, with what the naive model knows of them.
type caller struct {
	name               string
	loggedIn, verified bool
	staff, super       bool
	self               bool   // they are the user of the row
	role               string // in the event of the row
	hasAccess          bool   // the role is that of a co-organizer or above
}

func everybody() []caller {
	return []caller{
		{name: "anonymous"},
		{name: "user", loggedIn: true},
		{name: "verified user", loggedIn: true, verified: true},
		{name: "self", loggedIn: true, self: true},
		{name: "verified self", loggedIn: true, self: true, verified: true},
		{name: "track organizer", loggedIn: true, role: "track_organizer"},
		{name: "moderator", loggedIn: true, role: "moderator"},
		{name: "registrar", loggedIn: true, role: "registrar"},
		{name: "co-organizer", loggedIn: true, role: "coorganizer", hasAccess: true},
		{name: "organizer", loggedIn: true, role: "organizer", hasAccess: true},
		{name: "owner", loggedIn: true, role: "owner", hasAccess: true},
		{name: "admin", loggedIn: true, staff: true},
		{name: "super admin", loggedIn: true, staff: true, super: true},
	}
}

// state is what the model knows of a row: whether its event is published, and its session approved.
type state struct{ published, approved bool }

// grants is the naive model of a rule: what its name says, about a caller and a row.
func grants(t *testing.T, rule string, c caller, row state) bool {
	t.Helper()
	alternatives := outside(rule, " or ")
	for _, one := range alternatives {
		granted := true
		for _, part := range outside(one, " and ") {
			if inner, nested := strings.CutPrefix(part, "("); nested {
				granted = granted && grants(t, strings.TrimSuffix(inner, ")"), c, row)
				continue
			}
			granted = granted && holds(t, part, c, row)
		}
		if granted {
			return true
		}
	}
	return false
}

// outside splits the name of a rule at a word that stands outside parentheses.
func outside(rule, word string) []string {
	var parts []string
	depth, from := 0, 0
	for i := range rule {
		switch {
		case rule[i] == '(':
			depth++
		case rule[i] == ')':
			depth--
		case depth == 0 && strings.HasPrefix(rule[i:], word):
			parts = append(parts, rule[from:i])
			from = i + len(word)
		}
	}
	return append(parts, rule[from:])
}

// holds is grants for a rule that is not made of others.
func holds(t *testing.T, rule string, c caller, row state) bool {
	t.Helper()
	switch rule {
	case "Nobody":
		return false
	case "Anyone":
		return true
	case "LoggedIn":
		return c.loggedIn
	case "Verified":
		return c.verified || c.staff
	case "Staff":
		return c.staff
	case "SuperAdmin":
		return c.super
	case "Self":
		return c.self || c.staff
	case "SelfSubmitted":
		return c.self || c.staff
	case "SpeakerOf", "SpeakerSelf", "SessionConfirmed": // of which the samples have none
		return c.staff && rule != "SessionConfirmed"
	case "SessionApproved":
		return row.approved
	case "Invited":
		return (c.self && c.verified) || c.staff
	case "TrackOrganizer", "Moderator", "Registrar":
		role := map[string]string{"TrackOrganizer": "track_organizer", "Moderator": "moderator", "Registrar": "registrar"}[rule]
		return c.role == role || c.hasAccess || c.staff
	case "CoOrganizer":
		return c.hasAccess || c.staff
	case "Organizer":
		return c.role == "organizer" || c.role == "owner" || c.staff
	case "Owner":
		return c.role == "owner" || c.staff
	case "Published":
		return row.published
	}
	t.Fatalf("the model knows no rule %q: add it", rule)
	return false
}

// byRow reports whether the rule may grant something to the caller on some row, and not on another.
func byRow(t *testing.T, rule string, c caller) bool {
	t.Helper()
	best, worst := c, c
	if c.loggedIn && !c.staff {
		best.self, best.role, best.hasAccess = true, "owner", true
		worst = caller{loggedIn: true, verified: c.verified}
	}
	return grants(t, rule, best, state{true, true}) && !grants(t, rule, worst, state{})
}

// refusal is the status of an answer to somebody who is not granted something.
func refusal(rule policy.Rule, c caller) int {
	switch {
	case rule.Hidden():
		return 404
	case !c.loggedIn:
		return 401
	}
	return 403
}

// expected is the status of an action on a row, by the table of a policy and the naive model.
func expected(t *testing.T, r engine.Resource, action string, c caller, row state) int {
	t.Helper()
	p := r.Policy
	granted := func(rule policy.Rule) bool { return grants(t, rule.String(), c, row) }
	act := func(rule policy.Rule, success int) int {
		switch {
		case !granted(rule) && !byRow(t, rule.String(), c): // refused before the row is looked at
			return refusal(rule, c)
		case !granted(p.View):
			return refusal(p.View, c)
		case !granted(rule):
			return refusal(rule, c)
		}
		return success
	}
	switch action {
	case "view":
		if !granted(p.View) {
			return refusal(p.View, c)
		}
		return 200
	case "create":
		seesEvent := row.published || c.hasAccess || c.staff
		switch {
		case granted(p.Create):
			return 201
		case c.loggedIn && r.Event == "event_id" && !seesEvent: // the event is not there for them
			return 404
		}
		return refusal(p.Create, c)
	case "update":
		return act(p.Update, 200)
	case "delete":
		return act(p.Delete, 200)
	}
	t.Fatalf("no action %q", action)
	return 0
}

// TestPolicyTables is the documented table of permissions, so that nobody changes it in passing.
func TestPolicyTables(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range server.New(server.Config{}).Resources() {
		p := r.Policy
		got = append(got, fmt.Sprintf("%s | %s | %s | %s | %s | %s | %s", r.Path, p.List, p.View, p.Create, p.Update, p.Delete, p.Including()))
	}
	assert.Equal(t, []string{
		// list, view, create, update, delete, included with another object
		"users | Staff | Self | Anyone | Self | Self | Anyone",
		"events | Published or CoOrganizer | Published or CoOrganizer | Verified | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"event-topics | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"event-sub-topics | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"event-types | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"tracks | Published or TrackOrganizer | Published or TrackOrganizer | TrackOrganizer | TrackOrganizer | TrackOrganizer | Published or TrackOrganizer",
		"microlocations | Published or CoOrganizer | Published or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"session-types | Published or CoOrganizer | Published or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"sponsors | Published or CoOrganizer | Published or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"roles | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"services | Staff | Anyone | Nobody | Staff | Nobody | Anyone",
		"event-role-permissions | Staff | Anyone | Nobody | Staff | Nobody | Anyone",
		"custom-system-roles | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"panel-permissions | Staff | Staff | Staff | Staff | Staff | Staff",
		"user-permissions | Staff | Staff | Staff | Staff | Staff | Staff",
		"speakers-calls | Published or CoOrganizer | Published or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"custom-forms | LoggedIn and Published or CoOrganizer | Published or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Published or CoOrganizer",
		"users-events-roles | CoOrganizer | CoOrganizer | Nobody | Organizer | CoOrganizer | CoOrganizer",
		"role-invites | CoOrganizer | Invited or CoOrganizer | Organizer | LoggedIn | Organizer | Invited or CoOrganizer",
		"settings | Nobody | Anyone | Nobody | Staff | Nobody | Anyone",
		"sessions | Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerOf | " +
			"Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerOf | " +
			"LoggedIn and Published or CoOrganizer | SelfSubmitted or CoOrganizer or SpeakerOf | SelfSubmitted or CoOrganizer or SpeakerOf | " +
			"Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerOf",
		"speakers | Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerSelf | " +
			"Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerSelf | " +
			"LoggedIn and Published or CoOrganizer | SelfSubmitted or CoOrganizer or SpeakerSelf | SelfSubmitted or CoOrganizer or SpeakerSelf | " +
			"Published and (SessionApproved or SessionConfirmed) or SelfSubmitted or CoOrganizer or SpeakerSelf",
		"custom-placeholders | Anyone | Anyone | Staff | Staff | Staff | Anyone",
		"notifications | Self | Self | Nobody | Self | Self | Self",
		"email-notifications | Self | Self | Nobody | Self | Self | Self",
		"event-invoices | Self or Organizer | Self or Organizer | Nobody | Staff | Nobody | Self or Organizer",
		"access-codes | Self or CoOrganizer | Self or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Self or CoOrganizer",
		"discount-codes | Self or CoOrganizer | Self or CoOrganizer | CoOrganizer | CoOrganizer | CoOrganizer | Self or CoOrganizer",
	}, got)
}

// TestPolicies tries each action on a row of each resource as each caller, and holds the answer against
// the declared table.
func TestPolicies(t *testing.T) {
	t.Parallel()
	for _, r := range server.New(server.Config{}).Resources() {
		for _, published := range []bool{true, false} {
			if !published && r.Event == "" {
				continue
			}
			for _, c := range everybody() {
				t.Run(fmt.Sprintf("%s/published=%t/%s", r.Type, published, c.name), func(t *testing.T) {
					t.Parallel()
					testCells(t, r, c, published)
				})
			}
		}
	}
}

// sample is a row of a resource, and how another one is created.
type sample struct {
	// row is a statement that makes the row and returns its id. Topic 1, event 1 and user 1, the user of
	// the row, are there.
	row string
	// attributes and relationships are those of a creation.
	attributes, relationships string
	// always are attributes that an update has to send too.
	always string
	// parent is the path under which the rows are listed when they have no list of their own. Empty: that
	// of their event.
	parent string
	// instead is a statement that makes room for a creation. Empty: none is needed.
	instead string
	// unlisted says that there is no list at all, and guarded that the list under the event is a whole
	// that is refused.
	unlisted, guarded bool
	// approved says that the row belongs to a session that was accepted.
	approved bool
	// unless are callers whom an update that is granted tells 422.
	unless func(caller) bool
}

// sampleOf is the sample of a resource.
func sampleOf(tb testing.TB, r engine.Resource) sample {
	tb.Helper()
	require.Contains(tb, samples(), r.Type, "give the new resource a sample in samples()")
	return samples()[r.Type]
}

const inEvent = `"event": {"data": {"type": "event", "id": "1"}}`

func samples() map[string]sample {
	return map[string]sample{
		"user":        {row: `SELECT 1`, attributes: `"email": "new@example.com", "password": "long enough"`},
		"event":       {row: `SELECT 1`, attributes: `"name": "New", "timezone": "UTC", "starts-at": "2099-01-01T10:00:00Z", "ends-at": "2099-01-02T10:00:00Z"`},
		"event-topic": {row: `SELECT 1`, attributes: `"name": "New"`},
		"event-sub-topic": {
			row:        `INSERT INTO event_sub_topics (name, slug, event_topic_id) VALUES ('Jazz', 'jazz', 1) RETURNING id`,
			attributes: `"name": "New"`, relationships: `"event-topic": {"data": {"type": "event-topic", "id": "1"}}`, parent: "/v1/event-topics/1",
		},
		"event-type": {row: `INSERT INTO event_types (name, slug) VALUES ('Camp', 'camp') RETURNING id`, attributes: `"name": "New"`},
		"track": {
			row:        `INSERT INTO tracks (name, color, event_id) VALUES ('Web', '#ff0000', 1) RETURNING id`,
			attributes: `"name": "New", "color": "#fff"`, relationships: inEvent, always: `"color": "#fff"`,
		},
		"microlocation": {
			row:        `INSERT INTO microlocations (name, event_id) VALUES ('Hall', 1) RETURNING id`,
			attributes: `"name": "New"`, relationships: inEvent,
		},
		"session-type": {
			row:        `INSERT INTO session_types (name, length, event_id) VALUES ('Talk', '00:30', 1) RETURNING id`,
			attributes: `"name": "New", "length": "01:00"`, relationships: inEvent, always: `"length": "01:00"`,
		},
		"sponsor": {row: `INSERT INTO sponsors (name, event_id) VALUES ('Acme', 1) RETURNING id`, attributes: `"name": "New"`, relationships: inEvent},
		"role":    {row: `INSERT INTO roles (name) VALUES ('steward') RETURNING id`, attributes: `"name": "New"`},
		"service": {row: `INSERT INTO services (name) VALUES ('track') RETURNING id`},
		"event-role-permissions": {row: `WITH s AS (INSERT INTO services (name) VALUES ('speaker') RETURNING id)
			INSERT INTO permissions (role_id, service_id) SELECT 1, id FROM s RETURNING id`},
		"custom-system-role": {row: `INSERT INTO custom_sys_roles (name) VALUES ('Sales') RETURNING id`, attributes: `"name": "New"`},
		"panel-permission":   {row: `INSERT INTO panel_permissions (panel_name) VALUES ('sales') RETURNING id`, attributes: `"panel-name": "new"`},
		"speakers-call": {
			row:        `INSERT INTO speakers_calls (starts_at, ends_at, event_id) VALUES ('2098-01-01', '2098-02-01', 1) RETURNING id`,
			attributes: `"starts-at": "2098-01-01T00:00:00Z", "ends-at": "2098-02-01T00:00:00Z"`, relationships: inEvent, unlisted: true,
			instead: `DELETE FROM speakers_calls`,
		},
		"custom-form": {
			row:        `INSERT INTO custom_forms (field_identifier, form, type, name, event_id) VALUES ('title', 'session', 'text', 'Title', 1) RETURNING id`,
			attributes: `"field-identifier": "hobby", "form": "speaker"`, relationships: inEvent,
		},
		"users-events-roles": {
			row:     `INSERT INTO users_events_roles (user_id, event_id, role_id) SELECT 1, 1, id FROM roles WHERE name = 'moderator' RETURNING id`,
			guarded: true,
		},
		"role-invite": {
			row:        `INSERT INTO role_invites (email, role_name, role_id, event_id) SELECT 'Row@example.com', name, id, 1 FROM roles WHERE name = 'moderator' RETURNING id`,
			attributes: `"email": "new@example.com"`, relationships: inEvent + `, "role": {"data": {"type": "role", "id": "2"}}`, guarded: true,
			unless: func(c caller) bool { return c.role == "coorganizer" },
		},
		"setting": {row: `SELECT 1`, unlisted: true},
		"session": {
			row:        `INSERT INTO sessions (title, state, event_id, creator_id) VALUES ('Talk', 'pending', 1, 1) RETURNING id`,
			attributes: `"title": "New"`, relationships: inEvent,
		},
		"speaker": {
			row: `WITH s AS (INSERT INTO sessions (title, state, event_id, creator_id) VALUES ('Talk', 'accepted', 1, 1) RETURNING id),
				p AS (INSERT INTO speaker (name, email, event_id) VALUES ('Ada', 'ada@example.com', 1) RETURNING id),
				l AS (INSERT INTO speakers_sessions (speaker_id, session_id) SELECT p.id, s.id FROM p, s) SELECT id FROM p`,
			attributes: `"name": "New"`, relationships: inEvent, approved: true,
		},
		"custom-placeholder": {
			row:        `INSERT INTO custom_placeholders (name, original_image_url) VALUES ('Hills', 'https://images.example.com/hills.png') RETURNING id`,
			attributes: `"name": "New", "original-image-url": "https://images.example.com/new.png"`,
		},
		"notification":       {row: `INSERT INTO notifications (user_id) VALUES (1) RETURNING id`},
		"email-notification": {row: `INSERT INTO email_notifications (user_id, event_id) VALUES (1, 1) RETURNING id`},
		"event-invoice":      {row: `INSERT INTO event_invoices (identifier, user_id, event_id) VALUES ('ab', 1, 1) RETURNING id`},
		"access-code": {
			row:        `INSERT INTO access_codes (code, event_id, marketer_id) VALUES ('a', 1, 1) RETURNING id`,
			attributes: `"code": "b", "valid-from": "2030-01-01T00:00:00Z"`, relationships: inEvent, guarded: true,
		},
		"discount-code": {
			row:        `INSERT INTO discount_codes (code, value, type, used_for, event_id, marketer_id) VALUES ('a', 1, 'amount', 'ticket', 1, 1) RETURNING id`,
			attributes: `"code": "b", "value": 1, "type": "amount"`, relationships: inEvent, guarded: true,
		},
		"user-permission": {row: `INSERT INTO user_permissions (name) VALUES ('publish_event') RETURNING id`, attributes: `"name": "new"`},
	}
}

// place makes topic 1, event 1 and user 1, who is the user of a row.
func (f *fixture) place() (user, event int64) {
	f.Helper()
	user = f.user("row@example.com")
	return user, f.event("Concert", f.topic("Music"), "is_sponsors_enabled = true", "is_sessions_speakers_enabled = true")
}

// testCells tries every action, in an order in which none is in the way of the next.
func testCells(t *testing.T, r engine.Resource, c caller, published bool) {
	row := state{published: published, approved: samples()[r.Type].approved}
	f := setup(t)
	user, event := f.place()
	sample := sampleOf(t, r)
	id := f.id(sample.row)
	if !published {
		f.exec("UPDATE events SET state = 'draft'")
	}
	token := f.enter(c, user, event)
	object := func() string { return fmt.Sprintf("/v1/%s/%d", r.Path, id) }

	f.testList(t, r, c, row, token, id)
	f.do(call{method: "GET", path: object(), token: token}).wants(expected(t, r, "view", c, row))
	want := expected(t, r, "update", c, row)
	if want == 200 && sample.unless != nil && sample.unless(c) {
		want = 422
	}
	f.do(call{method: "PATCH", path: object(), token: token, body: fmt.Sprintf(
		`{"data": {"type": %q, "id": "%d", "attributes": {%s}}}`, r.Type, id, sample.always)}).wants(want)
	if r.Without&engine.Create == 0 && !r.Singleton {
		if sample.instead != "" {
			f.exec(sample.instead)
		}
		f.do(call{method: "POST", path: "/v1/" + r.Path, token: token, body: fmt.Sprintf(
			`{"data": {"type": %q, "attributes": {%s}, "relationships": {%s}}}`, r.Type, sample.attributes, sample.relationships)}).
			wants(expected(t, r, "create", c, row))
		if sample.instead != "" {
			f.exec(sample.instead)
			id = f.id(sample.row)
		}
	}
	if r.Without&engine.Delete != 0 || r.Singleton {
		return
	}
	want = expected(t, r, "delete", c, row)
	if !grants(t, r.Policy.View.String(), c, row) {
		missing := f.do(call{method: "DELETE", path: "/v1/" + r.Path + "/999", token: token})
		assert.Equal(t, want, missing.Code, "a hidden row and none must look the same")
	}
	f.do(call{method: "DELETE", path: object(), token: token}).wants(want)
}

// testList looks for the row in the list, or in that of its parent where there is no other.
func (f *fixture) testList(t *testing.T, r engine.Resource, c caller, row state, token string, id int64) {
	path := "/v1/" + r.Path
	hidden := false
	sample := sampleOf(t, r)
	if sample.unlisted {
		return
	}
	if r.Without&engine.List != 0 {
		parent := sample.parent
		if parent == "" {
			parent = "/v1/events/1"
			hidden = !row.published && !c.hasAccess && !c.staff
		}
		path = parent + "/" + r.Path
	}
	a := f.get(path, token)
	granted := grants(t, r.Policy.List.String(), c, row)
	switch {
	case hidden:
		a.wants(404)
		return
	case sample.guarded && !c.hasAccess && !c.staff || !granted && (sample.guarded || !byRow(t, r.Policy.List.String(), c)):
		a.wants(refusal(r.Policy.List, c))
		return
	}
	a.wants(200)
	assert.Equal(t, granted, slices.Contains(a.ids("data"), fmt.Sprint(id)), "%s", a.Body)
	assert.EqualValues(t, len(a.ids("data")), a.at("meta", "count"), "hidden rows are not counted")
}

// enter makes the caller somebody who has logged in, and returns their token.
func (f *fixture) enter(c caller, row, event int64) string {
	f.Helper()
	switch {
	case !c.loggedIn:
		return ""
	case c.self:
		f.exec("UPDATE users SET is_verified = $1 WHERE email = 'row@example.com'", c.verified)
		return f.login("row@example.com")
	}
	id := f.user("caller@example.com", fmt.Sprintf("is_verified = %t, is_admin = %t, is_super_admin = %t", c.verified, c.staff, c.super))
	if c.role != "" {
		f.role(id, event, c.role)
	}
	return f.login("caller@example.com")
}
