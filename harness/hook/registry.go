package hook

import (
	"path/filepath"
	"runtime"
	"slices"
	"sync"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// Func is a hook around one transaction.
type Func func(*Case) error

// AllFunc is a hook around the whole run.
type AllFunc func(*Run) error

// Registry holds hooks. Make one with New; a nil Registry has none. Registering is not safe while
// the hooks run.
type Registry struct {
	all   map[event][]AllFunc
	each  map[event][]Func
	named map[event]map[transaction.Name][]Func
	order []Registered
	mu    sync.Mutex // beforeAll and afterAll of parallel runs
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
	Name transaction.Name
	// Kind is Dredd's word for it: "before", "beforeValidation" or "after".
	Kind string
	// At is the base name of the file and the line of the call.
	At transaction.Position
}

// New returns an empty registry.
func New() *Registry {
	return &Registry{
		all:   map[event][]AllFunc{},
		each:  map[event][]Func{},
		named: map[event]map[transaction.Name][]Func{},
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
	n := transaction.Name(name)
	if r.named[e] == nil {
		r.named[e] = map[transaction.Name][]Func{}
	}
	r.named[e][n] = append(r.named[e][n], f)
	r.order = append(r.order, Registered{Name: n, Kind: string(e), At: at})
}

// Unmatched returns the named hooks that none of the transactions has, in the order of registration.
// Such a hook never runs: mostly its name is misspelt, or the documentation was renamed.
func (r *Registry) Unmatched(ts []*transaction.Transaction) []Registered {
	if r == nil {
		return nil
	}
	known := map[transaction.Name]bool{}
	for _, t := range ts {
		known[t.Name] = true
		if short, ok := untitled(t.Name, t.Origin); ok {
			known[short] = true
		}
	}
	return slices.DeleteFunc(slices.Clone(r.order), func(h Registered) bool { return known[h.Name] })
}
