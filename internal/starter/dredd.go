package starter

import (
	"bytes"
	"slices"
	"strconv"

	"go.yaml.in/yaml/v4"
)

// Dredd is a configuration file of Dredd's, or of ours, which has the same keys, as far as it matters
// here. What is wrong with it is for package config to tell.
type Dredd struct {
	// Name is the name of the file.
	Name string
	// Blueprint and Path are the descriptions; use Descriptions.
	Blueprint string
	Path      []string
	// Endpoint is the URL of the server, and Server the command that starts it.
	Endpoint, Server string
	// Wait is how many seconds the server may take; zero when the file does not say.
	Wait int
	// HookFiles are paths and globs, and Language is what runs them.
	HookFiles []string
	Language  string
	// text is the file.
	text []byte
}

// Descriptions are those of the file, each once.
func (d *Dredd) Descriptions() []string {
	var list []string
	for _, p := range append(slices.Clone(d.Path), d.Blueprint) {
		if p != "" && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// ReadDredd reads a file. Values that are not of the type that they should be count as absent.
func ReadDredd(name string, text []byte) *Dredd {
	d := &Dredd{Name: name, text: text}
	root := mapping(text)
	if root == nil {
		return d
	}
	for i := 0; i+1 < len(root.Content); i += 2 {
		value := root.Content[i+1]
		switch root.Content[i].Value {
		case "blueprint":
			d.Blueprint = first(texts(value))
		case "path", "blueprintPath":
			d.Path = append(d.Path, texts(value)...)
		case "endpoint":
			d.Endpoint = first(texts(value))
		case "server":
			d.Server = first(texts(value))
		case "server-wait":
			d.Wait, _ = strconv.Atoi(first(texts(value))) // anything else counts as absent
		case "hookfiles":
			d.HookFiles = texts(value)
		case "language":
			d.Language = first(texts(value))
		}
	}
	return d
}

func (t *tree) dredd() *Dredd {
	if t.find(dreddName) != dreddName {
		return nil
	}
	return ReadDredd(dreddName, t.read(dreddName))
}

// mapping is the root of a YAML text; nil when it is none.
func mapping(text []byte) *yaml.Node {
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 || doc.Content[0].Kind != yaml.MappingNode {
		return nil
	}
	return doc.Content[0]
}

// texts are those of a value or of a list of them.
func texts(n *yaml.Node) []string {
	if n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case n.Kind == yaml.SequenceNode:
		var list []string
		for _, item := range n.Content {
			list = append(list, texts(item)...)
		}
		return list
	case n.Kind == yaml.ScalarNode && n.Tag != "!!null" && n.Value != "":
		return []string{n.Value}
	}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// asked are the keys that the answers decide.
var asked = []string{"blueprint", "blueprintPath", "endpoint", "path", "server", "server-wait", "hookfiles", "language"}

// dropped are the keys that have no meaning in a file, and gone are those that Dredd once had. What they
// say is left behind with a word.
var (
	dropped = []string{"init", "config", "help", "version"}
	gone    = []string{"level", "data", "options", "timestamp", "silent", "sandbox", "hooksData"}
)

// kept is what a file says beyond what is asked.
type kept struct {
	// text is YAML; empty for nothing.
	text string
	// foreign are the keys that Dredd does not know, and left are those that are not taken over.
	foreign, left []string
}

// keep returns the settings of the file that are not Dredd's defaults and that nobody was asked about, with
// their comments.
func (d *Dredd) keep(known func(key string) bool) kept {
	k := kept{}
	root := mapping(d.text)
	if root == nil {
		return k
	}
	rest, foreign := &yaml.Node{Kind: yaml.MappingNode}, &yaml.Node{Kind: yaml.MappingNode}
	for i := 0; i+1 < len(root.Content); i += 2 {
		key, value := root.Content[i], root.Content[i+1]
		name := key.Value
		switch {
		case slices.Contains(asked, name), slices.Contains(dropped, name), len(name) == 1, isDefault(name, value):
		case slices.Contains(gone, name):
			k.left = append(k.left, name)
		case !known(name):
			k.foreign = append(k.foreign, name)
			foreign.Content = append(foreign.Content, key, value)
		default:
			rest.Content = append(rest.Content, key, value)
		}
	}
	keepForeign(rest, foreign)
	if len(rest.Content) == 0 {
		return k
	}
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if e.Encode(rest) == nil && e.Close() == nil {
		k.text = b.String()
	}
	return k
}

// keepForeign moves the keys that only hooks read to "custom", which is the place for them.
func keepForeign(rest, foreign *yaml.Node) {
	if len(foreign.Content) == 0 {
		return
	}
	for i := 0; i+1 < len(rest.Content); i += 2 {
		if rest.Content[i].Value == "custom" && rest.Content[i+1].Kind == yaml.MappingNode {
			rest.Content[i+1].Style = 0
			rest.Content[i+1].Content = append(rest.Content[i+1].Content, foreign.Content...)
			return
		}
	}
	rest.Content = append(rest.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: "custom"}, foreign)
}

// defaults are those of Dredd's options; a file that it generated has all of them.
var defaults = map[string]string{
	"color": "true", "dry-run": "false", "names": "false", "sorted": "false", "inline-errors": "false", "details": "false",
	"loglevel":             "warning",
	"hooks-worker-timeout": "5000", "hooks-worker-connect-timeout": "1500", "hooks-worker-connect-retry": "500",
	"hooks-worker-after-connect-wait": "100", "hooks-worker-term-timeout": "5000", "hooks-worker-term-retry": "500",
	"hooks-worker-handler-host": "127.0.0.1", "hooks-worker-handler-port": "61321",
}

// isDefault reports whether a value says nothing.
func isDefault(name string, n *yaml.Node) bool {
	switch n.Kind {
	case yaml.SequenceNode, yaml.MappingNode:
		return len(n.Content) == 0
	case yaml.ScalarNode:
		return n.Tag == "!!null" || n.Value == "" || n.Value == defaults[name]
	}
	return false
}
