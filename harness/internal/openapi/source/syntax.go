package source

import (
	"bytes"
	"errors"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// advice says in plain words what the library's messages mean, and what to do.
var advice = []struct{ message, plain string }{
	{"mapping values are not allowed in this context", "a key and its colon cannot stand here; indent the line like those beside it, or put quotes around a text with a colon in it"},
	{"found character that cannot start any token", "a value cannot begin with this character; put quotes around the text"},
	{"did not find expected key", "there should be a key here; indent the line like those beside it"},
	{"did not find expected '-' indicator", "there should be another item of the list here; indent the line like those beside it"},
	{"could not find expected ':'", "there should be a colon behind the key; is the line indented like those beside it?"},
	{"did not find expected ',' or '}'", "there should be a comma, or the end of the object"},
	{"did not find expected ',' or ']'", "there should be a comma, or the end of the list"},
	{"block sequence entries are not allowed in this context", "an item of a list cannot stand here; begin it on a line of its own"},
}

// syntaxError turns an error of the library into ours.
func syntaxError(f *file, err error) error {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		return f.fail(1, 1, "the YAML cannot be read: %v", err)
	}
	line, column := load.Mark.Line, load.Mark.Column
	if line == 0 {
		line, column = load.ContextMark.Line, load.ContextMark.Column
	}
	msg := load.Message
	if strings.Contains(msg, "found unexpected end of stream") && load.ContextMark.Line > 0 {
		line, column = load.ContextMark.Line, load.ContextMark.Column
		msg = "the string that begins here has no end; close its quotes"
	}
	for _, a := range advice {
		if strings.Contains(msg, a.message) {
			msg = a.plain
		}
	}
	line, column = f.within(line, column)
	if f.byteAt(line, column) == '\t' {
		msg = "a tab cannot indent YAML; use spaces"
	}
	return f.fail(line, column, "%s", msg)
}

// within moves a place back to the end of the text when it is behind it.
func (f *file) within(line, column int) (int, int) {
	last := bytes.Count(f.text, []byte("\n")) + 1
	if line <= last {
		return max(line, 1), max(column, 1)
	}
	text := bytes.TrimRight(f.text, " \t\r\n")
	return f.place(len(text))
}

// byteAt returns the byte at a place; 0 when there is none.
func (f *file) byteAt(line, column int) byte {
	text := f.text
	for range line - 1 {
		_, text, _ = bytes.Cut(text, []byte("\n"))
	}
	for range column - 1 {
		_, size := utf8.DecodeRune(text)
		text = text[size:]
	}
	if len(text) == 0 {
		return 0
	}
	return text[0]
}
