package report

import (
	"strings"
	"unicode/utf8"
)

const (
	mostHunks = 12 // places of one text that are shown
	mostSide  = 12 // lines of one place that are shown, documented and real each
	nearLines = 2  // unchanged lines shown around a place
)

// textDiff compares two bodies that are no JSON, line by line.
func textDiff(doc, real string, width int) []row {
	if binary(doc) || binary(real) {
		return []row{
			{sign: minus, text: inBytes(doc)},
			{sign: plus, text: inBytes(real)},
		}
	}
	a, b := splitLines(doc), splitLines(real)
	places := hunks(a, b)
	t := &textPage{width: width, a: a, b: b}
	t.most = mostRows
	shown := 0 // lines of a that are written or counted already
	for i, h := range places {
		if i == mostHunks {
			t.add(row{sign: elision, text: "… " + plural(len(places)-i, "more place") + " that differ"})
			return t.close()
		}
		t.context(shown, h.a0, i == 0)
		t.change(h)
		shown = h.a1
	}
	t.trail(shown)
	return t.close()
}

type textPage struct {
	rows
	width int
	a, b  []string
}

// context writes the unchanged lines from..to of a, as far as they are near a change.
func (t *textPage) context(from, to int, first bool) {
	start := from
	if !first {
		start = min(from+nearLines, to)
		t.plain(from, start)
	}
	near := max(start, to-nearLines)
	t.skip(near - start)
	t.plain(near, to)
}

// trail writes what follows the last change.
func (t *textPage) trail(from int) {
	end := min(from+nearLines, len(t.a))
	t.plain(from, end)
	t.skip(len(t.a) - end)
}

func (t *textPage) skip(n int) {
	if n > 0 {
		t.add(row{sign: elision, text: "… " + plural(n, "line") + " as documented"})
	}
}

func (t *textPage) plain(from, to int) {
	for _, l := range t.a[from:to] {
		t.add(row{sign: same, text: t.line(strings.TrimSuffix(l, "\n"))})
	}
}

func (t *textPage) line(s string) string {
	if len(s) <= longestMasked {
		return clean(cut(maskText(s), t.width))
	}
	return clean(maskText(cut(s, t.width)))
}

// change writes the lines of one place. When there are as many of each, the k-th ones are compared
// with each other.
func (t *textPage) change(h hunk) {
	a, b := t.a[h.a0:h.a1], t.b[h.b0:h.b1]
	minuses, pluses := make([]row, 0, mostSide), make([]row, 0, mostSide)
	for i := range min(max(len(a), len(b)), mostSide) {
		switch {
		case len(a) == len(b):
			x, y := t.pair(a[i], b[i])
			minuses, pluses = append(minuses, x), append(pluses, y)
		default:
			if i < len(a) {
				minuses = append(minuses, row{sign: minus, text: t.line(strings.TrimSuffix(a[i], "\n"))})
			}
			if i < len(b) {
				pluses = append(pluses, row{sign: plus, text: t.line(strings.TrimSuffix(b[i], "\n"))})
			}
		}
	}
	t.side(minuses, len(a), "documented")
	t.side(pluses, len(b), "real")
}

func (t *textPage) side(rs []row, all int, what string) {
	for _, r := range rs {
		t.add(r)
	}
	if n := all - len(rs); n > 0 {
		t.add(row{sign: elision, text: "… " + count(n) + " more " + what + " " + strings.TrimPrefix(plural(n, "line"), count(n)+" ")})
	}
}

// pair writes two lines that stand for each other. When they differ in nothing but blanks at the
// end, both are quoted, since that is invisible otherwise.
func (t *textPage) pair(a, b string) (row, row) {
	escape, open := clean, ""
	if strings.TrimRight(a, blanks) == strings.TrimRight(b, blanks) {
		escape, open = func(s string) string { q := quote(s); return q[1 : len(q)-1] }, `"`
	} else {
		a, b = strings.TrimSuffix(a, "\n"), strings.TrimSuffix(b, "\n")
	}
	x, y := maskedPair(a, b, t.width)
	write := func(sign byte, s stretch) row {
		head, mid := open+escape(s.text[:s.from]), escape(s.text[s.from:s.to])
		r := row{sign: sign, text: head + mid + escape(s.text[s.to:]) + open}
		if s.from > 0 || s.to < len(s.text) {
			r.from, r.to = len(head), len(head)+len(mid)
		}
		return r
	}
	return write(minus, x), write(plus, y)
}

// splitLines cuts a text after each line break, so that a missing one at the end is a difference.
func splitLines(s string) []string {
	lines := strings.SplitAfter(s, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}

// binary reports that the beginning of a body is no text.
func binary(s string) bool {
	const look = 4096
	bad := 0
	for i := 0; i < min(len(s), look); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == 0 || r == utf8.RuneError && n == 1 {
			bad++
		}
		i += n
	}
	return bad*10 > min(len(s), look)
}

func inBytes(s string) string {
	if s == "" {
		return "(no body)"
	}
	if !binary(s) {
		return "(" + plural(len(s), "byte") + " of text)"
	}
	return "(" + plural(len(s), "byte") + ", not text)"
}
