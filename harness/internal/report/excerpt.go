package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Excerpts returns a function for Options.Excerpt that takes the lines from the files that read
// returns. Each file is read once. The function must not be called by two goroutines at a time.
func Excerpts(read func(name string) ([]byte, error)) func(transaction.Position) ([]string, bool) {
	files := map[string][]string{}
	return func(at transaction.Position) ([]string, bool) {
		lines, known := files[at.File]
		if !known {
			if text, err := read(at.File); err == nil {
				lines = strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
			}
			files[at.File] = lines
		}
		if at.Line < 1 || at.Line > len(lines) {
			return nil, false
		}
		return lines[max(at.Line-2, 0):min(at.Line+1, len(lines))], true
	}
}

const (
	mostPlaces   = 100 // findings that are listed with their place
	mostExcerpts = 8   // of one failure
)

// place is where the documentation is not true, and what is not true there.
type place struct {
	at   transaction.Position
	what string
}

// places lists where each finding is documented, in the order of the documentation. Findings that know no line are said to stand in
// the documented response.
func places(o transaction.Outcome) []place {
	var out []place
	for i, f := range o.Findings {
		if i == mostPlaces {
			break
		}
		at := f.At
		if at.IsZero() {
			at = home(o)
		}
		what := f.ID
		switch {
		case f.Pointer == "":
		case f.Field == "headers":
			what += " " + f.Pointer
		default:
			what += " at " + f.Pointer
		}
		out = append(out, place{at, what})
	}
	first := map[string]int{} // the files, in the order in which they come
	for i, p := range out {
		if _, ok := first[p.at.File]; !ok {
			first[p.at.File] = i
		}
	}
	slices.SortStableFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(first[a.at.File], first[b.at.File]), cmp.Compare(a.at.Line, b.at.Line))
	})
	if len(out) == 0 {
		if at := home(o); !at.IsZero() {
			out = append(out, place{at: at})
		}
	}
	return out
}

// home is the best known place of the transaction as a whole.
func home(o transaction.Outcome) transaction.Position {
	switch {
	case !o.Source.Response.IsZero() && o.Status == transaction.Fail:
		return o.Source.Response
	case !o.Source.Action.IsZero():
		return o.Source.Action
	case o.Transaction != nil:
		return transaction.Position{File: o.Transaction.Origin.Filename}
	}
	return transaction.Position{}
}

// documented writes where a failure is documented, each place on a line, with the source around
// each run of places that are near each other.
func (d *detail) documented() {
	all := places(d.outcome)
	left := mostExcerpts
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && (d.o.Excerpt == nil || near(all[j-1].at, all[j].at)) {
			j++
		}
		d.blank()
		for _, p := range all[i:j] {
			line := "documented at " + clean(p.at.String())
			if p.what != "" {
				line += "  " + d.p.paint(dim, clean(cut(p.what, d.p.textWidth())))
			}
			d.line(line)
		}
		if left > 0 && d.source(all[i:j]) {
			left--
		}
		i = j
	}
	if n := len(d.outcome.Findings) - mostPlaces; n > 0 {
		d.line("and " + plural(n, "more finding"))
	}
}

// near reports that one excerpt can show both places.
func near(a, b transaction.Position) bool {
	return a.File == b.File && max(a.Line-b.Line, b.Line-a.Line) <= 4
}

// source writes the lines around places of one file; false when there are none.
func (d *detail) source(ps []place) bool {
	if d.o.Excerpt == nil {
		return false
	}
	text, hit := map[int]string{}, map[int]bool{}
	for _, p := range ps {
		lines, ok := d.o.Excerpt(p.at)
		if !ok || p.at.Line == 0 {
			continue
		}
		hit[p.at.Line] = true
		for i, l := range lines {
			text[max(p.at.Line-1, 1)+i] = l
		}
	}
	numbers := make([]int, 0, len(text))
	for n := range text {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	for i, n := range numbers {
		sign := " "
		if hit[n] {
			sign = ">"
		}
		if i > 0 && numbers[i-1] != n-1 {
			d.line(d.p.paint(dim, fmt.Sprintf("  %5s |", "…")))
		}
		l := strings.TrimRight(strings.ReplaceAll(text[n], "\t", "    "), blanks)
		l = clean(cut(maskText(cut(l, longestMasked)), d.p.textWidth()))
		line := strings.TrimRight(fmt.Sprintf("%s %5d | %s", sign, n, l), " ")
		if !hit[n] {
			line = d.p.paint(dim, line)
		}
		d.line(line)
	}
	return len(numbers) > 0
}
