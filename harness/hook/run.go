package hook

import (
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/bailiff-dev/bailiff/harness/transaction"
)

// RunBeforeAll runs the beforeAll hooks; the first error ends it.
func (r *Registry) RunBeforeAll(run *Run) error { return r.runAll(beforeAll, run) }

// RunAfterAll runs the afterAll hooks; the first error ends it.
func (r *Registry) RunAfterAll(run *Run) error { return r.runAll(afterAll, run) }

// RunBefore runs the beforeEach hooks, then the before hooks of the transaction's name. The name is
// looked up after the beforeEach hooks, which may change it.
func (r *Registry) RunBefore(c *Case) error { return r.runBoth(c, beforeEach, before) }

// RunBeforeValidation runs the beforeEachValidation hooks, then the beforeValidation hooks of the
// transaction's name.
func (r *Registry) RunBeforeValidation(c *Case) error {
	return r.runBoth(c, beforeEachValidation, beforeValidation)
}

// RunAfter runs the after hooks of the transaction's name, then the afterEach hooks.
func (r *Registry) RunAfter(c *Case) error {
	if r == nil {
		return nil
	}
	if err := run(c, after, r.of(after, c.Transaction)); err != nil {
		return err
	}
	return run(c, afterEach, r.each[afterEach])
}

func (r *Registry) runBoth(c *Case, each, named event) error {
	if r == nil {
		return nil
	}
	if err := run(c, each, r.each[each]); err != nil {
		return err
	}
	return run(c, named, r.of(named, c.Transaction))
}

// of returns the hooks of a transaction: those of its name, and those of its name without the title of
// the API, which names have when several descriptions are run together.
func (r *Registry) of(e event, t *transaction.Transaction) []Func {
	fs := r.named[e][t.Name]
	if short, ok := untitled(t.Name, t.Origin); ok {
		fs = append(slices.Clip(fs), r.named[e][short]...)
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

func (r *Registry) runAll(e event, all *Run) error {
	if r == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range r.all[e] {
		if err := guard(e, func() error { return f(all) }); err != nil {
			return err
		}
	}
	return nil
}

func run(c *Case, e event, fs []Func) error {
	for _, f := range fs {
		if err := guard(e, func() error { return f(c) }); err != nil {
			return err
		}
	}
	return nil
}

// errEnded is what a hook gets that ends its goroutine, as t.FailNow does. It runs in one of its own,
// so that nothing else ends with it.
var errEnded = errors.New("ended its goroutine, as require and t.FailNow do; return an error instead")

// guard turns a panic into an error that names the line it came from, and says which hook spoke.
func guard(e event, f func() error) error {
	said := make(chan error, 1)
	go func() {
		err := fmt.Errorf("%s hook %w", e, errEnded)
		defer func() {
			if v := recover(); v != nil {
				err = fmt.Errorf("%s hook panicked: %v (%s)", e, v, panicPlace(string(debug.Stack())))
			}
			said <- err
		}()
		if err = f(); err != nil {
			err = fmt.Errorf("%s hook: %w", e, err)
		}
	}()
	return <-said
}

// panicPlace finds the file:line of the frame that panicked in a stack trace: the line after the
// first function that follows the call of panic.
func panicPlace(stack string) string {
	lines := strings.Split(stack, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, "panic(") && i+3 < len(lines) {
			place, _, _ := strings.Cut(strings.TrimSpace(lines[i+3]), " ")
			return place
		}
	}
	return "unknown place"
}
