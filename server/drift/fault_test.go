package drift_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/server/drift"
)

const (
	topic = `{"data":{"type":"event-topic","id":"1","attributes":{"name":"Food & Drink","slug":"food-drink","system-image-url":null},` +
		`"relationships":{"events":{}},"links":{}},"jsonapi":{"version":"1.0"}}`
	topics  = `{"data":[{"id":"1"},{"id":"2"}],"meta":{"count":2},"jsonapi":{"version":"1.0"}}`
	deleted = `{"meta":{"message":"Object successfully deleted"},"jsonapi":{"version":"1.0"}}`
)

// topicServer answers as the reference server does, as far as it matters here.
func topicServer() http.Handler {
	mux := http.NewServeMux()
	for route, body := range map[string]string{
		"GET /v1/event-topics/1":     topic,
		"GET /v1/event-topics":       topics,
		"DELETE /v1/event-topics/1":  deleted,
		"POST /v1/auth/login":        `{"access_token":"x"}`,
		"GET /v1/event-topics/empty": "",
	} {
		mux.HandleFunc(route, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/vnd.api+json")
			w.Header().Set("Content-Length", strconv.Itoa(len(body)))
			w.Header().Set("Vary", "Accept")
			fmt.Fprint(w, body)
		})
	}
	return mux
}

func routes() [][2]string {
	return [][2]string{{"GET", "/v1/event-topics/1"}, {"GET", "/v1/event-topics"}, {"DELETE", "/v1/event-topics/1"}}
}

// TestEachFaultChangesSomething asks for everything with each fault: some answer differs.
func TestEachFaultChangesSomething(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, f := range drift.Faults() {
		require.False(t, names[f.Name], "%s is there twice", f.Name)
		names[f.Name] = true
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			assert.Regexp(t, `^[a-z0-9]+(-[a-z0-9]+)*$`, f.Name)
			assert.NotEmpty(t, f.Does)
			assert.Empty(t, f.Route, "whoever takes it aims it")
			servers := []http.Handler{topicServer()}
			for _, r := range drift.Representations() {
				servers = append(servers, drift.Represent(topicServer(), r))
			}
			changed := false
			for _, s := range servers {
				for _, r := range routes() {
					changed = changed || whole(t, ask(s, r[0], r[1])) != whole(t, ask(drift.Apply(s, f), r[0], r[1]))
				}
			}
			assert.True(t, changed)
		})
	}
	_, ok := drift.Named("name-null")
	assert.True(t, ok)
	_, ok = drift.Named("no-such-fault")
	assert.False(t, ok)
}

func TestApply(t *testing.T) {
	t.Parallel()
	get := func(t *testing.T, f drift.Fault, path string) (int, http.Header, string) {
		r := ask(drift.Apply(topicServer(), f), "GET", path)
		b, err := io.ReadAll(r.Body)
		require.NoError(t, err)
		return r.StatusCode, r.Header, string(b)
	}
	for _, tt := range []struct {
		name   string
		fault  drift.Fault
		body   string
		status int
		header map[string]string
	}{
		{name: "nothing", body: topics, status: 200},
		{
			name: "edit", fault: drift.Fault{Edits: []drift.Edit{{Op: "remove", Path: "/data"}}},
			body: `{"jsonapi":{"version":"1.0"},"meta":{"count":2}}`, status: 200, header: map[string]string{"Content-Length": "48"},
		},
		{name: "edit of what is not there", fault: drift.Fault{Status: 500, Edits: []drift.Edit{{Op: "remove", Path: "/errors"}}}, body: topics, status: 200},
		{
			name: "swap", fault: drift.Fault{Swaps: []drift.Swap{{`"2"`, `"two"`}}},
			body: `{"data":[{"id":"1"},{"id":"two"}],"meta":{"count":2},"jsonapi":{"version":"1.0"}}`, status: 200, header: map[string]string{"Content-Length": "81"},
		},
		{name: "swap of what is not there", fault: drift.Fault{Status: 500, Swaps: []drift.Swap{{"none", "one"}}}, body: topics, status: 200},
		{name: "body", fault: drift.Fault{Body: []drift.Piece{{"ab", 2}, {"c", 1}}}, body: "ababc", status: 200, header: map[string]string{"Content-Length": "5"}},
		{name: "no body", fault: drift.Fault{Body: []drift.Piece{}}, body: "", status: 200, header: map[string]string{"Content-Length": "0"}},
		{name: "lost", fault: drift.Fault{Body: []drift.Piece{{"abc", 1}}, Lose: 1}, body: "ab", status: 200, header: map[string]string{"Content-Length": "2"}},
		{name: "more lost than there is", fault: drift.Fault{Lose: 1000}, body: "", status: 200, header: map[string]string{"Content-Length": "0"}},
		{name: "announced", fault: drift.Fault{Lose: 1, Announce: true}, body: topics[:len(topics)-1], status: 200, header: map[string]string{"Content-Length": "79"}},
		{name: "status", fault: drift.Fault{Status: 202}, body: topics, status: 202},
		{name: "header", fault: drift.Fault{Header: map[string]string{"vary": "", "x-new": "1"}}, body: topics, status: 200, header: map[string]string{"Vary": "", "X-New": "1"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.fault.Route = "GET /v1/event-topics"
			status, header, body := get(t, tt.fault, "/v1/event-topics")
			assert.Equal(t, tt.status, status)
			assert.Equal(t, tt.body, body)
			for name, want := range tt.header {
				assert.Equal(t, want, header.Get(name), name)
			}
			_, _, other := get(t, tt.fault, "/v1/event-topics/1")
			assert.Equal(t, topic, other, "another route is left alone")
		})
	}
}

func TestApplyAimsAtIdentifiers(t *testing.T) {
	t.Parallel()
	f := drift.Fault{Route: "GET /v1/event-topics/{}", Status: 202}
	assert.Equal(t, 202, ask(drift.Apply(topicServer(), f), "GET", "/v1/event-topics/1?a=b").StatusCode)
	assert.Equal(t, 200, ask(drift.Apply(topicServer(), f), "DELETE", "/v1/event-topics/1").StatusCode)

	f.Route = ""
	assert.Equal(t, 202, ask(drift.Apply(topicServer(), f), "DELETE", "/v1/event-topics/1").StatusCode)
	assert.Equal(t, 200, ask(drift.Apply(topicServer(), f), "POST", "/v1/auth/login").StatusCode)
	f.Route = "POST /v1/auth/login"
	assert.Equal(t, 202, ask(drift.Apply(topicServer(), f), "POST", "/v1/auth/login").StatusCode)
}

// TestOnTheWire shows what only a real connection shows.
func TestOnTheWire(t *testing.T) {
	t.Parallel()
	get := func(t *testing.T, f drift.Fault) (*http.Response, string, error) {
		s := httptest.NewServer(drift.Apply(topicServer(), f))
		t.Cleanup(s.Close)
		r, err := s.Client().Get(s.URL + "/v1/event-topics")
		require.NoError(t, err)
		b, err := io.ReadAll(r.Body)
		require.NoError(t, r.Body.Close())
		return r, string(b), err
	}
	t.Run("a connection that ends early", func(t *testing.T) {
		t.Parallel()
		_, body, err := get(t, drift.Fault{Lose: 20, Announce: true})
		assert.ErrorIs(t, err, io.ErrUnexpectedEOF)
		assert.Equal(t, topics[:len(topics)-20], body)
	})
	t.Run("headers that net/http makes up", func(t *testing.T) {
		t.Parallel()
		r, body, err := get(t, drift.Fault{Header: map[string]string{"Content-Type": "", "Date": ""}})
		require.NoError(t, err)
		assert.Equal(t, topics, body)
		assert.NotContains(t, r.Header, "Content-Type")
		assert.NotContains(t, r.Header, "Date")
	})
}

func TestRepresent(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"binary": "12:data.0.id: 1,12:data.1.id: 2,20:jsonapi.version: 1.0,13:meta.count: 2,\n",
		"form":   "data%5B0%5D%5Bid%5D=1&data%5B1%5D%5Bid%5D=2&jsonapi%5Bversion%5D=1.0&meta%5Bcount%5D=2",
		"multipart": "--end-of-part\r\nContent-Disposition: form-data; name=\"data.0.id\"\r\n\r\n1\r\n" +
			"--end-of-part\r\nContent-Disposition: form-data; name=\"data.1.id\"\r\n\r\n2\r\n" +
			"--end-of-part\r\nContent-Disposition: form-data; name=\"jsonapi.version\"\r\n\r\n1.0\r\n" +
			"--end-of-part\r\nContent-Disposition: form-data; name=\"meta.count\"\r\n\r\n2\r\n--end-of-part--\r\n",
		"text": "data.0.id: 1\ndata.1.id: 2\njsonapi.version: 1.0\nmeta.count: 2\n",
		"xml": "<document><data><item><id>1</id></item><item><id>2</id></item></data>" +
			"<jsonapi><version>1.0</version></jsonapi><meta><count>2</count></meta></document>\n",
	}
	for _, r := range drift.Representations() {
		t.Run(r.Name, func(t *testing.T) {
			t.Parallel()
			h := drift.Represent(topicServer(), r)
			answer := ask(h, "GET", "/v1/event-topics")
			body, err := io.ReadAll(answer.Body)
			require.NoError(t, err)
			assert.Equal(t, want[r.Name], string(body))
			assert.Equal(t, r.MediaType, answer.Header.Get("Content-Type"))
			assert.Equal(t, strconv.Itoa(len(body)), answer.Header.Get("Content-Length"))
			assert.Equal(t, "Accept", answer.Header.Get("Vary"))

			plain := whole(t, ask(topicServer(), "POST", "/v1/auth/login"))
			assert.Equal(t, plain, whole(t, ask(h, "POST", "/v1/auth/login")), "authentication is left alone")
			none := whole(t, ask(topicServer(), "GET", "/v1/event-topics/empty"))
			assert.Equal(t, none, whole(t, ask(h, "GET", "/v1/event-topics/empty")), "what is no JSON is left alone")
		})
	}
}

// TestRepresentScalars writes what documents of the API are made of, and one that is none.
func TestRepresentScalars(t *testing.T) {
	t.Parallel()
	odd := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, r.URL.Query().Get("body")) })
	for _, tt := range []struct{ form, body, want string }{
		{"text", `{"a":null,"b":true,"c":1.50,"d":"x\ny"}`, "a: \nb: true\nc: 1.50\nd: x\ny\n"},
		{"xml", `{"a":"<&>"}`, "<document><a>&lt;&amp;&gt;</a></document>\n"},
		{"form", `"alone"`, "=alone"},
		{"form", `{}`, ""},
	} {
		for _, r := range drift.Representations() {
			if r.Name != tt.form {
				continue
			}
			w := httptest.NewRecorder()
			drift.Represent(odd, r).ServeHTTP(w, httptest.NewRequest("GET", "/?body="+url.QueryEscape(tt.body), nil))
			assert.Equal(t, tt.want, w.Body.String(), "%s as %s", tt.body, tt.form)
		}
	}
}
