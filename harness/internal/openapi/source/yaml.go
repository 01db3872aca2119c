package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"

	"go.yaml.in/yaml/v4"
	"go.yaml.in/yaml/v4/plugin/loaderlimits"
)

// parseYAML reads a text as YAML.
func parseYAML(f *file, limits Limits) (n *Node, err error) {
	// The library is trusted with hostile text only so far.
	defer func() {
		if p := recover(); p != nil {
			n, err = nil, f.fail(1, 1, "the YAML cannot be read: %v", p)
		}
	}()
	if manyMarks(f.text, limits.Nodes) {
		return nil, f.fail(1, 1, "there are more than %d values in this text; split it", limits.Nodes)
	}
	text, unmask := mask(withoutVersion(f.text))
	root, err := load(f, text, limits)
	if err != nil {
		return nil, err
	}
	c := &converter{file: f, limits: limits, unmask: unmask, known: map[*yaml.Node]*measured{}}
	m, failed := c.node(root, 1)
	if failed != nil {
		return nil, failed
	}
	return m.node, nil
}

// manyMarks reports whether a text has so many of the marks that values of YAML need that it cannot be
// worth the memory which the library takes for them, before anything can be counted. Marks within a
// text are counted too, but no text has so many.
func manyMarks(text []byte, limit int) bool {
	n := 0
	for i, c := range text {
		switch c {
		case ',', '[', '{', '?':
			n++
		case ':':
			n += 2 // a key and a value
		case '-':
			if i+1 == len(text) || text[i+1] <= ' ' {
				n++
			}
		}
	}
	return n > limit+limit/2
}

var version = regexp.MustCompile(`\A(?:[ \t]*(?:#.*)?\r?\n)*%YAML[ \t]+1\.[0-9]`)

// withoutVersion changes the version of YAML that a document names to the one that the library does
// not refuse, though it reads 1.2 as well.
func withoutVersion(text []byte) []byte {
	at := version.FindIndex(text)
	if at == nil {
		return text
	}
	text = bytes.Clone(text)
	text[at[1]-1] = '1'
	return text
}

// load has the library make its tree, of the single document that there has to be.
func load(f *file, text []byte, limits Limits) (*yaml.Node, error) {
	errDeep := fmt.Errorf("this is nested deeper than %d levels", limits.Depth)
	plugin := loaderlimits.New(loaderlimits.AliasNone(), loaderlimits.DepthFunc(func(depth int, _ *yaml.DepthContext) error {
		if depth > limits.Depth {
			return errDeep
		}
		return nil
	}))
	loader, err := yaml.NewLoader(bytes.NewReader(text), yaml.WithPlugin(plugin), yaml.WithUniqueKeys(false))
	if err != nil {
		return nil, f.fail(1, 1, "the YAML cannot be read: %v", err)
	}
	var doc, next yaml.Node
	err = loader.Load(&doc)
	switch {
	case errors.Is(err, io.EOF), err == nil && len(doc.Content) == 0:
		return nil, f.fail(1, 1, "the document is empty")
	case err != nil:
		return nil, syntaxError(f, err)
	}
	err = loader.Load(&next)
	switch {
	case err == nil:
		return nil, f.fail(next.Line, next.Column, "a second document begins here; keep each in a file of its own")
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(f, err)
	}
	return doc.Content[0], nil
}

// converter turns the library's tree into ours.
type converter struct {
	file   *file
	limits Limits
	unmask func(string) string
	made   int
	// known holds what has an anchor; nil while that is being converted.
	known map[*yaml.Node]*measured
}

// measured is a node and how much it is: its values with aliases expanded, and its depth.
type measured struct {
	node         *Node
	nodes, depth int
}

func (c *converter) fail(n *yaml.Node, format string, args ...any) *Error {
	return c.file.fail(n.Line, n.Column, format, args...)
}

func (c *converter) node(n *yaml.Node, depth int) (*measured, *Error) {
	if n.Kind == yaml.AliasNode {
		return c.alias(n, depth)
	}
	if n.Anchor != "" {
		c.known[n] = nil
	}
	if err := c.count(n, 1); err != nil {
		return nil, err
	}
	m := &measured{node: c.new(n), nodes: 1, depth: 1}
	var err *Error
	switch n.Kind {
	case yaml.ScalarNode:
		m.node.kind, m.node.text = c.scalar(n)
	case yaml.SequenceNode:
		err = c.list(n, m, depth)
	case yaml.MappingNode:
		err = c.object(n, m, depth)
	default:
		err = c.fail(n, "the YAML cannot be read")
	}
	if err == nil && m.depth+depth-1 > c.limits.Depth {
		err = c.fail(n, "this is nested deeper than %d levels", c.limits.Depth)
	}
	if err != nil {
		return nil, err
	}
	if n.Anchor != "" {
		c.known[n] = m
	}
	return m, nil
}

func (c *converter) new(n *yaml.Node) *Node {
	return &Node{file: c.file, line: int32(n.Line), column: int32(n.Column)}
}

// count adds to what was made, which bounds the memory; what aliases stand for bounds the time of
// those who walk the tree, see add.
func (c *converter) count(n *yaml.Node, made int) *Error {
	if c.made += made; c.made > c.limits.Nodes {
		return c.fail(n, "there are more than %d values in this text; split it", c.limits.Nodes)
	}
	return nil
}

// add counts a member in.
func (c *converter) add(n *yaml.Node, m, member *measured) *Error {
	m.nodes += member.nodes
	m.depth = max(m.depth, member.depth+1)
	if m.nodes > c.limits.Nodes {
		return c.fail(n, "there are more than %d values in this text when its aliases are put in", c.limits.Nodes)
	}
	return nil
}

func (c *converter) alias(n *yaml.Node, depth int) (*measured, *Error) {
	m, ok := c.known[n.Alias]
	switch {
	case !ok:
		return nil, c.fail(n, "nothing has the anchor &%s", n.Value)
	case m == nil:
		return nil, c.fail(n, "*%s stands for something that it is a part of", n.Value)
	case m.depth+depth-1 > c.limits.Depth:
		return nil, c.fail(n, "*%s makes this nested deeper than %d levels", n.Value, c.limits.Depth)
	}
	return m, nil
}

func (c *converter) list(n *yaml.Node, m *measured, depth int) *Error {
	m.node.kind = List
	m.node.entries = make([]Entry, 0, len(n.Content))
	for _, item := range n.Content {
		member, err := c.node(item, depth+1)
		if err == nil {
			err = c.add(item, m, member)
		}
		if err != nil {
			return err
		}
		m.node.entries = append(m.node.entries, Entry{Value: member.node})
	}
	return nil
}

func (c *converter) object(n *yaml.Node, m *measured, depth int) *Error {
	o := &objectBuilder{entries: make([]Entry, 0, len(n.Content)/2)}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		value, err := c.node(n.Content[i+1], depth+1)
		if err == nil {
			err = c.add(key, m, value)
		}
		if err != nil {
			return err
		}
		if isMerge(key) {
			if err := c.merge(key, value, o, m); err != nil {
				return err
			}
			continue
		}
		name, err := c.key(key)
		if err != nil {
			return err
		}
		if first := o.set(Entry{name, value.node}); first != nil {
			return duplicate(c.file, first, name)
		}
	}
	*m.node = *Make{At: m.node}.Object(o.entries...)
	return nil
}

// key makes a key of a scalar, spelt as it is.
func (c *converter) key(n *yaml.Node) (*Node, *Error) {
	at := n
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n == nil || n.Kind != yaml.ScalarNode {
		return nil, c.fail(at, "a key has to be a string; put quotes around it if it is meant as one")
	}
	if n.Anchor != "" {
		kind, text := c.scalar(n)
		c.known[n] = &measured{node: &Node{kind: kind, text: text, file: c.file, line: int32(n.Line), column: int32(n.Column)}, nodes: 1, depth: 1}
	}
	key := c.new(at)
	key.kind, key.text = String, c.unmask(n.Value)
	return key, nil
}

// quoted is how a scalar is written that is a string whatever it looks like.
const quoted = yaml.SingleQuotedStyle | yaml.DoubleQuotedStyle | yaml.LiteralStyle | yaml.FoldedStyle

// scalar tells what a scalar is. A tag that the core schema does not have leaves a string.
func (c *converter) scalar(n *yaml.Node) (Kind, string) {
	tagged := n.Style&yaml.TaggedStyle != 0
	if !tagged && (n.Style&quoted != 0 || n.Tag == "!") {
		return String, c.unmask(n.Value)
	}
	kind, text := resolve(n.Value)
	if kind == String || tagged && !fits(kind, n.ShortTag()) {
		return String, c.unmask(n.Value)
	}
	return kind, text
}

// fits reports whether a tag is that of a kind of scalar.
func fits(k Kind, tag string) bool {
	switch k {
	case Null:
		return tag == "!!null"
	case Bool:
		return tag == "!!bool"
	}
	return tag == "!!int" || tag == "!!float"
}
