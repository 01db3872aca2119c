package report

import "io"

// appender writes lines as they come: to Options.File, or else to Options.Out. After an error it writes
// nothing.
type appender struct {
	out io.Writer
	err error
}

func newAppender(o Options) *appender {
	switch {
	case o.File != nil:
		return &appender{out: io.NewOffsetWriter(o.File, 0)}
	case o.Out != nil:
		return &appender{out: o.Out}
	}
	return &appender{out: io.Discard}
}

func (a *appender) line(text string) {
	if a.err == nil {
		_, a.err = io.WriteString(a.out, text+"\n")
	}
}
