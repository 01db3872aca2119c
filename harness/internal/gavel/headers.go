package gavel

import (
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const contentType = "content-type"

// headerValue returns the value of a header; fields of one name are joined (RFC 9110, section 5.3).
func headerValue(h transaction.Headers, name string) (string, bool) {
	value, found := "", false
	for _, f := range h {
		switch {
		case !strings.EqualFold(f.Name, name):
		case !found:
			value, found = f.Value, true
		default:
			value += ", " + f.Value
		}
	}
	return value, found
}

// headers holds each documented header against the real ones. Gavel compares the values of five
// of them only, without regard to case; of the others it wants that they are there. So does type,
// while value compares all of them whose value is documented: OpenAPI names headers that have none.
// Above structure, a header that is declared volatile is held to its kind instead.
func (k *check) headers() {
	if !k.expected.HasHeaders {
		return
	}
	for i, f := range k.expected.Headers {
		name := strings.ToLower(f.Name)
		if _, again := headerValue(k.expected.Headers[:i], name); again {
			continue
		}
		want, _ := headerValue(k.expected.Headers, name)
		got, ok := headerValue(k.real.Headers, name)
		if !ok {
			k.out.add(transaction.Finding{
				ID:       HeaderMissing,
				Field:    fieldHeaders,
				Pointer:  "/" + escapeStep(name),
				Message:  fmt.Sprintf("At '/%s' Missing required property: %s", name, name),
				Expected: want, HasExpected: true,
			})
			continue
		}
		if id, message := k.headerMismatch(name, want, got); id != "" {
			k.out.add(transaction.Finding{
				ID:       id,
				Field:    fieldHeaders,
				Pointer:  "/" + escapeStep(name),
				Message:  fmt.Sprintf("At '/%s' %s", escapeStep(name), message),
				Expected: want, HasExpected: true,
				Real: got, HasReal: true,
			})
		}
	}
}

// headerMismatch returns the id of the finding about two values of a header, "" when they agree or
// are not compared, and what to say about them.
func (k *check) headerMismatch(name, want, got string) (id, message string) {
	if v := k.volatileHeader(name); v != nil { // never under structure
		return heldHeader(v, got)
	}
	message = fmt.Sprintf("No enum match for: \"%s\"", strings.ToLower(got))
	exactly := k.level == structure
	switch name {
	case contentType:
		if exactly && !strings.EqualFold(want, got) || !exactly && !sameMediaType(want, got) {
			return ContentTypeMismatch, message
		}
	case "accept", "accept-charset", "accept-encoding", "accept-language":
		if !strings.EqualFold(want, got) && (exactly || !sameRanges(want, got)) {
			return HeaderMismatch, message
		}
	default:
		if k.level == values && hasValue(k.expected.Headers, name) && trimBlanks(want) != trimBlanks(got) {
			return HeaderValueMismatch, fmt.Sprintf("Expected %q, but got %q.", cut(want), cut(got))
		}
	}
	return "", ""
}

// heldHeader holds a volatile header to its kind.
func heldHeader(v *volatile, got string) (id, message string) {
	if v.acceptsText(trimBlanks(got)) {
		return "", ""
	}
	return HeaderVolatileKind, fmt.Sprintf("Expected a volatile value of the kind %s, but got %q.", v.kindName(), cut(got))
}

// hasValue reports whether a header of that name is more than empty.
func hasValue(h transaction.Headers, name string) bool {
	return slices.ContainsFunc(h, func(f transaction.Header) bool {
		return strings.EqualFold(f.Name, name) && trimBlanks(f.Value) != ""
	})
}

// trimBlanks removes what may stand around the value of a field (RFC 9110, section 5.5).
func trimBlanks(s string) string { return strings.Trim(s, " \t") }

// mediaType is a Content-Type without its parameters, in lower case, as Gavel takes it.
func mediaType(value string) string {
	base, _, _ := strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(base))
}

// isJSONType reports whether a media type without parameters is one of JSON.
func isJSONType(base string) bool {
	_, subtype, ok := strings.Cut(base, "/")
	return base == "application/json" || ok && strings.HasSuffix(subtype, "+json")
}
