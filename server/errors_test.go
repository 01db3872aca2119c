package server_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	badHeader  = "InvalidRequestHeader"
	badRequest = "Bad request"
	notFound   = "Object not found"
	invalid    = "Validation error"
)

// TestErrors provokes each error that the API documents, one by one.
func TestErrors(t *testing.T) {
	t.Parallel()
	const (
		topic    = `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": "x"}}}`
		event    = `"attributes": {"name": "x", "timezone": "UTC", "starts-at": "2099-01-01T10:00:00Z", "ends-at": "2099-01-02T10:00:00Z"}`
		subTopic = "/v1/event-sub-topics"
		linkage  = "/v1/event-topics/1/relationships/events"
	)
	filter := func(f string) string { return "/v1/events?filter=" + url.QueryEscape(f) }
	for _, c := range []struct {
		name                  string
		call                  call
		status                int
		title, source, detail string
	}{
		{"content type", call{method: "POST", path: "/v1/event-topics", body: topic, headers: []string{"Content-Type: application/json"}}, 415, badHeader, "", "Content-Type header must be application/vnd.api+json"},
		{"content type with parameter", call{method: "PATCH", path: "/v1/event-topics/1", body: topic, headers: []string{"Content-Type: application/vnd.api+json; charset=utf-8"}}, 415, badHeader, "", "Content-Type header must be application/vnd.api+json"},
		{"content type of a removal", call{method: "DELETE", path: linkage, body: `{"data": []}`, headers: []string{"Content-Type: text/plain"}}, 415, badHeader, "", "Content-Type header must be application/vnd.api+json"},
		{"accept", call{method: "GET", path: "/v1/event-topics", headers: []string{"Accept: application/json"}}, 406, badHeader, "", "Accept header must admit application/vnd.api+json without media type parameters"},
		{"page key", call{method: "GET", path: "/v1/events?page[limit]=1"}, 400, badRequest, "?page", "Unknown page key: want page[size] or page[number]"},
		{"page size", call{method: "GET", path: "/v1/events?page[size]=x"}, 400, badRequest, "?page[size]", "Parse error: want a number that is not negative"},
		{"sort field", call{method: "GET", path: "/v1/events?sort=y"}, 400, "Invalid sort querystring parameter.", "?sort", "EventSchema has no attribute y"},
		{"sort relationship", call{method: "GET", path: "/v1/events?sort=event-topic"}, 400, "Invalid sort querystring parameter.", "?sort", "You can't sort on event-topic because it is a relationship field"},
		{"sort password", call{method: "GET", path: "/v1/users?sort=password"}, 400, "Invalid sort querystring parameter.", "?sort", "UserSchema has no attribute password"},
		{"filter form", call{method: "GET", path: filter(`{`)}, 400, "Invalid filters querystring parameter.", "?filters", "Parse error"},
		{"filter field", call{method: "GET", path: filter(`[{"name":"y","op":"eq","val":1}]`)}, 400, "Invalid filters querystring parameter.", "?filters", "EventSchema has no attribute y"},
		{"filter operator", call{method: "GET", path: filter(`[{"name":"name","op":"z","val":1}]`)}, 400, "Invalid filters querystring parameter.", "?filters", "name has no operator z"},
		{"filter password", call{method: "GET", path: "/v1/users?filter=" + url.QueryEscape(`[{"name":"password","op":"like","val":"%"}]`)}, 400, "Invalid filters querystring parameter.", "?filters", "UserSchema has no attribute password"},
		{"include unknown", call{method: "GET", path: "/v1/events?include=y"}, 400, "Invalid include querystring parameter.", "?include", "EventSchema has no attribute y"},
		{"include attribute", call{method: "GET", path: "/v1/events/1?include=name"}, 400, "Invalid include querystring parameter.", "?include", "name is not a relationship attribute of EventSchema"},
		{"fields unknown", call{method: "GET", path: "/v1/events?fields[event]=y"}, 400, "Invalid fields querystring parameter.", "?fields", "EventSchema has no attribute y"},
		{"fields password", call{method: "GET", path: "/v1/users/1?fields[user]=password"}, 400, "Invalid fields querystring parameter.", "?fields", "UserSchema has no attribute password"},
		{"no JSON", call{method: "POST", path: "/v1/event-topics", body: `{"data"`}, 400, badRequest, "", "The request body is no JSON document: unexpected EOF"},
		{"no data", call{method: "POST", path: "/v1/event-topics", body: `{}`}, 422, invalid, "/data", "Missing data for required field."},
		{"no type", call{method: "POST", path: "/v1/event-topics", body: `{"data": {}}`}, 422, invalid, "/data", "`data` object must include `type` key."},
		{"wrong type", call{method: "POST", path: "/v1/event-topics", body: `{"data": {"type": "speaker"}}`}, 409, "Incorrect type", "/data/type", `Invalid type. Expected "event-topic".`},
		{"missing attribute", call{method: "POST", path: "/v1/event-topics", body: `{"data": {"type": "event-topic"}}`}, 422, invalid, "/data/attributes/name", "Missing data for required field."},
		{"bad URL", call{method: "POST", path: "/v1/event-topics", body: `{"data": {"type": "event-topic", "attributes": {"name": "x", "system-image-url": "x"}}}`}, 422, invalid, "/data/attributes/system-image-url", "Not a valid URL."},
		{"null", call{method: "PATCH", path: "/v1/event-topics/1", body: `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": null}}}`}, 422, invalid, "/data/attributes/name", "Field may not be null."},
		{"no text", call{method: "PATCH", path: "/v1/event-topics/1", body: `{"data": {"type": "event-topic", "id": "1", "attributes": {"name": 1}}}`}, 422, invalid, "/data/attributes/name", "Not a valid string."},
		{"bad choice", call{method: "PATCH", path: "/v1/events/1", body: `{"data": {"type": "event", "id": "1", "attributes": {"state": "x"}}}`}, 422, invalid, "/data/attributes/state", "Not a valid choice."},
		{"bad number", call{method: "PATCH", path: "/v1/events/1", body: `{"data": {"type": "event", "id": "1", "attributes": {"latitude": "x"}}}`}, 422, invalid, "/data/attributes/latitude", "Not a valid number."},
		{"bad boolean", call{method: "PATCH", path: "/v1/events/1", body: `{"data": {"type": "event", "id": "1", "attributes": {"online": "x"}}}`}, 422, invalid, "/data/attributes/online", "Not a valid boolean."},
		{"bad date", call{method: "PATCH", path: "/v1/events/1", body: `{"data": {"type": "event", "id": "1", "attributes": {"starts-at": "x"}}}`}, 422, invalid, "/data/attributes/starts-at", "Not a valid datetime."},
		{"bad email", call{method: "PATCH", path: "/v1/events/1", body: `{"data": {"type": "event", "id": "1", "attributes": {"paypal-email": "x"}}}`}, 422, invalid, "/data/attributes/paypal-email", "Not a valid email address."},
		{"patch without id", call{method: "PATCH", path: "/v1/event-topics/1", body: `{"data": {"type": "event-topic"}}`}, 400, badRequest, "/data/id", `Missing id in "data" node`},
		{"patch with another id", call{method: "PATCH", path: "/v1/event-topics/1", body: `{"data": {"type": "event-topic", "id": "2"}}`}, 400, badRequest, "/data/id", "Value of id does not match the resource identifier in url"},
		{"missing relationship", call{method: "POST", path: subTopic, body: `{"data": {"type": "event-sub-topic", "attributes": {"name": "x"}}}`}, 422, "Unprocessable Entity", "/data/relationships/event-topic", "A valid relationship with event-topic resource is required"},
		{"no object", call{method: "GET", path: "/v1/event-topics/9"}, 404, notFound, "", "Object Not Found"},
		{"no object to change", call{method: "PATCH", path: "/v1/event-topics/9", body: topic}, 404, notFound, "", "Object Not Found"},
		{"no object to delete", call{method: "DELETE", path: "/v1/event-topics/9"}, 404, notFound, "", "Object Not Found"},
		{"no number", call{method: "GET", path: "/v1/event-topics/x"}, 404, notFound, "", "Object Not Found"},
		{"no related object", call{method: "GET", path: "/v1/events/1/event-sub-topic"}, 404, notFound, "", "Object Not Found"},
		{"no parent", call{method: "GET", path: "/v1/event-topics/9/events"}, 404, notFound, "?event_topic_id", "EventTopic: 9 not found"},
		{"no parent by id", call{method: "GET", path: "/v1/events/9/event-topic"}, 404, notFound, "?event_id", "Event: 9 not found"},
		{"no parent by identifier", call{method: "GET", path: "/v1/events/abc/event-topic"}, 404, notFound, "?event_identifier", "Event: abc not found"},
		{"no related object to name", call{method: "POST", path: "/v1/events", body: `{"data": {"type": "event", ` + event + `, "relationships": {"event-topic": {"data": {"type": "event-topic", "id": "9"}}}}}`}, 404, "Related object not found", "/data/relationships/event-topic", "EventTopic.id: 9 not found"},
		{"no such resource yet", call{method: "POST", path: "/v1/events", body: `{"data": {"type": "event", ` + event + `, "relationships": {"event-type": {"data": {"type": "event-type", "id": "1"}}}}}`}, 404, "Related object not found", "/data/relationships/event-type", "EventType.id: 1 not found"},
		{"unknown relationship", call{method: "GET", path: "/v1/event-topics/1/relationships/y"}, 404, "Relation not found", "", "EventTopicSchema has no attribute y"},
		{"relationship of links", call{method: "PATCH", path: "/v1/events/1/relationships/tickets", body: `{"data": []}`}, 404, "Relation not found", "", "The objects of tickets are not served"},
		{"linkage without data", call{method: "POST", path: linkage, body: `{}`}, 400, badRequest, "/data", `You must provide data with a "data" route node`},
		{"linkage without type", call{method: "POST", path: linkage, body: `{"data": [{"id": "1"}]}`}, 400, badRequest, "/data/type", `Missing type in "data" node`},
		{"linkage without id", call{method: "POST", path: linkage, body: `{"data": [{"type": "event"}]}`}, 400, badRequest, "/data/id", `Missing id in "data" node`},
		{"linkage of another type", call{method: "POST", path: linkage, body: `{"data": [{"type": "events", "id": "1"}]}`}, 409, "Invalid type", "/data/type", "The type field does not match the resource type"},
		{"linkage to nothing", call{method: "POST", path: linkage, body: `{"data": [{"type": "event", "id": "9"}]}`}, 404, "Related object not found", "/data", "Event.id: 9 not found"},
		{"required linkage", call{method: "PATCH", path: subTopic + "/1/relationships/event-topic", body: `{"data": null}`}, 422, invalid, "/data", "Field may not be null."},
		{"unknown URL", call{method: "GET", path: "/v1/nothing"}, 404, "Not Found", "", "There is nothing at this URL"},
		{"unknown method", call{method: "PUT", path: "/v1/event-topics/1"}, 405, "Method Not Allowed", "", "This URL is not served with PUT"},
		{"read-only relationship", call{method: "PATCH", path: "/v1/events/1/relationships/owner", body: `{"data": null}`}, 405, "Method Not Allowed", "", "This URL is not served with PATCH"},
		{"stale", call{method: "DELETE", path: "/v1/event-topics/1", headers: []string{`If-Match: W/"x"`}}, 412, "Precondition failed", "", "The object has changed: none of the entity tags of If-Match is its current one."},
		{"stale read", call{method: "GET", path: "/v1/event-topics/1", headers: []string{`If-Match: W/"x"`}}, 412, "Precondition failed", "", "The object has changed: none of the entity tags of If-Match is its current one."},
		{"huge body", call{method: "POST", path: "/v1/event-topics", body: strings.Repeat(" ", 1<<20+1)}, 413, "Request body too large", "", "The body of a request may have 1048576 bytes"},
		{"long slug", call{method: "POST", path: "/v1/event-topics", body: `{"data": {"type": "event-topic", "attributes": {"name": "` + noise(20000) + `"}}}`}, 422, invalid, "/data", "A value is out of range or too long."},
		{"broken query", call{method: "GET", path: "/v1/events?sort=%zz"}, 400, badRequest, "", `The query string cannot be decoded: invalid URL escape "%zz"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := setup(t)
			c.call.token = f.admin()
			music := f.topic("Music")
			f.event("Concert", music)
			f.exec("INSERT INTO event_sub_topics (name, slug, event_topic_id) VALUES ('Jazz', 'jazz', $1)", music)
			f.do(c.call).fails(c.status, c.title, c.source, c.detail)
			f.get("/v1/event-topics/1", c.call.token).wants(200)
		})
	}
}

// noise is text that does not compress, so that no index has room for it.
func noise(n int) string {
	var b strings.Builder
	for i := uint32(1); b.Len() < n; i++ {
		fmt.Fprintf(&b, "%08x", i*2654435761)
	}
	return b.String()
}

func TestSeveralErrors(t *testing.T) {
	t.Parallel()
	f := setup(t)
	a := f.do(call{method: "POST", path: "/v1/events", token: f.admin(), body: `{"data": {"type": "event", "attributes": {"latitude": 91, "timezone": "Mars/Olympus"}}}`}).wants(422)
	var got []string
	for i := range len(a.at("errors").([]any)) {
		got = append(got, fmt.Sprint(a.at("errors", i, "source", "pointer"), ": ", a.at("errors", i, "detail")))
	}
	assert.Equal(t, []string{
		"/data/attributes/name: Missing data for required field.",
		"/data/attributes/starts-at: Missing data for required field.",
		"/data/attributes/ends-at: Missing data for required field.",
		"/data/attributes/timezone: Unknown timezone: 'Mars/Olympus'",
		"/data/attributes/latitude: Must be between -90 and 90.",
	}, got)
}

// TestAnErrorUndoesEverything has a request fail after it wrote.
func TestAnErrorUndoesEverything(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.admin()
	f.do(call{method: "POST", path: "/v1/event-topics", token: token, body: `{"data": {"type": "event-topic", "attributes": {"name": "Music"},
		"relationships": {"events": {"data": [{"type": "event", "id": "9"}]}}}}`}).wants(404)
	assert.EqualValues(t, 0, f.get("/v1/event-topics").at("meta", "count"))
	require.Equal(t, http.StatusOK, f.get("/v1/users/1", token).Code)
}
