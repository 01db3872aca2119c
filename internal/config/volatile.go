package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// volatiles is the option that declares what may vary. What the command line declares comes behind what
// the file does, so that it is no list that one replaces by the other.
func volatiles() value {
	v := value{set: func(s *Settings, text string) error {
		declared, err := parseVolatile(text)
		if err != nil {
			return fmt.Errorf("%q: %w", text, err)
		}
		s.Volatile = append(s.Volatile, declared)
		return nil
	}}
	return v.readBy("a list of declarations, see below", func(r *reader, n *yaml.Node, s *Settings) {
		list(r, n, func(item *yaml.Node) { volatile(r, item, s) })
	})
}

const (
	headerPrefix = "header:"
	regexpPrefix = string(transaction.KindRegexp) + ":"
)

// parseVolatile reads a value of --volatile. A pointer, and a pattern, can have an equals sign in it:
// the one that counts is the first that a kind follows.
func parseVolatile(text string) (transaction.Volatile, error) {
	v := transaction.Volatile{}
	place, kind, found := strings.Cut(text, "=")
	for at, r := range text {
		rest := text[at:]
		if r == '=' && isKind(rest[1:]) {
			place, kind = text[:at], rest[1:]
			break
		}
	}
	switch {
	case !found:
		return v, errors.New("want POINTER=KIND, as in '/data/*/seen-at=date-time' or 'header:ETag=any'")
	case !isKind(kind) && kind == string(transaction.KindRegexp):
		return v, fmt.Errorf("the kind regexp needs a pattern, as in '%s=regexp:[A-Z]+'", place)
	case !isKind(kind):
		return v, fmt.Errorf("unknown kind %q: use %s or regexp:PATTERN", kind, kinds())
	}
	if pattern, ok := strings.CutPrefix(kind, regexpPrefix); ok {
		v.Kind, v.Pattern = transaction.KindRegexp, pattern
	} else {
		v.Kind = transaction.Kind(kind)
	}
	if name, ok := strings.CutPrefix(place, headerPrefix); ok {
		v.Header = name
	} else {
		v.Pointer = place
	}
	if v.Header == "" && place == headerPrefix {
		return v, errors.New("name the header, as in 'header:ETag=any'")
	}
	if err := harness.CheckVolatile(v); err != nil {
		return v, err
	}
	v.From = "--volatile"
	return v, nil
}

// isKind reports whether a text is a kind as --volatile takes it.
func isKind(text string) bool {
	return strings.HasPrefix(text, regexpPrefix) ||
		text != string(transaction.KindRegexp) && slices.Contains(harness.Kinds(), transaction.Kind(text))
}

func kinds() string {
	var list []string
	for _, k := range harness.Kinds() {
		if k != transaction.KindRegexp {
			list = append(list, string(k))
		}
	}
	return strings.Join(list, ", ")
}
