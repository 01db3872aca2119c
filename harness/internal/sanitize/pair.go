package sanitize

import "strings"

// Names and values stand beside each other in many formats: {"name": "password", "value": "…"} is how HTTP
// Archives, lists of fields, and attributes of markup write what is {"password": "…"} elsewhere.

// pairName reports whether a key holds the name of what is beside it.
func pairName(key string) bool {
	switch strings.ToLower(key) {
	case "name", "key", "id", "field", "@name", "@key", "@id", "-name":
		return true
	}
	return false
}

// pairValue reports whether a key holds the value that a name is beside of.
func pairValue(key string) bool {
	switch strings.ToLower(key) {
	case "value", "values", "content", "val", "@value", "@content", "-value", "#text", "text()", "$value":
		return true
	}
	return false
}

// namesSecret reports whether a name tells that the value beside it is a secret.
func (m *Mask) namesSecret(name string) bool {
	return name != "" && (m.textKey(name) || m.s.secretHeader(name))
}

// mostAhead is how far a name is looked for behind its value.
const mostAhead = 2048

// pairAhead reports whether the object in which a value begins at s[i] names it a secret further on.
func (m *Mask) pairAhead(s string, i int) bool {
	i = skipSpace(s, i)
	if i < len(s) && s[i] == '"' {
		i = closing(s, i)
		s = s[:min(len(s), i+mostAhead)]
	} else {
		s = s[:min(len(s), i+mostAhead)]
		i = skipValue(s, i)
	}
	for {
		if i = skipSpace(s, i); i >= len(s) || s[i] != ',' {
			return false
		}
		if i = skipSpace(s, i+1); i >= len(s) || s[i] != '"' {
			return false
		}
		end := closing(s, i)
		key := unquote(s[i+1 : max(end-1, i+1)])
		if i = skipSpace(s, end); i >= len(s) || s[i] != ':' {
			return false
		}
		i = skipSpace(s, i+1)
		end = skipValue(s, i)
		if i < len(s) && s[i] == '"' && end > i+1 && pairName(key) && m.namesSecret(unquote(s[i+1:end-1])) {
			return true
		}
		i = end
	}
}

func skipSpace(s string, i int) int {
	for i < len(s) && strings.IndexByte(" \t\r\n", s[i]) >= 0 {
		i++
	}
	return i
}

// skipValue is the offset behind the value of JSON that begins at s[i].
func skipValue(s string, i int) int {
	for depth := 0; i < len(s); {
		switch s[i] {
		case '"':
			i = closing(s, i)
		case '{', '[':
			depth++
			i++
		case '}', ']':
			if depth == 0 {
				return i
			}
			depth--
			i++
		case ',':
			if depth == 0 {
				return i
			}
			i++
			continue
		default:
			i++
			continue
		}
		if depth == 0 {
			return i
		}
	}
	return len(s)
}

// paired reports whether the names in an object tell that the value beside them is a secret.
func (m *Mask) paired(object map[string]any) bool {
	for key, v := range object {
		if name, ok := v.(string); ok && pairName(key) && m.namesSecret(name) {
			return true
		}
	}
	return false
}

// countable reports whether a number below a name is rather how many there are than one of them.
func countable(name string) bool { return secretNames(name) }
