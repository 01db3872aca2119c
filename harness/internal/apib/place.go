package apib

import (
	"bytes"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// parserAnnotations returns what Drafter has to say about the document.
func (c *compiler) parserAnnotations() []transaction.Annotation {
	var list []transaction.Annotation
	for _, e := range c.root.children {
		if e.kind != "annotation" {
			continue
		}
		a := transaction.Annotation{
			Severity:  transaction.SeverityWarning,
			Component: "apiDescriptionParser",
			Message:   e.text,
			At:        transaction.Position{File: c.doc.Filename},
		}
		if e.class == "error" {
			a.Severity = transaction.SeverityError
		}
		if len(e.at) > 0 {
			last := e.at[len(e.at)-1]
			begin, end := e.at[0].offset, last.offset+max(last.size-1, 0)
			if !countsBytes(e.text) {
				begin, end = c.doc.Offset(begin), c.doc.Offset(end)
			}
			a.At, a.End = c.doc.At(begin), c.doc.At(min(end, len(c.doc.Text)-1))
		}
		list = append(list, a)
	}
	return list
}

// countsBytes reports whether Drafter gives the place of an annotation in bytes. It counts in
// characters, but for the annotations that it makes while it turns data structures into elements,
// long after parsing.
func countsBytes(message string) bool {
	return slices.ContainsFunc([]string{
		"invalid value format for 'number' type",
		"invalid value for 'boolean' type",
		"no value present when '",
		"duplicit value in enumeration",
		"multiple definitions of 'default' value",
		"multiple variables in property definition",
		"cannot use '",
		"base type '",
	}, func(prefix string) bool { return strings.HasPrefix(message, prefix) })
}

// place gives the annotations of each example the heading that has its URI template, and returns
// them in order. Headings are looked for in the text, resource by resource, because the parser's
// places would cost far more than a warning is worth.
func (c *compiler) place(notes [][]transaction.Annotation) []transaction.Annotation {
	var list []transaction.Annotation
	if !slices.ContainsFunc(notes, func(ns []transaction.Annotation) bool { return len(ns) > 0 }) {
		return nil
	}
	var resource, action *element
	atResource, atAction := -1, -1
	from := 0
	find := func(template string) int {
		at := heading(c.doc.Text, from, template)
		if at >= 0 {
			from = at + 1
		}
		return at
	}
	for i, e := range c.examples {
		if e.resource != resource {
			resource, atResource = e.resource, find(e.resource.href)
		}
		if e.action != action {
			action, atAction = e.action, atResource
			if e.action.href != "" && e.action.href != e.resource.href {
				atAction = find(e.action.href)
			}
		}
		for _, a := range notes[i] {
			if atAction >= 0 {
				a.At = c.doc.At(atAction)
			}
			list = append(list, a)
		}
	}
	return list
}

// heading returns where the next heading with a URI template begins; -1 when there is none.
func heading(text []byte, from int, template string) int {
	if template == "" {
		return -1
	}
	for from < len(text) {
		i := bytes.Index(text[from:], []byte(template))
		if i < 0 {
			return -1
		}
		begin, end := from+i, from+i+len(template)
		line := bytes.LastIndexByte(text[:begin], '\n') + 1
		if text[line] == '#' && line >= from && isEdge(text[begin-1]) && (end == len(text) || isEdge(text[end])) {
			return line
		}
		from = end
	}
	return -1
}

// isEdge reports whether a byte may stand beside the URI template in a heading.
func isEdge(b byte) bool { return strings.IndexByte(" []\n", b) >= 0 }

// source tells where an example stands.
func (c *compiler) source(e example) transaction.Source {
	s := transaction.Source{
		Action:   c.first(e.request.methodAt),
		Response: c.first(e.response.at),
		Headers:  c.headerPlaces(e.response),
	}
	attributes := e.response.child("dataStructure").shape
	if attributes == nil && len(e.response.children) == 0 {
		return s
	}
	body, schema := e.response.asset("messageBody"), e.response.asset("messageBodySchema")
	if s.Body = c.lines(body); s.Body == nil {
		s.Body = c.generated(body.text, aValue, attributes, s.Response)
	}
	if s.Schema = c.lines(schema); s.Schema == nil {
		s.Schema = c.generated(schema.text, aSchema, attributes, s.Response)
	}
	return s
}

// headerPlaces tells where the headers of a response are written, the first of each name.
func (c *compiler) headerPlaces(response *element) map[string]transaction.Position {
	var places map[string]transaction.Position
	for i, h := range response.headers {
		name := strings.ToLower(h.Name)
		if _, known := places[name]; known || len(response.headersAt[i]) == 0 {
			continue
		}
		if places == nil {
			places = map[string]transaction.Position{}
		}
		places[name] = c.headerAt(h.Name, response.headersAt[i])
	}
	return places
}

// headerAt tells where a header is written. Drafter counts those of a section of headers in characters,
// and in bytes what gives a message its media type.
func (c *compiler) headerAt(name string, spans []span) transaction.Position {
	at := c.doc.Offset(spans[0].offset)
	if end := at + len(name); end <= len(c.doc.Text) && strings.EqualFold(string(c.doc.Text[at:end]), name) {
		return c.doc.At(at)
	}
	return c.first(spans)
}

func (c *compiler) first(spans []span) transaction.Position {
	if len(spans) == 0 {
		return transaction.Position{}
	}
	return c.doc.At(spans[0].offset)
}

// lines finds the place of each line of a body or a schema that is written out. It compares the text
// with the source, since the source map of a fenced block includes the fence; nil when they do not
// agree.
func (c *compiler) lines(asset *element) transaction.Lines {
	text := c.doc.Text
	var offsets []int // where each line of the source begins, behind its indentation
	for _, s := range asset.at {
		from, to := min(s.offset, len(text)), min(s.offset+s.size, len(text))
		for line := range bytes.Lines(text[from:to]) {
			offsets = append(offsets, from+len(line)-len(bytes.TrimLeft(line, blanks)))
			from += len(line)
		}
	}
	wanted := strings.Split(strings.TrimRight(asset.text, "\n"), "\n")
	for skip := 0; len(offsets)-skip >= len(wanted); skip++ {
		if found := c.match(wanted, offsets[skip:]); found != nil {
			return found
		}
		if skip == maxSkip {
			break
		}
	}
	return nil
}

const blanks = " \t"

// maxSkip is how many lines of the source may come before the first of the body: a fence, and
// blank lines around it.
const maxSkip = 4

// match returns the places of the lines of a body, when they are what stands at the offsets.
func (c *compiler) match(wanted []string, offsets []int) transaction.Lines {
	var lines transaction.Lines
	for i, w := range wanted {
		rest := c.doc.Text[offsets[i]:]
		line, _, _ := bytes.Cut(rest, []byte("\n"))
		if string(bytes.TrimSpace(line)) != strings.TrimSpace(w) {
			return nil
		}
		at := c.doc.At(offsets[i])
		if strings.TrimSpace(w) == "" {
			at.Column = 0
		}
		lines = appendLine(lines, i+1, at)
	}
	// What follows is blank, and has no column.
	end := lines.At(len(wanted) + 1)
	end.Column = 0
	return appendLine(lines, len(wanted)+1, end)
}

// appendLine adds the place of line n, unless the last run has it there already.
func appendLine(lines transaction.Lines, n int, at transaction.Position) transaction.Lines {
	if len(lines) > 0 && lines.At(n) == at {
		return lines
	}
	return append(lines, transaction.Run{From: n, At: at})
}
