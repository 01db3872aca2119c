package harness

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/sanitize"
)

// serverOutput keeps the last lines of what the server under test prints, and hands all of them on. It
// takes little memory, however much there is and however long the lines are.
type serverOutput struct {
	show func(line string)

	handing  sync.Mutex // the two streams come from a goroutine each
	mu       sync.Mutex
	out, err lineRing
	count    int
}

const (
	serverLines = 50
	serverWidth = 500 // bytes of a line that are kept
)

// lineRing holds the last lines of one stream.
type lineRing struct {
	lines []numberedLine
	next  int
}

type numberedLine struct {
	number int
	text   string
}

func (r *lineRing) add(l numberedLine) {
	if len(r.lines) < serverLines {
		r.lines = append(r.lines, l)
		return
	}
	r.lines[r.next] = l
	r.next = (r.next + 1) % serverLines
}

func (r *lineRing) last(n int) []numberedLine {
	all := slices.Concat(r.lines[r.next:], r.lines[:r.next])
	return all[max(0, len(all)-n):]
}

func (o *serverOutput) stdout(line string) { o.add(&o.out, line) }

func (o *serverOutput) stderr(line string) { o.add(&o.err, line) }

func (o *serverOutput) add(to *lineRing, line string) {
	o.keep(to, line)
	if o.show != nil {
		o.handing.Lock()
		defer o.handing.Unlock()
		o.show(line)
	}
}

func (o *serverOutput) keep(to *lineRing, line string) {
	if len(line) > serverWidth {
		line = strings.ToValidUTF8(line[:serverWidth], "") + "..."
	}
	line = strings.Clone(line) // it may be part of a long one
	o.mu.Lock()
	defer o.mu.Unlock()
	to.add(numberedLine{o.count, line})
	o.count++
}

// last returns the last lines in the order in which they came, without what is commonly a secret, safe
// to be printed. When there are too many, half of them are of standard error at least: what is printed
// there tells more, and a busy standard output would hide it.
func (o *serverOutput) last() []string {
	o.mu.Lock()
	errs := min(len(o.err.lines), serverLines/2)
	outs := min(len(o.out.lines), serverLines-errs)
	lines := append(o.err.last(serverLines-outs), o.out.last(outs)...)
	o.mu.Unlock()
	slices.SortFunc(lines, func(a, b numberedLine) int { return a.number - b.number })
	var mask *sanitize.Sanitizer // its defaults
	texts := make([]string, len(lines))
	for i, l := range lines {
		texts[i] = mask.Text(printable(l.text))
	}
	return texts
}

// coloring is how programs colour what they print.
var coloring = regexp.MustCompile("\x1b\\[[0-9;]*m")

// printable takes colours from a line, and writes what else could drive a terminal as escapes.
func printable(line string) string {
	line = coloring.ReplaceAllString(line, "")
	if strings.IndexFunc(line, func(r rune) bool { return !unicode.IsPrint(r) || r == utf8.RuneError }) < 0 {
		return line
	}
	var b strings.Builder
	for i := 0; i < len(line); {
		r, n := utf8.DecodeRuneInString(line[i:])
		raw := line[i : i+n]
		i += n
		switch {
		case r == '\t':
			b.WriteString("    ")
		case unicode.IsPrint(r) && (r != utf8.RuneError || n > 1):
			b.WriteString(raw)
		default:
			quoted := strconv.QuoteToASCII(raw)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
	}
	return b.String()
}
