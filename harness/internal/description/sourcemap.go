package description

import (
	"bytes"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// At returns the place in a file that a byte of Text came from, counted from 0. An offset behind the
// end is taken for the end, one before the beginning for the beginning.
func (d *Document) At(offset int) transaction.Position {
	return d.origin.at(min(max(offset, 0), len(d.Text)))
}

// Offset returns where the nth character of Text begins, counted from 0; len(Text) when there is no
// such character. Drafter speaks of characters in some places and of bytes in others.
func (d *Document) Offset(char int) int { return d.chars.offset(d.Text, char) }

// sourceMap leads from the assembled text back to the files. Its segments are in the order of the
// text and leave nothing out.
type sourceMap struct {
	files    []*file
	segments []segment
}

// segment says that the text from byte text on, up to the next segment, is that of a file from byte
// offset on. Sizes are limited to far less than an int32 holds.
type segment struct {
	text, offset int32
	file         int32
}

func (m *sourceMap) at(offset int) transaction.Position {
	i, exact := slices.BinarySearchFunc(m.segments, int32(offset), func(s segment, o int32) int { return int(s.text) - int(o) })
	if !exact {
		i--
	}
	if i < 0 {
		return transaction.Position{}
	}
	s := m.segments[i]
	return m.files[s.file].position(int(s.offset) + offset - int(s.text))
}

// file is one file as it was read.
type file struct {
	// name is what people call it; path is what the file system calls it.
	name, path string
	text       []byte

	once  sync.Once
	lines []int32 // where each line begins
}

var byteOrderMark = []byte("\uFEFF")

// start is where the text begins: behind the byte order mark.
func (f *file) start() int {
	if bytes.HasPrefix(f.text, byteOrderMark) {
		return len(byteOrderMark)
	}
	return 0
}

// index finds out where lines begin, once.
func (f *file) index() {
	f.once.Do(func() {
		f.lines = append(f.lines, int32(f.start()))
		for i, b := range f.text {
			if b == '\n' {
				f.lines = append(f.lines, int32(i+1))
			}
		}
	})
}

// line returns a line, counted from 1, without its end; false when there is none.
func (f *file) line(n int) (string, bool) {
	f.index()
	if n < 1 || n > len(f.lines) || int(f.lines[n-1]) >= len(f.text) {
		return "", false
	}
	line, _, _ := bytes.Cut(f.text[f.lines[n-1]:], []byte("\n"))
	return string(bytes.TrimSuffix(line, []byte("\r"))), true
}

func (f *file) position(offset int) transaction.Position {
	f.index()
	line, exact := slices.BinarySearch(f.lines, int32(offset))
	if exact {
		line++
	}
	if line == 0 { // within the byte order mark
		return transaction.Position{File: f.name, Line: 1, Column: 1}
	}
	start := int(f.lines[line-1])
	// A byte in the middle of a character belongs to that character.
	for offset > start && offset < len(f.text) && !utf8.RuneStart(f.text[offset]) {
		offset--
	}
	return transaction.Position{
		File:   f.name,
		Line:   line,
		Column: utf8.RuneCount(f.text[start:offset]) + 1,
	}
}

// charIndex finds characters in a text: it knows where every charStep-th begins.
type charIndex struct {
	once  sync.Once
	marks []int32
}

const charStep = 1024

func (c *charIndex) offset(text []byte, char int) int {
	c.once.Do(func() {
		n := 0
		for i, b := range text {
			if !utf8.RuneStart(b) {
				continue
			}
			if n%charStep == 0 {
				c.marks = append(c.marks, int32(i))
			}
			n++
		}
	})
	mark := max(char, 0) / charStep
	if mark >= len(c.marks) {
		return len(text)
	}
	i := int(c.marks[mark])
	for range max(char, 0) % charStep {
		if i >= len(text) {
			break
		}
		_, size := utf8.DecodeRune(text[i:])
		i += size
	}
	return i
}
