package gavel

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

const (
	// maxDepth is how deeply JSON may be nested; encoding/json has the same limit.
	maxDepth = 10_000
	// maxNodes bounds the memory of one tree: 20 bytes for each value and key. It is about what a
	// body of 50 MB holds.
	maxNodes = 4 << 20
)

// refusal says why a text was not read as JSON.
type refusal uint8

const (
	refusedSyntax refusal = iota
	refusedUTF8
	refusedDepth
	refusedSize
)

// parseError is the reason and place of a refusal. It is not an error: a body that is not JSON is a
// finding at most.
type parseError struct {
	why          refusal
	what         string
	line, column int
}

func (e *parseError) String() string {
	return fmt.Sprintf("%s at line %d, column %d", e.what, e.line, e.column)
}

// parse reads a JSON text (RFC 8259) of any root.
func parse(text string) (*tree, *parseError) {
	if len(text) > math.MaxInt32 {
		return nil, &parseError{refusedSize, fmt.Sprintf("the text is %d bytes long", len(text)), 1, 1}
	}
	p := parser{tree: tree{text: text}}
	p.nodes = make([]node, 0, room(text))
	p.value()
	if p.err == nil {
		if p.space(); p.pos < len(text) {
			p.unexpected("after the end of the JSON value")
		}
	}
	if p.err == nil && !utf8.ValidString(text) {
		p.pos = invalidUTF8(text)
		p.fail(refusedUTF8, "the text is not UTF-8")
	}
	if p.err != nil {
		return nil, p.err
	}
	t := p.tree
	return &t, nil
}

// smallText is up to how many bytes a text is not looked through before it is parsed.
const smallText = 1 << 18

// room is about how many nodes a text has. Making room for those of a large one at once is faster than
// growing, which copies them again and again.
func room(text string) int {
	if len(text) < smallText {
		return len(text)/8 + 4
	}
	n := 1
	for _, before := range []string{",", ":", "[", "{"} { // a value or key stands behind each, if it is not in a string
		n += strings.Count(text, before)
	}
	return min(n, maxNodes)
}

func invalidUTF8(text string) int {
	for i, r := range text {
		if r == utf8.RuneError && !strings.HasPrefix(text[i:], "\uFFFD") {
			return i
		}
	}
	return 0
}

type parser struct {
	tree
	pos   int
	depth int
	keys  []int32 // keys of the objects that are open
	err   *parseError
}

func (p *parser) fail(why refusal, what string) bool {
	if p.err == nil {
		before := p.text[:p.pos]
		line := strings.Count(before, "\n")
		column := utf8.RuneCountInString(before[strings.LastIndexByte(before, '\n')+1:])
		p.err = &parseError{why, what, line + 1, column + 1}
	}
	return false
}

func (p *parser) unexpected(where string) bool {
	if p.pos >= len(p.text) {
		return p.fail(refusedSyntax, "the text ends too early")
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos:])
	return p.fail(refusedSyntax, fmt.Sprintf("unexpected %q %s", r, where))
}

func (p *parser) space() {
	for p.pos < len(p.text) {
		switch p.text[p.pos] {
		case ' ', '\n', '\r', '\t':
			p.pos++
		default:
			return
		}
	}
}

// add appends a node that begins at the offset off, and returns its place; -1 when there are too
// many of them.
func (p *parser) add(k kind, off int) int32 {
	if len(p.nodes) >= maxNodes {
		p.fail(refusedSize, fmt.Sprintf("more than %d values", maxNodes))
		return -1
	}
	p.nodes = append(p.nodes, node{kind: k, off: int32(off)})
	return int32(len(p.nodes) - 1)
}

// close ends a node at the offset end.
func (p *parser) close(i int32, end int) bool {
	p.nodes[i].end = int32(end)
	p.nodes[i].next = int32(len(p.nodes))
	return true
}

func (p *parser) value() bool {
	if p.space(); p.pos == len(p.text) {
		return p.unexpected("")
	}
	switch c := p.text[p.pos]; {
	case c == '"':
		return p.string(kindString)
	case c == '{':
		return p.container(kindObject, '}')
	case c == '[':
		return p.container(kindArray, ']')
	case c == '-' || c >= '0' && c <= '9':
		return p.number()
	case c == 't':
		return p.literal("true", kindBoolean)
	case c == 'f':
		return p.literal("false", kindBoolean)
	case c == 'n':
		return p.literal("null", kindNull)
	}
	return p.unexpected("where a JSON value should stand")
}

func (p *parser) literal(word string, k kind) bool {
	if !strings.HasPrefix(p.text[p.pos:], word) {
		return p.unexpected("where a JSON value should stand")
	}
	i := p.add(k, p.pos)
	p.pos += len(word)
	return i >= 0 && p.close(i, p.pos)
}

func (p *parser) container(k kind, closing byte) bool {
	if p.depth++; p.depth > maxDepth {
		return p.fail(refusedDepth, fmt.Sprintf("nested more than %d levels deep", maxDepth))
	}
	p.deepest = max(p.deepest, p.depth)
	i := p.add(k, p.pos)
	if i < 0 {
		return false
	}
	p.pos++
	open := members{base: len(p.keys)}
	p.space()
	if p.pos < len(p.text) && p.text[p.pos] == closing {
		p.pos++
	} else if !p.children(i, k, closing, &open) {
		return false
	}
	p.keys = p.keys[:open.base]
	p.depth--
	return p.close(i, p.pos)
}

func (p *parser) children(i int32, k kind, closing byte, open *members) bool {
	for {
		p.nodes[i].count++
		if k == kindObject && !p.key(i, open) {
			return false
		}
		if !p.value() {
			return false
		}
		p.space()
		if p.pos == len(p.text) || p.text[p.pos] != ',' && p.text[p.pos] != closing {
			return p.unexpected(fmt.Sprintf("where a comma or %q should stand", closing))
		}
		p.pos++
		if p.text[p.pos-1] == closing {
			return true
		}
	}
}

// members remembers the keys of an open object, to tell when one comes again.
type members struct {
	base int // where they begin among the keys of the parser
	seen map[string]int32
}

func (p *parser) key(object int32, open *members) bool {
	if p.space(); p.pos == len(p.text) || p.text[p.pos] != '"' {
		return p.unexpected("where a key should stand")
	}
	k := int32(len(p.nodes))
	if !p.string(kindKey) {
		return false
	}
	if before := p.seen(k, open); before >= 0 {
		p.nodes[before].flags |= flagDead
		p.nodes[k].flags |= flagRepeated
		p.nodes[object].count--
		p.repeated++
	}
	if p.space(); p.pos == len(p.text) || p.text[p.pos] != ':' {
		return p.unexpected("where a colon should stand")
	}
	p.pos++
	return true
}

// seen returns the living key of the same name that the open object has already, or -1, and
// remembers this one.
func (p *parser) seen(k int32, open *members) int32 {
	name, before := p.str(k), int32(-1)
	if open.seen != nil {
		if b, ok := open.seen[name]; ok {
			before = b
		}
		open.seen[name] = k
		return before
	}
	for _, other := range p.keys[open.base:] {
		if !p.dead(other) && p.is(other, name) {
			before = other
		}
	}
	p.keys = append(p.keys, k)
	if len(p.keys)-open.base > linearSearch {
		open.seen = make(map[string]int32, 4*linearSearch)
		for _, other := range p.keys[open.base:] {
			open.seen[p.str(other)] = other
		}
	}
	return before
}
