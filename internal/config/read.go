package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// reader collects what is wrong with a file.
type reader struct {
	name     string
	dredd    bool // the rules are those of dredd.yml
	lines    []string
	picked   func(Option) bool
	errs     []error
	warnings []string
}

func (r *reader) fail(n *yaml.Node, format string, args ...any) {
	at := transaction.Position{File: r.name, Line: n.Line, Column: n.Column}
	r.errs = append(r.errs, r.withLine(&Error{At: at, Msg: fmt.Sprintf(format, args...)}))
}

// warn says something about a node that keeps nothing from running.
func (r *reader) warn(n *yaml.Node, format string, args ...any) {
	at := transaction.Position{File: r.name, Line: n.Line, Column: n.Column}
	r.warnings = append(r.warnings, at.String()+": "+fmt.Sprintf(format, args...))
}

// maxLine is how much of a line is shown, in bytes.
const maxLine = 120

// withLine adds to an error the line that it is about.
func (r *reader) withLine(err error) error {
	var e *Error
	if !errors.As(err, &e) || e.At.Line < 1 || e.At.Line > len(r.lines) {
		return err
	}
	line := strings.TrimRightFunc(r.lines[e.At.Line-1], unicode.IsSpace)
	if len(line) > maxLine {
		line = strings.ToValidUTF8(line[:maxLine], "") + "..."
	}
	e.Line = strings.Map(func(c rune) rune {
		switch {
		case c == '\t':
			return ' '
		case !unicode.IsPrint(c):
			return '?'
		}
		return c
	}, line)
	return e
}

// failed reports whether something is known to be wrong with a node.
func (r *reader) failed(n *yaml.Node) bool {
	if len(r.errs) == 0 {
		return false
	}
	var last *Error
	return errors.As(r.errs[len(r.errs)-1], &last) && last.At.Line == n.Line && last.At.Column == n.Column
}

// scalar reads a value that is no list.
func (r *reader) scalar(n *yaml.Node, v value, s *Settings) {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "want %s, not %s", v.kind, kindOf(n))
		return
	}
	text := n.Value
	switch {
	case r.dredd && v.truth:
		text = r.truthOf(n)
	case r.dredd && n.Tag != "!!str" && v.number: // 5e3 and 0x10 are numbers in JavaScript too
		text = decimal(n)
	case n.Tag == "!!bool":
		text = strings.ToLower(text)
	case !r.dredd && (text == "true" || text == "false") && v.truth:
		r.fail(n, "want true or false, not %s; leave out the quotes", kindOf(n))
		return
	}
	if err := v.set(s, text); err != nil {
		r.fail(n, "%v", err)
	}
}

// list reads a list of texts, or one that is written without being a list.
func (r *reader) list(n *yaml.Node, v value, s *Settings) {
	v.reset(s)
	items := []*yaml.Node{n}
	if n.Kind == yaml.SequenceNode {
		items = n.Content
	}
	for _, item := range items {
		item = resolve(item)
		if item.Kind == yaml.MappingNode {
			r.fail(item, "want a text, not an object; put it in quotes")
			continue
		}
		one := v
		one.kind = "a text"
		r.scalar(item, one, s)
	}
}

// from names the line of a node, as declarations show where they were made.
func (r *reader) from(n *yaml.Node) string {
	return transaction.Position{File: r.name, Line: n.Line}.String()
}

// key is one key of an object: its name, and what takes its value over.
type key[T any] struct {
	name string
	read func(r *reader, n *yaml.Node, into *T)
}

// object reads a mapping by a table of its keys. It returns the nodes of the values that are there,
// by key.
func object[T any](r *reader, n *yaml.Node, table []key[T], into *T) map[string]*yaml.Node {
	if n.Kind != yaml.MappingNode {
		r.fail(n, "want an object here, with some of the keys %s, not %s", names(table), kindOf(n))
		return nil
	}
	seen := map[string]*yaml.Node{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], resolve(n.Content[i+1])
		at := slices.IndexFunc(table, func(row key[T]) bool { return row.name == k.Value })
		switch {
		case at < 0:
			r.fail(k, "unknown key %q%s", k.Value, instead(k.Value, table))
		case seen[k.Value] != nil:
			r.fail(k, "the key %q stands here a second time; drop one of the two", k.Value)
		default:
			seen[k.Value] = v
			table[at].read(r, v, into)
		}
	}
	return seen
}

// resolve follows an alias.
func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	return n
}

func names[T any](table []key[T]) string {
	list := make([]string, len(table))
	for i, row := range table {
		list[i] = row.name
	}
	return strings.Join(list, ", ")
}

// instead names the key that was meant, or all that there are.
func instead[T any](wrong string, table []key[T]) string {
	list := make([]string, len(table))
	for i, row := range table {
		list[i] = row.name
	}
	if near := nearest(wrong, list); near != "" {
		return fmt.Sprintf(", did you mean %q?", near)
	}
	return "; the keys are " + strings.Join(list, ", ")
}

// kindOf names what a value is, for messages.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "an object"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "nothing"
	}
	return fmt.Sprintf("%q", n.Value)
}

// boolean reads true or false.
func boolean(r *reader, n *yaml.Node) bool {
	var b bool
	if n.Tag != "!!bool" || n.Decode(&b) != nil {
		r.fail(n, "want true or false, not %s", kindOf(n))
	}
	return b
}

// str reads a text. A number or a date is taken as it is written.
func str(r *reader, n *yaml.Node) string {
	if n.Kind != yaml.ScalarNode || n.Tag == "!!null" {
		r.fail(n, "want a text, not %s", kindOf(n))
		return ""
	}
	return n.Value
}

// list reads each item of a list.
func list(r *reader, n *yaml.Node, read func(item *yaml.Node)) {
	if n.Kind != yaml.SequenceNode {
		r.fail(n, "want a list, not %s", kindOf(n))
		return
	}
	for _, item := range n.Content {
		read(resolve(item))
	}
}

// choice reads one of several words.
func choice[S ~string](r *reader, n *yaml.Node, words ...S) S {
	if n.Kind == yaml.ScalarNode && slices.Contains(words, S(n.Value)) {
		return S(n.Value)
	}
	list := make([]string, len(words))
	for i, w := range words {
		list[i] = string(w)
	}
	r.fail(n, "want one of %s, not %s%s", strings.Join(list, ", "), kindOf(n), meant(n.Value, list))
	return ""
}

// nearest is the word that a misspelt one is likely to stand for; "" when none is near: of a short word one
// letter may be wrong, of a longer one two.
func nearest(wrong string, words []string) string {
	best, least := "", 3
	switch {
	case len(wrong) < 2:
		return ""
	case len(wrong) < 5:
		least = 2
	}
	for _, w := range words {
		if d := distance(wrong, w); d < least {
			best, least = w, d
		}
	}
	return best
}

// distance is how many letters have to be added, dropped, changed or swapped with the next to make a of b.
func distance(a, b string) int {
	before, row, next := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			next[j+1] = row[j]
			if a[i] != b[j] {
				next[j+1] = min(row[j], row[j+1], next[j]) + 1
			}
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row, next = row, next, before
	}
	return row[len(b)]
}
