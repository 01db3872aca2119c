package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// NewJUnit returns the reporter of a JUnit document, as Jenkins, GitLab and others read it: one suite, a
// case per transaction, whose class is its group and resource. No standard says what JUnit XML is; this
// keeps to what the schema of Jenkins' xUnit plugin (junit-10.xsd) allows, and the fields that GitLab
// reads.
func NewJUnit(o Options) Reporter { return newJUnit(o, "bailiff") }

// NewXUnit returns the same document with the name that Dredd 14 gives the suite, so that those who
// draw its history see it go on. What Dredd's own has beyond or beside JUnit is left out: the attribute
// "skip", times that are no numbers, and errors that are failures.
func NewXUnit(o Options) Reporter { return newJUnit(o, "Dredd Tests") }

func newJUnit(o Options, suite string) *junit {
	j := &junit{o: o, suite: suite, started: o.now(), twice: map[[2]string]int{}}
	j.doc = newDocument(o, j.head, j.tail)
	return j
}

type junit struct {
	o       Options
	suite   string
	doc     *document
	started time.Time
	took    time.Duration // 0 until the end
	stats   transaction.Stats
	spent   time.Duration     // by all transactions
	twice   map[[2]string]int // how often a case of that class and name came
	ended   bool
	sum     Summary // of what has ended
}

// countRoom is how many characters the counts and the time of one tag may take at most.
const countRoom = 96

// head is the tags of the whole and of the suite, which count. Blanks keep their length.
func (j *junit) head() string {
	took := j.took
	if took == 0 {
		took = j.spent
	}
	whole := len(j.whole())
	counts := fmt.Sprintf(` tests="%d" failures="%d" errors="%d" time="%s"`,
		j.stats.Total()+whole, j.stats.Failures, j.stats.Errors+whole, seconds(took))
	all := fmt.Sprintf(`<testsuites name="%s"`, xmlAttribute(j.suite)) + pad(counts, countRoom)
	one := fmt.Sprintf(`<testsuite name="%s" timestamp="%s"`, xmlAttribute(j.suite), j.started.UTC().Format("2006-01-02T15:04:05Z"))
	if j.o.Hostname != "" {
		one += fmt.Sprintf(` hostname="%s"`, xmlAttribute(oneLine(j.o.Hostname)))
	}
	one += pad(counts+fmt.Sprintf(` skipped="%d"`, j.stats.Skipped), countRoom+24)
	return `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + all + ">\n" + one + ">\n"
}

func pad(s string, n int) string { return s + strings.Repeat(" ", max(n-len(s), 0)) }

func (j *junit) tail() string {
	text := ""
	for _, c := range j.whole() {
		text += c.String()
	}
	if note := j.note(); note != "" {
		text += "<system-err>" + xmlText(note) + "</system-err>\n"
	}
	return text + "</testsuite>\n</testsuites>\n"
}

// note is what is to be said about the whole; "" says nothing.
func (j *junit) note() string {
	var parts []string
	if !j.ended {
		parts = append(parts, unfinished)
	}
	if j.sum.Interrupted {
		parts = append(parts, interrupted)
	}
	if n := j.sum.NotRun; n > 0 {
		parts = append(parts, plural(n, "transaction")+" did not run")
	}
	return strings.Join(parts, "; ")
}

const (
	unfinished  = "the run did not come to its end"
	interrupted = "the run was interrupted"
)

// whole are the cases that stand for the run itself: errors, where it did not do all that it was to do.
// Without them, what a crash leaves would look like a run in which all is well.
func (j *junit) whole() []testcase {
	c := testcase{class: j.suite, name: "the whole run", element: "error"}
	var list []testcase
	if !j.ended {
		c.kind, c.message = idRunUnfinished, unfinished
		list = append(list, c)
	}
	if why := j.sum.why(j.o.Sanitize); why != "" {
		c.kind, c.message, c.text = idRunError, oneLine(why), why
		list = append(list, c)
	}
	if j.sum.Interrupted {
		c.kind, c.message, c.text = idRunInterrupted, j.note(), ""
		list = append(list, c)
	}
	for i := range list[min(len(list), 1):] {
		list[i+1].name += " #" + strconv.Itoa(i+2)
	}
	return list
}

func (j *junit) Begin(Plan) {}

func (j *junit) Report(outcome transaction.Outcome) {
	s := view(outcome, j.o.Sanitize)
	j.stats.Add(s.Status)
	c := testcase{class: s.group(), name: titleOf(s)}
	if s.Status != transaction.Skip {
		j.spent += s.Duration
		c.took = s.Duration
	}
	switch s.Status {
	case transaction.Pass:
		c.out = j.warnings(s)
		if j.o.Details {
			c.out += j.exchange(s)
		}
	case transaction.Skip:
		c.element, c.message = "skipped", oneLine(s.Reason)
	case transaction.Fail:
		c.element, c.kind = "failure", s.tell()[0].id
		c.message, c.text, c.out = s.headline(), j.detail(s), j.exchange(s)
	case transaction.Error:
		c.element, c.kind = "error", idError
		c.message, c.text, c.out = s.headline(), j.detail(s), j.exchange(s)
	}
	j.add(c)
}

// add writes a case. Those of the same name are numbered, since programs take them for one.
func (j *junit) add(c testcase) {
	if c.class == "" {
		c.class = j.suite
	}
	key := [2]string{c.class, c.name}
	if j.twice[key]++; j.twice[key] > 1 {
		c.name += " #" + strconv.Itoa(j.twice[key])
	}
	j.doc.add(c.String())
}

// detail is what the cli reporter prints about a failure, below the message as Dredd has it.
func (j *junit) detail(s *seen) string {
	o := j.o
	o.Color, o.Width, o.Details, o.Diff = false, 0, false, DiffUnified
	text := ""
	for _, t := range s.tell() {
		if !t.warn && t.finding.ID != "" { // the reason is at the top of the detail
			text += t.message + "\n"
		}
	}
	if text != "" {
		text += "\n"
	}
	return "Message:\n" + text + s.detail(o)
}

// warnings are those of a transaction that passed.
func (j *junit) warnings(s *seen) string {
	text := ""
	for _, t := range s.tell() {
		text += "warn: " + clean(t.at.String()) + ": " + t.message + "\n"
	}
	return text
}

// exchangeWidth is where lines of the exchange are cut in a document.
const exchangeWidth = 1000

// exchange is the request and both responses.
func (j *junit) exchange(s *seen) string {
	if s.Transaction == nil {
		return ""
	}
	p := newPrinter(Options{Width: exchangeWidth})
	exchange(p, s.Transaction)
	return p.buf.String()
}

func (j *junit) End(s Summary) error {
	j.took = s.Duration
	for i, text := range s.HookErrors {
		j.stats.Add(transaction.Error)
		first, rest, _ := strings.Cut(j.o.Sanitize.Text(cut(text, longestText)), "\n")
		j.add(testcase{
			class: "hooks", name: "hooks around the run #" + strconv.Itoa(i+1),
			element: "error", kind: idHookError, message: oneLine(first), text: rest,
		})
	}
	j.ended, j.sum = true, s
	return j.doc.end()
}

// testcase is an element of that name.
type testcase struct {
	class, name string
	took        time.Duration
	element     string // "failure", "error", "skipped" or ""
	kind        string
	message     string
	text        string
	out         string
}

func (c testcase) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, `<testcase classname="%s" name="%s" time="%s"`, xmlAttribute(c.class), xmlAttribute(c.name), seconds(c.took))
	if c.element == "" && c.out == "" {
		return b.String() + "/>\n"
	}
	b.WriteString(">\n")
	if c.element != "" {
		b.WriteString("<" + c.element)
		if c.kind != "" {
			fmt.Fprintf(&b, ` type="%s"`, xmlAttribute(c.kind))
		}
		if c.message != "" {
			fmt.Fprintf(&b, ` message="%s"`, xmlAttribute(c.message))
		}
		b.WriteString(">" + xmlText(c.text) + "</" + c.element + ">\n")
	}
	if c.out != "" {
		b.WriteString("<system-out>" + xmlText(c.out) + "</system-out>\n")
	}
	b.WriteString("</testcase>\n")
	return b.String()
}

// seconds writes a time as JUnit has it.
func seconds(d time.Duration) string { return strconv.FormatFloat(max(d, 0).Seconds(), 'f', 3, 64) }

// xmlText writes a text between tags, xmlAttribute one between double quotes. What XML 1.0 does not
// allow in a document (section 2.2), in whatever spelling, and bytes that are not UTF-8 become U+FFFD.
func xmlText(s string) string { return escapeXML(s, false) }

func xmlAttribute(s string) string { return escapeXML(s, true) }

func escapeXML(s string, attribute bool) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for _, r := range s {
		switch {
		case r == '&':
			b.WriteString("&amp;")
		case r == '<':
			b.WriteString("&lt;")
		case r == '>': // also behind "]]", where it must not stand as such
			b.WriteString("&gt;")
		case r == '"' && attribute:
			b.WriteString("&quot;")
		case r == '\r', attribute && (r == '\n' || r == '\t'): // a reader would make blanks of them
			fmt.Fprintf(&b, "&#%d;", r)
		case r == '\n', r == '\t':
			b.WriteRune(r)
		case r < ' ', r == 0xfffe, r == 0xffff:
			b.WriteRune(utf8.RuneError)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
