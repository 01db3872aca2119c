package cli

import (
	"bufio"
	"bytes"
	"errors"
)

// readLine returns the next line without its end and surrounding blanks. Of a line that is too long
// nothing is kept. The error is io.EOF with the last line, which may be empty.
func readLine(r *bufio.Reader) (line []byte, tooLong bool, err error) {
	for {
		part, err := r.ReadSlice('\n')
		if tooLong = tooLong || len(line)+len(part) > maxLine; tooLong {
			line = nil
		} else {
			line = append(line, part...)
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return bytes.TrimSpace(line), tooLong, err
		}
	}
}

// lineWaits reports whether the whole of another line was read already.
func lineWaits(r *bufio.Reader) bool {
	waiting, _ := r.Peek(r.Buffered()) // what is buffered can always be peeked at
	return bytes.IndexByte(waiting, '\n') >= 0
}
