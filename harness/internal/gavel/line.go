package gavel

import (
	"sort"
	"strconv"
	"strings"
)

// Line returns the line of a JSON text, counted from 1, where the key or list item that the JSON
// Pointer names stands; when it is not there, the line of the deepest of its ancestors that is, and
// 0 when the text is not JSON. To ask about one text more than once, use NewLines.
func Line(body, pointer string) int { return NewLines(body).Line(pointer) }

// Lines answers Line for one text, which it reads once.
type Lines struct {
	tree   *tree
	breaks []int32 // offsets of the newlines
}

// NewLines reads a text.
func NewLines(body string) *Lines {
	t, bad := parse(body)
	if bad != nil {
		return &Lines{}
	}
	l := &Lines{tree: t, breaks: make([]int32, 0, strings.Count(body, "\n"))}
	for i := range len(body) {
		if body[i] == '\n' {
			l.breaks = append(l.breaks, int32(i))
		}
	}
	return l
}

// Line is the function Line for this text.
func (l *Lines) Line(pointer string) int {
	if l.tree == nil {
		return 0
	}
	node, at := int32(0), int32(0)
	for _, s := range splitPointer(pointer) {
		if node, at = l.tree.step(node, s, at); node < 0 {
			break
		}
	}
	offset := l.tree.nodes[at].off
	return 1 + sort.Search(len(l.breaks), func(i int) bool { return l.breaks[i] >= offset })
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
