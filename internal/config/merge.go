package config

import (
	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// mergeTag is the tag of the key "<<", unless that is in quotes.
const mergeTag = "!!merge"

// merger puts the keys of other objects into those that merge them ("<<", yaml.org/type/merge.html): own
// keys win, wherever they stand, then those of the object that is named first. Nodes keep their places.
type merger struct {
	name  string
	state map[*yaml.Node]mergeState
	parts int // keys that were put in; aliases can make much of little
}

type mergeState int

const (
	merging mergeState = iota + 1
	merged
)

// merge resolves the merge keys of a tree.
func merge(name string, root *yaml.Node) error {
	m := &merger{name: name, state: map[*yaml.Node]mergeState{}}
	return m.node(root)
}

func (m *merger) fail(n *yaml.Node, text string) error {
	return &Error{At: transaction.Position{File: m.name, Line: n.Line, Column: n.Column}, Msg: text}
}

// node merges into a node and all below it. One that is under way already contains itself.
func (m *merger) node(n *yaml.Node) error {
	n = resolve(n)
	if m.state[n] != 0 {
		return nil
	}
	m.state[n] = merging
	for _, part := range n.Content {
		if err := m.node(part); err != nil {
			return err
		}
	}
	if n.Kind == yaml.MappingNode {
		if err := m.object(n); err != nil {
			return err
		}
	}
	m.state[n] = merged
	return nil
}

// object puts the keys in that one object merges.
func (m *merger) object(n *yaml.Node) error {
	var own, sources []*yaml.Node
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		if k.Tag != mergeTag {
			own = append(own, k, v)
			continue
		}
		list := []*yaml.Node{v}
		if from := resolve(v); from.Kind == yaml.SequenceNode {
			list = from.Content
		}
		for _, from := range list {
			source := resolve(from)
			switch {
			case source.Kind != yaml.MappingNode:
				return m.fail(from, "only an object, or a list of objects, can be merged by <<, not "+kindOf(source))
			case m.state[source] == merging:
				return m.fail(from, "this object would be merged into itself; name another one")
			}
			sources = append(sources, source)
		}
	}
	if len(sources) == 0 {
		return nil
	}
	there := map[string]bool{}
	for i := 0; i < len(own); i += 2 {
		there[own[i].Value] = true
	}
	for _, source := range sources {
		for i := 0; i+1 < len(source.Content); i += 2 {
			k := source.Content[i]
			if m.parts++; m.parts > maxParts {
				return m.fail(n, "this is more than a configuration can hold")
			}
			if !there[k.Value] {
				there[k.Value] = true
				own = append(own, k, source.Content[i+1])
			}
		}
	}
	n.Content = own
	return nil
}
