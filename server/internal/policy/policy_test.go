package policy_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/bailiff-dev/bailiff/server/internal/policy"
)

// scope is one of a row of a table that belongs to an event and to a user.
func scope(table string) policy.Scope {
	n := 0
	return policy.Scope{Table: table, Alias: "t", Event: "event_id", User: "user_id", Sessions: "s.id = {row}.session_id", Arg: func(any) string {
		n++
		return fmt.Sprintf("$%d", n)
	}}
}

func TestAndOr(t *testing.T) {
	t.Parallel()
	assert.Equal(t, policy.Always, policy.And())
	assert.Equal(t, policy.Never, policy.Or())
	assert.Equal(t, policy.Never, policy.And("a", policy.Never, "b"))
	assert.Equal(t, policy.Always, policy.Or("a", policy.Always))
	assert.Equal(t, policy.Predicate("a"), policy.And(policy.Always, "a"))
	assert.Equal(t, policy.Predicate("(a AND b)"), policy.And("a", policy.Always, "b"))
	assert.Equal(t, policy.Predicate("(a OR b)"), policy.Or("a", policy.Never, "b"))
}

// callers are all kinds of callers that a rule can tell apart without a row.
func callers() map[string]*policy.Actor {
	return map[string]*policy.Actor{
		"nobody":   nil,
		"user":     {ID: 1},
		"verified": {ID: 1, Verified: true},
		"admin":    {ID: 1, Admin: true},
		"super":    {ID: 1, SuperAdmin: true},
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	const row = "depends on the row"
	for _, c := range []struct {
		rule                                    policy.Rule
		name                                    string
		nobody, user, verified, admin, superman policy.Predicate
	}{
		{policy.Rule{}, "Nobody", policy.Never, policy.Never, policy.Never, policy.Never, policy.Never},
		{policy.Anyone(), "Anyone", policy.Always, policy.Always, policy.Always, policy.Always, policy.Always},
		{policy.LoggedIn(), "LoggedIn", policy.Never, policy.Always, policy.Always, policy.Always, policy.Always},
		{policy.Verified(), "Verified", policy.Never, policy.Never, policy.Always, policy.Always, policy.Always},
		{policy.Staff(), "Staff", policy.Never, policy.Never, policy.Never, policy.Always, policy.Always},
		{policy.SuperAdmin(), "SuperAdmin", policy.Never, policy.Never, policy.Never, policy.Never, policy.Always},
		{policy.Self(), "Self", policy.Never, row, row, policy.Always, policy.Always},
		{policy.Owner(), "Owner", policy.Never, row, row, policy.Always, policy.Always},
		{policy.Organizer(), "Organizer", policy.Never, row, row, policy.Always, policy.Always},
		{policy.CoOrganizer(), "CoOrganizer", policy.Never, row, row, policy.Always, policy.Always},
		{policy.TrackOrganizer(), "TrackOrganizer", policy.Never, row, row, policy.Always, policy.Always},
		{policy.Registrar(), "Registrar", policy.Never, row, row, policy.Always, policy.Always},
		{policy.Moderator(), "Moderator", policy.Never, row, row, policy.Always, policy.Always},
		{policy.CoOrganizerOrSelf(), "Self or CoOrganizer", policy.Never, row, row, policy.Always, policy.Always},
		{policy.RegistrarOrSelf(), "Self or Registrar", policy.Never, row, row, policy.Always, policy.Always},
		{policy.SelfSubmitted(), "SelfSubmitted", policy.Never, row, row, policy.Always, policy.Always},
		{policy.SpeakerOf(), "SpeakerOf", policy.Never, row, row, policy.Always, policy.Always},
		{policy.SpeakerSelf(), "SpeakerSelf", policy.Never, policy.Never, policy.Never, policy.Always, policy.Always},
		{policy.Invited(), "Invited", policy.Never, policy.Never, policy.Never, policy.Always, policy.Always},
		{policy.SessionApproved(), "SessionApproved", row, row, row, row, row},
		{policy.SessionConfirmed(), "SessionConfirmed", row, row, row, row, row},
		{policy.AllOf(policy.LoggedIn(), policy.Published()), "LoggedIn and Published", policy.Never, row, row, row, row},
		{policy.AllOf(policy.Staff(), policy.Verified()), "Staff and Verified", policy.Never, policy.Never, policy.Never, policy.Always, policy.Always},
		{policy.AnyOf(), "Nobody", policy.Never, policy.Never, policy.Never, policy.Never, policy.Never},
		{
			policy.AllOf(policy.AnyOf(policy.Staff(), policy.AllOf(policy.LoggedIn(), policy.Published())), policy.Anyone()),
			"(Staff or LoggedIn and Published) and Anyone", policy.Never, row, row, policy.Always, policy.Always,
		},
		{policy.Published(), "Published", row, row, row, row, row},
		{policy.AnyOf(policy.Published(), policy.CoOrganizer()), "Published or CoOrganizer", row, row, row, policy.Always, policy.Always},
		{policy.AnyOf(policy.Staff(), policy.Verified()), "Staff or Verified", policy.Never, policy.Never, policy.Always, policy.Always, policy.Always},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, c.name, c.rule.String())
			got := map[string]policy.Predicate{}
			for name, actor := range callers() {
				p := c.rule.Compile(actor, scope("sponsors"))
				if p != policy.Always && p != policy.Never {
					p = row
				}
				got[name] = p
			}
			assert.Equal(t, map[string]policy.Predicate{
				"nobody": c.nobody, "user": c.user, "verified": c.verified, "admin": c.admin, "super": c.superman,
			}, got)
		})
	}
}

func TestRulesAboutRowsOfNobody(t *testing.T) {
	t.Parallel()
	none := policy.Scope{Table: "tags", Alias: "t", Arg: func(any) string { return "$1" }}
	for _, rule := range []policy.Rule{
		policy.Self(), policy.CoOrganizer(), policy.Published(), policy.SelfSubmitted(), policy.SpeakerOf(), policy.SessionApproved(),
	} {
		assert.Equal(t, policy.Never, rule.Compile(&policy.Actor{ID: 1}, none), rule.String())
	}
}

// TestUnverifiedAddress holds that an address which nobody has shown to be theirs opens nothing.
func TestUnverifiedAddress(t *testing.T) {
	t.Parallel()
	compile := func(rule policy.Rule, table string, verified bool) string {
		return string(rule.Compile(&policy.Actor{ID: 1, Email: "a@example.com", Verified: verified}, scope(table)))
	}
	assert.Equal(t, "false", compile(policy.Invited(), "role_invites", false))
	assert.Equal(t, "lower(t.email) = lower($1::text)", compile(policy.Invited(), "role_invites", true))
	assert.Equal(t, "t.user_id = $1::bigint", compile(policy.SpeakerSelf(), "speaker", false))
	assert.Equal(t, "(t.user_id = $1::bigint OR lower(t.email) = lower($2::text))", compile(policy.SpeakerSelf(), "speaker", true))
	assert.NotContains(t, compile(policy.SpeakerOf(), "sessions", false), "email")
	assert.Contains(t, compile(policy.SpeakerOf(), "sessions", true), "email")
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "Access Forbidden", policy.Rule{}.Refusal())
	assert.Equal(t, "Co-organizer access is required.", policy.AnyOf(policy.Published(), policy.CoOrganizer()).Refusal())
	assert.Equal(t, "no", policy.Staff().Saying("no").Refusal())
	assert.False(t, policy.Staff().Hidden())
	assert.True(t, policy.Staff().ElseNotFound().Hidden())
	assert.Equal(t, "Staff", policy.Table{View: policy.Staff()}.Including().String())
	assert.Equal(t, "Anyone", policy.Table{View: policy.Staff(), Include: policy.Anyone()}.Including().String())
}
