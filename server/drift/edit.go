package drift

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Edit is one operation on a JSON document, as in a JSON Patch (RFC 6902).
type Edit struct {
	// Op is "add", "remove", "replace" or "copy".
	Op string
	// Path is the JSON Pointer to where it is done. "-" stands for the end of a list when something
	// is added to it.
	Path string
	// Value is the JSON text of what is put there, by "add" and "replace".
	Value string
	// From is the JSON Pointer to what is copied there.
	From string
}

// editJSON returns the text of a document after the edits. Its keys are in alphabetical order.
func editJSON(text string, edits []Edit) (string, error) {
	document, err := decode(text)
	if err != nil {
		return "", err
	}
	for _, e := range edits {
		if document, err = e.apply(document); err != nil {
			return "", fmt.Errorf("%s %s: %w", e.Op, e.Path, err)
		}
	}
	return encode(document)
}

func (e Edit) apply(document any) (any, error) {
	var value any
	var err error
	switch e.Op {
	case "add", "replace":
		value, err = decode(e.Value)
	case "copy":
		value, err = get(document, steps(e.From))
	case "remove":
	default:
		err = fmt.Errorf("no such operation")
	}
	if err != nil {
		return nil, err
	}
	return e.at(document, steps(e.Path), value)
}

// at returns the value after the edit has been done below it, at the end of the path.
func (e Edit) at(in any, path []string, value any) (any, error) {
	if len(path) == 0 {
		return value, nil
	}
	step, last := path[0], len(path) == 1
	switch in := in.(type) {
	case map[string]any:
		old, there := in[step]
		switch {
		case !there && (!last || !e.inserts()):
			return nil, missing(step)
		case last && e.Op == "remove":
			delete(in, step)
			return in, nil
		}
		changed, err := e.at(old, path[1:], value)
		in[step] = changed
		return in, err
	case []any:
		i, err := index(step, len(in))
		switch {
		case last && e.inserts() && step == "-":
			return append(in, value), nil
		case err != nil:
			return nil, err
		case last && e.inserts():
			return slices.Insert(in, i, value), nil
		case last && e.Op == "remove":
			return slices.Delete(in, i, i+1), nil
		}
		in[i], err = e.at(in[i], path[1:], value)
		return in, err
	}
	return nil, missing(step)
}

func (e Edit) inserts() bool { return e.Op == "add" || e.Op == "copy" }

func get(in any, path []string) (any, error) {
	if len(path) == 0 {
		text, err := encode(in) // a copy shares nothing with what it was made from
		if err != nil {
			return nil, err
		}
		return decode(text)
	}
	switch in := in.(type) {
	case map[string]any:
		if below, ok := in[path[0]]; ok {
			return get(below, path[1:])
		}
	case []any:
		i, err := index(path[0], len(in))
		if err != nil {
			return nil, err
		}
		return get(in[i], path[1:])
	}
	return nil, missing(path[0])
}

func missing(step string) error { return fmt.Errorf("there is no %q", step) }

func index(step string, length int) (int, error) {
	i, err := strconv.Atoi(step)
	if err != nil || i < 0 || i >= length {
		return 0, missing(step)
	}
	return i, nil
}

// steps are those of a JSON Pointer (RFC 6901).
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	list := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, s := range list {
		list[i] = strings.NewReplacer("~1", "/", "~0", "~").Replace(s)
	}
	return list
}

func decode(text string) (any, error) {
	var v any
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("read JSON: %w", err)
	}
	return v, nil
}

func encode(v any) (string, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "", fmt.Errorf("write JSON: %w", err)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}
