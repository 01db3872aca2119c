package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"sync"

	"golang.org/x/term"
)

// screen is standard output, and what is known about the terminal behind it. It is safe for parallel
// use: a reporter and those who print lines meanwhile share it.
type screen struct {
	io.Writer
	terminal bool
	width    int // in columns; 0 without a terminal

	mu   sync.Mutex
	tail []byte // what was written behind the last line: the status line of a reporter
}

// clearLine takes back what is on the line of the cursor.
const clearLine = "\r\x1b[K"

// Write writes for a reporter.
func (s *screen) Write(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.terminal {
		s.tail = append(s.tail, b...)
		for _, end := range []string{"\n", clearLine} {
			if i := bytes.LastIndex(s.tail, []byte(end)); i >= 0 {
				s.tail = append([]byte{}, s.tail[i+len(end):]...)
			}
		}
	}
	return s.Writer.Write(b)
}

// line prints a line to a stream that may show on the same terminal: above the status line, if there
// is one.
func (s *screen) line(to io.Writer, text string) {
	if to == io.Writer(s) {
		to = s.Writer
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.tail) > 0 {
		fmt.Fprint(s.Writer, clearLine)
	}
	fmt.Fprintln(to, text)
	if len(s.tail) > 0 {
		_, _ = s.Writer.Write(s.tail) // the next line tells that it fails
	}
}

func newScreen(w io.Writer) *screen {
	s := &screen{Writer: w}
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return s
	}
	s.terminal = true
	if width, _, err := term.GetSize(int(f.Fd())); err == nil && width > 0 {
		s.width = width
	}
	return s
}

// colored reads the value of --color. NO_COLOR in the environment turns "auto" off (no-color.org).
func (s *screen) colored(flag string) (bool, error) {
	switch flag {
	case "always", "true":
		return true, nil
	case "never", "false":
		return false, nil
	case "auto":
		return s.terminal && os.Getenv("NO_COLOR") == "", nil
	}
	return false, fmt.Errorf("--color is %q: use auto, always or never", flag)
}
