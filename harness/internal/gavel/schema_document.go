package gavel

import (
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/internal/openapi/source"
	"github.com/bailiff-dev/bailiff/harness/transaction"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// document is the documented schema, or a file that it refers to.
type document struct {
	url  string // what the library calls it; nothing is ever loaded from there
	name string // what people call it; "" for the documented schema
	// raw is the value as it is written, until modernise has changed it into compiled.
	raw, compiled any
	draft         *jsonschema.Draft // that it names; nil when it names none
	draft4        bool              // it was compiled as one of draft 4
	text          textOf
}

// textOf finds places in the text of a document.
type textOf interface {
	// at builds the value at a path anew; false when there is none.
	at(path []string) (any, bool)
	// line is that of a key or item, counted from 1, or of the deepest of its ancestors that is there.
	line(path []string) int
}

// jsonText is a text in JSON, which is read a second time when somebody asks for a place in it.
type jsonText func() *Lines

func newJSONText(text string) jsonText {
	return sync.OnceValue(func() *Lines { return NewLines(text) })
}

func (t jsonText) at(path []string) (any, bool) {
	tree, node := t().tree, int32(0)
	for _, s := range path {
		if node, _ = tree.step(node, s, 0); node < 0 {
			return nil, false
		}
	}
	return tree.value(node), true
}

func (t jsonText) line(path []string) int {
	l := t()
	node, stands := int32(0), int32(0)
	for _, s := range path {
		if node, stands = l.tree.step(node, s, stands); node < 0 {
			break
		}
	}
	before, _ := slices.BinarySearch(l.breaks, l.tree.nodes[stands].off)
	return before + 1
}

// yamlText is a text in YAML.
type yamlText struct{ root *source.Node }

func (t yamlText) at(path []string) (any, bool) {
	n := t.root
	for _, s := range path {
		n, _ = yamlStep(n, s)
	}
	return n.Value(), n.Exists()
}

func (t yamlText) line(path []string) int {
	n, line := t.root, t.root.At().Line
	for _, s := range path {
		next, stands := yamlStep(n, s)
		if next == nil {
			break
		}
		n, line = next, stands.At().Line
	}
	return line
}

// yamlStep goes from a value to the child that a step names. It returns the child, nil when there is
// none, and the node whose line is the child's.
func yamlStep(n *source.Node, s string) (child, stands *source.Node) {
	if n.Is(source.Object) {
		return n.Get(s), n.Key(s)
	}
	items := n.Items()
	if i, err := strconv.Atoi(s); err == nil && i >= 0 && i < len(items) {
		return items[i], items[i]
	}
	return nil, nil
}

// isRoot reports whether the document is the documented schema itself.
func (d *document) isRoot() bool { return d.name == "" }

// title is how a message about the document begins.
func (d *document) title() string {
	if d.isRoot() {
		return "The documented schema"
	}
	return "The file " + d.name + ", which the documented schema refers to,"
}

// written turns a path within the compiled document into that of the same place as it is written.
func (d *document) written(path []string) []string {
	at, v := make([]string, 0, len(path)), d.compiled
	for i := 0; i < len(path); i++ {
		object, _ := v.(map[string]any)
		if object[branchKey] != nil && path[i] == "allOf" { // and "0" behind it
			v, _ = lookup(v, path[i:min(i+2, len(path))])
			i++
			continue
		}
		v, _ = lookup(v, path[i:i+1])
		at = append(at, path[i])
	}
	if d.draft4 && len(at) > 0 {
		d.writtenInDraft4(at)
	}
	return at
}

// writtenInDraft4 undoes what fromDraft4 did to the last step of a path.
func (d *document) writtenInDraft4(at []string) {
	last := len(at) - 1
	switch at[last] {
	case "$id":
		if _, ok := d.text.at(at); !ok {
			at[last] = "id"
		}
	case "exclusiveMinimum", "exclusiveMaximum":
		// It is a switch there, and the number stands beside it.
		at[last] = map[string]string{"exclusiveMinimum": "minimum", "exclusiveMaximum": "maximum"}[at[last]]
	}
}

// point makes a finding lead to a place as it is written: by the pointer when it is in the documented
// schema, and else by file and line.
func (d *document) point(f *transaction.Finding, written []string) {
	if d.isRoot() {
		f.SchemaPointer = pathPointer(written)
		return
	}
	f.At = transaction.Position{File: d.name, Line: d.text.line(written)}
}

// documents are the documented schema and the files that were read for it.
type documents struct {
	root  *document
	byURL map[string]*document
	order []*document // as they were read, the root first
}

// find returns the document that a location of the library is in, and the path within it as
// compiled; nil when it is a schema of the library's own.
func (ds *documents) find(location string) (*document, []string) {
	name, fragment, _ := strings.Cut(location, "#")
	if decoded, err := url.PathUnescape(fragment); err == nil {
		fragment = decoded
	}
	return ds.byURL[name], splitPointer(fragment)
}

// clean takes the names that only the library uses out of a text.
func (ds *documents) clean(text string) string {
	text = strings.ReplaceAll(text, schemaURL, "")
	return strings.ReplaceAll(text, schemaURL[:strings.LastIndexByte(schemaURL, '/')+1], "")
}

const (
	// schemaHost is where the library thinks that documents are.
	schemaHost = "documentation.invalid"
	// schemaDepth is how many folders it thinks are above the description, so that "../" leads out of
	// its folder and does not get lost.
	schemaDepth = 16
	upwards     = "~~"
)

// schemaURL is the name that a documented schema has inside the library. No file is called so.
var schemaURL = "http://" + schemaHost + strings.Repeat("/"+upwards, schemaDepth) + "/~~documented~~"

// relative turns a name inside the library into that of a file, relative to the description; false
// when it is a URL of another place. A path that begins with a slash keeps it.
func relative(name string) (string, bool) {
	u, err := url.Parse(name)
	if err != nil || u.Scheme != "http" || u.Host != schemaHost || u.User != nil {
		return "", false
	}
	file := u.Path
	if u.RawQuery != "" {
		file += "?" + u.RawQuery
	}
	up := schemaDepth
	for up > 0 && strings.HasPrefix(file, "/"+upwards+"/") {
		file = file[len(upwards)+1:]
		up--
	}
	if up == schemaDepth {
		return path.Clean(file), true
	}
	return path.Clean(strings.Repeat("../", up) + strings.TrimPrefix(file, "/")), true
}
