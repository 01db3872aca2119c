package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/report"
	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// apiaryServer keeps the calls it gets.
type apiaryServer struct {
	*httptest.Server
	mu    sync.Mutex
	calls []apiaryCall
}

type apiaryCall struct {
	line   string
	header http.Header
	body   map[string]any
}

func newApiaryServer(t *testing.T, answer http.HandlerFunc) *apiaryServer {
	t.Helper()
	s := &apiaryServer{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		call := apiaryCall{line: r.Method + " " + r.URL.String(), header: r.Header}
		assert.NoError(t, json.Unmarshal(text, &call.body))
		s.mu.Lock()
		s.calls = append(s.calls, call)
		s.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *apiaryServer) lines() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]string, len(s.calls))
	for i, c := range s.calls {
		out[i] = c.line
	}
	return out
}

// answers as the service did.
func answers(body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		_, _ = io.WriteString(w, body) // the client tells when it gets less
	}
}

// runApiary reports a failure, a skipped one and one that could not be sent.
func runApiary(t *testing.T, o report.Options) string {
	t.Helper()
	var out bytes.Buffer
	o.Out = &out
	o.Now = func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	r := report.NewApiary(o)
	r.Begin(report.Plan{Transactions: 3, Descriptions: []string{"api.apib"}, Annotations: []transaction.Annotation{
		{Severity: transaction.SeverityWarning, Component: "apiDescriptionParser", Message: "no status code", At: transaction.Position{File: "api.apib", Line: 14, Column: 3}},
	}})
	failed := failure(`{"password": "hunter2", "id": 1}`, `{"password": "hunter3"}`, transaction.Finding{
		ID: "body-missing-key", Severity: transaction.SeverityError, Field: "body", Pointer: "/id", Message: "At '/id' Missing required property: id",
	})
	failed.Transaction.Request.Headers = transaction.Headers{{Name: "Authorization", Value: "Bearer abcdefgh"}}
	failed.Duration, failed.Started = 51*time.Millisecond, time.UnixMilli(1795520129346)
	skipped := failure("", "")
	skipped.Status, skipped.Reason, skipped.Transaction.Real, skipped.Duration = transaction.Skip, "left out", nil, 0
	skipped.Transaction.Request.Body = "\xff\x00"
	broken := skipped
	broken.Status, broken.Reason = transaction.Error, "connection refused"
	for _, f := range []transaction.Outcome{failed, skipped, broken} {
		r.Report(f)
	}
	require.NoError(t, r.End(report.Summary{
		Stats: transaction.Stats{Failures: 1, Errors: 1, Skipped: 1}, Duration: 78 * time.Millisecond,
	}))
	return out.String()
}

func TestApiarySendsARun(t *testing.T) {
	t.Parallel()
	s := newApiaryServer(t, answers(`{"_id":"507f","reportUrl":"http://reports.test/507f?k=k3y-value\u001b[2J"}`))
	env := map[string]string{"USER": "ann", "CI": "true", "CI_JOB_TOKEN": "top-secret", "CI_COMMIT_SHA": "abc"}
	out := runApiary(t, report.Options{
		Version: "1.2.3", Hostname: "box", Getenv: func(name string) string { return env[name] },
		Custom: map[string]string{
			"apiaryApiUrl": s.URL + "/", "apiaryReporterEnv.APIARY_API_KEY": "k3y-value", "apiaryReporterEnv.apiaryApiName": "my suite",
			"apiaryReporterEnv.CIRCLE_X": "1",
		},
		Excerpt: report.Excerpts(func(string) ([]byte, error) { return []byte("# API\n\n        {\"password\": \"hunter2\"}\n"), nil }),
	})

	require.Equal(t, `complete: See results in Apiary at: http://reports.test/507f?k=[masked]\u001b[2J`+"\n", out)
	require.Equal(t, []string{
		"POST /apis/my%20suite/tests/runs",
		"POST /apis/my%20suite/tests/steps?testRunId=507f",
		"POST /apis/my%20suite/tests/steps?testRunId=507f",
		"POST /apis/my%20suite/tests/steps?testRunId=507f",
		"PATCH /apis/my%20suite/tests/run/507f",
	}, s.lines())
	for _, c := range s.calls {
		require.Equal(t, "Token k3y-value", c.header.Get("Authentication"))
		require.Equal(t, "application/json", c.header.Get("Content-Type"))
		require.Regexp(t, `^bailiff Apiary Reporter/1\.2\.3 \(.+; .+\)$`, c.header.Get("User-Agent"))
	}
	start := s.calls[0].body
	require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, start["agentRunUuid"])
	delete(start, "agentRunUuid")
	require.Equal(t, map[string]any{
		"blueprints": []any{map[string]any{
			"filename": "api.apib", "raw": "# API\n\n        {\"password\": \"[masked]\"}\n",
			"annotations": []any{map[string]any{
				"type": "warning", "component": "apiDescriptionParser", "message": "no status code", "location": []any{[]any{14.0, 3.0}, []any{14.0, 3.0}},
			}},
		}},
		"agent": "ann", "hostname": "box", "startedAt": 1795521600.0, "public": false, "status": "running",
		"agentEnvironment": map[string]any{"CI": "true", "CI_COMMIT_SHA": "abc", "CIRCLE_X": "1"},
	}, start)
	require.Equal(t, "fail", s.calls[1].body["result"])
	require.Equal(t, 51.0, s.calls[1].body["duration"])
	require.Equal(t, 1795520129346.0, s.calls[1].body["startedAt"])
	results, ok := s.calls[1].body["results"].(map[string]any)
	require.True(t, ok)
	require.Equal(t, map[string]any{"Authorization": "Bearer [masked]"}, results["request"].(map[string]any)["headers"])
	require.Equal(t, "200", results["expectedResponse"].(map[string]any)["statusCode"])
	require.Equal(t, 200.0, results["realResponse"].(map[string]any)["statusCode"])
	verdict := results["validationResult"].(map[string]any)
	require.Equal(t, false, verdict["valid"])
	require.Equal(t, []any{map[string]any{
		"message": "At '/id' Missing required property: id", "location": map[string]any{"pointer": "/id", "property": []any{"id"}},
	}}, verdict["fields"].(map[string]any)["body"].(map[string]any)["errors"])
	require.Equal(t, "utf-8", results["realResponse"].(map[string]any)["bodyEncoding"])
	require.NotContains(t, s.calls[2].body, "duration")
	binary := s.calls[2].body["results"].(map[string]any)["request"].(map[string]any)
	require.Equal(t, "base64", binary["bodyEncoding"])
	require.Equal(t, "/wA=", binary["body"])
	require.Equal(t, map[string]any{}, s.calls[2].body["results"].(map[string]any)["validationResult"])
	require.Equal(t, []any{map[string]any{"severity": "error", "message": "connection refused"}}, s.calls[3].body["results"].(map[string]any)["errors"])
	require.Equal(t, map[string]any{
		"endedAt": 1795521600.0, "status": "failed", "result": map[string]any{
			"tests": 3.0, "failures": 1.0, "errors": 1.0, "passes": 0.0, "skipped": 1.0,
			"start": "2026-11-24T12:00:00.000Z", "end": "2026-11-24T12:00:00.000Z", "duration": 78.0,
		},
	}, s.calls[4].body)
	all, err := json.Marshal(results)
	require.NoError(t, err)
	require.NotContains(t, string(all), "hunter")
}

func TestApiarySendsOnlyWhereItWasToldTo(t *testing.T) {
	t.Parallel()
	require.Equal(t, "warn: apiary: nothing is sent: no URL is set; apiaryApiUrl below custom, or APIARY_API_URL in the environment, sets one\n",
		runApiary(t, report.Options{Custom: map[string]string{"apiaryApiKey": "k", "apiaryApiName": "n"}}))
	for _, bad := range []string{"ftp://host/", "host:80", "/path", "http://", "://"} {
		require.Contains(t, runApiary(t, report.Options{Custom: map[string]string{"apiaryApiUrl": bad}}), "warn: apiary: nothing is sent: apiaryApiUrl (APIARY_API_URL) is not a URL", bad)
	}
	other := newApiaryServer(t, answers(`{"_id":"1"}`))
	s := newApiaryServer(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL, http.StatusTemporaryRedirect)
	})
	out := runApiary(t, report.Options{Custom: map[string]string{"apiaryApiUrl": s.URL, "apiaryApiKey": "k"}})
	require.Equal(t, "error: Apiary reporter could not send the report to "+s.URL+": the answer is 307 Temporary Redirect\n", out)
	require.Len(t, s.lines(), 1)
	require.Empty(t, other.lines())
}

func TestApiaryTellsOfAFailureOnce(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	calls := 0
	for name, test := range map[string]struct {
		answer http.HandlerFunc
		want   string
		calls  int
	}{
		"refused": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusUnauthorized) }, "401 Unauthorized", 1},
		"no json": {answers(`<html>k3y-of-mine`), "not the JSON", 1},
		"no id":   {answers(`{}`), "no _id", 1},
		"later": {func(w http.ResponseWriter, r *http.Request) {
			if calls++; calls > 2 {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			answers(`{"_id":7}`)(w, r)
		}, "500 Internal", 3},
	} {
		s := newApiaryServer(t, test.answer)
		var errs bytes.Buffer
		out := runApiary(t, report.Options{Err: &errs, Custom: map[string]string{"apiaryApiUrl": s.URL, "apiaryApiKey": "k3y-of-mine", "apiaryApiName": "n"}})
		require.Empty(t, out, name)
		require.Equal(t, 1, strings.Count(errs.String(), "\n"), name)
		require.Contains(t, errs.String(), "error: Apiary reporter could not send", name)
		require.Contains(t, errs.String(), test.want, name)
		require.NotContains(t, errs.String(), "k3y-of-mine", name)
		require.Len(t, s.lines(), test.calls, name)
	}
	out := runApiary(t, report.Options{Custom: map[string]string{"apiaryApiUrl": closed.URL, "apiaryApiName": "n"}})
	require.Contains(t, out, "connection refused")
	require.Equal(t, 1, strings.Count(out, "\n"))
}

func TestApiaryWithoutKeyAndNameIsPublic(t *testing.T) {
	t.Parallel()
	s := newApiaryServer(t, answers(`{"_id":"a/b"}`))
	out := runApiary(t, report.Options{Getenv: func(name string) string { return map[string]string{"APIARY_API_URL": s.URL}[name] }})
	require.Equal(t, "warn: apiary: neither apiaryApiKey nor apiaryApiName is set: the report is sent as a public one\n"+
		"complete: See results in Apiary at: "+s.URL+"/apis/public/tests/run/a%2Fb\n", out)
	require.Equal(t, true, s.calls[0].body["public"])
	require.Empty(t, s.calls[0].header.Get("Authentication"))
	require.Equal(t, "PATCH /apis/public/tests/run/a%2Fb", s.lines()[4])
}

// TestApiarySendsNoSecret looks for the secrets of outcomes in all that arrives at the server.
func TestApiarySendsNoSecret(t *testing.T) {
	t.Parallel()
	masks, err := sanitize.New(sanitize.Config{Headers: []string{"x-configured"}, Pointers: []string{"/**/configured"}})
	require.NoError(t, err)
	var sent bytes.Buffer
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, err := sent.ReadFrom(r.Body)
		assert.NoError(t, err)
		answers(`{"_id":"1"}`)(w, r)
	}))
	t.Cleanup(s.Close)
	rapid.Check(t, func(t *rapid.T) {
		h := &hiding{t: t}
		h.fill()
		// The description is sent before any outcome tells more of its secrets than their names do.
		root, _, _ := h.tree()
		lines := append([]string{"# API", "+ Response 200", "    + Headers", "            Authorization: JWT " + h.word(), "    + Body"},
			strings.Split(encode(t, root, "  "), "\n")...)
		sent.Reset()
		r := report.NewApiary(report.Options{
			Sanitize: masks, Custom: map[string]string{"apiaryApiUrl": s.URL, "apiaryApiName": "n", "apiaryApiKey": "k"},
			Excerpt: func(transaction.Position) ([]string, bool) { return lines, true },
		})
		r.Begin(h.run)
		r.Report(h.o)
		require.NoError(t, r.End(report.Summary{Notes: h.notes, HookErrors: h.notes}))
		require.NotEmpty(t, sent.String())
		require.NotContains(t, sent.String(), marker)
	})
}
