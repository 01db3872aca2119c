package report

import (
	"slices"
	"strings"
)

// The layouts of a diff.
const (
	// DiffUnified writes what is documented above what is real.
	DiffUnified = "unified"
	// DiffSideBySide writes the two beside each other, from leastWidth columns on.
	DiffSideBySide = "side-by-side"
)

// leastWidth is the width from which on two columns can be read.
const leastWidth = 100

// sideBySide reports whether two columns are wanted, and there is room for them.
func (o Options) sideBySide() bool {
	return o.Diff == DiffSideBySide && (o.Width == 0 || o.Width >= leastWidth)
}

// gutter stands between the columns.
const gutter = " │ "

// columnWidth is how wide the text of a column is: of a page, what is left by the indentation, two signs
// and the gutter.
func columnWidth(page int) int { return (page - 2 - 2*len("- ") - columns(gutter)) / 2 }

// columns writes a diff in two columns: rows of one group beside each other, the documented ones on the
// left, and context on both sides.
func (d *detail) columns(rs []row) {
	width := columnWidth(d.p.textWidth())
	d.line(d.p.paint(dim, padTo("  documented", width+2)+gutter+"  real"))
	for i := 0; i < len(rs); {
		j := i + 1
		for rs[i].group > 0 && j < len(rs) && rs[j].group == rs[i].group {
			j++
		}
		d.beside(rs[i:j], width)
		i = j
	}
}

// beside writes the rows of one group.
func (d *detail) beside(rs []row, width int) {
	if r := rs[0]; len(rs) == 1 && r.text == "" {
		switch {
		case r.sign == wrong || r.sign == doubt:
			d.signed(r)
		case len(r.notes) > 0:
			d.notes("  ", r.notes)
		default:
			d.line(strings.TrimRight(padTo("", width+2)+d.p.paint(dim, gutter), " "))
		}
		return
	}
	if r := rs[0]; r.sign == elision && r.of() == 0 && !within(r.text, width) {
		d.line(d.paintRow(r))
		return
	}
	var left, right []row
	var notes []note
	indent := 0
	for _, r := range rs {
		if r.of() != real {
			l := r
			if r.doc != "" {
				l.text = r.doc
			}
			left = append(left, l)
		}
		if r.of() != documented {
			right = append(right, r)
		}
		notes = append(notes, r.notes...)
		indent = len(r.text) - len(strings.TrimLeft(r.text, " "))
	}
	left, right = folded(left, width), folded(right, width)
	notes = slices.Compact(notes)
	for i := range max(len(left), len(right)) {
		line := d.cell(left, i, width) + d.p.paint(dim, gutter)
		value := strings.TrimRight(d.cell(right, i, width), " ")
		if len(right) == 0 && i == len(left)-1 && len(notes) == 1 && columns(marginSign+notes[0].say()) <= width+2 {
			value = d.p.paint(yellow, strings.TrimPrefix(marginSign, "  ")+notes[0].say())
			notes = nil
		}
		d.line(strings.TrimRight(line+value, " "))
	}
	d.notes(strings.Repeat(" ", 2+min(indent, width/2)), notes)
}

// fold is how many lines a value may take, where 0 is one.
type fold int

const (
	mostFolds  = 4
	foldIndent = 2 // of the lines after the first
)

// room is how many columns a value may take that has so many on its first line, and on the next ones.
func (f fold) room(first, next int) int {
	return first + max(int(f)-1, 0)*max(next-foldIndent, 1)
}

// folded breaks rows that are wider than their column. The lines of one begin where its text does.
func folded(rs []row, width int) []row {
	var out []row
	for _, r := range rs {
		indent := min(len(r.text)-len(strings.TrimLeft(r.text, " "))+foldIndent, width/2)
		room := width
		for n := 0; !within(r.text, room) && n < 2*mostFolds; n++ {
			at := breakAt(r.text, room)
			head := r
			head.text, head.notes = r.text[:at], nil
			head.from, head.to = r.from, min(r.to, at)
			if r.from >= at {
				head.from, head.to = 0, 0
			}
			out = append(out, indented(head, n, indent))
			r.text, r.doc = r.text[at:], ""
			r.from, r.to = max(r.from-at, 0), max(r.to-at, 0)
			room = width - indent
		}
		if room < width {
			r = indented(r, 1, indent)
		}
		out = append(out, r)
	}
	return out
}

// breakAt is where a text is broken that is wider than room: behind a blank, if one is near.
func breakAt(s string, room int) int {
	const near = 12
	at := max(after(s, room), 1)
	if blank := strings.LastIndexByte(s[:at], ' ') + 1; blank > 0 && at-blank < near && strings.TrimSpace(s[:blank]) != "" {
		return blank
	}
	return at
}

// indented is the n-th line of a row.
func indented(r row, n, indent int) row {
	if n == 0 {
		return r
	}
	r.text = strings.Repeat(" ", indent) + r.text
	if r.to > r.from {
		r.from, r.to = r.from+indent, r.to+indent
	}
	return r
}

// cell writes the i-th row of a column, filled with blanks.
func (d *detail) cell(rs []row, i, width int) string {
	if i >= len(rs) {
		return padTo("", width+2)
	}
	r := rs[i]
	if !within(r.text, width) {
		r.text = cutEnd(r.text, width)
		r.from, r.to = min(r.from, len(r.text)), min(r.to, len(r.text))
	}
	return d.paintRow(r) + padTo("", width-columns(r.text))
}
