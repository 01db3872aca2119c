package apib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// reader reads JSON token by token, so that the megabytes that nobody needs are never held. It relies on
// the parser for commas and colons to be where they belong. The first error sticks and makes every further
// call a no-op.
type reader struct {
	data []byte
	at   int // where the next token begins, or what stands before it
	err  error
	// keys holds the keys that were met, since there are few of them.
	keys map[string]string
	// placed says that data structures are read too, for their places.
	placed bool
}

func newReader(data []byte) *reader { return &reader{data: data, keys: map[string]string{}} }

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// peek returns the first byte of the next token; 0 at the end, which is an error, and behind one.
func (r *reader) peek() byte {
	if r.err != nil {
		return 0
	}
	for ; r.at < len(r.data); r.at++ {
		switch c := r.data[r.at]; c {
		case ' ', '\t', '\r', '\n', ',', ':':
		default:
			return c
		}
	}
	r.err = io.ErrUnexpectedEOF
	return 0
}

// more reports whether something is left of the object or array that is being read.
func (r *reader) more() bool {
	c := r.peek()
	return c != 0 && c != '}' && c != ']'
}

// delim reads a brace or bracket.
func (r *reader) delim(want byte) {
	if c := r.peek(); c != want {
		r.fail("%q was expected, not %q", want, c)
		return
	}
	r.at++
}

// literal reads a scalar as it is written, a string with its quotes.
func (r *reader) literal() []byte {
	quoted := r.peek() == '"'
	begin := r.at
	if quoted {
		for r.at++; r.err == nil; {
			i := bytes.IndexByte(r.data[r.at:], '"')
			if i < 0 {
				r.err = io.ErrUnexpectedEOF
				break
			}
			r.at += i + 1
			if !isEscaped(r.data[begin+1 : r.at-1]) {
				return r.data[begin:r.at]
			}
		}
		return nil
	}
	for r.at < len(r.data) && strings.IndexByte(" \t\r\n,:{}[]\"", r.data[r.at]) < 0 {
		r.at++
	}
	return r.data[begin:r.at]
}

// isEscaped reports whether what comes behind a text belongs to a backslash at its end.
func isEscaped(text []byte) bool {
	n := len(text) - len(bytes.TrimRight(text, `\`))
	return n%2 == 1
}

// scalar reads a scalar; false when it is null.
func (r *reader) scalar() (text string, ok bool) {
	l := r.literal()
	switch {
	case r.err != nil || string(l) == "null":
		return "", false
	case l[0] == '"' && bytes.IndexByte(l, '\\') < 0:
		return string(l[1 : len(l)-1]), true
	case l[0] == '"':
		r.err = json.Unmarshal(l, &text)
		return text, r.err == nil
	case string(l) != "true" && string(l) != "false" && !json.Valid(l):
		r.fail("%q is no value", l)
		return "", false
	}
	return string(l), true
}

// skip reads a value and forgets it.
func (r *reader) skip() {
	depth := 0
	for r.err == nil {
		switch r.peek() {
		case 0:
		case '{', '[':
			depth++
			r.at++
		case '}', ']':
			depth--
			r.at++
		default:
			if len(r.literal()) == 0 {
				r.fail("a value was expected")
			}
		}
		if depth < 0 {
			r.fail("a value was expected")
		}
		if depth == 0 {
			return
		}
	}
}

// object reads an object, calling f for each key; f has to read the value.
func (r *reader) object(f func(key string)) {
	r.delim('{')
	r.restOfObject(f)
}

// restOfObject reads an object whose brace has been read.
func (r *reader) restOfObject(f func(key string)) {
	for r.more() {
		if r.peek() != '"' {
			r.fail("a key was expected")
			return
		}
		f(r.key())
	}
	r.delim('}')
}

func (r *reader) key() string {
	l := r.literal()
	if key, known := r.keys[string(l)]; known || r.err != nil {
		return key
	}
	var key string
	if err := json.Unmarshal(l, &key); err != nil {
		r.err = err
		return ""
	}
	r.keys[string(l)] = key
	return key
}

// restOfArray reads an array whose bracket has been read, calling f for each item; f has to read
// it.
func (r *reader) restOfArray(f func()) {
	for r.more() {
		f()
	}
	r.delim(']')
}

// content reads the content of an element: a scalar goes to text, an item of an array to item, and
// an object's value to member. Each of the last two has to read it, or be nil to skip it.
func (r *reader) content(text func(string), item func(), member func(key string)) {
	switch r.peek() {
	case 0:
	case '[':
		r.at++
		if item == nil {
			item = r.skip
		}
		r.restOfArray(item)
	case '{':
		r.at++
		if member == nil {
			member = func(string) { r.skip() }
		}
		r.restOfObject(member)
	case '}', ']':
		r.fail("a value was expected")
	default:
		if s, ok := r.scalar(); ok {
			text(s)
		}
	}
}

// text reads an element and returns its content where that is a scalar, or an element with a scalar
// as content; "" otherwise.
func (r *reader) text() string {
	s, _ := r.optionalText()
	return s
}

// optionalText is text, and whether there was any.
func (r *reader) optionalText() (s string, ok bool) {
	set := func(t string) { s, ok = t, true }
	var read func(key string)
	read = func(key string) {
		if key == "content" {
			r.content(set, nil, read)
			return
		}
		r.skip()
	}
	r.object(read)
	return s, ok
}

// texts reads an element whose content is a list of elements, and returns the text of each.
func (r *reader) texts() []string {
	var list []string
	r.object(func(key string) {
		if key != "content" {
			r.skip()
			return
		}
		r.content(func(string) {}, func() { list = append(list, r.text()) }, nil)
	})
	return list
}

// span is a part of the source.
type span struct{ offset, size int }

// spans reads a source map. The numbers in it are elements of their own, and may have a line and a
// column, which are not looked at.
func (r *reader) spans() []span {
	var numbers []int
	number := func(s string) {
		n, err := strconv.Atoi(s)
		if err != nil || n < 0 {
			r.fail("%q is no place in a source", s)
		}
		numbers = append(numbers, n)
	}
	var read func(key string)
	read = func(key string) {
		if key != "content" {
			r.skip()
			return
		}
		r.content(number, func() { r.object(read) }, nil)
	}
	r.object(read)
	spans := make([]span, 0, len(numbers)/2)
	for i := 0; i+1 < len(numbers); i += 2 {
		spans = append(spans, span{numbers[i], numbers[i+1]})
	}
	return spans
}

// errDepth says that elements are nested deeper than any description nests them.
var errDepth = errors.New("elements are nested too deeply")
