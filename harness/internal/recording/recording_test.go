package recording_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/bailiff-dev/bailiff/harness/internal/recording"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// machine is the body of most recordings, which were made by curl 7.88.1.
const machine = "{\n  \"id\": 1,\n  \"name\": \"Café\",\n  \"note\": \"a.b\",\n  \"price\": 2.5\n}"

// machineASCII is what --trace-ascii keeps of it.
var machineASCII = strings.Replace(machine, "é", "..", 1)

func parse(t *testing.T, name string, entry int) (*recording.Recording, error) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return recording.Parse(data, recording.Options{Name: name, Entry: entry})
}

func TestEachFileIsReadAsWhatItIs(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name    string
		entry   int
		format  recording.Format
		status  int
		body    string
		headers int
		problem string
		note    string
		// at is where the status line stands, and line where the first line of the body does.
		at, line string
	}{
		{name: "plain.trace", format: recording.CurlTrace, status: 200, body: machine, headers: 5, at: "plain.trace:11"},
		{name: "chunked.trace", format: recording.CurlTrace, status: 200, body: machine, headers: 5, at: "chunked.trace:11"},
		{name: "gzip.trace", format: recording.CurlTrace, status: 200, body: machine, headers: 6, at: "gzip.trace:11"},
		{name: "continued.trace", format: recording.CurlTrace, status: 201, headers: 6, at: "continued.trace:22"},
		{name: "redirected-timed.trace", format: recording.CurlTrace, status: 200, body: machine, headers: 5, at: "redirected-timed.trace:47"},
		{name: "mixed-with-body.trace", format: recording.CurlTrace, status: 200, body: machine, headers: 5, at: "mixed-with-body.trace:11"},
		{name: "cut-off.trace", format: recording.CurlTrace, status: 200, body: `{"a":`, headers: 4, problem: "body-cut-off", at: "cut-off.trace:11"},
		{name: "plain.trace-ascii", format: recording.CurlTraceASCII, status: 200, body: machineASCII, headers: 5, note: "--trace-ascii", at: "plain.trace-ascii:10"},
		{name: "chunked.trace-ascii", format: recording.CurlTraceASCII, status: 200, body: machineASCII, headers: 5, note: "--trace-ascii", at: "chunked.trace-ascii:10"},
		{name: "markdown.trace-ascii", format: recording.CurlTraceASCII, status: 200, body: "* one.* two.", headers: 5, note: "--trace-ascii", at: "markdown.trace-ascii:10"},
		{name: "mixed-with-body.trace-ascii", format: recording.CurlTraceASCII, status: 200, body: "* one.* two.", headers: 5, note: "--trace-ascii", at: "mixed-with-body.trace-ascii:10"},
		{name: "plain.http", format: recording.HTTP, status: 200, body: machine, headers: 5, at: "plain.http:1", line: "plain.http:8"},
		{name: "chunked.http", format: recording.HTTP, status: 200, body: machine, headers: 5, at: "chunked.http:1"},
		{name: "chunks-joined.http", format: recording.HTTP, status: 200, body: machine, headers: 5, at: "chunks-joined.http:1", line: "chunks-joined.http:8"},
		{name: "gzip.http", format: recording.HTTP, status: 200, body: machine, headers: 6, at: "gzip.http:1"},
		{name: "gzip-undone.http", format: recording.HTTP, status: 200, body: machine, headers: 6, at: "gzip-undone.http:1", line: "gzip-undone.http:9"},
		{name: "redirected.http", format: recording.HTTP, status: 200, body: machine, headers: 5, at: "redirected.http:8", line: "redirected.http:15"},
		{name: "head.http", format: recording.HTTP, status: 200, headers: 5, at: "head.http:1"},
		{name: "cut-off.http", format: recording.HTTP, status: 200, body: `{"a":`, headers: 4, problem: "body-cut-off", at: "cut-off.http:1", line: "cut-off.http:7"},
		{name: "meter.verbose", format: recording.CurlVerbose, status: 200, body: machine, headers: 5, at: "meter.verbose:10", line: "meter.verbose:20"},
		{name: "markdown.verbose", format: recording.CurlVerbose, status: 200, body: "* one\n* two\n", headers: 5, at: "markdown.verbose:8", line: "markdown.verbose:17"},
		{name: "head-twice.verbose", format: recording.CurlVerbose, status: 200, body: machine, headers: 5, at: "head-twice.verbose:8"},
		{name: "redirected.verbose", format: recording.CurlVerbose, status: 200, body: machine, headers: 5, at: "redirected.verbose:27", line: "redirected.verbose:36"},
		{name: "cut-off.verbose", format: recording.CurlVerbose, status: 200, body: `{"a":`, headers: 4, problem: "body-cut-off", at: "cut-off.verbose:10", line: "cut-off.verbose:21"},
		{name: "browser.har", format: recording.HAR, status: 200, body: `{"id": 1}`, headers: 2},
		{name: "browser.har", entry: 2, format: recording.HAR, status: 404, body: "no\n", headers: 1},
		{name: "message.json", format: recording.Message, status: 201, body: `{"id": 1}`, headers: 3},
	}
	covered := map[string]bool{"no-body.verbose": true, "gzip.trace-ascii": true} // those that are refused
	for _, c := range rows {
		covered[c.name] = true
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := parse(t, c.name, c.entry)

			require.NoError(t, err)
			assert.Equal(t, c.format, r.Format)
			assert.Equal(t, c.status, r.Response.StatusCode)
			assert.Equal(t, c.body, r.Response.Body)
			assert.Len(t, r.Response.Headers, c.headers)
			assert.Equal(t, c.at, r.Source.Response.String())
			assert.Equal(t, c.line, r.Source.Body.At(1).String())
			if c.problem == "" {
				assert.Nil(t, r.Response.Problem)
			} else {
				require.NotNil(t, r.Response.Problem)
				assert.Equal(t, c.problem, r.Response.Problem.ID)
			}
			assert.Contains(t, strings.Join(r.Notes, "\n"), c.note)
			assert.Equal(t, c.note == "", len(r.Notes) == 0, r.Notes)
		})
	}
	files, err := filepath.Glob("testdata/[a-z]*.*")
	require.NoError(t, err)
	for _, f := range files {
		assert.True(t, covered[filepath.Base(f)], "%s has no row", f)
	}
}

func TestHeadersKeepTheirPlaceAndOrder(t *testing.T) {
	t.Parallel()
	r, err := parse(t, "continued.trace", 0)
	require.NoError(t, err)
	require.Equal(t, transaction.Headers{{Name: "Set-Cookie", Value: "a=1"}, {Name: "Set-Cookie", Value: "b=2"}}, r.Response.Headers[:2])
	require.Equal(t, "continued.trace:25", r.Source.Headers["set-cookie"].String())

	r, err = parse(t, "message.json", 0)
	require.NoError(t, err)
	require.JSONEq(t, `{"type": "object"}`, r.Response.Schema)
	require.Equal(t, "b=2", r.Response.Headers[2].Value)
}

func TestWhatIsNoRecordingIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"empty", " \n", "f: this is empty; record one with: curl -s --trace FILE URL"},
		{"prose", "\n\nHello,\nworld", `f:3: this is no recorded response: it begins with "Hello,"; record one with: curl -s --trace FILE URL`},
		{"bytes", "\x89PNG\r\n\x1a\n", "f:1: this is no recorded response: it begins with bytes that are no text; record one with: curl -s --trace FILE URL"},
		{"UTF-16", "\xff\xfeH\x00", "f:1: this is UTF-16 text, as some shells write what a program prints; let curl write the file itself: curl --trace FILE URL"},
		{"request", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "f:1: this is a request, and no response is behind it"},
		{"no status", "< HTTP/1 2000\n", "f: there is no response in it; record one with: curl -s --trace FILE URL"},
		{"header", "HTTP/1.1 200 OK\nA: 1\nnothing\n\n", `f:3: "nothing" is no header; want "Name: value", and an empty line before the body`},
		{"no empty line", "HTTP/1.1 200 OK\nA: 1\n{\"b\": 1}\n", `f:3: "{\"b\": 1}" is no header; want "Name: value", and an empty line before the body`},
		{"broken JSON", "{\n  \"body\": x}", "f:2:11: this begins as JSON, but is none: invalid character 'x' looking for beginning of value"},
		{"other JSON", `{"a": 1}`, `f:1: this is JSON, but neither an HTTP archive, which has a "log", nor a message, which has some of "statusCode", "headers", "body" and "bodySchema"; record one with: curl -s --trace FILE URL`},
		{"status", `{"statusCode": "ok"}`, `f: "statusCode" is "ok"; want a number of three digits`},
		{"headers", `{"headers": ["A"]}`, `f: "headers": want an object of names and values`},
		{"no entries", `{"log": {"entries": []}}`, "f: there is no entry 1: the archive has 0"},
		{"trace without response", "== Info: Could not resolve host: nowhere\n", "f:1: this trace has no response in it; see its last lines for what went wrong"},
		{"trace breaks off", "<= Recv data, 1 bytes (0x1)\n0000: 48 H\n<= Recv data, 5 bytes (0x5)\n0000: 48 54 ", "f:4: \"48 54 \" are no bytes in hexadecimal; 5 bytes are announced in line 3, and this should be number 1 of them"},
		{"trace lacks a line", "<= Recv data, 17 bytes (0x11)\n0000: 30 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 0123456789012345\n== Info: end\n", "f:3: \"== Info: end\" is no line of bytes; 17 bytes are announced in line 1, and this should be number 17 of them"},
		{"trace promises much", "<= Recv data, 999999999999 bytes (0xe8d4a50fff)\n", "f:1: 999999999999 bytes are announced here, but the recording breaks off before"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := recording.Parse([]byte(c.text), recording.Options{Name: "f"})
			require.EqualError(t, err, c.want)
			var where *recording.Error
			require.ErrorAs(t, err, &where)
		})
	}
	for name, want := range map[string]string{
		"no-body.verbose":  "no-body.verbose:8: the body of this response went elsewhere; record both with: curl -sv URL > FILE 2>&1",
		"gzip.trace-ascii": "gzip.trace-ascii:10: the body is in the encoding gzip, of which --trace-ascii keeps too little; record it with --trace",
	} {
		_, err := parse(t, name, 0)
		require.EqualError(t, err, want)
	}
	_, err := parse(t, "browser.har", 3)
	require.EqualError(t, err, `browser.har: entry 3, "GET http://127.0.0.1:3000/blocked", has no response: its status is 0`)
	_, err = parse(t, "browser.har", 4)
	require.EqualError(t, err, "browser.har: there is no entry 4: the archive has 3")
	for _, name := range []string{"plain.trace", "message.json"} {
		_, err = parse(t, name, 2)
		require.EqualError(t, err, name+": only an HTTP archive (HAR) has several entries: leave --entry out")
	}
}

// TestHandMadeResponses are those that somebody wrote or edited.
func TestHandMadeResponses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, body, note, problem string }{
		{name: "line ends of Unix", text: "HTTP/1.1 200 OK\nA: 1\n\nbody\n", body: "body\n"},
		{name: "no body", text: "HTTP/1.1 204 No Content", body: ""},
		{name: "HTTP/2", text: "HTTP/2 200 \r\na: 1\r\n\r\nbody", body: "body"},
		{name: "request before", text: "POST /a HTTP/1.1\r\nHost: a\r\n\r\nx=1\r\nHTTP/1.1 200 OK\r\n\r\nbody", body: "body"},
		{name: "proxy before", text: "HTTP/1.1 200 Connection established\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody", body: "body"},
		{name: "line end by an editor", text: "HTTP/1.1 200 OK\nContent-Length: 4\n\nbody\n", body: "body"},
		{name: "longer than announced", text: "HTTP/1.1 200 OK\nContent-Length: 2\n\nbody", body: "body", note: "the Content-Length is 2 bytes, but 4 are recorded; all of them are compared"},
		{name: "shorter than announced", text: "HTTP/1.1 200 OK\nContent-Length: 9\n\nbody", body: "body", problem: "The body was cut off: its Content-Length is 9 bytes, but it has 4."},
		{name: "edited JSON", text: "HTTP/1.1 200 OK\nContent-Length: 9\n\n[1]", body: "[1]", note: "the Content-Length is 9 bytes, but 3 are recorded; all of them are compared"},
		{name: "last chunk missing", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n9\r\nbo", body: "bodybo", problem: "The body was cut off: the last chunk of it was not received."},
		{name: "chunk extensions and trailers", text: "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n4;a=b\r\nbody\r\n0\r\nX: 1\r\n\r\n", body: "body"},
		{name: "charset", text: "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=latin1\r\n\r\nCaf\xe9", body: "Café"},
		{name: "folded header", text: "HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\n\r\nbody", body: "body"},
		{name: "not gzip", text: "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\xff\xfe", body: "\xff\xfe", problem: "gzip"},
		{name: "byte order mark", text: "\ufeffHTTP/1.1 200 OK\r\n\r\nbody", body: "body"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := recording.Parse([]byte(c.text), recording.Options{Name: "f"})

			require.NoError(t, err)
			assert.Equal(t, c.note, strings.Join(r.Notes, "\n"))
			if c.problem != "" {
				require.NotNil(t, r.Response.Problem)
				assert.Contains(t, r.Response.Problem.Message, c.problem)
			} else {
				assert.Nil(t, r.Response.Problem)
				assert.Equal(t, c.body, r.Response.Body)
			}
		})
	}
}

func TestFoldedHeader(t *testing.T) {
	t.Parallel()
	r, err := recording.Parse([]byte("HTTP/1.1 200 OK\r\nX-A: 1\r\n  2\r\n\r\nbody"), recording.Options{})
	require.NoError(t, err)
	require.Equal(t, transaction.Headers{{Name: "X-A", Value: "1 2"}}, r.Response.Headers)
}

func TestTalkOfCurlIsNoBody(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, body, lines string }{
		{"last remark on the line of the body", "> GET / HTTP/1.1\n< HTTP/1.1 200 OK\n< \n{ [4 bytes data]\nbody* Connection #0 to host 127.0.0.1 left intact\n", "body", "f:5"},
		{"last remark on a line of its own", "< HTTP/1.1 200 OK\n< \nbody\n* Connection #0 to host 127.0.0.1 left intact\n", "body\n", "f:3"},
		{"remarks between", "< HTTP/1.1 200 OK\n< \n* Closing connection 0\none\n* TLSv1.3 (IN), TLS handshake\n* Server\n*   three", "one\n* Server\n*   three", "f:4 f:6 f:7"},
		{"HEAD", "> HEAD / HTTP/1.1\n< HTTP/1.1 200 OK\n< Content-Length: 9\n< \n* Connection #0 to host 127.0.0.1 left intact\n", "", " "},
		{"interim response", "< HTTP/1.1 100 Continue\n< \n< HTTP/1.1 200 OK\n< \nbody", "body", "f:5"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := recording.Parse([]byte(c.text), recording.Options{Name: "f"})
			require.NoError(t, err)
			require.Equal(t, c.body, r.Response.Body)
			require.Nil(t, r.Response.Problem)
			var lines []string
			for i := range strings.Count(c.body, "\n") + 1 {
				lines = append(lines, r.Source.Body.At(i+1).String())
			}
			require.Equal(t, strings.Fields(c.lines), strings.Fields(strings.Join(lines[:max(len(strings.Fields(c.lines)), 1)], " ")))
		})
	}
}

// FuzzParse wants no more than that nothing panics, and that what is read makes sense.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/[a-z]*.*")
	require.NoError(f, err)
	for _, name := range files {
		data, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := recording.Parse(data, recording.Options{Name: "f"})
		switch {
		case err != nil:
			var where *recording.Error
			require.ErrorAs(t, err, &where)
			require.LessOrEqual(t, where.At.Line, strings.Count(string(data), "\n")+2)
		case r.Format != recording.Message:
			require.GreaterOrEqual(t, r.Response.StatusCode, 0)
			require.NotEmpty(t, r.Format)
		}
	})
}
