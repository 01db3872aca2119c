package openapi

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/sample"
	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// place is where a transaction is documented.
type place struct {
	operation, response transaction.Position
	// contentType is where the media type of the response is written, and headers is the object of its
	// other headers.
	contentType transaction.Position
	headers     *source.Node
	// body is the documented body, and what it was made of.
	body body
	// schema is the schema that the body has to satisfy; nil when there is none.
	schema *source.Node
}

// locator finds out where the parts of transactions are documented. Many share a body or a schema.
type locator struct {
	refs    *source.Resolver
	dialect sample.Dialect
	bodies  map[body]transaction.Lines
	schemas map[*source.Node]transaction.Lines
}

// locate returns the place of everything that is known of each transaction.
func locate(refs *source.Resolver, d sample.Dialect, places []place) []transaction.Source {
	l := locator{refs, d, map[body]transaction.Lines{}, map[*source.Node]transaction.Lines{}}
	sources := make([]transaction.Source, len(places))
	for i, p := range places {
		sources[i] = transaction.Source{
			Action: p.operation, Response: p.response,
			Headers: headerPlaces(p), Body: l.body(p.body), Schema: l.schema(p.schema),
		}
	}
	return sources
}

func headerPlaces(p place) map[string]transaction.Position {
	places := map[string]transaction.Position{}
	if !p.contentType.IsZero() {
		places["content-type"] = p.contentType
	}
	for _, e := range p.headers.Entries() {
		name := strings.ToLower(e.Key.Text())
		if _, known := places[name]; !known && isToken(name) {
			places[name] = e.Key.At()
		}
	}
	if len(places) == 0 {
		return nil
	}
	return places
}

// body returns the place of each line of a body that was made of a node: an example, or a value made
// up for a schema, whose parts have the places of what asked for them.
func (l *locator) body(b body) transaction.Lines {
	if b.text == "" || b.from == nil {
		return nil
	}
	lines, known := l.bodies[b]
	if !known {
		if isText(b) {
			lines = runs(b.from.Lines())
		} else {
			lines = runs(jsonLines(nil, b.from, b.from.At()))
		}
		l.bodies[b] = lines
	}
	return lines
}

// isText reports whether a body is a string of the document, and not JSON that was written of a value.
func isText(b body) bool {
	return b.from.Is(source.String) && strings.ReplaceAll(b.text, "\r\n", "\n") == strings.ReplaceAll(b.from.Text(), "\r\n", "\n")
}

// schema returns the place of each line of the JSON Schema that was made of a schema.
func (l *locator) schema(n *source.Node) transaction.Lines {
	if n == nil {
		return nil
	}
	lines, known := l.schemas[n]
	if !known {
		if s, err := sample.Schema(n, l.refs, l.dialect); err == nil {
			lines = runs(jsonLines(nil, s, s.At()))
		}
		l.schemas[n] = lines
	}
	return lines
}

// jsonLines appends the place of each line of a value that is written as JSON with an indent: that of
// its key or item. A line that only closes a bracket has that of the line before.
func jsonLines(places []transaction.Position, n *source.Node, at transaction.Position) []transaction.Position {
	places = append(places, at)
	if n.Len() == 0 {
		return places
	}
	for _, item := range n.Items() {
		places = jsonLines(places, item, item.At())
	}
	for _, e := range n.Entries() {
		places = jsonLines(places, e.Value, e.Key.At())
	}
	last := places[len(places)-1]
	last.Column = 0
	return append(places, last)
}

// runs joins places that follow one another.
func runs(places []transaction.Position) transaction.Lines {
	var lines transaction.Lines
	var next transaction.Position
	for i, at := range places {
		if at.Line != 0 && at != next {
			lines = append(lines, transaction.Run{From: i + 1, At: at})
		}
		next = at
		next.Line++
	}
	return lines
}
