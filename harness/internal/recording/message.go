package recording

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// message is a response as it was cut out of a recording.
type message struct {
	format Format
	head   []headLine // the status line and the fields
	body   []byte
	lines  transaction.Lines // where the lines of the body stand
	method string            // of the request; "" when it is not known
	// wire says that body is what the server sent, byte for byte. Otherwise some of what the
	// transfer did to it may have been undone, or somebody may have edited it.
	wire bool
	// lossy says that body has "." for every byte that is not printable ASCII.
	lossy bool
}

// headLine is a line of the head of a response, without its end.
type headLine struct {
	line int // in the recording
	text string
}

// finish makes a Recording of a message.
func (p *parser) finish(m message) (*Recording, error) {
	r := &Recording{Format: m.format}
	if len(m.head) == 0 {
		return nil, p.fail(0, "there is no response in it; %s", howTo)
	}
	if err := p.readHead(r, m.head); err != nil {
		return nil, err
	}
	body := p.unframe(r, &m)
	if m.lossy {
		body = p.restore(r, body)
	}
	r.Response.Body = string(body)
	r.Source.Body = m.lines
	if r.Response.Problem == nil {
		if err := p.decode(r, m); err != nil {
			return nil, err
		}
	}
	return r, nil
}

// readHead reads the status line and the fields (RFC 9112, sections 4 and 5).
func (p *parser) readHead(r *Recording, head []headLine) error {
	fields := strings.Fields(head[0].text)
	if len(fields) < 2 || !statusLine().MatchString(head[0].text) {
		return p.fail(head[0].line, "%s is no status line; want one like \"HTTP/1.1 200 OK\"", shown([]byte(head[0].text)))
	}
	r.Response.StatusCode, _ = strconv.Atoi(fields[1]) // statusLine has seen three digits
	r.Source.Response = p.at(head[0].line)
	r.Source.Headers = map[string]transaction.Position{}
	for _, l := range head[1:] {
		n := len(r.Response.Headers)
		if n > 0 && (strings.HasPrefix(l.text, " ") || strings.HasPrefix(l.text, "\t")) { // obs-fold
			r.Response.Headers[n-1].Value += " " + strings.TrimSpace(l.text)
			continue
		}
		name, value, ok := strings.Cut(l.text, ":")
		if !ok || strings.TrimSpace(name) == "" || strings.ContainsAny(name, " \t\"{") {
			return p.fail(l.line, "%s is no header; want \"Name: value\", and an empty line before the body", shown([]byte(l.text)))
		}
		r.Response.Headers = append(r.Response.Headers, transaction.Header{Name: name, Value: strings.TrimSpace(value)})
		if lower := strings.ToLower(name); r.Source.Headers[lower].IsZero() {
			r.Source.Headers[lower] = p.at(l.line)
		}
	}
	return nil
}

// unframe undoes chunks, and holds the length that was announced against what is there.
func (p *parser) unframe(r *Recording, m *message) []byte {
	coding, _ := r.Response.Headers.Get("Transfer-Encoding")
	if strings.Contains(strings.ToLower(coding), "chunked") {
		joined, whole, ok := dechunk(m.body)
		if !ok { // curl has done it already, as it does for its output
			return m.body
		}
		if m.lines = nil; !whole {
			p.cutOff(r, "the last chunk of it was not received")
		}
		return joined
	}
	announced, _ := r.Response.Headers.Get("Content-Length")
	length, err := strconv.Atoi(announced)
	if err != nil || length < 0 || m.method == "HEAD" || r.Response.StatusCode == 304 || len(m.body) == length {
		return m.body
	}
	switch rest := m.body; {
	case len(m.body) == 0 && !m.wire: // as of a HEAD request; a body that is wanted is missed anyway
	case len(m.body) < length && (m.wire || !encoded(r.Response.Headers) && !json.Valid(m.body)):
		p.cutOff(r, fmt.Sprintf("its Content-Length is %d bytes, but it has %d", length, len(m.body)))
	case len(m.body) > length && strings.Trim(string(rest[length:]), "\r\n") == "": // what an editor adds
		return m.body[:length]
	case !encoded(r.Response.Headers): // somebody edited the body
		r.Notes = append(r.Notes, fmt.Sprintf("the Content-Length is %d bytes, but %d are recorded; all of them are compared", length, len(m.body)))
	}
	return m.body
}

func (p *parser) cutOff(r *Recording, why string) {
	r.Response.Problem = &transaction.Problem{ID: "body-cut-off", Message: "The body was cut off: " + why + "."}
}

func encoded(h transaction.Headers) bool {
	coding, _ := h.Get("Content-Encoding")
	return coding != "" && !strings.EqualFold(coding, "identity")
}

// dechunk joins the chunks of a body (RFC 9112, section 7.1). It is not ok when the body does not
// begin with one, and not whole when the last one is not there.
func dechunk(body []byte) (joined []byte, whole, ok bool) {
	for {
		line, rest, found := bytes.Cut(body, []byte("\n"))
		size, _, _ := strings.Cut(strings.TrimRight(string(line[:min(len(line), 64)]), "\r"), ";")
		n, err := strconv.ParseUint(strings.TrimSpace(size), 16, 31)
		if !found || err != nil {
			return joined, false, ok
		}
		ok = true
		switch {
		case n == 0: // trailers are passed over
			return joined, true, true
		case uint64(len(rest)) < n:
			return append(joined, rest...), false, true
		}
		joined = append(joined, rest[:n]...)
		body = bytes.TrimPrefix(bytes.TrimPrefix(rest[n:], []byte("\r")), []byte("\n"))
	}
}

// restore brings the line ends of a JSON object or list back that --trace-ascii wrote as dots. Outside of
// strings a dot is JSON only between two digits, so all others are taken for what may stand between
// values. That is a guess where the body was no JSON, as in [.5], so a note says it. Bytes within
// strings, and of other texts, are lost.
func (p *parser) restore(r *Recording, body []byte) []byte {
	if !bytes.Contains(body, []byte(".")) {
		return body
	}
	r.Notes = append(r.Notes, `--trace-ascii writes "." for each byte that is no printable ASCII character; record with --trace where that matters`)
	if body[0] != '{' && body[0] != '[' || json.Valid(body) {
		return body
	}
	restored := slices.Clone(body)
	inString := false
	for i, c := range body {
		switch {
		case inString && c == '\\':
			continue
		case c == '"' && !escaped(body, i):
			inString = !inString
		case c == '.' && !inString && !inNumber(body, i):
			restored[i] = '\n'
		}
	}
	if json.Valid(restored) {
		r.Notes = append(r.Notes, "the dots between the values of this JSON are taken for line ends")
		return restored
	}
	return body
}

// escaped reports whether the byte at i stands behind an odd number of backslashes.
func escaped(b []byte, i int) bool {
	n := 0
	for n < i && b[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}

// inNumber reports whether the byte at i stands between two digits.
func inNumber(b []byte, i int) bool { return i > 0 && digit(b[i-1]) && i+1 < len(b) && digit(b[i+1]) }

func digit(c byte) bool { return c >= '0' && c <= '9' }
