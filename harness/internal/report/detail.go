package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Detail writes what there is to know about one failure or error: the diff, the lines of the
// documentation to look at, and the command that runs it alone. It is the block that the cli reporter
// prints below the title; o.Out and o.Terminal are not used. It ends with a line break unless it is
// empty.
func Detail(outcome transaction.Outcome, o Options) string {
	return view(outcome, o.Sanitize).detail(o)
}

// seen is an outcome as it may be shown, and what is behind it.
type seen struct {
	transaction.Outcome
	raw  transaction.Outcome
	mask *sanitize.Mask
}

// view takes the secrets out of an outcome. It is the only way in: everything that is printed about an
// outcome is taken from what it returns.
func view(o transaction.Outcome, s *sanitize.Sanitizer) *seen {
	mask := s.Mask()
	return &seen{Outcome: mask.Outcome(o), raw: o, mask: mask}
}

func (s *seen) detail(o Options) string {
	o.Out, o.Terminal = nil, false
	d := &detail{p: newPrinter(o), o: o, outcome: s.Outcome, seen: s}
	d.write()
	return d.p.buf.String()
}

type detail struct {
	p       *printer
	o       Options
	outcome transaction.Outcome
	seen    *seen
	groups  int // groups of lines so far
}

func (d *detail) write() {
	d.reason()
	if t := d.outcome.Transaction; t != nil && t.Real != nil {
		d.rows(d.response(t))
	} else {
		d.rows(others(d.outcome.Findings))
	}
	d.documented()
	if d.o.Rerun != nil {
		if command := d.o.Rerun(d.seen.raw); command != "" {
			d.blank()
			d.line("run it alone: " + d.p.paint(bold, clean(d.seen.mask.Text(command))))
		}
	}
	if command := look(d.outcome); command != "" {
		d.blank()
		d.line("look into its database: " + d.p.paint(bold, command))
	}
	if d.o.Details && d.outcome.Transaction != nil {
		d.blank()
		exchange(d.p, d.outcome.Transaction)
	}
}

// look is the command that looks into the database that was kept of a transaction.
func look(o transaction.Outcome) string {
	if o.Database == "" {
		return ""
	}
	return "bailiff databases open " + o.Database
}

func (d *detail) line(s string) {
	if s != "" {
		s = "  " + s
	}
	d.p.line(s)
}

// blank separates parts: it adds an empty line unless nothing was written yet.
func (d *detail) blank() {
	if d.p.buf.Len() > 0 {
		d.p.line("")
	}
}

// mostReason bounds the lines of a reason: a panic may bring a stack along.
const mostReason = 20

func (d *detail) reason() {
	text := strings.TrimRight(d.outcome.Reason, blanks)
	if text == "" {
		return
	}
	lines := strings.Split(cut(text, longestText), "\n")
	for i, l := range lines {
		if i == mostReason {
			d.line("… " + plural(len(lines)-i, "more line"))
			return
		}
		l = clean(strings.ReplaceAll(l, "\t", "    "))
		indent := l[:len(l)-len(strings.TrimLeft(l, " "))]
		for _, part := range wrap(l, d.p.textWidth()-2-len(indent)) {
			d.line(indent + part)
		}
	}
}

// response compares the two responses as HTTP writes them: the status, the headers that are not as
// documented, the body.
func (d *detail) response(t *transaction.Transaction) []row {
	status, headers, body, rest := split(d.outcome.Findings)
	if len(status)+len(headers)+len(body)+len(rest) == 0 && d.outcome.Reason != "" {
		return nil // a hook failed it; the response is as documented
	}
	rs := d.numbered(statusRows(t, status))
	for _, f := range headers {
		rs = append(rs, d.numbered(headerRows(t, f, d.fold().room(d.width(), d.width())))...)
	}
	rs = append(rs, others(rest)...)
	if b := d.body(t, body, len(status) > 0); len(b) > 0 {
		rs = append(append(rs, row{sign: same}), d.numbered(b)...)
	}
	return rs
}

// numbered makes the groups of some rows differ from those before.
func (d *detail) numbered(rs []row) []row {
	first := d.groups
	for i := range rs {
		if rs[i].group > 0 {
			rs[i].group += first
			d.groups = max(d.groups, rs[i].group)
		}
	}
	return rs
}

// width is what is left for the text of a row.
func (d *detail) width() int {
	if d.o.sideBySide() {
		return columnWidth(d.p.textWidth())
	}
	return d.p.textWidth() - len("  - ")
}

// fold is how values that differ are folded: in two columns there is little room.
func (d *detail) fold() fold {
	if d.o.sideBySide() {
		return mostFolds
	}
	return 1
}

// split sorts findings by the part of the response they are about.
func split(fs []transaction.Finding) (status, headers, body, rest []transaction.Finding) {
	for _, f := range fs {
		switch f.Field {
		case "statusCode":
			status = append(status, f)
		case "headers":
			headers = append(headers, f)
		case "body":
			body = append(body, f)
		default:
			rest = append(rest, f)
		}
	}
	return status, headers, body, rest
}

// others writes findings that belong to no part of the response.
func others(fs []transaction.Finding) []row {
	var rs []row
	for i, f := range fs {
		if i == mostPlaces {
			break
		}
		rs = append(rs, row{sign: severe([]transaction.Finding{f}), text: message(f.Message)})
	}
	return rs
}

// rows writes the lines of a diff.
func (d *detail) rows(rs []row) {
	if len(rs) == 0 {
		return
	}
	d.blank()
	if d.o.sideBySide() {
		d.columns(rs)
		return
	}
	for _, r := range rs {
		d.row(r)
	}
}

// noteSign begins a note below a line, marginSign one in the margin.
const (
	noteSign   = "^ "
	marginSign = "  ← "
)

// say is what a note says; a warning says so.
func (n note) say() string {
	if n.warn {
		return "warn: " + n.text
	}
	return n.text
}

func (d *detail) row(r row) {
	notes := r.notes
	if len(notes) == 1 && r.text != "" && columns(r.text)+columns(marginSign+notes[0].say()) <= d.width() {
		notes = nil
	}
	line := d.paintRow(r)
	if len(notes) < len(r.notes) {
		line += d.p.paint(yellow, marginSign+r.notes[0].say())
	}
	if r.text == "" && len(notes) > 0 && (r.sign == wrong || r.sign == doubt) {
		d.signed(r)
		return
	}
	if r.text != "" || len(notes) == 0 {
		d.line(strings.TrimRight(line, " "))
	}
	d.notes("  "+r.text[:len(r.text)-len(strings.TrimLeft(r.text, " "))], notes)
}

// signed writes sentences that are no notes to a line, but lines themselves.
func (d *detail) signed(r row) {
	for _, n := range r.notes {
		for i, part := range wrap(n.say(), d.p.textWidth()-len("  ! ")) {
			sign := string(r.sign) + " "
			if i > 0 {
				sign = "  "
			}
			d.line(d.p.paint(yellow, sign+part))
		}
	}
}

// notes writes sentences below a line.
func (d *detail) notes(indent string, notes []note) {
	for _, n := range notes {
		for i, part := range wrap(n.say(), max(d.p.textWidth()-len("  - ")-len(indent), narrowest/2)) {
			sign := noteSign
			if i > 0 {
				sign = "  "
			}
			d.line(indent + d.p.paint(yellow, sign+part))
		}
	}
}

func (d *detail) paintRow(r row) string {
	code := ""
	switch r.sign {
	case minus:
		code = red
	case plus:
		code = green
	case wrong, doubt:
		code = yellow
	case elision:
		r.sign, code = same, dim
	}
	line := string(r.sign) + " " + r.text
	if code == "" || !d.p.color {
		return line
	}
	if r.from == r.to {
		return d.p.paint(code, line)
	}
	from, to := r.from+2, r.to+2
	return d.p.paint(code, line[:from]) + d.p.paint(code+";"+under, line[from:to]) + d.p.paint(code, line[to:])
}
