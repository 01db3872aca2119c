package engine

import (
	"encoding/json"
	"math"
	"net/mail"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/microcosm-cc/bluemonday"
)

// Kind is what an attribute holds.
type Kind int

// The kinds.
const (
	String Kind = iota
	HTML        // text with markup, of which only the harmless is kept
	URL
	Email
	Int
	Float
	Bool
	Time
	JSON
)

// cast is the SQL type that parameters of the kind are given.
func (k Kind) cast() string {
	switch k {
	case Int:
		return "bigint"
	case Float:
		return "double precision"
	case Bool:
		return "boolean"
	case Time:
		return "timestamptz"
	case JSON:
		return "jsonb"
	}
	return "text"
}

// text reports whether values are text to the database.
func (k Kind) text() bool { return k.cast() == "text" }

// decode reads a value that is not null. The problem, if any, is in the words of marshmallow, which
// Open Event clients know. Numbers and booleans may come as strings.
func (k Kind) decode(v any) (value any, problem string) {
	switch k {
	case Int:
		return decodeInt(v)
	case Float:
		return decodeFloat(v)
	case Bool:
		return decodeBool(v)
	case Time:
		return decodeTime(v)
	case JSON:
		text, err := json.Marshal(v)
		if err != nil {
			return nil, "Not valid JSON."
		}
		return string(text), ""
	}
	s, ok := v.(string)
	if !ok || strings.ContainsRune(s, 0) { // Postgres has no NUL in text
		return nil, "Not a valid string."
	}
	switch k {
	case HTML:
		return harmless(s), ""
	case URL:
		return s, checkURL(s)
	case Email:
		s = strings.TrimSpace(s)
		return s, CheckEmail(s)
	}
	return s, ""
}

func decodeInt(v any) (any, string) {
	const problem = "Not a valid integer."
	text, ok := number(v)
	if !ok {
		return nil, problem
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, ""
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return nil, problem
	}
	return int64(f), ""
}

func decodeFloat(v any) (any, string) {
	text, ok := number(v)
	f, err := strconv.ParseFloat(text, 64)
	if !ok || err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return nil, "Not a valid number."
	}
	return f, ""
}

// number is the text of a number, or of a string that should be one.
func number(v any) (string, bool) {
	switch n := v.(type) {
	case json.Number:
		return n.String(), true
	case string:
		return strings.TrimSpace(n), true
	}
	return "", false
}

func decodeBool(v any) (any, string) {
	if b, ok := v.(bool); ok {
		return b, ""
	}
	if text, ok := number(v); ok {
		switch strings.ToLower(text) {
		case "true", "t", "1":
			return true, ""
		case "false", "f", "0":
			return false, ""
		}
	}
	return nil, "Not a valid boolean."
}

// decodeTime reads ISO 8601 as clients write it. A time without an offset is in UTC.
func decodeTime(v any) (any, string) {
	s, _ := v.(string)
	for _, layout := range []string{
		time.RFC3339Nano, "2006-01-02T15:04:05Z0700", "2006-01-02T15:04Z07:00",
		"2006-01-02T15:04:05", "2006-01-02T15:04", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", time.DateOnly,
	} {
		// Microseconds are what the database keeps, so they are all that there ever was.
		if t, err := time.Parse(layout, s); err == nil && t.Year() > 0 {
			return t.UTC().Truncate(time.Microsecond), ""
		}
	}
	return nil, "Not a valid datetime."
}

func checkURL(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Hostname() == "" || !slices.Contains([]string{"http", "https", "ftp", "ftps"}, strings.ToLower(u.Scheme)) {
		return "Not a valid URL."
	}
	return ""
}

// CheckEmail says what is wrong with an e-mail address, "" for nothing. It takes a bare address with a dot in its domain, as long as RFC 5321 allows.
func CheckEmail(s string) string {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 || !strings.Contains(s[strings.LastIndexByte(s, '@'):], ".") {
		return "Not a valid email address."
	}
	return ""
}

// harmless keeps the markup of user-written text that cannot run anything. Text without markup is
// kept as it is, so that "Q & A" stays what it was.
func harmless(s string) string {
	if !strings.ContainsAny(s, "<>") {
		return s
	}
	return bluemonday.UGCPolicy().Sanitize(s)
}
