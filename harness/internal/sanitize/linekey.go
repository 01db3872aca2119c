package sanitize

import (
	"slices"
	"strings"
)

// lineSecret reports whether a key of a file tells of a secret. A path, such as that of an endpoint, does
// not.
func (m *Mask) lineSecret(name string) bool {
	return !strings.Contains(name, "/") && (m.textKey(name) || m.s.secretHeader(name))
}

// lineKey is the key that a line begins with, and what follows it.
func lineKey(text string, marked bool) (name, rest string, ok bool) {
	switch {
	case text == "":
		return "", "", false
	case text[0] == '<':
		end := 1
		for end < len(text) && (nameByte(text[end]) || text[end] == ':') {
			end++
		}
		name = text[1:end]
		return name[strings.IndexByte(name, ':')+1:], "<", !strings.Contains(text, "</") && !strings.Contains(text, "/>")
	case text[0] == '"' || text[0] == '\'':
		end := strings.IndexByte(text[1:], text[0])
		if end < 0 {
			return "", "", false
		}
		name, rest = text[1:end+1], strings.TrimLeft(text[end+2:], " \t")
		if text[0] == '"' {
			name = unquote(name)
		}
	default:
		end := strings.IndexByte(text, ':')
		if marked && (end < 0 || strings.IndexByte(text[:end], '(') >= 0) {
			head, _, _ := strings.Cut(text, "(")
			return strings.Trim(head, " `*\"'"), "", true
		}
		if end < 0 {
			return "", "", false
		}
		name, rest = strings.Trim(text[:end], " `*"), text[end:]
	}
	if rest == "" && marked {
		return name, "", true
	}
	rest, ok = strings.CutPrefix(rest, ":")
	return name, strings.TrimSpace(rest), ok && len(name) <= longestName
}

// oneText reports whether what follows a key goes on in the lines below as one text.
func oneText(rest string) bool {
	switch {
	case rest == "" || strings.IndexByte("{[&!#", rest[0]) >= 0:
		return false
	case rest[0] == '"' || rest[0] == '\'':
		return strings.Count(rest, rest[:1]) < 2
	}
	return true
}

// plainValue reports whether the value of a keyword of JSON Schema may be shown although it is about a
// secret: only what schemas say, in case it is none.
func plainValue(key, text string) bool {
	switch key {
	case "type":
		return slices.Contains([]string{"string", "number", "integer", "boolean", "object", "array", "null"}, text)
	case "format":
		return slices.Contains([]string{"password", "date", "date-time", "time", "uuid", "email", "uri", "byte", "binary", "int32", "int64", "float", "double", "ipv4", "ipv6", "hostname", "regex"}, text)
	case "in":
		return slices.Contains([]string{"query", "header", "path", "cookie", "body", "formData"}, text)
	}
	return plainKeyword(key) && strings.Trim(text, "0123456789.-") == ""
}
