package source

import (
	"fmt"
	"sync"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// Limits bound what one description may take, the files that it refers to included. Zero fields mean
// the default ones.
type Limits struct {
	// Size is the most bytes of one text, and of all texts together; 0 means 32 MiB, as for
	// descriptions.
	Size int
	// Depth is how deep lists and objects may be nested, aliases expanded; 0 means 500.
	Depth int
	// Nodes is the most values of a text, aliases expanded; 0 means a million, some ten times
	// what the largest real descriptions have.
	Nodes int
	// Files is how many files may be read because of references; 0 means 1000.
	Files int
}

func (l Limits) orDefault() Limits {
	for _, f := range []struct {
		field *int
		usual int
	}{{&l.Size, 32 << 20}, {&l.Depth, 500}, {&l.Nodes, 1_000_000}, {&l.Files, 1000}} {
		if *f.field <= 0 {
			*f.field = f.usual
		}
	}
	return l
}

// file is a text that nodes come from.
type file struct {
	name string
	// path is where it is under the root of the description.
	path string
	text []byte
	doc  *description.Document

	once  sync.Once
	marks []mark // see nearest
}

func (f *file) fail(line, column int, format string, args ...any) *Error {
	e := &Error{Msg: fmt.Sprintf(format, args...), Excerpt: excerpt(f.text, line, column)}
	e.At.File, e.At.Line, e.At.Column = f.name, line, column
	return e
}

// place returns the line and column of an offset.
func (f *file) place(offset int) (line, column int) {
	line, start := 1, 0
	for i, c := range f.text[:offset] {
		if c == '\n' {
			line, start = line+1, i+1
		}
	}
	return line, utf8.RuneCount(f.text[start:offset]) + 1
}
