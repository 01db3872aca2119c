package report

import (
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	mostHunks = 12 // places of one text that are shown
	mostSide  = 12 // lines of one place that are shown, documented and real each
	nearLines = 2  // unchanged lines shown around a place
)

// line is one line of a body that is laid out for comparing.
type line struct {
	text string
	// at is the JSON Pointer that findings give what stands on the line; "" is the whole body.
	at string
}

// textPage compares two bodies line by line.
type textPage struct {
	rows
	width int
	fold  fold
	a, b  []line
	on    *coverage
	last  int // group
}

// lineDiff compares two bodies that are laid out in lines. Where findings know their place, only the
// lines there are marked as a difference. shown is false when no line differs.
func (d *detail) lineDiff(a, b []line, fs []transaction.Finding) (rs []row, shown bool) {
	t := &textPage{width: d.width(), fold: d.fold(), a: a, b: b}
	t.most = mostRows
	places := hunks(texts(a), texts(b))
	t.on = cover(fs, a, b, places)
	places = t.quiet(places)
	from, n := 0, 0 // lines of a that are written or counted already, places that are written
	for i, h := range places {
		if n == mostHunks {
			t.add(row{sign: elision, text: "… " + plural(len(places)-i, "more place") + " that differ"})
			break
		}
		t.context(from, h.a0, i == 0)
		t.change(h)
		from, n = h.a1, n+1
	}
	if n < mostHunks || n == len(places) {
		t.trail(from)
	}
	rs = t.close()
	if rest := t.on.rest(); len(rest) > 0 && len(rs) > 0 {
		rs = append(rs, row{sign: same, notes: rest})
	}
	return rs, len(places) > 0
}

func texts(ls []line) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		out[i] = l.text
	}
	return out
}

// quiet takes the places out that no finding is about: there, what is real is context. Places with
// more lines on one side than on the other stay, as context too.
func (t *textPage) quiet(places []hunk) []hunk {
	kept := places[:0]
	for _, h := range places {
		if t.on.covers(t.a[h.a0:h.a1]) || t.on.covers(t.b[h.b0:h.b1]) {
			kept = append(kept, h)
			continue
		}
		if h.a1-h.a0 == h.b1-h.b0 {
			for i := range h.a1 - h.a0 {
				l := &t.a[h.a0+i]
				l.at, l.text = quietLine, l.text+quietLine+t.b[h.b0+i].text
			}
		}
	}
	return kept
}

// quietLine parts what is documented from what is real on a line of context; no body has it, since it
// is no character.
const quietLine = "\xff\xfe\xff"

// context writes the unchanged lines from..to of a, as far as they are near a change.
func (t *textPage) context(from, to int, first bool) {
	start := from
	if !first {
		start = min(from+nearLines, to)
		t.plain(from, start)
	}
	near := max(start, to-nearLines)
	t.skip(start, near)
	t.plain(near, to)
}

// trail writes what follows the last change.
func (t *textPage) trail(from int) {
	end := min(from+nearLines, len(t.a))
	t.plain(from, end)
	t.skip(end, len(t.a))
}

// skip leaves lines out. A single one takes no more room than saying so.
func (t *textPage) skip(from, to int) {
	switch n := to - from; {
	case n == 1:
		t.plain(from, to)
	case n > 1:
		t.add(row{sign: elision, text: "… " + plural(n, "line") + " as documented"})
	}
}

func (t *textPage) plain(from, to int) {
	for _, l := range t.a[from:to] {
		r := row{sign: same, text: t.line(l.text)}
		if l.at == quietLine {
			doc, value, _ := strings.Cut(l.text, quietLine)
			r.doc, r.text = t.line(doc), t.line(value)
		}
		t.add(r)
	}
}

func (t *textPage) line(s string) string { return plainLine(s, t.width) }

// long writes a line that differs.
func (t *textPage) long(s string) string { return plainLine(s, t.fold.room(t.width, t.width)) }

// plainLine writes a line of a text.
func plainLine(s string, width int) string {
	return clean(cut(strings.TrimSuffix(s, "\n"), width))
}

// change writes the lines of one place. When there are as many of each, the k-th ones are compared
// with each other.
func (t *textPage) change(h hunk) {
	a, b := t.a[h.a0:h.a1], t.b[h.b0:h.b1]
	if len(a) == 0 || len(b) == 0 || a[0].at == "" || b[0].at == "" {
		t.stretch(a, b)
		return
	}
	// Lines of one place stand for each other.
	i, j := 0, 0
	for _, part := range hunks(ats(a), ats(b)) {
		t.stretch(a[i:part.a0], b[j:part.b0])
		t.stretch(a[part.a0:part.a1], b[part.b0:part.b1])
		i, j = part.a1, part.b1
	}
	t.stretch(a[i:], b[j:])
}

// stretch writes lines that follow each other. Lines of different places are not put beside each other.
func (t *textPage) stretch(a, b []line) {
	places := len(a) > 0 && len(b) > 0 && a[0].at != b[0].at
	if len(a) == len(b) && !places {
		t.pairs(a, b)
		return
	}
	t.last++
	t.group = t.last
	t.side(minus, a)
	if places {
		t.last++
		t.group = t.last
	}
	t.side(plus, b)
	t.group = 0
}

// side writes the lines that one text has at a place.
func (t *textPage) side(sign byte, ls []line) {
	for _, l := range ls[:min(len(ls), mostSide)] {
		if !t.on.covers([]line{l}) {
			t.add(row{sign: same, side: row{sign: sign}.of(), text: t.line(l.text)})
			continue
		}
		t.add(row{sign: sign, text: t.long(l.text)})
		t.note(t.on.take([]line{l})...)
	}
	t.more(sign, len(ls)-mostSide)
}

func ats(ls []line) []string {
	out := make([]string, len(ls))
	for i, l := range ls {
		out[i] = l.at
	}
	return out
}

// more says how many lines of a side are left out.
func (t *textPage) more(sign byte, n int) {
	if n <= 0 {
		return
	}
	of, what := documented, "documented"
	if sign == plus {
		of, what = real, "real"
	}
	t.add(row{sign: elision, side: of, text: "… " + plural(n, "more "+what+" line")})
}

// pairs writes lines that stand for each other: first those that are documented, then the real ones.
// A pair that no finding is about is context between others.
func (t *textPage) pairs(a, b []line) {
	var minuses, pluses []row
	var found []note
	flush := func() {
		for _, r := range minuses {
			t.add(r)
		}
		for _, r := range pluses {
			t.add(r)
		}
		if len(minuses) > 0 {
			t.note(found...)
		}
		minuses, pluses, found = nil, nil, nil
	}
	shown := 0
	for i := range a {
		if a[i].text == b[i].text || !t.on.covers(a[i:i+1]) && !t.on.covers(b[i:i+1]) {
			flush()
			r := row{sign: same, text: t.line(b[i].text)}
			if a[i].text != b[i].text {
				r.doc = t.line(a[i].text)
			}
			t.add(r)
			continue
		}
		if shown++; shown > mostSide {
			continue
		}
		t.last++
		x, y := t.pair(a[i].text, b[i].text)
		x.group, y.group = t.last, t.last
		minuses, pluses = append(minuses, x), append(pluses, y)
		if notes := t.on.take([]line{a[i], b[i]}); len(notes) > 0 {
			found = append(found, notes...)
			flush()
		}
	}
	flush()
	t.more(minus, shown-mostSide)
	t.more(plus, shown-mostSide)
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
	x, y := cutPair(a, b, t.fold.room(t.width, t.width)-2*len(open))
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

// textLines lays a text out as it is. Each line keeps its line break, so that a missing one at the end
// is a difference.
func textLines(s string) []line {
	lines := splitLines(s)
	out := make([]line, len(lines))
	for i, l := range lines {
		out[i] = line{text: l}
	}
	return out
}

// splitLines cuts a text after each line break.
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
