package source

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Error is something wrong with the text of a document.
type Error struct {
	// At is the place that a person would edit.
	At transaction.Position
	// Msg says what is wrong and what to do.
	Msg string
	// Excerpt shows the line, and a mark below the column, as two lines; "" when there is none.
	Excerpt string
	// Err is the cause; nil when there is none but the text itself.
	Err error
}

// Error writes the place, the message, and the line below them.
func (e *Error) Error() string {
	if e.Excerpt == "" {
		return e.At.String() + ": " + e.Msg
	}
	return e.At.String() + ": " + e.Msg + "\n" + e.Excerpt
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// excerptWidth is how many characters of a line are shown on each side of the column.
const excerptWidth = 60

// excerpt shows a line of a text and marks a column, both counted from 1.
func excerpt(text []byte, line, column int) string {
	if line < 1 {
		return ""
	}
	for range line - 1 {
		i := bytes.IndexByte(text, '\n')
		if i < 0 {
			return ""
		}
		text = text[i+1:]
	}
	if i := bytes.IndexByte(text, '\n'); i >= 0 {
		text = text[:i]
	}
	chars := []rune(strings.Map(printable, string(text)))
	column = min(max(column, 1), len(chars)+1)
	from, to := max(column-1-excerptWidth, 0), min(column-1+excerptWidth, len(chars))
	number := fmt.Sprintf("%5d", line)
	return fmt.Sprintf("%s | %s\n%s | %s^", number, string(chars[from:to]),
		strings.Repeat(" ", len(number)), strings.Repeat(" ", column-1-from))
}

// printable keeps a character in one column, and a terminal from acting on it.
func printable(r rune) rune {
	switch {
	case r == '\t', r == '\r':
		return ' '
	case r < ' ', r >= 0x7F && r < 0xA0, r >= 0x202A && r <= 0x202E, r >= 0x2066 && r <= 0x2069:
		return '\uFFFD'
	}
	return r
}
