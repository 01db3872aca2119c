package server_test

import (
	"context"
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

// judge is a rule as somebody would say it, about a caller and a row.
type judge func(p *person, x *thing) bool

// wording is the table of permissions of one resource, in words that know nothing of SQL.
type wording struct{ list, view, create, update, delete judge }

func (m wording) of(action string) judge {
	return map[string]judge{"list": m.list, "view": m.view, "create": m.create, "update": m.update, "delete": m.delete}[action]
}

func anybody(*person, *thing) bool    { return true }
func nobody(*person, *thing) bool     { return false }
func admins(p *person, _ *thing) bool { return p.isStaff() }

func organizers(p *person, x *thing) bool { return p.has(x.event) }

// visitors are those who see what a published event has, and the organizers of a draft.
func visitors(p *person, x *thing) bool { return x.published() || p.has(x.event) }

func oneself(p *person, x *thing) bool { return p.isStaff() || (p != nil && x.user == p) }

// attendsTo is who has to do with a session: its creator and its speakers, and those who may do
// anything.
func attendsTo(p *person, x *thing) bool {
	return p.has(x.event) || submitted(p, x) || speaks(p, x)
}

func submitted(p *person, x *thing) bool {
	return p.isStaff() || (p != nil && x.anyTalk(x.isTalk(), func(s *talk) bool { return s.creator == p }))
}

func speaks(p *person, x *thing) bool {
	return p.isStaff() || x.anyTalk(x.isTalk(), func(s *talk) bool {
		return slices.ContainsFunc(s.held, func(speaker *thing) bool { return !speaker.deleted && isAbout(p, speaker) })
	})
}

// isAbout reports whether a speaker is the person.
func isAbout(p *person, speaker *thing) bool {
	return p != nil && (speaker.user == p || p.answersTo(speaker.email))
}

// shown are sessions, and speakers of sessions, that are part of the programme.
func shown(_ *person, x *thing) bool {
	return x.published() && x.anyTalk(x.isTalk(), func(s *talk) bool { return slices.Contains([]string{"approved", "accepted", "confirmed"}, s.state) })
}

// isTalk tells a session from what belongs to sessions.
func (x *thing) isTalk() bool { return len(x.talks) == 1 && x.talks[0].id == x.id && x.email == "" }

// wordsOf are those of a resource. One of which nothing is said is a part of an event, with what applies to
// most of them, or else for staff to keep and for everybody to see.
func wordsOf(r engine.Resource) wording {
	said, ok := words()[r.Type]
	switch {
	case ok:
		return said
	case r.Event == "":
		return siteWords()
	}
	return partWords()
}

func partWords() wording { return wording{visitors, visitors, organizers, organizers, organizers} }

func siteWords() wording { return wording{anybody, anybody, admins, admins, admins} }

// words are the tables of the source documents, where they differ from what wordsOf makes of it.
func words() map[string]wording {
	trackTeam := func(p *person, x *thing) bool { return p.has(x.event, "track_organizer") }
	seenByTrackTeam := func(p *person, x *thing) bool { return x.published() || trackTeam(p, x) }
	members := func(p *person, x *thing) bool { return p.has(x.event) || (p != nil && x.published()) }
	users := func(p *person, _ *thing) bool { return p != nil }
	seesTalk := func(p *person, x *thing) bool { return shown(p, x) || attendsTo(p, x) }
	ownsSpeaker := func(p *person, x *thing) bool { return p.has(x.event) || isAbout(p, x) || submitted(p, x) }
	seesSpeaker := func(p *person, x *thing) bool { return shown(p, x) || ownsSpeaker(p, x) }
	invitee := func(p *person, x *thing) bool { return p.has(x.event) || p.answersTo(x.email) }
	inviters := func(p *person, x *thing) bool { return p.is(x.event, "owner", "organizer") }
	// Whether the row itself is deleted is no matter of permissions.
	seesEvent := func(p *person, x *thing) bool { return x.event.published || p.has(x.event) }
	sellers := func(p *person, x *thing) bool { return oneself(p, x) || p.has(x.event) }
	payers := func(p *person, x *thing) bool { return oneself(p, x) || inviters(p, x) }
	panel := wording{admins, admins, admins, admins, admins}
	return map[string]wording{
		"user":                   {admins, oneself, anybody, oneself, oneself},
		"event":                  {seesEvent, seesEvent, func(p *person, _ *thing) bool { return p.isStaff() || (p != nil && p.verified) }, organizers, organizers},
		"track":                  {seenByTrackTeam, seenByTrackTeam, trackTeam, trackTeam, trackTeam},
		"session":                {seesTalk, seesTalk, members, attendsTo, attendsTo},
		"speaker":                {seesSpeaker, seesSpeaker, members, ownsSpeaker, ownsSpeaker},
		"custom-form":            {members, visitors, organizers, organizers, organizers},
		"role-invite":            {organizers, invitee, inviters, users, inviters},
		"users-events-roles":     {organizers, organizers, nobody, inviters, organizers},
		"setting":                {nobody, anybody, nobody, admins, nobody},
		"service":                {admins, anybody, nobody, admins, nobody},
		"event-role-permissions": {admins, anybody, nobody, admins, nobody},
		"panel-permission":       panel,
		"user-permission":        panel,
		"notification":           {oneself, oneself, nobody, oneself, oneself},
		"email-notification":     {oneself, oneself, nobody, oneself, oneself},
		"event-invoice":          {payers, payers, nobody, admins, nobody},
		"access-code":            {sellers, sellers, organizers, organizers, organizers},
		"discount-code":          {sellers, sellers, organizers, organizers, organizers},
	}
}

// decisions is how many decisions are compared.
const decisions = 100_000

// TestDecisions compares the policies with the naive model: each action on each row of made-up worlds,
// as each caller; and what the filters of lists let through.
func TestDecisions(t *testing.T) {
	t.Parallel()
	compared, granted := 0, 0
	resources := server.New(server.Config{}).Resources()
	for seed := uint64(1); compared < decisions; seed++ {
		f := setup(t)
		w := newWorld(f, seed)
		for _, r := range resources {
			model := wordsOf(r)
			require.NotEmpty(t, w.rows[r.Type], "make rows of %q", r.Type)
			for _, p := range append([]*person{nil}, w.people...) {
				verdicts := f.decide(r, p, rules(r.Policy)...)
				for i, action := range actions() {
					for _, x := range w.rows[r.Type] {
						want := model.of(action)(p, x)
						require.Equal(t, want, verdicts[i][x.id], "seed %d: %s %s %d as %+v", seed, action, r.Type, x.id, p)
						compared++
						if want {
							granted++
						}
					}
				}
			}
		}
	}
	t.Logf("%d decisions, %d of them granted", compared, granted)
	assert.Greater(t, granted, compared/10, "worlds where nothing is allowed prove little")
	assert.Less(t, granted, compared*9/10, "worlds where everything is allowed prove little")
}

// actions and rules are in one order: first the list.
func actions() []string { return []string{"list", "view", "create", "update", "delete"} }

func rules(p policy.Table) []policy.Rule {
	return []policy.Rule{p.List, p.View, p.Create, p.Update, p.Delete}
}

// actor is the person as the server knows them.
func (p *person) actor() *policy.Actor {
	if p == nil {
		return nil
	}
	return &policy.Actor{ID: p.id, Email: p.email, SuperAdmin: p.super, Admin: p.staff, Verified: p.verified}
}

// literal writes arguments into the statement: a rule may take some that end up nowhere in it.
func literal(v any) string {
	switch a := v.(type) {
	case []string:
		return "ARRAY['" + strings.Join(a, "', '") + "']"
	case string:
		return "'" + a + "'"
	}
	return fmt.Sprint(v)
}

// decide is what each of some rules says about every row of a resource, each as a column; and it holds the
// first against itself as a filter.
func (f *fixture) decide(r engine.Resource, p *person, rules ...policy.Rule) []map[int64]bool {
	f.Helper()
	columns := []string{"t.id", "f.id IS NOT NULL"}
	verdicts := make([]map[int64]bool, len(rules))
	filter := policy.Never
	for i, rule := range rules {
		condition := rule.Compile(p.actor(), policy.Scope{
			Table: r.Table, Alias: "t", Event: r.Event, User: r.User, Sessions: r.Sessions, Arg: literal,
		})
		if i == 0 {
			filter = condition
		}
		columns = append(columns, "coalesce("+string(condition)+", false)")
		verdicts[i] = map[int64]bool{}
	}
	rows, err := f.db.Query(context.Background(), fmt.Sprintf("SELECT %s FROM %s t LEFT JOIN (SELECT t.id FROM %s t WHERE %s) f ON f.id = t.id",
		strings.Join(columns, ", "), r.Table, r.Table, filter))
	require.NoError(f, err)
	defer rows.Close()
	for rows.Next() {
		values, err := rows.Values()
		require.NoError(f, err)
		id := values[0].(int64)
		require.Equal(f, values[1], values[2], "%s: the list and the object disagree about %s %d", rules[0], r.Type, id)
		for i := range rules {
			verdicts[i][id] = values[2+i].(bool)
		}
	}
	require.NoError(f, rows.Err())
	return verdicts
}

// TestCombinedRules compares rules that are put together at random with what their parts say.
func TestCombinedRules(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := newWorld(f, 77)
	resources := f.server.Resources()
	resources = append(resources, engine.Resource{Type: "session", Table: "sessions", Event: "event_id", User: "creator_id"}, engine.Resource{
		Type: "speaker", Table: "speaker", Event: "event_id", User: "user_id",
		Sessions: "s.id IN (SELECT session_id FROM speakers_sessions WHERE speaker_id = {row}.id)",
	})
	compared := 0
	for range 400 {
		r, p := pick(w, resources), pick(w, append([]*person{nil}, w.people...))
		rule, model := w.combined(3)
		got := f.decide(r, p, rule)[0]
		for _, x := range w.rows[r.Type] {
			compared++
			require.Equal(t, model(r, p, x), got[x.id], "%s of %s %d as %+v", rule, r.Type, x.id, p)
		}
	}
	t.Logf("%d decisions", compared)
}

// combined is a rule of at most this many levels, with what it says in words.
func (w *world) combined(levels int) (policy.Rule, func(engine.Resource, *person, *thing) bool) {
	if levels == 0 || w.chance(25) {
		one := pick(w, atoms())
		return one.rule, one.says
	}
	var rules []policy.Rule
	var models []func(engine.Resource, *person, *thing) bool
	for range 1 + w.random.IntN(3) {
		rule, model := w.combined(levels - 1)
		rules, models = append(rules, rule), append(models, model)
	}
	all := w.chance(50)
	model := func(r engine.Resource, p *person, x *thing) bool {
		for _, m := range models {
			if m(r, p, x) != all {
				return !all
			}
		}
		return all
	}
	if all {
		return policy.AllOf(rules...), model
	}
	return policy.AnyOf(rules...), model
}

type atom struct {
	rule policy.Rule
	says func(engine.Resource, *person, *thing) bool
}

// atoms are the rules that others are made of, with what they say in words.
func atoms() []atom {
	team := func(roles ...string) func(engine.Resource, *person, *thing) bool {
		return func(r engine.Resource, p *person, x *thing) bool { return p.has(eventOf(r, x), roles...) }
	}
	exact := func(roles ...string) func(engine.Resource, *person, *thing) bool {
		return func(r engine.Resource, p *person, x *thing) bool { return p.is(eventOf(r, x), roles...) }
	}
	plain := func(s judge) func(engine.Resource, *person, *thing) bool {
		return func(_ engine.Resource, p *person, x *thing) bool { return s(p, x) }
	}
	state := func(states ...string) func(engine.Resource, *person, *thing) bool {
		return plain(func(_ *person, x *thing) bool {
			return x.anyTalk(x.isTalk(), func(s *talk) bool { return slices.Contains(states, s.state) })
		})
	}
	return []atom{
		{policy.Rule{}, plain(nobody)},
		{policy.Anyone(), plain(anybody)},
		{policy.LoggedIn(), plain(func(p *person, _ *thing) bool { return p != nil })},
		{policy.Verified(), plain(func(p *person, _ *thing) bool { return p.isStaff() || (p != nil && p.verified) })},
		{policy.Staff(), plain(admins)},
		{policy.SuperAdmin(), plain(func(p *person, _ *thing) bool { return p != nil && p.super })},
		{policy.Self(), func(r engine.Resource, p *person, x *thing) bool {
			return p.isStaff() || (r.User != "" && p != nil && x.user == p)
		}},
		{policy.Owner(), exact("owner")},
		{policy.Organizer(), exact("owner", "organizer")},
		{policy.CoOrganizer(), team()},
		{policy.TrackOrganizer(), team("track_organizer")},
		{policy.Registrar(), team("registrar")},
		{policy.Moderator(), team("moderator")},
		{policy.Published(), func(r engine.Resource, _ *person, x *thing) bool {
			return eventOf(r, x) != nil && x.event.published && (!x.event.deleted || r.Type == "event")
		}},
		{policy.SelfSubmitted(), plain(submitted)},
		{policy.SpeakerOf(), plain(speaks)},
		{policy.SpeakerSelf(), func(r engine.Resource, p *person, x *thing) bool {
			return p.isStaff() || (r.Type == "speaker" && isAbout(p, x))
		}},
		{policy.SessionApproved(), state("approved", "accepted")},
		{policy.SessionConfirmed(), state("confirmed")},
	}
}

// gone reports whether a row is deleted, or the event that it is a part of.
func (x *thing) gone(r engine.Resource) bool {
	part := slices.ContainsFunc(r.Relationships, func(rel engine.Relationship) bool { return rel.Name == "event" && rel.Required })
	return x.deleted || (part && x.event.deleted)
}

// eventOf is the event of a row, nil when rows of the resource belong to none.
func eventOf(r engine.Resource, x *thing) *event {
	if r.Event == "" {
		return nil
	}
	return x.event
}

// TestDecisionsOverHTTP asks for made-up rows and lists as made-up callers: what is seen is what the
// naive model says, and the number of a list counts nothing else.
func TestDecisionsOverHTTP(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := newWorld(f, 5)
	tokens := map[*person]string{}
	for _, p := range w.people {
		tokens[p] = f.login(p.email)
	}
	resources := f.server.Resources()
	for range 1500 {
		r, p := pick(w, resources), pick(w, append([]*person{nil}, w.people...))
		if r.Singleton {
			continue
		}
		x, model := pick(w, w.rows[r.Type]), wordsOf(r)
		a := f.get(fmt.Sprintf("/v1/%s/%d", r.Path, x.id), tokens[p])
		assert.Equal(t, model.view(p, x) && !x.gone(r), a.Code == 200, "%s %d as %+v: %s", r.Type, x.id, p, a.Body)
		if r.Without&engine.List != 0 {
			continue
		}
		a = f.get(fmt.Sprintf("/v1/%s?page[size]=0&fields[%s]=id", r.Path, r.Type), tokens[p])
		if a.Code != 200 {
			continue // refused as a whole, which TestPolicies looks at
		}
		want := []string{}
		for _, x := range w.rows[r.Type] {
			if model.list(p, x) && !x.gone(r) {
				want = append(want, fmt.Sprint(x.id))
			}
		}
		if r.Type != "role" && r.Type != "service" {
			assert.Equal(t, want, a.ids("data"), "%s as %+v", r.Type, p)
			assert.EqualValues(t, len(want), a.at("meta", "count"))
		}
	}
}
