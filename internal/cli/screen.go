package cli

import (
	"fmt"
	"io"
	"os"

	"golang.org/x/term"
)

// screen is standard output, and what is known about the terminal behind it.
type screen struct {
	io.Writer
	terminal bool
	width    int // in columns; 0 without a terminal
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

// colored reads the flag --color. NO_COLOR in the environment turns "auto" off (no-color.org).
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
