package gavel

import (
	"fmt"
	"mime"
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
// of them only, without regard to case; of the others it wants that they are there.
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
		if id := k.headerMismatch(name, want, got); id != "" {
			k.out.add(transaction.Finding{
				ID:       id,
				Field:    fieldHeaders,
				Pointer:  "/" + escapeStep(name),
				Message:  fmt.Sprintf("At '/%s' No enum match for: \"%s\"", escapeStep(name), strings.ToLower(got)),
				Expected: want, HasExpected: true,
				Real: got, HasReal: true,
			})
		}
	}
}

// headerMismatch returns the id of the finding about two values of a header, "" when they agree or
// are not compared.
func (k *check) headerMismatch(name, want, got string) string {
	switch name {
	case contentType:
		same := strings.EqualFold(want, got)
		if k.level > structure {
			same = sameMediaType(want, got)
		}
		if !same {
			return ContentTypeMismatch
		}
	case "accept", "accept-charset", "accept-encoding", "accept-language":
		if !strings.EqualFold(want, got) {
			return HeaderMismatch
		}
	}
	return ""
}

// sameMediaType compares two values of Content-Type as media types (RFC 9110, section 8.3.1): the
// order of parameters, the case of names and of the charset, quotes and blanks do not matter.
func sameMediaType(a, b string) bool {
	if a == b {
		return true
	}
	x, xs, err1 := mime.ParseMediaType(a)
	y, ys, err2 := mime.ParseMediaType(b)
	if err1 != nil || err2 != nil {
		return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
	}
	if x != y || len(xs) != len(ys) {
		return false
	}
	for name, v := range xs {
		w, ok := ys[name]
		if !ok || v != w && (name != "charset" || !strings.EqualFold(v, w)) {
			return false
		}
	}
	return true
}

// mediaType is a Content-Type without its parameters, in lower case.
func mediaType(value string) string {
	base, _, _ := strings.Cut(value, ";")
	return strings.ToLower(strings.TrimSpace(base))
}

// isJSONType reports whether a media type without parameters is one of JSON.
func isJSONType(base string) bool {
	_, subtype, ok := strings.Cut(base, "/")
	return base == "application/json" || ok && strings.HasSuffix(subtype, "+json")
}
