package process

import (
	"bufio"
	"bytes"
	"io"
)

// longest is how long a line may be before it comes in pieces, in bytes.
const longest = 64 << 10

// readLines calls show with each line until there are no more.
func readLines(r io.Reader, show func(string)) {
	if show == nil {
		_, _ = io.Copy(io.Discard, r) // the program must not block
		return
	}
	b := bufio.NewReaderSize(r, longest)
	for {
		line, err := b.ReadSlice('\n')
		if len(line) > 0 {
			show(string(bytes.TrimSuffix(bytes.TrimSuffix(line, []byte{'\n'}), []byte{'\r'})))
		}
		if err != nil && err != bufio.ErrBufferFull { //nolint:errorlint // ReadSlice returns it as it is
			return
		}
	}
}
