package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	mostExcused   = 3  // places of one declaration that are listed for a transaction
	mostExplained = 20 // lines below one transaction
	mostDeclared  = 200
	widestHeaders = 40 // columns from which on a list of headers goes on in the next line
)

// explainPlan writes what is in force for all transactions: what may vary, and what is masked.
func explainPlan(p *printer, plan Plan, s *sanitize.Sanitizer) {
	if len(plan.Volatile) > 0 {
		p.line("info: these parts may vary from run to run; where several cover a part, the last one counts:")
		table(p, declared(plan.Volatile, s))
	}
	for i, line := range plan.Sanitize {
		if i == 0 {
			p.line("info: these are masked wherever they are printed:")
		}
		for n, part := range wrap(clean(cut(s.Text(line), longestText)), p.textWidth()-len("        ")) {
			indent := "      "
			if n > 0 {
				indent += "  "
			}
			p.line(indent + part)
		}
	}
}

// declared lists declarations: what, the kind, and where it was declared. Headers of one kind that
// follow each other share a line.
func declared(vs []transaction.Volatile, s *sanitize.Sanitizer) [][]string {
	var out [][]string
	for i := 0; i < len(vs); {
		v := vs[i]
		what := v.Pointer
		j := i + 1
		if v.Header != "" {
			what = "header " + v.Header
			for ; j < len(vs) && vs[j].Header != "" && alike(vs[j], v) && len(what) < widestHeaders; j++ {
				what += ", " + vs[j].Header
			}
		}
		out = append(out, []string{s.Text(what), kindText(v), origin(v, s)})
		i = j
	}
	return out
}

func alike(a, b transaction.Volatile) bool {
	return a.Kind == b.Kind && a.Pattern == b.Pattern && a.From == b.From
}

// kindText is the kind of a declaration, with the pattern of a regexp.
func kindText(v transaction.Volatile) string {
	if v.Kind == transaction.KindRegexp {
		return string(v.Kind) + " " + v.Pattern
	}
	return string(v.Kind)
}

// origin is where a declaration was made.
func origin(v transaction.Volatile, s *sanitize.Sanitizer) string {
	if v.From == "" {
		return "hooks"
	}
	return s.Text(v.From)
}

// explain writes the places of one transaction that were not compared, below its line. Where one
// declaration excuses many, they are counted.
func explain(p *printer, o *seen, s *sanitize.Sanitizer) {
	type group struct {
		field  string
		by     transaction.Volatile
		places []string
	}
	var groups []*group
	index := map[transaction.Volatile]*group{}
	for _, e := range o.Excused {
		g := index[e.By]
		if g == nil {
			g = &group{field: e.Field, by: e.By}
			index[e.By] = g
			groups = append(groups, g)
		}
		place := e.Pointer
		if e.Field == "headers" {
			place = "header " + strings.TrimPrefix(e.Pointer, "/")
		} else if place == "" {
			place = "the whole body"
		}
		g.places = append(g.places, place)
	}
	slices.SortStableFunc(groups, func(a, b *group) int { return -cmp.Compare(a.field, b.field) }) // headers first
	var lines [][]string
	for _, g := range groups {
		kind, from := kindText(g.by), origin(g.by, s)
		if n := len(g.places); n > mostExcused {
			what := g.by.Pointer
			if g.by.Header != "" {
				what = "header " + g.by.Header
			}
			lines = append(lines, []string{o.mask.Text(what), kind, from, plural(n, "place")})
			continue
		}
		for _, place := range g.places {
			lines = append(lines, []string{place, kind, from})
		}
	}
	if n := len(lines) - mostExplained; n > 0 {
		lines = append(lines[:mostExplained], []string{"… " + plural(n, "more line")})
	}
	table(p, lines)
}

// widestCell bounds a column of a table, but for the first of it.
const widestCell = 32

// table writes lines of cells below each other, in columns that hold what is not too wide.
func table(p *printer, lines [][]string) {
	if n := len(lines) - mostDeclared; n > 0 {
		lines = append(lines[:mostDeclared:mostDeclared], []string{"… " + plural(n, "more line")})
	}
	const indent = "      "
	first := max(p.textWidth()/2, widestCell)
	var widths []int
	for _, cells := range lines {
		for i, c := range cells {
			most := widestCell
			if i == 0 {
				most = first
			}
			cells[i] = clean(cut(c, p.textWidth()))
			if i == len(widths) {
				widths = append(widths, 0)
			}
			if w := columns(cells[i]); w <= most {
				widths[i] = max(widths[i], w)
			}
		}
	}
	for _, cells := range lines {
		var b strings.Builder
		for i, c := range cells {
			if i > 0 {
				b.WriteString("  ")
			}
			b.WriteString(padTo(c, widths[i]))
		}
		p.line(p.paint(dim, indent+strings.TrimRight(b.String(), " ")))
	}
}
