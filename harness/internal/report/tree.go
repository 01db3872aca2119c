package report

import (
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// treeDiff lays the documented and the real JSON body over each other. Only what findings point at
// is marked as a difference; everything else is context, with the real value where there is one,
// or left out.
type treeDiff struct {
	rows
	width int
	fold  fold
	// documented says that there is a documented body, and not only a schema.
	documented bool
	// answer says that the status code is another one: then what only the response has, such as
	// the description of an error, is shown at length.
	answer bool
	groups int // how many groups of lines there are
}

const (
	mostRows   = 160 // of one body
	mostPretty = 12  // of one value that stands on one side only
	mostInside = 6   // members of a value that is longer than that
)

// spot is where on the page a value goes.
type spot struct {
	indent int
	label  string
	comma  string
	key    string
}

func (s spot) prefix() string { return strings.Repeat("  ", s.indent) + s.label }

func (d *treeDiff) render(doc, real node, fs []transaction.Finding) []row {
	d.most = mostRows
	d.documented = doc != ""
	d.node(spot{}, doc, real, markAll(fs))
	return d.close()
}

func (d *treeDiff) node(s spot, doc, real node, m *mark) {
	switch {
	case m == nil:
		d.context(s, doc, real)
	case len(m.keys) > 0 && real.container() && (doc == "" || doc.sameKind(real)):
		d.open(s, doc, real, m)
	default:
		d.groups++
		d.group = d.groups
		d.leaf(s, doc, real, m)
		d.group = 0
	}
}

// sideOf is the side that a line of context belongs to.
func (d *treeDiff) sideOf(doc, value node) side {
	switch {
	case value == "":
		return documented
	case doc == "" && d.documented:
		return real
	}
	return 0
}

// context writes an unmarked value.
func (d *treeDiff) context(s spot, doc, value node) {
	v := value
	if v == "" {
		v = doc
	}
	if d.answer && doc == "" {
		d.value(row{sign: same, side: d.sideOf(doc, value)}, s, v)
		return
	}
	r := row{sign: same, side: d.sideOf(doc, value), text: s.prefix() + v.inline(d.room(s)) + s.comma}
	if doc != "" && doc != v {
		if text := s.prefix() + doc.inline(d.room(s)) + s.comma; text != r.text {
			r.doc = text
		}
	}
	d.add(r)
}

// open writes a container of which something inside is marked.
func (d *treeDiff) open(s spot, doc, value node, m *mark) {
	open, end, what := "{", "}", "key"
	if value.list() {
		open, end, what = "[", "]", "item"
	}
	at := d.sideOf(doc, value)
	d.add(row{sign: same, side: at, text: s.prefix() + open, notes: notes(m.own)})
	fresh := 0
	if d.answer {
		fresh = mostPretty
	}
	entries := layout(doc, value, m, fresh)
	for i, e := range entries {
		in := spot{indent: s.indent + 1, key: e.key}
		if e.left > 0 {
			d.add(row{sign: elision, side: at, text: in.prefix() + "… " + plural(e.left, "more "+what)})
			continue
		}
		if value.object() {
			in.label = label(e.key)
		}
		if i < len(entries)-1 {
			in.comma = ","
		}
		d.node(in, e.doc, e.real, e.mark)
		if e.moved > 0 {
			d.note(note{text: "in the response it is item " + count(e.moved-1)})
		}
	}
	d.add(row{sign: same, side: at, text: strings.Repeat("  ", s.indent) + end + s.comma})
}

// leaf writes a value that a finding points at: the documented one, the real one, or both.
func (d *treeDiff) leaf(s spot, doc, value node, m *mark) {
	all := m.all()
	hasDoc, hasReal := sides(m.own, doc, value)
	for _, f := range m.own {
		if doc == "" && showsDocumented(f) {
			doc = nodeOf(f.Expected)
		}
		if value == "" && f.HasReal {
			value = nodeOf(f.Real)
		}
	}
	switch {
	case ofDocumentation(all) && doc != "":
		d.value(row{sign: severe(all), side: documented}, s, doc)
	case warns(all) && value != "":
		d.beside(s, doc)
		d.value(row{sign: doubt}, s, value)
	case only(m.own, "body-undocumented-item") && value != "":
		d.value(row{sign: plus}, s, value)
	case hasDoc && hasReal && doc != value:
		d.both(s, doc, value)
		if evident(all) && (!doc.container() || !value.container()) {
			return
		}
	case hasDoc && !hasReal && doc != "":
		d.value(row{sign: minus}, s, doc)
	case hasReal && doc == "" && d.documented && value != "":
		d.value(row{sign: plus}, s, value)
	case value != "":
		d.beside(s, doc)
		d.value(row{sign: wrong}, s, value)
	default:
		d.add(row{sign: minus, text: s.prefix() + "…" + s.comma})
	}
	d.note(notes(unlisted(m.own))...)
	for _, f := range m.deeper() {
		for _, n := range notes([]transaction.Finding{f}) {
			n.text = clean(cut(f.Pointer, longestKey)) + ": " + n.text
			d.note(n)
		}
	}
}

// beside writes a documented value that nothing is wrong with, where there is a column for it.
func (d *treeDiff) beside(s spot, doc node) {
	if doc != "" && d.fold > 1 {
		d.value(row{sign: same, side: documented}, s, doc)
	}
}

// only reports that all of some findings have that id.
func only(fs []transaction.Finding, id string) bool {
	for _, f := range fs {
		if f.ID != id {
			return false
		}
	}
	return len(fs) > 0
}

// ofDocumentation reports that findings are about the documentation alone.
func ofDocumentation(fs []transaction.Finding) bool {
	for _, f := range fs {
		if !strings.HasPrefix(f.ID, "documented-") {
			return false
		}
	}
	return len(fs) > 0
}

// evident reports that the findings say no more than that the two values are not the same, which
// two scalars that stand below each other say themselves.
func evident(fs []transaction.Finding) bool {
	for _, f := range fs {
		if f.ID != "body-value-mismatch" || f.Severity == transaction.SeverityWarning {
			return false
		}
	}
	return true
}

// sides tells which of the values the findings are about; when they do not say, those there are.
func sides(fs []transaction.Finding, doc, value node) (hasDoc, hasReal bool) {
	for _, f := range fs {
		hasDoc = hasDoc || showsDocumented(f)
		hasReal = hasReal || f.HasReal
	}
	if !hasDoc && !hasReal {
		return doc != "" && (value == "" || len(fs) == 0), value != ""
	}
	return hasDoc, hasReal
}

// showsDocumented reports whether Expected is what is documented in place of the real value. In a
// finding about a schema it is what a keyword says.
func showsDocumented(f transaction.Finding) bool {
	return f.HasExpected && !strings.HasPrefix(f.ID, "body-schema-")
}

// both writes two values that differ, so that the difference is in sight.
func (d *treeDiff) both(s spot, doc, value node) {
	if doc.isString() && value.isString() && doc.unquote() == value.unquote() {
		// They differ in what no string can hold, such as half of a character.
		d.add(row{sign: minus, text: s.prefix() + plainLine(string(doc), d.room(s)) + s.comma})
		d.add(row{sign: plus, text: s.prefix() + plainLine(string(value), d.room(s)) + s.comma})
		return
	}
	if doc.isString() && value.isString() {
		a, b := cutPair(doc.unquote(), value.unquote(), d.fold.room(d.room(s), d.width-2*s.indent)-2)
		write := func(s string) string { return escape(s, true) }
		if combining(a.text[a.from:a.to]) || combining(b.text[b.from:b.to]) {
			write = func(s string) string { return inASCII(s, true) }
		}
		d.add(quoted(minus, s, a, write))
		d.add(quoted(plus, s, b, write))
		return
	}
	d.value(row{sign: minus}, s, doc)
	d.value(row{sign: plus}, s, value)
}

// quoted writes a string of which a part differs.
func quoted(sign byte, s spot, t stretch, write func(string) string) row {
	head := s.prefix() + `"` + escape(t.text[:t.from], true)
	mid := write(t.text[t.from:t.to])
	r := row{sign: sign, text: head + mid + escape(t.text[t.to:], true) + `"` + s.comma}
	if t.from > 0 || t.to < len(t.text) {
		r.from, r.to = len(head), len(head)+len(mid)
	}
	return r
}

// value writes one value, over several lines when that is not too long. Each of them is like r.
func (d *treeDiff) value(r row, s spot, v node) {
	room := d.room(s)
	if !v.container() {
		room = d.fold.room(room, d.width-2*s.indent)
	}
	line, ok := v.oneLine(room)
	lines := []string{line}
	if !ok {
		if lines = v.pretty(d.width-2*s.indent-len(s.comma), mostPretty); lines == nil {
			lines = v.outline(d.width-2*s.indent-len(s.comma), mostInside)
		}
	}
	lines[0] = s.label + lines[0]
	lines[len(lines)-1] += s.comma
	for _, l := range lines {
		r.text = strings.Repeat("  ", s.indent) + l
		d.add(r)
	}
}

// room is how many columns are left for the value itself.
func (d *treeDiff) room(s spot) int {
	return max(d.width-2*s.indent-columns(s.label)-len(s.comma), shortest)
}

// notes are the messages of findings, without the pointer that Gavel's texts begin with: the line
// they stand at says that.
func notes(fs []transaction.Finding) []note {
	var out []note
	for _, f := range fs {
		if f.HasExpected && (f.ID == "body-schema-enum" || f.ID == "body-schema-const") {
			f.Message += "; the schema allows " + nodeOf(f.Expected).inline(longestKey)
		}
		if text := withoutPlace(f); text != "" {
			out = append(out, note{text: message(text), warn: f.Severity == transaction.SeverityWarning})
		}
	}
	return out
}

// unlisted takes the value of an item out of what is said of it: the line it is said at has it.
func unlisted(fs []transaction.Finding) []transaction.Finding {
	out := slices.Clone(fs)
	for i, f := range out {
		if f.ID == missingItem || f.ID == undocumentedItem {
			text, _, _ := strings.Cut(withoutPlace(f), ": ")
			out[i].Message = text
		}
	}
	return out
}

// withoutPlace is the message of a finding without the place that Gavel's texts begin with.
func withoutPlace(f transaction.Finding) string {
	text := strings.TrimPrefix(f.Message, "At '"+f.Pointer+"' ")
	switch {
	case f.Field == "headers":
		return strings.TrimPrefix(text, "At '/"+f.Pointer+"' ")
	case strings.HasPrefix(f.ID, "body-schema-"):
		return strings.TrimPrefix(text, "data"+f.Pointer+" ")
	}
	return text
}
