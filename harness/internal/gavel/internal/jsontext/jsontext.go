// Package jsontext writes strings of JSON (RFC 8259, section 7). Unlike encoding/json it escapes
// nothing that need not be, since the text is shown to people.
//
//	jsontext.Quote(`<a href="x">`) // "<a href=\"x\">"
package jsontext

import "strings"

// Quote returns a string of JSON. The text is UTF-8.
func Quote(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 2)
	Write(&b, s)
	return b.String()
}

// Write writes a string of JSON. The text is UTF-8.
func Write(b *strings.Builder, s string) {
	b.WriteByte('"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '"' && c != '\\' {
			continue
		}
		b.WriteString(s[from:i])
		from = i + 1
		switch c {
		case '"', '\\':
			b.WriteByte('\\')
			b.WriteByte(c)
		case '\n':
			b.WriteString(`\n`)
		case '\r':
			b.WriteString(`\r`)
		case '\t':
			b.WriteString(`\t`)
		default:
			const hex = "0123456789abcdef"
			b.WriteString(`\u00`)
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		}
	}
	b.WriteString(s[from:])
	b.WriteByte('"')
}
