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
		{name: "track organizer", loggedIn: true, role: "track_organizer"},
		{name: "registrar", loggedIn: true, role: "registrar"},
		{name: "co-organizer", loggedIn: true, role: "coorganizer", hasAccess: true},
		{name: "organizer", loggedIn: true, role: "organizer", hasAccess: true},
		{name: "owner", loggedIn: true, role: "owner", hasAccess: true},
		{name: "admin", loggedIn: true, staff: true},
		{name: "super admin", loggedIn: true, staff: true, super: true},
	}
}

// grants is the naive model of a rule: what its name says, about a caller and a row.
func grants(t *testing.T, rule string, c caller, published bool) bool {
	t.Helper()
	for name := range strings.SplitSeq(rule, " or ") {
		granted := false
		switch name {
		case "Nobody":
		case "Anyone":
			granted = true
		case "LoggedIn":
			granted = c.loggedIn
		case "Verified":
			granted = c.verified || c.staff
		case "Staff":
			granted = c.staff
		case "SuperAdmin":
			granted = c.super
		case "Self":
			granted = c.self || c.staff
		case "CoOrganizer":
			granted = c.hasAccess || c.staff
		case "Published":
			granted = published
		default:
			t.Fatalf("the model knows no rule %q: add it", name)
		}
		if granted {
			return true
		}
	}
	return false
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
func expected(t *testing.T, p policy.Table, action string, c caller, published bool) int {
	t.Helper()
	granted := func(rule policy.Rule) bool { return grants(t, rule.String(), c, published) }
	act := func(rule policy.Rule, success int) int {
		switch {
		case !c.loggedIn && !granted(rule): // nothing but a view is granted to strangers by row
			return 401
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
		if !granted(p.Create) {
			return refusal(p.Create, c)
		}
		return 201
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
	}, got)
}

// TestPolicies tries each action on a row of each resource as each caller, and holds the answer against
// the declared table.
func TestPolicies(t *testing.T) {
	t.Parallel()
	resources := server.New(server.Config{}).Resources()
	require.Len(t, resources, 4, "give the new resource a body to create it with, below")
	for _, r := range resources {
		for _, published := range []bool{true, false} {
			if !published && r.Type != "event" {
				continue
			}
			for _, action := range []string{"list", "view", "create", "update", "delete"} {
				for _, c := range everybody() {
					t.Run(fmt.Sprintf("%s/%s/published=%t/%s", r.Type, action, published, c.name), func(t *testing.T) {
						t.Parallel()
						testCell(t, r, action, c, published)
					})
				}
			}
		}
	}
}

// bodies of creations; an update sends the type and the id only.
func creation(typ string) string {
	switch typ {
	case "user":
		return `{"data": {"type": "user", "attributes": {"email": "new@example.com", "password": "long enough"}}}`
	case "event":
		return `{"data": {"type": "event", "attributes": {"name": "New", "timezone": "UTC", "starts-at": "2099-01-01T10:00:00Z", "ends-at": "2099-01-02T10:00:00Z"}}}`
	case "event-topic":
		return `{"data": {"type": "event-topic", "attributes": {"name": "New"}}}`
	}
	return `{"data": {"type": "event-sub-topic", "attributes": {"name": "New"}, "relationships": {"event-topic": {"data": {"type": "event-topic", "id": "1"}}}}}`
}

func testCell(t *testing.T, r engine.Resource, action string, c caller, published bool) {
	f := setup(t)
	topic := f.topic("Music")
	f.exec("INSERT INTO event_sub_topics (name, slug, event_topic_id) VALUES ('Jazz', 'jazz', $1)", topic)
	event := f.event("Concert", topic)
	if !published {
		f.exec("UPDATE events SET state = 'draft'")
	}
	user := f.user("row@example.com")
	token := f.enter(c, user, event)
	id := map[string]int64{"user": user, "event": event, "event-topic": topic, "event-sub-topic": 1}[r.Type]
	object := fmt.Sprintf("/v1/%s/%d", r.Path, id)
	body := fmt.Sprintf(`{"data": {"type": %q, "id": "%d"}}`, r.Type, id)
	switch action {
	case "list":
		f.testList(t, r, c, published, token, id)
		return
	case "view":
		f.do(call{method: "GET", path: object, token: token}).wants(expected(t, r.Policy, action, c, published))
	case "create":
		f.do(call{method: "POST", path: "/v1/" + r.Path, body: creation(r.Type), token: token}).wants(expected(t, r.Policy, action, c, published))
	case "update":
		f.do(call{method: "PATCH", path: object, body: body, token: token}).wants(expected(t, r.Policy, action, c, published))
	case "delete":
		f.do(call{method: "DELETE", path: object, token: token}).wants(expected(t, r.Policy, action, c, published))
		missing := f.do(call{method: "DELETE", path: "/v1/" + r.Path + "/999", token: token})
		if !grants(t, r.Policy.View.String(), c, published) {
			assert.Equal(t, expected(t, r.Policy, action, c, published), missing.Code, "a hidden row and none must look the same")
		}
	}
}

// testList looks for the row in the list, or in that of its parent where there is no other.
func (f *fixture) testList(t *testing.T, r engine.Resource, c caller, published bool, token string, id int64) {
	path := "/v1/" + r.Path
	if r.Without&engine.List != 0 {
		path = "/v1/event-topics/1/" + r.Path
	}
	a := f.get(path, token)
	granted := grants(t, r.Policy.List.String(), c, published)
	if !granted && !strings.Contains(r.Policy.List.String(), "Published") {
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
		return f.login("row@example.com")
	}
	id := f.user("caller@example.com", fmt.Sprintf("is_verified = %t, is_admin = %t, is_super_admin = %t", c.verified, c.staff, c.super))
	if c.role != "" {
		f.role(id, event, c.role)
	}
	return f.login("caller@example.com")
}
