package apib

import (
	"bytes"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/internal/description"
)

// section is a part of a document that a heading begins: a resource with its actions, or named data
// structures.
type section struct {
	description.Span
	// title and uri are those of the heading of a resource; "" where it has none.
	title, uri string
	// group is the heading of the group that it is in, with what is said about the group.
	group description.Span
	// data says that it holds named data structures.
	data bool
}

// sections cuts a document at headings, which are told by how they look: one in a text that is quoted
// passes for a heading too, so whoever uses a section has to see whether it holds what was expected.
// preamble is what comes before the first.
func sections(text []byte) (preamble description.Span, list []section) {
	preamble.To = len(text)
	var group *description.Span // the one that is being read
	var current section
	level, offset := 0, 0
	end := func() { // of what is being read
		switch {
		case len(list) == 0 && group == nil:
			preamble.To = offset
		case group != nil && group.To == 0:
			group.To = offset
		}
		if n := len(list); n > 0 && list[n-1].To == 0 {
			list[n-1].To = offset
		}
	}
	for line := range bytes.Lines(text) {
		kind, n := noHeading, 0
		if line[0] == '#' {
			kind, n = current.read(line)
		}
		if kind == ofAction && level > 0 && n > level {
			kind = noHeading
		}
		switch kind {
		case ofGroup:
			end()
			group, level = &description.Span{From: offset}, 0
		case ofResource, ofAction, ofData:
			end()
			current.From, current.data = offset, kind == ofData
			level = n
			if kind == ofData {
				level = 0
			}
			if group != nil {
				current.group = *group
			}
			list = append(list, current)
		}
		offset += len(line)
	}
	end()
	return preamble, list
}

// heading is what a line begins.
type headingKind int

const (
	noHeading headingKind = iota
	ofGroup
	ofResource
	ofAction // with a URI: a resource of its own, unless it is within one
	ofData
)

// read reads a line that begins with "#", and tells how many of them.
func (s *section) read(line []byte) (kind headingKind, level int) {
	if len(line) > maxHeading {
		return noHeading, 0
	}
	rest := bytes.TrimLeft(line, "#")
	level = len(line) - len(rest)
	text := strings.TrimSpace(strings.TrimRight(strings.TrimSpace(string(rest)), "#"))
	if strings.HasPrefix(text, "Group ") {
		return ofGroup, level
	}
	if strings.EqualFold(text, "Data Structures") || strings.EqualFold(text, "Data Structure") {
		return ofData, level
	}
	s.title, s.uri = "", text
	if open := strings.LastIndexByte(text, '['); open >= 0 && strings.HasSuffix(text, "]") {
		s.title, s.uri = strings.TrimSpace(text[:open]), strings.TrimSpace(text[open+1:len(text)-1])
	}
	method, uri, found := strings.Cut(s.uri, " ")
	switch {
	case strings.HasPrefix(s.uri, "/"):
		return ofResource, level
	case found && method == strings.ToUpper(method) && strings.HasPrefix(strings.TrimSpace(uri), "/"):
		s.uri = strings.TrimSpace(uri)
		return ofAction, level
	}
	return noHeading, 0
}
