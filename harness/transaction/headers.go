package transaction

import "strings"

// Header is one header field.
type Header struct{ Name, Value string }

// Headers is an ordered list of header fields. Names compare without regard to case.
type Headers []Header

// Get returns the value of the first field of that name, and whether there is one.
func (h Headers) Get(name string) (string, bool) {
	for _, f := range h {
		if strings.EqualFold(f.Name, name) {
			return f.Value, true
		}
	}
	return "", false
}

// Set gives the first field of that name the value and drops the others; it appends a field when
// there is none.
func (h *Headers) Set(name, value string) {
	kept, found := (*h)[:0:0], false
	for _, f := range *h {
		switch {
		case !strings.EqualFold(f.Name, name):
			kept = append(kept, f)
		case !found:
			found = true
			kept = append(kept, Header{f.Name, value})
		}
	}
	if !found {
		kept = append(kept, Header{name, value})
	}
	*h = kept
}

// Del drops every field of that name.
func (h *Headers) Del(name string) {
	kept := (*h)[:0:0]
	for _, f := range *h {
		if !strings.EqualFold(f.Name, name) {
			kept = append(kept, f)
		}
	}
	*h = kept
}

// Clone returns a copy that shares nothing.
func (h Headers) Clone() Headers { return append(Headers(nil), h...) }
