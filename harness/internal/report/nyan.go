package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewNyan returns the reporter that draws a cat: the counts of passes, failures, errors and skipped
// ones, a trail that grows by each transaction, and the cat, whose face tells how the run goes. At the
// end come the details and the counts, as those of dot. It differs from Dredd 14 where that helps:
// without a terminal it draws once, at the end, in place of a picture per transaction that nothing can
// redraw; there are no colours without Options.Color; a terminal of few columns gets a short trail, or
// none, and the picture fits with counts of any size. The cursor is hidden while it draws, and is back
// after the end, also of a run that was interrupted. Plan.Names prints what cli prints.
func NewNyan(o Options) Reporter {
	c := newCLI(o)
	c.noTotal = true
	return &nyan{cli: c}
}

type nyan struct {
	*cli
	trail []string // its segments, painted; the last of them is the newest
	ticks int
	drawn bool // a picture is on the screen, with the cursor at its beginning
}

const (
	pictureLines = 4
	catWidth     = 11
	// scoreWidth is the least width of the counts, with a blank on both sides.
	scoreWidth = 5
)

// Sequences of ECMA-48. A picture has no line breaks: what else is printed on the terminal meanwhile
// is put above it, as above a status line, and the picture is written again.
const (
	cursorHide = "\x1b[?25l"
	cursorShow = "\x1b[?25h"
	lineStart  = "\r\x1b[K"
	lineEnd    = "\x1b[K"  // nothing is left behind it
	lineDown   = "\x1bD\r" // the next line, which scrolls at the bottom of the screen
)

func (n *nyan) Begin(plan Plan) {
	if plan.Names {
		n.cli.Begin(plan)
		return
	}
	n.begin(plan)
	if n.p.terminal {
		n.p.put(cursorHide)
		n.tick()
		n.draw()
	}
	n.p.flush()
}

func (n *nyan) Report(outcome transaction.Outcome) {
	if n.names {
		n.cli.Report(outcome)
		return
	}
	o := view(outcome, n.o.Sanitize)
	n.count(o)
	n.gather(o)
	n.tick()
	if n.p.terminal {
		n.draw()
	}
	n.p.flush()
}

func (n *nyan) End(s Summary) error {
	if n.names || !n.begun {
		return n.cli.End(s)
	}
	if n.drawn {
		n.draw() // a Ctrl-C shows on the terminal, in the picture
		n.p.put(strings.Repeat("\n", pictureLines) + cursorShow)
	} else {
		n.tick()
		for _, l := range n.picture() {
			n.p.line(strings.TrimRight(l, " "))
		}
	}
	return n.cli.End(s)
}

// draw writes the picture over the one before it, and goes back to its beginning.
func (n *nyan) draw() {
	n.p.put(lineStart + strings.Join(n.picture(), lineEnd+lineDown) + lineEnd + fmt.Sprintf("\r\x1b[%dA", pictureLines-1))
	n.drawn = n.p.err == nil
}

// tick makes the trail longer by a segment.
func (n *nyan) tick() {
	segment := "-"
	if n.ticks%2 == 1 {
		segment = "_"
	}
	n.trail = append(n.trail, n.p.paint(rainbow(n.ticks), segment))
	if most := n.longestTrail(); len(n.trail) > most {
		n.trail = append(n.trail[:0], n.trail[len(n.trail)-most:]...)
	}
	n.ticks++
}

// score is how wide the counts are.
func (n *nyan) score() int {
	most := max(n.stats.Passes, n.stats.Failures, n.stats.Errors, n.stats.Skipped)
	return max(len(strconv.Itoa(most))+2, scoreWidth)
}

// longestTrail is three quarters of the width for trail and cat, less the cat, as Dredd has it.
func (n *nyan) longestTrail() int {
	width := 75
	if n.p.terminal {
		width = n.p.screenWidth()
	}
	return max(min(width*3/4-catWidth, width-1-n.score()-catWidth), 0)
}

// picture returns the four lines.
func (n *nyan) picture() []string {
	counts := []struct {
		code string
		n    int
	}{{green, n.stats.Passes}, {red, n.stats.Failures}, {red, n.stats.Errors}, {cyan, n.stats.Skipped}}
	width := n.score()
	cat := n.cat()
	if n.p.terminal && width+catWidth >= n.p.screenWidth() {
		cat = make([]string, pictureLines) // there is no room for it
	}
	trail := strings.Join(n.trail, "")
	lines := make([]string, pictureLines)
	for i, c := range counts {
		text := strconv.Itoa(c.n)
		lines[i] = " " + n.p.paint(c.code, text) + strings.Repeat(" ", max(width-1-len(text), 0)) + trail + cat[i]
	}
	return lines
}

// cat is the animal, whose legs and tail move.
func (n *nyan) cat() []string {
	if n.ticks%2 == 0 {
		return []string{`_,------,`, `_|  /\_/\ `, `~|_` + n.face() + ` `, ` ''  '' `}
	}
	return []string{`_,------,`, `_|   /\_/\`, `^|__` + n.face(), `  ''  '' `}
}

func (n *nyan) face() string {
	switch {
	case n.stats.Failures > 0 || n.stats.Errors > 0:
		return "( x .x)"
	case n.stats.Skipped > 0:
		return "( o .o)"
	case n.stats.Passes > 0:
		return "( ^ .^)"
	}
	return "( - .-)"
}

const cyan = "36"

// rainbow is the i-th colour of the trail, in the cube of 6 by 6 by 6 colours that terminals with 256
// colours have.
func rainbow(i int) string {
	const steps = 42 // of a whole round
	part := func(shift float64) int {
		return int(math.Round(2.5 + 2.5*math.Sin(2*math.Pi*(float64(i%steps)/steps+shift))))
	}
	return "38;5;" + strconv.Itoa(16+36*part(0)+6*part(1.0/3)+part(2.0/3))
}
