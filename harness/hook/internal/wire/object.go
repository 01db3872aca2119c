package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"
)

// Object is a JSON object that keeps the order of its members, and their text. The zero value is
// empty.
type Object struct {
	members []member
	index   map[string]int // of members, once there are many
}

type member struct {
	key   string
	value json.RawMessage
}

// many is how many members are found faster by an index.
const many = 24

var errNoObject = errors.New("it is no JSON object")

// ParseObject reads an object. Of members with the same key the last one counts, as in JavaScript.
func ParseObject(text []byte) (Object, error) {
	var o Object
	if !json.Valid(text) {
		return o, fmt.Errorf("%q is no JSON", excerpt(text))
	}
	i := skipSpace(text, 0)
	if text[i] != '{' {
		return o, errNoObject
	}
	for i = skipSpace(text, i+1); text[i] != '}'; i = skipSpace(text, i) {
		if text[i] == ',' {
			i = skipSpace(text, i+1)
		}
		end := skipValue(text, i)
		key := asString(text[i:end])
		i = skipSpace(text, end)
		i = skipSpace(text, i+1) // the colon
		end = skipValue(text, i)
		o.Set(key, slices.Clip(text[i:end]))
		i = end
	}
	return o, nil
}

// ParseArray splits a JSON array into its elements.
func ParseArray(text []byte) ([]json.RawMessage, error) {
	if !json.Valid(text) {
		return nil, fmt.Errorf("%q is no JSON", excerpt(text))
	}
	i := skipSpace(text, 0)
	if text[i] != '[' {
		return nil, errors.New("it is no JSON array")
	}
	var all []json.RawMessage
	for i = skipSpace(text, i+1); text[i] != ']'; i = skipSpace(text, i) {
		if text[i] == ',' {
			i = skipSpace(text, i+1)
		}
		end := skipValue(text, i)
		all = append(all, slices.Clip(text[i:end]))
		i = end
	}
	return all, nil
}

// skipSpace returns where the next thing begins at or after i.
func skipSpace(text []byte, i int) int {
	for text[i] == ' ' || text[i] == '\t' || text[i] == '\n' || text[i] == '\r' {
		i++
	}
	return i
}

// skipValue returns the end of the value that begins at i. The text is known to be JSON.
func skipValue(text []byte, i int) int {
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '{', '[':
			depth++
			continue
		case '}', ']':
			depth--
		case ' ', '\t', '\n', '\r', ',', ':':
			continue
		default: // a number or a word
			for i+1 < len(text) && !isEnd(text[i+1]) {
				i++
			}
		}
		if depth == 0 {
			return i + 1
		}
	}
	return i
}

func isEnd(b byte) bool {
	switch b {
	case ',', ']', '}', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

func (o *Object) find(key string) int {
	if len(o.members) < many {
		return slices.IndexFunc(o.members, func(m member) bool { return m.key == key })
	}
	if o.index == nil {
		o.index = make(map[string]int, 2*len(o.members))
		for i, m := range o.members {
			o.index[m.key] = i
		}
	}
	if i, ok := o.index[key]; ok {
		return i
	}
	return -1
}

// Get returns the text of a member, and whether there is one.
func (o *Object) Get(key string) (json.RawMessage, bool) {
	if i := o.find(key); i >= 0 {
		return o.members[i].value, true
	}
	return nil, false
}

func (o *Object) has(key string) bool { return o.find(key) >= 0 }

// Set gives a member its text, which must be JSON, in its place if there is one, else at the end.
func (o *Object) Set(key string, value json.RawMessage) {
	if i := o.find(key); i >= 0 {
		o.members[i].value = value
		return
	}
	o.members = append(o.members, member{key, value})
	if o.index != nil {
		o.index[key] = len(o.members) - 1
	}
}

// Del takes a member away.
func (o *Object) Del(key string) {
	if i := o.find(key); i >= 0 {
		o.members = slices.Delete(o.members, i, i+1)
		o.index = nil
	}
}

// Keys returns the keys in their order.
func (o *Object) Keys() []string {
	keys := make([]string, len(o.members))
	for i, m := range o.members {
		keys[i] = m.key
	}
	return keys
}

// MarshalJSON writes the members in their order.
func (o *Object) MarshalJSON() ([]byte, error) { return o.appendTo(nil), nil }

func (o *Object) appendTo(b []byte) []byte {
	b = append(b, '{')
	for i, m := range o.members {
		if i > 0 {
			b = append(b, ',')
		}
		b = appendQuoted(b, m.key)
		b = append(b, ':')
		b = append(b, m.value...)
	}
	return append(b, '}')
}

func (o *Object) raw() json.RawMessage { return o.appendTo(nil) }

// asString is a JSON string's value, "" for everything else.
func asString(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' {
		return ""
	}
	inner := raw[1 : len(raw)-1]
	if plain(string(inner)) {
		return string(inner)
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

func quote(s string) json.RawMessage { return appendQuoted(make([]byte, 0, len(s)+2), s) }

// appendQuoted writes a string as JSON.stringify does, so without escaping what HTML would want.
func appendQuoted(b []byte, s string) []byte {
	b = append(b, '"')
	if plain(s) {
		return append(append(b, s...), '"')
	}
	const hex = "0123456789abcdef"
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r == '\n':
			b = append(b, '\\', 'n')
		case r == '\r':
			b = append(b, '\\', 'r')
		case r == '\t':
			b = append(b, '\\', 't')
		case r == '\b':
			b = append(b, '\\', 'b')
		case r == '\f':
			b = append(b, '\\', 'f')
		case r < ' ':
			b = append(b, '\\', 'u', '0', '0', hex[r>>4], hex[r&15])
		default:
			b = utf8.AppendRune(b, r) // the replacement character for what is no UTF-8
		}
	}
	return append(b, '"')
}

// plain reports that a string stands in JSON as it is.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' {
			return false
		}
	}
	return utf8.ValidString(s)
}
