// Package fields reads the bodies that HTML forms send: application/x-www-form-urlencoded, as the URL
// Standard of WHATWG describes it.
//
//	list, bad := fields.Parse("tag=go&tag=http&q=a+b")
//	fields.JSON(list) // {"tag":["go","http"],"q":["a b"]}
//
// It is stricter than browsers, which take every text for a form: what no form can send is refused.
// It is more lenient about characters that should be escaped and mean only themselves, such as blanks
// and letters beyond ASCII, since people write them in documentation.
package fields

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel/internal/jsontext"
)

// maxFields bounds the memory of a form. Web servers take about a thousand.
const maxFields = 100_000

// Field is one name with its value, decoded.
type Field struct {
	Name, Value string
	// Offset is where the name begins.
	Offset int
}

// Refusal is the reason and place of a text that is no form.
type Refusal struct {
	What     string
	Offset   int
	TooLarge bool
}

// Parse reads a form. One line break at its end is passed over, since documentation has one.
func Parse(body string) ([]Field, *Refusal) {
	body = strings.TrimSuffix(strings.TrimSuffix(body, "\n"), "\r")
	var fields []Field
	for at := 0; at < len(body); {
		pair := body[at:]
		if end := strings.IndexByte(pair, '&'); end >= 0 {
			pair = pair[:end]
		}
		if pair != "" {
			if len(fields) == maxFields {
				return nil, &Refusal{fmt.Sprintf("more than %d fields", maxFields), at, true}
			}
			f, bad := field(pair)
			if bad != nil {
				bad.Offset += at
				return nil, bad
			}
			f.Offset = at
			fields = append(fields, f)
		}
		at += len(pair) + 1
	}
	return fields, nil
}

func field(pair string) (Field, *Refusal) {
	name, value, _ := strings.Cut(pair, "=")
	decodedName, bad := decode(name)
	if bad != nil {
		return Field{}, bad
	}
	decodedValue, bad := decode(value)
	if bad != nil {
		bad.Offset += len(name) + 1
		return Field{}, bad
	}
	return Field{Name: decodedName, Value: decodedValue}, nil
}

func decode(s string) (string, *Refusal) {
	for i, r := range s {
		switch {
		case r < ' ' || strings.ContainsRune(`"<>{}`, r):
			return "", &Refusal{What: fmt.Sprintf("unexpected %q, which a form escapes", r), Offset: i}
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			return "", &Refusal{What: "a byte that is not UTF-8", Offset: i}
		case r == '%' && !isEscape(s[i:]):
			return "", &Refusal{What: fmt.Sprintf("unexpected %q, which is no escape", s[i:min(i+3, len(s))]), Offset: i}
		}
	}
	text, err := url.QueryUnescape(s)
	if err != nil {
		return "", &Refusal{What: err.Error()}
	}
	if !utf8.ValidString(text) {
		return "", &Refusal{What: "escapes that do not make UTF-8"}
	}
	return text, nil
}

func isEscape(s string) bool {
	const hex = "0123456789abcdefABCDEF"
	return len(s) >= 3 && strings.IndexByte(hex, s[1]) >= 0 && strings.IndexByte(hex, s[2]) >= 0
}

// JSON writes the fields as an object that has a list of values for each name, in the order in which
// the names come first.
func JSON(fields []Field) string {
	var names []string
	values := map[string][]string{}
	for _, f := range fields {
		if _, known := values[f.Name]; !known {
			names = append(names, f.Name)
		}
		values[f.Name] = append(values[f.Name], f.Value)
	}
	var b strings.Builder
	b.WriteByte('{')
	for i, name := range names {
		if i > 0 {
			b.WriteByte(',')
		}
		jsontext.Write(&b, name)
		b.WriteString(":[")
		for i, value := range values[name] {
			if i > 0 {
				b.WriteByte(',')
			}
			jsontext.Write(&b, value)
		}
		b.WriteByte(']')
	}
	b.WriteByte('}')
	return b.String()
}
