package report

// The signs before the lines of a diff.
const (
	same    = ' ' // context
	minus   = '-' // documented, and not so in reality
	plus    = '+' // real, and not so documented
	wrong   = '!' // real, and against what the documentation demands
	elision = '.' // lines left out; printed as context
)

// row is one line of a diff. Its texts are clean and cut.
type row struct {
	sign byte
	text string
	// from and to bound the part of text that really differs; both 0 when there is none in
	// particular.
	from, to int
	// notes say what is wrong, in sentences.
	notes []string
}

// rows collects the lines of a diff up to a bound.
type rows struct {
	list []row
	most int
	left int // lines beyond the bound
}

func (r *rows) add(l row) {
	if len(r.list) >= r.most {
		r.left++
		return
	}
	r.list = append(r.list, l)
}

// note adds sentences to the last line.
func (r *rows) note(notes ...string) {
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
