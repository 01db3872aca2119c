package source

// Make builds nodes that stand where another node stands: what is made up for a value, such as an
// example for a schema, has the place of what asked for it. A nil node gives no place.
type Make struct{ At *Node }

func (m Make) node(k Kind, text string, entries []Entry) *Node {
	n := &Node{kind: k, text: text, entries: entries}
	if m.At != nil {
		n.file, n.line, n.column = m.At.file, m.At.line, m.At.column
	}
	return n
}

// Null makes a null.
func (m Make) Null() *Node { return m.node(Null, "null", nil) }

// Bool makes a boolean.
func (m Make) Bool(b bool) *Node {
	if b {
		return m.node(Bool, "true", nil)
	}
	return m.node(Bool, "false", nil)
}

// Number makes a number of its text, which has to be a number of JSON.
func (m Make) Number(text string) *Node { return m.node(Number, text, nil) }

// String makes a string.
func (m Make) String(s string) *Node { return m.node(String, s, nil) }

// List makes a list.
func (m Make) List(items ...*Node) *Node {
	entries := make([]Entry, len(items))
	for i := range items {
		entries[i].Value = items[i]
	}
	return m.node(List, "", entries)
}

// Object makes an object. The keys have to be strings, each once.
func (m Make) Object(entries ...Entry) *Node {
	n := m.node(Object, "", entries)
	n.addIndex()
	return n
}

func (n *Node) addIndex() {
	if len(n.entries) <= indexed {
		return
	}
	n.index = make(map[string]int, len(n.entries))
	for i, e := range n.entries {
		n.index[e.Key.text] = i
	}
}
