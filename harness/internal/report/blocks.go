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
}

// keep makes the block of an outcome, or adds it to one that came out the same: a server that
// is not there, or that answers everything with one and the same error, is told of once.
func (c *cli) keep(o transaction.Outcome) {
	b := &block{title: titleOf(o), name: nameOf(o)}
	b.entry = c.word(o.Status) + " " + b.title
	if b.name != "" {
		b.entry += "  " + b.name
	}
	key := ""
	if !c.o.Details {
		key = sameKey(o)
	}
	if first := c.alike[key]; first != nil && key != "" {
		line := b.entry
		if at := home(o).String(); at != "" {
			line += "  " + c.p.paint(dim, clean(at))
		}
		first.more = append(first.more, line)
		return
	}
	b.title = c.word(o.Status) + " " + b.title + " duration: " + strconv.FormatInt(o.Duration.Milliseconds(), 10) + "ms"
	b.text = Detail(o, c.o)
	b.answer = len(o.Findings) > 0
	c.blocks = append(c.blocks, b)
	if key != "" {
		c.alike[key] = b
	}
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

func (c *cli) writeBlocks() {
	if len(c.blocks) == 0 {
		return
	}
	c.p.line("")
	c.p.line("info: Displaying failed tests...")
	for _, b := range c.blocks {
		if b.answer {
			c.p.line(c.p.paint(dim, "      "+legend))
			break
		}
	}
	for _, b := range c.blocks {
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
	what := "the same error in "
	if b.answer {
		what = "the same answer to "
	}
	c.p.line("")
	c.p.line("  " + what + count(len(b.more)) + " more:")
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
