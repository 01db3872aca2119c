package gavel

import (
	"fmt"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// repeated reports each key that an object has more than once. Under structure, where a documented
// one is no reason to fail, it warns.
func (k *check) repeated(id string, t *tree) {
	if t.repeated == 0 {
		return
	}
	s := repeats{id: id, t: t, out: &k.out}
	if k.level == structure {
		s.severity = transaction.SeverityWarning
	}
	s.node(0)
}

// repeats looks for keys that stand more than once in their object.
type repeats struct {
	id       string
	severity transaction.Severity
	t        *tree
	path     []step
	out      *findings
}

func (s *repeats) node(i int32) {
	n := s.t.nodes[i]
	switch n.kind {
	case kindArray:
		for at, c := 0, i+1; c < n.next && !s.out.cut; at, c = at+1, s.t.nodes[c].next {
			s.below(step{index: at}, c)
		}
	case kindObject:
		for key := i + 1; key < n.next && !s.out.cut; key = s.t.afterMember(key) {
			if s.t.dead(key) {
				continue
			}
			name := s.t.str(key)
			if s.t.nodes[key].flags&flagRepeated != 0 {
				s.report(key, name)
			}
			s.below(step{name, -1}, key+1)
		}
	}
}

func (s *repeats) below(to step, i int32) {
	s.path = append(s.path, to)
	s.node(i)
	s.path = s.path[:len(s.path)-1]
}

func (s *repeats) report(key int32, name string) {
	at := pointer(append(s.path, step{name, -1}))
	f := transaction.Finding{
		ID:       s.id,
		Severity: s.severity,
		Field:    fieldBody,
		Pointer:  at,
		Message:  fmt.Sprintf("At '%s' The key %q stands more than once in its object; the last one counts.", at, name),
	}
	if s.id == DocumentedDuplicateKey {
		f.Expected, f.HasExpected = s.t.value(key+1), true
	} else {
		f.Real, f.HasReal = s.t.value(key+1), true
	}
	s.out.add(f)
}
