package report

import (
	"strings"
)

// inline writes a value on one line of about limit columns. A container that does not fit is
// written by its size.
func (n node) inline(limit int) string {
	line, ok := n.oneLine(limit)
	switch {
	case ok:
		return line
	case n.object():
		return "{… " + plural(n.size(), "key") + "}"
	default:
		return "[… " + plural(n.size(), "item") + "]"
	}
}

// oneLine writes the whole value on one line; false when it is a container that does not fit.
func (n node) oneLine(limit int) (string, bool) {
	if !n.container() {
		return n.scalar(limit), true
	}
	// Indentation makes the source longer than what is printed.
	if len(n) > 8*limit {
		return "", false
	}
	var b strings.Builder
	ok := n.compact(&b, limit)
	return b.String(), ok
}

// scalar writes a string, a number, true, false or null.
func (n node) scalar(limit int) string {
	if !n.isString() {
		return clean(cut(string(n), limit))
	}
	return quote(cut(n.unquote(), max(limit-2, 0)))
}

// compact writes the whole value on one line; false when it takes more than limit columns.
func (n node) compact(b *strings.Builder, limit int) bool {
	if !n.container() {
		b.WriteString(n.scalar(limit))
		return b.Len() <= limit || columns(b.String()) <= limit
	}
	open, end := "{", "}"
	if n.list() {
		open, end = "[", "]"
	}
	b.WriteString(open)
	first, fits := true, true
	n.each(func(key string, v node) bool {
		if !first {
			b.WriteString(", ")
		}
		first = false
		if n.object() {
			b.WriteString(label(key))
		}
		fits = v.compact(b, limit)
		return fits
	})
	b.WriteString(end)
	return fits && (b.Len() <= limit || columns(b.String()) <= limit)
}

// label writes the key of a member and the colon.
func label(key string) string { return quote(cut(key, longestKey)) + ": " }

// longestKey is how many characters of a key are printed.
const longestKey = 80

// pretty writes a value over several lines; nil when it would take more than most of them. Each
// line is at most about limit columns.
func (n node) pretty(limit, most int) []string {
	p := &prettier{limit: limit, most: most}
	p.write(n, "", "")
	if len(p.lines) > most {
		return nil
	}
	return p.lines
}

type prettier struct {
	lines       []string
	limit, most int
}

func (p *prettier) write(n node, prefix, comma string) {
	if len(p.lines) > p.most {
		return
	}
	room := max(p.limit-columns(prefix)-len(comma), shortest)
	if line, ok := n.oneLine(room); ok {
		p.lines = append(p.lines, prefix+line+comma)
		return
	}
	open, end := "{", "}"
	if n.list() {
		open, end = "[", "]"
	}
	p.lines = append(p.lines, prefix+open)
	indent := prefix[:len(prefix)-len(strings.TrimLeft(prefix, " "))]
	left := n.size()
	n.each(func(key string, v node) bool {
		name, c := "", ","
		if n.object() {
			name = label(key)
		}
		if left--; left == 0 {
			c = ""
		}
		p.write(v, indent+"  "+name, c)
		return len(p.lines) <= p.most
	})
	p.lines = append(p.lines, indent+end+comma)
}

// outline writes the first members of a value, each on a line, and how many more there are.
func (n node) outline(limit, most int) []string {
	open, end := "{", "}"
	what := "key"
	if n.list() {
		open, end, what = "[", "]", "item"
	}
	lines := []string{open}
	size := n.size()
	i := 0
	n.each(func(key string, v node) bool {
		if i++; i > most {
			lines = append(lines, "  … "+plural(size-most, "more "+what))
			return false
		}
		name, comma := "", ","
		if n.object() {
			name = label(key)
		}
		if i == size {
			comma = ""
		}
		room := max(limit-2-columns(name)-len(comma), shortest)
		lines = append(lines, "  "+name+v.inline(room)+comma)
		return true
	})
	return append(lines, end)
}

// shortest is the least room, in columns, that a value is given on a line.
const shortest = 24
