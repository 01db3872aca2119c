package config

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// methodName writes a method as Dredd compares it.
func methodName(text string) (string, error) { return strings.ToUpper(text), nil }

// headerLine checks a header. What is wrong with it would make every request fail.
func headerLine(text string) (string, error) {
	name, _, found := strings.Cut(text, ":")
	switch {
	case !found:
		return "", fmt.Errorf("want NAME:VALUE, as in \"Accept: text/html\", not %q", text)
	case name == "", strings.ContainsAny(name, " \t\r\n\"(),/;<=>?@[\\]{}"), strings.ContainsAny(text, "\r\n"):
		return "", fmt.Errorf("%q cannot be the name of a header", name)
	}
	return text, nil
}

// milliseconds is an option that takes a time as Dredd does: a number of milliseconds, where 0 and nothing
// are the default.
func milliseconds(at func(*Settings) *int) value {
	v := whole(at, 0, 1<<31-1)
	plain := v.set
	v.kind = "a number of milliseconds"
	v.set = func(s *Settings, text string) error {
		if text == "" {
			text = "0"
		}
		return plain(s, text)
	}
	return v
}

// loglevels is an option that takes a level, whatever its case.
func loglevels(at func(*Settings) *Loglevel) value {
	v := word(at, LogDebug, LogWarning, LogError, LogSilent)
	plain := v.set
	v.set = func(s *Settings, text string) error {
		if strings.EqualFold(text, "warn") {
			text = string(LogWarning)
		}
		return plain(s, text)
	}
	return v
}

// oldLevels is the option that loglevel once was.
func oldLevels() value {
	return value{kind: "a text", set: func(s *Settings, text string) error {
		switch text {
		case "silly", "debug", "verbose":
			s.Loglevel = LogDebug
		case "error":
			s.Loglevel = LogError
		case "silent":
			s.Loglevel = LogSilent
		default:
			s.Loglevel = LogWarning
		}
		return nil
	}}
}

// colors is an option that says when to colour. It needs no value on the command line, where who writes it
// wants colours wherever they go.
func colors() value {
	v := word(func(s *Settings) *string { return &s.Color }, "auto", "always", "never").without("true")
	plain := v.set
	v.kind = "one of auto, always, never, true, false"
	v.set = func(s *Settings, text string) error {
		switch text {
		case "true":
			text = "always"
		case "false":
			text = "never"
		}
		return plain(s, text)
	}
	return v.readBy("", func(r *reader, n *yaml.Node, s *Settings) {
		named := n.Tag == "!!str" && (n.Value == "auto" || n.Value == "always" || n.Value == "never")
		switch {
		case !r.dredd || named || n.Kind != yaml.ScalarNode:
			r.scalar(n, v, s)
		case n.Value == "false": // also as a text, in Dredd as well
			s.Color = "never"
		case r.truthOf(n) == "true": // every dredd.yml that was generated says so
			s.Color = "auto"
		default:
			s.Color = "never"
		}
	})
}

// anything is an option that is not looked at.
func anything() value {
	return value{
		kind: "anything", implied: "true",
		set:  func(*Settings, string) error { return nil },
		read: func(*reader, *yaml.Node, *Settings) {},
	}
}

// customs is the data for hooks and reporters: a map, or texts such as "key:value".
func customs() value {
	v := value{
		kind:  "an object, or a list of texts such as `key:value`",
		reset: func(s *Settings) { s.Custom = nil },
		set: func(s *Settings, text string) error {
			if s.Custom == nil {
				s.Custom = map[string]any{}
			}
			key, rest, found := strings.Cut(text, ":")
			if key == "" {
				return errors.New("want KEY:VALUE, and there is no key")
			}
			s.Custom[key] = rest
			if !found {
				s.Custom[key] = nil
			}
			return nil
		},
	}
	return v.readBy("", func(r *reader, n *yaml.Node, s *Settings) {
		if n.Kind != yaml.MappingNode {
			r.list(n, v, s)
			return
		}
		v.reset(s)
		s.Custom, _ = r.decode(n).(map[string]any) // it is one
	})
}

// maxDepth is how deep data in a file may be nested, and maxParts how much there may be of it: aliases
// can make much of little.
const (
	maxDepth = 50
	maxParts = 100_000
)

// decode makes what JSON can hold of a node, and says on the node what is wrong with it.
func (r *reader) decode(n *yaml.Node) any {
	parts := 0
	var decode func(n *yaml.Node, depth int) any
	decode = func(n *yaml.Node, depth int) any {
		n = resolve(n)
		if parts++; depth > maxDepth || parts > maxParts {
			return nil
		}
		switch n.Kind {
		case yaml.MappingNode:
			m := map[string]any{}
			for i := 0; i+1 < len(n.Content); i += 2 {
				m[n.Content[i].Value] = decode(n.Content[i+1], depth+1)
			}
			return m
		case yaml.SequenceNode:
			list := []any{}
			for _, item := range n.Content {
				list = append(list, decode(item, depth+1))
			}
			return list
		}
		return scalar(n)
	}
	data := decode(n, 0)
	if parts > maxParts {
		r.fail(n, "this is more than a configuration can hold")
	}
	return data
}

// scalar makes a value of a node without parts. What JSON has no number for stays text.
func scalar(n *yaml.Node) any {
	switch n.Tag {
	case "!!null":
		return nil
	case "!!bool":
		return strings.EqualFold(n.Value, "true")
	case "!!int":
		if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil {
			return i
		}
	case "!!float":
		if f, err := strconv.ParseFloat(n.Value, 64); err == nil && f-f == 0 {
			return f
		}
	}
	return n.Value
}

// truthOf reads a value that Dredd holds to be true or false as JavaScript does: nothing, 0 and false are
// false, and all else is true. A text that says no is meant to be, so that is what it is, with a warning.
func (r *reader) truthOf(n *yaml.Node) string {
	word := strings.ToLower(n.Value)
	switch v := scalar(n).(type) {
	case nil:
		return "false"
	case bool, int64, float64:
		if v == false || v == int64(0) || v == float64(0) {
			return "false"
		}
	case string:
		switch {
		case v == "":
			return "false"
		case word == "false", word == "no", word == "off":
			r.warn(n, "%q is a text, which Dredd takes for true, but here it is false: write false", n.Value)
			return "false"
		}
	}
	return "true"
}
