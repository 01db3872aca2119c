package config

import (
	"bytes"
	"errors"
	"io"
	"strings"

	"go.yaml.in/yaml/v4"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// parse returns the root of the YAML; nil when there is nothing in it.
func parse(name string, data []byte) (*yaml.Node, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	var doc, next yaml.Node
	switch err := d.Decode(&doc); {
	case errors.Is(err, io.EOF):
		return nil, nil
	case err != nil:
		return nil, syntaxError(name, data, err)
	}
	switch err := d.Decode(&next); {
	case err == nil:
		return nil, &Error{At: transaction.Position{File: name, Line: next.Line, Column: next.Column}, Msg: "a second document begins here; keep all in one"}
	case !errors.Is(err, io.EOF):
		return nil, syntaxError(name, data, err)
	}
	if len(doc.Content) == 0 || doc.Content[0].Tag == "!!null" {
		return nil, nil
	}
	root := doc.Content[0]
	return root, merge(name, root)
}

// syntaxError places an error of the YAML library.
func syntaxError(name string, data []byte, err error) error {
	e := &Error{At: transaction.Position{File: name, Line: 1}, Msg: "this is no YAML: " + err.Error()}
	var load *yaml.LoadError
	if errors.As(err, &load) {
		mark := load.Mark
		last := bytes.Count(bytes.TrimRight(data, " \t\r\n"), []byte("\n")) + 1
		if mark.Line == 0 || mark.Line > last && load.ContextMark.Line > 0 { // where it began tells more than the end
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
