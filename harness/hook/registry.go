package hook

import (
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Func is a hook around one transaction.
type Func func(*Case) error

// AllFunc is a hook around the whole run.
type AllFunc func(*Run) error

// Registry holds hooks. Make one with New; a nil Registry has none. Registering is not safe while
// the hooks run.
//
// The name that a hook is registered under is one of
//   - the name of a transaction, "Speakers > Speaker Details > Update Speaker", with the title of the
//     API in front or not;
//   - a glob for names, in which "*" stands for any text: "Speakers > *";
//   - a method and a path, as "PATCH /v1/speakers/*": "*" and "{name}" stand for a part of one
//     segment, "**" for any number of segments, and "*" as the method for any method. The path is
//     held against the URI without its query, unless it has a "?" itself.
type Registry struct {
	all   map[event][]AllFunc
	each  map[event][]Func
	named map[event]*named
	order []Registered
	who   who
	mu    sync.Mutex // beforeAll and afterAll of parallel runs
}

// named holds the hooks of one kind that are registered under names, in that order.
type named struct {
	funcs    []Func
	exact    map[transaction.Name][]int // indexes of funcs
	patterns []numbered
}

type numbered struct {
	*pattern
	at int // index of funcs
}

type event string

const (
	beforeAll            event = "beforeAll"
	beforeEach           event = "beforeEach"
	before               event = "before"
	beforeEachValidation event = "beforeEachValidation"
	beforeValidation     event = "beforeValidation"
	after                event = "after"
	afterEach            event = "afterEach"
	afterAll             event = "afterAll"
)

// Registered is one named hook, and the line of Go that registered it.
type Registered struct {
	// Name is the name or pattern that it is registered under.
	Name transaction.Name
	// Kind is Dredd's word for it: "before", "beforeValidation" or "after".
	Kind string
	// At is the base name of the file and the line of the call.
	At transaction.Position

	pattern *pattern
}

// ForRequests reports whether it is registered for a method and a path, and not for names.
func (h Registered) ForRequests() bool { return h.pattern != nil && h.pattern.request != nil }

// New returns an empty registry.
func New() *Registry {
	return &Registry{
		all:   map[event][]AllFunc{},
		each:  map[event][]Func{},
		named: map[event]*named{},
	}
}

// BeforeAll registers f to run once before the first transaction.
func (r *Registry) BeforeAll(f AllFunc) { r.all[beforeAll] = append(r.all[beforeAll], f) }

// BeforeEach registers f to run before every transaction, ahead of those of its name.
func (r *Registry) BeforeEach(f Func) { r.each[beforeEach] = append(r.each[beforeEach], f) }

// Before registers f to run before the transactions of that name.
func (r *Registry) Before(name string, f Func) { r.register(before, name, f) }

// BeforeEachValidation registers f to run when a response came, before it is judged.
func (r *Registry) BeforeEachValidation(f Func) {
	r.each[beforeEachValidation] = append(r.each[beforeEachValidation], f)
}

// BeforeValidation registers f to run before the response of the transactions of that name is
// judged.
func (r *Registry) BeforeValidation(name string, f Func) { r.register(beforeValidation, name, f) }

// After registers f to run after the transactions of that name, skipped ones included.
func (r *Registry) After(name string, f Func) { r.register(after, name, f) }

// AfterEach registers f to run after every transaction, behind those of its name.
func (r *Registry) AfterEach(f Func) { r.each[afterEach] = append(r.each[afterEach], f) }

// AfterAll registers f to run once after the last transaction, also when the run was interrupted.
func (r *Registry) AfterAll(f AllFunc) { r.all[afterAll] = append(r.all[afterAll], f) }

func (r *Registry) register(e event, name string, f Func) {
	at := transaction.Position{}
	if _, file, line, ok := runtime.Caller(2); ok {
		at = transaction.Position{File: filepath.Base(file), Line: line}
	}
	n := r.named[e]
	if n == nil {
		n = &named{exact: map[transaction.Name][]int{}}
		r.named[e] = n
	}
	p := newPattern(name)
	if p.exact() {
		n.exact[transaction.Name(name)] = append(n.exact[transaction.Name(name)], len(n.funcs))
	} else {
		n.patterns = append(n.patterns, numbered{p, len(n.funcs)})
	}
	n.funcs = append(n.funcs, f)
	r.order = append(r.order, Registered{Name: transaction.Name(name), Kind: string(e), At: at, pattern: p})
}

// of returns the hooks of a transaction, in the order they were registered in.
func (r *Registry) of(e event, t *transaction.Transaction) []Func {
	n := r.named[e]
	if n == nil {
		return nil
	}
	at := n.exact[t.Name]
	if short, ok := untitled(t.Name, t.Origin); ok {
		at = append(slices.Clip(at), n.exact[short]...)
	}
	for _, p := range n.patterns {
		if p.matches(t) {
			at = append(slices.Clip(at), p.at)
		}
	}
	if len(at) > 1 {
		at = slices.Sorted(slices.Values(at))
	}
	fs := make([]Func, len(at))
	for i, k := range at {
		fs[i] = n.funcs[k]
	}
	return fs
}

// untitled is a name without the title of the API, if it begins with that.
func untitled(n transaction.Name, o transaction.Origin) (transaction.Name, bool) {
	if o.APIName == "" {
		return "", false
	}
	short, ok := strings.CutPrefix(string(n), o.APIName+" > ")
	return transaction.Name(short), ok
}

// Unmatched returns the hooks whose name or pattern none of the transactions has, in the order of
// registration. Such a hook never runs: mostly its name is misspelt, or the documentation was renamed.
func (r *Registry) Unmatched(ts []*transaction.Transaction) []Registered {
	if r == nil {
		return nil
	}
	return Unmatched(r.order, ts)
}

// Unmatched returns those of hooks whose name or pattern none of the transactions has.
func Unmatched(hooks []Registered, ts []*transaction.Transaction) []Registered {
	known := map[transaction.Name]bool{}
	for _, t := range ts {
		known[t.Name] = true
		if short, ok := untitled(t.Name, t.Origin); ok {
			known[short] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(hooks), func(h Registered) bool {
		return known[h.Name] || h.pattern != nil && !h.pattern.exact() && slices.ContainsFunc(ts, h.pattern.matches)
	})
}
