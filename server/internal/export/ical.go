package export

import (
	"bufio"
	"context"
	"io"
	"strings"
	"unicode/utf8"
)

// maxLine is how many bytes a line of a calendar has at most, without its end.
const maxLine = 75

// writeICal writes a calendar by RFC 5545.
func writeICal(ctx context.Context, s *source, to io.Writer) error {
	w := bufio.NewWriter(to) // keeps the first error until Flush
	writeLine(w, "BEGIN:VCALENDAR")
	writeLines(w, s.head())
	err := s.entries(ctx, func(e entry) error {
		writeLine(w, "BEGIN:VEVENT")
		writeLines(w, e)
		writeLine(w, "END:VEVENT")
		_, err := w.Write(nil)
		return err
	})
	if err != nil {
		return err
	}
	writeLine(w, "END:VCALENDAR")
	return w.Flush()
}

func writeLines(w *bufio.Writer, e entry) {
	for _, p := range e {
		writeLine(w, p.name+":"+p.line())
	}
}

// line is the value of a property.
func (p property) line() string {
	switch p.kind {
	case kindTime:
		return p.time.Format("20060102T150405Z")
	case kindGeo:
		return strings.Join(p.values, ";")
	case kindURI:
		return p.values[0]
	case kindText:
	}
	escaped := make([]string, len(p.values))
	for i, v := range p.values {
		escaped[i] = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(v)
	}
	return strings.Join(escaped, ",")
}

// writeLine writes a line, folded so that no character is cut in two.
func writeLine(w *bufio.Writer, line string) {
	for room := maxLine; len(line) > room; room = maxLine - 1 { // a continued line begins with a space
		cut := room
		for !utf8.RuneStart(line[cut]) {
			cut--
		}
		w.WriteString(line[:cut]) //nolint:errcheck // Flush returns it
		w.WriteString("\r\n ")    //nolint:errcheck // Flush returns it
		line = line[cut:]
	}
	w.WriteString(line)   //nolint:errcheck // Flush returns it
	w.WriteString("\r\n") //nolint:errcheck // Flush returns it
}
