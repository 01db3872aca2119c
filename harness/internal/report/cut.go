package report

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// cut shortens a text to about limit characters by leaving out its middle, and says how long it
// was.
func cut(s string, limit int) string {
	if len(s) <= limit {
		return s
	}
	n := utf8.RuneCountInString(s)
	if n <= limit {
		return s
	}
	label := "…[" + count(n) + " characters]…"
	room := max(limit-utf8.RuneCountInString(label), 8)
	head := room * 2 / 3
	return s[:after(s, head)] + label + s[before(s, room-head):]
}

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

// maskedPair is cutPair of texts that may hold secrets.
func maskedPair(a, b string, limit int) (stretch, stretch) {
	if len(a) <= longestMasked && len(b) <= longestMasked {
		return cutPair(maskText(a), maskText(b), limit)
	}
	x, y := cutPair(a, b, limit)
	return x.mask(), y.mask()
}

// mask masks a stretch that was cut before; where it changes something, the differing part is no
// longer known.
func (t stretch) mask() stretch {
	if m := maskText(t.text); m != t.text {
		return stretch{text: m}
	}
	return t
}

// window cuts a text around the part that begins at from.
func window(s string, from, to, limit int) stretch {
	if utf8.RuneCountInString(s) <= limit {
		return stretch{s, from, to}
	}
	const lead = 16 // characters before the difference that tell where it is
	label := "…[" + count(utf8.RuneCountInString(s)) + " characters]"
	head, start := "", 0
	if utf8.RuneCountInString(s[:from]) > limit/2 {
		start = before(s[:from], lead)
		head = s[:after(s, lead)] + label + "…"
		label = "…"
	}
	end := start + after(s[start:], max(limit-utf8.RuneCountInString(head+label), lead*2))
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

// after is the offset behind the first n characters.
func after(s string, n int) int {
	i := 0
	for ; n > 0 && i < len(s); n-- {
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return i
}

// before is the offset of the last n characters.
func before(s string, n int) int {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(s[:i])
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
