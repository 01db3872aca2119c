package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// cut shortens a text to about limit columns by leaving out its middle, and says how long it was.
func cut(s string, limit int) string {
	if within(s, limit) {
		return s
	}
	label := "…[" + count(utf8.RuneCountInString(s)) + " characters]…"
	room := max(limit-columns(label), 8)
	head := room * 2 / 3
	return s[:after(s, head)] + label + s[before(s, room-head):]
}

// within reports whether a text takes at most limit columns. It looks at no more of it than that.
func within(s string, limit int) bool {
	return len(s) <= limit || after(s, limit) == len(s)
}

// longestText is how much of a text is looked at that is printed in part.
const longestText = 1 << 16

// cutEnd shortens a text to limit columns and ends it with "…".
func cutEnd(s string, limit int) string {
	if columns(s) <= limit {
		return s
	}
	used := 0
	for i, r := range s {
		if used += runeColumns(r); used >= limit {
			return s[:i] + "…"
		}
	}
	return s
}

// cutName shortens a name to limit columns by leaving out its first parts: the last one, the
// action or example, says most.
func cutName(name string, limit int) string {
	if columns(name) <= limit {
		return name
	}
	const omitted = "… > "
	for rest := name; ; {
		_, after, found := strings.Cut(rest, " > ")
		if !found {
			return cutEnd(rest, limit)
		}
		if rest = after; columns(omitted+rest) <= limit {
			return omitted + rest
		}
	}
}

// stretch is a text of which the part from..to differs from another text.
type stretch struct {
	text     string
	from, to int
}

// cutPair cuts two texts that differ to about limit characters each, so that what differs stays in
// sight.
func cutPair(a, b string, limit int) (stretch, stretch) {
	p := commonPrefix(a, b)
	q := commonSuffix(a[p:], b[p:])
	return window(a, p, len(a)-q, limit), window(b, p, len(b)-q, limit)
}

// window cuts a text around the part that begins at from.
func window(s string, from, to, limit int) stretch {
	if within(s, limit) {
		return stretch{s, from, to}
	}
	lead := max(min(16, limit/5), 4) // columns before the difference that tell where it is
	label := "…[" + count(utf8.RuneCountInString(s)) + " characters]"
	if limit < 2*len(label) {
		label = "…" // there is no room to say it
	}
	head, start := "", 0
	if !within(s[:from], limit/2) {
		start = before(s[:from], lead)
		head = s[:after(s, lead)] + label + "…"
		label = "…"
	}
	end := start + after(s[start:], max(limit-columns(head+label), 2*lead))
	tail := ""
	if end < len(s) {
		tail = label
	}
	shift := len(head) - start
	out := head + s[start:end] + tail
	return stretch{out, from + shift, min(to, end) + shift}
}

// commonPrefix is the length of what both begin with, never ending within a character.
func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[i] == b[i] {
		i++
	}
	for i > 0 && (inside(a, i) || inside(b, i)) {
		i--
	}
	return i
}

// commonSuffix is the length of what both end with, never beginning within a character.
func commonSuffix(a, b string) int {
	n := min(len(a), len(b))
	i := 0
	for i < n && a[len(a)-1-i] == b[len(b)-1-i] {
		i++
	}
	for i > 0 && (inside(a, len(a)-i) || inside(b, len(b)-i)) {
		i--
	}
	return i
}

func inside(s string, i int) bool { return i < len(s) && !utf8.RuneStart(s[i]) }

// perColumn bounds the characters that one column may hold: those that take no room of their own can be
// many.
const perColumn = 4

// after is the offset behind what fits in the first n columns.
func after(s string, n int) int {
	most := perColumn * (n + 1)
	for i, r := range s {
		n -= runeColumns(r)
		if most--; n < 0 || most < 0 {
			return i
		}
	}
	return len(s)
}

// before is the offset of what fits in the last n columns.
func before(s string, n int) int {
	most := perColumn * (n + 1)
	i := len(s)
	for i > 0 {
		r, size := utf8.DecodeLastRuneInString(s[:i])
		n -= runeColumns(r)
		if most--; n < 0 || most < 0 {
			return i
		}
		i -= size
	}
	return i
}

// count writes a number with thousands separated: 1,234,567.
func count(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes "1 key", "2 keys".
func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + one + "s"
}

// wrap breaks a text at blanks into lines of at most limit columns; a word longer than that stays
// whole.
func wrap(s string, limit int) []string {
	var lines []string
	line, used := "", 0
	for _, word := range strings.Fields(s) {
		w := columns(word)
		switch {
		case line == "":
			line, used = word, w
		case used+1+w <= limit:
			line, used = line+" "+word, used+1+w
		default:
			lines = append(lines, line)
			line, used = word, w
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}
