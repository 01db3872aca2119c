package permission

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// words is a list of names, with commas or "and" between: those of fields.
const words = `[\w-]+(?:(?:, and |,? and |, ?)[\w-]+)*`

var (
	listItem = regexp.MustCompile(`^ {0,3}(\d{1,9})[.)](?:[ \t]+(.*))?$`)
	// definition is a footnote as [1]: text, [^1]: text or [1] text.
	definition = regexp.MustCompile(`^ {0,3}\[\^?(\d{1,9})\](?::[ \t]*|[ \t]+)(.*)$`)
	// legend says which status denials have: "✗ 404", "✗ = 404", "Denied: 404", "An empty cell means 404".
	legend = regexp.MustCompile(`(?i)^(?:[-*+] )?(?:✗|✘|✖|❌|☒|×|denied|(?:an )?empty(?: cell)?)[: ]*(?:=|means|is|answers|gives)?[: ]*(\d{3})\b`)
	// onlyStatus is a footnote that is no condition: "404", "404 instead of 403", "404 Not Found".
	onlyStatus = regexp.MustCompile(`(?i)^(?:answers |gives |with )?(\d{3})(?: instead of 4\d\d| not found| forbidden| unauthorized)?$`)
	// onlyFields is a footnote that names what is shown: "Only the fields a, b and c", "Only a and b fields".
	onlyFields = regexp.MustCompile(`(?i)^only (?:the )?(?:fields?:? (` + words + `)|(` + words + `) fields?)$`)
	fieldNames = regexp.MustCompile(`[\w-]+`)
	// andStatus is a condition with the status of its denial behind it.
	andStatus = regexp.MustCompile(`(?i)^(.*?)(?:[,;]? (?:else|otherwise) (\d{1,9})|[,;]? \((4\d\d)(?: instead of 4\d\d)?\)|[,;] (\d{1,9}) (?:otherwise|instead of 4\d\d))$`)
)

// notes reads what stands below a table, from line i on: footnotes as the first ordered list or as
// definitions, and a legend. The next table, or the next heading, has its own.
func (p *parser) notes(t *Table, i int) {
	list := 0 // 1 within the first ordered list, 2 behind it
	open := -1
	for ; i < len(p.lines); i++ {
		line := p.lines[i]
		if end := p.fenced(i); end > i {
			i, open = end-1, -1
			continue
		}
		if p.table(i) || strings.HasPrefix(line, "#") {
			break
		}
		item, defined := listItem.FindStringSubmatch(line), definition.FindStringSubmatch(line)
		status := legend.FindStringSubmatch(inlineLegend(line))
		switch {
		case item != nil && list < 2:
			n := item[1]
			if list == 1 { // a list is numbered by its first item
				n = next(t.Notes[len(t.Notes)-1].Number)
			}
			open, list = p.note(t, i, n, item[2]), 1
		case defined != nil:
			open = p.note(t, i, defined[1], defined[2])
			t.Notes[open].defined = true
			list = behind(list)
		case status != nil:
			t.Status = t.denial(p.place(i+1, 1), status[1])
			open, list = -1, behind(list)
		case strings.TrimSpace(line) == "":
			if list == 0 {
				open = -1
			}
		case open >= 0 && (strings.HasPrefix(line, " ") || strings.TrimSpace(p.lines[i-1]) != ""):
			t.Notes[open].Condition += " " + strings.TrimSpace(line)
		default:
			open, list = -1, behind(list)
		}
	}
	for i := range t.Notes {
		t.readNote(&t.Notes[i])
	}
	t.repeated()
}

// behind is the state of an ordered list that something else follows.
func behind(list int) int {
	if list == 1 {
		return 2
	}
	return list
}

// repeated finds numbers that stand twice.
func (t *Table) repeated() {
	for i, n := range t.Notes {
		if slices.ContainsFunc(t.Notes[:i], func(before Note) bool { return before.Number == n.Number }) {
			t.fault(n.At, "footnote %s of the table stands twice; give one of them another number", n.Number)
		}
	}
}

// note adds a footnote that begins at line i, and returns its index.
func (p *parser) note(t *Table, i int, n, text string) int {
	column := utf8.RuneCountInString(p.lines[i]) - utf8.RuneCountInString(strings.TrimLeft(p.lines[i], " ")) + 1
	t.Notes = append(t.Notes, Note{Number: number(n), Condition: text, At: p.place(i+1, column)})
	return len(t.Notes) - 1
}

func next(n string) string {
	i, err := strconv.Atoi(n)
	if err != nil {
		return n
	}
	return strconv.Itoa(i + 1)
}

// denial is a status that denials have to have. Only those that blame the request are denials.
func (t *Table) denial(at transaction.Position, text string) int {
	status, err := strconv.Atoi(text)
	if err != nil || status < 400 || status > 499 || http.StatusText(status) == "" {
		t.fault(at, "%s is no status that denies something; write one that does, such as 403 or 404", text)
		return http.StatusForbidden
	}
	return status
}

// unused finds footnotes that no cell refers to. An ordered list below a table whose cells refer to
// nothing may be about something else; it is of conditions when it says "Only".
func (t *Table) unused() {
	used := map[string]bool{}
	for _, r := range t.Rows {
		for _, c := range r.Cells {
			for _, n := range c.Notes {
				used[n] = true
			}
		}
	}
	for _, n := range t.Notes {
		meant := len(used) > 0 || n.defined || strings.HasPrefix(Fold(n.Condition), "only")
		if !used[n.Number] && meant {
			t.fault(n.At, "no cell of the table refers to footnote %s; write [%s] behind the marks that hang on it, or take it away", n.Number, n.Number)
		}
	}
}

// readNote splits the text of a footnote into the condition and the status.
func (t *Table) readNote(n *Note) {
	text := strings.TrimSpace(strings.TrimSuffix(inlineNote(n.Condition), "."))
	if m := onlyStatus.FindStringSubmatch(text); m != nil {
		n.Status = t.denial(n.At, m[1])
		n.Condition = ""
		return
	}
	if m := andStatus.FindStringSubmatch(text); m != nil {
		text = strings.TrimSpace(strings.TrimSuffix(m[1], "."))
		n.Status = t.denial(n.At, m[2]+m[3]+m[4]) // one of them matched
	}
	n.Condition = text
	// "Only published fields" may be anything: a single name has to be announced.
	if m := onlyFields.FindStringSubmatch(text); m != nil && (m[1] != "" || fieldNames.FindString(m[2]) != m[2]) {
		n.Condition, n.Fields = "", fieldNames.FindAllString(strings.ReplaceAll(m[1]+m[2], " and ", " "), -1)
	}
}

// inlineNote is inline for running text, whose numbers in brackets are no footnotes.
func inlineNote(s string) string {
	s = linked.ReplaceAllString(s, "$1")
	s = tag.ReplaceAllString(s, " ")
	s = strings.NewReplacer("**", "", "__", "", "`", "").Replace(s)
	return strings.Join(strings.Fields(escape.ReplaceAllString(s, "$1")), " ")
}

func inlineLegend(line string) string { return strings.ReplaceAll(inlineNote(line), "\uFE0F", "") }
