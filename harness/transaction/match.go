package transaction

import (
	"fmt"
	"strings"
)

// Match is how strictly a documented body is held against the real one.
type Match string

// The levels, each stricter than the one before it. One thing passes under MatchType that does not
// under MatchStructure: an item of a list that is not like the documented one of its place, but like
// another.
const (
	// MatchStructure is Gavel's verdict: keys and the shape of objects and lists.
	MatchStructure Match = "structure"
	// MatchType also compares the types of scalars and looks at every item of a list.
	MatchType Match = "type"
	// MatchValue also compares values, except for declared volatile parts.
	MatchValue Match = "value"
)

// ParseMatch reads the name of a level, as the command line takes it.
func ParseMatch(s string) (Match, error) {
	switch m := Match(strings.ToLower(s)); m {
	case MatchStructure, MatchType, MatchValue:
		return m, nil
	}
	return "", fmt.Errorf("unknown level %q to match by: use structure, type or value", s)
}

// Volatile declares a part of the response that may vary from run to run, such as a creation time
// or a token. Under MatchType and MatchValue, such a part is held against Kind instead of what is
// documented. Where several declarations cover a part, the last one counts.
type Volatile struct {
	// Pointer is a JSON Pointer pattern into the body: "*" stands for one step, "**" for any number
	// of them, none included, as in "/data/**/created-at", and "#" alone for the body as a whole.
	Pointer string
	// Header is the name of a response header, in place of Pointer.
	Header string
	Kind   Kind
	// Pattern is the regular expression (RE2 syntax, matched against the whole string) of
	// KindRegexp.
	Pattern string
	// From says where the declaration was made, such as "bailiff.yml:12" or "default"; empty means
	// by a hook or the program.
	From string
}

// Kind says what a volatile value must be.
type Kind string

// The kinds.
const (
	KindAny      Kind = "any"
	KindString   Kind = "string"
	KindNumber   Kind = "number"
	KindBoolean  Kind = "boolean"
	KindDateTime Kind = "date-time" // RFC 3339
	KindDate     Kind = "date"
	KindUUID     Kind = "uuid"
	KindURL      Kind = "url"
	KindEmail    Kind = "email"
	KindRegexp   Kind = "regexp"
	// KindSet is a list whose items may come in any order; each of them is compared.
	KindSet Kind = "set"
)
