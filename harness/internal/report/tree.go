package report

import (
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// treeDiff lays the documented and the real JSON body over each other. Only what findings point at
// is marked as a difference; everything else is context, with the real value where there is one,
// or left out.
type treeDiff struct {
	rows
	width int
	// documented says that there is a documented body, and not only a schema.
	documented bool
	// answer says that the status code is another one: then what only the response has, such as
	// the description of an error, is shown at length.
	answer bool
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
	secret bool
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
		d.leaf(s, doc, real, m)
	}
}

// context writes an unmarked value.
func (d *treeDiff) context(s spot, doc, real node) {
	v := real
	if v == "" {
		v = doc
	}
	if d.answer && doc == "" {
		d.value(same, s, v)
		return
	}
	d.add(row{sign: same, text: s.prefix() + v.inline(d.room(s), s.secret) + s.comma})
}

// open writes a container of which something inside is marked.
func (d *treeDiff) open(s spot, doc, real node, m *mark) {
	open, end, what := "{", "}", "key"
	if real.list() {
		open, end, what = "[", "]", "item"
	}
	d.add(row{sign: same, text: s.prefix() + open, notes: notes(m.own)})
	fresh := 0
	if d.answer {
		fresh = mostPretty
	}
	entries := layout(doc, real, m, fresh)
	for i, e := range entries {
		in := spot{indent: s.indent + 1, key: e.key, secret: s.secret}
		if e.left > 0 {
			d.add(row{sign: elision, text: in.prefix() + "… " + plural(e.left, "more "+what)})
			continue
		}
		if real.object() {
			in.label = label(e.key)
			in.secret = s.secret || secretKey(e.key)
		}
		if i < len(entries)-1 {
			in.comma = ","
		}
		d.node(in, e.doc, e.real, e.mark)
	}
	d.add(row{sign: same, text: strings.Repeat("  ", s.indent) + end + s.comma})
}

// leaf writes a value that a finding points at: the documented one, the real one, or both.
func (d *treeDiff) leaf(s spot, doc, real node, m *mark) {
	all := m.all()
	hasDoc, hasReal := sides(m.own, doc, real)
	for _, f := range m.own {
		if doc == "" && f.HasExpected {
			doc = nodeOf(f.Expected)
		}
		if real == "" && f.HasReal {
			real = nodeOf(f.Real)
		}
	}
	switch {
	case hasDoc && hasReal && doc != real:
		d.both(s, doc, real)
		if evident(all) && !s.secret && (!doc.container() || !real.container()) {
			return
		}
	case hasDoc && !hasReal && doc != "":
		d.value(minus, s, doc)
	case hasReal && doc == "" && d.documented && real != "":
		d.value(plus, s, real)
	case real != "":
		d.value(wrong, s, real)
	default:
		d.add(row{sign: minus, text: s.prefix() + "…" + s.comma})
	}
	d.note(notes(all)...)
}

// evident reports that the findings say no more than that the two values are not the same, which
// two scalars that stand below each other say themselves.
func evident(fs []transaction.Finding) bool {
	for _, f := range fs {
		if f.ID != "body-value-mismatch" {
			return false
		}
	}
	return true
}

// sides tells which of the values the findings are about; when they do not say, those there are.
func sides(fs []transaction.Finding, doc, real node) (hasDoc, hasReal bool) {
	for _, f := range fs {
		hasDoc = hasDoc || f.HasExpected
		hasReal = hasReal || f.HasReal
	}
	if !hasDoc && !hasReal {
		return doc != "" && (real == "" || len(fs) == 0), real != ""
	}
	return hasDoc, hasReal
}

// both writes two values that differ, so that the difference is in sight.
func (d *treeDiff) both(s spot, doc, real node) {
	if doc.isString() && real.isString() && !s.secret {
		a, b := maskedPair(doc.unquote(), real.unquote(), d.room(s)-2)
		d.add(quoted(minus, s, a))
		d.add(quoted(plus, s, b))
		return
	}
	d.value(minus, s, doc)
	d.value(plus, s, real)
}

// quoted writes a string of which a part differs.
func quoted(sign byte, s spot, t stretch) row {
	head := s.prefix() + `"` + escape(t.text[:t.from], true)
	mid := escape(t.text[t.from:t.to], true)
	r := row{sign: sign, text: head + mid + escape(t.text[t.to:], true) + `"` + s.comma}
	if t.from > 0 || t.to < len(t.text) {
		r.from, r.to = len(head), len(head)+len(mid)
	}
	return r
}

// value writes one value, over several lines when that is not too long.
func (d *treeDiff) value(sign byte, s spot, v node) {
	room := d.room(s)
	line, ok := v.oneLine(room, s.secret)
	lines := []string{line}
	if !ok {
		if lines = v.pretty(d.width-2*s.indent, mostPretty, s.secret); lines == nil {
			lines = v.outline(d.width-2*s.indent, mostInside, s.secret)
		}
	}
	lines[0] = s.label + lines[0]
	lines[len(lines)-1] += s.comma
	for _, l := range lines {
		d.add(row{sign: sign, text: strings.Repeat("  ", s.indent) + l})
	}
}

// room is how many columns are left for the value itself.
func (d *treeDiff) room(s spot) int {
	return max(d.width-2*s.indent-utf8.RuneCountInString(s.label)-len(s.comma), shortest)
}

// notes are the messages of findings, without the pointer that Gavel's texts begin with: the line
// they stand at says that.
func notes(fs []transaction.Finding) []string {
	var out []string
	for _, f := range fs {
		text := strings.TrimPrefix(f.Message, "At '"+f.Pointer+"' ")
		if f.Field == "headers" {
			text = strings.TrimPrefix(text, "At '/"+f.Pointer+"' ")
		}
		if text != "" {
			out = append(out, message(f, text))
		}
	}
	return out
}
