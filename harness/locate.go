package harness

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/bailiff-dev/bailiff/harness/internal/gavel"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// locate names the line of the documentation for everything that is wrong with the outcome. It is
// asked for only then, since Drafter has to read the document, or a part of it, a second time for it.
func (s *Session) locate(ctx context.Context, doc documented, o *transaction.Outcome) {
	if o.Status != transaction.Fail && o.Status != transaction.Error && len(o.Findings) == 0 {
		return
	}
	source, err := doc.find(ctx)
	if err != nil {
		err = fmt.Errorf("find the lines of the documentation: %w", err)
		if o.Reason != "" {
			err = errors.Join(errors.New(o.Reason), err)
		}
		o.Reason = err.Error()
		return
	}
	o.Source = source
	l := finder{source: source, line: doc.line, expected: doc.Expected}
	for i, f := range o.Findings {
		if f.At.IsZero() { // a keyword in a file of schemas knows its place
			o.Findings[i].At = l.place(f)
		}
	}
}

// finder finds the places of the findings of one transaction. What it needs is read when the first of
// them asks for it, and once.
type finder struct {
	source transaction.Source
	// line returns a line of the documentation, as far as it is at hand.
	line     func(transaction.Position) (string, bool)
	expected transaction.Response

	body, json, schema         *gavel.Lines
	keywords                   *gavel.SchemaLines
	bodyWritten, schemaWritten *written
}

// place is where the documentation says what is not true: the header, the keyword of the schema, the
// key or item of the body, or the first line that differs in a text. Where that is not known, it is the
// response, or else the action.
func (l *finder) place(f transaction.Finding) transaction.Position {
	var at transaction.Position
	switch {
	case f.Field == "headers":
		at = l.source.Headers[headerName(f.Pointer)]
	case f.Field == "body" && isAboutSchema(f):
		at = l.inSchema(f)
	case f.Field == "body":
		at = l.inBody(f)
	}
	for _, whole := range []transaction.Position{l.source.Response, l.source.Action} {
		if at.IsZero() {
			at = whole
		}
	}
	return at
}

// headerName is the lower-case name of the header that a JSON Pointer, or a name, stands for.
func headerName(pointer string) string {
	return strings.ToLower(strings.NewReplacer("~1", "/", "~0", "~").Replace(strings.TrimPrefix(pointer, "/")))
}

// isAboutSchema reports whether it is a schema that is not satisfied, or that is wrong itself. Where the
// documented body does not satisfy its own schema, it is mostly the body that was not kept up.
func isAboutSchema(f transaction.Finding) bool {
	if f.ID == gavel.DocumentedBodySchemaMismatch {
		return false
	}
	return f.SchemaPointer != "" || strings.HasPrefix(f.ID, "schema-")
}

// inSchema is the place of the keyword that a finding comes from.
func (l *finder) inSchema(f transaction.Finding) transaction.Position {
	text := l.expected.Schema
	if len(l.source.Schema) == 0 {
		return transaction.Position{}
	}
	if l.schema == nil {
		l.schema, l.keywords = gavel.NewLines(text), gavel.NewSchemaLines(text)
		l.schemaWritten = newWritten(l.line, l.source.Schema, text)
	}
	line, column := l.schema.Place(f.SchemaPointer)
	if known := l.keywords.Line(f); known != line { // the schema is not JSON, or it is about more than a keyword
		line, column = known, 0
	}
	return l.schemaWritten.exact(max(line, 1), column)
}

// inBody is the place of a finding in the documented body.
func (l *finder) inBody(f transaction.Finding) transaction.Position {
	if len(l.source.Body) == 0 {
		return transaction.Position{}
	}
	if l.bodyWritten == nil {
		l.bodyWritten = newWritten(l.line, l.source.Body, l.expected.Body)
	}
	return l.bodyWritten.exact(l.inText(f))
}

// inText is the line, and the column if it is known, of what a finding points at in the text of the
// documented body.
func (l *finder) inText(f transaction.Finding) (line, column int) {
	text := l.expected.Body
	if l.body == nil {
		contentType, _ := l.expected.Headers.Get("Content-Type")
		l.body = gavel.NewLinesOf(contentType, text)
	}
	pointer := f.Pointer
	if f.ID == gavel.BodyUndocumentedItem { // its index is one of the response
		pointer = pointer[:max(strings.LastIndexByte(pointer, '/'), 0)]
	}
	if line, column := l.body.Place(pointer); line != 0 {
		return line, column
	}
	if f.Pointer != "" { // it was compared as JSON, whatever it is called
		if l.json == nil {
			l.json = gavel.NewLines(text)
		}
		if line, column := l.json.Place(pointer); line != 0 {
			return line, column
		}
	}
	if real, ok := f.Real.(string); ok && f.HasReal {
		return firstDifference(text, real)
	}
	return 1, 1 // the whole of it
}

// written is a documented text, line by line, beside how the documentation has it.
type written struct {
	source func(transaction.Position) (string, bool)
	lines  transaction.Lines
	rows   []string
	// alike holds the lines that are known to be, or not to be, as the documentation has them.
	alike map[int]bool
}

func newWritten(source func(transaction.Position) (string, bool), lines transaction.Lines, text string) *written {
	return &written{source, lines, strings.Split(text, "\n"), map[int]bool{}}
}

// exact is the place of a column of a line of the text. Lines know where their first character that is
// not blank stands. What is behind that has a column only where the documentation has the line as it is;
// a column of 0 is an unknown one.
func (w *written) exact(line, column int) transaction.Position {
	at := w.lines.At(line)
	row := ""
	if line <= len(w.rows) {
		row = w.rows[line-1]
	}
	first := len(row) - len(strings.TrimLeft(row, " \t")) + 1
	if at.Column == 0 || column == first {
		return at
	}
	alike, known := w.alike[line]
	if !known {
		real, ok := w.source(at)
		alike = ok && strings.HasPrefix(cutColumns(real, at.Column-1), strings.Trim(row, " \t\r"))
		w.alike[line] = alike
	}
	if !alike || column < first {
		at.Column = 0
		return at
	}
	at.Column += column - first
	return at
}

// cutColumns takes n characters off the front of a line.
func cutColumns(line string, n int) string {
	for range n {
		_, size := utf8.DecodeRuneInString(line)
		line = line[size:]
	}
	return line
}

// firstDifference is the line and the column of a, from 1, up to which it is as b.
func firstDifference(a, b string) (line, column int) {
	same := 0
	for same < min(len(a), len(b)) && a[same] == b[same] {
		same++
	}
	for same > 0 && same < len(a) && !utf8.RuneStart(a[same]) {
		same--
	}
	begin := strings.LastIndexByte(a[:same], '\n') + 1
	return strings.Count(a[:same], "\n") + 1, utf8.RuneCountInString(a[begin:same]) + 1
}
