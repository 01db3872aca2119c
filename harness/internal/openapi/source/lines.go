package source

import (
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Lines returns where each line of a string is written: the place of its first character that is not
// blank, whether the string is a block, folded, quoted on several lines or with its line ends as
// escapes. The column of a blank line is 0. Where the string is not what stands at its place, since it
// was made up, that is the place of each line. It is nil for what is no string.
func (n *Node) Lines() []transaction.Position {
	if !n.Is(String) {
		return nil
	}
	lines := make([]transaction.Position, strings.Count(n.text, "\n")+1)
	if n.file != nil && n.align(lines) {
		return lines
	}
	for i := range lines {
		lines[i] = n.At()
		if len(lines) > 1 {
			lines[i].Column = 0
		}
	}
	return lines
}

// align goes through the text and through what is written, character by character, and notes where
// the lines of the text begin; false when they do not agree. Blanks are passed over on both sides:
// that is all that folding and indentation change.
func (n *Node) align(lines []transaction.Position) bool {
	s := n.file.scan(n)
	block := s.open()
	line := 0
	last := n.At()
	last.Column = 0
	if block {
		last.Line = int(s.line) - 1 // the content begins behind the header
	}
	for _, r := range n.text {
		if r == '\n' {
			if lines[line].Line == 0 { // a blank line
				if block {
					last.Line++
				}
				lines[line] = last
			}
			last.Line = lines[line].Line
			line++
			continue
		}
		if isBlank(r) {
			continue
		}
		at, ok := s.next(r)
		if !ok {
			return false
		}
		if lines[line].Line == 0 {
			lines[line] = at
		}
	}
	if lines[line].Line == 0 {
		lines[line] = last
	}
	return true
}

func isBlank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

// scanner reads a scalar as it is written.
type scanner struct {
	file         *file
	at           int // offset
	line, column int32
	style        byte // the quote, '|' for a block of either kind, 0 for a plain scalar
}

// scan begins where a node does.
func (f *file) scan(n *Node) *scanner {
	at := f.nearest(n.line, n.column)
	s := &scanner{file: f, at: at.offset, line: at.line, column: at.column}
	for s.at < len(f.text) && s.line == n.line && s.column < n.column {
		s.read()
	}
	return s
}

// read takes one character; 0 at the end of the text.
func (s *scanner) read() rune {
	if s.at >= len(s.file.text) {
		return 0
	}
	r, size := utf8.DecodeRune(s.file.text[s.at:])
	s.at += size
	s.column++
	if r == '\n' {
		s.line, s.column = s.line+1, 1
	}
	return r
}

func (s *scanner) peek() byte {
	if s.at < len(s.file.text) {
		return s.file.text[s.at]
	}
	return 0
}

func (s *scanner) skipBlanks() {
	for isBlank(rune(s.peek())) {
		s.read()
	}
}

// open reads what comes before the characters of the scalar: its anchor and tag, the quote, or the
// header of a block. It reports whether it is a block.
func (s *scanner) open() bool {
	for s.peek() == '&' || s.peek() == '!' {
		for c := s.peek(); c != 0 && !isBlank(rune(c)); c = s.peek() {
			s.read()
		}
		s.skipBlanks()
	}
	switch c := s.peek(); c {
	case '"', '\'':
		s.style = c
		s.read()
	case '|', '>':
		s.style = '|'
		for r := s.read(); r != 0 && r != '\n'; r = s.read() {
		}
	}
	return s.style == '|'
}

// next finds the next character that is not blank, and returns where it stands; false when it is
// another one.
func (s *scanner) next(want rune) (transaction.Position, bool) {
	for s.at < len(s.file.text) {
		s.skipBlanks()
		at := transaction.Position{File: s.file.name, Line: int(s.line), Column: int(s.column)}
		r := s.read()
		switch {
		case s.style == '"' && r == '\\':
			if r = s.escape(); isBlank(r) {
				continue
			}
		case s.style == '\'' && r == '\'':
			if s.read() != '\'' {
				return at, false
			}
		}
		return at, r == want
	}
	return transaction.Position{}, false
}

// escapes are those of YAML that stand for one character: https://yaml.org/spec/1.2.2/#57-escaped-characters
// Those of JSON are among them.
var escapes = map[rune]rune{
	'0': 0, 'a': '\a', 'b': '\b', 't': '\t', 'n': '\n', 'v': '\v', 'f': '\f', 'r': '\r', 'e': 0x1B,
	'N': 0x85, '_': 0xA0, 'L': 0x2028, 'P': 0x2029,
}

// escape reads what follows a backslash.
func (s *scanner) escape() rune {
	digits := 0
	switch r := s.read(); r {
	case 'x':
		digits = 2
	case 'u':
		digits = 4
	case 'U':
		digits = 8
	default:
		if e, ok := escapes[r]; ok {
			return e
		}
		return r // a quote, a slash, a blank, or the end of a line that goes on
	}
	r := s.hex(digits)
	if low := s.at; utf16High(r) && strings.HasPrefix(string(s.file.text[low:min(low+2, len(s.file.text))]), `\u`) {
		s.read()
		s.read()
		return (r-0xD800)<<10 + (s.hex(4) - 0xDC00) + 0x10000
	}
	return r
}

func utf16High(r rune) bool { return r >= 0xD800 && r < 0xDC00 }

func (s *scanner) hex(digits int) rune {
	var r rune
	for range digits {
		c := s.read()
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 + c - '0'
		case c >= 'a' && c <= 'f':
			r = r<<4 + c - 'a' + 10
		case c >= 'A' && c <= 'F':
			r = r<<4 + c - 'A' + 10
		}
	}
	return r
}

// mark is where a character stands.
type mark struct {
	line, column int32
	offset       int
}

// markEvery is how many characters of a long line have no mark among them.
const markEvery = 1024

// nearest returns the last mark that is not behind a place. There is one at the beginning of each
// line, and within long ones, which whole documents of JSON are.
func (f *file) nearest(line, column int32) mark {
	f.once.Do(func() {
		m := mark{line: 1, column: 1}
		f.marks = append(f.marks, m)
		for i, r := range string(f.text) {
			m.offset = i
			if m.column > 1 && m.column%markEvery == 1 {
				f.marks = append(f.marks, m)
			}
			m.column++
			if r == '\n' {
				m.line, m.column = m.line+1, 1
				f.marks = append(f.marks, mark{m.line, 1, i + 1})
			}
		}
	})
	i := sort.Search(len(f.marks), func(i int) bool {
		m := f.marks[i]
		return m.line > line || m.line == line && m.column > column
	})
	return f.marks[max(i-1, 0)]
}
