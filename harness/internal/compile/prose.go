package compile

import (
	"bytes"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Prose is a description in Markdown of a part of the API: the API itself, a group, a resource or an
// action. Only what may hold a table of permissions is kept of them.
type Prose struct {
	// Origin names what is described; what is below that is "".
	Origin transaction.Origin
	// Text is the Markdown, with line feeds.
	Text string
	// Lines holds the place of each line of Text.
	Lines transaction.Lines
	// Transactions are those of what is described, as indexes of Result.Transactions, ascending.
	Transactions []int
}

// mentioned are the words of which the header of a table of permissions has at least two, and one that nearly is
// one has one.
var mentioned = [][]byte{[]byte("list"), []byte("view"), []byte("create"), []byte("update"), []byte("delete")}

// MayHoldTable reports whether some line of a text could be the header of a table of permissions. It
// is there to spare what need not be looked at; more than half of what it lets through may be
// something else.
func MayHoldTable(text []byte) bool {
	for line := range bytes.Lines(text) {
		if bytes.IndexByte(line, '|') < 0 {
			continue
		}
		lower := bytes.ToLower(line)
		for _, word := range mentioned {
			if bytes.Contains(lower, word) {
				return true
			}
		}
	}
	return false
}
