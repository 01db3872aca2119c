package permission

import (
	"regexp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The marks, in lower case. An x is a tick, as in the boxes of task lists; a cross is none.
var (
	granting = []string{
		"✓", "✔", "☑", "✅", "√", "🗸", "x", "[x]", "y", "yes", "+", "true", "ok", "allowed",
		":white_check_mark:", ":heavy_check_mark:", ":ballot_box_with_check:",
	}
	denying = []string{
		"", "✗", "✘", "✖", "❌", "☒", "☐", "×", "[ ]", "[]", "n", "no", "-", "–", "—", "false", "none", "denied",
		":x:", ":heavy_multiplication_x:", ":no_entry:",
	}
)

// statusBehind splits a mark from the status of a denial, which may be in brackets.
var statusBehind = regexp.MustCompile(`^(.*?)\s*\(?\b(\d{3})\b\)?$`)

// cell reads a cell. What it says but cannot be understood is a fault of the table.
func (t *Table) cell(text string, at transaction.Position) Cell {
	in := inline(text)
	c := Cell{At: at, Notes: unique(in.notes), Link: in.link}
	mark := strings.ToLower(in.text)
	if m := statusBehind.FindStringSubmatch(mark); m != nil {
		mark = strings.TrimSpace(m[1])
		c.Status = t.denial(at, m[2])
	}
	switch {
	case slices.Contains(granting, mark):
		c.Granted = true
	case mark == "" && len(c.Notes) > 0:
		t.fault(at, "the cell has footnotes but no mark; write ✓ before them for what is granted, or ✗")
		c.Notes = nil
	case !slices.Contains(denying, mark):
		t.fault(at, "the cell says %q, which is no mark; write ✓ for what is granted, leave it empty for what is not, and put conditions into footnotes: ✓ [1]", in.text)
		c.Notes = nil
	}
	return c
}

// isTick reports whether a cell has a tick or a cross, which no word can be taken for.
func isTick(text string) bool {
	return strings.ContainsAny(inline(text).text, "✓✔☑✅✗✘✖❌☒")
}

// isMark reports whether a cell holds a mark, be it with footnotes or a status.
func isMark(text string) bool {
	mark := strings.ToLower(inline(text).text)
	if m := statusBehind.FindStringSubmatch(mark); m != nil {
		mark = strings.TrimSpace(m[1])
	}
	return mark != "" && (slices.Contains(granting, mark) || slices.Contains(denying, mark))
}

func unique(list []string) []string {
	var out []string
	for _, s := range list {
		if !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
