package report

import (
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewDot returns the reporter of one sign per transaction: "." pass, "-" skip, "F" fail, "E" error;
// then the details and the counts, as the reporter cli prints them, but without their sum, as Dredd 14
// has it. It differs from Dredd where that helps: rows end with the width of the terminal, or after 100
// signs; what a selection leaves out has no sign; a run of no transactions ends like any other. On a
// terminal, the rest of the row tells how far the run is. Options.InlineErrors does not apply, and
// Plan.Names prints what cli prints.
func NewDot(o Options) Reporter {
	c := newCLI(o)
	c.noTotal = true
	return &dot{cli: c}
}

type dot struct {
	*cli
	row  string // the signs of the last row, painted
	used int    // how many they are
}

// longestRow is how many signs are in a row where no terminal bounds it.
const longestRow = 100

// rowLength is how many signs are in a row. On a terminal, half of it is left to the progress.
func (d *dot) rowLength() int {
	if d.p.terminal {
		return max(d.p.screenWidth()/2, 1)
	}
	return min(d.p.textWidth(), longestRow)
}

func (d *dot) Begin(plan Plan) {
	if plan.Names {
		d.cli.Begin(plan)
		return
	}
	d.begin(plan)
	d.show()
	d.p.flush()
}

func (d *dot) Report(outcome transaction.Outcome) {
	if d.names {
		d.cli.Report(outcome)
		return
	}
	o := view(outcome, d.o.Sanitize)
	d.count(o)
	d.gather(o)
	if !o.Unselected || d.dryRun {
		d.sign(o.Status)
	}
	d.show()
	d.p.flush()
}

// sign adds a sign to the row, and ends the row when it is full.
func (d *dot) sign(s transaction.Status) {
	sign, code := "?", yellow
	switch s {
	case transaction.Pass:
		sign, code = ".", green
	case transaction.Skip:
		sign, code = "-", yellow
	case transaction.Fail:
		sign, code = "F", red
	case transaction.Error:
		sign, code = "E", red
	}
	sign = d.p.paint(code, sign)
	d.row += sign
	d.used++
	if !d.p.terminal {
		d.p.put(sign)
	}
	if d.used >= d.rowLength() {
		d.endRow()
	}
}

// endRow ends a row that has signs in it.
func (d *dot) endRow() {
	if d.used == 0 {
		return
	}
	if d.p.terminal {
		d.p.clear()
		d.p.put(d.row)
	}
	d.p.put("\n")
	d.row, d.used = "", 0
}

// show writes the row anew on a terminal, and how far the run is behind it.
func (d *dot) show() {
	if !d.p.terminal || d.stats.Total() >= d.at.planned {
		return
	}
	lead := ""
	if d.used > 0 {
		lead = "  "
	}
	room := d.p.screenWidth() - 1 - d.used - len(lead)
	d.p.clear()
	d.p.put(d.row + lead + d.p.paint(dim, cutEnd(d.at.text(d.stats, room), room)))
	d.p.status = d.p.err == nil
}

func (d *dot) End(s Summary) error {
	if d.begun {
		d.endRow()
	}
	return d.cli.End(s)
}
