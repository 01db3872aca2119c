package report

import (
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// mark is a node of the tree that the pointers of findings make: where in a body to look.
type mark struct {
	own   []transaction.Finding // at this very place
	keys  []string              // of below, in the order of the findings
	below map[string]*mark
}

// deepest is how many steps of a pointer the diff follows. A finding further down is shown at its
// ancestor of that depth.
const deepest = 64

// markAll builds the tree of the pointers.
func markAll(fs []transaction.Finding) *mark {
	root := &mark{}
	for _, f := range fs {
		m := root
		for i, key := range steps(f.Pointer) {
			if i == deepest {
				break
			}
			m = m.child(key)
		}
		m.own = append(m.own, f)
	}
	return root
}

func (m *mark) child(key string) *mark {
	if c := m.below[key]; c != nil {
		return c
	}
	if m.below == nil {
		m.below = map[string]*mark{}
	}
	c := &mark{}
	m.below[key] = c
	m.keys = append(m.keys, key)
	return c
}

// at returns the mark of a member; nil when nothing was found there or below. A nil mark has none.
func (m *mark) at(key string) *mark {
	if m == nil {
		return nil
	}
	return m.below[key]
}

// all returns the findings at this place and below.
func (m *mark) all() []transaction.Finding {
	if m == nil {
		return nil
	}
	out := append([]transaction.Finding(nil), m.own...)
	for _, k := range m.keys {
		out = append(out, m.below[k].all()...)
	}
	return out
}

// deeper returns the findings below this place.
func (m *mark) deeper() []transaction.Finding {
	var out []transaction.Finding
	for _, k := range m.keys {
		out = append(out, m.below[k].all()...)
	}
	return out
}

// steps splits a JSON Pointer (RFC 6901) into its reference tokens.
func steps(pointer string) []string {
	if pointer == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(pointer, "/"), "/")
	for i, p := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(p, "~1", "/"), "~0", "~")
	}
	return parts
}
