package source

import (
	"bytes"
	"path"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Parse reads a text of YAML 1.2 or JSON. The name is what places are shown under. The text has to be
// UTF-8 without byte order mark, as description.Document has it. An error is an *Error.
func Parse(name string, text []byte, limits Limits) (*Node, error) {
	return parse(&file{name: name, text: text}, limits.orDefault())
}

func parse(f *file, limits Limits) (*Node, error) {
	if len(f.text) > limits.Size {
		return nil, &Error{At: transaction.Position{File: f.name}, Msg: "the text is too large to be read; split it"}
	}
	f.text = normalised(f.text)
	start := bytes.TrimLeft(f.text, " \t\r\n")
	if len(start) == 0 || start[0] != '{' && start[0] != '[' {
		return parseYAML(f, limits)
	}
	// JSON has a reader of its own: it is faster, its errors are better, and YAML is not quite its
	// superset. What is no JSON may still be YAML in flow style.
	n, err := parseJSON(f, limits)
	if err == nil || !err.syntax {
		return n, err.orNil()
	}
	n, yamlErr := parseYAML(f, limits)
	if yamlErr == nil {
		return n, nil
	}
	if ext := strings.ToLower(path.Ext(f.name)); ext == ".yaml" || ext == ".yml" {
		return nil, yamlErr
	}
	return nil, err.orNil()
}

// objectOf makes an object of entries. A key may be there only once.
func objectOf(f *file, line, column int32, entries []Entry) (*Node, *Error) {
	n := &Node{kind: Object, entries: entries, file: f, line: line, column: column}
	if len(entries) <= indexed {
		for i, e := range entries {
			for _, other := range entries[:i] {
				if other.Key.text == e.Key.text {
					return nil, duplicate(f, other.Key, e.Key)
				}
			}
		}
		return n, nil
	}
	n.index = make(map[string]int, len(entries))
	for i, e := range entries {
		if first, ok := n.index[e.Key.text]; ok {
			return nil, duplicate(f, entries[first].Key, e.Key)
		}
		n.index[e.Key.text] = i
	}
	return n, nil
}

func duplicate(f *file, first, second *Node) *Error {
	return f.fail(int(second.line), int(second.column), "the key %q is already in line %d; take one of them out", second.text, first.line)
}
