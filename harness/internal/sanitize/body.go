package sanitize

import (
	"mime"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Body returns a body as it may be shown.
func (m *Mask) Body(contentType, text string) string {
	return m.body(contentType, text, 0)
}

// mostNested bounds multipart bodies in parts of multipart bodies.
const mostNested = 4

func (m *Mask) body(contentType, text string, nested int) string {
	if text == "" || m.s != nil && m.s.noDefaults && len(m.s.keys) == 0 && len(m.s.headers) == 0 && len(m.s.patterns) == 0 {
		return text
	}
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		kind, _, _ = strings.Cut(strings.ToLower(contentType), ";")
	}
	start := strings.TrimLeft(strings.TrimPrefix(text, "\ufeff"), " \t\r\n")
	if start == "" {
		return text
	}
	head := text[:len(text)-len(start)]
	boundary, tail := "", ""
	if strings.HasPrefix(kind, "multipart/") {
		boundary = params["boundary"]
	}
	if boundary == "" {
		boundary = guessBoundary(start)
	}
	asJSON := start[0] == '{' || start[0] == '[' || start[0] == '"'
	if asJSON && boundary != "" && !strings.Contains(text, "\n--"+boundary) {
		boundary = ""
	}
	form := strings.HasSuffix(kind, "/x-www-form-urlencoded") && !asJSON // servers send JSON as anything
	if form || boundary != "" {
		text, tail = shorten(text)
	}
	switch {
	case boundary != "" && nested < mostNested:
		return m.multipart(boundary, text, nested) + tail
	case form:
		return m.form(text) + tail
	case asJSON:
		return head + m.json(start, false)
	case start[0] == '<':
		return m.Text(m.markup(text))
	}
	return m.Text(m.lines(text)) // it may be YAML, whatever it is said to be
}

const (
	// longestFields is the size from which on a form or a multipart body is cut, and keptFields what is
	// left of it: nobody reads more of it than its beginning.
	longestFields = 4 << 20
	keptFields    = 1 << 20
)

// shorten cuts a body that is too long, and says how long it was.
func shorten(text string) (head, tail string) {
	if len(text) <= longestFields {
		return text, ""
	}
	end := keptFields
	for end > 0 && !utf8.RuneStart(text[end]) {
		end--
	}
	return text[:end], "…[" + strconv.Itoa(len(text)) + " bytes, the rest is left out]"
}

// form masks the values of an application/x-www-form-urlencoded body.
func (m *Mask) form(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	root := m.s.root()
	for more := true; more; {
		var pair string
		pair, text, more = strings.Cut(text, "&")
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			name = m.Text(name)
		}
		b.WriteString(name)
		if ok {
			b.WriteByte('=')
			b.WriteString(m.field(root, name, value))
		}
		if more {
			b.WriteByte('&')
		}
	}
	return b.String()
}

// guessBoundary is the boundary of what looks like a multipart body, whatever it is said to be; "" for
// everything else.
func guessBoundary(text string) string {
	line, rest, _ := strings.Cut(text, "\n")
	line = strings.TrimRight(line, " \t\r")
	if !strings.HasPrefix(line, "--") || len(line) < 3 || len(line) > 80 {
		return ""
	}
	name, _, ok := strings.Cut(rest, ":")
	if !ok || !strings.HasPrefix(strings.ToLower(name), "content-") || strings.ContainsAny(name, " \n") {
		return ""
	}
	return line[2:]
}

// field is the value of one field of a form or a query as it may be shown.
func (m *Mask) field(root place, name, value string) string {
	plainName, err := url.QueryUnescape(name)
	if err != nil {
		plainName = name
	}
	plain, err := url.QueryUnescape(value)
	if err != nil {
		plain = value
	}
	if value == "" || isMask(plain) {
		return value
	}
	if m.fieldSecret(root, plainName) {
		return m.hide(plain)
	}
	if text := m.Text(plain); text != plain {
		return strings.NewReplacer("&", "%26", "%", "%25", "+", "%2B", " ", "+").Replace(text)
	}
	return value
}

// fieldSecret reports whether a field of a form is secret: by its name, of which user[password] is
// the same as password, or by a pointer to it, or to its first value.
func (m *Mask) fieldSecret(root place, name string) bool {
	last := strings.TrimRight(name, "]")
	if i := strings.LastIndexByte(last, '['); i >= 0 && i < len(last)-1 {
		last = last[i+1:]
	}
	here := m.below(root, name)
	return here.secret || m.textKey(last) || m.item(here, "0").secret
}

// multipart masks the parts of a multipart body (RFC 2046, 5.1).
func (m *Mask) multipart(boundary, text string, nested int) string {
	var b strings.Builder
	delimiter := "--" + boundary
	rest := text
	for first := true; ; first = false {
		part, after, more := cutLine(rest, delimiter)
		if first {
			b.WriteString(m.Text(part)) // the preamble
		} else {
			b.WriteString(m.part(part, nested))
		}
		if !more {
			return b.String()
		}
		b.WriteString(delimiter)
		rest = after
	}
}

// cutLine cuts a text at the first line that begins with delimiter.
func cutLine(text, delimiter string) (before, after string, found bool) {
	if strings.HasPrefix(text, delimiter) {
		return "", text[len(delimiter):], true
	}
	i := strings.Index(text, "\n"+delimiter)
	if i < 0 {
		return text, "", false
	}
	return text[:i+1], text[i+1+len(delimiter):], true
}

// part masks one part: what follows the delimiter, up to the next one.
func (m *Mask) part(text string, nested int) string {
	end := strings.Index(text, "\n\r\n")
	size := len("\n\r\n")
	if i := strings.Index(text, "\n\n"); i >= 0 && (end < 0 || i < end) {
		end, size = i, len("\n\n")
	}
	if end < 0 {
		return m.Text(text)
	}
	head, content := text[:end+size], text[end+size:]
	contentType, name := "", ""
	for line := range strings.Lines(head) {
		key, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "content-type":
			contentType = strings.TrimSpace(value)
		case "content-disposition":
			if _, params, err := mime.ParseMediaType(strings.TrimSpace(value)); err == nil {
				name = params["name"]
			}
		}
	}
	body := strings.TrimRight(content, "\r\n")
	tail := content[len(body):]
	if m.fieldSecret(m.s.root(), name) || m.item(m.below(m.s.root(), name), "body").secret {
		return m.Text(head) + m.hide(body) + tail
	}
	return m.Text(head) + m.body(contentType, body, nested+1) + tail
}
