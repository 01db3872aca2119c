package permission

import (
	"html"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Parse finds the tables of permissions in Markdown, which are written as GitHub has tables
// (https://github.github.com/gfm/#tables-extension-). place says where a line and a column of the text
// stand; both are counted from 1, columns in characters.
func Parse(text string, place func(line, column int) transaction.Position) []Table {
	p := &parser{place: place}
	for line := range strings.SplitSeq(text, "\n") {
		p.lines = append(p.lines, strings.TrimSuffix(line, "\r"))
	}
	var tables []Table
	for i := 0; i < len(p.lines); i++ {
		if end := p.fenced(i); end > i {
			i = end - 1
			continue
		}
		header := p.header(i)
		if header == nil {
			continue
		}
		if slices.ContainsFunc(header[1:], not(isAction)) || len(header) <= 2 {
			if miss, ok := p.miss(i, header); ok {
				tables = append(tables, miss)
			}
			continue
		}
		t := Table{At: p.at(i, header[0]), Columns: p.columns(i, header[1:])}
		i = p.rows(&t, i+2) - 1
		p.notes(&t, i+1)
		t.check()
		tables = append(tables, t)
	}
	return tables
}

type parser struct {
	lines []string
	place func(line, column int) transaction.Position
}

// at is where a cell of line number i, from 0, stands.
func (p *parser) at(i int, f field) transaction.Position { return p.place(i+1, f.column) }

var fence = regexp.MustCompile("^ {0,3}(`{3,}|~{3,})([^`]*)$")

// fenced returns the line behind the block of code that begins at line i, which is i when none does.
func (p *parser) fenced(i int) int {
	open := fence.FindStringSubmatch(p.lines[i])
	if open == nil {
		return i
	}
	for n := i + 1; n < len(p.lines); n++ {
		end := fence.FindStringSubmatch(p.lines[n])
		if end != nil && strings.TrimSpace(end[2]) == "" && end[1][0] == open[1][0] && len(end[1]) >= len(open[1]) {
			return n + 1
		}
	}
	return len(p.lines)
}

// header returns the cells of the header of a table that begins at line i and that has columns for
// actions, perhaps beside others; nil when none begins there.
func (p *parser) header(i int) []field {
	if i+1 >= len(p.lines) || !mayBeRow(p.lines[i]) || !mayBeRow(p.lines[i+1]) {
		return nil
	}
	cells, under := split(p.lines[i]), split(p.lines[i+1])
	if len(cells) != len(under) || slices.ContainsFunc(under, func(f field) bool { return !isDelimiter(f.text) }) {
		return nil
	}
	if isAction(cells[0]) || !slices.ContainsFunc(cells[1:], isAction) {
		return nil
	}
	return cells
}

// table reports whether a table of permissions begins at line i, or one that nearly is.
func (p *parser) table(i int) bool {
	header := p.header(i)
	if header == nil {
		return false
	}
	if len(header) > 2 && !slices.ContainsFunc(header[1:], not(isAction)) {
		return true
	}
	_, ok := p.miss(i, header)
	return ok
}

func not(f func(field) bool) func(field) bool { return func(x field) bool { return !f(x) } }

// miss returns a table that nearly is one of permissions: it has marks, and some columns are actions, but
// others are none, or there is only one. It has a fault for each. Words such as "yes" are marks below an action
// alone.
func (p *parser) miss(i int, header []field) (Table, bool) {
	marked := false
	for row := i + 2; row < len(p.lines) && mayBeRow(p.lines[row]); row++ {
		for n, f := range split(p.lines[row]) {
			column := n > 0 && n < len(header)
			marked = marked || column && (isAction(header[n]) && isMark(f.text) || isTick(f.text))
		}
	}
	if !marked {
		return Table{}, false
	}
	t := Table{At: p.at(i, header[0]), Miss: true}
	const rule = "a table of permissions has columns List, View, Create, Update and Delete, two of them at least, and no others"
	for _, f := range header[1:] {
		if !isAction(f) {
			t.fault(p.at(i, f), "the column %q is no action: %s", inline(f.text).text, rule)
		}
	}
	if len(t.Faults) == 0 {
		t.fault(p.at(i, header[1]), "%s is the only column: %s", action(header[1]), rule)
	}
	return t, true
}

// mayBeRow reports whether a line can belong to a table: four blanks make it code.
func mayBeRow(line string) bool {
	return strings.Contains(line, "|") && !strings.HasPrefix(line, "    ") && !strings.HasPrefix(line, "\t")
}

var delimiter = regexp.MustCompile(`^:?-+:?$`)

func isDelimiter(cell string) bool { return delimiter.MatchString(cell) }

// action is the action that a header cell names; "" for another text.
func action(f field) string {
	name := Fold(inline(f.text).text)
	for _, a := range actions {
		if strings.EqualFold(a, name) {
			return a
		}
	}
	return ""
}

func isAction(f field) bool { return action(f) != "" }

func (p *parser) columns(i int, header []field) []Column {
	columns := make([]Column, len(header))
	for n, f := range header {
		columns[n] = Column{Action: action(f), Link: inline(f.text).link, At: p.at(i, f)}
	}
	return columns
}

// rows reads the rows from line i on, and returns the line behind the last one.
func (p *parser) rows(t *Table, i int) int {
	for ; i < len(p.lines) && mayBeRow(p.lines[i]); i++ {
		fields := split(p.lines[i])
		row := Row{Actor: inline(fields[0].text).text, At: p.at(i, fields[0])}
		for n := range t.Columns {
			if n+1 >= len(fields) { // as GitHub has it, a cell that is missing is empty
				end := field{column: utf8.RuneCountInString(p.lines[i]) + 1}
				row.Cells = append(row.Cells, Cell{At: p.at(i, end)})
				continue
			}
			row.Cells = append(row.Cells, t.cell(fields[n+1].text, p.at(i, fields[n+1])))
		}
		for _, f := range fields[min(len(fields), len(t.Columns)+1):] {
			if f.text != "" {
				t.fault(p.at(i, f), "the row has more cells than the table has columns; take one away, or escape the bar in it as \\|")
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return i
}

// field is a cell as it is written, and its column, counted from 1 in characters. That of an empty one
// is between its bars.
type field struct {
	text   string
	column int
}

// split takes a line apart at its bars. Those behind a backslash are text, also in code.
func split(line string) []field {
	var fields []field
	var b strings.Builder
	start, column, escaped := 1, 0, false
	end := func() {
		raw := b.String()
		text := strings.TrimSpace(raw)
		at := start + utf8.RuneCountInString(raw[:len(raw)-len(strings.TrimLeftFunc(raw, unicode.IsSpace))])
		if text == "" && raw != "" {
			at = start + 1
		}
		fields = append(fields, field{text, at})
		b.Reset()
		start = column + 1
	}
	for _, r := range strings.TrimRight(line, " \t") {
		column++
		switch {
		case escaped && r == '|':
			// The backslash is in the text already, and shows that the bar is none of the table's.
			b.WriteRune(r)
		case r == '|':
			end()
		default:
			b.WriteRune(r)
		}
		escaped = r == '\\' && !escaped
	}
	closed := b.Len() == 0
	if !closed {
		end()
	}
	if len(fields) > 0 && fields[0].text == "" && strings.HasPrefix(strings.TrimLeft(line, " \t"), "|") {
		fields = fields[1:]
	}
	if len(fields) == 0 {
		fields = []field{{column: 1}}
	}
	return fields
}

// inlined is what a cell says without its markup.
type inlined struct {
	text string
	// notes are the numbers of footnotes, link is where the text links to.
	notes []string
	link  string
}

var (
	superscript = regexp.MustCompile(`(?i)<sup>\s*(?:<a [^>]*>)?\s*\[?\^?(\d+(?:\s*,\s*\d+)*)\]?\s*(?:</a>)?\s*</sup>`)
	noteLink    = regexp.MustCompile(`\[\[?\^?(\d+)\]?\]\([^()]*\)`)
	noteMark    = regexp.MustCompile(`\[\^?(\d+(?:\s*,\s*\d+)*)\]`)
	raised      = regexp.MustCompile(`[⁰¹²³⁴⁵⁶⁷⁸⁹]+`)
	linked      = regexp.MustCompile(`\[((?:\[[^\[\]]*\]|[^\[\]])*)\]\(\s*<?([^()<>\s]*)>?(?:\s+"[^"]*")?\s*\)`)
	tag         = regexp.MustCompile(`</?[A-Za-z][^<>]*>`)
	escape      = regexp.MustCompile(`\\([!-/:-@\[-` + "`" + `{-~])`)
)

// inline takes the markup off a cell: emphasis, code, links, footnotes, entities, tags.
func inline(s string) inlined {
	var in inlined
	s = html.UnescapeString(s)
	for _, pattern := range []*regexp.Regexp{superscript, noteLink, noteMark} {
		s = pattern.ReplaceAllStringFunc(s, func(found string) string {
			for _, n := range strings.Split(pattern.FindStringSubmatch(found)[1], ",") {
				in.notes = append(in.notes, number(n))
			}
			return " "
		})
	}
	s = raised.ReplaceAllStringFunc(s, func(found string) string {
		in.notes = append(in.notes, number(found))
		return " "
	})
	if m := linked.FindStringSubmatch(s); m != nil && strings.HasPrefix(m[2], "#") {
		in.link = m[2] // other links lead away from the API
	}
	s = linked.ReplaceAllString(s, "$1")
	s = tag.ReplaceAllString(s, " ")
	s = strings.NewReplacer(`\*`, "\x00", "\uFE0F", "", "\uFE0E", "", "*", "", "`", "", "~~", "").Replace(s)
	s = escape.ReplaceAllString(strings.ReplaceAll(s, "\x00", "*"), "$1")
	in.text = strings.Trim(strings.Join(strings.Fields(s), " "), "_")
	return in
}

// number is the number of a footnote, whichever digits it is written with.
func number(s string) string {
	var b strings.Builder
	for _, r := range strings.TrimSpace(s) {
		if i := slices.Index([]rune("⁰¹²³⁴⁵⁶⁷⁸⁹"), r); i >= 0 {
			r = rune('0' + i)
		}
		b.WriteRune(r)
	}
	if n := strings.TrimLeft(b.String(), "0"); n != "" {
		return n
	}
	return "0"
}
