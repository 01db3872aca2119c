package report

import (
	"strconv"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// block is what is printed at the end about a transaction that did not pass. It is text from the
// beginning: a run of failures must not keep all their bodies.
type block struct {
	title string // the line Dredd prints, too
	name  string
	text  string
	// entry is the line in the list of names.
	entry string
	// more are the lines of others that came out the same.
	more []string
	// answer says that it is about what the server answered, and that there is a diff.
	answer bool
	// doubt says that there are warnings in it.
	doubt bool
	// shared says what others below it have in common with it.
	shared string
}

// keep makes the block of an outcome, or adds it to one that came out the same: a server that
// is not there, or that answers everything with one and the same error, is told of once.
func (c *cli) keep(o *seen) {
	b := &block{shared: "the same error in"}
	if len(o.Findings) > 0 {
		b.shared = "the same answer to"
	}
	if c.fill(b, o, sameKey(o.Outcome)) {
		c.blocks = append(c.blocks, b)
	}
}

// keepWarnings makes the block of what passed with warnings, or adds it to one with the same ones.
func (c *cli) keepWarnings(o *seen) {
	b := &block{shared: "the same in"}
	if c.fill(b, o, sameWarnings(o.raw)) {
		c.warnings = append(c.warnings, b)
	}
}

// fill writes a block, or adds it to the one that has the same key; then it reports false.
func (c *cli) fill(b *block, o *seen, key string) bool {
	title, name := titleOf(o), nameOf(o)
	b.entry = c.word(o.Status) + " " + title
	if name != "" {
		b.entry += "  " + name
	}
	if c.o.Details {
		key = ""
	}
	if first := c.alike[key]; first != nil && key != "" {
		line := b.entry
		if at := home(o.raw).String(); at != "" {
			line += "  " + c.p.paint(dim, clean(o.mask.Text(at)))
		}
		first.more = append(first.more, line)
		return false
	}
	b.name = name
	b.title = c.word(o.Status) + " " + title + " duration: " + strconv.FormatInt(o.Duration.Milliseconds(), 10) + "ms"
	options := c.o
	if o.Status == transaction.Pass {
		options.Details = false // the exchange was printed with the line
	}
	b.text = o.detail(options)
	b.answer = len(o.Findings) > 0
	for _, f := range o.Findings {
		b.doubt = b.doubt || f.Severity == transaction.SeverityWarning
	}
	if key != "" {
		c.alike[key] = b
	}
	return true
}

// sameWarnings is what outcomes have in common whose warnings are about the same lines of the
// documentation; "" is in common with nothing.
func sameWarnings(o transaction.Outcome) string {
	var b strings.Builder
	b.WriteString("warn")
	for i, f := range o.Findings {
		if i == mostPlaces || f.At.Line == 0 {
			return ""
		}
		b.WriteString("\x00" + f.ID + "\x00" + f.Pointer + "\x00" + f.At.String())
	}
	return b.String()
}

// longestAlike bounds the answers that are compared with each other.
const longestAlike = 4096

// sameKey is what two outcomes have in common that need no second explanation: the reason of an
// error, or a response with a wrong status code. "" is in common with nothing.
func sameKey(o transaction.Outcome) string {
	t := o.Transaction
	switch {
	case t == nil || len(o.Reason) > longestAlike:
		return ""
	case o.Status == transaction.Error && o.Reason != "" && len(o.Findings) == 0:
		return "error\x00" + o.Reason
	case o.Reason != "" || t.Real == nil || len(t.Real.Body) > longestAlike:
		return ""
	}
	for _, f := range o.Findings {
		if f.Field == "statusCode" {
			contentType, _ := t.Real.Headers.Get("Content-Type")
			return strconv.Itoa(t.Expected.StatusCode) + "\x00" + strconv.Itoa(t.Real.StatusCode) + "\x00" +
				contentType + "\x00" + neutral(t)
		}
	}
	return ""
}

// neutral is the real body without the path that was asked for, which many servers repeat in the
// description of an error.
func neutral(t *transaction.Transaction) string {
	path, _, _ := strings.Cut(t.FullPath, "?")
	if len(path) < 2 {
		return t.Real.Body
	}
	return strings.ReplaceAll(t.Real.Body, path, "\x00")
}

// legend explains the signs, once, above the first diff.
const legend = "- documented   + real   ! against the documentation"

func (c *cli) writeBlocks(title string, blocks []*block) {
	if len(blocks) == 0 {
		return
	}
	if !c.apart {
		c.p.line("")
	}
	c.apart = true
	c.p.line("info: " + title)
	answer, doubt := false, false
	for _, b := range blocks {
		answer, doubt = answer || b.answer, doubt || b.doubt
	}
	if answer {
		text := legend
		if doubt {
			text += "   ~ warning"
		}
		c.p.line(c.p.paint(dim, "      "+text))
	}
	if answer && c.o.Diff == DiffSideBySide && !c.o.sideBySide() && !c.narrow {
		c.narrow = true
		c.p.line(c.p.paint(dim, "      two columns take a terminal of "+strconv.Itoa(leastWidth)+"; this one has "+strconv.Itoa(c.o.Width)))
	}
	for _, b := range blocks {
		c.p.line("")
		c.p.line(b.title)
		if b.name != "" {
			c.p.line("  " + c.p.paint(bold, b.name))
		}
		if b.text != "" {
			c.p.line("")
			c.p.line(strings.TrimSuffix(b.text, "\n"))
		}
		c.writeMore(b)
	}
	c.p.line("")
}

func (c *cli) writeMore(b *block) {
	if len(b.more) == 0 {
		return
	}
	c.p.line("")
	c.p.line("  " + b.shared + " " + count(len(b.more)) + " more:")
	for _, line := range b.more {
		c.p.line("  " + line)
	}
}

// screen is how many lines of details one keeps in sight; below more than that, the names of all that
// did not pass are repeated.
const screen = 40

func (c *cli) writeNames() {
	lines, names := 0, 0
	for _, b := range c.blocks {
		lines += strings.Count(b.text, "\n") + 4 + len(b.more)
		names += 1 + len(b.more)
	}
	if names < 2 || lines <= screen {
		return
	}
	c.p.line("info: not passing:")
	for _, b := range c.blocks {
		line := b.entry
		if n := len(b.more); n > 0 {
			line += "  " + c.p.paint(dim, "and "+count(n)+" more with the same outcome")
		}
		c.p.line("  " + line)
	}
	c.p.line("")
}
