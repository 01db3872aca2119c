package sample

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// formatted returns strings of a format, the nth of each kind, those first that are most to be
// expected; some are made as long as wanted. Nothing is returned for a format that is not known.
func formatted(format string, n, least int) []string {
	digits := ""
	if n > 0 {
		digits = strconv.Itoa(n)
	}
	day := time.Date(2024, time.January, 15, 9, 30, 0, 0, time.UTC).AddDate(0, 0, n%100_000)
	switch format {
	case "date-time":
		return []string{day.Format("2006-01-02T15:04:05Z"), day.Format("2006-01-02T15:04:05.000Z"), day.Format("2006-01-02T15:04:05.000000000+00:00")}
	case "date":
		return []string{day.Format(time.DateOnly)}
	case "time":
		return []string{day.Add(time.Duration(n) * time.Second).Format("15:04:05Z")}
	case "duration":
		return []string{fmt.Sprintf("P%dD", n+1)}
	case "uuid":
		return []string{fmt.Sprintf("123e4567-e89b-42d3-a456-%012x", 0x426614174000+int64(n))}
	case "email", "idn-email":
		return emails(digits, least)
	case "hostname", "idn-hostname":
		return []string{"host" + digits + ".example.com", hostname(digits, least), "h" + digits + ".example", "h" + digits}
	case "ipv4", "ip":
		return []string{fmt.Sprintf("192.0.2.%d", 1+n%254), fmt.Sprintf("1.1.1.%d", n%256), fmt.Sprintf("192.168.100.%d", 100+n%100)}
	case "ipv6":
		return []string{fmt.Sprintf("2001:db8::%x", 1+n%0xFFFF), fmt.Sprintf("2001:0db8:0000:0000:0000:0000:0000:%04x", 1+n%0xFFFF), fmt.Sprintf("::%x", 1+n%0xFFFF)}
	case "uri", "url", "iri":
		return paths("https://example.com/"+digits, least, "http://a/"+digits, "a:"+digits)
	case "uri-reference", "iri-reference":
		return paths("/example"+digits, least, "/"+digits)
	case "uri-template":
		return paths("https://example.com/{id}"+digits, least, "/{id}"+digits)
	case "json-pointer":
		return paths("/example"+digits, least, "/"+digits)
	case "relative-json-pointer":
		return paths("0/example"+digits, least, "0/"+digits, "0")
	case "regex":
		return paths("^example"+digits+"$", least, digits)
	case "byte", "base64":
		return encoded(n, least)
	case "password":
		return []string{"password" + digits}
	}
	return nil
}

// paths pads texts at their end.
func paths(s string, least int, shorter ...string) []string {
	out := []string{s}
	for _, s := range append(out, shorter...) {
		if len(s) < least {
			s += strings.Repeat("a", least-len(s))
		}
		out = append(out, s)
	}
	return out
}

// emails keeps to the 64 characters that may stand before the @.
func emails(digits string, least int) []string {
	out := []string{"user" + digits + "@example.com"}
	if short := len(out[0]); short < least {
		local := strings.Repeat("a", min(least-short, 60-len(digits))) + "user" + digits
		domain := "example.com"
		if rest := least - len(local) - 1; rest > len(domain) {
			domain = hostname("", rest)
		}
		out = append(out, local+"@"+domain)
	}
	for _, domain := range []string{"@b.co", "@b"} {
		local := "a" + digits
		if short := least - len(local) - len(domain); short > 0 {
			local = strings.Repeat("a", min(short, 64-len(local))) + local
		}
		out = append(out, local+domain)
	}
	return out
}

// hostname makes labels of up to 63 characters.
func hostname(digits string, least int) string {
	s := "host" + digits + ".example.com"
	for len(s) < least {
		label := min(least-len(s)-1, 60)
		s = strings.Repeat("a", max(label, 1)) + "." + s
	}
	return s
}

// encoded makes base64 of a length that it can have.
func encoded(n, least int) []string {
	text := "string"
	if n > 0 {
		text += strconv.Itoa(n)
	}
	if size := (least + 3) / 4 * 3; len(text) < size {
		text += strings.Repeat("g", size-len(text))
	}
	short := base64.StdEncoding.EncodeToString([]byte{byte(n), byte(n >> 8), byte(n >> 16)})
	return []string{base64.StdEncoding.EncodeToString([]byte(text)), short}
}

var uuid = regexp.MustCompile(`^[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// hasFormat reports whether a string is of a format; of one that is not known, every string is.
func hasFormat(s, format string) bool {
	switch format {
	case "date-time":
		_, err := time.Parse(time.RFC3339, strings.ToUpper(s))
		return err == nil
	case "date":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "uuid":
		return uuid.MatchString(s)
	case "email":
		at := strings.LastIndexByte(s, '@')
		return at > 0 && at < len(s)-1 && !strings.ContainsAny(s, " \t\r\n")
	case "ipv4":
		address, err := netip.ParseAddr(s)
		return err == nil && address.Is4()
	case "ipv6":
		address, err := netip.ParseAddr(s)
		return err == nil && address.Is6() && address.Zone() == ""
	case "uri":
		u, err := url.Parse(s)
		return err == nil && u.IsAbs()
	}
	return true
}
