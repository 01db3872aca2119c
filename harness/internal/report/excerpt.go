package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Excerpts returns a function for Options.Excerpt that takes the lines of the files that read
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
		return lines, true
	}
}

const (
	mostPlaces   = 100 // findings that are listed with their place
	mostExcerpts = 8   // of one failure
)

// place is where the documentation is not true, and what is not true there.
type place struct {
	at   transaction.Position // as it is, and not as it may be shown
	what string
	warn bool
}

// places lists where each finding is documented, in the order of the documentation. Findings that know
// no line are said to stand in the documented response.
func (s *seen) places() []place {
	var out []place
	for i, f := range s.Findings {
		if i == mostPlaces {
			break
		}
		at := s.raw.Findings[i].At
		if at.IsZero() {
			at = home(s.raw)
		}
		what := f.ID
		switch {
		case f.Pointer == "":
		case f.Field == "headers":
			what += " " + strings.TrimPrefix(f.Pointer, "/")
		default:
			what += " at " + f.Pointer
		}
		out = append(out, place{at, what, f.Severity == transaction.SeverityWarning})
	}
	first := map[string]int{} // the files, in the order in which they come
	for i, p := range out {
		if _, ok := first[p.at.File]; !ok {
			first[p.at.File] = i
		}
	}
	slices.SortStableFunc(out, func(a, b place) int {
		return cmp.Or(cmp.Compare(first[a.at.File], first[b.at.File]), cmp.Compare(known(a.at.Line), known(b.at.Line)))
	})
	if len(out) == 0 {
		if at := home(s.raw); !at.IsZero() {
			out = append(out, place{at: at})
		}
	}
	return out
}

// known makes unknown lines come last.
func known(line int) int {
	if line == 0 {
		return math.MaxInt
	}
	return line
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
	all := d.seen.places()
	left := mostExcerpts
	for i := 0; i < len(all); {
		j := i + 1
		for j < len(all) && (d.o.Excerpt == nil || near(all[j-1].at, all[j].at)) {
			j++
		}
		d.blank()
		for _, p := range all[i:j] {
			line := "documented at " + clean(d.seen.mask.Text(p.at.String()))
			if p.what != "" {
				line += "  "
				if p.warn {
					line += d.p.paint(yellow, "warn") + " "
				}
				line += d.p.paint(dim, clean(cut(p.what, d.p.textWidth())))
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
		if !ok || p.at.Line < 1 || p.at.Line > len(lines) {
			continue
		}
		from := max(p.at.Line-2, 0)
		for i, l := range d.seen.mask.Lines(lines, from, p.at.Line+1) {
			n, column := from+i+1, 0
			switch {
			case n == p.at.Line && !hit[n]:
				hit[n], column = true, d.columnIn(lines, p.at)
			case text[n] != "":
				continue
			}
			text[n] = cutAt(l, column, d.p.textWidth())
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
		line := strings.TrimRight(fmt.Sprintf("%s %5d | %s", sign, n, text[n]), " ")
		if !hit[n] {
			line = d.p.paint(dim, line)
		}
		d.line(line)
	}
	return len(numbers) > 0
}

// columnIn is the offset in a line, as it is shown, at which a place is; about it where something
// before is masked, and 0 when the column is unknown or near the beginning.
func (d *detail) columnIn(lines []string, at transaction.Position) int {
	line := lines[at.Line-1]
	end, left := len(line), at.Column
	for i := range line {
		if left--; left <= 0 {
			end = i
			break
		}
	}
	if at.Column <= 1 || end < leastWidth/2 {
		return 0
	}
	before := slices.Clone(lines[max(at.Line-1-linesBefore, 0):at.Line])
	before[len(before)-1] = line[:end]
	shown := d.seen.mask.Lines(before, len(before)-1, len(before))
	return len(shown[0])
}

// linesBefore is how many lines are looked at to find a column.
const linesBefore = 20

// cutAt shortens a line of source to about limit columns, so that what stands at an offset stays in
// sight; at 0, its beginning and its end do.
func cutAt(line string, offset, limit int) string {
	offset = min(offset, len(line))
	for offset > 0 && inside(line, offset) {
		offset--
	}
	if len(line) > longestText && offset > 0 {
		from, to := max(offset-longestText/2, 0), min(offset+longestText/2, len(line))
		line, offset = strings.ToValidUTF8(line[from:to], ""), offset-from
		offset = min(offset, len(line))
		for offset > 0 && inside(line, offset) {
			offset--
		}
	}
	head := expand(line[:offset])
	line = strings.TrimRight(head+expand(line[offset:]), blanks)
	if offset = min(len(head), len(line)); offset == 0 {
		return clean(cut(cut(line, longestText), limit))
	}
	return clean(window(line, offset, offset, limit).text)
}

// expand writes tabs as blanks.
func expand(s string) string { return strings.ReplaceAll(s, "\t", "    ") }
