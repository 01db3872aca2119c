package recording

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Format is how a response was recorded.
type Format string

// The formats.
const (
	CurlTrace      Format = "curl --trace"
	CurlTraceASCII Format = "curl --trace-ascii"
	CurlVerbose    Format = "curl -v"
	HTTP           Format = "HTTP/1.1 response" // also that of curl -i
	HAR            Format = "HTTP archive (HAR)"
	Message        Format = "JSON message"
)

// Options tell about a recording what it does not say itself.
type Options struct {
	// Name is the file, as errors show it.
	Name string
	// Entry is the entry of an HTTP archive to take, counted from 1; 0 takes the first. Other
	// formats have one response, so that only 0 and 1 are in them.
	Entry int
}

// Recording is one recorded response.
type Recording struct {
	Format   Format
	Response transaction.Response
	// Source is where the response stands in the recording, as far as its lines are those of the
	// response. Action is not set.
	Source transaction.Source
	// Notes are sentences about what a recording of this kind cannot show, or shows otherwise.
	Notes []string
}

// Error is what is wrong with a recording, and where.
type Error struct {
	At  transaction.Position
	Msg string
}

// Error writes place and message: "real.trace:12: message".
func (e *Error) Error() string { return e.At.String() + ": " + e.Msg }

// Parse reads a recording. The error is an *Error: the text is no recording, or a broken one.
func Parse(data []byte, o Options) (*Recording, error) {
	p := &parser{name: o.Name, data: bytes.TrimPrefix(data, []byte("\ufeff"))}
	first := bytes.TrimLeft(p.data, " \t\r\n")
	if o.Entry > 1 && !bytes.HasPrefix(first, []byte("{")) {
		return nil, p.fail(0, "only an HTTP archive (HAR) has several entries: leave --entry out")
	}
	switch {
	case len(first) == 0:
		return nil, p.fail(0, "this is empty; %s", howTo)
	case bytes.HasPrefix(data, []byte("\xff\xfe")) || bytes.HasPrefix(data, []byte("\xfe\xff")):
		return nil, p.fail(1, "this is UTF-16 text, as some shells write what a program prints; let curl write the file itself: curl --trace FILE URL")
	case first[0] == '{':
		return p.json(o.Entry)
	case blockHead().Match(p.data) || infoHead().Match(p.data):
		return p.trace()
	case statusLine().Match(firstLine(first)) || requestLine().Match(firstLine(first)):
		return p.http()
	case verboseStatus().Match(p.data):
		return p.verbose()
	}
	return nil, p.fail(p.lineOf(first), "this is no recorded response: it begins with %s; %s", shown(firstLine(first)), howTo)
}

// howTo tells people how to get a recording.
const howTo = "record one with: curl -s --trace FILE URL"

var (
	statusLine  = expression(`^HTTP/[0-9](?:\.[0-9])?[ \t]+[0-9]{3}(?:[ \t\r]|$)`)
	requestLine = expression(`^[A-Z]+ [^ ]+ HTTP/[0-9](?:\.[0-9])?\r?$`)
)

// parser is one text on its way to a Recording.
type parser struct {
	name string
	data []byte
}

// fail makes an error at a line; 0 is the file as a whole.
func (p *parser) fail(line int, format string, args ...any) error {
	return &Error{At: transaction.Position{File: p.name, Line: line}, Msg: fmt.Sprintf(format, args...)}
}

// lineOf is the number of the line that the rest of the text begins in.
func (p *parser) lineOf(rest []byte) int {
	return bytes.Count(p.data[:len(p.data)-len(rest)], []byte("\n")) + 1
}

func (p *parser) at(line int) transaction.Position {
	return transaction.Position{File: p.name, Line: line}
}

func firstLine(b []byte) []byte {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return line
}

// mostShown is how many characters of a text a message repeats.
const mostShown = 60

// shown quotes the beginning of a text for a message.
func shown(b []byte) string {
	if !utf8.Valid(b[:min(len(b), mostShown)]) && !utf8.Valid(b) {
		return "bytes that are no text"
	}
	runes := []rune(strings.TrimRight(string(b[:min(len(b), mostShown*utf8.UTFMax)]), "\r"))
	more := ""
	if len(runes) > mostShown {
		runes, more = runes[:mostShown], "…"
	}
	for i, r := range runes {
		if !unicode.IsPrint(r) {
			runes[i] = '?'
		}
	}
	return fmt.Sprintf("%q", string(runes)+more)
}

// expression is a regular expression that is compiled when it is first used, so that the start of a
// program does not pay for all of them.
func expression(text string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(text) })
}
