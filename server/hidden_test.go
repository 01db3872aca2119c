package server_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server"
	"github.com/bailiff-dev/bailiff/server/internal/engine"
)

// Identifiers of a row that is hidden and of one that is not there, equally long, so that answers can be
// compared byte for byte.
const (
	hiddenID  = 7000001
	missingID = 7000009
)

// hide makes a row of every resource with the id hiddenID: of a draft and of a user that are somebody
// else's. It returns the draft.
func (f *fixture) hide() (event int64) {
	f.Helper()
	_, event = f.place()
	for _, r := range f.server.Resources() {
		if !r.Singleton {
			f.exec("SELECT setval(pg_get_serial_sequence($1, 'id'), $2)", r.Table, hiddenID-1)
		}
	}
	f.user("hidden@example.com")
	f.event("Hidden", f.topic("Hidden"))
	for _, r := range f.server.Resources() {
		if row := sampleOf(f, r).row; row != "SELECT 1" && r.Type != "event-topic" {
			f.exec(row)
		}
	}
	f.exec("UPDATE events SET state = 'draft'")
	return event
}

// TestHiddenRows asks for rows that the caller must not see, on every route below them: each answer is the
// one for a row that is not there, but for the id.
func TestHiddenRows(t *testing.T) {
	t.Parallel()
	for _, c := range everybody() {
		// The rows are those of self; the others are granted nothing else than one of these.
		if !slices.Contains([]string{"anonymous", "verified user", "track organizer", "moderator", "co-organizer"}, c.name) {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			event := f.hide()
			token := f.enter(c, 1, event)
			if c.role != "" {
				f.exec(`INSERT INTO users_events_roles (user_id, event_id, role_id) SELECT user_id, $1, role_id
					FROM users_events_roles WHERE user_id <> 1 AND event_id = 1`, hiddenID)
			}
			compared := 0
			for _, r := range f.server.Resources() {
				if grants(t, r.Policy.View.String(), c, state{approved: samples()[r.Type].approved}) || r.Singleton {
					continue
				}
				require.Len(t, f.rows(fmt.Sprintf("SELECT id FROM %s WHERE id = %d", r.Table, hiddenID)), 1, "hide a row of %s", r.Type)
				for _, route := range f.server.Routes() {
					if !strings.HasPrefix(route.Pattern, "/v1/"+r.Path+"/{id}") || f.listed(t, c, route) {
						continue
					}
					for _, body := range bodiesFor(r, route.Method) {
						f.compare(t, call{method: route.Method, path: route.Pattern, body: body, token: token}, compared)
						compared++
					}
				}
			}
			t.Logf("%d requests, each for a row that is hidden and for none", compared)
			assert.NotZero(t, compared)
		})
	}
}

// bodiesFor are documents for a route below an object: one that could be right, and others.
func bodiesFor(r engine.Resource, method string) []string {
	if method == http.MethodGet {
		return []string{""}
	}
	s := samples()[r.Type]
	return []string{
		fmt.Sprintf(`{"data": {"type": %q, "id": "{id}", "attributes": {%s}}}`, r.Type, s.always),
		fmt.Sprintf(`{"data": {"type": %q, "attributes": {%s}, "relationships": {%s}}}`, r.Type, s.attributes, s.relationships),
		`{"data": null}`, `{"data": []}`, `{"subject": "x", "message": "y"}`, ``,
	}
}

// compare makes a request for both rows, with the id in the place of "{id}", plainly and in one more way:
// that of a number.
func (f *fixture) compare(t *testing.T, c call, number int) {
	t.Helper()
	for _, way := range []call{{path: c.path}, []call{
		{path: c.path + "?get_trashed=true"},
		{path: c.path + "?permanent=true&include=event"},
		{path: c.path + "?filter=[{%22name%22:%22id%22,%22op%22:%22gt%22,%22val%22:0}]&sort=-id"},
		{path: c.path + "?filter=[{%22name%22:%22name%22,%22op%22:%22like%22,%22val%22:%22%25%5C%5C%22}]"},
		{path: c.path, headers: []string{`If-Match: "x"`}},
		{path: c.path, headers: []string{"If-None-Match: *"}},
	}[number%6]} {
		var seen [2]string
		for i, id := range []int{hiddenID, missingID} {
			with := strings.NewReplacer("{id}", fmt.Sprint(id), "{by}", "x")
			a := f.probe(call{method: c.method, path: with.Replace(way.path), body: with.Replace(c.body), token: c.token, headers: way.headers})
			seen[i] = strings.ReplaceAll(fmt.Sprint(a.Code, a.Header(), a.Body), fmt.Sprint(id), "ID")
		}
		require.Equal(t, seen[1], seen[0], "%s %s %q %s: a hidden row and none must look the same", c.method, way.path, way.headers, c.body)
	}
}

// listed reports whether the caller may list what the route lists below an event, though not see the event.
func (f *fixture) listed(t *testing.T, who caller, route server.Route) bool {
	t.Helper()
	for _, r := range f.server.Resources() {
		if route.Method == http.MethodGet && route.Pattern == "/v1/events/{id}/"+r.Path && r.Event != "" {
			return grants(t, r.Policy.List.String(), who, state{})
		}
	}
	return false
}

// TestHiddenRelations names rows that the caller must not see in documents: as somebody who may do
// everything in an event of their own, and nothing in the one of the rows.
func TestHiddenRelations(t *testing.T) {
	t.Parallel()
	f := setup(t)
	f.hide()
	me := f.user("me@example.com", "is_verified = true")
	own := f.event("Own", 0, "is_sponsors_enabled = true", "is_sessions_speakers_enabled = true")
	f.role(me, own, "owner")
	token := f.login("me@example.com")
	c := caller{loggedIn: true, verified: true}
	mine := map[string]int64{"event": own, "user": me}
	for _, r := range f.server.Resources() {
		if r.Event != "event_id" || r.User != "" && r.Type != "session" {
			continue
		}
		mine[r.Type] = f.copyOf(r, own, me)
	}
	compared := 0
	for _, r := range f.server.Resources() {
		for _, rel := range r.Relationships {
			target, served := f.resource(rel.Type)
			if !served || rel.ReadOnly || target.Singleton || grants(t, target.Policy.Including().String(), c, state{}) {
				continue
			}
			for _, write := range writesOf(r, rel, mine) {
				var seen [2]string
				for i, id := range []int{hiddenID, missingID} {
					write.token = token
					one := write
					one.body = strings.ReplaceAll(one.body, "{id}", fmt.Sprint(id))
					a := f.probe(one)
					isError(t, one, a)
					require.NotContains(t, []int{200, 201}, a.Code, "%s %s %s: %s", one.method, one.path, one.body, a.Body)
					seen[i] = strings.ReplaceAll(fmt.Sprint(a.Code, a.Header(), a.Body), fmt.Sprint(id), "ID")
				}
				require.Equal(t, seen[1], seen[0], "%s %s %s", write.method, write.path, write.body)
				compared++
			}
		}
	}
	t.Logf("%d documents, each with a row that is hidden and with none", compared)
	assert.Greater(t, compared, 50)
}

func (f *fixture) resource(typ string) (engine.Resource, bool) {
	for _, r := range f.server.Resources() {
		if r.Type == typ {
			return r, true
		}
	}
	return engine.Resource{}, false
}

// copyOf makes the sample of a resource one in another event, and of another user.
func (f *fixture) copyOf(r engine.Resource, event, user int64) int64 {
	f.Helper()
	sample := sampleOf(f, r)
	tx, err := f.db.Begin(context.Background())
	require.NoError(f, err)
	if r.Type == "speakers-call" || r.Type == "custom-form" { // of which an event has one
		_, err = tx.Exec(context.Background(), "UPDATE "+r.Table+" SET event_id = $1 WHERE id = $2", event, hiddenID)
		require.NoError(f, err)
		require.NoError(f, tx.Commit(context.Background()))
		f.exec(sample.row)
		f.exec("UPDATE "+r.Table+" SET id = 7000003 WHERE id = $1", hiddenID)
		f.exec("UPDATE "+r.Table+" SET id = $1 WHERE event_id = 1", hiddenID)
		return 7000003
	}
	var id int64
	require.NoError(f, tx.QueryRow(context.Background(), strings.ReplaceAll(sample.row, "'Row@example.com'", "'Own@example.com'")).Scan(&id))
	_, err = tx.Exec(context.Background(), "UPDATE "+r.Table+" SET event_id = $1 WHERE id = $2", event, id)
	require.NoError(f, err)
	if r.User != "" {
		_, err = tx.Exec(context.Background(), "UPDATE "+r.Table+" SET "+r.User+" = $1 WHERE id = $2", user, id)
		require.NoError(f, err)
	}
	require.NoError(f, tx.Commit(context.Background()))
	return id
}

// writesOf are the requests that relate the caller's own row, or a new one, to the row "{id}".
func writesOf(r engine.Resource, rel engine.Relationship, mine map[string]int64) []call {
	own := mine[r.Type]
	sample := samples()[r.Type]
	item := fmt.Sprintf(`{"type": %q, "id": "{id}"}`, rel.Type)
	data := item
	if rel.Many {
		data = "[" + item + "]"
	}
	document := func(id, attributes, relationships string) string {
		relationships = strings.ReplaceAll(relationships, `"type": "event", "id": "1"`, fmt.Sprintf(`"type": "event", "id": "%d"`, mine["event"]))
		return fmt.Sprintf(`{"data": {"type": %q, %s "attributes": {%s}, "relationships": {%s}}}`, r.Type, id, attributes,
			with(relationships, true, rel.Name, `{"data": `+data+`}`)) // the last of two counts
	}
	var calls []call
	if sample.attributes != "" {
		calls = append(calls, call{method: http.MethodPost, path: "/v1/" + r.Path, body: document("", sample.attributes, sample.relationships)})
	}
	if own == 0 {
		return calls
	}
	path := fmt.Sprintf("/v1/%s/%d", r.Path, own)
	calls = append(calls,
		call{method: http.MethodPatch, path: path, body: document(fmt.Sprintf(`"id": "%d",`, own), sample.always, "")},
		call{method: http.MethodPatch, path: path + "/relationships/" + rel.Name, body: `{"data": ` + data + `}`})
	if rel.Many {
		calls = append(calls, call{method: http.MethodPost, path: path + "/relationships/" + rel.Name, body: `{"data": ` + data + `}`})
	}
	return calls
}
