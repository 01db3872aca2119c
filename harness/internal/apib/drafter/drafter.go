package drafter

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

const (
	// MaxSize is the size in bytes of the largest source that Parse takes. The
	// largest public documents are near 1 MB, for each byte of which Drafter
	// takes 130 bytes of memory with source maps. So this allows a parse about
	// 2 GB, and whoever meets it has most likely named a file of another kind.
	MaxSize = 16 << 20

	// MaxBrackets is how many "[" and "(" may stand in one line. Drafter
	// recurses for each that it finds in the line of a header or list item, 128
	// bytes of stack at a time where it was measured.
	MaxBrackets = 100_000

	// stackSize is what Drafter runs on: four times what MaxBrackets needs
	// where it was measured, and room for all else that recurses: Markdown
	// nests at most 128 deep and takes 160 KiB, a chain of types that refer to
	// each other takes 1.2 KiB a type.
	stackSize = 64 << 20
)

// Options says what Parse adds to its result. The zero value is the fast way.
type Options struct {
	// SourceMaps asks for the place of every element in the source; without
	// it only annotations have one. The result gets about seven times as
	// large, so leave it false until lines are needed.
	SourceMaps bool
}

// ErrUnavailable is returned by Parse in a program that was built without
// Drafter. Its message says what to do.
var ErrUnavailable error = unavailable("no parser of API Blueprint in this build: " + remedy)

type unavailable string

func (e unavailable) Error() string { return string(e) }

// InputError is a source that is not handed to Drafter.
type InputError struct {
	Offset int    // where in the source, in bytes from 0
	Msg    string // what is wrong, and what to do
}

// Error tells the place and what is wrong with it.
func (e *InputError) Error() string { return fmt.Sprintf("byte %d: %s", e.Offset, e.Msg) }

// Parse parses an API Blueprint and returns its parse result: API Elements,
// serialised as JSON.
//
// A document with mistakes has a result all the same, which tells them as
// annotations; they are no error here. An error is an *InputError when the
// source is not UTF-8, holds NUL, or is too large; ErrUnavailable; or says
// that Drafter itself gave up.
//
// Drafter counts places in two ways, both from 0: source maps of elements in
// bytes, those of annotations in characters (code points), where line and
// column stand beside them, from 1. A byte order mark at the beginning of the
// source is left out and not counted. Drafter takes neither tabs nor carriage
// returns, and says so in an annotation.
//
// Parse may be called in parallel. It cannot be interrupted, and a few hundred
// bytes of types that refer to each other can keep Drafter busy for minutes.
func Parse(source []byte, o Options) ([]byte, error) {
	text := bytes.TrimPrefix(source, []byte("\ufeff"))
	if err := check(text); err != nil {
		err.Offset += len(source) - len(text)
		return nil, err
	}
	return parse(text, o)
}

// Version tells which Drafter is linked, such as "5.1.0"; it is empty when there is none.
func Version() string { return strings.TrimPrefix(version(), "v") }

// check says why text must not reach Drafter. Bytes that are not UTF-8 corrupt
// its memory, NUL ends what it sees, and the rest is about its needs.
func check(text []byte) *InputError {
	if len(text) > MaxSize {
		return &InputError{MaxSize, fmt.Sprintf("larger than %d MiB; split the document", MaxSize>>20)}
	}
	if at := bytes.IndexByte(text, 0); at >= 0 {
		return &InputError{at, "a NUL byte; is this a text file, encoded as UTF-8?"}
	}
	if !utf8.Valid(text) {
		return &InputError{invalid(text), "not UTF-8; convert the file to UTF-8"}
	}
	if at := crowded(text); at >= 0 {
		return &InputError{at, fmt.Sprintf("a line with more than %d opening brackets; break the line", MaxBrackets)}
	}
	return nil
}

// invalid returns the offset of the first byte of text that is not UTF-8.
func invalid(text []byte) int {
	at := 0
	for at < len(text) {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	return at
}

// crowded returns the offset of the first line with too many brackets, or -1.
func crowded(text []byte) int {
	for start := 0; start < len(text); {
		line := text[start:]
		if end := bytes.IndexByte(line, '\n'); end >= 0 {
			line = line[:end+1]
		}
		if len(line) > MaxBrackets && bytes.Count(line, []byte("["))+bytes.Count(line, []byte("(")) > MaxBrackets {
			return start
		}
		start += len(line)
	}
	return -1
}
