package apib

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
)

// reader reads JSON token by token, so that the megabytes that nobody needs are never held. The
// first error sticks and makes every further call a no-op.
type reader struct {
	dec     *json.Decoder
	err     error
	skipped json.RawMessage // reused by skip
	// placed says that data structures are read too, for their places.
	placed bool
}

func newReader(data []byte) *reader {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	return &reader{dec: dec}
}

func (r *reader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

func (r *reader) token() json.Token {
	if r.err != nil {
		return nil
	}
	t, err := r.dec.Token()
	r.err = err
	return t
}

// skip reads a value and forgets it.
func (r *reader) skip() {
	if r.err == nil {
		r.skipped = r.skipped[:0]
		r.err = r.dec.Decode(&r.skipped)
	}
}

// object reads an object, calling f for each key; f has to read the value.
func (r *reader) object(f func(key string)) {
	if t := r.token(); t != json.Delim('{') && r.err == nil {
		r.fail("an object was expected, not %v", t)
	}
	r.restOfObject(f)
}

// restOfObject reads an object whose brace has been read.
func (r *reader) restOfObject(f func(key string)) {
	for r.err == nil && r.dec.More() {
		key, ok := r.token().(string)
		if !ok {
			r.fail("a key was expected")
			return
		}
		f(key)
	}
	r.token()
}

// restOfArray reads an array whose bracket has been read, calling f for each item; f has to read
// it.
func (r *reader) restOfArray(f func()) {
	for r.err == nil && r.dec.More() {
		f()
	}
	r.token()
}

// content reads the content of an element: a scalar goes to text, an item of an array to item, and
// an object's value to member. Each of the last two has to read it, or be nil to skip it.
func (r *reader) content(text func(string), item func(), member func(key string)) {
	switch t := r.token().(type) {
	case string:
		text(t)
	case json.Number:
		text(t.String())
	case bool:
		text(strconv.FormatBool(t))
	case json.Delim:
		if t == '[' {
			if item == nil {
				item = r.skip
			}
			r.restOfArray(item)
			return
		}
		if member == nil {
			member = func(string) { r.skip() }
		}
		r.restOfObject(member)
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
