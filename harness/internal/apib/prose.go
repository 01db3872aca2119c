package apib

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/compile"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// prose is the description of an element, and the examples of the element: from number first on, up to
// number end.
type prose struct {
	origin     transaction.Origin
	span       span
	first, end int
}

// describe lists the descriptions of an element, once its examples are listed.
func (c *compiler) describe(e *element, group string, resource *element, first int) {
	o := transaction.Origin{Filename: c.doc.Filename, APIName: c.title, ResourceGroupName: group}
	switch {
	case e.kind == "category" && e.class == "api":
		o.ResourceGroupName = ""
	case e.kind == "category" && e.class == "resourceGroup":
	case e.kind == "resource":
		o.ResourceName = or(e.title, e.href)
	case e.kind == "transition" && resource != nil:
		a := action{element: e, group: group, resource: resource}
		o = c.origin(a, a.method())
	default:
		return
	}
	for _, child := range e.children {
		if child.kind != "copy" || len(child.at) == 0 {
			continue
		}
		last := child.at[len(child.at)-1]
		whole := span{child.at[0].offset, last.offset + last.size - child.at[0].offset}
		c.prose = append(c.prose, prose{origin: o, span: whole, first: first, end: len(c.examples)})
	}
}

// tables returns the descriptions that may hold a table, as they are written: Drafter loosens lists.
// compiled are the examples that became transactions.
func (c *compiler) tables(compiled []int) []compile.Prose {
	var list []compile.Prose
	slices.SortStableFunc(c.prose, func(a, b prose) int { return a.span.offset - b.span.offset })
	for _, p := range c.prose {
		from := min(max(p.span.offset, 0), len(c.doc.Text))
		text := c.doc.Text[from:min(from+max(p.span.size, 0), len(c.doc.Text))]
		if !compile.MayHoldTable(text) {
			continue
		}
		found := compile.Prose{Origin: p.origin, Text: strings.TrimRight(string(text), "\n"), Lines: c.linesOf(from, text)}
		for i, n := range compiled {
			if n >= p.first && n < p.end {
				found.Transactions = append(found.Transactions, i)
			}
		}
		list = append(list, found)
	}
	return list
}

// linesOf returns the place of each line of a part of the text: of its first character that is not
// blank.
func (c *compiler) linesOf(offset int, text []byte) transaction.Lines {
	var lines transaction.Lines
	n := 0
	for line := range bytes.Lines(text) {
		n++
		content := bytes.TrimLeft(line, blanks)
		at := c.doc.At(offset + len(line) - len(content))
		if len(bytes.TrimSpace(content)) == 0 {
			at.Column = 0
		}
		lines = appendLine(lines, n, at)
		offset += len(line)
	}
	return lines
}
