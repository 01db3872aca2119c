package server_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// world is a made-up set of rows, in Go and in a database. The naive models look at the structs alone.
type world struct {
	random *rand.Rand
	people []*person
	events []*event
	talks  []*talk
	rows   map[string][]*thing // by type
}

// person is a user; nil is nobody.
type person struct {
	id           int64
	email        string
	staff, super bool
	verified     bool
}

type event struct {
	id                 int64
	published, deleted bool
	// team is who has which roles.
	team map[int64][]string
}

type talk struct {
	id      int64
	event   *event
	state   string
	creator *person
	deleted bool
	held    []*thing // by speakers
}

// thing is a row of any resource, with what it belongs to.
type thing struct {
	id      int64
	event   *event
	user    *person // of users, users-events-roles and speakers
	email   string
	talks   []*talk // of a session itself, and of a speaker
	deleted bool
}

func (p *person) isStaff() bool { return p != nil && (p.staff || p.super) }

// has reports whether the person is staff, has one of the roles in the event, or may organize it.
func (p *person) has(e *event, roles ...string) bool {
	switch {
	case p == nil:
		return false
	case p.isStaff():
		return true
	case e == nil:
		return false
	}
	for _, role := range e.team[p.id] {
		if slices.Contains([]string{"owner", "organizer", "coorganizer"}, role) || slices.Contains(roles, role) {
			return true
		}
	}
	return false
}

// is reports whether the person has exactly one of the roles, or is staff.
func (p *person) is(e *event, roles ...string) bool {
	if p.isStaff() {
		return true
	}
	return p != nil && e != nil && slices.ContainsFunc(e.team[p.id], func(role string) bool { return slices.Contains(roles, role) })
}

// answersTo reports whether an e-mail address is the person's own.
func (p *person) answersTo(email string) bool {
	return p != nil && p.verified && email != "" && strings.EqualFold(p.email, email)
}

func (x *thing) published() bool { return x.event != nil && x.event.published && !x.event.deleted }

// anyTalk reports whether a session of the row that is not deleted meets a condition. A session is its
// own, also when it is deleted.
func (x *thing) anyTalk(self bool, condition func(*talk) bool) bool {
	return slices.ContainsFunc(x.talks, func(s *talk) bool { return (self || !s.deleted) && condition(s) })
}

func pick[T any](w *world, from []T) T { return from[w.random.IntN(len(from))] }

func (w *world) chance(percent int) bool { return w.random.IntN(100) < percent }

// newWorld makes a world up and writes it into the database.
func newWorld(f *fixture, seed uint64) *world {
	f.Helper()
	w := &world{random: rand.New(rand.NewPCG(seed, seed)), rows: map[string][]*thing{}}
	w.makePeople(f)
	w.makeEvents(f)
	w.makeParts(f)
	w.makeTalks(f)
	w.makeSpeakers(f)
	w.makeSiteRows(f)
	w.makeOthers(f)
	return w
}

func (w *world) makePeople(f *fixture) {
	for i := range 14 {
		p := &person{email: fmt.Sprintf("p%d@example.com", i), staff: i == 1, super: i == 2, verified: w.chance(60)}
		p.id = f.user(p.email, fmt.Sprintf("is_admin = %t, is_super_admin = %t, is_verified = %t", p.staff, p.super, p.verified))
		w.people = append(w.people, p)
		w.rows["user"] = append(w.rows["user"], &thing{id: p.id, user: p})
	}
}

func (w *world) makeEvents(f *fixture) {
	roles := []string{"owner", "organizer", "coorganizer", "track_organizer", "moderator", "registrar"}
	for i := range 9 {
		e := &event{published: w.chance(55), deleted: w.chance(10), team: map[int64][]string{}}
		e.id = f.event(fmt.Sprintf("Event %d", i), 0, "is_sponsors_enabled = true", "is_sessions_speakers_enabled = true")
		if !e.published {
			f.exec("UPDATE events SET state = 'draft' WHERE id = $1", e.id)
		}
		if e.deleted {
			f.exec("UPDATE events SET deleted_at = now() WHERE id = $1", e.id)
		}
		w.events = append(w.events, e)
		w.rows["event"] = append(w.rows["event"], &thing{id: e.id, event: e, deleted: e.deleted})
		for _, p := range w.people {
			for range 2 {
				role := pick(w, roles)
				if !w.chance(22) || slices.Contains(e.team[p.id], role) {
					continue
				}
				e.team[p.id] = append(e.team[p.id], role)
				id := f.id(`INSERT INTO users_events_roles (user_id, event_id, role_id) SELECT $1, $2, id FROM roles WHERE name = $3 RETURNING id`, p.id, e.id, role)
				w.rows["users-events-roles"] = append(w.rows["users-events-roles"], &thing{id: id, event: e, user: p})
			}
		}
	}
}

// makeParts makes what just belongs to an event.
func (w *world) makeParts(f *fixture) {
	for typ, insert := range map[string]string{
		"track":       `INSERT INTO tracks (name, color, event_id) VALUES ('x' || $1::int, '#fff', $2) RETURNING id`,
		"custom-form": `INSERT INTO custom_forms (field_identifier, form, type, name, event_id) VALUES ('x' || $1::int, 'session', 'text', 'x', $2) RETURNING id`,
	} {
		for i := range 24 {
			e := pick(w, w.events)
			w.rows[typ] = append(w.rows[typ], &thing{id: f.id(insert, i, e.id), event: e})
		}
	}
	for typ, insert := range map[string]string{
		"notification":       `INSERT INTO notifications (user_id, content) VALUES ($2, to_jsonb($1 + $3::bigint)) RETURNING id`,
		"email-notification": `INSERT INTO email_notifications (user_id, event_id) VALUES ($2, $3 + 0 * $1) RETURNING id`,
		"event-invoice":      `INSERT INTO event_invoices (identifier, user_id, event_id) VALUES ('x' || $1::int, $2, $3) RETURNING id`,
		"access-code":        `INSERT INTO access_codes (code, marketer_id, event_id) VALUES ('x' || $1::int, $2, $3) RETURNING id`,
		"discount-code":      `INSERT INTO discount_codes (code, value, type, used_for, marketer_id, event_id) VALUES ('x' || $1::int, 1, 'amount', 'ticket', $2, $3) RETURNING id`,
	} {
		for i := range 12 {
			x := &thing{event: pick(w, w.events), user: pick(w, w.people)}
			x.id = f.id(insert, i, x.user.id, x.event.id)
			w.rows[typ] = append(w.rows[typ], x)
		}
	}
	for _, e := range w.events {
		id := f.id(`INSERT INTO speakers_calls (starts_at, ends_at, event_id) VALUES (now(), now(), $1) RETURNING id`, e.id)
		w.rows["speakers-call"] = append(w.rows["speakers-call"], &thing{id: id, event: e})
	}
	for i := range 30 {
		x := &thing{event: pick(w, w.events), email: pick(w, w.people).email}
		if w.chance(30) {
			x.email = fmt.Sprintf("guest%d@example.com", i)
		}
		x.id = f.id(`INSERT INTO role_invites (email, role_name, event_id) VALUES (upper($1), 'organizer', $2) RETURNING id`, x.email, x.event.id)
		w.rows["role-invite"] = append(w.rows["role-invite"], x)
	}
}

func (w *world) makeTalks(f *fixture) {
	states := []string{"pending", "accepted", "approved", "confirmed", "rejected", "draft", "canceled", "withdrawn"}
	for i := range 45 {
		s := &talk{event: pick(w, w.events), state: pick(w, states), deleted: w.chance(10)}
		var creator *int64
		if w.chance(80) {
			s.creator = pick(w, w.people)
			creator = &s.creator.id
		}
		s.id = f.id(`INSERT INTO sessions (title, state, event_id, creator_id, deleted_at)
			VALUES ('s' || $1::int, $2, $3, $4, CASE WHEN $5 THEN now() END) RETURNING id`, i, s.state, s.event.id, creator, s.deleted)
		w.talks = append(w.talks, s)
		w.rows["session"] = append(w.rows["session"], &thing{id: s.id, event: s.event, user: s.creator, talks: []*talk{s}, deleted: s.deleted})
	}
}

func (w *world) makeSpeakers(f *fixture) {
	for i := range 40 {
		x := &thing{event: pick(w, w.events), email: fmt.Sprintf("Speaker%d@example.com", i), deleted: w.chance(10)}
		var user *int64
		if w.chance(40) {
			x.user = pick(w, w.people)
			user = &x.user.id
		}
		if w.chance(40) {
			x.email = fmt.Sprintf("P%d@Example.com", w.random.IntN(len(w.people)))
		}
		// The one address in one event is another one there.
		for slices.ContainsFunc(w.rows["speaker"], func(o *thing) bool { return o.event == x.event && strings.EqualFold(o.email, x.email) }) {
			x.email = "other" + x.email
		}
		x.id = f.id(`INSERT INTO speaker (name, email, event_id, user_id, deleted_at)
			VALUES ('s' || $1::int, $2, $3, $4, CASE WHEN $5 THEN now() END) RETURNING id`, i, x.email, x.event.id, user, x.deleted)
		for range w.random.IntN(4) {
			if s := pick(w, w.talks); !slices.Contains(x.talks, s) {
				f.exec(`INSERT INTO speakers_sessions (speaker_id, session_id) VALUES ($1, $2)`, x.id, s.id)
				x.talks = append(x.talks, s)
				s.held = append(s.held, x)
			}
		}
		w.rows["speaker"] = append(w.rows["speaker"], x)
	}
}

// makeSiteRows makes a few rows that belong to no event.
func (w *world) makeSiteRows(f *fixture) {
	for typ, insert := range map[string]string{
		"event-topic":        `INSERT INTO event_topics (name, slug) VALUES ('x', 'x' || $1::int) RETURNING id`,
		"custom-placeholder": `INSERT INTO custom_placeholders (name, original_image_url) VALUES ('x', 'x' || $1::int) RETURNING id`,
		"event-type":         `INSERT INTO event_types (name, slug) VALUES ('x', 'x' || $1::int) RETURNING id`,
		"event-sub-topic":    `INSERT INTO event_sub_topics (name, slug) VALUES ('x', 'x' || $1::int) RETURNING id`,
		"role":               `INSERT INTO roles (name) VALUES ('x' || $1::int) RETURNING id`,
		"service":            `INSERT INTO services (name) VALUES ('x' || $1::int) RETURNING id`,
		"custom-system-role": `INSERT INTO custom_sys_roles (name) VALUES ('x' || $1::int) RETURNING id`,
		"panel-permission":   `INSERT INTO panel_permissions (panel_name) VALUES ('x' || $1::int) RETURNING id`,
		"user-permission":    `INSERT INTO user_permissions (name) VALUES ('x' || $1::int) RETURNING id`,
		"event-role-permissions": `WITH s AS (INSERT INTO services (name) VALUES ('p' || $1::int) RETURNING id)
			INSERT INTO permissions (role_id, service_id) SELECT (SELECT min(id) FROM roles), id FROM s RETURNING id`,
	} {
		for i := range 3 {
			w.rows[typ] = append(w.rows[typ], &thing{id: f.id(insert, i)})
		}
	}
	w.rows["setting"] = []*thing{{id: f.id(`INSERT INTO settings (app_name) VALUES ('x') RETURNING id`)}}
}

// makeOthers makes rows of the resources of which nothing is said above: their sample, in one event or the
// other.
func (w *world) makeOthers(f *fixture) {
	for _, r := range f.server.Resources() {
		if len(w.rows[r.Type]) > 0 {
			continue
		}
		for range 8 {
			x := &thing{id: f.id(sampleOf(f, r).row)}
			if r.Event != "" {
				x.event = pick(w, w.events)
				f.exec("UPDATE "+r.Table+" SET "+r.Event+" = $1 WHERE id = $2", x.event.id, x.id)
			}
			w.rows[r.Type] = append(w.rows[r.Type], x)
		}
	}
}
