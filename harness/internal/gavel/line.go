package gavel

import (
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Line returns the line of a JSON text, counted from 1, where the key or list item that the JSON
// Pointer names stands; when it is not there, the line of the deepest of its ancestors that is, and
// 0 when the text is not JSON. To ask about one text more than once, use NewLines.
func Line(body, pointer string) int { return NewLines(body).Line(pointer) }

// Lines answers Line for one text, which it reads once.
type Lines struct {
	body   string
	tree   *tree
	breaks []int32 // offsets of the newlines
	media  placer  // in place of tree, for what is not JSON

	once  sync.Once
	runes []int32 // how many characters are before each markEvery-th byte
}

// markEvery is how many bytes of a long line are counted anew for each column in it.
const markEvery = 4096

// NewLines reads a text.
func NewLines(body string) *Lines {
	t, bad := parse(body)
	if bad != nil {
		return &Lines{}
	}
	return &Lines{body: body, tree: t, breaks: breaksOf(body)}
}

// breaksOf lists the offsets of the newlines.
func breaksOf(body string) []int32 {
	breaks := make([]int32, 0, strings.Count(body, "\n"))
	for i := range len(body) {
		if body[i] == '\n' {
			breaks = append(breaks, int32(i))
		}
	}
	return breaks
}

// Line is the function Line for this text.
func (l *Lines) Line(pointer string) int {
	line, _ := l.Place(pointer)
	return line
}

// Place returns the line, as Line does, and the column in it, counted from 1 in characters, where the
// key or item begins.
func (l *Lines) Place(pointer string) (line, column int) {
	var offset int32
	switch steps := splitPointer(pointer); {
	case l.tree != nil:
		offset = l.tree.offset(steps)
	case l.media != nil:
		offset = int32(l.media(steps))
	default:
		return 0, 0
	}
	before := sort.Search(len(l.breaks), func(i int) bool { return l.breaks[i] >= offset })
	begin := int32(0)
	if before > 0 {
		begin = l.breaks[before-1] + 1
	}
	return before + 1, l.count(offset) - l.count(begin) + 1
}

// count returns how many characters begin before an offset.
func (l *Lines) count(offset int32) int {
	l.once.Do(func() {
		n := 0
		for from := 0; from <= len(l.body); from += markEvery {
			l.runes = append(l.runes, int32(n))
			n += starts(l.body[from:min(from+markEvery, len(l.body))])
		}
	})
	mark := offset / markEvery
	return int(l.runes[mark]) + starts(l.body[mark*markEvery:offset])
}

// starts counts the bytes that characters begin with, of a text that may begin or end within one.
func starts(s string) int {
	n := 0
	for i := range len(s) {
		if utf8.RuneStart(s[i]) {
			n++
		}
	}
	return n
}

// offset is where the key or item begins that the steps lead to, or the deepest of its ancestors.
func (t *tree) offset(steps []string) int32 {
	node, at := int32(0), int32(0)
	for _, s := range steps {
		if node, at = t.step(node, s, at); node < 0 {
			break
		}
	}
	n := t.nodes[at]
	if n.kind == kindString || n.kind == kindKey {
		return n.off - 1 // the quote
	}
	return n.off
}

// step goes from a value to the child that a step names. It returns the child, or -1, and the node
// whose line is the child's: its key, or itself in a list, or what it was before.
func (t *tree) step(i int32, s string, before int32) (child, stands int32) {
	n := &t.nodes[i]
	switch n.kind {
	case kindObject:
		for k := i + 1; k < n.next; k = t.afterMember(k) {
			if !t.dead(k) && t.is(k, s) {
				return k + 1, k
			}
		}
	case kindArray:
		index, err := strconv.Atoi(s)
		if err != nil || index < 0 || index >= int(n.count) || strconv.Itoa(index) != s {
			break
		}
		c := i + 1
		for ; index > 0; index-- {
			c = t.nodes[c].next
		}
		return c, c
	}
	return -1, before
}
