package sample

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
)

// Field is one field of a form.
type Field struct {
	Name  string
	Value *source.Node
	// Required fields are written first, as Dredd has it.
	Required bool
	// Separator joins the items of a list, such as "," for collectionFormat: csv; "" writes the field
	// once for each item.
	Separator string
	// ContentType, when not "", is written with the field in a multipart body.
	ContentType string
	// Filename, when not "", makes the field a file in a multipart body.
	Filename string
}

// Form writes a body of type application/x-www-form-urlencoded: a space as %20, and what is not a
// string or a list of them as JSON.
func Form(fields []Field) string {
	var pairs []string
	for _, f := range ordered(fields) {
		for _, value := range f.values() {
			pairs = append(pairs, escape(f.Name)+"="+escape(value))
		}
	}
	return strings.Join(pairs, "&")
}

// Multipart writes a body of type multipart/form-data, with the lines and the empty line before the
// end that Dredd has.
func Multipart(fields []Field, boundary string) string {
	var out strings.Builder
	for _, f := range ordered(fields) {
		for _, value := range f.values() {
			out.WriteString("--" + boundary + "\r\nContent-Disposition: form-data; name=\"" + quoteName(f.Name) + `"`)
			if f.Filename != "" {
				out.WriteString(`; filename="` + quoteName(f.Filename) + `"`)
			}
			if f.ContentType != "" {
				out.WriteString("\r\nContent-Type: " + f.ContentType)
			}
			out.WriteString("\r\n\r\n" + value + "\r\n")
		}
	}
	out.WriteString("\r\n--" + boundary + "--\r\n")
	return out.String()
}

func ordered(fields []Field) []Field {
	out := make([]Field, 0, len(fields))
	for _, required := range []bool{true, false} {
		for _, f := range fields {
			if f.Required == required {
				out = append(out, f)
			}
		}
	}
	return out
}

// values returns what the field is written with.
func (f Field) values() []string {
	if !f.Value.Is(source.List) {
		return []string{plain(f.Value)}
	}
	values := make([]string, 0, f.Value.Len())
	for _, item := range f.Value.Items() {
		values = append(values, plain(item))
	}
	if f.Separator != "" {
		return []string{strings.Join(values, f.Separator)}
	}
	return values
}

// plain writes a value as a form has it.
func plain(v *source.Node) string {
	switch v.Kind() {
	case source.String:
		return v.Text()
	case source.Null:
		return ""
	}
	return v.JSON("")
}

// escape writes all but the unreserved characters of RFC 3986 as their bytes.
func escape(s string) string {
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', strings.IndexByte("-._~", c) >= 0:
			out.WriteByte(c)
		default:
			out.WriteByte('%')
			out.WriteByte(hex[c>>4])
			out.WriteByte(hex[c&15])
		}
	}
	return out.String()
}

// quoteName escapes what would end the name, as browsers do:
// https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
func quoteName(s string) string {
	return strings.NewReplacer("\r", "%0D", "\n", "%0A", `"`, "%22").Replace(s)
}
