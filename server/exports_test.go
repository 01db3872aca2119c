package server_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fair inserts an event with a co-organizer, whose token it returns, two sessions and their speakers. What
// they are called is hard on every format.
func (f *fixture) fair() string {
	f.Helper()
	event := f.event("Fair; with, \\ and ünïcode 🎈 in its rather long name of many words indeed", 0,
		"timezone = 'Asia/Tokyo'", "location_name = 'Dock, 7'", "description = '<p>One &amp; two</p><p>three</p>'",
		"starts_at = '2099-12-13T10:00:00Z'", "ends_at = '2099-12-15T10:00:00Z'", "latitude = 1.5", "longitude = -2")
	runs := f.user("runs@example.com")
	f.role(runs, event, "coorganizer")
	f.exec("INSERT INTO tracks (name, color, event_id) VALUES ('Paper', '#fff', 1)")
	f.exec("INSERT INTO microlocations (name, position, event_id) VALUES ('Hall <A>', 2, 1), ('Attic', 1, 1)")
	f.exec(`INSERT INTO sessions (title, state, starts_at, ends_at, event_id, track_id, microlocation_id, short_abstract, created_at, last_modified_at)
		VALUES ('=HYPERLINK("x")', 'accepted', '2099-12-13T13:00:00Z', '2099-12-13T14:30:00Z', 1, 1, 1, 'a "b" & <b>c</b>', '2098-01-01Z', '2098-01-02Z'),
			('Second', 'confirmed', '2099-12-13T16:00:00Z', '2099-12-13T16:30:00Z', 1, NULL, 2, NULL, '2098-01-01Z', '2098-01-02Z'),
			('Third', 'confirmed', '2099-12-13T12:00:00Z', '2099-12-13T12:30:00Z', 1, NULL, 2, NULL, '2098-01-01Z', '2098-01-02Z'),
			('Not yet', 'pending', NULL, NULL, 1, NULL, NULL, NULL, '2098-01-01Z', '2098-01-02Z')`)
	f.exec(`INSERT INTO speaker (name, email, mobile, event_id) VALUES ('+Ada, of "there"', 'ada@example.com', '+1 23', 1), ('Bo', NULL, NULL, 1), ('Idle', NULL, NULL, 1)`)
	f.exec("INSERT INTO speakers_sessions (speaker_id, session_id) VALUES (1, 1), (2, 1), (2, 4)")
	f.exec("INSERT INTO sessions (title, state, event_id, deleted_at) VALUES ('Gone', 'accepted', 1, now())")
	return f.login("runs@example.com")
}

// raw is do for answers that are not JSON.
func (f *fixture) raw(c call) *httptest.ResponseRecorder {
	f.Helper()
	r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
	r.Header.Set("Authorization", "JWT "+c.token)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

// exported asks for an export and returns its file.
func (f *fixture) exported(method, path, body, token string) *httptest.ResponseRecorder {
	f.Helper()
	url := f.do(call{method: method, path: path, body: body, token: token}).wants(200).at("task_url").(string)
	task := f.get(url, token).wants(200)
	require.Equal(f, "SUCCESS", task.at("state"), task.Body)
	w := f.raw(call{method: "GET", path: task.at("result", "download_url").(string), token: token})
	require.Equal(f, 200, w.Code, w.Body)
	assert.Equal(f, fmt.Sprint(w.Body.Len()), w.Header().Get("Content-Length"))
	return w
}

func TestExportArchive(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	w := f.exported("POST", "/v1/events/1/export/json", `{"image": true}`, token)
	assert.Equal(t, "application/zip", w.Header().Get("Content-Type"))
	assert.Equal(t, `attachment; filename=event1-export.zip`, w.Header().Get("Content-Disposition"))
	again := f.exported("POST", "/v1/events/1/export/json", "", token)
	assert.True(t, bytes.Equal(w.Body.Bytes(), again.Body.Bytes()), "the same rows give the same bytes")

	z, err := zip.NewReader(bytes.NewReader(w.Body.Bytes()), int64(w.Body.Len()))
	require.NoError(t, err)
	files := map[string]any{}
	for _, file := range z.File {
		r, err := file.Open()
		require.NoError(t, err)
		var v any
		require.NoError(t, json.NewDecoder(r).Decode(&v), file.Name)
		files[file.Name] = v
	}
	assert.Len(t, files, 8)
	assert.Equal(t, "2099-12-13T10:00:00Z", files["event.json"].(map[string]any)["starts_at"])
	assert.NotContains(t, files["event.json"], "paypal_email")
	assert.Equal(t, []any{}, files["sponsors.json"])
	sessions := files["sessions.json"].([]any)
	require.Len(t, sessions, 4)
	assert.Equal(t, []any{1.0, 2.0}, sessions[0].(map[string]any)["speaker_ids"])
	assert.Equal(t, `a "b" & <b>c</b>`, sessions[0].(map[string]any)["short_abstract"])
}

func TestExportCSV(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	read := func(kind, body string) [][]string {
		w := f.exported("POST", "/v1/events/1/export/"+kind+"/csv", body, token)
		assert.Equal(t, "text/csv; charset=utf-8; header=present", w.Header().Get("Content-Type"))
		assert.Contains(t, w.Body.String(), "\r\n")
		rows, err := csv.NewReader(w.Body).ReadAll()
		require.NoError(t, err)
		return rows
	}
	column := func(rows [][]string, i int) (cells []string) {
		for _, row := range rows {
			cells = append(cells, row[i])
		}
		return cells
	}
	sessions := read("sessions", "")
	assert.Equal(t, []string{"Title", `'=HYPERLINK("x")`, "Second", "Third", "Not yet"}, column(sessions, 1))
	assert.Equal(t, `'+Ada, of "there"; Bo`, sessions[1][11])
	assert.Equal(t, "2099-12-13T13:00:00Z", sessions[1][9])
	assert.Equal(t, `a "b" & c`, sessions[1][13])
	assert.Equal(t, []string{"Title", "Not yet"}, column(read("sessions", `{"status": "pending"}`), 1))
	assert.Equal(t, []string{"Name", `'+Ada, of "there"`, "Bo", "Idle"}, column(read("speakers", `{"status": "all"}`), 1))
	assert.Equal(t, []string{"Name", "Bo"}, column(read("speakers", `{"status": "pending"}`), 1))
	assert.Equal(t, "'+1 23", read("speakers", "")[1][5])
}

func TestExportICal(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := f.exported("GET", "/v1/events/1/export/ical", "", f.fair())
	assert.Equal(t, "text/calendar; charset=utf-8", w.Header().Get("Content-Type"))
	text := w.Body.String()
	require.True(t, strings.HasSuffix(text, "END:VCALENDAR\r\n"))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		assert.LessOrEqual(t, len(line), 75)
		assert.NotContains(t, line, "\n")
		assert.True(t, utf8.ValidString(line), "a character was cut: %q", line)
	}
	lines := strings.Split(strings.ReplaceAll(text, "\r\n ", ""), "\r\n")
	assert.Equal(t, []string{"BEGIN:VCALENDAR", "PRODID:-//bailiff//event management API//EN", "VERSION:2.0"}, lines[:3])
	assert.Contains(t, lines, `SUMMARY:Fair\; with\, \\ and ünïcode 🎈 in its rather long name of many words indeed`)
	assert.Contains(t, lines, `DESCRIPTION:One & two\nthree`)
	assert.Contains(t, lines, `GEO:1.5;-2`)
	assert.Contains(t, lines, `LOCATION:Hall <A>\, Dock\, 7`)
	assert.Contains(t, lines, `DESCRIPTION:+Ada\, of "there"\, Bo\n\na "b" & c`)
	var open []string
	seen := map[string]int{}
	uids := map[string]bool{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		seen[name]++
		switch name {
		case "BEGIN":
			open = append(open, value)
		case "END":
			require.Equal(t, open[len(open)-1], value)
			open = open[:len(open)-1]
		case "UID":
			uids[value] = true
		case "DTSTAMP", "DTSTART", "DTEND":
			_, err := time.Parse("20060102T150405Z", value)
			require.NoError(t, err)
		}
	}
	assert.Empty(t, open)
	assert.Len(t, uids, 4, "the event and what is in its programme")
	assert.Equal(t, []int{4, 4, 4, 4}, []int{seen["UID"], seen["DTSTAMP"], seen["DTSTART"], seen["SUMMARY"]})
}

func TestExportXCal(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := f.exported("GET", "/v1/events/1/export/xcal", "", f.fair())
	type text struct {
		Text []string `xml:"text"`
	}
	var got struct {
		XMLName xml.Name `xml:"urn:ietf:params:xml:ns:icalendar-2.0 icalendar"`
		Version string   `xml:"vcalendar>properties>version>text"`
		Events  []struct {
			UID     text   `xml:"properties>uid"`
			Summary text   `xml:"properties>summary"`
			Start   string `xml:"properties>dtstart>date-time"`
			Where   string `xml:"properties>geo>latitude"`
			Kinds   text   `xml:"properties>categories"`
		} `xml:"vcalendar>components>vevent"`
	}
	require.NoError(t, xml.NewDecoder(w.Body).Decode(&got))
	assert.Equal(t, "2.0", got.Version)
	require.Len(t, got.Events, 4)
	assert.Equal(t, "1.5", got.Events[0].Where)
	assert.Equal(t, []string{`=HYPERLINK("x")`}, got.Events[1].Summary.Text)
	assert.Equal(t, "2099-12-13T13:00:00Z", got.Events[1].Start)
	assert.Equal(t, []string{"Paper"}, got.Events[1].Kinds.Text)
}

func TestExportPentabarf(t *testing.T) {
	t.Parallel()
	f := setup(t)
	w := f.exported("GET", "/v1/events/1/export/pentabarf", "", f.fair())
	type day struct {
		Date  string `xml:"date,attr"`
		Rooms []struct {
			Name   string `xml:"name,attr"`
			Events []struct {
				GUID     string   `xml:"guid,attr"`
				Date     string   `xml:"date"`
				Start    string   `xml:"start"`
				Duration string   `xml:"duration"`
				Title    string   `xml:"title"`
				Persons  []string `xml:"persons>person"`
			} `xml:"event"`
		} `xml:"room"`
	}
	var got struct {
		Acronym string `xml:"conference>acronym"`
		Days    []day  `xml:"day"`
	}
	require.NoError(t, xml.NewDecoder(w.Body).Decode(&got))
	require.Len(t, got.Days, 2, "13 December in London is two days in Tokyo")
	var order []string
	for _, d := range got.Days {
		for _, r := range d.Rooms {
			for _, e := range r.Events {
				order = append(order, strings.Join([]string{d.Date, r.Name, e.Start, e.Duration, e.Title}, " | "))
			}
		}
	}
	want := []string{
		"2099-12-13 | Attic | 21:00 | 00:30 | Third",
		`2099-12-13 | Hall <A> | 22:00 | 01:30 | =HYPERLINK("x")`,
		"2099-12-14 | Attic | 01:00 | 00:30 | Second",
	}
	if diff := cmp.Diff(want, order); diff != "" {
		t.Errorf("schedule (-want +got):\n%s", diff)
	}
	first := got.Days[0].Rooms[1].Events[0]
	assert.Equal(t, []string{`+Ada, of "there"`, "Bo"}, first.Persons)
	assert.Equal(t, "2099-12-13T22:00:00+09:00", first.Date)
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, first.GUID)
}

// TestExportManyRows is an event of more rows than are read at once, and more bytes than a part has.
func TestExportManyRows(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	f.exec(`INSERT INTO sessions (title, state, event_id, long_abstract, starts_at, ends_at)
		SELECT 'Session ' || n, 'accepted', 1, repeat(md5(n::text), 60), '2099-12-14T00:00:00Z', '2099-12-14T01:00:00Z' FROM generate_series(1, 500) n`)
	w := f.exported("POST", "/v1/events/1/export/sessions/csv", "", token)
	rows, err := csv.NewReader(w.Body).ReadAll()
	require.NoError(t, err)
	assert.Len(t, rows, 505)
	assert.Equal(t, "Session 500", rows[504][1])
	assert.Greater(t, f.id("SELECT count(*) FROM task_result_parts"), int64(3))
	penta := f.exported("GET", "/v1/events/1/export/pentabarf", "", token)
	assert.Equal(t, 503, strings.Count(penta.Body.String(), "<event "))
}

func TestExportAccess(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	f.event("Hidden", 0, "state = 'draft'")
	f.user("other@example.com")
	other, admin := f.login("other@example.com"), f.admin()
	const ical = "/v1/events/1/export/ical"

	assert.Equal(t, "Missing Authorization Header", f.get(ical).wants(401).at("error"))
	f.get(ical, other).fails(403, "Access Forbidden", "", "Co-organizer access is required.")
	f.get("/v1/events/2/export/ical", other).wants(404)
	f.get("/v1/events/2/export/ical", token).wants(404)
	f.get("/v1/events/99999999999999999999/export/ical", token).wants(404)
	f.get("/v1/events/%00/export/ical", token).wants(404)
	f.get("/v1/events/%ff/export/ical", token).wants(404)
	f.get("/v1/events/1/export/orders/csv", token).wants(404)
	f.do(call{method: "POST", path: ical, token: token}).wants(405)
	for _, body := range []string{`{"status": "nice"}`, `{"status": 1}`, `[]`, `{`} {
		f.do(call{method: "POST", path: "/v1/events/1/export/sessions/csv", body: body, token: token}).wants(422)
	}
	f.do(call{method: "POST", path: "/v1/events/1/export/json", body: `{"image": "yes"}`, token: token}).wants(422)
	require.Equal(t, 200, f.raw(call{method: "HEAD", path: ical, token: token}).Code)
	assert.Zero(t, f.id("SELECT count(*) FROM tasks"), "nothing was started")

	var identifier string
	require.NoError(t, f.db.QueryRow(t.Context(), "SELECT identifier FROM events WHERE id = 1").Scan(&identifier))
	url := f.get("/v1/events/"+identifier+"/export/ical", token).wants(200).at("task_url").(string)
	assert.Equal(t, "/v1/tasks/1", url)
	f.get(url).wants(401)
	for _, path := range []string{url, url + "/download", "/v1/tasks/2", "/v1/tasks/x", "/v1/tasks/2/download"} {
		f.get(path, other).fails(404, "Object not found", "", "Object Not Found")
	}
	f.get(url, admin).wants(200)
	assert.Equal(t, 200, f.raw(call{method: "GET", path: url + "/download", token: admin}).Code)
	head := f.raw(call{method: "HEAD", path: url + "/download", token: token})
	assert.Equal(t, []int{200, 0}, []int{head.Code, head.Body.Len()})

	f.exec("UPDATE tasks SET expires_at = $1", today)
	f.get(url, token).wants(404)
	f.get(url+"/download", token).wants(404)
}

// TestExportFails is an export that the database refuses: the task fails, and the request does not.
func TestExportFails(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	f.exec("ALTER TABLE task_results ADD CHECK (size = 0)")
	url := f.get("/v1/events/1/export/ical", token).wants(200).at("task_url").(string)
	task := f.get(url, token).wants(200)
	assert.Equal(t, map[string]any{
		"state": "FAILURE", "result": map[string]any{"message": "The export could not be made because of an error of the server"},
	}, task.json)
	f.get(url+"/download", token).wants(404)
	assert.Zero(t, f.id("SELECT count(*) FROM task_result_parts"), "what it wrote is undone")
	var state, why string
	require.NoError(t, f.db.QueryRow(t.Context(), "SELECT state::text, errors[1] ->> 'error' FROM river_job").Scan(&state, &why))
	assert.Equal(t, "discarded", state)
	assert.Contains(t, why, "task_results_size_check")
}

// TestExportIsOneTransaction leaves no task when the request fails.
func TestExportIsOneTransaction(t *testing.T) {
	t.Parallel()
	f := setup(t)
	token := f.fair()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/events/1/export/ical", http.NoBody)
	r.Header.Set("Authorization", "JWT "+token)
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	_, err := io.Copy(io.Discard, w.Body)
	require.NoError(t, err)
	assert.NotEqual(t, 200, w.Code)
	assert.Zero(t, f.id("SELECT count(*) FROM tasks"))
	assert.Zero(t, f.id("SELECT count(*) FROM river_job"))
}
