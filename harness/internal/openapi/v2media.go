package openapi

import (
	"mime"
	"strings"
	"unicode"
)

// isMediaType reports whether a text is a media type, with or without parameters; a range such as
// "*/*" is not one.
func isMediaType(s string) bool {
	kind, subtype, ok := strings.Cut(mediaType(s), "/")
	return ok && isName(kind) && isName(subtype) && !strings.ContainsFunc(s, unicode.IsControl)
}

// isName reports whether a text is a restricted name of RFC 6838, section 4.2.
func isName(s string) bool {
	for i := range len(s) {
		c := s[i]
		alphanumeric := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alphanumeric && (i == 0 || strings.IndexByte("!#$&-^_.+", c) < 0) {
			return false
		}
	}
	return s != "" && len(s) <= 127
}

// mediaType is the type and subtype of a media type in small letters, "" when it cannot be read.
func mediaType(s string) string {
	t, _, err := mime.ParseMediaType(s)
	if err != nil {
		return ""
	}
	return t
}

func boundary(s string) string {
	_, params, err := mime.ParseMediaType(s)
	if err != nil {
		return ""
	}
	return params["boundary"]
}

// isJSON reports whether a media type is JSON, or has its structure.
func isJSON(s string) bool {
	_, subtype, _ := strings.Cut(mediaType(s), "/")
	return isMediaType(s) && (subtype == "json" || strings.HasSuffix(subtype, "+json"))
}
