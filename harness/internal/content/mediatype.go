package content

import "strings"

// Kind is what a body of some media type is.
type Kind uint8

// The kinds.
const (
	// Unknown is a media type that says nothing about the body, or none at all.
	Unknown Kind = iota
	JSON
	XML
	HTML
	Form // application/x-www-form-urlencoded
	Multipart
	Text
	Binary
)

// Parameter is one parameter of a media type: its name in lower case, its value without quotes.
type Parameter struct{ Name, Value string }

// MediaType is the value of a Content-Type (RFC 9110, section 8.3.1).
type MediaType struct {
	// Name is the type and subtype in lower case, such as "text/html".
	Name string
	// Parameters holds the parameters in their order. Where a name stands twice the first one counts,
	// as in browsers, and the others are left out.
	Parameters []Parameter
}

// ParseMediaType reads a media type. It reports false when the text is none; what could be read of
// it is returned all the same.
func ParseMediaType(value string) (MediaType, bool) {
	name, rest, _ := strings.Cut(value, ";")
	m := MediaType{Name: strings.ToLower(strings.Trim(name, " \t"))}
	kind, subtype, slash := strings.Cut(m.Name, "/")
	ok := slash && isToken(kind) && isToken(subtype)
	for rest != "" {
		var p Parameter
		var fine bool
		if p, rest, fine = parseParameter(rest); !fine {
			return m, false
		}
		if _, again := m.Parameter(p.Name); p.Name != "" && !again {
			m.Parameters = append(m.Parameters, p)
		}
	}
	return m, ok
}

// parseParameter reads one parameter, which may be empty, and the semicolon behind it.
func parseParameter(s string) (p Parameter, rest string, ok bool) {
	s = strings.TrimLeft(s, " \t")
	end := strings.IndexAny(s, "=;")
	if end < 0 || s[end] == ';' { // RFC 9110 lets a parameter be left out
		empty, rest, _ := strings.Cut(s, ";")
		return Parameter{}, rest, strings.Trim(empty, " \t") == ""
	}
	p.Name = strings.ToLower(s[:end])
	if !isToken(p.Name) {
		return p, "", false
	}
	if s = s[end+1:]; strings.HasPrefix(s, `"`) {
		p.Value, s, ok = unquote(s)
	} else {
		end := strings.IndexAny(s, "; \t")
		if end < 0 {
			end = len(s)
		}
		p.Value, s = s[:end], s[end:]
		ok = isToken(p.Value)
	}
	s = strings.TrimLeft(s, " \t")
	switch {
	case s == "":
		return p, "", ok
	case s[0] != ';':
		return p, "", false
	}
	return p, s[1:], ok
}

// unquote reads the quoted string (RFC 9110, section 5.6.4) that s begins with.
func unquote(s string) (value, rest string, ok bool) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return b.String(), s[i+1:], true
		case '\\':
			if i++; i == len(s) {
				return "", "", false
			}
		}
		b.WriteByte(s[i])
	}
	return "", "", false
}

// isToken reports whether s is a token (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c <= ' ' || c >= 0x7F || strings.IndexByte(`"(),/:;<=>?@[\]{}`, c) >= 0 {
			return false
		}
	}
	return s != ""
}

// Parameter returns the value of the parameter of that name, which is in lower case.
func (m MediaType) Parameter(name string) (string, bool) {
	for _, p := range m.Parameters {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// Kind says what a body of the media type is.
func (m MediaType) Kind() Kind {
	kind, subtype, ok := strings.Cut(m.Name, "/")
	switch {
	case !ok:
		return Unknown
	case m.Name == "application/json" || strings.HasSuffix(subtype, "+json"):
		return JSON
	case m.Name == "application/xml" || m.Name == "text/xml" || strings.HasSuffix(subtype, "+xml"):
		return XML
	case m.Name == "text/html":
		return HTML
	case m.Name == "application/x-www-form-urlencoded":
		return Form
	case kind == "multipart":
		return Multipart
	case kind == "text":
		return Text
	case kind == "image" || kind == "audio" || kind == "video" || kind == "font" || kind == "model":
		return Binary
	case kind == "application":
		return application(subtype)
	}
	return Unknown
}

// application tells texts from bytes among the subtypes of application that are seen in APIs.
func application(subtype string) Kind {
	switch subtype {
	case "ecmascript", "graphql", "javascript", "json-seq", "jsonl", "ld-ndjson", "n-triples", "ndjson", "rtf",
		"sql", "toml", "x-javascript", "x-ndjson", "x-sh", "x-yaml", "yaml":
		return Text
	case "cbor", "epub", "gzip", "java-archive", "msgpack", "msword", "octet-stream", "pdf", "protobuf", "wasm",
		"x-7z-compressed", "x-bzip", "x-bzip2", "x-gzip", "x-msgpack", "x-protobuf", "x-rar-compressed", "x-tar",
		"x-xz", "zip", "zstd", "vnd.rar":
		return Binary
	}
	for _, prefix := range []string{"vnd.ms-", "vnd.oasis.opendocument.", "vnd.openxmlformats-"} {
		if strings.HasPrefix(subtype, prefix) {
			return Binary
		}
	}
	for _, suffix := range []string{"+zip", "+gzip", "+cbor", "+protobuf"} {
		if strings.HasSuffix(subtype, suffix) {
			return Binary
		}
	}
	if strings.HasSuffix(subtype, "+yaml") {
		return Text
	}
	return Unknown
}
