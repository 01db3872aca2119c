package gavel

import (
	"errors"
	"net/netip"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

var errFormat = errors.New("another format")

// formats returns the formats that are checked beside those of the library. They are as lenient
// as Gavel's, which look at the form and little more: the 13th month is a month. A format that is
// in neither list is ignored, as JSON Schema asks.
func formats() []*jsonschema.Format {
	checks := map[string]func(string) bool{
		"date":                      isDateForm,
		"time":                      func(s string) bool { return isTimeForm(s, false) },
		"date-time":                 isDateTimeForm,
		"uri":                       isURIForm,
		"url":                       isURLForm,
		"uri-reference":             isURIReferenceForm,
		"uri-template":              isTemplateForm,
		"email":                     isEmailForm,
		"hostname":                  isHostname,
		"ipv4":                      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is4() },
		"ipv6":                      func(s string) bool { a, err := netip.ParseAddr(s); return err == nil && a.Is6() && a.Zone() == "" },
		"uuid":                      func(s string) bool { return isUUID(strings.TrimPrefix(strings.ToLower(s), "urn:uuid:")) },
		"json-pointer":              isPointer,
		"json-pointer-uri-fragment": func(s string) bool { return strings.HasPrefix(s, "#") && isPointer(s[1:]) && isURIText(s) },
		"relative-json-pointer":     isRelativePointer,
		// Not formats of JSON Schema, though the library knows them.
		"period": func(string) bool { return true },
		"semver": func(string) bool { return true },
	}
	list := make([]*jsonschema.Format, 0, len(checks))
	for name, check := range checks {
		list = append(list, &jsonschema.Format{Name: name, Validate: func(v any) error {
			if s, ok := v.(string); ok && !check(s) {
				return errFormat
			}
			return nil
		}})
	}
	return list
}

// cutForm reports whether s begins with the form, in which a digit stands for any up to itself, and
// returns what follows.
func cutForm(s, form string) (string, bool) {
	if len(s) < len(form) {
		return s, false
	}
	for i := range len(form) {
		switch f := form[i]; f {
		case '9', '6', '5', '3', '2', '1':
			if s[i] < '0' || s[i] > f {
				return s, false
			}
		default:
			if s[i] != f {
				return s, false
			}
		}
	}
	return s[len(form):], true
}

func isDateForm(s string) bool {
	rest, ok := cutForm(s, "9999-19-39")
	return ok && rest == ""
}

func isDateTimeForm(s string) bool {
	rest, ok := cutForm(s, "9999-19-39")
	if !ok || rest == "" || !strings.ContainsAny(rest[:1], "Tt \t\n\r\f\v") {
		return false
	}
	return isTimeForm(rest[1:], true)
}

// isTimeForm looks for hours, minutes and seconds, a fraction, and an offset.
func isTimeForm(s string, wantOffset bool) bool {
	rest, ok := cutForm(s, "29:59:59")
	if !ok {
		// One leap second a day.
		if rest, ok = strings.CutPrefix(s, "23:59:60"); !ok {
			return false
		}
	}
	if strings.HasPrefix(rest, ".") {
		n := digits(rest[1:])
		if n == 0 {
			return false
		}
		rest = rest[1+n:]
	}
	switch {
	case rest == "":
		return !wantOffset
	case rest == "Z" || rest == "z":
		return true
	case rest[0] != '+' && rest[0] != '-':
		return false
	}
	rest, ok = cutForm(rest[1:], "99")
	rest = strings.TrimPrefix(rest, ":")
	if ok && rest != "" {
		rest, ok = cutForm(rest, "99")
	}
	return ok && rest == ""
}

func isAlpha(c byte) bool        { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isAlphanumeric(c byte) bool { return isAlpha(c) || c >= '0' && c <= '9' }

// all reports whether each byte of s is allowed.
func all(s string, allowed func(byte) bool) bool {
	for i := range len(s) {
		if !allowed(s[i]) {
			return false
		}
	}
	return true
}

// scheme cuts the scheme off a URI (RFC 3986, section 3.1).
func scheme(s string) (rest string, ok bool) {
	name, rest, ok := strings.Cut(s, ":")
	ok = ok && name != "" && isAlpha(name[0]) &&
		all(name, func(c byte) bool { return isAlphanumeric(c) || c >= '+' && c <= '.' })
	return rest, ok
}

func isURIText(s string) bool { return !strings.ContainsAny(s, " \t\n\r\f\v") }

func isURIForm(s string) bool {
	rest, ok := scheme(s)
	return ok && isURIText(rest)
}

func isURLForm(s string) bool {
	rest, ok := scheme(s)
	rest, slashes := strings.CutPrefix(rest, "//")
	return ok && slashes && rest != "" && !strings.HasPrefix(rest, "/") && isURIText(rest)
}

func isURIReferenceForm(s string) bool {
	_, fragment, _ := strings.Cut(s, "#")
	return isURIText(s) && !strings.Contains(s, `\`) && !strings.Contains(fragment, "#")
}

// isTemplateForm looks for braces that pair (RFC 6570, section 2).
func isTemplateForm(s string) bool {
	open := false
	for i := range len(s) {
		switch {
		case s[i] == '{' && !open, s[i] == '}' && open:
			open = !open
		case s[i] == '|' && open:
		case s[i] == '{', s[i] == '}', s[i] <= ' ', strings.IndexByte("\"'<>\\^`|", s[i]) >= 0:
			return false
		}
	}
	return !open
}

func isEmailForm(s string) bool {
	local, host, ok := strings.Cut(s, "@")
	atom := func(c byte) bool { return isAlphanumeric(c) || strings.IndexByte(".!#$%&'*+/=?^_`{|}~-", c) >= 0 }
	return ok && local != "" && all(local, atom) && isHostname(host)
}

// isHostname reports whether s is a name of labels (RFC 1123, section 2.1).
func isHostname(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			!all(label, func(c byte) bool { return isAlphanumeric(c) || c == '-' }) {
			return false
		}
	}
	return true
}

// isPointer reports whether s is a JSON Pointer (RFC 6901, section 3).
func isPointer(s string) bool {
	if s != "" && s[0] != '/' {
		return false
	}
	for i := range len(s) {
		if s[i] == '~' && (i+1 == len(s) || s[i+1] != '0' && s[i+1] != '1') {
			return false
		}
	}
	return true
}

func isRelativePointer(s string) bool {
	n := digits(s)
	if n == 0 || n > 1 && s[0] == '0' {
		return false
	}
	return s[n:] == "#" || isPointer(s[n:])
}
