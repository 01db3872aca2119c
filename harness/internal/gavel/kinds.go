package gavel

import (
	"net/mail"
	"net/url"
	"strings"
	"time"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// accepts reports whether the value at i is of the kind of a volatile part.
func (v *volatile) accepts(t *tree, i int32) bool {
	switch v.Kind {
	case transaction.KindAny:
		return true
	case transaction.KindNumber:
		return t.nodes[i].kind == kindNumber
	case transaction.KindBoolean:
		return t.nodes[i].kind == kindBoolean
	}
	if t.nodes[i].kind != kindString {
		return false
	}
	s := t.str(i)
	switch v.Kind {
	case transaction.KindString:
		return true
	case transaction.KindDateTime:
		return isDateTime(s)
	case transaction.KindDate:
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case transaction.KindUUID:
		return isUUID(s)
	case transaction.KindURL:
		u, err := url.Parse(s)
		return err == nil && u.Scheme != "" && u.Host != ""
	case transaction.KindEmail:
		a, err := mail.ParseAddress(s)
		return err == nil && a.Address == s
	case transaction.KindRegexp:
		return v.regexp.MatchString(s)
	}
	return false
}

// isDateTime reports whether s is a date-time of RFC 3339, section 5.6, leap seconds included.
func isDateTime(s string) bool {
	// The parser of package time also takes hours of one digit and commas; RFC 3339 does not.
	if len(s) < len("2006-01-02T15:04:05Z") || s[13] != ':' || strings.Contains(s, ",") {
		return false
	}
	s = strings.ToUpper(s)
	if s[16:19] == ":60" {
		s = s[:16] + ":59" + s[19:]
	}
	_, err := time.Parse(time.RFC3339Nano, s)
	return err == nil
}

// isUUID reports whether s has the form of a UUID (RFC 9562, section 4), in either case.
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
