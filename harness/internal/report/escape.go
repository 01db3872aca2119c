package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// clean makes a text safe to print on one line: control characters, bytes that are not UTF-8,
// and characters that are invisible or turn the direction of writing are written as escapes, so
// that a response can neither drive the terminal nor hide a difference.
func clean(s string) string { return escape(s, false) }

// quote writes s as a JSON string would be written, with the escapes of clean.
func quote(s string) string { return `"` + escape(s, true) + `"` }

func escape(s string, quoted bool) string {
	i := plainPrefix(s, quoted)
	if i == len(s) {
		return s
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	b.WriteString(s[:i])
	for i < len(s) {
		r, n := utf8.DecodeRuneInString(s[i:])
		writeRune(&b, r, s[i:i+n], quoted)
		i += n
	}
	return b.String()
}

// plainPrefix returns how many bytes at the beginning need no escape and are ASCII.
func plainPrefix(s string, quoted bool) int {
	for i := range len(s) {
		c := s[i]
		if c < ' ' || c >= 0x7f || quoted && (c == '"' || c == '\\') {
			return i
		}
	}
	return len(s)
}

func writeRune(b *strings.Builder, r rune, raw string, quoted bool) {
	switch {
	case r == utf8.RuneError && len(raw) == 1:
		fmt.Fprintf(b, `\x%02x`, raw[0])
	case r == '\n':
		b.WriteString(`\n`)
	case r == '\r':
		b.WriteString(`\r`)
	case r == '\t':
		b.WriteString(`\t`)
	case quoted && (r == '"' || r == '\\'):
		b.WriteByte('\\')
		b.WriteRune(r)
	case unicode.IsPrint(r):
		b.WriteString(raw)
	case r > 0xffff:
		fmt.Fprintf(b, `\U%08x`, r)
	default:
		fmt.Fprintf(b, `\u%04x`, r)
	}
}

// combining reports whether a text has marks that join the character before them: then two texts can
// look the same and be different ones.
func combining(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x300 && unicode.In(r, unicode.Mn, unicode.Me) })
}

// inASCII is escape with every other character written as an escape, too.
func inASCII(s string, quoted bool) string {
	var b strings.Builder
	for _, r := range escape(s, quoted) {
		switch {
		case r < 0x80:
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

// columns is how many columns of a terminal a clean text takes.
func columns(s string) int {
	n := 0
	for _, r := range s {
		n += runeColumns(r)
	}
	return n
}

// runeColumns knows the wide blocks that matter in practice (CJK, Hangul, full-width forms,
// emoji) and the marks that take no room of their own.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}
