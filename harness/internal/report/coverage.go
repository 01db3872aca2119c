package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// coverage knows which lines of two bodies findings are about.
type coverage struct {
	all    bool
	exact  map[string]bool // at these places
	below  map[string]bool // at these places, and all below them
	owners map[string][]transaction.Finding
	order  []string // of owners
}

// cover finds the lines of findings: those at their pointers, and else those at the nearest place above
// that has a line. When that leads to no place that differs, they are about all of them.
func cover(fs []transaction.Finding, a, b []line, places []hunk) *coverage {
	c := &coverage{exact: map[string]bool{}, below: map[string]bool{}, owners: map[string][]transaction.Finding{}}
	known := map[string]bool{}
	inside := map[string]bool{} // places that have lines below them
	for _, ls := range [][]line{a, b} {
		for _, l := range ls {
			if known[l.at] {
				continue
			}
			known[l.at] = true
			for up := l.at; up != ""; {
				up = up[:strings.LastIndexByte(up, '/')]
				if inside[up] {
					break
				}
				inside[up] = true
			}
		}
	}
	for _, f := range fs {
		owner := f.Pointer
		if known[owner] || inside[owner] {
			c.below[owner] = true
		} else {
			for owner != "" && !known[owner] {
				owner = owner[:max(strings.LastIndexByte(owner, '/'), 0)]
			}
			c.exact[owner] = true
		}
		if owner == "" {
			c.all = true
		}
		if len(c.owners[owner]) == 0 {
			c.order = append(c.order, owner)
		}
		c.owners[owner] = append(c.owners[owner], f)
	}
	found := c.all
	for _, h := range places {
		found = found || c.covers(a[h.a0:h.a1]) || c.covers(b[h.b0:h.b1])
	}
	c.all = c.all || !found
	return c
}

// covers reports whether a finding is about one of the lines.
func (c *coverage) covers(ls []line) bool {
	if c.all {
		return len(ls) > 0
	}
	for _, l := range ls {
		if c.exact[l.at] {
			return true
		}
		for at := l.at; ; at = at[:strings.LastIndexByte(at, '/')] {
			if c.below[at] {
				return true
			}
			if strings.IndexByte(at, '/') < 0 {
				break
			}
		}
	}
	return false
}

// take returns what there is to say about some lines, each sentence once.
func (c *coverage) take(ls []line) []note {
	var out []note
	for _, l := range ls {
		for at := l.at; at != ""; {
			if fs := c.owners[at]; len(fs) > 0 {
				out = append(out, notes(unlisted(telling(fs)))...)
				c.owners[at] = nil
			}
			i := strings.LastIndexByte(at, '/')
			if i < 0 {
				break
			}
			at = at[:i]
		}
	}
	return out
}

// rest returns what was not said at a line, with its place.
func (c *coverage) rest() []note {
	var out []note
	for _, at := range c.order {
		for _, f := range telling(c.owners[at]) {
			for _, n := range notes([]transaction.Finding{f}) {
				if f.Pointer != "" {
					n.text = clean(cut(f.Pointer, longestKey)) + ": " + n.text
				}
				out = append(out, n)
			}
		}
	}
	return out
}

// telling leaves out what says no more than that two texts are not the same.
func telling(fs []transaction.Finding) []transaction.Finding {
	var out []transaction.Finding
	for _, f := range fs {
		switch f.ID {
		case "body-text-mismatch", "body-value-mismatch", "body-binary-mismatch":
			if f.Severity != transaction.SeverityWarning {
				continue
			}
		}
		out = append(out, f)
	}
	return out
}
