package openapi

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// lines2 finds where the lines of a body are documented.
type lines2 struct {
	refs *source.Resolver
	// texts holds the lines of the files that were looked at.
	texts map[string][]string
}

// body returns the place of each line of a body that was made of a node: an example, or a value made
// up for a schema, whose parts have the places of what asked for them.
func (l *lines2) body(body string, from *source.Node) transaction.Lines {
	if body == "" || from == nil {
		return nil
	}
	wanted := strings.Split(strings.TrimRight(body, "\r\n"), "\n")
	if from.Is(source.String) && !strings.HasPrefix(body, `"`) {
		return l.text(wanted, from.At())
	}
	var places []transaction.Position
	places = jsonLines(places, from, from.At())
	if len(places) != len(wanted) {
		return nil
	}
	return runs(places)
}

// jsonLines appends the place of each line of a value that is written as JSON with an indent. A line
// that only closes a bracket has that of the line before.
func jsonLines(places []transaction.Position, n *source.Node, at transaction.Position) []transaction.Position {
	places = append(places, at)
	if n.Len() == 0 {
		return places
	}
	if n.Is(source.List) {
		for _, item := range n.Items() {
			places = jsonLines(places, item, item.At())
		}
		return append(places, places[len(places)-1])
	}
	made := isMadeUp(n)
	for _, e := range n.Entries() {
		at := e.Key.At()
		if made {
			at = e.Value.At()
		}
		places = jsonLines(places, e.Value, at)
	}
	return append(places, places[len(places)-1])
}

// isMadeUp reports whether an object was made up for a schema: its keys then all stand where the
// object does, and it is the values that have the places of their schemas. So does the one key of a
// block of YAML; but its value is on the same line, or on the next.
func isMadeUp(n *source.Node) bool {
	entries := n.Entries()
	last := entries[len(entries)-1]
	if last.Key.At() != n.At() {
		return false
	}
	key, value := last.Key.At(), last.Value.At()
	return len(entries) > 1 || value.File != key.File || value.Line < key.Line || value.Line > key.Line+1
}

// text returns the places of the lines of a string. They follow one another where the source has them
// so, at most a few lines below the beginning; elsewhere they are all at the beginning.
func (l *lines2) text(wanted []string, at transaction.Position) transaction.Lines {
	lines := l.of(at.File)
	places := make([]transaction.Position, len(wanted))
	for skip := range 3 {
		begin := at.Line - 1 + skip
		if begin < 0 || begin+len(wanted) > len(lines) {
			break
		}
		if !alike(wanted, lines[begin:]) {
			continue
		}
		for i := range places {
			places[i] = transaction.Position{File: at.File, Line: begin + i + 1}
		}
		return runs(places)
	}
	for i := range places {
		places[i] = at
	}
	return runs(places)
}

func alike(wanted, lines []string) bool {
	for i, w := range wanted {
		if strings.TrimSpace(w) != strings.TrimSpace(lines[i]) {
			return false
		}
	}
	return true
}

// of returns the lines of a file of the description.
func (l *lines2) of(file string) []string {
	if lines, ok := l.texts[file]; ok {
		return lines
	}
	if l.texts == nil {
		l.texts = map[string][]string{}
	}
	for _, doc := range l.refs.Documents() {
		if doc.Filename == file {
			l.texts[file] = strings.Split(string(doc.Text), "\n")
		}
	}
	return l.texts[file]
}

// runs joins places that follow one another.
func runs(places []transaction.Position) transaction.Lines {
	var lines transaction.Lines
	for i, at := range places {
		at.Column = 0 // the lines of a run have columns of their own
		if at.Line != 0 && (len(lines) == 0 || lines.At(i+1) != at) {
			lines = append(lines, transaction.Run{From: i + 1, At: at})
		}
	}
	return lines
}
