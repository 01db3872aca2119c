package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// readInline reads "apiDescriptions": a text, or a list of texts and of objects with "content".
func readInline(r *reader, n *yaml.Node, s *Settings) {
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	for i, item := range items {
		d := Inline{Location: fmt.Sprintf("configuration.apiDescriptions[%d]", i)}
		if item = resolve(item); item.Kind == yaml.MappingNode {
			object(r, item, []key[Inline]{
				{"location", func(r *reader, n *yaml.Node, _ *Inline) { str(r, n) }}, // Dredd gives it one of its own
				{"content", func(r *reader, n *yaml.Node, d *Inline) { d.Content = str(r, n) }},
			}, &d)
		} else {
			d.Content = str(r, item)
		}
		s.Inline = append(s.Inline, d)
	}
}

// readData reads "data", which "apiDescriptions" once was: texts, or objects with "filename" and "raw", by
// their places.
func readData(r *reader, n *yaml.Node, s *Settings) {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "want an object of texts, not %s", kindOf(n))
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		d, v := Inline{Location: n.Content[i].Value}, resolve(n.Content[i+1])
		if v.Kind == yaml.MappingNode {
			object(r, v, []key[Inline]{
				{"filename", func(r *reader, n *yaml.Node, d *Inline) { d.Location = str(r, n) }},
				{"raw", func(r *reader, n *yaml.Node, d *Inline) { d.Content = str(r, n) }},
			}, &d)
		} else {
			d.Content = str(r, v)
		}
		s.Inline = append(s.Inline, d)
	}
}
