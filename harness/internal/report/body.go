package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

const (
	mostMarked = 60      // findings of one body that the diff shows
	mostAnswer = 10      // lines of a body that is compared with nothing
	bigBody    = 1 << 16 // bytes from which on a body's size is said
	// longestBroken bounds the JSON that is laid out although it breaks off somewhere.
	longestBroken = 1 << 20
)

// body compares the bodies, each as what it is. Of an answer with another status code, what it says is
// shown too.
func (d *detail) body(t *transaction.Transaction, fs []transaction.Finding, answer bool) []row {
	about, fs := apart(fs)
	var rs []row
	if len(fs) > 0 || answer {
		rs = d.compare(t, fs, answer)
	}
	for _, f := range about {
		if f.Pointer != "" {
			f.Message = "at " + f.Pointer + ": " + withoutPlace(f)
		}
		rs = append(rs, row{sign: severe([]transaction.Finding{f}), text: "", notes: notes([]transaction.Finding{f})})
	}
	if len(rs) == 0 {
		return nil
	}
	for _, b := range []struct {
		of    side
		whose string
		text  string
	}{{documented, "documented", t.Expected.Body}, {real, "real", t.Real.Body}} {
		if len(b.text) >= bigBody {
			rs = append(rs, row{sign: elision, side: b.of, text: "… the " + b.whose + " body is " + plural(len(b.text), "byte") + " long"})
		}
	}
	return rs
}

// apart takes the findings out that are about no part of a body, but say why it was not compared, or
// not to its end.
func apart(fs []transaction.Finding) (about, rest []transaction.Finding) {
	for _, f := range fs {
		if ofNoPart(f.ID) {
			about = append(about, f)
		} else {
			rest = append(rest, f)
		}
	}
	return about, rest
}

func ofNoPart(id string) bool {
	switch id {
	case "findings-cut", "volatile-invalid", "documented-body-not-json", "documented-body-malformed", "documented-body-unreadable",
		"schema-invalid", "schema-draft-unsupported", "schema-reference-unresolved", "schema-pattern-invalid", "schema-too-costly":
		return true
	}
	return false
}

func (d *detail) compare(t *transaction.Transaction, fs []transaction.Finding, answer bool) []row {
	if t.Real.Problem != nil && len(fs) > 0 {
		return d.problem(t, fs)
	}
	doc, docOK := parse(t.Expected.Body)
	value, realOK := parse(t.Real.Body)
	if len(fs) == 0 {
		return d.answer(t.Real.Body, value, realOK)
	}
	marked := fs[:min(len(fs), mostMarked)]
	tree := (docOK || t.Expected.Body == "") && realOK && !asText(fs, doc)
	var rs []row
	switch {
	case t.Real.Body == "" && docOK:
		rs = append(d.whole(row{sign: minus, group: 1}, doc), row{sign: plus, group: 1, text: inBytes(""), notes: notes(marked)})
	case t.Real.Body == "":
		rs = append(d.lines(row{sign: minus, group: 1}, t.Expected.Body), row{sign: plus, group: 1, text: inBytes(""), notes: notes(marked)})
	case docOK && !realOK && !binary(t.Real.Body) && !startsAsJSON(t.Real.Body):
		rs = append(d.whole(row{sign: minus, group: 1}, doc), d.lines(row{sign: plus, group: 1}, t.Real.Body)...)
		rs = append(rs, row{sign: same, notes: notes(marked)})
	case tree:
		td := &treeDiff{width: d.width(), fold: d.fold(), answer: answer}
		rs = td.render(doc, value, marked)
	default:
		rs = d.texts(t, marked)
	}
	if n := len(fs) - len(marked); n > 0 {
		rs = append(rs, row{sign: elision, text: "… " + plural(n, "more finding") + " in the body"})
	}
	return rs
}

// texts compares bodies that are not both JSON.
func (d *detail) texts(t *transaction.Transaction, fs []transaction.Finding) []row {
	doc, value := t.Expected.Body, t.Real.Body
	switch {
	case doc == "":
		return append(d.lines(row{sign: wrong}, value), row{sign: same, notes: notes(fs)})
	case binary(doc) && binary(value):
		return closed(hexDiff(doc, value, d.width()), fs)
	case binary(doc) || binary(value):
		return closed(append(d.lines(row{sign: minus, group: 1}, doc), d.lines(row{sign: plus, group: 1}, value)...), fs)
	}
	if a, b, ok := laidOut(t); ok {
		if rs, shown := d.lineDiff(a, b, fs); shown {
			return rs
		}
	}
	if startsAsJSON(doc) && startsAsJSON(value) && !asText(fs, node(doc)) && max(len(doc), len(value)) <= longestBroken {
		if rs, shown := d.lineDiff(jsonLines(doc), jsonLines(value), fs); shown {
			return rs
		}
	}
	if rs, shown := d.lineDiff(textLines(doc), textLines(value), fs); shown {
		return rs
	}
	// They are the same, but for what the verdict alone knows.
	return append(d.lines(row{sign: severe(fs)}, value), row{sign: same, notes: notes(fs)})
}

// closed adds what findings say beyond that the two bodies are not the same.
func closed(rs []row, fs []transaction.Finding) []row {
	if rest := notes(telling(fs)); len(rest) > 0 {
		rs = append(rs, row{sign: same, notes: rest})
	}
	return rs
}

// problem shows what could be read of a body that is not what the server meant to send.
func (d *detail) problem(t *transaction.Transaction, fs []transaction.Finding) []row {
	text := t.Real.Body
	rs := []row{{sign: severe(fs), text: inBytes(text), notes: notes(fs)}}
	if text == "" || binary(text) {
		return rs
	}
	const end = 3
	lines := splitLines(text)
	if startsAsJSON(text) && len(text) <= longestBroken {
		lines = nil
		for _, l := range jsonLines(text) {
			lines = append(lines, l.text)
		}
	}
	if n := len(lines) - end; n > 0 {
		rs = append(rs, row{sign: elision, side: real, text: "… " + plural(n, "line")})
		lines = lines[n:]
	}
	for i, l := range lines {
		if width := d.width(); i == len(lines)-1 && !within(l, width) { // its end says where it broke off
			l = "…" + l[before(l, width-1):]
		}
		rs = append(rs, row{sign: same, side: real, text: plainLine(l, d.width())})
	}
	return rs
}

// asText reports that the verdict compared the bodies as texts although they are JSON.
func asText(fs []transaction.Finding, doc node) bool {
	for _, f := range fs {
		if f.ID == "body-text-mismatch" {
			return true
		}
		if _, text := f.Expected.(string); f.Pointer == "" && text && f.HasExpected && !doc.isString() && f.ID != "body-not-json" {
			return true
		}
	}
	return false
}

// startsAsJSON reports that a text may be JSON that is broken: its lines are worth comparing.
func startsAsJSON(s string) bool {
	s = strings.TrimLeft(s, blanks)
	return s != "" && (s[0] == '{' || s[0] == '[')
}

// whole writes one body of which nothing is compared; each line is like r.
func (d *detail) whole(r row, n node) []row {
	td := &treeDiff{width: d.width(), fold: d.fold()}
	td.most = mostRows
	if n != "" {
		td.value(r, spot{}, n)
	}
	return td.close()
}

// answer writes the body of a response that has another status code than documented.
func (d *detail) answer(body string, n node, isJSON bool) []row {
	context := row{sign: same, side: real}
	if body == "" {
		return nil
	}
	if isJSON {
		return d.whole(context, n)
	}
	return d.lines(context, body)
}

// lines writes the beginning of one text, or of bytes; each line is like r.
func (d *detail) lines(r row, body string) []row {
	if binary(body) {
		size := r
		size.text = inBytes(body)
		r.text = hexRow(body, 0, hexShort)
		return []row{size, r}
	}
	all := splitLines(body)
	var rs []row
	for _, l := range all[:min(len(all), mostAnswer)] {
		r.text = plainLine(l, d.width())
		rs = append(rs, r)
	}
	if n := len(all) - mostAnswer; n > 0 {
		rs = append(rs, row{sign: elision, side: r.of(), group: r.group, text: "… " + plural(n, "more line")})
	}
	return rs
}
