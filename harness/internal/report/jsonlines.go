package report

import "strings"

// jsonLines lays out what is JSON, or begins as such and is broken: a line for each scalar and each
// bracket. Two texts that are laid out alike can be compared up to where one breaks.
func jsonLines(s string) []line {
	var out []line
	var b strings.Builder
	indent := 0
	flush := func() {
		if b.Len() > 0 {
			out = append(out, line{text: b.String()})
			b.Reset()
		}
	}
	put := func(text string) {
		if b.Len() == 0 {
			b.WriteString(strings.Repeat("  ", min(indent, deepest)))
		}
		b.WriteString(text)
	}
	for i := 0; i < len(s); {
		switch c := s[i]; c {
		case ' ', '\t', '\r', '\n':
			i++
		case '{', '[':
			end := skipBlanks(s, i+1)
			if end < len(s) && (s[end] == '}' || s[end] == ']') {
				put(s[i:i+1] + s[end:end+1])
				i = end + 1
				continue
			}
			put(string(c))
			flush()
			indent++
			i++
		case '}', ']':
			flush()
			indent = max(indent-1, 0)
			put(string(c))
			i++
		case ',':
			put(",")
			flush()
			i++
		case ':':
			put(": ")
			i++
		default:
			end := max(skipValue(s, i), i+1)
			put(s[i:end])
			i = end
		}
	}
	flush()
	return out
}
