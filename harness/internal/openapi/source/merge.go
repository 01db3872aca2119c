package source

import "go.yaml.in/yaml/v4"

// merge puts the keys of one object, or of a list of them, into another: see
// https://yaml.org/type/merge.html
func (c *converter) merge(key *yaml.Node, value *measured, o *objectBuilder, m *measured) *Error {
	from := []*Node{value.node}
	if value.node.kind == List {
		from = value.node.Items()
	}
	for _, object := range from {
		if object.kind != Object {
			return c.fail(key, "<< takes an object, or a list of objects, to put in here, not %s", object.kind)
		}
		// What the keys stand for was counted with the value.
		if err := c.count(key, len(object.entries)); err != nil {
			return err
		}
		for _, e := range object.entries {
			o.merge(e)
		}
	}
	return nil
}

func isMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.Style&quoted == 0 &&
		(key.Style&yaml.TaggedStyle == 0 || key.ShortTag() == "!!merge")
}

// objectBuilder collects entries. Keys that are merged in give way to the object's own.
type objectBuilder struct {
	entries []Entry
	index   map[string]int
	merged  map[string]bool
}

// set adds an entry of the object's own; it returns the key when there is one already.
func (o *objectBuilder) set(e Entry) *Node {
	i, ok := o.find(e.Key.text)
	switch {
	case !ok:
		o.append(e)
	case o.merged[e.Key.text]:
		o.entries[i] = e
		delete(o.merged, e.Key.text)
	default:
		return o.entries[i].Key
	}
	return nil
}

func (o *objectBuilder) merge(e Entry) {
	if _, ok := o.find(e.Key.text); ok {
		return
	}
	if o.merged == nil {
		o.merged = map[string]bool{}
	}
	o.merged[e.Key.text] = true
	o.append(e)
}

func (o *objectBuilder) append(e Entry) {
	if o.index != nil {
		o.index[e.Key.text] = len(o.entries)
	}
	o.entries = append(o.entries, e)
}

func (o *objectBuilder) find(key string) (int, bool) {
	if o.index == nil && len(o.entries) > indexed {
		o.index = make(map[string]int, cap(o.entries))
		for i, e := range o.entries {
			o.index[e.Key.text] = i
		}
	}
	if o.index != nil {
		i, ok := o.index[key]
		return i, ok
	}
	for i, e := range o.entries {
		if e.Key.text == key {
			return i, true
		}
	}
	return 0, false
}
