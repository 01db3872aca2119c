package report

import "github.com/bailiff-dev/bailiff/harness/transaction"

// The signs before the lines of a diff.
const (
	same    = ' ' // context
	minus   = '-' // documented, and not so in reality
	plus    = '+' // real, and not so documented
	wrong   = '!' // against what the documentation demands
	doubt   = '~' // worth mending, but no failure
	elision = '.' // lines left out; printed as context
)

// row is one line of a diff. Its texts are clean and cut.
type row struct {
	sign byte
	text string
	// doc is what is documented on a line of context, where that is not text.
	doc string
	// side says which of the two a line of context, or one that is left out, belongs to; 0 is both.
	side side
	// group is the same for lines that stand for each other, such as a documented value and the
	// real one; 0 is a line on its own.
	group int
	// from and to bound the part of text that really differs; both 0 when there is none in
	// particular.
	from, to int
	// notes say what is wrong, in sentences.
	notes []note
}

// side is the documentation or the response.
type side byte

const (
	documented side = 'd'
	real       side = 'r'
)

// of is the side of a row; 0 for both.
func (r row) of() side {
	switch {
	case r.side != 0:
		return r.side
	case r.sign == minus:
		return documented
	case r.sign == plus, r.sign == wrong, r.sign == doubt:
		return real
	}
	return 0
}

// note is a sentence about a line.
type note struct {
	text string
	warn bool
}

// warns reports whether all of some findings are warnings.
func warns(fs []transaction.Finding) bool { return len(fs) > 0 && !transaction.Fails(fs) }

// severe is the sign of what some findings are about, where it is neither documented nor real alone.
func severe(fs []transaction.Finding) byte {
	if warns(fs) {
		return doubt
	}
	return wrong
}

// rows collects the lines of a diff up to a bound.
type rows struct {
	list  []row
	most  int
	left  int // lines beyond the bound
	group int // of the lines that are added
}

func (r *rows) add(l row) {
	if len(r.list) >= r.most {
		r.left++
		return
	}
	if l.group == 0 {
		l.group = r.group
	}
	r.list = append(r.list, l)
}

// note adds sentences to the last line.
func (r *rows) note(notes ...note) {
	if r.left == 0 && len(r.list) > 0 {
		last := &r.list[len(r.list)-1]
		last.notes = append(last.notes, notes...)
	}
}

// close returns the lines, and the number of those beyond the bound as a last line.
func (r *rows) close() []row {
	if r.left > 0 {
		return append(r.list, row{sign: elision, text: "… " + plural(r.left, "more line") + " of differences"})
	}
	return r.list
}
