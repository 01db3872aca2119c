package gavel

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// kinds lists every kind that a declaration can have.
func kinds() []transaction.Kind {
	return []transaction.Kind{
		transaction.KindAny, transaction.KindString, transaction.KindNumber, transaction.KindBoolean,
		transaction.KindDateTime, transaction.KindDate, transaction.KindUUID, transaction.KindURL,
		transaction.KindEmail, transaction.KindRegexp, transaction.KindSet,
	}
}

// accepts reports whether the value at i is of the kind of a volatile part.
//
//   - any: every value, null, objects and lists included, with whatever is in them. It has to be
//     there all the same.
//   - string, number, boolean: a value of that JSON type. Null is neither.
//   - regexp and the kinds below it in acceptsText: a string of that form. A regexp does not look at
//     numbers: 1, 1.0 and 1e0 are one number, so the digits of it are no property of the value, and
//     a number where a string is documented would slip through.
func (v *volatile) accepts(t *tree, i int32) bool {
	if t.texts && v.Kind != transaction.KindAny {
		return t.nodes[i].kind == kindString && v.acceptsText(t.str(i))
	}
	switch v.Kind {
	case transaction.KindAny:
		return true
	case transaction.KindNumber:
		return t.nodes[i].kind == kindNumber
	case transaction.KindBoolean:
		return t.nodes[i].kind == kindBoolean
	}
	return t.nodes[i].kind == kindString && v.acceptsText(t.str(i))
}

// acceptsText reports whether a text that is not JSON, such as the value of a header, is of the kind
// of a volatile part: a number is one as JSON writes it, a boolean is true or false.
func (v *volatile) acceptsText(s string) bool {
	switch v.Kind {
	case transaction.KindAny, transaction.KindString:
		return true
	case transaction.KindNumber:
		return s != "" && numberSize(s) == len(s)
	case transaction.KindBoolean:
		return s == "true" || s == "false"
	case transaction.KindDateTime:
		return isDateTime(s)
	case transaction.KindDate:
		return isFullDate(s)
	case transaction.KindUUID:
		return isUUID(s)
	case transaction.KindURL:
		return isAbsoluteURL(s)
	case transaction.KindEmail:
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s
	case transaction.KindRegexp:
		return v.regexp.MatchString(s)
	}
	return false
}

// isAbsoluteURL reports whether s is a URL of any scheme with a host (RFC 3986, section 3), in which
// letters of all scripts may stand as they are, as in an IRI.
func isAbsoluteURL(s string) bool {
	blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
	if strings.ContainsFunc(s, blank) || strings.ContainsAny(s, "<>\"{}|\\^`") {
		return false
	}
	u, err := url.Parse(s)
	return err == nil && u.Scheme != "" && u.Hostname() != ""
}

// isFullDate reports whether s is a full-date of RFC 3339, section 5.6: a day that is in the
// calendar.
func isFullDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

// isDateTime reports whether s is a date-time of RFC 3339, section 5.6: with a zone, the letters in
// either case, and a leap second where there can be one.
func isDateTime(s string) bool {
	const shortest = len("2006-01-02T15:04:05Z")
	if len(s) < shortest || !isFullDate(s[:10]) || s[10]|0x20 != 't' || s[13] != ':' || s[16] != ':' {
		return false
	}
	hour, minute, second := twoDigits(s[11:], 23), twoDigits(s[14:], 59), twoDigits(s[17:], 60)
	if hour < 0 || minute < 0 || second < 0 {
		return false
	}
	zone := s[19:]
	if zone[0] == '.' {
		n := digits(zone[1:])
		if n == 0 {
			return false
		}
		zone = zone[1+n:]
	}
	offset, ok := zoneOffset(zone)
	// A leap second is the last one of a day of universal time.
	return ok && (second < 60 || (hour*60+minute-offset+2*24*60)%(24*60) == 23*60+59)
}

// zoneOffset is the distance from universal time in minutes.
func zoneOffset(zone string) (int, bool) {
	if zone == "Z" || zone == "z" {
		return 0, true
	}
	if len(zone) != len("+00:00") || zone[0] != '+' && zone[0] != '-' || zone[3] != ':' {
		return 0, false
	}
	hours, minutes := twoDigits(zone[1:], 23), twoDigits(zone[4:], 59)
	if hours < 0 || minutes < 0 {
		return 0, false
	}
	offset := 60*hours + minutes
	if zone[0] == '-' {
		offset = -offset
	}
	return offset, true
}

// twoDigits reads a number of two digits up to a limit, -1 when there is none.
func twoDigits(s string, limit int) int {
	if len(s) < 2 || digits(s[:2]) < 2 {
		return -1
	}
	if n := int(s[0]-'0')*10 + int(s[1]-'0'); n <= limit {
		return n
	}
	return -1
}

// isUUID reports whether s has the form of a UUID (RFC 9562, section 4), in either case and of any
// version; so have the nil and the max UUID.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		switch i {
		case 8, 13, 18, 23:
			if s[i] != '-' {
				return false
			}
		default:
			if !isHex(s[i]) {
				return false
			}
		}
	}
	return true
}
