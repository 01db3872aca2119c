package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// The files that are read when none is named, the first before the second.
const (
	DefaultName = "bailiff.yml"
	DreddName   = "dredd.yml"
)

// maxSize is how large a file may be, in bytes. It keeps a wrong file from being taken for one.
const maxSize = 1 << 20

// Error is one mistake in a file.
type Error struct {
	At  transaction.Position
	Msg string
	// Line is the text of the line; "" when there is none to show.
	Line string
}

// Error writes place and message, "bailiff.yml:7:3: message", and below them the line.
func (e *Error) Error() string {
	text := e.At.String() + ": " + e.Msg
	if e.Line != "" {
		text += fmt.Sprintf("\n  %d | %s", e.At.Line, e.Line)
	}
	return text
}

// ByDredd reports whether a file is read by the rules of dredd.yml: unless its name begins as that of
// ours, as bailiff.yml and bailiff-ci.yml do.
func ByDredd(name string) bool { return !strings.HasPrefix(filepath.Base(name), "bailiff") }

// find returns the file to read, "" for none, and what to say about it.
func find(named string, dredd bool) (name, warning string, err error) {
	there := func(name string) bool {
		_, err := os.Stat(name)
		return !errors.Is(err, fs.ErrNotExist)
	}
	switch {
	case named != "" && !there(named):
		return "", "", fmt.Errorf("the configuration file %s does not exist: mend --config, or leave it out", named)
	case named != "":
		return named, "", nil
	case there(DefaultName) && dredd && there(DreddName):
		return DefaultName, DefaultName + " is read, and " + DreddName + " beside it is not", nil
	case there(DefaultName):
		return DefaultName, "", nil
	case dredd && there(DreddName):
		return DreddName, "", nil
	}
	return "", "", nil
}

// load returns the content of a file.
func load(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// Parse reads the text of a file into settings, of which it changes what it speaks of: those options that
// are among picked, or all when that is nil. Others are held to the same rules. The error joins an *Error
// for each mistake.
func Parse(name string, data []byte, s *Settings, picked func(Option) bool) error {
	return parseBy(ByDredd(name), name, data, s, picked)
}

func parseBy(dredd bool, name string, data []byte, s *Settings, picked func(Option) bool) error {
	if len(data) > maxSize {
		return &Error{At: transaction.Position{File: name}, Msg: fmt.Sprintf("this is larger than %d KiB, so it is hardly a configuration file", maxSize>>10)}
	}
	r := &reader{name: name, dredd: dredd, lines: strings.Split(string(data), "\n"), picked: picked}
	root, err := parse(name, data)
	switch {
	case err != nil:
		return r.withLine(err)
	case root != nil:
		r.file(root, s)
	case dredd:
		return &Error{At: transaction.Position{File: name}, Msg: "the file is empty, so nothing is run: write blueprint and endpoint into it, or remove it"}
	}
	if len(r.errs) > 0 {
		return errors.Join(r.errs...)
	}
	s.File = name
	s.Warnings = append(s.Warnings, r.warnings...)
	return nil
}

// file reads the keys of a file.
func (r *reader) file(root *yaml.Node, s *Settings) {
	table := slices.DeleteFunc(slices.Clone(Table()), func(o Option) bool { return o.Where == CommandLine && (o.Name == "help" || o.Name == "version") })
	if root.Kind != yaml.MappingNode {
		r.fail(root, "want an object here, with keys such as blueprint and endpoint, not %s; bailiff help options lists all", kindOf(root))
		return
	}
	rest := *s // takes what is not wanted
	seen := map[string]bool{}
	var nested *yaml.Node
	for i := 0; i+1 < len(root.Content); i += 2 {
		k, v := root.Content[i], resolve(root.Content[i+1])
		if seen[k.Value] {
			r.fail(k, "the key %q stands here a second time; drop one of the two", k.Value)
			continue
		}
		seen[k.Value] = true
		if k.Value == "options" && v.Kind == yaml.MappingNode {
			r.warn(k, "options in an object of their own will not be read for long: move the keys below it to the left")
			nested = v
			continue
		}
		at := slices.IndexFunc(table, func(o Option) bool { return o.Name == k.Value })
		if at < 0 || r.dredd && table[at].Ours {
			r.stray(k, v, s, table)
			continue
		}
		into := s
		if r.picked != nil && !r.picked(table[at]) {
			into = &rest
		}
		r.key(table[at], k, v, into)
	}
	if nested != nil { // it wins over what is beside it
		r.file(nested, s)
	}
}

// stray deals with a key that the file cannot have: that of a dredd.yml is kept, since hooks may look at it.
func (r *reader) stray(k, v *yaml.Node, s *Settings, table []Option) {
	if !r.dredd {
		names := keyNames(table)
		if near := nearest(k.Value, names); near != "" {
			r.fail(k, "unknown key %q, did you mean %q?", k.Value, near)
		} else {
			r.fail(k, "unknown key %q; bailiff help options lists all", k.Value)
		}
		return
	}
	if slices.ContainsFunc(table, func(o Option) bool { return o.Name == k.Value }) {
		r.warn(k, "%s is an option that Dredd does not have, so it is left to the hooks: say --%s, or call the file %s", k.Value, k.Value, DefaultName)
	}
	if s.Extra == nil {
		s.Extra = map[string]any{}
	}
	s.Extra[k.Value] = r.decode(v)
}

// key reads one key of the table.
func (r *reader) key(o Option, k, v *yaml.Node, s *Settings) {
	switch {
	case o.Removed:
		r.fail(k, "%s is there no more: %s", o.Name, o.Instead)
		return
	case o.Instead != "" && o.Ignored:
		r.warn(k, "%s is not read any more: %s", o.Name, o.Instead)
	case o.Instead != "":
		r.warn(k, "%s will not be read for long: %s", o.Name, o.Instead)
	}
	switch {
	case o.Where == CommandLine: // Dredd writes all its options into the file, and reads these nowhere
	case v.Tag == "!!null" && v.Kind == yaml.ScalarNode: // as if it were not there
	case o.value.read != nil:
		o.value.read(r, v, s)
	case o.Repeatable():
		r.list(v, o.value, s)
	default:
		r.scalar(v, o.value, s)
	}
}

// keyNames lists the keys that a file should have.
func keyNames(table []Option) []string {
	var names []string
	for _, o := range table {
		if o.Where != CommandLine && o.Instead == "" {
			names = append(names, o.Name)
		}
	}
	return names
}
