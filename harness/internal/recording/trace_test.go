package recording_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/bailiff-dev/bailiff/harness/internal/recording"
)

// dump writes a block as curl does, in the way of dump() in its src/tool_cb_dbg.c.
func dump(b *strings.Builder, what, data string, ascii bool) {
	fmt.Fprintf(b, "%s, %d bytes (0x%x)\n", what, len(data), len(data))
	width := 16
	if ascii {
		width = 64
	}
	for i := 0; i < len(data); i += width {
		fmt.Fprintf(b, "%04x: ", i)
		for c := 0; c < width && !ascii; c++ {
			if i+c < len(data) {
				fmt.Fprintf(b, "%02x ", data[i+c])
			} else {
				b.WriteString("   ")
			}
		}
		for c := 0; c < width && i+c < len(data); c++ {
			if ascii && strings.HasPrefix(data[i+c:], "\r\n") {
				i += c + 2 - width
				break
			}
			if ch := data[i+c]; ch >= 0x20 && ch < 0x7F {
				b.WriteByte(ch)
			} else {
				b.WriteByte('.')
			}
			if ascii && i+c+1 < len(data) && strings.HasPrefix(data[i+c+1:], "\r\n") {
				i += c + 3 - width
				break
			}
		}
		b.WriteByte('\n')
	}
}

// traced is the trace of a request and its response, whose body came in parts.
func traced(ascii bool, request, head string, parts ...string) []byte {
	var b strings.Builder
	b.WriteString("== Info: Connected to 127.0.0.1\n")
	dump(&b, "=> Send header", request+"\r\n\r\n", ascii)
	for line := range strings.SplitAfterSeq(head+"\r\n\r\n", "\r\n") {
		if line != "" {
			dump(&b, "<= Recv header", line, ascii)
		}
	}
	for _, part := range parts {
		dump(&b, "<= Recv data", part, ascii)
	}
	b.WriteString("== Info: Connection #0 to host 127.0.0.1 left intact\n")
	return []byte(b.String())
}

const ok = "HTTP/1.1 200 OK"

func TestTracesOfEveryKind(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, request, head string
		parts               []string
		ascii               bool
		body, problem       string
	}{
		{name: "HEAD", request: "HEAD / HTTP/1.1", head: ok + "\r\nContent-Length: 9"},
		{name: "not modified", request: "GET / HTTP/1.1", head: "HTTP/1.1 304 Not Modified\r\nContent-Length: 9"},
		{name: "body did not come", request: "GET / HTTP/1.1", head: ok + "\r\nContent-Length: 9", problem: "body-cut-off"},
		{name: "text that claims to be gzip", request: "GET / HTTP/1.1", head: ok + "\r\nContent-Encoding: gzip", parts: []string{"plain"}, problem: "body-encoding-invalid"},
		{name: "JSON in ASCII", request: "GET / HTTP/1.1", head: ok, ascii: true, parts: []string{"{\n\t\"a\": \"\\\"x.\\\\\",\n\t\"b\": [1.5,\n2]\n}"}, body: "{\n\n\"a\": \"\\\"x.\\\\\",\n\n\"b\": [1.5,\n2]\n}"},
		{name: "a number that is no JSON", request: "GET / HTTP/1.1", head: ok, ascii: true, parts: []string{".5"}, body: ".5"},
		{name: "two lines of ASCII", request: "GET / HTTP/1.1", head: ok, ascii: true, parts: []string{strings.Repeat("a", 64) + "\r\nb\r\n\r\n"}, body: strings.Repeat("a", 64) + "\r\nb\r\n\r\n"},
		{name: "two bytes on the second line", request: "GET / HTTP/1.1", head: ok, ascii: true, parts: []string{strings.Repeat("a", 66)}, body: strings.Repeat("a", 66)},
		{name: "a dump within the body", request: "GET / HTTP/1.1", head: ok, parts: []string{"0000: 41 \n", "<= Recv data, 1 bytes (0x1)"}, body: "0000: 41 \n<= Recv data, 1 bytes (0x1)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r, err := recording.Parse(traced(c.ascii, c.request, c.head, c.parts...), recording.Options{Name: "f"})
			require.NoError(t, err)
			if c.problem != "" {
				require.NotNil(t, r.Response.Problem)
				require.Equal(t, c.problem, r.Response.Problem.ID)
				return
			}
			require.Nil(t, r.Response.Problem)
			require.Equal(t, c.body, r.Response.Body)
		})
	}
}

// TestATrailerIsNoHeader: HTTP/2 sends some behind the body.
func TestATrailerIsNoHeader(t *testing.T) {
	t.Parallel()
	data := traced(false, "GET / HTTP/2", "HTTP/2 200 \r\na: 1", "body")
	var b strings.Builder
	dump(&b, "<= Recv header", "b: 2\r\n", false)
	r, err := recording.Parse(append(data, b.String()...), recording.Options{Name: "f"})
	require.NoError(t, err)
	require.Len(t, r.Response.Headers, 1)
	require.Equal(t, "body", r.Response.Body)
}

// TestBytesSurviveATrace makes up bodies, and splits them anywhere.
func TestBytesSurviveATrace(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		ascii := rapid.Bool().Draw(t, "ascii")
		body := string(rapid.SliceOfN(rapid.Byte(), 1, 400).Draw(t, "body"))
		if ascii {
			body = "no JSON" + strings.Join(rapid.SliceOfN(rapid.StringMatching(`[ -~]{0,70}`), 1, 6).Draw(t, "lines"), "\r\n")
		}
		at := rapid.IntRange(0, len(body)).Draw(t, "at")
		if ascii && at > 0 && body[at-1] == '\r' { // halves of a line end are dots, like all else
			at--
		}
		head := ok + "\r\nContent-Type: application/octet-stream"

		r, err := recording.Parse(traced(ascii, "GET / HTTP/1.1", head, body[:at], body[at:]), recording.Options{Name: "f"})

		require.NoError(t, err)
		require.Nil(t, r.Response.Problem)
		require.Equal(t, body, r.Response.Body)
	})
}
