package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness"
	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// DefaultName is the file that is read when none is named.
const DefaultName = "bailiff.yml"

// maxSize is how large a file may be, in bytes. It keeps a wrong file from being taken for one.
const maxSize = 1 << 20

// File is what a configuration file says. Its zero value says nothing.
type File struct {
	// Name is the file; "" when there is none.
	Name string
	// Match is how strictly bodies are compared; "" when it is not said.
	Match transaction.Match
	// Volatile declares what may vary, in the order of the file.
	Volatile []transaction.Volatile
	// NoVolatileDefaults leaves out the declarations that bailiff makes by itself.
	NoVolatileDefaults bool
	// Sanitize says what is masked in all that is printed.
	Sanitize harness.Sanitize
	// Diff is how differences are laid out, "unified" or "side-by-side"; "" when it is not said.
	Diff string
	// Explain tells which parts were not compared, and by which declaration.
	Explain bool
}

// Error is one mistake in a file.
type Error struct {
	At  transaction.Position
	Msg string
}

// Error writes place and message: "bailiff.yml:7:3: message".
func (e *Error) Error() string { return e.At.String() + ": " + e.Msg }

// Read reads a file. With no name, it is DefaultName in the working folder, and then it need not be
// there. The error joins an *Error for each mistake.
func Read(name string) (*File, error) {
	path := name
	if name == "" {
		path = DefaultName
	}
	f, err := os.Open(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && name == "":
		return &File{}, nil
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("the configuration file %s does not exist: mend --config, or leave it out", name)
	case err != nil:
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	defer func() { _ = f.Close() }() // it was only read
	data, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(path, data)
}

// Parse reads the text of a file. An empty one says nothing.
func Parse(name string, data []byte) (*File, error) {
	file := &File{Name: name}
	r := &reader{name: name}
	if len(data) > maxSize {
		return nil, &Error{transaction.Position{File: name}, fmt.Sprintf("this is larger than %d KiB, so it is hardly a configuration file", maxSize>>10)}
	}
	root, err := parse(name, data)
	switch {
	case err != nil:
		return nil, err
	case root == nil:
		return file, nil
	}
	object(r, root, keys(), file)
	if len(r.errs) > 0 {
		return nil, errors.Join(r.errs...)
	}
	return file, nil
}

// parse returns the root of the YAML; nil when there is nothing in it.
func parse(name string, data []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxError(name, err)
	}
	switch err := d.Decode(&next); {
	case err == nil:
		return nil, &Error{transaction.Position{File: name, Line: next.Line, Column: next.Column}, "a second document begins here; keep all in one"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(name, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	return doc.Content[0], nil
}

// syntaxError places an error of the YAML library.
func syntaxError(name string, err error) error {
	e := &Error{transaction.Position{File: name, Line: 1}, "this is no YAML: " + err.Error()}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		mark := load.Mark
		if mark.Line == 0 {
			mark = load.ContextMark
		}
		e.At.Line, e.At.Column = max(mark.Line, 1), max(mark.Column, 1)
		e.Msg = "this is no YAML: " + load.Message
		if strings.Contains(load.Message, "unknown escape character") {
			e.Msg = "a backslash means something else in double quotes; put the text in single quotes"
		}
	}
	return e
}
