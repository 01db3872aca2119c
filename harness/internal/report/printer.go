package report

import (
	"bytes"
	"errors"
	"io"
	"strings"
)

// The colours, as parameters of ANSI's Select Graphic Rendition. They are the plain ones, which
// every terminal shows so that they can be read on its own background.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	dim    = "2"
	bold   = "1"
	under  = "4"
)

// printer writes lines, with a status line below them on a terminal. It gathers what one event has
// to say and writes it at once, so that the terminal does not flicker.
type printer struct {
	out      io.Writer
	errs     io.Writer // takes the lines of errors; nil means out
	color    bool
	width    int
	terminal bool

	buf    bytes.Buffer
	status bool // a status line is on the screen
	err    error
	errErr error // of errs
}

func newPrinter(o Options) *printer {
	out := o.Out
	if out == nil {
		out = io.Discard
	}
	return &printer{out: out, errs: o.Err, color: o.Color, width: o.Width, terminal: o.Terminal}
}

// defaultWidth is for output that no terminal shows. It is what a page of a CI log holds.
const defaultWidth = 120

// smallTerminal is the width of a terminal that does not tell it.
const smallTerminal = 80

// narrowest is the least width that a layout is made for.
const narrowest = 40

// textWidth is how wide texts are laid out.
func (p *printer) textWidth() int {
	if p.width == 0 {
		return defaultWidth
	}
	return max(p.width, narrowest)
}

func (p *printer) paint(code, s string) string {
	if !p.color || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// line adds a line. The text must be clean already.
func (p *printer) line(s string) {
	if p.err != nil {
		return
	}
	p.clear()
	p.buf.WriteString(s)
	p.buf.WriteByte('\n')
}

// put adds a text that is no whole line. It must be clean already.
func (p *printer) put(s string) {
	if p.err == nil {
		p.buf.WriteString(s)
	}
}

// errLine adds a line that tells of an error. What was gathered before it is written first, so that
// the lines keep their order where both streams show on one terminal.
func (p *printer) errLine(s string) {
	if p.errs == nil {
		p.line(s)
		return
	}
	p.clear()
	p.flush()
	if p.errErr == nil {
		_, p.errErr = io.WriteString(p.errs, s+"\n")
	}
}

// clear takes the status line away.
func (p *printer) clear() {
	if p.status {
		p.status = false
		p.buf.WriteString("\r\x1b[K")
	}
}

// setStatus puts the status line below what was printed; it is cut to the width, since a line that
// wraps cannot be taken back.
func (p *printer) setStatus(s string) {
	if !p.terminal || p.err != nil {
		return
	}
	p.clear()
	p.buf.WriteString(p.paint(dim, cutEnd(s, p.screenWidth()-1)))
	p.status = true
}

// screenWidth is how wide the terminal is.
func (p *printer) screenWidth() int {
	if p.width == 0 {
		return smallTerminal
	}
	return p.width
}

// flush writes what was gathered. After the first error nothing is written any more.
func (p *printer) flush() {
	if p.err == nil && p.buf.Len() > 0 {
		n, err := p.out.Write(p.buf.Bytes())
		if err == nil && n < p.buf.Len() {
			err = io.ErrShortWrite
		}
		p.err = err
	}
	p.buf.Reset()
}

// close writes what was gathered, and returns the first error of each stream.
func (p *printer) close() error {
	p.flush()
	return errors.Join(p.err, p.errErr)
}

// padTo fills a text with blanks to n columns.
func padTo(s string, n int) string {
	return s + strings.Repeat(" ", max(n-columns(s), 0))
}
